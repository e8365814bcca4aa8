"""Outcomes: what the sides settled, or expressly did not."""

from django.db import models
from django.db.models import F, Q

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
from negotiations.models.rules import affiliation_is_of, makes_no_circle
from negotiations.vocabulary import OutcomeKind, OutcomePartyRole, OutcomeStance


class Outcome(Record):
    """What came of a talk or process: an agreement, a term of one, an exchange, or that there was none."""

    SEARCHED = ("slug", "title", "text")
    LISTED_BY = ("agreed", "effective", "title")
    LISTED_WITHIN = ("process", "kind")
    WORDS = ("title", "text", "condition")
    RULES = (makes_no_circle("outcome", "part_of"), makes_no_circle("outcome", "depends_on"))

    process = models.ForeignKey("Process", models.PROTECT, related_name="outcomes")
    talk = models.ForeignKey("Talk", models.PROTECT, null=True, blank=True, related_name="outcomes")
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="provisions",
        help_text="The outcome it is a term of.",
    )
    kind = words(OutcomeKind)
    title = LineField(help_text="Exchange of 1,000 prisoners for 1,000")
    text = ProseField(blank=True, default="", help_text="In our words, in full.")
    agreed_edtf = EdtfField(null=True, blank=True)
    agreed = days("agreed_edtf")
    effective_edtf = EdtfField(null=True, blank=True)
    effective = days("effective_edtf")
    due_edtf = EdtfField(null=True, blank=True)
    due = days("due_edtf")
    condition = LineField(blank=True, default="")
    depends_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="prerequisite_of")

    class Meta(Record.Meta):
        ordering = (F("agreed").desc(nulls_last=True), "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("outcome", kind=OutcomeKind),
            *not_empty("outcome", "title"),
            *readable_dates("outcome", agreed="agreed_edtf", effective="effective_edtf", due="due_edtf"),
            models.CheckConstraint(
                name="outcome_is_not_its_own_part_or_condition",
                condition=~Q(part_of=F("id")) & ~Q(depends_on=F("id")),
                violation_error_message="An outcome cannot be part of itself or depend on itself.",
            ),
            models.CheckConstraint(
                name="outcome_provision_is_part_of_an_outcome",
                condition=~Q(kind=OutcomeKind.PROVISION) | Q(part_of__isnull=False),
                violation_error_message="A provision is part of a larger outcome: fill in part_of.",
            ),
        ]

    LABEL = F("title")

    @property
    def label(self) -> str:
        return str(self.title)


class OutcomeIssue(Part):
    """An issue that an outcome touches."""

    PART_OF = ("outcome",)

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="outcome_issues")
    issue = models.ForeignKey("Issue", models.PROTECT, related_name="outcome_issues")

    class Meta:
        ordering = ("outcome", "issue__name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "issue"],
                name="outcome_touches_an_issue_once",
                violation_error_message="The outcome has this issue already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.issue)


class OutcomeParty(Part):
    """An actor's part in an outcome, and whether it confirms it."""

    PART_OF = ("outcome",)
    RULES = (affiliation_is_of("outcome_party", "person"),)

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="parties")
    actor = models.ForeignKey("Actor", models.PROTECT, related_name="outcome_parties")
    role = words(OutcomePartyRole)
    styled = LineField(blank=True, default="", help_text="The name it used, if another than the actor's.")
    person = models.ForeignKey(
        "Actor", models.PROTECT, null=True, blank=True, related_name="signed_outcomes", help_text="Who signed or spoke."
    )
    affiliation = models.ForeignKey("Affiliation", models.PROTECT, null=True, blank=True, related_name="+")
    stance = words(OutcomeStance, null=True, blank=True)

    class Meta:
        verbose_name_plural = "outcome parties"
        ordering = ("outcome", "actor__name", "role", "id")
        constraints = [
            *closed_lists("outcome_party", role=OutcomePartyRole, stance=OutcomeStance),
            models.UniqueConstraint(
                fields=["outcome", "actor", "role"],
                name="outcome_party_has_a_role_once",
                violation_error_message="The actor has this role in the outcome already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.get_role_display()})"
