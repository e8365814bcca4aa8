"""Positions: what a side holds on an issue, and since when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from negotiations.models.records import (
    EdtfField,
    LineField,
    ProseField,
    Record,
    closed_lists,
    days,
    readable_dates,
    words,
)
from negotiations.models.rules import SUPERSEDES_ITS_KIND, makes_no_circle
from negotiations.vocabulary import Ascription, Stance


class Position(Record):
    """A party's stance on an issue of a process, for as long as it is in force. A new stance supersedes the old."""

    SEARCHED = ("slug", "label", "text", "party__name")
    LISTED_BY = ("in_force", "label")
    LISTED_WITHIN = ("process", "party", "issue", "stance", "ascription")
    PROBED_BY = ("process", "party", "issue", "is_headline", "in_force")  # the cells of a matrix
    WORDS = ("label", "text", "condition")
    RULES = (makes_no_circle("position", "supersedes"), SUPERSEDES_ITS_KIND)

    process = models.ForeignKey("Process", models.PROTECT, related_name="positions")
    party = models.ForeignKey("Actor", models.PROTECT, related_name="positions")
    issue = models.ForeignKey("Issue", models.PROTECT, related_name="positions")
    stance = words(Stance)
    label = LineField(help_text="At most 80 characters: Unconditional ceasefire")
    text = ProseField(blank=True, default="", help_text="In our words, in full.")
    condition = LineField(blank=True, default="", help_text="What it depends on.")
    tied_to = models.ForeignKey(
        "Issue",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tied_positions",
        help_text="The issue it hinges on.",
    )
    in_force_edtf = EdtfField(help_text="2025-05-16/.. is in force still, 2022-03-10/ until nobody knows when.")
    in_force = days("in_force_edtf")
    talk = models.ForeignKey(
        "Talk", models.PROTECT, null=True, blank=True, related_name="positions", help_text="Where it was put forward."
    )
    ascription = words(Ascription)
    is_headline = models.BooleanField(default=False, help_text="The one that stands for the party on this issue.")
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    LABEL = F("label")

    class Meta(Record.Meta):
        ordering = (F("in_force").desc(nulls_last=True), "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("position", stance=Stance, ascription=Ascription),
            *readable_dates("position", in_force="in_force_edtf"),
            models.CheckConstraint(
                name="position_label_has_1_to_80_characters",
                condition=Q(label__length__gte=1, label__length__lte=80),
                violation_error_message="The label has 1 to 80 characters.",
            ),
            models.CheckConstraint(
                name="position_accepts_if_has_a_condition",
                condition=~Q(stance=Stance.ACCEPTS_IF) | ~Q(condition=""),
                violation_error_message="Who accepts on a condition has one: fill in condition.",
            ),
            models.CheckConstraint(
                name="position_does_not_supersede_itself",
                condition=~Q(supersedes=F("id")),
                violation_error_message="A position cannot supersede itself.",
            ),
            models.CheckConstraint(
                name="position_is_tied_to_another_issue",
                condition=Q(tied_to__isnull=True) | ~Q(tied_to=F("issue")),
                violation_error_message="A position hinges on another issue than its own: change tied_to or issue.",
            ),
            ExclusionConstraint(
                name="position_has_one_headline_at_a_time",
                expressions=[("process", "="), ("party", "="), ("issue", "="), ("in_force", "&&")],
                condition=Q(is_headline=True),
                violation_error_message="The party has another headline position on this issue on some of these days.",
            ),
        ]
