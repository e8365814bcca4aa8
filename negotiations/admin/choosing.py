"""“Publish…” and “Submit for review…” on the desk: pages that show the chosen records and what follows, and ask why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.asking import ChosenForm, PublishForm, SubmitForm
from negotiations.admin.base import DeskAdmin, Words, page_of, signed_in
from negotiations.admin.going_along import (
    Shown,
    as_shown,
    entered_by,
    hindrances,
    lock_as_shown,
    needed_by,
    related,
    versions_in,
)
from negotiations.admin.standing import standing
from negotiations.ledger import aggregates
from negotiations.ledger.stages import CHANGED, DRAFT, MERGED, PUBLISHED, RETRACTED, SUBMITTED, stages
from negotiations.models import Submission
from negotiations.models.records import Part, Record
from negotiations.vocabulary import RevisionKind

BECOMES: dict[str, Words] = {
    DRAFT: _("new to the public"),
    CHANGED: _("changed since it was published"),
    RETRACTED: _("public again"),
    PUBLISHED: _("nothing has changed"),
    SUBMITTED: _("in review already"),
    MERGED: _("joined to another record, and public no more"),
}


@dataclass(frozen=True)
class Done:
    """What an act made, with the words for the page that follows and for the log of each record; None: nothing."""

    made: models.Model | None
    said: Words
    logged: Words = ""


@dataclass(frozen=True)
class Act:
    """An act on chosen records, as the desk offers it."""

    name: str  # in addresses
    verb: Words
    title: Words
    right: str
    form: type[ChosenForm]
    heading: Words
    needed: Words  # what is said of the drafts that the records refer to
    run: Callable[[AbstractBaseUser, list[Record], dict[str, Any]], Done]


def _publish(by: AbstractBaseUser, records: list[Record], asked: dict[str, Any]) -> Done:
    revision = publication.publish(
        records, by=by, kind=asked["kind"], note=asked["note"], alone_because=asked.get("alone_because", "")
    )
    if revision is None:
        return Done(None, _("Nothing differs from what is public, so there is no new revision."))
    return Done(revision, _("makes public"), _("Published in revision %(number)s.") % {"number": revision.number})


def _submit(by: AbstractBaseUser, records: list[Record], asked: dict[str, Any]) -> Done:
    submission: Submission = publication.submit(records, by=by, note=asked["note"])
    return Done(submission, _("sends for review"), _("Submitted for review."))


PUBLISH = Act(
    "publish", _("Publish"), _("Publish {}"), "negotiations.publish_records", PublishForm, _("What becomes public"),
    _("Nothing public may refer to a draft. Look at each before you publish it too."), _publish,
)  # fmt: skip
SUBMIT = Act(
    "submit", _("Submit for review"), _("Submit {} for review"), "negotiations.submit_records", SubmitForm,
    _("What is sent for review"),
    _("Nothing public may refer to a draft. What nobody has sent yet has to go along, or be published before."),
    _submit,
)  # fmt: skip


@dataclass(frozen=True)
class Proposed:
    """A record as the page shows it."""

    record: Record
    kind: str
    page: str
    becomes: Words
    box: str  # the value of its box, where it has one
    ticked: bool


def stage_of(record: Any) -> str:
    """The record's stage, found out once for a page."""
    if not hasattr(record, "stage_on_page"):
        record.stage_on_page = stages(type(record), [record.pk]).get(record.pk, DRAFT)
    stage: str = record.stage_on_page
    return stage


