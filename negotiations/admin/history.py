"""The history of a record on the desk: what happened to it, any two states compared, one restored, where it is used.

The desk keeps what it holds now and who wrote each version; what a version said is kept by the ledger, from its
publication on. So the states are those of the revisions, and the desk's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _

from negotiations import publication
from negotiations.admin.acts import ActingAdmin, refuse_unseen
from negotiations.admin.asking import RestoreForm
from negotiations.admin.base import page_of, signed_in
from negotiations.admin.entries import Entry, entries_of
from negotiations.analytics.proposed import ADDED, CHANGED, REMOVED, SAME, Row, between
from negotiations.analytics.uses import PAGE, uses
from negotiations.ledger import aggregates, history
from negotiations.ledger.stages import DRAFT, stages
from negotiations.models import Revision
from negotiations.models.records import Record

DESK = "desk"  # in addresses: the state that the desk holds
ENTRIES = 50  # on a page


@dataclass(frozen=True)
class State:
    """One of the two that are compared, as addresses and people call it; None is the desk."""

    revision: int | None
    name: str

    @property
    def address(self) -> str:
        return DESK if self.revision is None else str(self.revision)


class HistoryAdmin(ActingAdmin):
    """Adds the pages, which whoever may read the record reads; restoring is for those who may change it."""

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        pages: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
            ("history/compare/", "compare", self.compare_view),
            ("history/<int:revision>/restore/", "restore", self.restore_view),
            ("used/", "used", self.used_view),
        )
        return [
            *(
                path(f"<uuid:pk>/{ending}", self.admin_site.admin_view(view), name=self._page_name(name))
                for ending, name, view in pages
            ),
            *super().get_urls(),
        ]

    def _page_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def address_of(self, name: str, record: Record, *args: Any) -> str:
        return reverse(f"admin:{self._page_name(name)}", args=[record.pk, *args])

    def links_of(self, request: HttpRequest, record: Record) -> list[tuple[str, str]]:
        return [*super().links_of(request, record), (_("Where used"), self.address_of("used", record))]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """All that happened to the record, the newest first."""
        record = self._read(request, unquote(object_id))
        entries = entries_of(record)
        states = [State(None, _("the desk now")), *_states(entries)]
        context = {
            "stage": stages(type(record), [record.pk]).get(record.pk, DRAFT),
            "entries": _page(request, list(zip(entries, _before(entries), strict=True))),
            "states": states,
            "before": states[1].address if len(states) > 1 else "",
            "restores": self.has_change_permission(request, record),
            "may_compare": len(states) > 1,
        }
        return self._show(request, record, "history", _("History of %(record)s"), context)

    def compare_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Any two states of the record, field by field, with parts and citations."""
        record = self._read(request, pk)
        before, after = (_state(record, request.GET.get(side, "")) for side in ("before", "after"))
        context = {
            "before": before,
            "after": after,
            "rows": (rows := between(record, before.revision, after.revision)),
            "counted": _counted(rows),
            "restores": self.has_change_permission(request, record),
        }
        return self._show(request, record, "comparison", _("Compare two states of %(record)s"), context)

    def restore_view(self, request: HttpRequest, pk: UUID, revision: int) -> HttpResponse:
        """What restoring the record from a revision would change on the desk, and, when confirmed, that."""
        record = self._read(request, pk)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        state = _state(record, str(revision))
        form = RestoreForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._restore(request, record, revision)
            except publication.Refused as refused:
                for message in refused.messages:
                    form.add_error(None, message)
                record = self._read(request, pk)
        context = {
            "before": State(None, _("the desk now")),
            "after": state,
            "rows": (rows := between(record, None, revision)),
            "counted": _counted(rows),
            "hindrances": [] if form.errors else publication.hindrances(record, revision),
            "form": form,
        }
        return self._show(
            request, record, "restore", _("Restore %(record)s from {}").format(state.name.lower()), context
        )

    @transaction.atomic
    def _restore(self, request: HttpRequest, record: Record, revision: int) -> HttpResponse:
        refuse_unseen(request, record)
        publication.restore(record, revision, by=signed_in(request))
        record.refresh_from_db()
        self.log_change(request, record, _("Restored from revision %(revision)s.") % {"revision": revision})
        words = _(
            "The desk holds “%(record)s” as it was at revision %(revision)s. Submit it for review when it is ready."
        )
        self.message_user(request, words % {"record": record, "revision": revision}, messages.SUCCESS)
        return HttpResponseRedirect(page_of(record))

    def used_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Which records, parts and citations refer to the record, on the desk and in public, a page at a time."""
        record = self._read(request, pk)
        kind, number = request.GET.get("kind", ""), request.GET.get("page", "1")
        models = {str(model._meta.model_name): model for model in aggregates.tables()}
        if (kind and kind not in models) or not number.isdecimal() or not 0 < int(number) <= 10**6:
            raise Http404(_("There is no such page."))
        found = uses(record, models.get(kind), page=int(number))
        of_kind = found.counted.get(models[kind], 0) if kind else found.in_all
        context = {
            "uses": [(use, page_of(use.record) if use.record else "") for use in found.page],
            "counted": [
                (str(model._meta.model_name), _named(model, count), count) for model, count in found.counted.items()
            ],
            "in_all": found.in_all,
            "kind": kind,
            "pages": Paginator(range(of_kind), PAGE).get_page(number),
        }
        return self._show(request, record, "used", _("Where %(record)s is used"), context)

    def _read(self, request: HttpRequest, pk: Any) -> Any:
        """The record, for whoever may look at it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404(_("There is no %(name)s with this id.") % {"name": self.opts.verbose_name})
        return record

    def _show(self, request: HttpRequest, record: Any, name: str, title: str, more: dict[str, Any]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"record": f"“{record}”"},
            "opts": self.opts,
            "media": self.media,
            "record": record,
            "page": page_of(record),
            "history": self.address_of("history", record),
            "compare": self.address_of("compare", record),
            "used": self.address_of("used", record),
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/negotiations/{name}.html", context)


Told = tuple[Entry, int | None]


def _page(request: HttpRequest, entries: Sequence[Told]) -> Page[Told]:
    return Paginator(entries, ENTRIES).get_page(request.GET.get("page"))


def _before(entries: Sequence[Entry]) -> list[int | None]:
    """For each entry that can be compared, the revision at which the record could be read before."""
    kept = [entry.revision for entry in entries if entry.revision is not None]
    older = dict(pairwise(kept))
    return [older.get(entry.revision) if entry.revision is not None else None for entry in entries]


def _counted(rows: Sequence[Row]) -> str:
    """How many rows changed, were added and removed: 2 changed, 1 added."""
    changes = Counter(CHANGED if row.change == SAME else row.change for row in rows)  # where its citations alone did
    return ", ".join(f"{changes[change]} {_(change)}" for change in (CHANGED, ADDED, REMOVED) if changes[change])


def _states(entries: Sequence[Entry]) -> list[State]:
    """The revisions at which the record can be read, the newest first."""
    return [
        State(entry.revision, f"{entry.name}, {entry.at:%Y-%m-%d %H:%M}")
        for entry in entries
        if entry.revision is not None
    ]


def _state(record: Record, address: str) -> State:
    """The state that an address names; 404 unless it is one of the record's."""
    if address == DESK:
        return State(None, _("the desk now"))
    if address.isdecimal() and int(address) in history.kept(type(record), record.pk):
        revision = Revision.objects.filter(pk=int(address)).first()
        if revision is not None:
            return State(revision.number, str(revision))
    raise Http404(_("This record has no such state."))


def _named(model: Any, count: int) -> str:
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)
