"""What is read costs in proportion to the answer, however many versions the ledger holds of it and of everything else.

PostgreSQL's own account of the statements as served, on the public connection, after VACUUM ANALYZE; nothing is timed.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import connection

from negotiations.api.urls import RESOURCES
from negotiations.ledger import aggregates, listing
from negotiations.ledger.digests import quote
from negotiations.models import Citation, Process, Revision, Talk
from negotiations.models.records import Record
from tests.api.client import Dashboard
from tests.factories import make_process, make_talk, published
from tests.ledger.growing import Reading, add_revisions, behind_the_triggers, copy_row, readings, settle

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]
VERSIONS, PAGE = 10, 50
OVER_A_JOIN = {("affiliations", "name"), ("delegations", "name"), ("delegations", "start")}
ORDERS = {"title": "title", "start": "during"}
MOST_HEAP_PAGES = 50


@pytest.fixture
def dashboard() -> Dashboard:
    return Dashboard()


def indexes_of(table: str) -> set[str]:
    """What each index of the twin is on, in PostgreSQL's words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'ledger' AND tablename = %s", [table])
        return {definition.partition(" USING ")[2] for (definition,) in cursor.fetchall()}


def test_every_order_of_every_list_has_its_indexes_in_both_windows() -> None:
    over_a_join, missing = set(), []

    for name, view in RESOURCES.items():
        model = view.serializer_class.Meta.model
        for order, column in view.orders.items():
            if "__" in column:
                over_a_join.add((name, order))
            elif model is Revision:
                assert column == model._meta.pk.name
            else:
                for direction in ("", " DESC NULLS LAST"):
                    keys = f"btree ({column}{direction}, id)"
                    wanted = {f"{keys} WHERE (upper_inf(revisions) IS TRUE)", f"{keys} INCLUDE (revisions)"}
                    missing += [(name, index) for index in wanted - indexes_of(model._meta.db_table)]

    assert missing == []
    assert over_a_join == OVER_A_JOIN


def test_the_indexes_follow_the_twins_once_they_are_there() -> None:
    table = Talk._meta.db_table
    before = indexes_of(table)

    with connection.cursor() as cursor:
        for model in aggregates.tables():
            listing.drop(cursor, model._meta.db_table)
        listing.keep(cursor, table)  # as before migration 0011, and while it is taken back
        without = indexes_of(table)
        for model in aggregates.tables():
            listing.create(cursor, model._meta.db_table)
        cursor.execute(f"DROP INDEX ledger.{table}_listed_title_up_now")
        cursor.execute(f"CREATE INDEX {table}_listed_title_up_now ON ledger.{table} (title)")
        cursor.execute(f"CREATE INDEX {table}_listed_kind_up_now ON ledger.{table} (kind)")
        listing.keep(cursor, table)

    assert len(before - without) == 9
    assert indexes_of(table) == before


def test_the_longest_title_finds_its_place_in_the_indexes(dashboard: Dashboard) -> None:
    title = "".join(chr(0x20000 + number * 7919 % 42_719) for number in range(500))  # four bytes each, none repeated

    published(make_process(title))

    assert dashboard.get("processes/?ordering=-title")["results"][0]["title"] == title


def publish_a_history(records: int, batches: int) -> None:
    """Processes of ten versions each: a batch a revision joins, begun later than those before, and changes ten times.

    A title is like no other and tells nothing of the age; one start in fifty is not known.
    """
    first = published(make_process("Older than all", start_edtf="1980"))
    source = f"""(SELECT i, version, i * {batches} / {records} + 2 AS joined, md5(i::text)::uuid AS own
                    FROM generate_series(0, {records - 1}) i, generate_series(0, {VERSIONS - 1}) version
                   ORDER BY i * {batches} / {records} + version, md5(i::text)) AS history"""
    with behind_the_triggers(Process) as cursor:
        add_revisions(cursor, newest=batches + VERSIONS)
        copy_row(
            cursor, first, source,
            f"joined + version, CASE WHEN version < {VERSIONS - 1} THEN joined + version + 1 END",
            id="own", slug="'old-' || i", title="'Process ' || own",
            start_edtf="CASE WHEN mod(i, 50) > 0 THEN (date '1990-01-01' + i)::text END",
        )  # fmt: skip
    settle()