class ChoosingAdmin(DeskAdmin):
    """Adds the actions, the pages behind them, and the links on the record's own page."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH.right)

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SUBMIT.right)

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        return [
            *(
                path(f"{act.name}/", self.admin_site.admin_view(self._view_of(act)), name=self._name_of(act))
                for act in (PUBLISH, SUBMIT)
            ),
            *super().get_urls(),
        ]

    def _name_of(self, act: Act) -> str:
        return f"negotiations_{self.model._meta.model_name}_{act.name}"

    def _address_of(self, act: Act) -> str:
        return reverse(f"admin:{self._name_of(act)}")

    def _view_of(self, act: Act) -> Callable[[HttpRequest], HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            if not request.user.has_perm(act.right) or not self.has_view_permission(request):
                raise PermissionDenied
            if request.method == "POST":
                return self._try(request, act)
            return self._page(request, act, self._records(request, request.GET.getlist("record")), None)

        return view

    @admin.action(permissions=["publish"], description=_("Publish…"))
    def publish_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse:
        return self._page(request, PUBLISH, list(queryset), None)

    @admin.action(permissions=["submit"], description=_("Submit for review…"))
    def submit_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse:
        return self._page(request, SUBMIT, list(queryset), None)

    def links_of(self, request: HttpRequest, record: Record) -> list[tuple[str, str]]:
        """(words, address) of the pages that the record's own page leads to; what was merged is never public again."""
        if stage_of(record) == MERGED:
            return []
        return [
            (f"{act.verb}…", f"{self._address_of(act)}?record={record.pk}")
            for act in (SUBMIT, PUBLISH)
            if request.user.has_perm(act.right)
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if record := context.get("original"):
            context["acts"] = self.links_of(request, record)
            context["standing"] = standing(record, stage_of(record))
        return super().render_change_form(request, context, *args, **kwargs)

    def _records(self, request: HttpRequest, ids: Iterable[Any]) -> list[Record]:
        try:
            wanted = [UUID(str(id)) for id in ids]
        except ValueError:
            wanted = []
        return list(self.get_queryset(request).filter(pk__in=wanted))

    def _try(self, request: HttpRequest, act: Act) -> HttpResponse:
        form = act.form(request.POST, by=signed_in(request))
        seen = form.cleaned_data.get("seen", {}) if form.is_valid() else _ids_in(request.POST.get("seen", ""))
        if not form.is_valid():
            return self._page(request, act, self._records(request, seen), form)
        try:
            done, records = self._run(request, act, form.cleaned_data)
        except publication.Refused as refused:
            for message in refused.messages:
                form.add_error(None, message)
            return self._page(request, act, self._records(request, seen), form)
        level = messages.INFO if done.made is None else messages.SUCCESS
        self.message_user(request, _said(done, records), level)
        return HttpResponseRedirect(reverse(f"admin:negotiations_{self.model._meta.model_name}_changelist"))

    @transaction.atomic
    def _run(self, request: HttpRequest, act: Act, asked: dict[str, Any]) -> tuple[Done, list[Record]]:
        """Does the act on what was looked at, or raises Refused."""
        shown: Shown = {self.model: asked["seen"]}
        for more in (asked["with_drafts"], asked.get("along", {})):
            for model, versions in more.items():
                shown[model] = versions | shown.get(model, {})
        records = lock_as_shown(shown)
        if act is SUBMIT and set(hindrances(records)) - asked["anyway"]:
            raise publication.Refused([gettext("It could not be published like this. Look at what stands in the way.")])
        done = act.run(signed_in(request), records, asked)
        for record in records if done.made is not None else ():
            self.log_change(request, record, done.logged)
        return done, records

    def _page(self, request: HttpRequest, act: Act, records: Sequence[Record], form: ChosenForm | None) -> HttpResponse:
        found = stages(self.model, [record.pk for record in records])
        seen = " ".join(f"{record.pk}:{record.version}" for record in records)
        if form is None:
            first = all(stage == DRAFT for stage in found.values())
            form = act.form(initial={"kind": RevisionKind.NEW if first else ""}, by=signed_in(request))
        records = list(records)
        mine = entered_by(signed_in(request), records) if act is SUBMIT else []
        ticked = related(records, mine) if not form.is_bound else _ids_ticked(request, "along")
        sent = [*records, *(record for record in mine if record.pk in ticked)]
        needed = [record for record in _needed(act, sent) if record not in mine]
        context = {
            **self.admin_site.each_context(request),
            "title": act.title.format(_counted_rows(self.model, len(records))),
            "opts": self.opts,
            "media": self.media,
            "act": act,
            "address": self._address_of(act),
            "form": form,
            "seen": seen,  # what is shown now is what the next attempt is about
            "proposed": [_proposed(record, found[record.pk]) for record in records],
            "parts": _parts_of(records),
            "mine": [_proposed(record, DRAFT, record.pk in ticked) for record in mine],
            "needed": [_proposed(record, DRAFT) for record in needed],
            "needed_wanted": {record.pk for record in needed} <= _ids_ticked(request, "with_drafts"),
            "hindrances": hindrances([*sent, *needed]) if act is SUBMIT else [],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/negotiations/chosen.html", context)


def _needed(act: Act, records: list[Record]) -> list[Record]:
    """The drafts that `records` refer to; to be submitted only those that are not in review already."""
    unsent, in_review = needed_by(records)
    return sorted([*unsent, *in_review], key=str) if act is PUBLISH else unsent


def _said(done: Done, records: list[Record]) -> SafeString | Words:
    if done.made is None:
        return done.said
    names = ", ".join(str(record) for record in records[:10])
    if len(records) > 10:
        names = gettext("%(names)s and others") % {"names": names}
    return format_html('<a href="{}">{}</a> {}: {}.', page_of(done.made), done.made, done.said, names)


def _ids_in(seen: str) -> list[str]:
    return [pair.split(":")[0] for pair in seen.split()]


def _ids_ticked(request: HttpRequest, name: str) -> set[UUID]:
    """What was ticked on the page that is shown again."""
    try:
        shown = versions_in(" ".join(request.POST.getlist(name)).split())
    except ValueError:
        return set()
    return {id for versions in shown.values() for id in versions}


def _proposed(record: Record, stage: str, ticked: bool = False) -> Proposed:
    kind = str(record._meta.verbose_name)
    return Proposed(record, kind, page_of(record), BECOMES[stage], as_shown(record), ticked)


def _counted_rows(model: type[models.Model], number: int) -> str:
    return f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"


def _parts_of(records: Iterable[Record]) -> list[str]:
    """How many rows of each kind of part go with `records`."""
    roots: dict[type[Record], list[UUID]] = {}
    for record in records:
        roots.setdefault(type(record), []).append(record.pk)
    rows = aggregates.rows_under(roots, "public")
    return [_counted_rows(model, len(ids)) for model, ids in rows.items() if issubclass(model, Part) and ids]
