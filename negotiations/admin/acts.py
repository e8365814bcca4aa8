"""Acts on one record, each a page with what follows from it: discard pending edits, retract, merge, suppress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, URLResolver, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.asking import ActForm, DiscardForm, MergeForm, RetractForm, SuppressForm
from negotiations.admin.base import DeskAdmin, Words, page_of, signed_in
from negotiations.admin.choosing import stage_of
from negotiations.admin.conflicts import look_for_conflict
from negotiations.admin.proof import asking_for_proof
from negotiations.ledger.stages import CHANGED, MERGED, PUBLISHED, RETRACTED, SUBMITTED
from negotiations.models.records import Record
from negotiations.publication import Consequences

Run = Callable[[Record, AbstractBaseUser, dict[str, Any], Consequences], str]


@dataclass(frozen=True)
class Act:
    """An act on one record, as the desk offers it."""

    name: str  # in addresses
    verb: Words
    right: str | None  # None: whoever may change the record
    form: type[ActForm]
    stages: tuple[str, ...]  # in which there is something to do
    follows: Words  # in a sentence
    run: Run  # returns what is said afterwards
    lists_mentions: bool = False
    needs_proof: bool = False  # of who sits there, if they did not show it lately


def _discard(record: Record, by: AbstractBaseUser, asked: dict[str, Any], found: Consequences) -> str:
    publication.discard(record, by=by)
    return _("The desk's state of “%(record)s” is what is public again.") % {"record": record}


def _retract(record: Record, by: AbstractBaseUser, asked: dict[str, Any], found: Consequences) -> str:
    revision = publication.retract(
        [record],
        by=by,
        note=asked["note"],
        successor=asked["successor"],
        republishing=found.have_let_go if asked["with_referring"] else (),
        alone_because=asked.get("alone_because", ""),
    )
    return _("%(revision)s retracts “%(record)s”.") % {"revision": revision, "record": record}


def _merge(record: Record, by: AbstractBaseUser, asked: dict[str, Any], found: Consequences) -> str:
    into = asked["into"]
    revision = publication.merge(record, into, by=by, note=asked["note"], alone_because=asked.get("alone_because", ""))
    said = {"revision": revision, "record": record, "into": into}
    return _("%(revision)s merges “%(record)s” into “%(into)s”.") % said


def _suppress(record: Record, by: AbstractBaseUser, asked: dict[str, Any], found: Consequences) -> str:
    done = publication.suppress(
        record,
        by=by,
        note=asked["note"],
        republishing=found.have_let_go if asked["with_referring"] else (),
        alone_because=asked.get("alone_because", ""),
    )
    # No name is in these words, which the browser may keep.
    still = format_html_join(", ", "{}", ((_linked(each),) for each in done.mentions))
    if not still:
        return gettext("{} suppresses it. No other text contains its names.").format(done.revision)
    return format_html(gettext("{} suppresses it. Its names still stand in: {}."), done.revision, still)


def _linked(mention: publication.Mention) -> str:
    """Where a mention stands, in words that do not repeat it, with the way there."""
    words = f"{mention.kind} {mention.id}, {mention.column} ({mention.where})"
    return format_html('<a href="{}">{}</a>', page, words) if (page := mention_page(mention)) else words


def mention_page(mention: publication.Mention) -> str | None:
    """The address on the desk of what to open to see a mention; None where the desk has no page of it."""
    try:
        return page_of(mention.found_on) if mention.found_on else None
    except NoReverseMatch:
        return None


ACTS = (
    Act("discard", _("Discard pending edits"), None, DiscardForm, (CHANGED,),
        _("The desk returns to what is public, parts included. What was typed since is lost."), _discard),
    Act("retract", _("Retract"), "negotiations.retract_records", RetractForm, (PUBLISHED, CHANGED, SUBMITTED),
        _("It leaves what is public. Its past stays readable, and its address answers with your note."), _retract),
    Act("merge", _("Merge"), "negotiations.merge_records", MergeForm, (PUBLISHED, CHANGED, SUBMITTED),
        _("What refers to it will refer to the other record, and its address leads there for ever. Its own parts "
        "(names, affiliations, citations) go with it: add to the other beforehand what should stay."), _merge),
    Act("suppress", _("Suppress"), "negotiations.suppress_records", SuppressForm,
        (PUBLISHED, CHANGED, SUBMITTED, RETRACTED, MERGED),
        _("It leaves desk and public, and every text of it is withheld in every revision. This cannot be undone."),
        _suppress, lists_mentions=True, needs_proof=True),
)  # fmt: skip


def refuse_unseen(request: HttpRequest, record: Record) -> None:
    """Raises Refused unless the page was about the version that is there; locks the record until the act is done."""
    look_for_conflict(request, record)
    if getattr(request, "is_stale", False):
        said = _("“%(record)s” was edited after this page was shown; read again what follows.")
        raise publication.Refused([said % {"record": record}])


class ActingAdmin(DeskAdmin):
    """Adds the pages of the acts, and the links to those that the record's stage and the reader's rights allow."""

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        return [
            *(
                path(f"<uuid:pk>/{act.name}/", self.admin_site.admin_view(self._view_of_act(act)), name=self._name(act))
                for act in ACTS
            ),
            *super().get_urls(),
        ]

    def _name(self, act: Act) -> str:
        return f"negotiations_{self.model._meta.model_name}_{act.name}"

    def _may(self, request: HttpRequest, act: Act) -> bool:
        if act.right is None:
            return self.has_change_permission(request)
        return self.has_view_permission(request) and request.user.has_perm(act.right)

    def links_of(self, request: HttpRequest, record: Record) -> list[tuple[str, str]]:
        before: list[tuple[str, str]] = super().links_of(request, record)  # type: ignore[misc] # ChoosingAdmin's
        stage = stage_of(record)
        return before + [
            (f"{act.verb}…", reverse(f"admin:{self._name(act)}", args=[record.pk]))
            for act in ACTS
            if stage in act.stages and self._may(request, act)
        ]

    def _view_of_act(self, act: Act) -> Callable[[HttpRequest, UUID], HttpResponse]:
        def view(request: HttpRequest, pk: UUID) -> HttpResponse:
            if not self._may(request, act):
                raise PermissionDenied
            record = self.get_object(request, str(pk))
            if record is None:
                raise Http404(_("There is no %(name)s with this id.") % {"name": self.opts.verbose_name})
            form_class = asking_for_proof(act.form, request) if act.needs_proof else act.form
            form = form_class(request.POST or None, by=signed_in(request), record=record)
            if request.method == "POST" and form.is_valid():
                try:
                    with transaction.atomic():
                        refuse_unseen(request, record)
                        return self._do(request, act, record, form.cleaned_data)
                except publication.Refused as refused:
                    for message in refused.messages:
                        form.add_error(None, message)
            return self._act_page(request, act, self.get_object(request, str(pk)) or record, form)

        return view

    def _do(self, request: HttpRequest, act: Act, record: Any, asked: dict[str, Any]) -> HttpResponse:
        pk = record.pk
        said = act.run(record, signed_in(request), asked, publication.consequences(record))
        self.message_user(request, said, messages.SUCCESS)
        if not self.model._default_manager.filter(pk=pk).exists():
            return HttpResponseRedirect(reverse(f"admin:negotiations_{self.model._meta.model_name}_changelist"))
        alone = asked.get("alone_because")
        self.log_change(request, record, f"{act.verb}: done{f' alone. {alone}' if alone else '.'}")
        return HttpResponseRedirect(page_of(record))

    def _act_page(self, request: HttpRequest, act: Act, record: Record, form: ActForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{act.verb}: {record}",
            "opts": self.opts,
            "media": self.media,
            "act": act,
            "record": record,
            "page": page_of(record),
            "form": form,
            "found": (found := publication.consequences(record, with_mentions=act.lists_mentions)),
            "mentions": [(mention, mention_page(mention)) for mention in found.mentions],
            "needs_let_go": act.name in ("retract", "suppress"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/negotiations/act.html", context)
