"""Issues on the desk."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from negotiations.admin.records import RecordAdmin
from negotiations.models import Issue


class GroupFilter(admin.AllValuesFieldListFilter):
    """The groups that there are; that of no group has a name too."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("None")}


@admin.register(Issue)
class IssueAdmin(RecordAdmin):
    list_display = ("name", "stage", "parent", "pax_group", "slug")
    list_filter = (("pax_group", GroupFilter), "updated_at")
    list_select_related = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", "parent", "definition", "pax_group")}),)
