"""Parts of records: rows on the page of what they belong to, and pages of their own where they have citations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.forms import BoundField, CheckboxInput, Field
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import Asks, DeskAdmin, RowForm, RowsAdmin, bump, page_of
from negotiations.admin.closed_lists import close
from negotiations.admin.conflicts import record_of
from negotiations.models import ArticleText, Assertion, Citation, Identifier, Name
from negotiations.models.excerpts import check
from negotiations.models.records import Part
from negotiations.vocabulary import asserted_fields

TABLE = "admin/edit_inline/tabular.html"


class CellField(BoundField):
    """A field in a table, with its help below; Django leaves that to a picture's title, which only a mouse reads."""

    def as_widget(self, *args: Any, **kwargs: Any) -> SafeString:
        box = super().as_widget(*args, **kwargs)
        return format_html('{}<div class="help" id="{}_helptext">{}</div>', box, self.auto_id, self.help_text)


class PartInline(Asks, RowsAdmin):
    """Rows of a part on the page of what it belongs to; which of its foreign keys leads there follows from the page."""

    template = "admin/edit_inline/stacked.html"
    model: type[Part]
    extra = 0
    show_change_link = True
    closed: tuple[str, ...] = ()  # foreign keys that are asked as a closed list

    def __init__(self, parent_model: type[models.Model], admin_site: admin.AdminSite) -> None:
        owners = {self.model._meta.get_field(name).related_model: name for name in self.model.PART_OF}
        self.fk_name = owners[parent_model]
        self.exclude = [name for name in self.model.PART_OF if name != self.fk_name]  # type: ignore[misc]
        self.set_autocomplete(self.model, but=(*self.model.PART_OF, *self.closed))
        super().__init__(parent_model, admin_site)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        if self.template == TABLE:
            formset.deletion_widget = CheckboxInput(attrs={"aria-label": _("Delete")})
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name in self.closed:
            close(field, request)
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and self.template == TABLE:  # where the head of the column is all the label there is
            widget: Any = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = str(field.label or db_field.verbose_name)
            field.bound_field_class = CellField
        return field


class CitationForm(RowForm):
    """A passage is looked for in the kept text of its source whenever either changes, or somebody says it is there."""

    LOOKED_FOR = frozenset({"excerpt", "source", "excerpt_check"})
    FOUND = ("excerpt_check", "locator")

    @property
    def changed_data(self) -> list[str]:
        changed: list[str] = super().changed_data
        is_looked_for = not self.LOOKED_FOR.isdisjoint(changed)
        return [*changed, *(name for name in self.FOUND if is_looked_for and name not in changed)]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own, not in its stubs
        citation = self.instance
        if self.LOOKED_FOR.isdisjoint(self.changed_data) or not citation.source_id:
            return
        text = ArticleText.objects.filter(source=citation.source_id).values_list("text", flat=True).first()
        if text is not None:
            citation.excerpt_check, place = check(citation.excerpt, text)
            citation.locator = place or citation.locator


class CitationInline(PartInline):
    model = Citation
    form = CitationForm
    NAMED_BY = ("source__publisher", "testimony")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("source", "testimony"),
                    "excerpt",
                    ("locator", "supports"),
                    ("attribution", "speaker"),
                    ("descriptor", "on_behalf_of"),
                    ("credited_to", "excerpt_check"),
                ),
                "description": _("A passage of a source with whose voice it is, or a statement recorded here."),
            },
        ),
    )


VALUE_OF_ASSERTION: tuple[Any, ...] = (
    ("field", "state"),
    ("word", "value_actor"),
    ("amount", "unit"),
    ("approximate", "counting"),
    ("date_edtf", "held_on_edtf"),
    ("time", "zone"),
    ("value_place",),
    ("giver", "receiver"),
    ("rank", "rank_reason"),
)


class AssertionInline(PartInline):
    model = Assertion
    NAMED_BY = ("value_actor", "value_place")
    verbose_name_plural = _("assertions (save, then “Change” to cite one)")
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": VALUE_OF_ASSERTION,
                "description": _(
                    "A field's value as one voice gives it: one of word, amount, date, time, actor, place."
                ),
            },
        ),
    )

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "field":  # only those of what the page is about
            fields = asserted_fields(str(self.fk_name))
            kwargs["choices"] = [("", "---------"), *((field.value, field.label) for field in fields)]
            kwargs["help_text"] = _("What is told: %(field)s") % {"field": fields[0].label}
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class NameInline(PartInline):
    model = Name
    template = TABLE


class IdentifierInline(PartInline):
    model = Identifier
    template = TABLE


class PartAdmin(DeskAdmin):
    """The page of a part: reached from the page it belongs to, and leading back there; never in the index."""

    inlines: ClassVar[tuple[type[RowsAdmin], ...]] = (CitationInline,)
    list_display = ("__str__", "belongs_to")
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # added where it belongs

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.model.PART_OF)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.model.PART_OF if obj else super().get_exclude(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("belongs_to",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [name for name in super().get_fields(request, obj) if name != "belongs_to"]
        return ["belongs_to", *fields] if obj else fields

    @admin.display(description=_("belongs to"))
    def belongs_to(self, part: Part) -> str:
        whole = part.whole
        return format_html('<a href="{}">{}: {}</a>', page_of(whole), whole._meta.verbose_name, whole)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """That of the record, which its parts are published with."""
        part = self.get_object(request, unquote(object_id))
        if part is None:
            raise Http404(_("There is no %(name)s with this id.") % {"name": self.opts.verbose_name})
        record = record_of(part)
        return HttpResponseRedirect(reverse(f"admin:negotiations_{record._meta.model_name}_history", args=[record.pk]))

    def delete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        records = {record_of(row) for row in rows}
        super().delete_rows(request, rows)
        for record in records:
            bump(record, request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        request.whole_page = page_of(obj.whole)  # type: ignore[attr-defined]
        super().delete_model(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        answer = super().response_delete(request, obj_display, obj_id)
        return _instead_of_list(answer, request.whole_page)  # type: ignore[attr-defined]

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(page_of(obj.whole))


def _instead_of_list(answer: HttpResponse, address: str) -> HttpResponse:
    return HttpResponseRedirect(address) if isinstance(answer, HttpResponseRedirect) else answer
