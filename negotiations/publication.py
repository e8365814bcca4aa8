"""Editorial acts: the only code that changes what is public. Each is one transaction and one revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from negotiations.ledger import aggregates, mirror, writing
from negotiations.ledger.aggregates import Ids
from negotiations.ledger.digests import quote
from negotiations.models import Citation, Event, Outcome, Position, Revision, Statement, Talk
from negotiations.models.records import Identified, Record, validate_prose
from negotiations.vocabulary import Ascription, Reliability, RevisionKind

MUST_BE_CITED: tuple[Any, ...] = (Talk, Statement, Position, Outcome, Event)
# Retraction, merge and suppression are acts of their own.
PUBLISHING_KINDS = (RevisionKind.NEW, RevisionKind.NEW_FACT, RevisionKind.CORRECTION, RevisionKind.EDITORIAL)
Roots = dict[type[Record], list[UUID]]


class Refused(ValueError):
    """An act that cannot be done; `messages` says, a sentence each, what stands in its way, by the records' names."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(self.messages))


def publish(records: Iterable[Record], *, by: AbstractBaseUser, kind: str, note: str) -> Revision | None:
    """Make the desk's state of `records`, with all their parts, public as one revision; None when nothing differs.

    `kind` is one of PUBLISHING_KINDS; `note` is public and not empty. Raises Refused when a record has no citation
    where one is needed, when something it refers to is still a draft and not among `records`, or when PostgreSQL
    refuses. Opens its own transaction (a savepoint inside another); takes the lock on the ledger's head, so acts wait
    for each other.
    """
    if messages := _unfit(kind, note):
        raise Refused(messages)
    roots: Roots = defaultdict(list)
    for record in records:
        roots[type(record)].append(record.pk)
    if not roots:
        return None
    with transaction.atomic():
        _lock(roots)
        head = writing.lock_head()
        desk = aggregates.rows_under(roots, "public")
        public = aggregates.rows_under(roots, "ledger")
        if messages := [*_uncited(roots), *_not_in_own_voice(roots), *_drafts_referred_to(desk)]:
            raise Refused(messages)
        try:
            changed = writing.close_rows(head.number + 1, desk, public) + writing.open_rows(head.number + 1, desk)
            if not changed:
                return None
            number = writing.seal(head, desk=desk, ledger=public, kind=kind, note=note, by=by.pk)
            writing.check_constraints_now()
        except IntegrityError as error:
            raise Refused([_said_kindly(error)]) from error
    return Revision.objects.get(pk=number)


def was_ever_public(record: Record) -> bool:
    """Whether any revision, past or present, holds this record: such a record cannot be deleted."""
    with connection.cursor() as cursor:
        table = quote(record._meta.db_table)
        cursor.execute(f"SELECT EXISTS (SELECT FROM ledger.{table} WHERE id = %s)", [record.pk])
        return bool(cursor.fetchone()[0])


def _unfit(kind: str, note: str) -> list[str]:
    """What is wrong with a revision's public words."""
    messages = []
    if kind not in PUBLISHING_KINDS:
        messages.append(f"{kind!r} is no kind of publishing; use one of {', '.join(PUBLISHING_KINDS)}.")
    if not note.strip():
        messages.append("A revision needs a public note that says what it changes.")
    try:
        validate_prose(note)
    except ValidationError as error:
        messages += [f"The note is refused: {message}" for message in error.messages]
    return messages


def _lock(roots: Roots) -> None:
    """Locks the records in the order of their ids, so that nobody edits them half-way and two acts cannot deadlock.

    FOR NO KEY UPDATE: a stronger lock would wait for whoever is just citing one of them, who may be waiting for us.
    """
    for model in sorted(roots, key=lambda model: model._meta.db_table):
        locked = list(model._default_manager.select_for_update(no_key=True).filter(pk__in=roots[model]).order_by("pk"))
        if len(locked) < len(set(roots[model])):
            raise Refused([f"A {model._meta.verbose_name} among them no longer exists; reload the page."])


def _uncited(roots: Roots) -> list[str]:
    """A sentence for each record that must be cited and rests on nothing but rejected sources."""
    messages = []
    for model in MUST_BE_CITED:
        name = model._meta.model_name
        bare = model._default_manager.filter(pk__in=roots.get(model, [])).exclude(
            citations__in=Citation.objects.exclude(source__reliability=Reliability.REJECTED)
        )
        messages += [
            f"The {name} “{record}” ({record.slug}) has no citation of a source that is not rejected; add one."
            for record in bare
        ]
    return messages


def _not_in_own_voice(roots: Roots) -> list[str]:
    """A sentence for each self-stated position without a citation in its party's own voice, rejected sources apart.

    The voice is the citation's, or that of the statement it rests on: the party's, somebody's on its behalf, or
    somebody's who is affiliated to it.
    """
    party = OuterRef("party")
    in_own_voice = Q()
    for whose in ("", "testimony__"):
        for voice in ("speaker", "on_behalf_of", "speaker__affiliations__organisation"):
            in_own_voice |= Q(**{f"{whose}{voice}": party})
    own = Citation.objects.filter(in_own_voice, position=OuterRef("pk")).exclude(
        source__reliability=Reliability.REJECTED
    )
    mute = Position.objects.filter(~Exists(own), pk__in=roots.get(Position, []), ascription=Ascription.SELF_STATED)
    return [
        f"The position “{position}” ({position.slug}) is self_stated, and no citation is in the voice of"
        f" {position.party}: cite the party, somebody affiliated to it or somebody who speaks on its behalf, or change"
        " the ascription."
        for position in mute.select_related("party")
    ]


def _drafts_referred_to(desk: Ids) -> list[str]:
    """A sentence for each draft that something about to be public refers to."""
    wanted: dict[type[Record], set[UUID]] = defaultdict(set)
    by_table: dict[str, Any] = {model._meta.db_table: model for model in aggregates.tables()}
    with connection.cursor() as cursor:
        for model, ids in desk.items():
            for column, target in mirror.references_of(cursor, model._meta.db_table):
                key = f"d.{quote(column)}"
                cursor.execute(
                    f"""SELECT DISTINCT {key} FROM public.{quote(model._meta.db_table)} d
                         WHERE d.id = ANY (%s) AND {key} IS NOT NULL AND {key} <> ALL (%s)
                           AND NOT EXISTS (SELECT FROM ledger.{quote(target)} l
                                            WHERE l.id = {key} AND upper_inf(l.revisions) IS TRUE)""",
                    [ids, desk.get(by_table[target], [])],
                )
                wanted[by_table[target]].update(row[0] for row in cursor.fetchall())
    return [
        f"The {_whole(row)._meta.verbose_name} “{_whole(row)}” is still a draft and is referred to; publish it too."
        for model, ids in wanted.items()
        for row in model._default_manager.filter(pk__in=ids)
    ]


def _whole(row: Identified) -> Any:
    """The record that a row is, or is a part of."""
    while not isinstance(row, Record):
        row = row.whole  # type: ignore[attr-defined]  # what is no record is a part
    return row


def _said_kindly(error: IntegrityError) -> str:
    """What PostgreSQL refused, in a sentence that names the rule."""
    diagnosis = getattr(error.__cause__, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None) or "an unnamed rule"
    table = (getattr(diagnosis, "table_name", None) or "a record").removeprefix("negotiations_")
    return f"The ledger refuses this ({rule.replace('_', ' ')}, {table}): {str(error).splitlines()[0]}."
