"""Events: deeds, as apart from words; a war, an attack, a handover that carries out an outcome."""

from django.db import models
from django.db.models import F

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
from negotiations.vocabulary import EventKind, EventPartyRole, EventStatus


class Event(Record):
    """Something somebody did, or was to do."""

    SEARCHED = ("slug", "title", "text")
    LISTED_BY = ("during", "title")
    WORDS = ("title", "text")

    process = models.ForeignKey("Process", models.PROTECT, null=True, blank=True, related_name="events")
    kind = words(EventKind)
    status = words(EventStatus, default=EventStatus.HAPPENED)
    title = LineField(help_text="First part of the 1,000-for-1,000 exchange")
    text = ProseField(blank=True, default="")
    place = models.ForeignKey(
        "Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        help_text="Where; of several places one that holds them all, or none.",
    )
    start_edtf = EdtfField(null=True, blank=True)
    end_edtf = EdtfField(null=True, blank=True)
    during = days("start_edtf", "end_edtf")
    carries_out = models.ForeignKey(
        "Outcome", models.PROTECT, null=True, blank=True, related_name="steps", help_text="The outcome it carries out."
    )

    class Meta(Record.Meta):
        ordering = (F("during").desc(nulls_last=True), "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("event", kind=EventKind, status=EventStatus),
            *not_empty("event", "title"),
            *readable_dates("event", during=("start_edtf", "end_edtf")),
        ]

    LABEL = F("title")

    @property
    def label(self) -> str:
        return str(self.title)


class EventPlace(Part):
    """One of several places at which an event took place."""

    PART_OF = ("event",)

    event = models.ForeignKey(Event, models.CASCADE, related_name="event_places")
    place = models.ForeignKey("Place", models.PROTECT, related_name="event_places")

    class Meta:
        ordering = ("event", "place__name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "place"],
                name="event_has_a_place_once",
                violation_error_message="The event has this place already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.place)


class EventParty(Part):
    """An actor's part in an event."""

    PART_OF = ("event",)

    event = models.ForeignKey(Event, models.CASCADE, related_name="parties")
    actor = models.ForeignKey("Actor", models.PROTECT, related_name="event_parties")
    role = words(EventPartyRole)

    class Meta:
        verbose_name_plural = "event parties"
        ordering = ("event", "actor__name", "role", "id")
        constraints = [
            *closed_lists("event_party", role=EventPartyRole),
            models.UniqueConstraint(
                fields=["event", "actor", "role"],
                name="event_party_has_a_role_once",
                violation_error_message="The actor has this role in the event already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.get_role_display()})"
