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
        title = f", {self.affiliation.title}" if self.affiliation and self.affiliation.title else ""
        how = [Capacity(self.capacity).label] if self.capacity != Capacity.MEMBER else []
        how += [Attendance(self.attendance).label] if self.attendance != Attendance.UNKNOWN else []
        return f"{who}{title}" + (f" ({', '.join(how).lower()})" if how else "")


def as_listed(member: DelegationMember) -> Listed:
    """A member that was saved, as a line of the list is told."""
    return Listed(
        member.person, member.affiliation, member.descriptor, member.number, Capacity(member.capacity),
        Attendance(member.attendance),
    )  # fmt: skip


def read_lines(text: str) -> list[Listed | ValueError]:
    """For each line of `text` whom it names, or why it names nobody. Queries a line."""
    listed: list[Listed | ValueError] = []
    people: set[Actor] = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            read = _read(line)
            if read.person in people:
                raise ValueError(_("“%(person)s” stands in the list twice.") % {"person": read.person})
            people |= {read.person} if read.person else set()
            listed.append(read)
        except ValueError as error:
            listed.append(error)
    return listed


def read_people(text: str) -> list[Listed]:
    """Whom the lines of `text` name; ValidationError with a sentence for each that names nobody."""
    lines = read_lines(text)
    if wrong := [str(line) for line in lines if isinstance(line, ValueError)]:
        raise ValidationError(wrong)
    return [line for line in lines if isinstance(line, Listed)]


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
    if not title:
        return None
    offices = [office for office in person.affiliations.select_related("organisation") if office.title]
    exact = [office for office in offices if office.title.casefold() == title.casefold()]
    found = exact or [office for office in offices if _is_short_for(title, office)]
    if len(found) == 1 or exact:
        return found[0]
    if found:
        raise ValueError(
            _("Several offices of “%(person)s” are called “%(title)s”: write one of them whole: %(offices)s.")
            % {"person": person, "title": title, "offices": _quoted(found)}
        )
    said = _("“%(person)s” has no office “%(title)s” here: leave it out, or add it on the person’s page.")
    if offices:
        said = _(
            "“%(person)s” has no office “%(title)s” here, but %(offices)s: write that, leave it out, or add the"
            " other on the person’s page."
        )
    raise ValueError(said % {"person": person, "title": title, "offices": _quoted(offices)})


def _is_short_for(title: str, office: Affiliation) -> bool:
    """Whether `title` has a word of the organisation's name and leaves out no others; a deputy's title does."""
    typed, whole = _words(title), _words(office.title)
    named = _words(office.organisation.name) if office.organisation else set()
    small = {"of", "the", "for"}
    return bool(typed & named - small) and typed <= whole and whole - typed <= named | small


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _quoted(offices: list[Affiliation]) -> str:
    return ", ".join(f"“{title}”" for title in sorted({office.title for office in offices}))


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
