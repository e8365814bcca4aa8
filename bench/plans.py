"""How PostgreSQL reads what each public request asks of it: `python -m bench.large python -m bench.plans`.

Each statement is explained as it was served, with its parameters, on the connection and in the window that served it.
It fails where a large table is read from end to end, and tells where the most is read.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import django

LARGE = 5_000  # rows of a table from which on nobody reads all of it


# What needs all that is below it before it gives anything, so that no limit above it helps.
TAKES_ALL = {"Sort", "Hash", "Aggregate", "WindowAgg", "SetOp", "Bitmap Heap Scan", "ModifyTable"}


def _by_all_of_an_index(node: dict[str, Any]) -> bool:
    """Whether the bitmap of `node` is made of all that an index holds, as of a partial one."""
    if node["Node Type"] == "Bitmap Index Scan":
        return "Index Cond" not in node
    below = [_by_all_of_an_index(each) for each in node["Plans"] if "Bitmap" in each["Node Type"]]
    return all(below) if node["Node Type"] == "BitmapAnd" else any(below)


@dataclass(frozen=True)
class Node:
    """A node of a plan that reads rows: of which table, by which index if any, and how many it looked at."""

    kind: str
    table: str
    index: str
    is_whole: bool  # whether it reads the table, or all of an index of it, from end to end
    rows: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.index}".strip()


@dataclass
class Read:
    """What PostgreSQL did for one statement, or would do, by its own account."""

    statement: str
    milliseconds: float = 0
    pages: int = 0
    nodes: list[Node] = field(default_factory=list)

    @property
    def whole(self) -> list[Node]:
        """What was read from end to end; to count what is there an index may be."""
        counts = self.statement.startswith("SELECT COUNT(*)")
        return [node for node in self.nodes if node.is_whole and not (counts and node.kind != "Seq Scan")]

    @property
    def most(self) -> Node | None:
        """The node that looked at the most rows."""
        return max(self.nodes, key=lambda node: node.rows, default=None)

    def add(self, node: dict[str, Any], *, may_stop: bool = False) -> None:
        """`node` and those below it; it may stop early where a limit above it has enough."""
        kind, name = node["Node Type"], node.get("Relation Name")
        may_stop = kind == "Limit" or (may_stop and kind not in TAKES_ALL)
        if name:
            seen = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
            seen += node.get("Rows Removed by Index Recheck", 0)
            is_whole = kind == "Seq Scan" or (kind == "Bitmap Heap Scan" and _by_all_of_an_index(node))
            is_whole |= "Index" in kind and "Index Cond" not in node and not may_stop
            rows = int(seen * node.get("Actual Loops", 1))
            self.nodes.append(Node(kind, f"{node['Schema']}.{name}", node.get("Index Name", ""), is_whole, rows))
        for below in node.get("Plans", []):
            self.add(below, may_stop=may_stop and below.get("Parent Relationship") in ("Outer", "Member", "Subquery"))


def explained(cursor: Any, statement: str, parameters: Any, *, analyse: bool = True) -> Read:
    """The plan of a statement with its parameters, on a cursor in the window that served it."""
    options = "ANALYZE, BUFFERS, TIMING OFF, " if analyse else ""
    cursor.execute(f"EXPLAIN ({options}VERBOSE, FORMAT JSON) {statement}", parameters)
    told = cursor.fetchone()[0][0]
    plan = told["Plan"]
    read = Read(statement, told.get("Execution Time", 0) + told.get("Planning Time", 0))
    read.pages = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    read.add(plan)
    return read


@dataclass
class Served:
    """The statements that a request had, in order: SQL and parameters."""

    status: int
    statements: list[tuple[str, Any]]


def served(ask: Callable[[str], Any], path: str, alias: str) -> Served:
    """Asks for `path` and keeps what was asked of the database for it."""
    from django.db import connections

    kept: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.lstrip(" \n(").upper().startswith(("SELECT", "WITH")):
            kept.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connections[alias].execute_wrapper(keep):
        answer = ask(path)
    for _ in getattr(answer, "streaming_content", ()):
        pass
    return Served(answer.status_code, kept)


def reads_of(ask: Callable[[str], Any], path: str, *, analyse: bool = True) -> Iterator[Read]:
    """The plans of all that a request asks of records; the statements of the door itself are left out."""
    from django.conf import settings
    from django.db import connections

    from negotiations.ledger.window import open_window

    found = served(ask, path, settings.PUBLIC_ALIAS)
    if found.status not in (200, 303):
        raise ValueError(f"{path} is answered by {found.status}.")
    revision = int(path.partition("as_of=")[2] or 0) or None
    with open_window(revision), connections[settings.PUBLIC_ALIAS].cursor() as cursor:
        for statement, parameters in found.statements:
            if "set_config" not in statement and "FROM head" not in statement:
                yield explained(cursor, statement, parameters, analyse=analyse)


def large_tables() -> set[str]:
    """The twins from which nobody reads everything, as VACUUM last counted them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'ledger.' || relname FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND reltuples > %s",
            [LARGE],
        )
        return {name for (name,) in cursor.fetchall()}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="requests whose name holds this")
    parser.add_argument("--worst", type=int, default=40, help="how many of the slowest are told (40)")
    parser.add_argument("--show", action="store_true", help="print their statements too")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    return tell(options)


def tell(options: argparse.Namespace) -> int:
    """Explains every request and prints the slowest and those that scan; how many scan."""
    from django.conf import settings
    from django.test import Client

    from bench.requests import requests
    from negotiations.ledger.window import open_window

    settings.REQUESTS_PER_MINUTE = 10**9
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(raise_request_exception=True)
    large = large_tables()
    with open_window():
        wanted = [request for request in requests() if options.only in request.name]
    found: list[tuple[str, Read]] = []
    amiss = 0
    began = time.monotonic()
    for request in wanted:
        try:
            found += [
                (request.name, read) for read in reads_of(lambda path: client.get(f"/api/v1/{path}"), request.path)
            ]
        except Exception as error:
            print(f"FAILS {request.name}: {request.path}: {error}", flush=True)
            amiss += 1
    print(f"{len(wanted)} requests, {len(found)} statements, {time.monotonic() - began:.0f} s")
    for name, read in sorted(found, key=lambda each: -each[1].milliseconds)[: options.worst]:
        rows = read.most.rows if read.most else 0
        print(f"{read.milliseconds:9.1f} ms {read.pages:8} pages {rows:9} rows {read.most!s:70} {name}")
        if options.show:
            print(f"    {read.statement}")
    for name, read in found:
        if scans := sorted({str(node) for node in read.whole if node.table in large}):
            amiss += 1
            print(f"READS {', '.join(scans)}: {name}, {read.milliseconds:.1f} ms\n    {read.statement[:500]}")
    return min(amiss, 1)


if __name__ == "__main__":
    sys.exit(main())
