"""Before a record with a name like another's is saved, the desk shows those there are, and asks whether it is another.

The page is shown again with all that was typed, as it is for every refusal. What is confirmed is which records were
shown, so another name, or one that somebody entered meanwhile, is asked about again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.utils.translation import gettext as _

from negotiations.admin.base import page_of
from negotiations.analytics.similar_names import NAMED_BY, Similar, similar
from negotiations.models.records import Record

CONFIRMED = "it_is_another"  # the box, which holds the ids of the records that were shown
FURTHER_NAME = re.compile(r"names-\d+-text")


@dataclass(frozen=True)
class Shown:
    """A record that may be the same, as the page shows it."""

    record: Record
    page: str
    also: str  # the name that is alike, where the record is called otherwise
    tells: str  # what tells it from its namesakes


def asking_about_similar(form: type[ModelForm[Any]]) -> type[ModelForm[Any]]:
    """The same form, which asks about similar names before it is saved."""

    def clean(self: Any) -> Any:
        cleaned = form.clean(self)
        model, found = look(self)
        self.similar = _shown(model, found)
        self.similar_ids = " ".join(str(each.id) for each in found)
        self.is_another = not {str(each.id) for each in found} - set(self.data.get(CONFIRMED, "").split())
        if not self.is_another:
            said = _("There is a similar name among the %(kinds)s. Nothing was saved yet: look whether it is the same.")
            said %= {"kinds": model._meta.verbose_name_plural}
            self.add_error(None, ValidationError(said, code="similar"))
        return cleaned

    return type("AskingForm", (form,), {"clean": clean})


def look(form: Any) -> tuple[type[Any], list[Similar]]:
    """The kind of record that the form is about to add or rename, and those with similar names; one statement."""
    if names := getattr(form, "adds", None):  # a form that adds something else than its own record says so
        model, given, address = names()
        return model, similar(model, [given] if given else [], address=address)
    model = form._meta.model
    column, _least = NAMED_BY.get(model, ("", 0))
    given = form.cleaned_data.get(column)
    address = form.cleaned_data.get("page_url")
    is_new = form.instance._state.adding
    if not ({column, "page_url"} & set(form.changed_data)):
        return model, []
    further = [value for key, value in form.data.items() if is_new and value and FURTHER_NAME.fullmatch(key)]
    names_given = [name for name in (given, *further) if name] if is_new or column in form.changed_data else []
    moved = is_new or "page_url" in form.changed_data
    return model, similar(model, names_given, but=form.instance.pk, address=address if moved else None)


def _shown(model: type[Any], found: list[Similar]) -> list[Shown]:
    if not found:
        return []
    keys = [field.name for field in model._meta.concrete_fields if field.many_to_one]
    rows: dict[UUID, Any] = {
        row.pk: row for row in model._default_manager.select_related(*keys).filter(pk__in=[each.id for each in found])
    }
    return [
        Shown(
            row := rows[each.id],
            page_of(row),
            each.name if each.name not in str(row) else "",
            ", ".join(filter(None, (_kind(row), getattr(row, "description", "") or getattr(row, "definition", "")))),
        )
        for each in found
        if each.id in rows
    ]


def _kind(row: Any) -> str:
    return str(row.get_kind_display()) if hasattr(row, "get_kind_display") else ""
