"""Publishing: the desk's state of records becomes public, if they bear what the public is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from negotiations.ledger import aggregates, catalogue, writing
from negotiations.ledger.aggregates import Ids
from negotiations.ledger.digests import quote
from negotiations.models import Affiliation, Citation, Event, Outcome, Position, Revision, Statement, Talk, Withdrawal
from negotiations.models.records import Identified, Record
from negotiations.publication.revising import (
    Refused,
    Roots,
    by_model,
    close_and_open,
    lock,
    refuse_changed,
    refuse_unfit,
    said,
    seal,
    whole,
)
from negotiations.publication.versions import own_work, put_down, refuse_alone, refuse_in_review
from negotiations.vocabulary import Ascription, Reliability, RevisionKind, WithdrawalAct

MUST_BE_CITED: tuple[Any, ...] = (Talk, Statement, Position, Outcome, Event)
# Retraction, merge and suppression are acts of their own.
PUBLISHING_KINDS = (RevisionKind.NEW, RevisionKind.NEW_FACT, RevisionKind.CORRECTION, RevisionKind.EDITORIAL)
# Whose voice a citation is in, by itself or by the statement that it rests on.
REPRESENTED = ("on_behalf_of_id", "testimony__on_behalf_of_id")
SPEAKING = ("speaker_id", "testimony__speaker_id")


def publish(
    records: Iterable[Record], *, by: AbstractBaseUser, kind: str, note: str, alone_because: str = ""
) -> Revision | None:
    """Make the desk's state of `records`, with all their parts, public as one revision; None when nothing differs.

    `kind` is one of PUBLISHING_KINDS; `note` is public and not empty. Raises Refused when a record was changed or
    retracted since it was read (its version is another), when it is in an open submission, when `by` wrote a version
    of it that is not public (a superuser may with `alone_because`, a reason),
    when it has no citation where one is needed, when something it refers to is still a draft and not among `records`,
    or when PostgreSQL refuses. Opens its own transaction (a savepoint inside another); takes the lock on the ledger's
    head, so acts wait for each other.
    """
    records = list(records)
    roots = by_model(records)
    with transaction.atomic():
        refuse_changed(records, lock(roots))
        refuse_in_review(roots)
        return publish_locked(roots, by=by, kind=kind, note=note, alone_because=alone_because)


def publish_locked(roots: Roots, *, by: AbstractBaseUser, kind: str, note: str, alone_because: str) -> Revision | None:
    """As `publish`, of records that the caller's transaction has locked, whether they are in review or not."""
    if kind not in PUBLISHING_KINDS:
        raise Refused([f"{kind!r} is no kind of publishing; use one of {', '.join(PUBLISHING_KINDS)}."])
    refuse_unfit(note)
    if not roots:
        return None
    refuse_alone(own_work(roots, by), by, alone_because)
    with transaction.atomic():
        head = writing.lock_head()
        desk = aggregates.rows_under(roots, "public")
        public = aggregates.rows_under(roots, "ledger")
        refuse_unpublishable(roots, desk)
        if not close_and_open(head.number + 1, desk, public):
            return None
        revision = seal(head, desk, public, kind=kind, note=note, by=by)
        put_down(roots, revision.number, by=by, alone_because=alone_because)
        return revision


def refuse_unpublishable(roots: Roots, desk: Ids) -> None:
    """Raises Refused when a record of `roots` (with its rows, `desk`) lacks what the public is owed."""
    if messages := _lacking(roots, desk):
        raise Refused(messages)


def shortcomings(records: Iterable[Record], *, once_public: Iterable[Record] = ()) -> list[str]:
    """A sentence for each thing for which publishing `records` would be refused, once `once_public` are public.

    Nothing is locked and nothing is written; a query or two for each kind of row, not for each record.
    """
    records = list(records)
    messages = _lacking(by_model(records), aggregates.rows_under(by_model([*records, *once_public]), "public"))
    return Refused(messages).messages


def _lacking(roots: Roots, desk: Ids) -> list[str]:
    return [*_merged_away(roots), *_uncited(roots), *_not_in_own_voice(roots), *_drafts_referred_to(desk)]


def _merged_away(roots: Roots) -> list[str]:
    """A sentence for each of `roots` that another record stands in the place of."""
    found = {model: survivors(model, ids) for model, ids in roots.items()}
    return [
        f"{said(record)} was merged into {said(into[record.pk])} and is never public again: edit that one instead."
        for model, into in found.items()
        for record in model._default_manager.filter(pk__in=into)
    ]


def survivors(model: type[Record], ids: Iterable[UUID]) -> dict[UUID, Record]:
    """For those of `ids` that were merged, by id: the record into which they were."""
    merges = Withdrawal.objects.filter(
        table_name=model._meta.db_table, record_id__in=list(ids), act=WithdrawalAct.MERGE
    )
    successors = dict(merges.values_list("record_id", "successor_id"))
    records = model._default_manager.in_bulk(set(successors.values()))
    return {id: records[successor] for id, successor in successors.items() if successor in records}


