"""Statements on the desk, with what they are about and whom they answer."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from negotiations.admin.parts import AssertionInline, CitationInline, PartAdmin, PartInline
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.models import Statement, StatementLink
from negotiations.models.statements import LINKED

TARGETS = tuple("to_delegation__party" if name == "to_delegation" else name for name in LINKED)
LINK_FIELDS = (
    "relation",
    ("to_statement", "to_actor"),
    ("to_talk", "to_delegation"),
    ("to_position", "to_issue"),
    ("to_outcome", "to_event"),
    ("to_process", "to_place"),
)


class StatementLinkInline(PartInline):
    model = StatementLink
    fk_name = "statement"
    NAMED_BY = TARGETS
    verbose_name_plural = _("links (save, then “Change” to cite one)")
    fieldsets = ((None, {"fields": LINK_FIELDS, "description": _("Fill in one target.")}),)


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    list_display = ("label", "stage", as_written("said_on_edtf"), "speaker", "act", "attribution", "slug")
    list_filter = (year_of("said_on", "year"), "act", "attribution", "channel", "updated_at")
    list_select_related = ("speaker",)
    prepopulated_fields = {"slug": ("text",)}
    fieldsets = (
        (
            _("Who"),
            {
                "fields": (
                    ("attribution", "speaker"),
                    ("descriptor", "affiliation"),
                    "on_behalf_of",
                )
            },
        ),
        (
            _("What"),
            {
                "fields": (
                    "act",
                    "text",
                    "slug",
                    "title",
                    "quote",
                    ("text_kind", "language", "translated_from"),
                    "condition",
                )
            },
        ),
        (_("Where and when"), {"fields": (("said_on_edtf", "channel"), ("occasion", "place"))}),
    )
    inlines = (StatementLinkInline, AssertionInline, CitationInline)


@admin.register(StatementLink)
class StatementLinkAdmin(PartAdmin):
    NAMED_BY = TARGETS
    search_fields = ("statement__slug", "statement__text")
    fields = LINK_FIELDS
