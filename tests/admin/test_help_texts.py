"""Every field of the desk says what it wants, with an example after a colon; new fields fail here until they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from negotiations.admin.base import page_of
from tests.admin.test_desk_pages import PARTS_WITH_PAGES, RECORDS, make_part

EXAMPLE = re.compile(r": \S")
LISTS = (forms.ChoiceField, forms.TypedChoiceField)


def asked(answer: Any) -> Iterator[tuple[str, forms.BoundField]]:
    """Every field that the page shows, those of a new row included."""
    form_sets = [inline.formset for inline in answer.context["inline_admin_formsets"]]
    for form in (answer.context["adminform"].form, *(rows.empty_form for rows in form_sets)):
        for field in form.visible_fields():
            if field.name != "DELETE":
                yield f"{form._meta.model.__name__}.{field.name}", field


def has_example(field: forms.BoundField) -> bool:
    """Text after a colon; where a list is to choose from, one of its words."""
    help_text = str(field.help_text)
    if not EXAMPLE.search(help_text):
        return False
    asks: Any = field.field
    if type(asks) not in LISTS:
        return True
    words = [str(label).partition(" (")[0] for value, label in asks.choices if value]
    return any(word.lower() in help_text.lower().replace("’", "'") for word in words)


def without(answer: Any) -> set[str]:
    page = answer.content.decode()
    found = list(asked(answer))
    unsaid = {name for name, field in found if not has_example(field)}
    # A group of boxes has no id that its help could be named by.
    unshown = {
        name for name, field in found if field.id_for_label and f'id="{field.id_for_label}_helptext"' not in page
    }
    return unsaid | unshown


@pytest.mark.parametrize("kind", RECORDS)
def test_every_field_of_a_new_record_has_help_with_an_example(editor: Any, kind: str) -> None:
    answer = editor.get(reverse(f"admin:negotiations_{kind}_add"))

    assert len(list(asked(answer))) > 4
    assert without(answer) == set()


@pytest.mark.parametrize("kind", PARTS_WITH_PAGES)
def test_every_field_of_a_part_has_help_with_an_example(editor: Any, kind: str) -> None:
    answer = editor.get(page_of(make_part(kind)))

    assert len(list(asked(answer))) > 4
    assert without(answer) == set()
