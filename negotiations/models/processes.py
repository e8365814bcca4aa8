"""Processes: the frame that talks, positions and outcomes stand in."""

from django.db import models
from django.db.models import F

from negotiations.models.records import EdtfField, LineField, ProseField, Record, days, not_empty, readable_dates
from negotiations.models.rules import makes_no_circle


class Process(Record):
    """A series of talks and contacts that aims at settling one conflict, or one question of it."""

    SEARCHED = ("slug", "title", "summary")
    LISTED_BY = ("title", "during")
    WORDS = ("title", "summary")
    RULES = (makes_no_circle("process", "part_of"), makes_no_circle("process", "continues"))

    title = LineField(help_text="Russia–Ukraine direct talks, 2025")
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="components", help_text="The umbrella process."
    )
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text="The process it takes up again.",
    )
    conflict = models.ForeignKey(
        "Event",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="processes",
        help_text="The armed conflict it is about.",
    )
    summary = ProseField(blank=True, default="", help_text="Two or three sentences for readers who know nothing of it.")
    start_edtf = EdtfField(null=True, blank=True)
    end_edtf = EdtfField(null=True, blank=True)
    during = days("start_edtf", "end_edtf")

    class Meta(Record.Meta):
        verbose_name_plural = "processes"
        ordering = ("title", "id")
        constraints = [
            *Record.Meta.constraints,
            *not_empty("process", "title"),
            *readable_dates("process", during=("start_edtf", "end_edtf")),
            models.CheckConstraint(
                name="process_is_not_its_own_part_or_sequel",
                condition=~models.Q(part_of=models.F("id")) & ~models.Q(continues=models.F("id")),
                violation_error_message="A process cannot be part of itself or continue itself.",
            ),
        ]

    LABEL = F("title")

    @property
    def label(self) -> str:
        return str(self.title)
