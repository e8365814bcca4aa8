"""What every act shares: lock, close, open, look who is left in the cold, seal; and how it says no."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from negotiations.ledger import aggregates, catalogue, writing
from negotiations.ledger.aggregates import Ids
from negotiations.ledger.digests import quote
from negotiations.ledger.repeated_rules import SLUG_RULE
from negotiations.models import Edit, Pin, Revision, Submission
from negotiations.models.records import Identified, Record, validate_prose
from negotiations.vocabulary import RevisionKind

Roots = dict[type[Record], list[UUID]]


class Refused(ValueError):
    """An act that cannot be done; `messages` says, a sentence each, what stands in its way, by the records' names."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = [f"{message[:1].upper()}{message[1:]}" for message in messages]
        super().__init__(" ".join(self.messages))


def by_model(records: Iterable[Record]) -> Roots:
    roots: Roots = defaultdict(list)
    for record in records:
        roots[type(record)].append(record.pk)
    return roots


def refuse_unfit(note: str, otherwise: str = "A revision needs a public note that says what it changes.") -> None:
    """Raises Refused unless `note` says something, with nothing hidden in it; a revision's stands there for ever."""
    messages = [] if note.strip() else [otherwise]
    try:
        validate_prose(note)
    except ValidationError as error:
        messages += [f"The note is refused: {message}" for message in error.messages]
    if messages:
        raise Refused(messages)


