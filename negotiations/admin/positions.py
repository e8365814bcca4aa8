"""Positions on the desk."""

from django.contrib import admin

from negotiations.admin.parts import CitationInline
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.models import Position


@admin.register(Position)
class PositionAdmin(RecordAdmin):
    list_display = ("label", "stage", "party", "issue", "stance", as_written("in_force_edtf"), "is_headline", "slug")
    list_filter = (
        year_of("in_force", "year"), "stance", "ascription", "is_headline", "process", "issue", "updated_at",
    )  # fmt: skip
    list_select_related = ("party", "issue")
    prepopulated_fields = {"slug": ("label",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "label",
                    "slug",
                    ("process", "party"),
                    ("issue", "stance"),
                    "text",
                    "condition",
                    ("tied_to", "talk"),
                    ("in_force_edtf", "ascription"),
                    ("supersedes", "is_headline"),
                )
            },
        ),
    )
    inlines = (CitationInline,)
