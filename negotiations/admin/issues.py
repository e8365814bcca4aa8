"""Issues on the desk."""

from django.contrib import admin

from negotiations.admin.records import RecordAdmin
from negotiations.models import Issue


@admin.register(Issue)
class IssueAdmin(RecordAdmin):
    list_display = ("name", "stage", "parent", "pax_group", "slug")
    list_filter = ("pax_group", "updated_at")
    list_select_related = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", "parent", "definition", "pax_group")}),)
