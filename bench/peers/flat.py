"""FastAPI and asyncpg as it is often written: flat queries, one for each kind of row, and Python dictionaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from fastapi import HTTPException, Request, Response

from bench.peers.current import current_amount, current_text, plain
from bench.peers.database import MOST_IN_A_PAGE, after, answer, application, root

app = application()
Row = dict[str, Any]
SHORT = 100  # characters of a statement's text that stand for it


@dataclass(frozen=True)
class Level:
    """Rows of one table: how `$1` finds them, which members are references to what, and which rows go with them."""

    sql: str
    references: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Level] = field(default_factory=dict)
    finished: Callable[[Row], None] = lambda row: None


def citations(owner: str) -> Level:
    return Level(
        f"""SELECT c.{owner}_id AS of, c.id, c.source_id AS source, c.testimony_id AS statement, c.excerpt,
                   c.locator, c.supports, c.attribution, c.speaker_id AS speaker, c.descriptor,
                   c.on_behalf_of_id AS on_behalf_of,
                   c.credited_to_id AS credited_to, c.excerpt_check
              FROM negotiations_citation c LEFT JOIN negotiations_source s ON s.id = c.source_id
             WHERE c.{owner}_id = ANY ($1) ORDER BY s.slug, c.locator, c.id""",
        {"source": "sources", "statement": "statements", "speaker": "actors", "on_behalf_of": "actors",
         "credited_to": "actors"},
    )  # fmt: skip


def assertions(owner: str) -> Level:
    return Level(
        f"""SELECT {owner}_id AS of, id, field, state, word, amount, date_edtf AS date,
                   to_char(time, 'HH24:MI') AS time, zone, value_actor_id AS value_actor,
                   value_place_id AS value_place, approximate, held_on_edtf AS held_on, unit, counting,
                   giver_id AS giver, receiver_id AS receiver, rank, rank_reason, held_on AS days
              FROM negotiations_assertion WHERE {owner}_id = ANY ($1)
             ORDER BY field, negotiations_assertion.held_on NULLS FIRST, id""",
        {"value_actor": "actors", "value_place": "places", "giver": "actors", "receiver": "actors"},
        {"citations": citations("assertion")},
    )


def finish_delegation(row: Row) -> None:
    row["size"] = current_amount(row["assertions"], "size")
    row["mandate"] = current_text(row["assertions"], "mandate")


def finish_talk(row: Row) -> None:
    row["duration"] = current_amount(row["assertions"], "duration")
    row["scheduled"] = current_text(row["assertions"], "scheduled")


MEMBERS = Level(
    """SELECT m.delegation_id AS of, m.id, m.person_id AS person, m.descriptor, m.number,
              m.affiliation_id AS affiliation, m.capacity, m.attendance, m.present
         FROM negotiations_delegationmember m LEFT JOIN negotiations_actor a ON a.id = m.person_id
        WHERE m.delegation_id = ANY ($1)
        ORDER BY array_position('{head,co_head,deputy,member,expert,spokesperson,interpreter,staff}', m.capacity),
                 a.name, m.id""",
    {"person": "actors", "affiliation": "offices"},
    {"citations": citations("member")},
)
DELEGATIONS = Level(
    """SELECT d.talk_id AS of, d.id, d.talk_id AS talk, d.party_id AS party, d.styled, d.roles,
              d.sits_with_id AS sits_with, d.attendance, d.present, d.level, d.place_id AS place,
              d.list_basis, d.list_is_complete
         FROM negotiations_delegation d JOIN negotiations_actor a ON a.id = d.party_id
        WHERE d.talk_id = ANY ($1) ORDER BY a.name, d.id""",
    {"talk": "talks", "party": "actors", "sits_with": "delegations", "place": "places"},
    {"members": MEMBERS, "assertions": assertions("delegation"), "citations": citations("delegation")},
    finish_delegation,
)
AGENDA = Level(
    """SELECT t.talk_id AS of, t.id, t.issue_id AS issue, t.text, t.discussed
         FROM negotiations_agendaitem t LEFT JOIN negotiations_issue i ON i.id = t.issue_id
        WHERE t.talk_id = ANY ($1) ORDER BY i.name, t.text, t.id""",
    {"issue": "issues"},
    {"assertions": assertions("agenda_item"), "citations": citations("agenda_item")},
)
TALKS = Level(
    """SELECT id, slug, title AS label, title, process_id AS process, relation, related_talk_id AS related_talk, kind,
              round_number, status, modality, setting, track, place_id AS place, start_edtf AS start, end_edtf AS "end",
              to_char(start_time, 'HH24:MI') AS start_time, to_char(end_time, 'HH24:MI') AS end_time, zone,
              carries_out_id AS carries_out, languages, purpose, summary
         FROM negotiations_talk WHERE id = ANY ($1)""",
    {"process": "processes", "related_talk": "talks", "place": "places", "carries_out": "outcomes"},
    {"agenda": AGENDA, "delegations": DELEGATIONS, "assertions": assertions("talk"), "citations": citations("talk")},
    finish_talk,
)
POSITIONS = Level(
    """SELECT id, slug, label, process_id AS process, party_id AS party, issue_id AS issue, stance, text, condition,
              tied_to_id AS tied_to, in_force_edtf AS in_force, talk_id AS talk, ascription, is_headline,
              supersedes_id AS supersedes
         FROM negotiations_position WHERE id = ANY ($1)""",
    {"process": "processes", "party": "actors", "issue": "issues", "tied_to": "issues", "talk": "talks",
     "supersedes": "positions"},
    {"citations": citations("position")},
)  # fmt: skip
# What a reference shows of each kind of record.
REFERRED = {
    "processes": "SELECT id, slug, title AS label FROM negotiations_process WHERE id = ANY ($1)",
    "talks": "SELECT id, slug, title AS label FROM negotiations_talk WHERE id = ANY ($1)",
    "outcomes": "SELECT id, slug, title AS label FROM negotiations_outcome WHERE id = ANY ($1)",
    "actors": "SELECT id, slug, name AS label FROM negotiations_actor WHERE id = ANY ($1)",
    "places": "SELECT id, slug, name AS label FROM negotiations_place WHERE id = ANY ($1)",
    "issues": "SELECT id, slug, name AS label FROM negotiations_issue WHERE id = ANY ($1)",
    "positions": "SELECT id, slug, label FROM negotiations_position WHERE id = ANY ($1)",
    "statements": "SELECT id, slug, CASE WHEN title = '' THEN text ELSE title END AS label, title"
    " FROM negotiations_statement WHERE id = ANY ($1)",
    "sources": "SELECT s.id, s.slug, a.name || CASE WHEN s.title = '' THEN ', ' || s.slug ELSE ': ' || s.title END"
    " AS label FROM negotiations_source s JOIN negotiations_actor a ON a.id = s.publisher_id WHERE s.id = ANY ($1)",
    "delegations": "SELECT d.id, 'Delegation of ' || CASE WHEN d.styled = '' THEN a.name ELSE d.styled END AS label"
    " FROM negotiations_delegation d JOIN negotiations_actor a ON a.id = d.party_id WHERE d.id = ANY ($1)",
}
OFFICES = Level(
    """SELECT id, actor_id AS actor, organisation_id AS organisation, title, during_edtf AS during
         FROM negotiations_affiliation WHERE id = ANY ($1)""",
    {"actor": "actors", "organisation": "actors"},
)


class Reading:
    """Rows of one answer, and the references that they still lack."""

    def __init__(self, connection: Any, root: str) -> None:
        self.connection, self.root = connection, root
        self.wanted: defaultdict[str, list[tuple[Row, str]]] = defaultdict(list)
        self.unfinished: list[tuple[Callable[[Row], None], Row]] = []

    async def rows(self, level: Level, ids: list[Any]) -> list[Row]:
        """The rows of `level` for these ids, with all that goes with them but references."""
        rows = [dict(row) for row in await self.connection.fetch(level.sql, ids)]
        for name, resource in level.references.items():
            self.wanted[resource] += [(row, name) for row in rows if row[name] is not None]
        below = [row["id"] for row in rows]
        for name, part in level.parts.items():
            found: defaultdict[Any, list[Row]] = defaultdict(list)
            for row in await self.rows(part, below) if below else ():
                found[row.pop("of")].append(row)
            for row in rows:
                row[name] = found.get(row["id"], [])
        self.unfinished += [(level.finished, row) for row in reversed(rows)]
        return rows

    async def whole(self, level: Level, ids: list[Any], resource: str) -> list[Row]:
        """The records with these ids, in their order, as they are answered."""
        found = {row["id"]: row for row in await self.rows(level, ids)}
        for row in found.values():
            row["url"] = f"{self.root}{resource}/{row['slug']}/"
        await self.refer()
        for finish, row in self.unfinished:
            finish(row)
        for row in found.values():
            plain(row)
        return [found[id] for id in ids]

    async def refer(self) -> None:
        offices = self.wanted.pop("offices", [])
        whole = {row["id"]: row for row in await self.rows(OFFICES, [row[name] for row, name in offices])}
        for row, name in offices:
            row[name] = whole[row[name]]
        for resource, places in self.wanted.items():
            ids = list({row[name] for row, name in places})
            records = await self.connection.fetch(REFERRED[resource], ids)
            known = {record["id"]: self.reference(resource, record) for record in records}
            for row, name in places:
                row[name] = known[row[name]]

    def reference(self, resource: str, record: Any) -> Row:
        found = {**record, "url": f"{self.root}{resource}/{record.get('slug') or record['id']}/"}
        if resource == "statements" and not found.pop("title") and len(found["label"]) > SHORT:
            found["label"] = found["label"][: SHORT - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
        return found


async def shown(request: Request, level: Level, resource: str, sql: str, *values: Any) -> list[Row]:
    """The records that the statement `sql` picks."""
    async with request.app.state.pool.acquire() as connection:
        ids = [row["id"] for row in await connection.fetch(sql, *values)][:MOST_IN_A_PAGE]
        return await Reading(connection, root(request)).whole(level, ids, resource) if ids else []


def page(rows: list[Row]) -> Response:
    return answer(orjson.dumps({"count": None, "results": rows}))


LATEST = f"ORDER BY during DESC NULLS LAST, id LIMIT {MOST_IN_A_PAGE + 1}"
OF_PARTY = f"""SELECT id FROM negotiations_talk t WHERE kind = $2 AND EXISTS (
    SELECT FROM negotiations_delegation d JOIN negotiations_actor a ON a.id = d.party_id
     WHERE d.talk_id = t.id AND a.slug = $1) {LATEST}"""
AFTER = f"""SELECT id FROM negotiations_talk WHERE during <= $1::text::daterange
    AND (during < $1::text::daterange OR id > $2::text::uuid) {LATEST}"""


@app.get("/api/v1/talks/")
async def talks(
    request: Request, party: str | None = None, kind: str | None = None, cursor: str | None = None
) -> Response:
    if party is not None:
        return page(await shown(request, TALKS, "talks", OF_PARTY, party, kind))
    if begin := after(cursor):
        return page(await shown(request, TALKS, "talks", AFTER, *begin))
    return page(await shown(request, TALKS, "talks", f"SELECT id FROM negotiations_talk {LATEST}"))


@app.get("/api/v1/talks/{address}/")
async def talk(request: Request, address: str) -> Response:
    rows = await shown(request, TALKS, "talks", "SELECT id FROM negotiations_talk WHERE slug = $1", address)
    if not rows:
        raise HTTPException(404)
    return answer(orjson.dumps(rows[0]))


@app.get("/api/v1/positions/")
async def positions(request: Request, process: str, party: str) -> Response:
    sql = f"""SELECT p.id FROM negotiations_position p JOIN negotiations_process s ON s.id = p.process_id
                JOIN negotiations_actor a ON a.id = p.party_id
               WHERE s.slug = $1 AND a.slug = $2 ORDER BY in_force DESC NULLS LAST, p.id LIMIT {MOST_IN_A_PAGE + 1}"""
    return page(await shown(request, POSITIONS, "positions", sql, process, party))
