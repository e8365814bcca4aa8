"""Records on the desk: their lists with stages, their pages, and the rule that what was ever public is not deleted."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import NestedObjects, unquote
from django.contrib.admin.views.main import ChangeList
from django.db import models, router, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.base import bump, page_of, signed_in
from negotiations.admin.choosing import ChoosingAdmin, stage_of
from negotiations.admin.history import HistoryAdmin
from negotiations.admin.similar_names import asking_about_similar
from negotiations.admin.tables import TablesAdmin
from negotiations.ledger.stages import DRAFT, stages
from negotiations.models.records import Record

DESK_FIELDS = (_("Desk"), {"fields": (("stage", "version"), ("created_at", "updated_at")), "classes": ("collapse",)})


class StagedChangeList(ChangeList):
    """A page of rows that know their stage, at the same few queries whatever their number."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        found = stages(cast(type[Record], self.model), [row.pk for row in rows])
        for row in rows:
            row.stage_on_page = found.get(row.pk, DRAFT)


class RecordAdmin(HistoryAdmin, ChoosingAdmin, TablesAdmin):
    """The desk's page of a kind of record; subclasses say what is shown and asked."""

    list_per_page = 50
    save_on_top = True
    actions = ("submit_selected", "publish_selected", "delete_selected")
    readonly_fields = ("stage", "version", "created_at", "updated_at")

    def __init__(self, model: type[Record], admin_site: admin.AdminSite) -> None:
        self.search_fields = model.SEARCHED  # type: ignore[misc] # so that Django's checks see it
        super().__init__(model, admin_site)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StagedChangeList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        # A page that is refused for another reason asks about names when it is saved again.
        return form if getattr(request, "refusal", None) else asking_about_similar(form)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, DESK_FIELDS] if obj else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """What was merged is found in the list, and offered to nobody who looks for a record to refer to."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if request.path == reverse("admin:autocomplete"):
            found = found.exclude(pk__in=publication.merged(self.model))
        return found, may_repeat

    @admin.display(description=_("stage"))
    def stage(self, record: Any) -> str:
        return stage_of(record)

    def count_version(self, request: HttpRequest, row: Any, change: bool) -> None:
        if change:
            bump(row, request)
        else:
            publication.record_versions([row], by=signed_in(request))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record and self.has_delete_permission(request, record) and publication.was_ever_public(record):
            self.message_user(request, not_deleted([record]), messages.ERROR)
            return HttpResponseRedirect(page_of(record))
        try:
            return super().delete_view(request, object_id, extra_context)
        except publication.Refused as refused:
            self._tell(request, refused)
            return HttpResponseRedirect(page_of(cast(Record, record)))

    @admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        kept = [record for record in queryset if publication.was_ever_public(record)]
        if kept:
            self.message_user(request, not_deleted(kept), messages.ERROR)
        drafts = queryset.exclude(pk__in=[record.pk for record in kept])
        try:
            with transaction.atomic():  # Django logs first, and deletes then
                return delete_selected(self, request, drafts) if drafts.exists() else None
        except publication.Refused as refused:
            self._tell(request, refused)
            return None

    def _tell(self, request: HttpRequest, refused: publication.Refused) -> None:
        for message in refused.messages:
            self.message_user(request, message, messages.ERROR)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return found, counts, lacking, [*protected, *(not_deleted([record]) for record in _once_public_under(objs))]

    def delete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        for row in rows:
            publication.delete_draft(row, by=signed_in(request))


def not_deleted(records: list[Any]) -> str:
    """Why `records` stay, with their names."""
    names = ", ".join(f"“{record}” ({record.slug})" for record in records)
    return _("Not deleted, because it was published once and may be cited: %(names)s. Only drafts can be deleted.") % {
        "names": names
    }


def _once_public_under(objs: Any) -> list[Record]:
    """The records that would go with `objs`, themselves included, and were ever public."""
    rows = list(objs)
    if not rows:
        return []
    collector = NestedObjects(using=router.db_for_write(type(rows[0])))
    collector.collect(rows)
    return [
        row
        for found in collector.data.values()
        for row in found
        if isinstance(row, Record) and publication.was_ever_public(row)
    ]


def as_written(column: str) -> Callable[[Any], str]:
    """A list column with a date as the source gives it, under the name that people use for it."""

    @admin.display(description=column.removesuffix("_edtf").replace("_", " "), ordering=column, empty_value="–")
    def written(record: Any) -> Any:
        return getattr(record, column)

    return written


def year_of(column: str, title: str) -> type[admin.SimpleListFilter]:
    """A list filter by the years in which the ranges of `column` begin; a choice keeps what overlaps the year."""

    class Years(admin.SimpleListFilter):
        parameter_name = f"{column}_year"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            begun = model_admin.model._default_manager.annotate(begun=ExtractYear(f"{column}__startswith"))
            years = begun.exclude(begun=None).order_by("-begun").values_list("begun", flat=True).distinct()
            return [(str(year), str(year)) for year in years]

        def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
            chosen = self.value()
            if chosen is None or chosen not in dict(self.lookup_choices):
                return queryset
            first = datetime.date(int(chosen), 1, 1)
            return queryset.filter(**{f"{column}__overlap": DateRange(first, first.replace(year=first.year + 1))})

    Years.title = title
    return Years