def not_shown(order: str, revision: int | None) -> int:
    """How many versions that are not public at `revision` come before the end of the first page."""
    if revision is None:
        return 0
    column, direction = quote(ORDERS[order.removeprefix("-")]), "DESC" if order.startswith("-") else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH placed AS (SELECT revisions @> %s::bigint AS shown,
                                       rank() OVER (ORDER BY {column} {direction} NULLS LAST, id) AS place
                                  FROM ledger.negotiations_process)
                SELECT count(*) FROM placed WHERE NOT shown
                   AND place <= (SELECT place FROM placed WHERE shown ORDER BY place OFFSET %s LIMIT 1)""",
            [revision, PAGE],
        )
        return int(cursor.fetchone()[0])


def check_pages(dashboard: Dashboard, revisions: tuple[int | None, ...]) -> None:
    """Each order at each revision: the first page, the one after it, and the first once more, from there."""
    for order, revision in product([f"{sign}{name}" for name in ORDERS for sign in ("", "-")], revisions):
        as_of = "" if revision is None else f"&as_of={revision}"
        path = f"processes/?ordering={order}&page_size={PAGE}{as_of}"
        for direction in ("next", "previous", ""):
            page, (_, *served) = readings(dashboard, path, revision)  # what `count` costs is not of this
            name = f"{order} at {revision}, before {direction or 'the end'}"
            check_page(served, name, not_shown(order, revision) if "cursor" not in path else None)
            path = page[direction] if direction else ""
            assert len(page["results"]) == PAGE


def check_page(served: list[Reading], name: str, skipped: int | None) -> None:
    """`skipped`: how many versions come before the end of the page that are not public then, where it is the first."""
    ids, *rest = (
        reading for reading in served if reading.statement.startswith('SELECT "negotiations_process"."id" AS')
    )
    assert [ids.heap, *(reading.heap for reading in rest)] == [0] * (1 + len(rest)), f"{name}: {ids}, {rest}"
    [node] = ids.nodes
    assert node.startswith("Index Only Scan negotiations_process_listed_"), f"{name}: {ids}"
    if skipped is not None:
        assert ids.skipped <= skipped, f"{name}: {ids}"
    assert sum(reading.heap for reading in served) <= MOST_HEAP_PAGES, f"{name}: {served}"


def test_a_page_reads_no_history_at_any_revision(dashboard: Dashboard) -> None:
    publish_a_history(2_000, batches=4)

    check_pages(dashboard, (None, 3, 8, 13))


@pytest.mark.long
def test_a_page_of_20_000_records_of_10_versions_reads_no_history(dashboard: Dashboard) -> None:
    publish_a_history(20_000, batches=20)

    check_pages(dashboard, (None, 3, 15, 29))


def publish_again_and_again(*rows: Any, times: int) -> None:
    """As many later versions of each of the public `rows`, and a thousand records like the last that never changed."""
    with behind_the_triggers(*map(type, rows)) as cursor:
        add_revisions(cursor, newest=times + 1)
        others = "generate_series(1, 1000) AS n"
        copy_row(cursor, rows[-1], others, "1, NULL", id="gen_random_uuid()", slug="'unchanged-' || n")
        for row in rows:
            twin = f"ledger.{quote(row._meta.db_table)}"
            newer = f"generate_series(2, {times + 1}) AS n"
            cursor.execute(f"UPDATE {twin} SET revisions = int8range(1, 2) WHERE id = %s", [row.pk])
            copy_row(cursor, row, newer, f"n, nullif(n + 1, {times + 2})")
    settle()


def pages_read(dashboard: Dashboard, record: Record) -> dict[str, int]:
    """All pages of all statements for one detail, by slug and by id."""
    return {
        address: sum(reading.pages for reading in readings(dashboard, f"talks/{value}/")[1])
        for address, value in {"slug": record.slug, "id": record.pk}.items()
    }


def test_a_record_with_400_versions_is_read_as_one_with_a_single_one(dashboard: Dashboard) -> None:
    process = make_process()
    often, once = make_talk("Often", process=process), make_talk("Once", process=process)
    published(often, once)
    publish_again_and_again(process, Citation.objects.get(talk=often), often, times=399)

    many, single = pages_read(dashboard, often), pages_read(dashboard, once)

    assert {address: many[address] - single[address] <= 10 for address in many} == {"slug": True, "id": True}, (
        many, single,
    )  # fmt: skip
