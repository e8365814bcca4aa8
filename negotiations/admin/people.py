"""Members of a delegation as a list that is typed or pasted: a line each, `name; title`.

People are found, never made: a name that nobody has is refused with what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.fields import ProseFormField
from negotiations.admin.quoting import QuotedForm
from negotiations.models import Actor, Affiliation, Delegation, DelegationMember
from negotiations.models.records import validate_prose
from negotiations.vocabulary import ActorKind, Attendance, Capacity

# Before a name: as what they came, or whether. What nobody says is unknown.
MARKS = {
    "head": (Capacity.HEAD, Attendance.UNKNOWN),
    "attended": (Capacity.MEMBER, Attendance.ATTENDED),
    "absent": (Capacity.MEMBER, Attendance.ABSENT),
}
MARK = re.compile(rf"({'|'.join(MARKS)}):\s*", re.IGNORECASE)
DESCRIBED = re.compile(r"\*\s*(?:(\d{1,4})\s+)?(.+)", re.ASCII)


@dataclass(frozen=True)
class Listed:
    """One line of the list, understood."""

    person: Actor | None
    affiliation: Affiliation | None
    descriptor: str
    number: int | None
    capacity: Capacity
    attendance: Attendance

    def __str__(self) -> str:
        who = (
            str(self.person) if self.person else f"not named: {self.number or ''} {self.descriptor}".replace("  ", " ")
        )
        title = f", {self.affiliation.title}" if self.affiliation else ""
        how = (self.capacity, self.attendance)
        mark = next((mark for mark, marked in MARKS.items() if marked == how), "")
        return f"{who}{title}" + (f" ({mark})" if mark else "")


def read_people(text: str) -> list[Listed]:
    """Whom the lines of `text` name; ValidationError with a sentence for each that names nobody. Queries a line."""
    listed, wrong = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            listed.append(_read(line))
        except ValueError as error:
            wrong.append(str(error))
    people = [each.person for each in listed if each.person]
    wrong += [
        _("“%(person)s” stands in the list twice.") % {"person": person}
        for person in {p for p in people if people.count(p) > 1}
    ]
    if wrong:
        raise ValidationError(wrong)
    return listed


def _read(line: str) -> Listed:
    mark = MARK.match(line)
    how = MARKS[mark[1].casefold()] if mark else (Capacity.MEMBER, Attendance.UNKNOWN)
    words = line[mark.end() :] if mark else line
    if described := DESCRIBED.fullmatch(words):
        return Listed(None, None, described[2], int(described[1]) if described[1] else None, *how)
    name, _semicolon, title = (part.strip() for part in words.partition(";"))
    people = Actor.objects.filter(Q(name__iexact=name) | Q(names__text__iexact=name), kind=ActorKind.PERSON)
    found = list(people.exclude(pk__in=publication.merged(Actor)).distinct()[:3])
    if not found:
        raise ValueError(
            _("Nobody is called “%(name)s” here: add the person first, or write “* %(name)s” to describe only.")
            % {"name": name}
        )
    if len(found) > 1:
        raise ValueError(_("Several are called “%(name)s”: choose one on the page of the delegation.") % {"name": name})
    return Listed(found[0], _office(found[0], title), "", None, *how)


def _office(person: Actor, title: str) -> Affiliation | None:
    offices = [office for office in person.affiliations.all() if office.title.casefold() == title.casefold()]
    if title and not offices:
        raise ValueError(
            _("“%(person)s” has no office “%(title)s” here: leave it out, or add it on the person’s page.")
            % {"person": person, "title": title}
        )
    return offices[0] if title else None


class DelegationRow(QuotedForm):
    """A delegation with a list of people to be added to it."""

    people = ProseFormField(
        label=_("Add members"), required=False, validators=[validate_prose],
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("One a line, name; title. Head: Rustem Umerov; Defence Minister. Without names: * 3 officials. "
        "Whether they came, if the source says: Attended: Marco Rubio. Absent: Vladimir Putin"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].widget.attrs["data-read-by"] = reverse("admin:negotiations_talk_read_people")

    def clean_people(self) -> list[Listed]:
        listed = read_people(self.cleaned_data["people"] or "")
        there = set(self.instance.members.values_list("person_id", flat=True))
        again = [each for each in listed if each.person and each.person.pk in there]
        if again:
            raise forms.ValidationError(
                [_("“%(person)s” is in this delegation already.") % {"person": each.person} for each in again]
            )
        return listed


def add_people(form: QuotedForm, delegation: Delegation) -> None:
    """Adds those whom the row's list names, in the transaction of the page."""
    listed: list[Any] = form.cleaned_data.get("people") or []
    for each in listed:
        DelegationMember.objects.create(
            delegation=delegation,
            person=each.person,
            affiliation=each.affiliation,
            descriptor=each.descriptor,
            number=each.number,
            capacity=each.capacity,
            attendance=each.attendance,
        )
