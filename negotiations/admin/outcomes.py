"""Outcomes on the desk, with the issues they touch and who took part in them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from negotiations.admin.parts import (
    TABLE,
    AssertionInline,
    CitationInline,
    IdentifierInline,
    NameInline,
    PartAdmin,
    PartInline,
)
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.models import Outcome, OutcomeIssue, OutcomeParty

PARTY_FIELDS = (("actor", "role"), ("styled", "stance"), ("person", "affiliation"))


class OutcomePartyInline(PartInline):
    model = OutcomeParty
    NAMED_BY = ("actor",)
    verbose_name_plural = _("parties (save, then “Change” to cite one)")
    fieldsets = ((None, {"fields": PARTY_FIELDS}),)


class OutcomeIssueInline(PartInline):
    model = OutcomeIssue
    template = TABLE
    verbose_name = _("issue")
    verbose_name_plural = _("issues")
    NAMED_BY = ("issue",)


@admin.register(Outcome)
class OutcomeAdmin(RecordAdmin):
    list_display = ("title", "stage", "kind", as_written("agreed_edtf"), as_written("due_edtf"), "talk", "slug")
    list_filter = (year_of("agreed", "year agreed"), year_of("due", "year due"), "kind", "process", "updated_at")
    list_select_related = ("talk",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "slug",
                    "kind",
                    ("process", "talk"),
                    ("part_of", "depends_on"),
                    "text",
                    "condition",
                    ("agreed_edtf", "effective_edtf", "due_edtf"),
                )
            },
        ),
    )
    inlines = (
        OutcomePartyInline, OutcomeIssueInline, AssertionInline, NameInline, IdentifierInline, CitationInline,
    )  # fmt: skip


@admin.register(OutcomeParty)
class OutcomePartyAdmin(PartAdmin):
    NAMED_BY = ("actor",)
    search_fields = ("actor__name", "outcome__title")
    fields = PARTY_FIELDS