def lock(roots: Mapping[type[Record], Iterable[UUID]]) -> list[Record]:
    """Locks the records in the order of their ids, so that nobody edits them half-way and two acts cannot deadlock.

    FOR NO KEY UPDATE: a stronger lock would wait for whoever is just citing one of them, who may be waiting for us.
    """
    records: list[Record] = []
    for model in sorted(roots, key=lambda model: model._meta.db_table):
        ids = set(roots[model])
        locked = list(model._default_manager.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        if len(locked) < len(ids):
            raise Refused([f"A {model._meta.verbose_name} among them no longer exists; reload the page."])
        records += locked
    return records


def refuse_changed(records: Iterable[Record], locked: Iterable[Record]) -> None:
    """Raises Refused, by name, for each of `records` whose version is not the one that is now `locked`."""
    now = {record.pk: record.version for record in locked}
    if changed := [record for record in records if record.version != now[record.pk]]:
        raise Refused(
            f"{said(record)} was changed since it was read (version {record.version} then, {now[record.pk]} now): look"
            " at it again first."
            for record in changed
        )


def close_and_open(number: int, desk: Ids, public: Ids) -> int:
    """Makes `desk` public in place of `public`, as of revision `number`; returns how many rows that changed."""
    with said_by_the_ledger():
        return writing.close_rows(number, desk, public) + writing.open_rows(number, desk)


def seal(
    head: writing.Head, desk: Ids, public: Ids, *, kind: str, note: str, by: Any, suppressed: Ids | None = None
) -> Revision:
    """Refuses what would leave a public record with a reference to nothing; else seals the revision."""
    if messages := _left_in_the_cold(desk, public, is_merge=kind == RevisionKind.MERGE):
        raise Refused(messages)
    with said_by_the_ledger():
        number = writing.seal(head, desk=desk, ledger=public, kind=kind, note=note, by=by.pk, suppressed=suppressed)
        writing.check_constraints_now()
    return Revision.objects.get(pk=number)


def _left_in_the_cold(desk: Ids, public: Ids, *, is_merge: bool) -> list[str]:
    """A sentence for each public record that still refers to one of the rows just closed for good."""
    remedy = "publish it without that reference first" if is_merge else "take that out and republish it in the same act"
    closed: Ids = {model: list(set(ids) - set(desk.get(model, []))) for model, ids in public.items()}
    found = [f"{said(record)} still refers to {what}; {remedy}." for record, what in referring(closed, "ledger")]
    return sorted(set(found))


def referring(targets: Ids, schema: Literal["public", "ledger"], *, but: Ids | None = None) -> list[tuple[Record, str]]:
    """Each record with a row, on the desk or public now, that refers to one of `targets`, and what that is called.

    Rows among `but` do not count. One query for each foreign key that leads to a table of `targets`.
    """
    wanted = {model._meta.db_table: ids for model, ids in targets.items() if ids}
    found: list[tuple[Record, str]] = []
    is_open = f" AND {catalogue.OPEN}" if schema == "ledger" else ""
    with connection.cursor() as cursor:
        for model in aggregates.tables() if wanted else ():
            table = model._meta.db_table
            for column, target in catalogue.references_of(cursor, table):
                if target in wanted:
                    cursor.execute(
                        f"""SELECT id, {quote(column)} FROM {schema}.{quote(table)}
                             WHERE {quote(column)} = ANY (%s) AND id <> ALL (%s){is_open}""",
                        [wanted[target], (but or {}).get(model, [])],
                    )
                    found += _named(model, column, cursor.fetchall(), schema)
    return found


def refuse_referred_to(going: Ids, but: Ids) -> None:
    """Raises Refused, by name, when a row of the desk that is not among `but` refers to one of `going`."""
    holding = {
        f"{said(other)} refers to {what}: take the reference out first."
        for other, what in referring(going, "public", but=but)
    }
    if holding:
        raise Refused(sorted(holding))


def delete_from_desk(record: Record) -> None:
    """Delete `record` with its parts; raises Refused, by name, when anything else on the desk refers to one of them.

    Its parts go first and without being asked, since they may refer to one another and to the record. Needs a
    transaction.
    """
    own = aggregates.rows_under({type(record): [record.pk]}, "public")
    refuse_referred_to(own, own)
    with connection.cursor() as cursor:
        for model, ids in own.items():
            parts = [id for id in ids if id != record.pk]
            cursor.execute(f"DELETE FROM public.{quote(model._meta.db_table)} WHERE id = ANY (%s)", [parts])
    record.delete()


def _named(
    model: Any, column: str, pairs: list[tuple[UUID, UUID]], schema: Literal["public", "ledger"]
) -> list[tuple[Record, str]]:
    """For each row of `model` that refers to another row: the record it belongs to, and what the other is called.

    A few queries a kind of row, however many refer to something. A record that the desk has lost is left out.
    """
    if not pairs:
        return []
    target = next(field for field in model._meta.concrete_fields if field.column == column).related_model
    called = {row.pk: said(row) for row in target._default_manager.filter(pk__in={to for _, to in pairs})}
    roots = aggregates.roots(model, [id for id, _ in pairs], schema)
    records: dict[UUID, Record] = {}
    for kind, ids in _by_kind(roots.values()).items():
        keys = [field.name for field in kind._meta.concrete_fields if field.many_to_one]
        records |= {row.pk: row for row in kind._default_manager.select_related(*keys).filter(pk__in=ids)}
    owned = ((roots[id][1], to) for id, to in pairs if id in roots)
    return [(records[root], called.get(to, "it")) for root, to in owned if root in records]


def _by_kind(roots: Iterable[tuple[type[Record], UUID]]) -> dict[type[Record], set[UUID]]:
    found: dict[type[Record], set[UUID]] = defaultdict(set)
    for kind, id in roots:
        found[kind].add(id)
    return found


def said(row: Identified) -> str:
    """A row by the name of the record that it is, or is a part of: The talk “Istanbul talks” (istanbul)."""
    record = whole(row)
    kind = record._meta.verbose_name
    part = "" if record is row else f"the {row._meta.verbose_name} “{row}” of "
    return f"{part}the {kind} “{record}” ({record.slug})"


def whole(row: Identified) -> Any:
    """The record that a row is, or is a part of."""
    while not isinstance(row, Record):
        row = row.whole  # type: ignore[attr-defined]  # what is no record is a part
    return row


@contextmanager
def said_by_the_ledger() -> Iterator[None]:
    """Turns what PostgreSQL refuses inside into Refused, by the names of the records that it names by their ids."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused([f"{words_of(error) or _said_kindly(error)}{_concerned(error)}"]) from error


def words_of(error: IntegrityError) -> str | None:
    """The message of the desk's rule that PostgreSQL enforced, as the model words it; None for any other rule."""
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    models: list[type[Identified]] = [*aggregates.tables(), Submission, Pin, Edit]
    for model in models:
        said = {rule.name: str(rule.get_violation_error_message()) for rule in model._meta.constraints}
        said |= {rule.name: rule.message for rule in model.rules()}
        if broken in said:
            return said[broken]
    return None


def _said_kindly(error: IntegrityError) -> str:
    """What PostgreSQL refused, in a sentence that names the rule."""
    diagnosis = getattr(error.__cause__, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None) or "an unnamed rule"
    table = (getattr(diagnosis, "table_name", None) or "a record").removeprefix("negotiations_")
    for known, sentence in KNOWN.items():
        if rule.endswith(known):
            slug = SLUG_IN_KEY.search(_detail(error))
            return sentence.format(slug=f" “{slug[1]}”" if slug else "")
    return f"The ledger refuses this ({rule.replace('_', ' ')}, {table}): {str(error).splitlines()[0]}."


def _detail(error: IntegrityError) -> str:
    """What PostgreSQL adds to its message: `Key (talk_id, party_id)=(…, …) already exists.`"""
    return getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""


def _concerned(error: IntegrityError) -> str:
    """A sentence with the records of which PostgreSQL named the ids or, of their parts, the records they belong to."""
    ids = set(ID.findall(_detail(error)))
    rows = [row for model in aggregates.tables() if ids for row in model._default_manager.filter(pk__in=ids)]
    names = sorted({said(row) for row in rows})
    return f" It concerns {' and '.join(names)}." if names else ""


SLUG_IN_KEY = re.compile(r"Key \(slug, id\)=\(([^,]+), ")
ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

# The ledger's own rules, by the end of their names.
KNOWN = {
    SLUG_RULE: "Another record was public under the slug{slug}, which belongs to it for ever; choose another.",
    "what_is_gone_stays_gone": "A record or part among them was merged or suppressed and is never public again.",
}
