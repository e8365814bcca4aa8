"""Every field of the desk says what it wants, with an example after a colon; new fields fail here until they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from negotiations.admin.asking import UNLISTED
from negotiations.admin.base import page_of
from negotiations.models import Talk
from tests.admin.test_desk_pages import PARTS_WITH_PAGES, RECORDS, make_part
from tests.admin.test_desk_submissions import submitted
from tests.scenery import public_scenery

EXAMPLE = re.compile(r": \S")
NO_FIELDS = ("DELETE", "confirmed", *UNLISTED)
LISTS = (forms.ChoiceField, forms.TypedChoiceField)


def asked(answer: Any) -> Iterator[tuple[str, forms.BoundField]]:
    """Every field that the page shows, those of a new row included; but for boxes that only confirm."""
    context = answer.context
    if "adminform" in context:
        forms_shown = [
            context["adminform"].form,
            *(rows.formset.empty_form for rows in context["inline_admin_formsets"]),
        ]
    else:
        forms_shown = [context[name] for name in ("form", "publishing", "sending_back") if context.get(name)]
    for form in forms_shown:
        for field in form.visible_fields():
            if field.name not in NO_FIELDS:
                kind = form._meta.model if hasattr(form, "_meta") else type(form)
                yield f"{kind.__name__}.{field.name}", field


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


@pytest.mark.parametrize("kind", ["account", "token"])
def test_every_field_of_accounts_and_tokens_has_help_with_an_example(administrator: Any, kind: str) -> None:
    answer = administrator.get(reverse(f"admin:negotiations_{kind}_add"))

    assert len(list(asked(answer))) > 2
    assert without(answer) == set()


@pytest.mark.parametrize("act", ["retract", "merge", "suppress", "submit", "publish", "decide"])
def test_every_field_of_an_editorial_act_has_help_with_an_example(administrator: Any, curator: Any, act: str) -> None:
    talk = public_scenery().istanbul
    Talk.objects.filter(pk=talk.pk).update(summary="They met.")
    pages = {
        "submit": f"/admin/negotiations/talk/submit/?record={talk.pk}",
        "publish": f"/admin/negotiations/talk/publish/?record={talk.pk}",
        "decide": page_of(submitted(talk)) if act == "decide" else "",
    }

    answer = administrator.get(pages.get(act, f"/admin/negotiations/talk/{talk.pk}/{act}/"))

    assert list(asked(answer))
    assert without(answer) == set()
