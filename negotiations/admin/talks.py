"""Talks on the desk, with their delegations; a delegation has a page of its own for its members."""

from django.contrib import admin

from negotiations.admin.parts import AssertionInline, CitationInline, PartAdmin, PartInline
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.models import AgendaItem, Delegation, DelegationMember, Talk


class DelegationInline(PartInline):
    model = Delegation
    NAMED_BY = ("party",)
    verbose_name_plural = "delegations (save, then “Change” for members and citations)"
    fieldsets = ((None, {"fields": (("party", "styled"), "roles", ("attendance", "level"))}),)


class AgendaItemInline(PartInline):
    model = AgendaItem
    NAMED_BY = ("issue",)
    verbose_name_plural = "agenda (save, then “Change” to cite an item)"
    fieldsets = ((None, {"fields": (("issue", "text", "discussed"),)}),)


class MemberInline(PartInline):
    model = DelegationMember
    NAMED_BY = ("person",)
    verbose_name_plural = "members (save, then “Change” to cite one)"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("person", "affiliation"),
                    ("descriptor", "number"),
                    ("capacity", "attendance"),
                    "present",
                )
            },
        ),
    )


@admin.register(Talk)
class TalkAdmin(RecordAdmin):
    list_display = ("title", "stage", as_written("start_edtf"), "kind", "status", "process", "slug")
    list_filter = (year_of("during", "year"), "kind", "status", "relation", "process", "updated_at")
    list_select_related = ("process",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (
            None,
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
            "Where and when",
            {"fields": ("place", ("start_edtf", "end_edtf"), ("start_time", "end_time"), ("zone", "languages"))},
        ),
        ("What about", {"fields": ("purpose", "summary")}),
    )
    inlines = (DelegationInline, AgendaItemInline, AssertionInline, CitationInline)


@admin.register(AgendaItem)
class AgendaItemAdmin(PartAdmin):
    NAMED_BY = ("issue",)
    search_fields = ("text", "issue__name", "talk__title")
    fields = (("issue", "text"), "discussed")
    inlines = (AssertionInline, CitationInline)


@admin.register(Delegation)
class DelegationAdmin(PartAdmin):
    NAMED_BY = ("party",)
    search_fields = ("party__name", "styled", "talk__title", "talk__slug")
    fields = (
        ("party", "styled"),
        "roles",
        ("attendance", "present"),
        ("level", "sits_with"),
        "place",
        ("list_basis", "list_is_complete"),
    )
    inlines = (MemberInline, AssertionInline, CitationInline)


@admin.register(DelegationMember)
class DelegationMemberAdmin(PartAdmin):
    NAMED_BY = ("person", "delegation__party", "delegation__talk")
    search_fields = ("person__name", "descriptor")
    fields = (("person", "affiliation"), ("descriptor", "number"), ("capacity", "attendance"), "present")
