"""Publishing: the desk's state of records becomes public, if they bear what the public is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from negotiations.ledger import aggregates, mirror, writing
from negotiations.ledger.aggregates import Ids
from negotiations.ledger.digests import quote
from negotiations.models import Citation, Event, Outcome, Position, Revision, Statement, Talk
from negotiations.models.records import Record
from negotiations.publication.revising import (
    Refused,
    Roots,
    by_model,
    close_and_open,
    lock,
    refuse_unfit,
    seal,
    whole,
)
from negotiations.vocabulary import Ascription, Reliability, RevisionKind

MUST_BE_CITED: tuple[Any, ...] = (Talk, Statement, Position, Outcome, Event)
# Retraction, merge and suppression are acts of their own.
PUBLISHING_KINDS = (RevisionKind.NEW, RevisionKind.NEW_FACT, RevisionKind.CORRECTION, RevisionKind.EDITORIAL)


def publish(records: Iterable[Record], *, by: AbstractBaseUser, kind: str, note: str) -> Revision | None:
    """Make the desk's state of `records`, with all their parts, public as one revision; None when nothing differs.

    `kind` is one of PUBLISHING_KINDS; `note` is public and not empty. Raises Refused when a record has no citation
    where one is needed, when something it refers to is still a draft and not among `records`, or when PostgreSQL
    refuses. Opens its own transaction (a savepoint inside another); takes the lock on the ledger's head, so acts wait
    for each other.
    """
    if kind not in PUBLISHING_KINDS:
        raise Refused([f"{kind!r} is no kind of publishing; use one of {', '.join(PUBLISHING_KINDS)}."])
    refuse_unfit(note)
    roots = by_model(records)
    if not roots:
        return None
    with transaction.atomic():
        lock(roots)
        head = writing.lock_head()
        desk = aggregates.rows_under(roots, "public")
        public = aggregates.rows_under(roots, "ledger")
        refuse_unpublishable(roots, desk)
        if not close_and_open(head.number + 1, desk, public):
            return None
        return seal(head, desk, public, kind=kind, note=note, by=by)


def refuse_unpublishable(roots: Roots, desk: Ids) -> None:
    """Raises Refused when a record of `roots` (with its rows, `desk`) lacks what the public is owed."""
    if messages := [*_uncited(roots), *_not_in_own_voice(roots), *_drafts_referred_to(desk)]:
        raise Refused(messages)


def was_ever_public(record: Record) -> bool:
    """Whether any revision, past or present, holds this record: such a record cannot be deleted."""
    with connection.cursor() as cursor:
        table = quote(record._meta.db_table)
        cursor.execute(f"SELECT EXISTS (SELECT FROM ledger.{table} WHERE id = %s)", [record.pk])
        return bool(cursor.fetchone()[0])


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
        f"The {whole(row)._meta.verbose_name} “{whole(row)}” is still a draft and is referred to; publish it too."
        for model, ids in wanted.items()
        for row in model._default_manager.filter(pk__in=ids)
    ]
