"""What a statement entered on the page of a talk is about: chosen from what the page knows, kept as its links.

Most of what an article quotes was said of a talk, not at it: a new row is about this talk unless it says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import Words
from negotiations.admin.closed_lists import choices_of
from negotiations.models import Actor, Issue, Statement, StatementLink, Talk
from negotiations.vocabulary import LinkRelation

ABOUT_IT, SAID_THERE, NEITHER = "about", "occasion", "neither"
DELEGATION = "delegation"
ACTOR = "actor"
ISSUE = "issue"
# The party of a delegation that is entered on the same page, as the page names its field.
ENTERED_PARTY = re.compile(r"(delegations-\d+)-party")

Choices = list[tuple[Words, Any]]


def about_choices(request: HttpRequest) -> Choices:
    """Parties, issues and delegations: each value is the kind, and after a colon the id of the party or issue."""
    delegation = gettext("Delegation of %(party)s")
    parties, issues = _flat(choices_of(Actor, request)), _flat(choices_of(Issue, request))
    return [
        (_("Parties and others"), [(f"{ACTOR}:{key}", name) for key, name in parties]),
        ("Issues", [(f"{ISSUE}:{key}", name) for key, name in issues]),
        (
            _("Delegations at this talk"),
            [(f"{DELEGATION}:{key}", delegation % {"party": name}) for key, name in parties],
        ),
    ]


def _flat(groups: list[Any]) -> list[tuple[UUID, str]]:
    return [row for _, rows in groups if isinstance(rows, list) for row in rows]


def about_field(request: HttpRequest) -> forms.MultipleChoiceField:
    """Several may be chosen by typing; `sitting.js` makes it so, and without it the list is a plain one."""
    return forms.MultipleChoiceField(
        choices=about_choices(request),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "desk-many", "size": 3}),
        help_text=_("What else it is about: Delegation of Russia; Ceasefire"),
    )


def this_talk_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("This talk"),
        choices=[
            (ABOUT_IT, _("is what it is about")),
            (SAID_THERE, _("is where they said it")),
            (NEITHER, _("is neither")),
        ],
        initial=ABOUT_IT,
        help_text=_("How the statement stands to it: is where they said it"),
    )


def refuse_absent_delegations(form: Any, talk: Talk) -> None:
    """A delegation that nobody entered, on this page or before, is an error on the row."""
    there = [] if talk._state.adding else talk.delegations.values_list("party_id", flat=True)
    parties = {str(key) for key in there} | set(_parties_entered(form.data))
    for kind, _colon, key in (value.partition(":") for value in form.cleaned_data.get("about") or ()):
        if kind == DELEGATION and key not in parties:
            name = Actor.objects.filter(pk=key).values_list("name", flat=True).first()
            form.add_error(
                "about",
                _("This talk has no delegation of %(name)s: add it above, or choose the party itself.")
                % {"name": name},
            )


def _parties_entered(data: Any) -> Iterator[str]:
    for name, value in data.items():
        if (match := ENTERED_PARTY.fullmatch(name)) and f"{match[1]}-DELETE" not in data:
            yield value


def link(form: Any, statement: Statement, talk: Talk) -> None:
    """Keeps what the row of a new statement says it is about, in the transaction of the page.

    The row's column for the talk is that of its occasion, and is emptied where nobody said it there.
    """
    if form.cleaned_data["this_talk"] != SAID_THERE:
        statement.occasion = None
        statement.save(update_fields=["occasion"])
    person = form.cleaned_data.get("about_person")
    targets: list[dict[str, Any]] = [{"to_actor": person}] if person else []
    if form.cleaned_data["this_talk"] == ABOUT_IT:
        targets.append({"to_talk": talk})
    for kind, _colon, key in (value.partition(":") for value in form.cleaned_data.get("about") or ()):
        if kind == DELEGATION:
            targets.append({"to_delegation": talk.delegations.get(party_id=key)})
        else:
            targets.append({f"to_{kind}_id": key})
    for target in targets:
        StatementLink.objects.create(statement=statement, relation=LinkRelation.ABOUT, **target)
