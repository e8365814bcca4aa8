"""Statements: who said or wrote what, on whose behalf, and what it is about."""

from django.db import models
from django.db.models import Case, F, Q, When

from negotiations.models.codes import A_LANGUAGE, LANGUAGE, validate_language
from negotiations.models.records import (
    EdtfField,
    LineField,
    Part,
    ProseField,
    Record,
    Shortened,
    closed_lists,
    days,
    exactly_one,
    not_empty,
    readable_dates,
    shaped,
    shorten,
    words,
)
from negotiations.models.rules import affiliation_is_of
from negotiations.vocabulary import Attribution, Channel, LinkRelation, StatementAct, TextKind

NAMES_A_SPEAKER = (Attribution.ON_RECORD, Attribution.DOCUMENT)


class Statement(Record):
    """Something somebody said or wrote, a paper one side put forward included."""

    SEARCHED = ("slug", "title", "text", "quote", "speaker__name", "descriptor")
    LISTED_BY = ("said_on", "title")
    LISTED_WITHIN = ("speaker", "on_behalf_of", "occasion", "attribution", "act", "channel")
    WORDS = ("title", "text", "quote", "descriptor", "condition")
    RULES = (affiliation_is_of("statement", "speaker"),)

    title = LineField(blank=True, default="", help_text="Only of a paper: Memorandum of 2 June 2025")
    speaker = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="statements")
    descriptor = LineField(blank=True, default="", help_text="Of an unnamed speaker: a Ukrainian diplomatic source")
    affiliation = models.ForeignKey(
        "Affiliation", models.PROTECT, null=True, blank=True, related_name="+", help_text="In which office they spoke."
    )
    on_behalf_of = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="statements_for")
    attribution = words(Attribution)
    act = words(StatementAct)
    text = ProseField(help_text="In our words.")
    quote = ProseField(blank=True, default="", help_text="In theirs, short, of a named speaker.")
    text_kind = words(TextKind, default=TextKind.PARAPHRASE)
    language = LineField(null=True, blank=True, validators=[validate_language], help_text="BCP 47 tag of the quote: en")
    translated_from = LineField(
        null=True, blank=True, validators=[validate_language], help_text="BCP 47 tag of what was said: uk"
    )
    condition = LineField(blank=True, default="", help_text="What it depends on: if the talks fail")
    said_on_edtf = EdtfField(null=True, blank=True)
    said_on = days("said_on_edtf")
    channel = words(Channel, default=Channel.UNKNOWN)
    place = models.ForeignKey("Place", models.PROTECT, null=True, blank=True, related_name="statements")
    occasion = models.ForeignKey("Talk", models.PROTECT, null=True, blank=True, related_name="statements")

    class Meta(Record.Meta):
        ordering = (F("said_on").desc(nulls_last=True), "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("statement", attribution=Attribution, act=StatementAct, text_kind=TextKind, channel=Channel),
            *readable_dates("statement", said_on="said_on_edtf"),
            *not_empty("statement", "text"),
            *shaped("statement", LANGUAGE, A_LANGUAGE, "language", "translated_from"),
            models.CheckConstraint(
                name="statement_on_record_names_its_speaker",
                condition=~Q(attribution__in=NAMES_A_SPEAKER) | Q(speaker__isnull=False),
                violation_error_message="On the record, or in a document, the speaker is named.",
            ),
            models.CheckConstraint(
                name="statement_on_background_never_names_its_speaker",
                condition=~Q(attribution=Attribution.BACKGROUND) | (Q(speaker__isnull=True) & ~Q(descriptor="")),
                violation_error_message="On background the speaker is described and never named.",
            ),
            models.CheckConstraint(
                name="statement_of_an_outlet_has_no_speaker",
                condition=~Q(attribution=Attribution.OUTLET) | Q(speaker__isnull=True, descriptor=""),
                violation_error_message="In the outlet's own voice there is no speaker and no descriptor.",
            ),
            models.CheckConstraint(
                name="statement_speaker_is_named_or_described",
                condition=Q(speaker__isnull=True) | Q(descriptor=""),
                violation_error_message="Name the speaker, or describe one who is not named; not both.",
            ),
            models.CheckConstraint(
                name="statement_is_translated_from_another_language",
                condition=Q(language__isnull=True)
                | Q(translated_from__isnull=True)
                | ~Q(language=F("translated_from")),
                violation_error_message="translated_from is another language than the quote's own: leave it out.",
            ),
            models.CheckConstraint(
                name="statement_quote_has_a_named_speaker",
                condition=Q(quote="") | Q(speaker__isnull=False),
                violation_error_message="Only a named speaker is quoted; put an unnamed one into our words.",
            ),
            models.CheckConstraint(
                name="statement_verbatim_has_a_quote",
                condition=Q(text_kind=TextKind.PARAPHRASE) | ~Q(quote="") | Q(speaker__isnull=True),
                violation_error_message="A verbatim or partly quoted statement holds the quoted words.",
            ),
        ]

    LABEL = Case(When(title="", then=Shortened("text")), default="title", output_field=models.TextField())

    @property
    def label(self) -> str:
        return self.title or shorten(self.text)


LINKED = ("to_statement", "to_actor", "to_process", "to_talk", "to_delegation", "to_issue", "to_place", "to_position",
          "to_outcome", "to_event")  # fmt: skip


class StatementLink(Part):
    """What a statement is about, whom it addresses, or how it stands to another statement."""

    PART_OF = ("statement",)

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="links")
    relation = words(LinkRelation)
    to_statement = models.ForeignKey(Statement, models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_actor = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_process = models.ForeignKey("Process", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_talk = models.ForeignKey("Talk", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_delegation = models.ForeignKey("Delegation", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_issue = models.ForeignKey("Issue", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_place = models.ForeignKey("Place", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_position = models.ForeignKey("Position", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_outcome = models.ForeignKey("Outcome", models.PROTECT, null=True, blank=True, related_name="linked_from")
    to_event = models.ForeignKey("Event", models.PROTECT, null=True, blank=True, related_name="linked_from")

    class Meta:
        ordering = ("statement", "relation", "id")
        constraints = [
            *closed_lists("statement_link", relation=LinkRelation),
            exactly_one("statement_link_has_one_target", LINKED, "A link points at exactly one record."),
            models.CheckConstraint(
                name="statement_link_points_elsewhere",
                condition=Q(to_statement__isnull=True) | ~Q(to_statement=F("statement")),
                violation_error_message="A statement cannot be linked to itself.",
            ),
        ]

    @property
    def target(self) -> models.Model:
        """The record or delegation it points at."""
        found: models.Model = next(getattr(self, name) for name in LINKED if getattr(self, f"{name}_id"))
        return found

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.target}"
