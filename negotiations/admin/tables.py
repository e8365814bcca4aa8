"""Tables in and out at the desk: the list as it is filtered as a file, and a file tried out before it is written.

The file is read while it is asked about and not kept. Between the two steps the table travels with the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from negotiations import publication
from negotiations.admin.base import DeskAdmin, page_of, signed_in
from negotiations.admin.table_forms import BringInForm, TableForm
from negotiations.exchange import table_rows, table_writing, tables
from negotiations.exchange.entering import rights_for
from negotiations.exchange.planning import Plan
from negotiations.exchange.sheets import MAX_ROWS, Fault, Sheet, Unreadable, as_text, read_text
from negotiations.exchange.table_shapes import Table, tables_of
from negotiations.exchange.workbooks import TooLong
from negotiations.models.records import Record

MOST_OUT = 50_000
MOST_SHOWN = 1_000
FILES: dict[str, tuple[Callable[..., bytes], str]] = {
    "csv": (table_writing.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (table_writing.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class TablesPage:
    """The pages of one kind of record's tables; `desk` is its page of the desk, whose list and rights these are."""

    def __init__(self, desk: DeskAdmin) -> None:
        self.desk = desk
        self.model: type[Record] = desk.model

    # Out

    def file(self, request: HttpRequest, name: str, ending: str) -> HttpResponse:
        table = self._table(request, name)
        if ending not in FILES:
            raise Http404(_("There is no such format."))
        write, kind = FILES[ending]
        try:
            records = self._listed(request)
            if table_rows.count_of(table, records) > MOST_OUT:
                raise TooLong(_("The table has more than %(count)s rows.") % {"count": f"{MOST_OUT:,}"})
            content = write(table, *table_rows.table_of(table, records))
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self._plain_address('changelist')}?e=1")
        except TooLong as error:
            self.desk.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self.address(request, "tables", name))
        titles = [self.model._meta.verbose_name_plural, *([] if table.is_of_records else [table.title])]
        file = f"{slugify(' '.join(map(str, titles)))}.{ending}"
        return HttpResponse(
            content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{file}"'}
        )

    # In

    def answer(self, request: HttpRequest, name: str) -> HttpResponse:
        """Exempt from the check of its origin only to be able to say that too much was pasted."""
        if request.method != "POST":
            return self._page(request, name)
        try:
            assert request.POST is not None
        except RequestDataTooBig:
            return self._page(request, name, refusal=_("More than 2 MB was pasted: divide the table."))
        checked: HttpResponse = csrf_protect(self._asked)(request, name)
        return checked

    def _asked(self, request: HttpRequest, name: str) -> HttpResponse:
        if not self._may_bring_in(request):
            raise PermissionDenied
        return self._bring_in(request, name) if "seen" in request.POST else self._try_out(request, name)

    def _try_out(self, request: HttpRequest, name: str) -> HttpResponse:
        form = TableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, name, form=form)
        try:
            sheet = form.sheet()
        except Unreadable as error:
            return self._page(request, name, form=form, refusal=str(error))
        table = self._table(request, name)
        examined = tables.examine(table, sheet, by=signed_in(request), permit=_permit(request))
        return self._page(request, name, form=form, sheet=sheet, examined=examined)

    def _bring_in(self, request: HttpRequest, name: str) -> HttpResponse:
        table = self._table(request, name)
        confirming = BringInForm(request.POST, may_send=self._may_send(request))
        try:
            sheet = read_text(request.POST.get("table", ""))
        except Unreadable as error:
            return self._page(request, name, refusal=str(error))
        by, permit = signed_in(request), _permit(request)
        if not confirming.is_valid():
            examined = tables.examine(table, sheet, by=by, permit=permit)
            return self._page(request, name, sheet=sheet, examined=examined, confirming=confirming)
        asked = confirming.cleaned_data
        note = asked["note"] if asked.get("sends") else None
        try:
            done = tables.bring_in(table, sheet, by=by, permit=permit, seen=asked["seen"], note=note)
        except tables.NotAsSeen as other:
            said = _("Something changed since this was tried out, and nothing was written. See what it would do now.")
            self.desk.message_user(request, said, messages.ERROR)
            return self._page(request, name, sheet=sheet, examined=other.examined)
        except publication.Refused as refused:
            for message in refused.messages:
                confirming.add_error(None, message)
            examined = tables.examine(table, sheet, by=by, permit=permit)
            return self._page(request, name, sheet=sheet, examined=examined, confirming=confirming)
        return self._done(request, done)

    def _done(self, request: HttpRequest, done: tables.BroughtIn) -> HttpResponse:
        for records, flag in ((done.made, ADDITION), (done.changed, CHANGE)):
            if records:
                again = self.model._default_manager.filter(pk__in=[record.pk for record in records])
                said = "Brought in with a table."  # of the log
                LogEntry.objects.log_actions(signed_in(request).pk, again, flag, said)
        count = len(done.made) + len(done.changed)
        said = ngettext("%(count)s record was written.", "%(count)s records were written.", count) % {"count": count}
        self.desk.message_user(request, said, messages.SUCCESS)
        if done.submission:
            return HttpResponseRedirect(page_of(done.submission))
        return HttpResponseRedirect(self.address(request, "changelist"))

    # The page

    def _page(
        self,
        request: HttpRequest,
        name: str,
        *,
        form: TableForm | None = None,
        refusal: str = "",
        sheet: Sheet | None = None,
        examined: tables.Examined | None = None,
        confirming: BringInForm | None = None,
    ) -> HttpResponse:
        table = self._table(request, name)
        try:
            records = self._listed(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self._plain_address('changelist')}?e=1")
        if sheet and examined and examined.lines and confirming is None:
            confirming = self._confirming(request, table, sheet, examined)
        count = table_rows.count_of(table, records)
        context = {
            **self.desk.admin_site.each_context(request),
            "title": _("Tables: %(kind)s") % {"kind": self.model._meta.verbose_name_plural},
            "opts": self.desk.opts,
            "media": self.desk.media,
            "table": table,
            "tabs": [
                (each, self.address(request, "tables", each.name))
                for each in tables_of(self.model).values()
                if self._may_view(request, each)
            ],
            "listed": records.count(),
            "is_filtered": bool(request.GET),
            "count": count,
            "too_many_out": count > MOST_OUT,
            "too_many_in": count > MAX_ROWS,
            "most_in": MAX_ROWS,
            "most_out": MOST_OUT,
            "files": [
                (ending.upper(), self.address(request, "table_file", name, ending)) for ending in ("xlsx", "csv")
            ],
            "form": (form or TableForm()) if self._may_bring_in(request) else None,
            "refusal": refusal,
            "examined": examined,
            "sheet": sheet,
            "faults": [(fault, _column_of(fault, sheet)) for fault in examined.faults[:MOST_SHOWN]] if examined else [],
            "lines": examined.lines[:MOST_SHOWN] if examined else [],
            "more": max(0, max(len(examined.faults), len(examined.lines)) - MOST_SHOWN) if examined else 0,
            "confirming": confirming if examined and examined.lines else None,
        }
        request.current_app = self.desk.admin_site.name
        return TemplateResponse(request, "admin/negotiations/tables.html", context)

    def _confirming(self, request: HttpRequest, table: Table, sheet: Sheet, examined: tables.Examined) -> BringInForm:
        note = _("A table of %(title)s: %(new)s new, %(changed)s changed.") % {
            "title": table.title,
            "new": examined.new,
            "changed": examined.changed,
        }
        shown = {"table": as_text(sheet), "seen": examined.digest, "sends": True, "note": note}
        return BringInForm(initial=shown, may_send=self._may_send(request))

    def _table(self, request: HttpRequest, name: str) -> Table:
        table = tables_of(self.model).get(name)
        if table is None:
            raise Http404(_("There is no such table."))
        if not self._may_view(request, table):
            raise PermissionDenied
        return table

    def _listed(self, request: HttpRequest) -> QuerySet[Any]:
        """The records of the list as it is filtered and ordered, all of its pages."""
        found: QuerySet[Any] = self.desk.get_changelist_instance(request).queryset
        return found

    def _may_view(self, request: HttpRequest, table: Table) -> bool:
        right = f"negotiations.view_{table.model._meta.model_name}"
        return self.desk.has_view_permission(request) and request.user.has_perm(right)

    def _may_bring_in(self, request: HttpRequest) -> bool:
        return self.desk.has_add_permission(request) or self.desk.has_change_permission(request)

    def _may_send(self, request: HttpRequest) -> bool:
        return request.user.has_perm("negotiations.submit_records")

    def address(self, request: HttpRequest, page: str, *args: Any) -> str:
        """The address of a page, for the list as it is filtered."""
        filters = request.GET.urlencode()
        plain = self._plain_address(page, *args)
        return f"{plain}?{filters}" if filters else plain

    def _plain_address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:negotiations_{self.model._meta.model_name}_{page}", args=args)


def _column_of(fault: Fault, sheet: Sheet | None) -> str:
    names = sheet.header if sheet else []
    return names[fault.column - 1] if 0 < fault.column <= len(names) else ""


def _permit(request: HttpRequest) -> Callable[[Plan], None]:
    """Whoever brings a table in needs the rights that entering each of its rows by hand takes."""

    def permit(plan: Plan) -> None:
        if not request.user.has_perms([f"negotiations.{right}" for right in rights_for(plan)]):
            raise PermissionDenied

    return permit


class TablesAdmin(DeskAdmin):
    """Adds to the page of a kind of record its tables, and to its list the way there."""

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        view, name, pages = self.admin_site.admin_view, f"negotiations_{self.model._meta.model_name}", TablesPage(self)
        return [
            path("tables/<slug:name>/", view(csrf_exempt(pages.answer)), name=f"{name}_tables"),
            path("tables/<slug:name>.<slug:ending>", view(pages.file), name=f"{name}_table_file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page = TablesPage(self).address(request, "tables", self.model._meta.model_name)
        return super().changelist_view(request, {**(extra_context or {}), "tables_page": page})
