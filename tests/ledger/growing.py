"""Twins with many versions, made by PostgreSQL alone, since acts would take minutes; and what it costs to read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from negotiations.ledger import aggregates
from negotiations.ledger.catalogue import facts_of
from negotiations.ledger.digests import quote
from negotiations.ledger.window import open_window
from tests.api.client import Dashboard

IDENTIFIED = ("negotiations_identifier", "value")  # a number in another project, which one record has


@contextmanager
def behind_the_triggers(*models: type[Model]) -> Iterator[Any]:
    """A cursor of the owner, whose writing to these twins no trigger of ours sees; PostgreSQL's own rules hold.

    Afterwards all twins are as autovacuum leaves them in its time.
    """
    names = ["revision", "head", *(model._meta.db_table for model in models)]
    with connection.cursor() as cursor:
        # VACUUM marks no page as seen by all while a commit about the time of its rows' is not on its way to disk yet.
        cursor.execute("SET synchronous_commit = on")
        with transaction.atomic():
            for name in names:
                cursor.execute(f"ALTER TABLE ledger.{quote(name)} DISABLE TRIGGER USER")
            yield cursor
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in names:
                cursor.execute(f"ALTER TABLE ledger.{quote(name)} ENABLE TRIGGER USER")
        twins = (f"ledger.{quote(model._meta.db_table)}" for model in aggregates.tables())
        # FREEZE waits for a page that somebody is writing out; otherwise VACUUM would leave it for another time.
        cursor.execute(f"VACUUM (ANALYZE, FREEZE) {', '.join(twins)}, ledger.revision, ledger.head")
        cursor.execute("RESET synchronous_commit")


def copy_row(cursor: Any, row: Model, source: str, bounds: str, /, **facts: str) -> None:
    """Rows of the twin like the public `row`, one for each row of `source`; `bounds` and `facts` are SQL over it."""
    table = row._meta.db_table
    columns = facts_of(cursor, table)
    chosen = [facts.get(column, f"p.{quote(column)}") for column in columns]
    cursor.execute(
        f"""INSERT INTO ledger.{quote(table)} ({", ".join(map(quote, columns))}, revisions, form, salt, digest)
            SELECT {", ".join(chosen)}, int8range({bounds}), p.form, p.salt, p.digest
              FROM ledger.{quote(table)} p, {source} WHERE p.id = '{row.pk}'"""
    )


def add_revisions(cursor: Any, newest: int) -> None:
    """Revisions like the first up to `newest`, a second apart."""
    cursor.execute(
        """INSERT INTO ledger.revision (number, at, kind, note, previous, hash, by_id)
           SELECT n, at + make_interval(secs => n), kind, note, previous, hash, by_id
             FROM ledger.revision, generate_series(2, %s) n WHERE number = 1""",
        [newest],
    )
    cursor.execute(
        "UPDATE ledger.head SET number = r.number, at = r.at FROM ledger.revision r WHERE r.number = %s", [newest]
    )


def multiply(times: int) -> None:
    """All that is public once more, `times` times: new ids, which refer to one another as the old ones do.

    Within the test's transaction, and without VACUUM: for counting statements, not pages.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        tables = [model._meta.db_table for model in aggregates.tables()]
        for table in tables:
            cursor.execute(f"ALTER TABLE ledger.{quote(table)} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            columns = facts_of(cursor, table)
            chosen = [_anew(cursor, table, column) for column in columns]
            cursor.execute(
                f"""INSERT INTO ledger.{quote(table)} ({", ".join(map(quote, columns))}, revisions, form, salt, digest)
                    SELECT {", ".join(chosen)}, p.revisions, p.form, p.salt, p.digest
                      FROM ledger.{quote(table)} p, generate_series(1, {times}) i WHERE upper_inf(p.revisions)"""
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE ledger.{quote(table)} ENABLE TRIGGER USER")


def _anew(cursor: Any, table: str, column: str) -> str:
    """A column of a copy numbered `i`: ids are others, and so is what no two rows may share."""
    cursor.execute(
        "SELECT data_type FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = %s"
        " AND column_name = %s", [table, column],
    )  # fmt: skip
    (kind,) = cursor.fetchone()
    name = f"p.{quote(column)}"
    if kind == "uuid":
        return f"md5({name}::text || i)::uuid"
    return f"{name} || '-' || i" if column == "slug" or (table, column) == IDENTIFIED else name


@dataclass
class Reading:
    """What PostgreSQL did for one statement that was served, by its own account."""

    statement: str
    heap: int = 0  # pages of tables; where a node cannot tell them from an index's, both
    pages: int = 0  # all pages
    skipped: int = 0  # entries of an index that were looked at and left out
    nodes: list[str] = field(default_factory=list)  # each node that reads, with the index it reads

    def add(self, node: dict[str, Any]) -> None:
        below = node.get("Plans", [])
        own = _pages(node) - sum(map(_pages, below))
        self.pages += own
        reads = "Relation Name" in node or "Index Name" in node
        if reads:
            self.nodes.append(" ".join([node["Node Type"], node.get("Index Name", "")]).strip())
        if node["Node Type"] == "Index Only Scan":
            self.heap += node["Heap Fetches"]
            self.skipped += node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        elif reads and node["Node Type"] != "Bitmap Index Scan":
            self.heap += own
        for child in below:
            self.add(child)


def _pages(node: dict[str, Any]) -> int:
    return int(node["Shared Hit Blocks"]) + int(node["Shared Read Blocks"])


def readings(dashboard: Dashboard, path: str, revision: int | None = None) -> tuple[Any, list[Reading]]:
    """The answer at `path`, and each statement that read records for it, explained in the same window as served."""
    public = connections["public"]
    with CaptureQueriesContext(public) as made:
        answer = dashboard.get(path)
    found = []
    with open_window(revision), public.cursor() as cursor:
        for query in made.captured_queries:
            if query["sql"].startswith(("SELECT", "(SELECT")) and 'FROM "negotiations_' in query["sql"]:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query['sql']}")
                found.append(Reading(query["sql"]))
                found[-1].add(cursor.fetchone()[0][0]["Plan"])
    return answer, found
