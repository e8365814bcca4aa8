"""Records of several kinds in one order of days, uncertain ones included: what timelines and actors' records show.

A record stands in it once, at the day on which it happened or began. Where no source knows that day, the first on which
it may have been decides; where only the last is known, that. What has no date comes last, in both directions. Of one
first day the more exact date comes before, then what has a clock time, by that; the rest of the order says nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from negotiations.analytics.rows import Document, all_made, citations, document, made, reference, referred, row, rows
from negotiations.analytics.written import WrittenDate
from negotiations.ledger.window import window_connection
from negotiations.models import Actor, Citation, Event, Issue, Outcome, Place, Position, Process, Statement, Talk
from negotiations.models.records import Record
from negotiations.vocabulary import ItemKind

# The kinds in the order in which they stand on one day; steps are events that carry out an outcome.
KINDS = tuple(ItemKind)
RECORDS: dict[ItemKind, type[Record]] = {
    ItemKind.TALK: Talk, ItemKind.STATEMENT: Statement, ItemKind.POSITION: Position, ItemKind.OUTCOME: Outcome,
    ItemKind.STEP: Event, ItemKind.EVENT: Event,
}  # fmt: skip
# What a cursor holds: the first or only known day, the last on which it may have begun, the clock, the kind, the id.
Position5 = tuple[datetime.date | None, datetime.date | None, datetime.time | None, int, UUID]
Querysets = Mapping[type[Record], QuerySet[Any]]

BOTH_ENDS = """
    CASE WHEN end_edtf IS NULL OR end_edtf = start_edtf THEN start_edtf
         ELSE split_part(coalesce(start_edtf, ''), '/', 1) || '/' || split_part(end_edtf, '/', -1) END
