"""Processes on the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from negotiations.admin.parts import AssertionInline, CitationInline, IdentifierInline, NameInline
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.models import Process


@admin.register(Process)
class ProcessAdmin(RecordAdmin):
    list_display = ("title", "stage", as_written("start_edtf"), as_written("end_edtf"), "slug")
    list_filter = (year_of("during", "year"), "updated_at")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", ("part_of", "continues"), "conflict", "summary")}),
        (_("When"), {"fields": (("start_edtf", "end_edtf"),)}),
    )
    inlines = (NameInline, IdentifierInline, AssertionInline, CitationInline)
