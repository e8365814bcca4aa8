"""No public request makes PostgreSQL read a large table from end to end: each statement is explained as it is served.

The world has some hundred rows a table, too few for PostgreSQL to mind reading them all. So it is told that this, and
the joins that do so, cost a lot, and pages are of two rows: what it then still reads from end to end has no index to be
read by. On the large set it is left its choice: `python -m bench.large python -m bench.plans`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from bench.plans import explained, served
from bench.requests import Request, requests
from negotiations.ledger import aggregates
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Affiliation, AgendaItem, Event, Identifier, Issue, Name, Place, Process, Revision
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.ledger.growing import multiply
from tests.scenery import published

COPIES = 200
# What reads as much as there is to tell, by what it is asked: of these the answer, or its count, grows with the data.
READS_ALL = {
    "attribution=": "how many rest on a citation in such a voice, which may be most",
    "changed_after=": "of which records anything changed since then, which may be all",
    "coverage": "what was last changed of any record of each process",
    "disputes": "of which facts there are several versions",
    "q=": "which texts hold these letters: no index knows parts of words",
    "during=": "which days overlap: walked in the list's order, which so few rows are not worth",
    "on=": "the same",
    "country=": "in which country a place lies",
    "reliability=": "no index of it is kept: nearly all sources are of the usual one",
    "is_headline=": "which positions are the headlines, about half",
    "outcomes stance=": "which outcomes have such a party, which may be most",
    "context:": "the few members of this world's delegations, read at once",
    "a revision": "what it touched, here most there is",
    "versions of one": "the same of a record",
}
# Of which there are few, however many talks there are: reading all of them is quicker than looking each up.
FEW = (Actor, Process, Issue, Place, Name, Identifier, Affiliation, Event)


@pytest.fixture
def many(dashboard: Dashboard) -> Dashboard:
    world = publish_a_world()
    AgendaItem.objects.create(talk=world["talk"], issue=world["issue"])
    published(world["talk"], kind="new_fact")
    multiply(COPIES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    return dashboard


def large() -> set[str]:
    """The twins of which nothing should read all; in this world each has as many rows as there are copies."""
    return {f"ledger.{model._meta.db_table}" for model in aggregates.tables() if model not in FEW}


def read_whole(dashboard: Dashboard, request: Request, seen: set[str]) -> Iterator[str]:
    """Each large table that the request reads from end to end, with the request's name; of statements not `seen`."""
    asked = served(dashboard.ask, request.path, "default")
    if asked.status not in (200, 303):
        yield f"{request.name}: {request.path} is answered by {asked.status}"
    revision = int(request.path.partition("as_of=")[2] or 0) or None
    with open_window(revision), connection.cursor() as cursor:
        for statement, parameters in asked.statements:
            if f"{revision} {statement}" not in seen:
                seen.add(f"{revision} {statement}")
                plan = explained(cursor, statement, parameters, analyse=False)
                # No row of this world is closed, so that nothing is quicker than to read all that are.
                whole = (node for node in plan.whole if not node.index.endswith("_closed_in"))
                yield from (f"{request.name}: {node}" for node in whole if node.table in large())


def test_no_request_reads_a_large_table_from_end_to_end(many: Dashboard) -> None:
    seen: set[str] = set()
    with open_window():
        wanted = list(requests(past=Revision.objects.count(), page_size=2))

    found = [read for request in wanted for read in read_whole(many, request, seen)]
    unexpected = [read for read in found if not any(name in read for name in READS_ALL)]
    assert not unexpected, "\n".join(unexpected)
