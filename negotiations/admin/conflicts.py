"""Two people on one record: a page that was shown before somebody else saved is not saved over it, and shows both.

The form carries the version that it was shown. Any part counts, since each counts up its record's version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiations.admin.merging import (
    Base,
    Values,
    columns_of,
    given,
    put,
    read_base,
    row_key,
    there,
    to_post,
    without_gone_rows,
)
from negotiations.models import Edit
from negotiations.models.records import Identified, Part, Record

SEEN = "seen_version"  # the hidden field
NOTHING = gettext_lazy("(nothing)")
UNKNOWN = gettext_lazy("(not known)")


@dataclass(frozen=True)
class Difference:
    """A field that the desk and the form do not agree on, as the page was shown, as they have it, and as I have it.

    `name` is that of the field where a side can be taken, with what each side would post.
    """

    field: str
    base: str
    theirs: str
    mine: str
    name: str = ""
    posts_theirs: str = ""
    posts_mine: str = ""
    takes: str = "mine"  # the side that is taken unless I choose otherwise
    is_both: bool = False  # whether both of us changed it


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
        request.refusal = _(  # type: ignore[attr-defined]
            "%(writer)s saved this %(record)s after your page was shown. Nothing was saved yet, and nothing you typed"
            " is lost: see below what differs, then save again."
        ) % {"writer": _writer_of(record), "record": record._meta.verbose_name}


def _writer_of(record: Record) -> str:
    edit = Edit.objects.filter(table_name=record._meta.db_table, record_id=record.pk, version=record.version)
    writer = edit.select_related("author").first()
    return writer.author.get_username() if writer else _("Somebody")


def bring_back_rows(request: HttpRequest, formsets: Iterable[tuple[Any, str]], whole: Any) -> list[Difference]:
    """Mend the posted rows of which somebody removed some meanwhile, so that the page can be saved; tells of each."""
    told = []
    for formset, prefix in formsets:
        rows = formset.model._default_manager.filter(**{formset.fk.name: whole})
        columns = {field.name for field in formset.model._meta.concrete_fields} - {"id", formset.fk.name}
        present = set(rows.values_list("pk", flat=True))
        request.POST, gone = without_gone_rows(request.POST, prefix, present, columns)  # type: ignore[assignment]
        for was, comes_back in gone:
            again = _("changed: it is a new row below, remove it there to leave it out")
            mine, takes = (again, "mine") if comes_back else (_("unchanged"), "theirs")
            told.append(Difference(_name_once(formset.model, was), _("there"), _("removed"), mine, takes=takes))
    return told


def _name_once(model: Any, was: dict[str, Values]) -> str:
    """What a row that is gone was called, as far as the values tell that the page was shown with."""
    kind = capfirst(str(model._meta.verbose_name))
    row = model()
    try:
        for name, values in was.items():
            setattr(row, model._meta.get_field(name).attname, values[0])
        return f"{kind} “{row}”"
    except (FieldDoesNotExist, ObjectDoesNotExist, ValidationError, LookupError, TypeError, ValueError, AttributeError):
        return kind


def differences(form: ModelForm[Any], formsets: Iterable[BaseInlineFormSet[Any, Any, Any]]) -> list[Difference]:
    """Each field in which the form, or a row of its formsets, is not what the desk holds.

    What only others changed is put into the form as they have it, unless I choose mine on the page.
    """
    shown = read_base(form.data)
    merged = form.data.copy()  # type: ignore[attr-defined]  # as a browser posts it
    found = list(_in_form(form, "", shown))
    for formset in formsets:
        found += _in_rows(formset, shown)
    for each in found:
        if each.takes == "theirs" and each.name:
            put(merged, each.name, json.loads(each.posts_theirs))
    form.data = merged
    for formset in formsets:
        formset.data = merged
        for row in formset.forms:
            row.data = merged
    return found


def _in_rows(formset: BaseInlineFormSet[Any, Any, Any], shown: Base | None) -> Iterator[Difference]:
    model: Any = formset.model
    kind = capfirst(str(model._meta.verbose_name))
    posted: set[Any] = set()
    for form in formset.initial_forms:
        posted.add(form.instance.pk)
        named = f"{kind} “{_fresh(form.instance)}”"
        deletes = form.add_prefix("DELETE")
        if form.data.get(deletes):
            is_both = shown is not None and _changed_by_them(form, shown, str(formset.prefix))
            theirs = _("changed and kept") if is_both else _("kept")
            choice = (deletes, "[]", json.dumps(given(form.data.getlist(deletes))))
            yield Difference(named, _("there"), theirs, _("removed"), *choice, "theirs" if is_both else "mine", is_both)
        else:
            yield from _in_form(form, f"{named}: ", shown, str(formset.prefix))
    for row in formset.get_queryset():
        if row.pk not in posted:
            stays = _("not here; it stays when you save")
            yield Difference(f"{kind} “{row}”", str(NOTHING), _("added"), stays, takes="theirs")


def _fresh(row: Any) -> Any:
    """The row as the desk holds it; that of a form has taken on what was typed."""
    return type(row)._default_manager.filter(pk=row.pk).first() or row


def _changed_by_them(row: ModelForm[Any], shown: Base, prefix: str) -> bool:
    before = shown.get(row_key(row, prefix), {})
    return any(there(row, name) != before.get(name, []) for name in columns_of(row))


def _in_form(form: ModelForm[Any], of: str, shown: Base | None, prefix: str = "") -> Iterator[Difference]:
    before = None if shown is None else shown.get(row_key(form, prefix))
    changed = set(form.changed_data)
    for name in columns_of(form):
        field, html_name = form.fields[name], form.add_prefix(name)
        theirs = there(form, name)
        mine = given(form.data.getlist(html_name))  # type: ignore[attr-defined]
        if name not in changed or theirs == mine:
            continue
        base = None if before is None else before.get(name, [])
        is_theirs_alone = base == mine
        yield Difference(
            f"{of}{field.label or name}",
            str(UNKNOWN) if base is None else _said(field, base),
            _said(field, theirs),
            _said(field, mine),
            html_name,
            to_post(field, theirs),
            to_post(field, mine),
            "theirs" if is_theirs_alone else "mine",
            base is not None and not is_theirs_alone and base != theirs,
        )


def _said(field: forms.Field, values: Values) -> str:
    """What was posted, or would be, as people read it."""
    return _shown(field, values if isinstance(field, forms.MultipleChoiceField) else "".join(values))


def _shown(field: forms.Field, value: Any) -> str:
    """A value of a field as people read it; what cannot be read, as it was typed."""
    if isinstance(field, forms.NullBooleanField):
        return {"true": _("yes"), "false": _("no")}.get(value, str(NOTHING))
    if isinstance(field, forms.BooleanField):
        return _("yes") if value in (True, "on", "true", "True") else _("no")
    if value in (None, "", [], ()):
        return str(NOTHING)
    try:
        value = field.to_python(value) if isinstance(field, forms.ModelChoiceField) else value
    except ValidationError:
        return str(value)
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(_label(field, each) for each in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return _label(field, value)
    return str(field.prepare_value(value)) if not isinstance(value, Identified) else str(value)


def _label(field: Any, value: Any) -> str:
    return str(dict(field.choices).get(value, value))
