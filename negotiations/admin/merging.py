"""What two people typed, put together: a page carries the values that it was shown with, and the choices of a conflict.

Values are as a browser posts them, a list of texts for each field. The values that a page was shown with (base) tell
who of two changed a field. On the page of a conflict each field has a side to take; what is typed there counts first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.forms import ModelForm
from django.http import QueryDict

from negotiations.models import ArticleText

BASE = "base"  # the hidden field with the values that the page was shown with
TAKE, THEIRS, MINE = (
    "take:",
    "theirs:",
    "mine:",
)  # before the name of a field: the side to take, and what each side holds
TAKE_ALL = "take_all"
TYPED = ("excerpt", "people")  # what a row asks besides its columns
Values = list[str]
Base = dict[str, dict[str, Values]]  # by row (empty for the page's own), and by field; what is empty is left out


def row_key(form: ModelForm[Any], prefix: str = "") -> str:
    """How the base names a row of a page: the prefix of its formset and its id."""
    return f"{prefix}/{form.instance.pk}" if prefix else ""


def columns_of(form: ModelForm[Any]) -> Iterator[str]:
    """The fields of a form that are columns of its record and may differ: not its id, nor what it is a part of."""
    model = form._meta.model
    own = {model._meta.pk.name, *getattr(model, "PART_OF", ())}
    columns = {field.name for field in model._meta.concrete_fields} - own
    return (name for name in form.fields if name in columns)


def as_posted(field: forms.Field, value: Any) -> Values:
    """The value of a field as a browser would post it unchanged."""
    if value in (None, "", [], ()):
        return []
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    widget: Any = getattr(field.widget, "widget", field.widget)  # without the links beside it
    shown = widget.format_value(field.prepare_value(value))
    return given(shown if isinstance(shown, list | tuple) else [shown])


def given(values: Iterable[Any]) -> Values:
    """What of the posted values says something; browsers end lines with CR LF."""
    return [str(value).replace("\r\n", "\n") for value in values if value not in (None, "")]


def there(form: ModelForm[Any], name: str) -> Values:
    """What the desk holds for a field."""
    return as_posted(form.fields[name], form.get_initial_for_field(form.fields[name], name))


def base_of(form: ModelForm[Any], formsets: Iterable[Any]) -> str:
    """The values that a page is shown with, for its hidden field. The article's text is no part of it."""
    rows = [("", form), *((row_key(row, each.prefix), row) for each in formsets for row in each.initial_forms)]
    base = {
        key: {name: values for name in columns_of(row) if (values := there(row, name))}
        for key, row in rows
        if row._meta.model is not ArticleText
    }
    return json.dumps(base, ensure_ascii=False, separators=(",", ":"))


def to_post(field: forms.Field, values: Values) -> str:
    """How a side's values stand on the page of a conflict: an empty box is posted empty, a list without choice not."""
    return json.dumps(values or ([] if isinstance(field, forms.MultipleChoiceField) else [""]))


def read_base(data: Any) -> Base | None:
    """The values that the posted page was shown with; None where it does not say."""
    found = _read(data.get(BASE, ""))
    if not isinstance(found, dict) or not all(isinstance(row, dict) for row in found.values()):
        return None
    return {
        key: {name: given(values) for name, values in row.items() if isinstance(values, list)}
        for key, row in found.items()
    }


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def with_choices(data: QueryDict) -> QueryDict:
    """The posted page of a conflict with the sides that were chosen; as it is where nothing was to choose.

    A choice counts for a field that still holds what the page was shown with; what was typed since is kept.
    """
    chosen = [name.removeprefix(TAKE) for name in data if name.startswith(TAKE)]
    if not chosen:
        return data
    merged = data.copy()
    for name in chosen:
        side = data[TAKE_ALL] if data.get(TAKE_ALL) in ("theirs", "mine") else data[TAKE + name]
        theirs, mine = (_read(data.get(which + name, "")) for which in (THEIRS, MINE))
        if not isinstance(theirs, list) or not isinstance(mine, list):
            continue
        if given(data.getlist(name)) in (given(theirs), given(mine)):
            put(merged, name, list(map(str, theirs if side == "theirs" else mine)))
    return merged


def put(data: QueryDict, name: str, values: Values) -> None:
    """As if the browser had posted these values; where nothing is ticked or chosen it posts nothing at all."""
    if values:
        data.setlist(name, values)
    else:
        data.pop(name, None)


def without_gone_rows(
    data: QueryDict, prefix: str, present: set[UUID], columns: set[str]
) -> tuple[QueryDict, list[tuple[dict[str, Values], bool]]]:
    """The posted rows of a formset without those somebody removed; what each of them was, and whether it comes back.

    One that I did not change is left out. One that I changed comes back as a new row, so that nothing typed is lost.
    """
    base = read_base(data) or {}
    total, initial = (_count(data, prefix, which) for which in ("TOTAL", "INITIAL"))
    kept: list[Any] = []
    new = [_row(data, prefix, number) for number in range(initial, total)]
    told: list[tuple[dict[str, Values], bool]] = []
    for row in (_row(data, prefix, number) for number in range(initial)):
        if not _is_gone(row, present):
            kept.append(row)
            continue
        before = base.get(f"{prefix}/{row.pop('id')[0]}")
        typed = ((name, given(values)) for name, values in row.items() if name in {*columns, *TYPED})
        is_mine = before is None or any(values != before.get(name, []) for name, values in typed)
        comes_back = is_mine and "DELETE" not in row
        if comes_back:
            new.insert(0, row)
        told.append((before or {}, comes_back))
    return (_renumbered(data, prefix, kept, new), told) if told else (data, [])


def _count(data: QueryDict, prefix: str, which: str) -> int:
    text = data.get(f"{prefix}-{which}_FORMS", "")
    return min(int(text), 2000) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _row(data: QueryDict, prefix: str, number: int) -> dict[str, Values]:
    start = f"{prefix}-{number}-"
    return {name.removeprefix(start): data.getlist(name) for name in data if name.startswith(start)}


def _is_gone(row: dict[str, Values], present: set[UUID]) -> bool:
    try:
        return UUID(row.get("id", [""])[0]) not in present
    except ValueError:
        return False


def _renumbered(data: QueryDict, prefix: str, kept: list[Any], new: list[Any]) -> QueryDict:
    merged = data.copy()
    for name in data:
        if name.startswith(f"{prefix}-") and name.removeprefix(f"{prefix}-").split("-")[0].isdigit():
            del merged[name]
    for number, row in enumerate([*kept, *new]):
        for name, values in row.items():
            merged.setlist(f"{prefix}-{number}-{name}", values)
    merged[f"{prefix}-INITIAL_FORMS"], merged[f"{prefix}-TOTAL_FORMS"] = str(len(kept)), str(len(kept) + len(new))
    return merged
