"""What goes along with the records that are sent or published: what else the sender entered, and drafts referred to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.analytics import worklists
from negotiations.ledger import aggregates
from negotiations.ledger.stages import SUBMITTED, stages
from negotiations.models.records import Record
from negotiations.publication.revising import by_model, referring

MOST_ALONG = 500  # drafts in one submission; those that have waited longest
KINDS = {str(model._meta.model_name): model for model in worklists.RECORDS}
Shown = dict[type[Record], dict[UUID, int]]  # the versions that the page was shown with


def as_shown(record: Record) -> str:
    """The value of its box on the page; `versions_in` reads it."""
    return f"{record._meta.model_name}:{record.pk}:{record.version}"


def versions_in(boxes: Iterable[str]) -> Shown:
    """What was ticked; ValueError when that is no record."""
    shown: Shown = {}
    for box in boxes:
        kind, id, version = box.split(":")
        if kind not in KINDS:
            raise ValueError(kind)
        shown.setdefault(KINDS[kind], {})[UUID(id)] = int(version)
    return shown


def lock_as_shown(shown: Shown) -> list[Record]:
    """Locks the records, each kind in the order of its ids; raises Refused when one is not as it was shown."""
    records: list[Record] = []
    for model in sorted(shown, key=lambda model: model._meta.db_table):
        rows = model._default_manager.select_for_update(of=("self",), no_key=True)
        locked = list(rows.filter(pk__in=shown[model]).order_by("pk"))
        if len(locked) < len(shown[model]):
            raise publication.Refused(
                [str(_("A record among them no longer exists; choose them again in their list."))]
            )
        records += locked
    if stale := [record for record in records if record.version != shown[type(record)][record.pk]]:
        names = ", ".join(f"“{record}”" for record in stale)
        said = _("%(names)s was edited after this page was shown; look at it, then try again.") % {"names": names}
        raise publication.Refused([said])
    return records


def related(records: list[Record], mine: Iterable[Record]) -> set[UUID]:
    """Those of `mine` that belong to what is sent: they refer to it, or it (or one of those) refers to them."""
    own = {record.pk: record for record in mine}
    found: dict[UUID, Record] = {}
    latest = records
    while latest and own:
        rows = aggregates.rows_under(by_model(latest), "public")
        pointing = {other.pk for other, _what in referring(rows, "public")} & own.keys() - found.keys()
        latest = [own[id] for id in pointing]
        found |= {record.pk: record for record in latest}
    needed = publication.drafts_needed_by([*records, *found.values()]) if own else []
    return found.keys() | ({record.pk for record in needed} & own.keys())


def needed_by(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """The drafts that `records` refer to: those that nobody has sent, and those that are in review already."""
    needed = publication.drafts_needed_by(records)
    found: dict[UUID, str] = {}
    for model in {type(record) for record in needed}:
        found |= stages(model, [record.pk for record in needed if type(record) is model])
    in_review = [record for record in needed if found[record.pk] == SUBMITTED]
    return [record for record in needed if record not in in_review], in_review


def entered_by(user: AbstractBaseUser, but: Iterable[Record]) -> list[Record]:
    """What else `user` has entered and not sent: a sitting makes records of several kinds, sent as one."""
    chosen = {record.pk for record in but}
    drafts, _every = worklists.page("drafts", by=user, kinds=worklists.RECORDS, most=MOST_ALONG)
    wanted: dict[Any, list[UUID]] = {}
    for draft in drafts:
        if draft.id not in chosen:
            wanted.setdefault(draft.kind, []).append(draft.id)
    found = [row for model, ids in wanted.items() for row in model._default_manager.filter(pk__in=ids)]
    return sorted(found, key=lambda record: (record._meta.model_name or "", str(record)))


def hindrances(records: list[Record]) -> list[str]:
    """Why `records` could not be published together; that they refer to what is in review already does not count."""
    _unsent, in_review = needed_by(records)
    return publication.shortcomings(records, once_public=in_review)
