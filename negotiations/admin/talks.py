"""Talks on the desk, with their delegations and all that was said and settled there."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.forms import SelectMultiple
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from negotiations import publication
from negotiations.admin.about import link
from negotiations.admin.base import columns_among, page_of, signed_in, touched
from negotiations.admin.new_records import (
    ENTERED,
    MORE,
    SPARE_ROWS,
    NewOutcomeInline,
    NewPositionInline,
    NewStatementInline,
    StatementRow,
    words_of,
)
from negotiations.admin.new_round import new_round
from negotiations.admin.parts import VALUE_OF_ASSERTION, AssertionInline, CitationInline, PartAdmin, PartInline
from negotiations.admin.people import DelegationRow, add_people, as_listed, read_lines
from negotiations.admin.quoting import QUOTE_FIELDS, QuotedForm, cite_all, quotes_of
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.admin.sitting import SOURCE_FIELDS, SittingForm, remember, remembered
from negotiations.admin.slugs import free_slug
from negotiations.models import AgendaItem, Delegation, Talk
from negotiations.models.edtf import days_covered
from negotiations.models.excerpts import in_marks
from negotiations.models.records import Part, Record
from negotiations.models.written_dates import read_date, why_unread
from negotiations.vocabulary import DelegationRole, ExcerptCheck

SHOWN_AT_ONCE = (("field", "state"), ("word", "value_actor"), ("amount", "unit"), ("approximate", "counting"))


class QuotedInline(PartInline):
    """Rows with a box for a quote, and the quotes they have."""

    form = QuotedForm
    readonly_fields: ClassVar[Any] = ("cited",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("citations__source__publisher", "citations__testimony")

    @admin.display(description=_("quotes so far"))
    def cited(self, row: Any) -> str:
        return quotes_of(row)


class DelegationInline(QuotedInline):
    model = Delegation
    form = DelegationRow
    readonly_fields = ("cited", "so_far")
    NAMED_BY = ("party",)
    closed = ("party",)
    extra = SPARE_ROWS
    verbose_name_plural = _("delegations")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (("party", "roles"), "excerpt", "cited", ("people", "so_far"))}),
        (
            _("Name, attendance, level, voice, another source"),
            {"fields": (("styled", "attendance", "level"), *QUOTE_FIELDS[1:]), **MORE},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("members__person", "members__affiliation")

    @admin.display(description=_("members so far"))
    def so_far(self, row: Any) -> str:
        return (
            "; ".join(str(as_listed(member)) for member in row.members.all())
            if row.pk and not row._state.adding
            else ""
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "roles":  # thirteen boxes a row would be thirteen steps of the Tab key
            field.widget = SelectMultiple(attrs={"size": 3}, choices=DelegationRole.choices)
            field.help_text = "One or, with Ctrl, several: Party; Host and Mediator"
        return field


class TalkAssertionInline(QuotedInline, AssertionInline):
    form = QuotedForm
    extra = 1
    verbose_name_plural = _("assertions: durations, dates and other values as one voice gives them")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (("field", "amount", "unit"), ("word", "approximate"), "excerpt", "cited")}),
        (
            _("Other values, day, rank, voice, another source"),
            {
                "fields": (
                    *(line for line in VALUE_OF_ASSERTION if line not in SHOWN_AT_ONCE),
                    ("state", "counting", "value_actor"),
                    *QUOTE_FIELDS[1:],
                ),
                **MORE,
            },
        ),
    )


class AgendaItemInline(QuotedInline):
    model = AgendaItem
    form = QuotedForm
    NAMED_BY = ("issue",)
    closed = ("issue",)
    verbose_name_plural = _("agenda")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (("issue", "text", "discussed"), "excerpt", "cited")}),
        (_("Voice, another source"), {"fields": QUOTE_FIELDS[1:], **MORE}),
    )


@admin.register(Talk)
class TalkAdmin(RecordAdmin):
    list_display = ("title", "stage", as_written("start_edtf"), "kind", "status", "process", "slug")
    list_filter = (year_of("during", "year"), "kind", "status", "relation", "process", "updated_at")
    list_select_related = ("process",)
    prepopulated_fields = {"slug": ("title",)}
    form = SittingForm
    change_form_template = "admin/negotiations/talk.html"

    class Media:
        js = ("negotiations/sitting.js",)

    fieldsets = (
        (
            _("Source of this sitting"),
            {"fields": SOURCE_FIELDS, "description": _("Pasted once: every quote below is cited from it.")},
        ),
        (
            _("Talk"),
            {
                "fields": (
                    "title",
                    "slug",
                    ("process", "round_number"),
                    ("relation", "related_talk"),
                    ("kind", "status"),
                    "carries_out",
                    ("modality", "setting", "track"),
                )
            },
        ),
        (
            _("Where and when"),
            {"fields": ("place", ("start_edtf", "end_edtf"), ("start_time", "end_time"), ("zone", "languages"))},
        ),
        (_("What about"), {"fields": ("purpose", "summary", *QUOTE_FIELDS)}),
    )
    inlines = (
        DelegationInline, NewPositionInline, NewStatementInline, NewOutcomeInline, TalkAssertionInline,
        AgendaItemInline, CitationInline,
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]  # the stubs' list is invariant
        view = self.admin_site.admin_view(how_a_date_is_read)
        again = self.admin_site.admin_view(self.new_round_view)
        return [
            path("read-date/", view, name="negotiations_talk_read_date"),
            path("read-people/", self.admin_site.admin_view(how_people_are_read), name="negotiations_talk_read_people"),
            path("<uuid:talk_id>/new-round/", again, name="negotiations_talk_new_round"),
            *super().get_urls(),
        ]

    def new_round_view(self, request: HttpRequest, talk_id: UUID) -> HttpResponse:
        """Posted only: a draft of the next round, with the people of this one, and its page."""
        talk = self.get_object(request, str(talk_id))
        if request.method != "POST" or not talk or not self.has_add_permission(request):
            raise PermissionDenied
        following = new_round(talk, by=signed_in(request))
        self.log_addition(request, following, [{"added": {}}])
        said = _("A draft with the same delegations. Change title and slug, give it a date, and cite who came.")
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(page_of(following))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("TalkForm", (form,), {"shown": remembered(request, obj), "by": signed_in(request)})

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if issubclass(inline.form, QuotedForm):
            has_source = request.method != "POST" or bool(request.POST.get("source_url", "").strip())
            kwargs["form_kwargs"] = {"sitting_has_source": has_source}
        return kwargs

    @method_decorator(sensitive_post_parameters("article_text"))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        talk = kwargs.get("obj")
        context["entered"] = [] if talk is None else entered(talk)
        context["is_nav_sidebar_enabled"] = False  # the article has its place
        return super().render_change_form(request, context, *args, **kwargs)

    def touches(self, form: Any, formsets: Any) -> bool:
        """Records entered here count their own versions, and a source's columns are not the talk's."""
        own = {*columns_among(form.changed_data, Talk), *({"excerpt"} & set(form.changed_data))}
        return bool(own) or any(touched(formset) for formset in formsets if issubclass(formset.model, Part))

    def complete(self, row: Any) -> None:
        if isinstance(row, Record):
            words, date = words_of(row)
            row.slug = free_slug(type(row), words, date=date)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if issubclass(formset.model, Record):
            publication.record_versions(formset.new_objects, by=signed_in(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        source = form.keep_source(signed_in(request))
        super().save_related(request, form, formsets, change)
        rows = [row for formset in formsets if issubclass(formset.form, QuotedForm) for row in kept_rows(formset)]
        for row in rows:
            if isinstance(row, DelegationRow):
                add_people(row, row.instance)
        for row in rows:
            if isinstance(row, StatementRow):
                link(row, row.instance, form.instance)
        cited = cite_all([form, *rows], source)
        if source:
            remember(request, form.instance, source)
        for citation in cited:
            if citation.excerpt_check == ExcerptCheck.NOT_FOUND:
                said = _("Not found in the article’s text: %(excerpt)s. It was saved; compare it with the page.") % {
                    "excerpt": in_marks(citation.excerpt)
                }
                self.message_user(request, said, messages.WARNING)


def how_a_date_is_read(request: HttpRequest) -> JsonResponse:
    """What is kept of the posted `text` that somebody writes, and the days that it covers; or why it cannot be read."""
    text = request.POST.get("text", "")
    if why := why_unread(text):
        return JsonResponse({"why": why})
    kept = read_date(text)
    first, last = days_covered(kept)
    start, end = (gettext("open") if day is None else f"{day.day} {day:%B %Y}" for day in (first, last))
    days = start if first == last else gettext("%(start)s to %(end)s") % {"start": start, "end": end}
    return JsonResponse({"said": gettext("Read as %(kept)s: %(days)s") % {"kept": kept, "days": days}})


def how_people_are_read(request: HttpRequest) -> JsonResponse:
    """For each line of the posted `text` whom it names, or why somebody is not found."""
    if not request.user.has_perm("negotiations.view_actor"):
        raise PermissionDenied
    lines = read_lines(request.POST.get("text", ""))
    return JsonResponse({"lines": [{"why" if isinstance(line, ValueError) else "said": str(line)} for line in lines]})


def kept_rows(formset: Any) -> list[QuotedForm]:
    """The rows that were filled in or there before, and are not removed."""
    return [row for row in formset.forms if row not in formset.deleted_forms and row.has_changed()]


def entered(talk: Talk) -> list[tuple[str, list[tuple[str, Any, Any]]]]:
    """The records of `talk` by kind, each with its page and its quotes."""
    found = []
    for model, columns in ENTERED:
        of_talk = reduce(or_, (Q(**{column: talk}) for column in columns))
        rows = model._default_manager.filter(of_talk).distinct().order_by("created_at", "id")
        rows = rows.prefetch_related("citations__source__publisher", "citations__testimony")
        if shown := [(page_of(row), row, quotes_of(row)) for row in rows]:
            found.append((str(model._meta.verbose_name_plural), shown))
    return found


@admin.register(AgendaItem)
class AgendaItemAdmin(PartAdmin):
    NAMED_BY = ("issue",)
    search_fields = ("text", "issue__name", "talk__title")
    fields = (("issue", "text"), "discussed")
    inlines = (AssertionInline, CitationInline)
