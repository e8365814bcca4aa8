"""Revisions on the desk: the list of editorial acts, to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from negotiations.admin.base import PageAdmin
from negotiations.models import Revision


@admin.register(Revision)
class RevisionAdmin(PageAdmin):
    list_display = ("number", "at", "kind", "note", "by")
    list_filter = ("kind", "at")
    list_select_related = ("by",)
    search_fields = ("note",)
    ordering = ("-number",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