"""
# Of each record: the place of its kind in KINDS, its date as written, the days that covers, and its clock time.
_DATED: dict[type[Record], str] = {
    Talk: f"0, {BOTH_ENDS}, during, start_time",
    Statement: "1, said_on_edtf, said_on, NULL::time",
    Position: "2, in_force_edtf, in_force, NULL::time",
    Outcome: "3, agreed_edtf, agreed, NULL::time",
    Event: f"CASE WHEN carries_out_id IS NULL THEN 5 ELSE 4 END, {BOTH_ENDS}, during, NULL::time",
}
# The first and the last day on which the date `written`, which covers `days`, may have begun; null where it is open or
# not given. Read from `written`, which costs the most, only where `days` do not tell.
BEGUN = "extensions.edtf_day(nullif(nullif(split_part(written, '/', 1), ''), '..'))"
EARLIEST = "CASE WHEN strpos(written, '/') <> 1 THEN lower(days) END"
LATEST = f"""CASE WHEN strpos(written, '/') = 0 THEN upper(days) - 1
                  WHEN strpos(written, '/') = 11 THEN lower(days)
                  ELSE coalesce(upper({BEGUN}) - 1, upper(days) - 1) END"""
_ORDER = ("placed", "late", "clock", "kind", "id")
_LAST = {False: "'infinity'::date", True: "'-infinity'::date"}  # a day beyond all others, by whether days descend
NO_CLOCK = "'24:00'::time"


def _by_kind(one_of: Mapping[ItemKind, str], otherwise: str) -> str:
    """SQL: of the row `page`, the expression of its kind; only that one is computed."""
    cases = " ".join(f"WHEN {KINDS.index(kind)} THEN {value}" for kind, value in one_of.items())
    return f"CASE page.kind {cases} ELSE {otherwise} END"


def _record(model: type[Record], **relations: str) -> str:
    return f"(SELECT {row('it', **relations)} FROM {model._meta.db_table} it WHERE it.id = page.id)"


_PROCESS, _PLACE = reference(Process, "it.process_id"), reference(Place, "it.place_id")
_EVENT = _record(Event, process=_PROCESS, place=_PLACE, carries_out=reference(Outcome, "it.carries_out_id"))
_OF_OCCASION = "(SELECT t.process_id FROM negotiations_talk t WHERE t.id = it.occasion_id)"
_WHOLE = _by_kind({
    ItemKind.TALK: _record(
        Talk, process=_PROCESS, place=_PLACE, carries_out=reference(Outcome, "it.carries_out_id")),
    ItemKind.STATEMENT: _record(
        Statement, place=_PLACE, speaker=reference(Actor, "it.speaker_id"),
        on_behalf_of=reference(Actor, "it.on_behalf_of_id"),
        occasion=f"({reference(Talk, 'it.occasion_id')} "
                 f"|| jsonb_build_object('process', {reference(Process, _OF_OCCASION)}))"),
    ItemKind.POSITION: _record(
        Position, process=_PROCESS, talk=reference(Talk, "it.talk_id"), party=reference(Actor, "it.party_id")),
    ItemKind.OUTCOME: _record(Outcome, process=_PROCESS, talk=reference(Talk, "it.talk_id")),
}, _EVENT)  # fmt: skip


def _takings(source: str, roles: str, attendance: str = "NULL") -> str:
    """SQL: the actors `a` of `source`, each once, with `roles` and `attendance`."""
    taking = f"jsonb_build_object('actor', {referred(Actor, 'a')}, 'roles', {roles}, 'attendance', {attendance})"
    return rows(
        "found.taking", f"(SELECT a.name, a.id, {taking} AS taking FROM {source}) found", "found.name, found.id"
    )


_ROLES, _EACH = "jsonb_agg(p.role ORDER BY p.role)", "WHERE p.{}_id = page.id GROUP BY a.id, a.slug, a.name"
_EVENT_PARTIES = _takings(
    f"negotiations_eventparty p JOIN negotiations_actor a ON a.id = p.actor_id {_EACH.format('event')}", _ROLES
)
_PARTIES = _by_kind({
    ItemKind.TALK: _takings(
        "negotiations_delegation d JOIN negotiations_actor a ON a.id = d.party_id WHERE d.talk_id = page.id",
        "d.roles", "d.attendance"),
    ItemKind.OUTCOME: _takings(
        f"negotiations_outcomeparty p JOIN negotiations_actor a ON a.id = p.actor_id {_EACH.format('outcome')}",
        _ROLES),
    ItemKind.STATEMENT: "NULL", ItemKind.POSITION: "NULL",
}, _EVENT_PARTIES)  # fmt: skip


def _issues(source: str) -> str:
    issue = f"SELECT DISTINCT i.id, i.slug, i.name FROM negotiations_issue i WHERE i.id IN (SELECT {source})"
    return rows(referred(Issue, "about"), f"({issue}) about", "about.name, about.id")


_ISSUES = _by_kind({
    ItemKind.TALK: _issues("x.issue_id FROM negotiations_agendaitem x WHERE x.talk_id = page.id"),
    ItemKind.STATEMENT: _issues("x.to_issue_id FROM negotiations_statementlink x WHERE x.statement_id = page.id"),
    ItemKind.POSITION: _issues("x.issue_id FROM negotiations_position x WHERE x.id = page.id"),
    ItemKind.OUTCOME: _issues("x.issue_id FROM negotiations_outcomeissue x WHERE x.outcome_id = page.id"),
}, _issues("x.issue_id FROM negotiations_outcomeissue x JOIN negotiations_event e ON e.carries_out_id = x.outcome_id"
           " WHERE e.id = page.id"))  # fmt: skip
_CITED = {kind: citations(model._meta.model_name or "", "page.id") for kind, model in RECORDS.items()}
_CITATIONS = _by_kind(_CITED, "NULL")


@dataclass(frozen=True)
class Taking:
    """An actor that takes part in an item: in which roles and, in a talk, whether it attended."""

    actor: Actor
    roles: list[str]
    attendance: str | None = None


@dataclass(frozen=True)
class Item:
    """One record in the stream. `record` has what it refers to at hand; `parts` is how one actor took part in it."""

    kind: ItemKind
    record: Any
    when: WrittenDate
    parties: list[Taking]
    issues: list[Issue]
    citations: list[Citation]
    parts: list[Document] = field(default_factory=list)

    @property
    def position(self) -> Position5:
        """Where it stands in the order."""
        when, clock = self.when, getattr(self.record, "start_time", None)
        return (when.earliest or when.latest, when.latest, clock, KINDS.index(self.kind), self.record.pk)


@dataclass(frozen=True)
class Asked:
    """Which stretch of the order: at most `most` items beyond the place `beyond`, going `backward` or not."""

    descending: bool = False
    backward: bool = False
    beyond: Position5 | None = None
    most: int = 50
    counted: bool = True


@dataclass(frozen=True)
class Page:
    """The items of a stretch in the order of the list, whether more follow, and whether others lie behind them."""

    items: list[Item]
    has_more: bool
    is_behind: bool
    count: int | None


def stretch(querysets: Querysets, kinds: Sequence[ItemKind], asked: Asked, parts: str = "", actor: Any = None) -> Page:
    """The items of `kinds` among `querysets` (a condition for each kind of record) that are `asked` for. One statement.

    `parts` is SQL of how `actor`, in it `asked.actor`, took part in the row `page`.
    """
    dated, values = _dated(querysets)
    if not dated:
        return Page([], has_more=False, is_behind=False, count=0 if asked.counted else None)
    sql, beyond = _statement(dated, asked, parts)
    values = [actor, *values, [KINDS.index(kind) for kind in kinds], *beyond]
    with window_connection().cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    items = [_item(told) for _, _, *told in found if told[0] is not None]
    shown = items[: asked.most]
    return Page(
        shown[::-1] if asked.backward else shown,
        has_more=len(items) > asked.most,
        is_behind=found[0][1],
        count=found[0][0],
    )


def _dated(querysets: Querysets) -> tuple[list[str], list[Any]]:
    """SQL of the dates of each kind of record, and the values in it; kinds of which nothing is found are left out."""
    statements, values = [], []
    for model, queryset in querysets.items():
        query = queryset.order_by().values_list("pk").query
        try:
            chosen, own = query.get_compiler(connection=window_connection()).as_sql()
        except EmptyResultSet:
            continue
        table = model._meta.db_table
        statements.append(f"SELECT id, {_DATED[model]} FROM {table} WHERE id = ANY (ARRAY({chosen}))")
        values += own
    return statements, values


def _statement(dated: Sequence[str], asked: Asked, parts: str) -> tuple[str, list[Any]]:
    """The one statement, and the values of its second half: how many, from where, and of which kinds."""
    down = asked.descending != asked.backward
    last = _LAST[asked.descending]
    order = ", ".join(f"{key} {'DESC' if down else 'ASC'}" for key in _ORDER)
    beyond: str = "true"
    place: list[Any] = []
    if asked.beyond is not None:
        there = f"(coalesce(%s, {last}), coalesce(%s, {last}), coalesce(%s, {NO_CLOCK}), %s::int, %s::uuid)"
        beyond, place = f"({', '.join(_ORDER)}) {'<' if down else '>'} {there}", list(asked.beyond)
    behind = f"EXISTS (SELECT FROM placed WHERE NOT {beyond})" if place else "false"
    sql = f"""
        WITH asked AS MATERIALIZED (SELECT %s::uuid AS actor),
        dated (id, kind, written, days, clock) AS ({" UNION ALL ".join(dated)}),
        begun AS (SELECT *, {EARLIEST} AS earliest, {LATEST} AS latest FROM dated WHERE kind = ANY (%s)),
        placed AS MATERIALIZED (
            SELECT id, kind, written, earliest, latest, coalesce(earliest, latest, {last}) AS placed,
                   coalesce(latest, {last}) AS late, coalesce(clock, {NO_CLOCK}) AS clock FROM begun),
        page AS MATERIALIZED (SELECT * FROM placed WHERE {beyond} ORDER BY {order} LIMIT {asked.most + 1})
        SELECT {"(SELECT count(*) FROM placed)" if asked.counted else "NULL::bigint"}, {behind},
               page.kind, page.written, page.earliest, page.latest, {_WHOLE}, {_PARTIES}, {_ISSUES}, {_CITATIONS},
               {parts or "NULL"}
          FROM asked LEFT JOIN page ON true ORDER BY {order}
    """
    return sql, place * (2 if place else 1)


def _item(told: Sequence[Any]) -> Item:
    number, written, earliest, latest, *documents = told
    whole, parties, issues, cited, parts = map(document, documents)
    kind = KINDS[number]
    record = made(RECORDS[kind], whole)
    actors = all_made(Actor, (each["actor"] for each in parties or ()))
    takings = [
        Taking(actor, each["roles"], each["attendance"]) for actor, each in zip(actors, parties or (), strict=True)
    ]
    return Item(
        kind, record, WrittenDate(written, earliest, latest), takings or _named_by(record), all_made(Issue, issues),
        all_made(Citation, cited), parts or [],
    )  # fmt: skip


def _named_by(record: Any) -> list[Taking]:
    """The parties that a statement or position names itself."""
    if isinstance(record, Position):
        return [Taking(record.party, ["party"])]
    if not isinstance(record, Statement):
        return []
    named: dict[UUID, Taking] = {}
    for role in ("speaker", "on_behalf_of"):
        actor = getattr(record, role)
        if actor is not None:
            named.setdefault(actor.pk, Taking(actor, [])).roles.append(role)
    return list(named.values())
