"""“Publish…” on the desk: the page that shows what would become public and asks why; the act is publication/'s."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html

from negotiations import publication
from negotiations.admin.base import DeskAdmin, page_of, record_of
from negotiations.admin.fields import ProseFormField
from negotiations.ledger import aggregates
from negotiations.ledger.stages import CHANGED, DRAFT, MERGED, PUBLISHED, RETRACTED, stages
from negotiations.models import Revision
from negotiations.models.records import Identified, Part, Record, validate_prose
from negotiations.vocabulary import RevisionKind

KINDS = (RevisionKind.NEW, RevisionKind.NEW_FACT, RevisionKind.CORRECTION, RevisionKind.EDITORIAL)
BECOMES = {
    DRAFT: "new to the public",
    CHANGED: "changed since it was published",
    RETRACTED: "public again",
    PUBLISHED: "nothing has changed",
    MERGED: "joined to another record, and public no more",
}


class PublishForm(forms.Form):
    """What the act needs: the records at the versions that were looked at, the kind of act, and a public note."""

    seen = forms.CharField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        choices=[("", "---------"), *((kind.value, kind.label) for kind in KINDS)],
        help_text="New: not public before. New fact: known since. Correction: it was wrong. Editorial: wording only.",
    )
    note = ProseFormField(
        label="Public note",
        max_length=500,
        validators=[validate_prose],
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="Everybody can read it beside the revision: The second source gives 1,000 for 1,000, not 100.",
    )
    with_drafts = forms.BooleanField(required=False, label="Publish the drafts that these refer to as well")

    def clean_seen(self) -> dict[UUID, int]:
        """The version of each record when the page was shown."""
        try:
            pairs = (pair.split(":") for pair in self.cleaned_data["seen"].split())
            return {UUID(id): int(version) for id, version in pairs}
        except ValueError:
            raise forms.ValidationError("Choose the records again in their list.") from None


@dataclass(frozen=True)
class Proposed:
    """A record as the page shows it."""

    record: Record
    kind: str
    page: str
    becomes: str


class PublishingAdmin(DeskAdmin):
    """Adds the action, the page behind it, and the link on the record's own page."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("negotiations.publish_records"))

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        name = f"negotiations_{self.model._meta.model_name}_publish"
        return [path("publish/", self.admin_site.admin_view(self.publish_view), name=name), *super().get_urls()]

    @property
    def publish_address(self) -> str:
        return reverse(f"admin:negotiations_{self.model._meta.model_name}_publish")

    @admin.action(permissions=["publish"], description="Publish…")
    def publish_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse:
        return self._page(request, list(queryset), None)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = context.get("original")
        if record and self.has_publish_permission(request):
            context["publish_address"] = f"{self.publish_address}?record={record.pk}"
        return super().render_change_form(request, context, *args, **kwargs)

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_publish_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._publish(request)
        return self._page(request, self._records(request, request.GET.getlist("record")), None)

    def _records(self, request: HttpRequest, ids: Iterable[Any]) -> list[Record]:
        try:
            wanted = [UUID(str(id)) for id in ids]
        except ValueError:
            wanted = []
        return list(self.get_queryset(request).filter(pk__in=wanted))

    def _publish(self, request: HttpRequest) -> HttpResponse:
        form = PublishForm(request.POST)
        seen = form.cleaned_data.get("seen", {}) if form.is_valid() else _ids_in(request.POST.get("seen", ""))
        if not form.is_valid():
            return self._page(request, self._records(request, seen), form)
        try:
            revision, published = self._act(request, form.cleaned_data)
        except publication.Refused as refused:
            for message in refused.messages:
                form.add_error(None, message)
            return self._page(request, self._records(request, seen), form)
        if revision is None:
            self.message_user(
                request, "Nothing differs from what is public, so there is no new revision.", messages.INFO
            )
        else:
            names = ", ".join(str(record) for record in published[:10]) + (" and others" if len(published) > 10 else "")
            link = format_html('<a href="{}">{}</a>', page_of(revision), revision)
            said = format_html("{} makes public: {}.", link, names)
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"admin:negotiations_{self.model._meta.model_name}_changelist"))

    @transaction.atomic
    def _act(self, request: HttpRequest, asked: dict[str, Any]) -> tuple[Revision | None, list[Record]]:
        """Publishes what was looked at, or raises Refused."""
        seen: dict[UUID, int] = asked["seen"]
        locked = (
            self.model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=seen).order_by("pk")
        )
        records: list[Record] = list(locked)
        stale = [record for record in records if record.version != seen[record.pk]]
        if len(records) < len(seen):
            raise publication.Refused(["A record among them no longer exists; choose them again in their list."])
        if stale:
            names = ", ".join(f"“{record}”" for record in stale)
            raise publication.Refused(
                [f"{names} was edited after this page was shown; look at it, then publish again."]
            )
        if asked["with_drafts"]:
            records += drafts_needed_by(records)
        assert isinstance(request.user, AbstractBaseUser)
        revision = publication.publish(records, by=request.user, kind=asked["kind"], note=asked["note"])
        if revision is not None:
            for record in records:
                self.log_change(request, record, f"Published in revision {revision.number}.")
        return revision, records

    def _page(self, request: HttpRequest, records: Sequence[Record], form: PublishForm | None) -> HttpResponse:
        found = stages(self.model, [record.pk for record in records])
        seen = " ".join(f"{record.pk}:{record.version}" for record in records)
        if form is None:
            first = all(stage == DRAFT for stage in found.values())
            form = PublishForm(initial={"kind": RevisionKind.NEW if first else ""})
        context = {
            **self.admin_site.each_context(request),
            "title": f"Publish {_counted_rows(self.model, len(records))}",
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "seen": seen,  # what is shown now is what the next attempt is about
            "asked": [form["kind"], form["note"]],
            "proposed": [_proposed(record, found[record.pk]) for record in records],
            "parts": _parts_of(records),
            "needed": [_proposed(record, DRAFT) for record in drafts_needed_by(records)],
            "publish_address": self.publish_address,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/negotiations/publish.html", context)


def _ids_in(seen: str) -> list[str]:
    return [pair.split(":")[0] for pair in seen.split()]


def _proposed(record: Record, stage: str) -> Proposed:
    return Proposed(record, str(record._meta.verbose_name), page_of(record), BECOMES[stage])


def _counted_rows(model: type[models.Model], number: int) -> str:
    return f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"


def _parts_of(records: Iterable[Record]) -> list[str]:
    """How many rows of each kind of part go with `records`."""
    rows = aggregates.rows_under(_by_model(records), "public")
    return [_counted_rows(model, len(ids)) for model, ids in rows.items() if issubclass(model, Part) and ids]


def _by_model(records: Iterable[Record]) -> dict[type[Record], list[UUID]]:
    found: dict[type[Record], list[UUID]] = defaultdict(list)
    for record in records:
        found[type(record)].append(record.pk)
    return found


def drafts_needed_by(records: Iterable[Record]) -> list[Record]:
    """The records that are not public and that `records`, their parts, or one of these in turn refer to, by name."""
    known = {record.pk for record in records}
    needed: list[Record] = []
    latest = list(records)
    while latest:
        referred = {target.pk: target for target in _referred_to(latest) if target.pk not in known}
        latest = []
        for model, ids in _by_model(referred.values()).items():
            hidden = (DRAFT, RETRACTED)
            latest += [referred[id] for id, stage in stages(model, ids).items() if stage in hidden]
        known |= referred.keys()
        needed += latest
    return sorted(needed, key=str)


def _referred_to(records: Iterable[Record]) -> Iterable[Record]:
    """The records that the foreign keys of `records` and of their parts lead to."""
    for model, ids in aggregates.rows_under(_by_model(records), "public").items():
        for field in model._meta.concrete_fields:
            target = field.related_model
            if field.many_to_one and isinstance(target, type) and issubclass(target, Identified):
                led = model._default_manager.filter(pk__in=ids).values(field.attname)
                yield from (record_of(row) for row in target._default_manager.filter(pk__in=led))
