"""Places on the desk."""

from django.contrib import admin

from negotiations.admin.parts import CitationInline, IdentifierInline, NameInline
from negotiations.admin.records import RecordAdmin
from negotiations.models import Place


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    list_display = ("name", "stage", "kind", "parent", "country", "slug")
    list_filter = ("kind", "country", "updated_at")
    list_select_related = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", "kind", ("parent", "country"), ("lat", "lon"))}),)
    inlines = (NameInline, IdentifierInline, CitationInline)
