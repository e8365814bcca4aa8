"""Two people on one record: a page that was shown before somebody else saved is not saved over it, and shows both.

The form carries the version that it was shown. Any part counts, since each counts up its record's version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from negotiations.models import Edit
from negotiations.models.records import Identified, Part, Record

SEEN = "seen_version"  # the hidden field
NOTHING = "(nothing)"


@dataclass(frozen=True)
class Difference:
    """A field whose value on the desk is not the one in the form."""

    field: str
    theirs: str
    mine: str


def record_of(row: Identified) -> Record:
    """The record that a row is, or is a part of."""
    while isinstance(row, Part):
        row = row.whole
    assert isinstance(row, Record)
    return row


def look_for_conflict(request: HttpRequest, row: Any) -> None:
    """Note on the request which version its page is about, and whether what was posted was shown an older one.

    Needs a transaction. Whoever posts locks the record first, so that what they read now stays until they are done.
    """
    if not isinstance(row, Identified):
        return
    whole = record_of(row)
    found = type(whole)._default_manager.filter(pk=whole.pk)
    if request.method == "POST":
        found = found.select_for_update(no_key=True)
    record = found.first()
    if record is None:
        return  # deleted at this moment, which the page says by itself
    request.present_version = record.version  # type: ignore[attr-defined]
    if request.method == "POST" and request.POST.get(SEEN) != str(record.version):
        request.is_stale = True  # type: ignore[attr-defined]
        request.refusal = (  # type: ignore[attr-defined]
            f"{_writer_of(record)} saved this {record._meta.verbose_name} after your page was shown. Nothing was saved"
            " yet, and nothing you typed is lost: see below what differs, then save again."
        )


def _writer_of(record: Record) -> str:
    edit = Edit.objects.filter(table_name=record._meta.db_table, record_id=record.pk, version=record.version)
    writer = edit.select_related("author").first()
    return writer.author.get_username() if writer else "Somebody"


def differences(form: ModelForm[Any], formsets: Iterable[BaseInlineFormSet[Any, Any, Any]]) -> list[Difference]:
    """Each field in which the form, or a row of its formsets, is not what the desk holds."""
    found = list(_in_form(form, ""))
    for formset in formsets:
        found += _in_rows(formset)
    return found


def _in_rows(formset: BaseInlineFormSet[Any, Any, Any]) -> Iterator[Difference]:
    model: Any = formset.model
    kind = str(model._meta.verbose_name)
    shown: set[Any] = set()
    for row in formset.initial_forms:
        pk = row[model._meta.pk.name].data
        shown.add(str(pk))
        there = model._default_manager.filter(pk=pk).first() if _is_id(pk) else None
        if there is None:
            yield Difference(f"A {kind}", "removed", "still here: reload the page to go on without it")
        elif row.data.get(row.add_prefix("DELETE")):
            yield Difference(f"{kind} “{there}”", "kept", "removed")
        else:
            yield from _in_form(row, f"{kind} “{there}”: ")
    for there in formset.get_queryset():
        if str(there.pk) not in shown:
            yield Difference(f"{kind} “{there}”", "added", "not here; it stays when you save")


def _is_id(text: Any) -> bool:
    try:
        forms.UUIDField().clean(text)
    except ValidationError:
        return False
    return True


def _in_form(form: ModelForm[Any], of: str) -> Iterator[Difference]:
    hidden = {form._meta.model._meta.pk.name, *getattr(form._meta.model, "PART_OF", ()), "DELETE"}
    for name in form.changed_data:
        if name not in hidden:
            field = form.fields[name]
            mine = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
            theirs = form.get_initial_for_field(field, name)
            label = f"{of}{field.label or name}"
            yield Difference(label, _shown(field, theirs), _shown(field, mine))


def _shown(field: forms.Field, value: Any) -> str:
    """A value of a field as people read it; what cannot be read, as it was typed."""
    if value in (None, "", [], ()):
        return NOTHING
    try:
        value = field.to_python(value) if isinstance(field, forms.ModelChoiceField) else value
    except ValidationError:
        return str(value)
    if isinstance(field, forms.BooleanField):
        return "yes" if value in (True, "on", "true", "True") else "no"
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(_label(field, each) for each in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return _label(field, value)
    return str(field.prepare_value(value)) if not isinstance(value, Identified) else str(value)


def _label(field: Any, value: Any) -> str:
    return str(dict(field.choices).get(value, value))
