"""What every page of the desk does alike: how it asks, saves what changed, counts versions and says no kindly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.forms import BaseInlineFormSet, Field, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.conflicts import bring_back_rows, differences, look_for_conflict, record_of
from negotiations.admin.fields import OVERRIDES, special_formfield
from negotiations.admin.help_texts import help_of
from negotiations.admin.merging import base_of, with_choices
from negotiations.models.records import EdtfField, Record

# Django's admin classes are generic for the type checker alone.
if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Words = _StrOrPromise  # a text, or one that is translated when it is shown
    AnyAdmin = BaseModelAdmin[Any]
    PageAdmin = admin.ModelAdmin[Any]
    RowsAdmin = InlineModelAdmin[Any, Any]
    RowForm = ModelForm[Any]
else:
    Words = Any
    AnyAdmin, PageAdmin, RowsAdmin, RowForm = BaseModelAdmin, admin.ModelAdmin, InlineModelAdmin, ModelForm


def page_of(row: models.Model) -> str:
    """The address of a row's page on the desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def spoken(field: models.Field[Any, Any]) -> str:
    """What people call a column: its name without the notation that its dates are written in."""
    return str(field.verbose_name).removesuffix(" edtf")


def bump(record: Record, request: HttpRequest) -> None:
    """The desk's state of the record, parts included, was changed by whoever is signed in."""
    publication.count_version(record, by=signed_in(request))


def signed_in(request: HttpRequest) -> AbstractBaseUser:
    """Who asks; the desk's pages are for nobody else."""
    assert isinstance(request.user, AbstractBaseUser)
    return request.user


def said_kindly(error: IntegrityError) -> str:
    """The message of the rule that PostgreSQL enforced, as the model words it."""
    words = publication.words_of(error) or _("The database refuses this: %(said)s.") % {
        "said": str(error).splitlines()[0]
    }
    return _("%(words)s Nothing was saved yet.") % {"words": words}


class Asks(AnyAdmin):
    """Every foreign key is a type-ahead; lines, prose, dates and lists of words are asked for as what they are."""

    NAMED_BY: tuple[str, ...] = ()  # foreign keys that the rows' own names are made of
    formfield_overrides = OVERRIDES

    def set_autocomplete(self, model: type[models.Model], but: tuple[str, ...] = ()) -> None:
        fields = model._meta.concrete_fields
        keys = [field.name for field in fields if field.many_to_one and field.name not in but]
        self.autocomplete_fields = keys  # type: ignore[misc] # so that Django's checks see it

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        if field := special_formfield(db_field):
            field.help_text = help_of(db_field)
            return field
        kwargs["help_text"] = help_of(db_field)
        if isinstance(db_field, models.TextField) and db_field.null:
            kwargs["empty_value"] = None  # what is not given is null, not an empty text
        if isinstance(db_field, EdtfField):
            kwargs["label"] = capfirst(spoken(db_field))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False  # a record is deleted on its own page, by somebody who looks at it
            has_page = self.admin_site.is_registered(db_field.remote_field.model)
            field.widget.can_view_related = has_page and not field.widget.can_change_related
        return field

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(*self.NAMED_BY) if self.NAMED_BY else rows


class DeskAdmin(Asks, PageAdmin):
    """A page that saves only changed columns, in one transaction, and counts the version of the record concerned."""

    def __init__(self, model: type[Any], admin_site: admin.AdminSite) -> None:
        self.set_autocomplete(model)
        super().__init__(model, admin_site)

    class Media:
        css = {"all": ["negotiations/desk.css"]}
        js = ("negotiations/forms.js",)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                if request.method == "POST":
                    request.POST = with_choices(request.POST)  # type: ignore[assignment]  # a copy
                row = self.get_object(request, unquote(object_id)) if object_id else None
                look_for_conflict(request, row)
                if getattr(request, "is_stale", False):
                    request.gone_rows = bring_back_rows(request, self._formsets_of(request, row), row)  # type: ignore[attr-defined]
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            # Two rows of this page against each other, or somebody was quicker: show the page again with all its input.
            request.refusal = said_kindly(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _formsets_of(self, request: HttpRequest, row: Any) -> list[tuple[Any, str]]:
        """The kinds of rows on the page, with the prefixes that Django gives them."""
        found: list[tuple[Any, str]] = []
        for formset, _inline in self.get_formsets_with_inlines(request, row):
            prefix = formset.get_default_prefix()
            again = sum(each.get_default_prefix() == prefix for each, _ in found)
            found.append((formset, f"{prefix}-{again + 1}" if again else prefix))
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["seen_version"] = getattr(request, "present_version", None)
        form, formsets = context["adminform"].form, [inline.formset for inline in context["inline_admin_formsets"]]
        if context["seen_version"] is not None:
            context["base"] = base_of(form, formsets)
        if getattr(request, "is_stale", False):
            gone = request.gone_rows  # type: ignore[attr-defined]
            context["differences"] = [*gone, *differences(form, formsets)]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if not change:
            obj.save(force_insert=True)
        elif columns := columns_among(form.changed_data, self.model):
            obj.save(update_fields=columns)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        for row, changed in formset.changed_objects:
            if columns := columns_among(changed, formset.model):
                row.save(update_fields=columns)
        for row in formset.new_objects:
            self.complete(row)
            row.save(force_insert=True)

    def complete(self, row: Any) -> None:
        """Fill in what a new row of the page is not asked for."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if self.touches(form, formsets):
            self.count_version(request, form.instance, change)

    def touches(self, form: Any, formsets: Any) -> bool:
        """Whether what was saved changed the page's own record."""
        return bool(form.changed_data) or any(touched(formset) for formset in formsets)

    def count_version(self, request: HttpRequest, row: Any, change: bool) -> None:
        """Called after `row` or a part of it was saved; `change` is False when it was just added."""
        bump(record_of(row), request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            self.delete_rows(request, list(queryset))

    def delete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        for row in rows:
            row.delete()


def columns_among(names: list[str], model: type[models.Model]) -> list[str]:
    """Those of `names` that are columns of `model`; a form may ask for more than that."""
    columns = {field.name for field in model._meta.concrete_fields}
    return [name for name in names if name in columns]


def touched(formset: BaseInlineFormSet[Any, Any, Any]) -> bool:
    """Whether saving it changed a row."""
    return bool(formset.new_objects or formset.changed_objects or formset.deleted_objects)


def _refused(form: type[ModelForm[Any]], why: str) -> type[ModelForm[Any]]:
    """The same form, which finds that `why` stands in the way."""

    def clean(self: ModelForm[Any]) -> None:
        raise ValidationError(why)

    return type("RefusedForm", (form,), {"clean": clean})
