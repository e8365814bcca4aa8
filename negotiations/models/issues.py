"""Issues: what is negotiated about, as a small tree that is the same for all processes."""

from django.db import models
from django.db.models import F

from negotiations.models.records import LineField, ProseField, Record, not_empty
from negotiations.models.rules import makes_no_circle


class Issue(Record):
    """A question on which parties take positions, such as a ceasefire or territory."""

    SEARCHED = ("slug", "name", "definition")
    LISTED_BY = ("name",)
    WORDS = ("name", "definition")
    RULES = (makes_no_circle("issue", "parent"),)

    name = LineField(help_text="Ceasefire")
    definition = ProseField(blank=True, default="", help_text="What belongs under it and what does not.")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    pax_group = LineField(
        blank=True, default="", help_text="The group of PA-X's codebook it falls into: Security sector"
    )

    class Meta(Record.Meta):
        ordering = ("name", "id")
        constraints = [
            *Record.Meta.constraints,
            *not_empty("issue", "name"),
            models.CheckConstraint(
                name="issue_is_not_its_own_parent",
                condition=~models.Q(parent=models.F("id")),
                violation_error_message="An issue cannot be its own parent.",
            ),
        ]

    LABEL = F("name")

    @property
    def label(self) -> str:
        return str(self.name)
