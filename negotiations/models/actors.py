"""Actors: everybody who can meet, speak, hold a position or publish, states and persons alike."""

from django.db import models
from django.db.models import F, Q

from negotiations.models.codes import validate_country
from negotiations.models.records import (
    EdtfField,
    LineField,
    Part,
    ProseField,
    Record,
    closed_lists,
    days,
    not_empty,
    readable_dates,
    words,
)
from negotiations.vocabulary import ActorKind


class Actor(Record):
    """A state, organisation, armed group, body, medium or person; all share one space of ids."""

    SEARCHED = ("slug", "name", "names__text")
    LISTED_BY = ("name",)
    WORDS = ("name", "description")
    NAMES = ("name",)

    name = LineField(help_text="The name in English as this tracker writes it: Volodymyr Zelensky")
    kind = words(ActorKind)
    iso3 = models.CharField(
        max_length=3,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_country],
        help_text="States only: ISO 3166-1 alpha-3 code, such as UKR",
    )
    description = ProseField(
        blank=True, default="", help_text="Tells namesakes apart: Deputy Defence Minister of Russia"
    )

    class Meta(Record.Meta):
        ordering = ("name", "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("actor", kind=ActorKind),
            *not_empty("actor", "name"),
            models.CheckConstraint(
                name="actor_iso3_is_a_state_code",
                condition=Q(iso3__isnull=True) | Q(iso3__regex=r"^[A-Z]{3}$", kind=ActorKind.STATE),
                violation_error_message="iso3 is a code of three capital letters and only states have one.",
            ),
        ]

    LABEL = F("name")

    @property
    def label(self) -> str:
        return str(self.name)


class Affiliation(Part):
    """An actor in an organisation, or with a title in none: the only home of offices and memberships."""

    PART_OF = ("actor",)
    LISTED_BY = ("actor", "title", "during")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Actor, models.PROTECT, null=True, blank=True, related_name="affiliated")
    title = LineField(blank=True, default="", help_text="President of Ukraine")
    during_edtf = EdtfField(null=True, blank=True)
    during = days("during_edtf")

    class Meta:
        ordering = ("actor", "title", "id")
        constraints = [
            *readable_dates("affiliation", during="during_edtf"),
            models.CheckConstraint(
                name="affiliation_says_where_or_what",
                condition=Q(organisation__isnull=False) | ~Q(title=""),
                violation_error_message="Give an organisation, a title, or both.",
            ),
            models.CheckConstraint(
                name="affiliation_is_in_another_actor",
                condition=~Q(organisation=models.F("actor")),
                violation_error_message="An actor cannot be affiliated to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.title or f'in {self.organisation}'}"
