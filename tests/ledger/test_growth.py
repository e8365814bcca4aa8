"""What is read costs in proportion to the answer, however many versions the ledger holds of it and of everything else.

PostgreSQL's own account of the statements as served, on the public connection, after VACUUM ANALYZE; nothing is timed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.db import connection

from negotiations.api.urls import RESOURCES
from negotiations.ledger import aggregates, listing
from negotiations.ledger.digests import quote
from negotiations.models import Citation, Delegation, Process, Talk
from negotiations.models.records import Record
from tests.api.client import Dashboard
from tests.factories import make_delegation, make_process, make_talk, published
from tests.ledger.growing import Reading, add_revisions, behind_the_triggers, copy_row, readings

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]
VERSIONS, PAGE = 10, 50
ORDERS = {"title": "title", "start": "during"}  # of processes
# Beside another worker 1 to 4 rows were looked at in the table itself; why is not known. History would be ten to a row.
MOST_FETCHED = 8
MOST_HEAP_PAGES = 60  # a page's rows, and the few that lie beside them


@pytest.fixture
def dashboard() -> Dashboard:
    return Dashboard()


def indexes_of(table: str) -> set[str]:
    """What each index of the twin is on, in PostgreSQL's words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'ledger' AND tablename = %s", [table])
        return {definition.partition(" USING ")[2] for (definition,) in cursor.fetchall()}


def indexes_for(model: Any, path: str) -> Iterator[tuple[str, str]]:
    """(table, index) for each that a list of `model` ordered by `path` is to be read from."""
    name, _, far = path.partition("__")
    field = model._meta.get_field(name)
    for direction in ("",) if far else ("", " DESC NULLS LAST"):
        keys = f"btree ({field.column}{direction}, id)"
        for index in (f"{keys} WHERE (upper_inf(revisions) IS TRUE)", f"{keys} INCLUDE (revisions)"):
            yield model._meta.db_table, index
    if far:
        yield from indexes_for(field.related_model, far)


def test_every_order_of_every_list_has_its_indexes_in_both_windows() -> None:
    models = {name: view.serializer_class.Meta.model for name, view in RESOURCES.items()}
    orders = [(name, path) for name, view in RESOURCES.items() for path in view.orders.values()]
    wanted = {(*order, *index) for order in orders for index in indexes_for(models[order[0]], order[1])}
    missing = {(name, path) for name, path, table, index in wanted if index not in indexes_of(table)}

    assert missing == {("revisions", "number")}, "these have their primary key"


def test_the_indexes_follow_the_twins_once_they_are_there() -> None:
    table = Talk._meta.db_table
    before = indexes_of(table)

    with connection.cursor() as cursor:
        for model in aggregates.tables():
            listing.bring_in_step(cursor, model._meta.db_table, listing.MARK, {})
        listing.keep(cursor, table)  # as before migration 0011, and while it is taken back
        without = indexes_of(table)
        for model in aggregates.tables():
            wanted = listing.wanted_indexes(cursor, model._meta.db_table)
            listing.bring_in_step(cursor, model._meta.db_table, listing.MARK, wanted)
        cursor.execute(f"DROP INDEX ledger.{table}_listed_title_up_now")
        cursor.execute(f"CREATE INDEX {table}_listed_title_up_now ON ledger.{table} (title)")
        cursor.execute(f"CREATE INDEX {table}_listed_kind_up_now ON ledger.{table} (kind)")
        listing.keep(cursor, table)

    assert len(before - without) == 20
    assert indexes_of(table) == before


def test_the_longest_title_finds_its_place_in_the_indexes(dashboard: Dashboard) -> None:
    title = "".join(chr(0x20000 + number * 7919 % 42_719) for number in range(500))  # four bytes each, none repeated

    published(make_process(title))

    assert dashboard.get("processes/?ordering=-title")["results"][0]["title"] == title


def give_a_history(cursor: Any, row: Any, records: int, batches: int, **facts: str) -> None:
    """Rows of ten versions each like `row`: a batch a revision joins, and changes with each of the next nine."""
    history = f"""(SELECT i, version, i * {batches} / {records} + 2 AS joined, md5(i::text)::uuid AS own
                     FROM generate_series(0, {records - 1}) i, generate_series(0, {VERSIONS - 1}) version
                    ORDER BY i * {batches} / {records} + version, md5(i::text)) AS history"""
    bounds = f"joined + version, CASE WHEN version < {VERSIONS - 1} THEN joined + version + 1 END"
    copy_row(cursor, row, history, bounds, **{"id": "own", **facts})


STARTED = "CASE WHEN mod(i, 50) > 0 THEN (date '1990-01-01' + i)::text END"  # one in fifty is not known