def drafts_needed_by(records: Iterable[Record]) -> list[Record]:
    """The records that are not public and that `records`, their parts, or one of these in turn refer to, by name.

    What was merged into another record is never public again, and not among them.
    """
    known = {record.pk for record in records}
    needed: list[Record] = []
    latest = list(records)
    while latest:
        referred = {target.pk: target for target in _referred_to(latest) if target.pk not in known}
        known |= referred.keys()
        hidden = _not_public(by_model(referred.values()))
        latest = [record for record in referred.values() if record.pk in hidden]
        needed += latest
    return sorted(needed, key=str)


def _referred_to(records: Iterable[Record]) -> Iterable[Record]:
    """The records that the foreign keys of `records` and of their parts lead to."""
    for model, ids in aggregates.rows_under(by_model(records), "public").items():
        for field in model._meta.concrete_fields:
            target = field.related_model
            if field.many_to_one and isinstance(target, type) and issubclass(target, Identified):
                led = model._default_manager.filter(pk__in=ids).values(field.attname)
                yield from (whole(row) for row in target._default_manager.filter(pk__in=led))


def _not_public(roots: Roots) -> set[UUID]:
    """Those of these records that are drafts or retracted, in review or not."""
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        for model, ids in roots.items():
            table = model._meta.db_table
            cursor.execute(
                f"""SELECT id FROM unnest(%s::uuid[]) AS asked (id)
                     WHERE NOT EXISTS (SELECT FROM ledger.{quote(table)} l
                                        WHERE l.id = asked.id AND upper_inf(l.revisions) IS TRUE)
                       AND NOT EXISTS (SELECT FROM ledger.withdrawal w
                                        WHERE w.id = asked.id AND w.table_name = %s AND w.act = 'merge')""",
                [ids, table],
            )
            found |= {row[0] for row in cursor.fetchall()}
    return found


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
    positions = list(
        Position.objects.filter(pk__in=roots.get(Position, []), ascription=Ascription.SELF_STATED).select_related(
            "party"
        )
    )
    parties = {position.pk: position.party_id for position in positions}
    # Joined here and not in one query, whose alternatives cost PostgreSQL minutes where its statistics were stale.
    people = set(
        Affiliation.objects.filter(organisation__in=set(parties.values())).values_list("organisation_id", "actor_id")
    )
    cited = Citation.objects.filter(position__in=positions).exclude(source__reliability=Reliability.REJECTED)
    voiced = set()
    for id, *represented, speaker, said_by in cited.values_list("position_id", *REPRESENTED, *SPEAKING):
        party = parties[id]
        if party in (*represented, speaker, said_by) or {(party, speaker), (party, said_by)} & people:
            voiced.add(id)
    return [
        f"The position “{position}” ({position.slug}) is marked “{Ascription.SELF_STATED.label}”, and no citation"
        f" is in the voice of {position.party}: cite the party, somebody affiliated to it or somebody who speaks on its"
        " behalf, or choose another ascription."
        for position in positions
        if position.pk not in voiced
    ]


def _drafts_referred_to(desk: Ids) -> list[str]:
    """A sentence for each draft that something about to be public refers to."""
    wanted: dict[type[Record], set[UUID]] = defaultdict(set)
    by_table: dict[str, Any] = {model._meta.db_table: model for model in aggregates.tables()}
    with connection.cursor() as cursor:
        for model, ids in desk.items():
            for column, target in catalogue.references_of(cursor, model._meta.db_table):
                key = f"d.{quote(column)}"
                cursor.execute(
                    f"""SELECT DISTINCT {key} FROM public.{quote(model._meta.db_table)} d
                         WHERE d.id = ANY (%s) AND {key} IS NOT NULL AND {key} <> ALL (%s)
                           AND NOT EXISTS (SELECT FROM ledger.{quote(target)} l
                                            WHERE l.id = {key} AND upper_inf(l.revisions) IS TRUE)""",
                    [ids, desk.get(by_table[target], [])],
                )
                wanted[by_table[target]].update(row[0] for row in cursor.fetchall())
    rows = [row for model, ids in wanted.items() for row in model._default_manager.filter(pk__in=ids)]
    return sorted({_not_public_yet(row) for row in rows})


def _not_public_yet(row: Identified) -> str:
    """Why a row that something public would refer to is not public, and what to do."""
    record = whole(row)
    survivor = survivors(type(record), [record.pk]).get(record.pk)
    if survivor:
        return f"{said(row)} is referred to, and was merged into {said(survivor)}: refer to that one instead."
    if row is not record and record.pk not in _not_public({type(record): [record.pk]}):
        return f"{said(row)} is referred to and not public yet; publish the {record._meta.verbose_name} too."
    if was_ever_public(record):
        return f"{said(record)} is referred to, and was retracted; publish it again, or take the reference out."
    return f"{said(record)} is still a draft and is referred to; publish it too."
