"""Form fields of the desk: how a column is asked for where Django's own field would refuse or garble lawful values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.contrib.postgres.fields import ArrayField, DecimalRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from negotiations.models.records import EdtfField, LineField, ProseField, WebAddressField
from negotiations.models.written_dates import read_date, why_unread

NUMBER = r"-?\d{1,12}(?:\.\d{1,6})?"
# A bracket, perhaps a number, a comma, perhaps a number, a bracket: [60,90] (90,) (,120).
RANGE = re.compile(rf"([\[(])\s*({NUMBER})?\s*,\s*({NUMBER})?\s*([\])])", re.ASCII)
ADVICE = _("Write 12, [60,90], (90,) for over 90 or (,120) for under 120.")


class AmountField(forms.CharField):
    """A range of numbers in PostgreSQL's notation, or one number; Django's two boxes cannot say `[12,12]`."""

    widget = AdminTextInputWidget(attrs={"size": 20})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return _range(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, NumericRange):
            return value
        lower, upper = ("" if bound is None else f"{bound:f}" for bound in (value.lower, value.upper))
        return lower if lower == upper else f"{value.bounds[0]}{lower},{upper}{value.bounds[1]}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def _range(text: str) -> NumericRange:
    if re.fullmatch(NUMBER, text, re.ASCII):
        return NumericRange(Decimal(text), Decimal(text), "[]")
    match = RANGE.fullmatch(text)
    if not match or not (match[2] or match[3]):
        raise ValidationError(
            _("“%(text)s” is not a number or range. %(ADVICE)s") % {"text": text, "ADVICE": ADVICE}, "amount"
        )
    lower, upper = (Decimal(part) if part else None for part in (match[2], match[3]))
    # PostgreSQL spells an open end with a round bracket, whatever was typed.
    bounds = (match[1] if lower is not None else "(") + (match[4] if upper is not None else ")")
    if lower is not None and upper is not None and (lower > upper or (lower == upper and bounds != "[]")):
        raise ValidationError(_("“%(text)s” holds no number. %(ADVICE)s") % {"text": text, "ADVICE": ADVICE}, "amount")
    return NumericRange(lower, upper, bounds)


class ProseFormField(forms.CharField):
    """Text of several lines; browsers end each with CR LF and pasted pages hold tabs, which prose does not keep."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return super().to_python(value)


class EdtfInput(AdminTextInputWidget):
    """A date as people write it; `reading.js` shows beside it how it is read."""

    class Media:
        js = ("negotiations/reading.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-read-by"] = reverse("admin:negotiations_talk_read_date")
        return context


class EdtfFormField(forms.CharField):
    """A date in the notation that is kept, or in words that can be read in one way only."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text and (why := why_unread(text)):
            raise ValidationError(_("%(text)s is not a date we can read. %(why)s"), "edtf", {"text": text, "why": why})
        return read_date(text) if text else text


OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    LineField: {"widget": AdminTextInputWidget(attrs={"class": "desk-line"})},
    EdtfField: {"widget": EdtfInput(attrs={"size": 24}), "form_class": EdtfFormField},
    ProseField: {"widget": AdminTextareaWidget(attrs={"rows": 3}), "form_class": ProseFormField},
    WebAddressField: {"widget": AdminURLFieldWidget(attrs={"class": "desk-line"})},
}


def special_formfield(db_field: models.Field[Any, Any]) -> forms.Field | None:
    """The form field of a column that no override of a widget can serve; None when Django's own does."""
    common: dict[str, Any] = {
        "label": capfirst(str(db_field.verbose_name)),
        "help_text": db_field.help_text,
        "required": not db_field.blank,
    }
    if isinstance(db_field, DecimalRangeField):
        return AmountField(**common)
    if isinstance(db_field, ArrayField) and db_field.base_field.choices:
        choices = list(db_field.base_field.flatchoices)
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    return None