def publish_processes(records: int, batches: int) -> None:
    """Each has begun later than those before; its title is like no other and tells nothing of the age."""
    first = published(make_process("Older than all", start_edtf="1980"))
    title = "'Process ' || md5('title' || i)"
    with behind_the_triggers(Process) as cursor:
        add_revisions(cursor, newest=batches + VERSIONS)
        give_a_history(cursor, first, records, batches, slug="'old-' || i", title=title, start_edtf=STARTED)


def publish_delegations(records: int, batches: int) -> None:
    """One to each talk, and each talk has begun later than those before."""
    first = make_delegation(make_talk(start_edtf="1980"))
    published(first.talk)
    with behind_the_triggers(Talk, Delegation) as cursor:
        add_revisions(cursor, newest=batches + VERSIONS)
        give_a_history(cursor, first.talk, records, batches, slug="'old-' || i", start_edtf=STARTED)
        give_a_history(cursor, first, records, batches, id="md5(own::text)::uuid", talk_id="own")


def may_be_skipped(order: str, revision: int | None, page: int) -> int:
    """How many entries of an index are met between the row before the `page` (0 is the first) and the row after it.

    That is versions that are not public at `revision`, and those of the row before, which is looked for too.
    """
    column, direction = quote(ORDERS[order.removeprefix("-")]), "DESC" if order.startswith("-") else "ASC"
    shown = "upper_inf(revisions)" if revision is None else f"revisions @> {revision}::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH placed AS (SELECT {shown} AS shown, rank() OVER (ORDER BY {column} {direction} NULLS LAST) AS tied,
                                       rank() OVER (ORDER BY {column} {direction} NULLS LAST, id) AS place
                                  FROM ledger.negotiations_process),
                     listed AS (SELECT tied, place, rank() OVER (ORDER BY place) AS number FROM placed WHERE shown)
                SELECT count(*) FROM placed
                 WHERE NOT shown AND tied >= coalesce((SELECT tied FROM listed WHERE number = %s), 0)
                   AND place <= (SELECT place FROM listed WHERE number = %s)""",
            [page * PAGE, (page + 1) * PAGE + 1],
        )
        (versions,) = cursor.fetchone()
    return (0 if revision is None else int(versions)) + min(page, 1) * VERSIONS


class Page(NamedTuple):
    """A page of a list as it was served, and what was read for it."""

    order: str
    revision: int | None
    number: int | None  # 0 the first, 1 the one after it; None the first once more, read backwards
    served: list[Reading]

    def picking(self) -> list[Reading]:
        """Where ids were picked: those of the page, and of a row behind it; then those without a value, at the end."""
        return [reading for reading in self.served if '."id" AS ' in reading.statement.partition(" FROM ")[0]]


def pages_of(dashboard: Dashboard, resource: str, orders: Iterable[str], revisions: Sequence[int | None]) -> list[Page]:
    """In each order, up and down, at each revision: the first page, the one after it, and back to the first."""
    found = []
    for order, sign, revision in product(orders, ("", "-"), revisions):
        path = f"{resource}/?ordering={sign}{order}&page_size={PAGE}" + (f"&as_of={revision}" if revision else "")
        for number, direction in ((0, "next"), (1, "previous"), (None, "next")):
            page, served = readings(dashboard, path, revision)
            assert len(page["results"]) == PAGE
            found.append(Page(f"{sign}{order}", revision, number, served))
            path = page[direction]
    return found


def check_pages_of_processes(dashboard: Dashboard, revisions: Sequence[int | None]) -> None:
    pages = pages_of(dashboard, "processes", ORDERS, revisions)

    assert len(pages) == 2 * len(ORDERS) * len(revisions) * 3
    for page in pages:
        ids, *_ = page.picking()
        assert sum(reading.heap for reading in page.served) <= MOST_HEAP_PAGES, page
        assert sum(reading.heap for reading in page.picking()) <= MOST_FETCHED, page
        assert {node.partition("_listed_")[0] for node in ids.nodes} == {"Index Only Scan negotiations_process"}, page
        if page.number is not None:
            assert ids.skipped <= may_be_skipped(page.order, page.revision, page.number), page


def test_a_page_reads_no_history_at_any_revision(dashboard: Dashboard) -> None:
    publish_processes(2_000, batches=4)

    check_pages_of_processes(dashboard, (None, 3, 8, 13))


@pytest.mark.long
def test_a_page_of_20_000_records_of_10_versions_reads_no_history(dashboard: Dashboard) -> None:
    publish_processes(20_000, batches=20)

    check_pages_of_processes(dashboard, (None, 3, 15, 29))


def test_a_page_in_the_order_of_other_records_reads_no_history(dashboard: Dashboard) -> None:
    publish_delegations(1_000, batches=4)

    pages = pages_of(dashboard, "delegations", ["start"], (None, 3, 8))

    assert max(page.picking()[0].heap for page in pages if page.number == 0) <= MOST_FETCHED, pages
    # The row behind a later page may be found by reading all that was public then, where that is little, and sorting.
    assert max(page.picking()[0].heap for page in pages) <= 2 * MOST_HEAP_PAGES, pages


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
