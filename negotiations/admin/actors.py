"""Actors on the desk, with the names, offices and memberships they have."""

from django.contrib import admin
from django.http import HttpRequest

from negotiations.admin.parts import (
    TABLE,
    AssertionInline,
    CitationInline,
    IdentifierInline,
    NameInline,
    PartAdmin,
    PartInline,
)
from negotiations.admin.records import RecordAdmin
from negotiations.models import Actor, Affiliation, Name


class AffiliationInline(PartInline):
    model = Affiliation
    template = TABLE
    NAMED_BY = ("organisation",)


@admin.register(Actor)
class ActorAdmin(RecordAdmin):
    list_display = ("name", "stage", "kind", "iso3", "description", "slug")
    list_filter = ("kind", "updated_at")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", ("kind", "iso3"), "description")}),)
    inlines = (NameInline, AffiliationInline, IdentifierInline, AssertionInline, CitationInline)


@admin.register(Affiliation)
class AffiliationAdmin(PartAdmin):
    """Unlike other parts it can be added by itself: whoever enters a speaker learns the office on that page."""

    NAMED_BY = ("actor", "organisation")
    search_fields = ("title", "actor__name", "organisation__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("negotiations.add_affiliation"))


@admin.register(Name)
class NameAdmin(PartAdmin):
    search_fields = ("text",)
