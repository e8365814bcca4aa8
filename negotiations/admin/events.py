"""Events on the desk, with those who took part in them."""

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
from negotiations.models import Event, EventParty, EventPlace


class EventPartyInline(PartInline):
    model = EventParty
    template = TABLE
    verbose_name_plural = _("parties (save, then “Change” to cite one)")
    NAMED_BY = ("actor",)


class EventPlaceInline(PartInline):
    model = EventPlace
    template = TABLE
    verbose_name = _("place")
    verbose_name_plural = _("places, where there are several")
    NAMED_BY = ("place",)


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("title", "stage", as_written("start_edtf"), "kind", "status", "process", "slug")
    list_filter = (year_of("during", "year"), "kind", "status", "process", "updated_at")
    list_select_related = ("process",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", ("kind", "status"), "text", ("process", "carries_out"))}),
        (_("Where and when"), {"fields": ("place", ("start_edtf", "end_edtf"))}),
    )
    inlines = (
        EventPartyInline, EventPlaceInline, AssertionInline, NameInline, IdentifierInline, CitationInline,
    )  # fmt: skip


@admin.register(EventParty)
class EventPartyAdmin(PartAdmin):
    NAMED_BY = ("actor",)
    search_fields = ("actor__name", "event__title")
