"""What would follow from withdrawing a record, to be read before the act; nothing is locked and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from negotiations.ledger import aggregates
from negotiations.models import Edit
from negotiations.models.records import Record
from negotiations.publication.mentioning import NAMED, Mention, called, mentions
from negotiations.publication.revising import referring, said
from negotiations.publication.versions import pending


@dataclass(frozen=True)
class Consequences:
    """Who refers to a record, and how far they have let go of it on the desk; its pending versions and its mentions."""

    still_referring: list[str] = field(default_factory=list)  # on the desk, a sentence each
    have_let_go: list[Record] = field(default_factory=list)  # in public they still refer to it
    pending: list[Edit] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def consequences(record: Record, *, with_mentions: bool = False) -> Consequences:
    """What stands against withdrawing `record`; with `with_mentions` also where others' texts contain its names.

    Cost: a query for each foreign key of the tracker, twice; for mentions two for each table.
    """
    roots = {type(record): [record.pk]}
    desk, public = aggregates.rows_under(roots, "public"), aggregates.rows_under(roots, "ledger")
    both = {model: list({*desk.get(model, []), *public.get(model, [])}) for model in {*desk, *public}}
    on_desk = referring(both, "public", but=both)
    in_public = referring(public, "ledger", but=public)
    holding = {other.pk for other, _ in on_desk}
    found: list[Mention] = []
    if with_mentions:
        ever = aggregates.rows_under(roots, "ledger", ever=True)
        own = {str(id) for rows in (desk, ever) for ids in rows.values() for id in ids}
        found = [each for each in mentions(called(record, (*NAMED, "slug"))) if each.id not in own]
    return Consequences(
        still_referring=sorted({f"{said(other)} refers to {what}." for other, what in on_desk}),
        have_let_go=_once_each(other for other, _ in in_public if other.pk not in holding),
        pending=list(pending(roots).select_related("author")),
        mentions=found,
    )


def _once_each(records: Iterable[Record]) -> list[Record]:
    return sorted({record.pk: record for record in records}.values(), key=str)
