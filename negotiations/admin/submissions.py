"""Submissions on the desk: a list, open ones first, and a page that shows what was pinned and asks to decide."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, QuerySet, Value, When
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.asking import PublishSubmissionForm, SendBackForm
from negotiations.admin.base import PageAdmin, Words, page_of, signed_in
from negotiations.analytics.proposed import ADDED, Row, proposed
from negotiations.ledger.stages import stages
from negotiations.models import Edit, Pin, Submission, Withdrawal
from negotiations.models.records import Record
from negotiations.vocabulary import RevisionKind, SubmissionStatus

RIGHTS = {
    "publish": "negotiations.publish_records",
    "send_back": "negotiations.send_back_submission",
    "withdraw": "negotiations.submit_records",
}
# What is typed for one decision would be lost by the other, so it stands in the way until it is taken out.
OF_THE_OTHER = {
    "publish": ("decision_note", _("You have written why to send it back. Take that out to publish, or send it back.")),
    "send_back": ("note", _("You have written a public note. Take that out to send it back, or publish.")),
}


# The order in which a sitting is read: what it is about, what was said and settled, and what that rests on.
READING = ("process", "talk", "position", "statement", "outcome", "event", "source", "actor", "place", "issue")


@dataclass(frozen=True)
class Pinned:
    """A record of a submission as the page shows it; None when it is gone from the desk."""

    pin: Pin
    record: Record | None
    page: str
    stage: str
    is_changed: bool
    authors: str  # empty where the sender alone wrote it
    rows: list[Row]  # what publishing it would change

    @property
    def kind(self) -> str:
        return str(self.record._meta.verbose_name) if self.record else ""


@admin.register(Submission)
class SubmissionAdmin(PageAdmin):
    list_display = ("__str__", "status", "sent_by", "records", "note", "decided_by", "revision")
    list_filter = ("status", "sent_at")
    list_select_related = ("sent_by", "decided_by")
    search_fields = ("note", "decision_note")
    actions = None

    class Media:
        css = {"all": ["negotiations/desk.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted: QuerySet[Any] = super().get_queryset(request).annotate(pinned=Count("pins"))
        return counted

    def get_ordering(self, request: HttpRequest) -> Any:
        return Case(When(status=SubmissionStatus.OPEN, then=Value(0)), default=Value(1)).asc(), "-sent_at", "pk"

    @admin.display(description=_("records"))
    def records(self, submission: Any) -> int:
        return int(submission.pinned)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # records are submitted from their own pages

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        submission = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, submission):
            raise PermissionDenied
        if submission is None:
            raise Http404(_("There is no such submission."))
        asked = _forms(request)
        in_the_way: list[tuple[Words, str]] = []
        if request.method == "POST":
            act = request.POST.get("act", "")
            if act not in RIGHTS or not request.user.has_perm(RIGHTS[act]):
                raise PermissionDenied
            if said := self._decide(request, act, submission, asked[act]):
                self.message_user(request, said, messages.SUCCESS)
                return HttpResponseRedirect(page_of(submission))
            in_the_way = _in_the_way(asked[act])
        return self._page(request, submission, asked, in_the_way)

    def _decide(self, request: HttpRequest, act: str, submission: Submission, form: Form) -> str | None:
        """Does what was asked and returns what to say of it; None when it was refused, which the form then says."""
        other, said = OF_THE_OTHER.get(act, ("", ""))
        if request.POST.get(other, "").strip():
            form.add_error(None, said)
        if not form.is_valid():
            return None
        by, asked = signed_in(request), form.cleaned_data
        try:
            if act == "publish":
                revision = publication.publish_submission(submission, by=by, **asked)
                return _("%(revision)s publishes what was pinned.") % {"revision": revision}
            if act == "send_back":
                publication.send_back(submission, by=by, note=asked["decision_note"])
                return gettext("Sent back.")
            publication.withdraw(submission, by=by)
            return gettext("Withdrawn.")
        except publication.Refused as refused:
            for message in refused.messages:
                form.add_error(None, message)
            return None

    def _page(
        self,
        request: HttpRequest,
        submission: Submission,
        asked: dict[str, Form],
        in_the_way: list[tuple[Words, str]],
    ) -> HttpResponse:
        pinned = _pinned(submission)
        is_open = submission.status == SubmissionStatus.OPEN
        if request.method != "POST" and _is_new(pinned):
            asked["publish"].initial["kind"] = RevisionKind.NEW
        needed = publication.drafts_needed_by([row.record for row in pinned if row.record]) if is_open else []
        is_own = submission.sent_by_id == signed_in(request).pk
        context = {
            **self.admin_site.each_context(request),
            "title": str(submission),
            "opts": self.opts,
            "media": self.media,
            "submission": submission,
            "pinned": pinned,
            "needed": [(draft, page_of(draft)) for draft in needed],
            "publishing": asked["publish"] if is_open and request.user.has_perm(RIGHTS["publish"]) else None,
            "sending_back": asked["send_back"]
            if is_open and not is_own and request.user.has_perm(RIGHTS["send_back"])
            else None,
            "in_the_way": in_the_way,
            "withdraws": is_open and is_own and request.user.has_perm(RIGHTS["withdraw"]),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/negotiations/submission.html", context)


def _forms(request: HttpRequest) -> dict[str, Form]:
    """The form of each decision; that which was sent says what is wrong with it, the others hold what was typed."""
    act, typed = request.POST.get("act", ""), request.POST.dict()

    def sent(name: str) -> QueryDict | None:
        return request.POST if act == name else None

    return {
        "publish": PublishSubmissionForm(sent("publish"), initial=typed, by=signed_in(request)),
        "send_back": SendBackForm(sent("send_back"), initial=typed),
        "withdraw": Form(sent("withdraw")),
    }


def _is_new(pinned: list[Pinned]) -> bool:
    """Whether nothing of it was ever public."""
    were_public = Withdrawal.objects.filter(record_id__in=[each.pin.record_id for each in pinned])
    return all(each.rows and each.rows[0].change == ADDED for each in pinned) and not were_public.exists()


def _in_the_way(form: Form) -> list[tuple[Words, str]]:
    """(label, message) of all that refused what was asked; what concerns no field has no label."""
    return [
        (form[name].label if name in form.fields else "", str(message))
        for name, found in form.errors.items()
        for message in found
    ]


def _pinned(submission: Submission) -> list[Pinned]:
    """The submission's records, with their stage and who wrote what it is about; a few queries a kind of record."""
    pins = sorted(submission.pins.all(), key=lambda pin: READING.index(pin.table_name.removeprefix("negotiations_")))
    records = publication.records_in(pins)
    changed = {pin.pk for pin in publication.changed_since(pins)}
    found: dict[UUID, str] = {}
    for model in {type(record) for record in records.values()}:
        found |= stages(model, [id for id, record in records.items() if type(record) is model])
    authors = _authors_of(submission, pins)
    sender = submission.sent_by.get_username()
    is_open = submission.status == SubmissionStatus.OPEN
    rows = proposed(records.values()) if is_open else {}
    return [
        Pinned(
            pin,
            record := records.get(pin.record_id),
            page_of(record) if record else "",
            found.get(pin.record_id, "deleted"),
            pin.pk in changed,
            ", ".join(sorted(authors[pin.record_id])) if authors[pin.record_id] != {sender} else "",
            rows.get(pin.record_id, []),
        )
        for pin in pins
    ]


def _authors_of(submission: Submission, pins: list[Pin]) -> dict[UUID, set[str]]:
    """Who wrote the versions that the submission publishes, or has published, by record."""
    edits = Edit.objects.filter(record_id__in=[pin.record_id for pin in pins], revision=submission.revision)
    if submission.revision is None:
        edits = edits.filter(discarded_at=None)
    sent = {(pin.table_name, pin.record_id): pin.version for pin in pins}
    authors: dict[UUID, set[str]] = defaultdict(set)
    for edit in edits.select_related("author"):
        if edit.version <= sent.get((edit.table_name, edit.record_id), 0):
            authors[edit.record_id].add(edit.author.get_username())
    return authors
