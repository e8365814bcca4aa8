"""Evidence: the pages, the citations that point at them, and values as one voice gives them."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import DecimalRangeField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat
from django.db.models.lookups import Exact

from negotiations.models import assertions
from negotiations.models.codes import A_LANGUAGE, A_ZONE, LANGUAGE, ZONE, validate_language, validate_zone
from negotiations.models.excerpts import in_marks
from negotiations.models.records import (
    EdtfField,
    HowManyGiven,
    Identified,
    LineField,
    Part,
    ProseField,
    Record,
    WebAddressField,
    closed_lists,
    days,
    desk_only,
    exactly_one,
    not_empty,
    readable_date,
    readable_dates,
    shaped,
    web_address,
    words,
)
from negotiations.models.rules import makes_no_circle
from negotiations.models.statements import NAMES_A_SPEAKER
from negotiations.vocabulary import (
    WORDS_OF,
    AssertionField,
    AssertionState,
    Attribution,
    Counting,
    ExcerptCheck,
    Rank,
    Reliability,
    Reproduction,
    SourceKind,
    Support,
    Unit,
)

# From the first page of the web to the last day that a date may have here.
WEB_TIME = (datetime.date(1990, 12, 20), datetime.date(2999, 12, 31))


class Source(Record):
    """A page, paper or post that can be read, with who published it and how far it is to be trusted."""

    SEARCHED = ("slug", "title", "page_url", "publisher__name")
    LISTED_BY = ("published", "title")
    LISTED_WITHIN = ("publisher", "kind")
    WORDS = ("title",)
    RULES = (makes_no_circle("source", "syndicated_from"),)

    kind = words(SourceKind)
    publisher = models.ForeignKey("Actor", models.PROTECT, related_name="published_sources")
    title = LineField(blank=True, default="", help_text="As printed; empty when the page read shows none.")
    page_url = WebAddressField(max_length=1000)
    canonical_url = WebAddressField(max_length=1000, null=True, blank=True)
    archived_url = WebAddressField(max_length=1000, null=True, blank=True)
    published_edtf = EdtfField(null=True, blank=True)
    published = days("published_edtf")
    accessed_on = models.DateField(null=True, blank=True)
    language = LineField(null=True, blank=True, validators=[validate_language], help_text="BCP 47 tag: en")
    syndicated_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    reproduction = words(Reproduction, default=Reproduction.ORIGINAL)
    reliability = words(Reliability, default=Reliability.USUAL)
    reliability_reason = LineField(blank=True, default="")
    note = ProseField(blank=True, default="")

    class Meta(Record.Meta):
        ordering = (F("published").desc(nulls_last=True), "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("source", kind=SourceKind, reproduction=Reproduction, reliability=Reliability),
            *readable_dates("source", published="published_edtf"),
            *shaped("source", LANGUAGE, A_LANGUAGE, "language"),
            web_address("source_page_url_is_a_web_address", "page_url"),
            web_address("source_canonical_url_is_a_web_address", "canonical_url"),
            web_address("source_archived_url_is_a_web_address", "archived_url"),
            models.CheckConstraint(
                name="source_is_rejected_for_a_reason",
                condition=~Q(reliability=Reliability.REJECTED) | ~Q(reliability_reason=""),
                violation_error_message="A rejected source needs a reason.",
            ),
            models.CheckConstraint(
                name="source_is_not_its_own_copy",
                condition=~Q(syndicated_from=F("id")),
                violation_error_message="A source cannot be syndicated from itself.",
            ),
            models.CheckConstraint(
                name="source_original_is_syndicated_from_none",
                condition=~Q(reproduction=Reproduction.ORIGINAL) | Q(syndicated_from__isnull=True),
                violation_error_message="What is syndicated from another source is no original: change reproduction.",
            ),
            models.CheckConstraint(
                name="source_is_read_in_the_time_of_the_web",
                condition=Q(accessed_on__isnull=True) | Q(accessed_on__range=WEB_TIME),
                violation_error_message="accessed_on is the day on which the page was read, such as 2025-05-17.",
            ),
        ]

    LABEL = Concat(
        "publisher__name",
        Case(When(title="", then=Value(", ")), default=Value(": ")),
        Case(When(title="", then="slug"), default="title", output_field=models.TextField()),
        output_field=models.TextField(),
    )

    @property
    def label(self) -> str:
        return f"{self.publisher.name}: {self.title}" if self.title else f"{self.publisher.name}, {self.slug}"


class ArticleText(Identified):
    """The text of a source as read, for checking excerpts; not ours to publish, so it never leaves the desk."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="article_text")
    text = ProseField(db_comment=desk_only("others' copyright"))

    class Meta:
        db_table_comment = desk_only("others' copyright")
        constraints = [*not_empty("article_text", "text")]

    def __str__(self) -> str:
        return f"Text of {self.source}"


def _one_value_if_given() -> Q:
    """Exactly one of the value columns when the state is `given`, none of them otherwise."""
    is_given = Q(state=AssertionState.GIVEN)
    return (is_given & Q(Exact(HowManyGiven(*assertions.VALUES), 1))) | (
        ~is_given & Q(Exact(HowManyGiven(*assertions.VALUES), 0))
    )


def _words_are_in_their_lists() -> Q:
    """A field with a closed list of words has a word of that list, if a word at all."""
    condition = Q(word__isnull=True) | ~Q(field__in=[str(field) for field in WORDS_OF])
    for field, vocabulary in WORDS_OF.items():
        condition |= Q(field=str(field), word__in=vocabulary.values)
    return condition


ASSERTED = ("process", "actor", "talk", "agenda_item", "delegation", "statement", "outcome", "event")


class Assertion(Part):
    """One value of a field, as one voice gives it or on one day: a duration, a stage, a mandate."""

    PART_OF = ASSERTED

    process = models.ForeignKey("Process", models.CASCADE, null=True, blank=True, related_name="assertions")
    actor = models.ForeignKey("Actor", models.CASCADE, null=True, blank=True, related_name="assertions")
    talk = models.ForeignKey("Talk", models.CASCADE, null=True, blank=True, related_name="assertions")
    agenda_item = models.ForeignKey("AgendaItem", models.CASCADE, null=True, blank=True, related_name="assertions")
    delegation = models.ForeignKey("Delegation", models.CASCADE, null=True, blank=True, related_name="assertions")
    statement = models.ForeignKey("Statement", models.CASCADE, null=True, blank=True, related_name="assertions")
    outcome = models.ForeignKey("Outcome", models.CASCADE, null=True, blank=True, related_name="assertions")
    event = models.ForeignKey("Event", models.CASCADE, null=True, blank=True, related_name="assertions")

    field = words(AssertionField)
    state = words(AssertionState, default=AssertionState.GIVEN)
    word = LineField(null=True, blank=True, help_text="A word or phrase as value: possible")
    amount = DecimalRangeField(
        null=True, blank=True, help_text="A range of numbers: (,120) is under 120, [12,12] is 12"
    )
    date_edtf = EdtfField(null=True, blank=True)
    time = models.TimeField(null=True, blank=True, help_text="A clock time as value: 13:30")
    zone = LineField(
        null=True,
        blank=True,
        validators=[validate_zone],
        help_text="IANA name of the time's zone; empty means floating: Europe/Istanbul",
    )
    value_actor = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="+")
    value_place = models.ForeignKey("Place", models.PROTECT, null=True, blank=True, related_name="+")
    approximate = models.BooleanField(default=False, help_text="About, nearly, just over.")
    held_on_edtf = EdtfField(null=True, blank=True, help_text="The day for which it held: 2025-05-16")
    held_on = days("held_on_edtf")
    unit = words(Unit, null=True, blank=True)
    counting = words(Counting, null=True, blank=True)
    giver = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="+")
    receiver = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="+")
    rank = words(Rank, default=Rank.NORMAL)
    rank_reason = LineField(blank=True, default="")

    class Meta:
        ordering = ("field", F("held_on").asc(nulls_first=True), "id")
        constraints = [
            *closed_lists(
                "assertion", field=AssertionField, state=AssertionState, unit=Unit, counting=Counting, rank=Rank
            ),
            *readable_dates("assertion", held_on="held_on_edtf"),
            *not_empty("assertion", "word"),
            readable_date("assertion_date_is_readable", "date_edtf"),
            *shaped("assertion", ZONE, A_ZONE, "zone"),
            models.CheckConstraint(
                name="assertion_zone_belongs_to_a_time",
                condition=Q(zone__isnull=True) | Q(time__isnull=False),
                violation_error_message="A time zone needs a time.",
            ),
            exactly_one("assertion_belongs_to_one_record", ASSERTED, "An assertion belongs to exactly one record."),
            models.CheckConstraint(
                name="assertion_has_one_value_if_given",
                condition=_one_value_if_given(),
                violation_error_message="Give one of word, amount, date, time, actor, place; none if not given.",
            ),
            models.CheckConstraint(
                name="assertion_amount_has_a_unit",
                condition=Q(amount__isnull=True) | Q(unit__isnull=False) | Q(field=AssertionField.ROUND_NUMBER),
                violation_error_message="An amount needs a unit.",
            ),
            assertions.of_its_record(),
            assertions.in_its_unit(),
            *assertions.with_its_kind_of_value(),
            assertions.an_amount(),
            *assertions.one_direction(),
            models.CheckConstraint(
                name="assertion_word_is_in_the_list_of_its_field",
                condition=_words_are_in_their_lists(),
                violation_error_message=f"The words of {', '.join(WORDS_OF)} are in closed lists.",
            ),
            models.CheckConstraint(
                name="assertion_is_deprecated_for_a_reason",
                condition=~Q(rank=Rank.DEPRECATED) | ~Q(rank_reason=""),
                violation_error_message="A deprecated value needs a reason.",
            ),
        ]

    def __str__(self) -> str:
        value = self.word or self._measured() or self.date_edtf or self.clock or self.value_actor or self.value_place
        value = value or self.get_state_display()
        return f"{self.get_field_display()}: {value}"

    @property
    def clock(self) -> str | None:
        """The time with its zone, if there is one: 15:00 Europe/Moscow."""
        return f"{self.time:%H:%M} {self.zone or ''}".rstrip() if self.time else None

    def _measured(self) -> str:
        """The range as PostgreSQL writes it, with its unit: (90,120] minutes."""
        if self.amount is None or isinstance(self.amount, str) or self.amount.isempty:
            return str(self.amount or "")
        lower, upper = ("" if bound is None else str(bound) for bound in (self.amount.lower, self.amount.upper))
        brackets = "[" if self.amount.lower_inc else "(", "]" if self.amount.upper_inc else ")"
        return f"{brackets[0]}{lower},{upper}{brackets[1]} {self.unit or ''}".strip()


CITED = ("process", "actor", "affiliation", "name", "place", "talk", "agenda_item", "delegation", "member",
         "statement", "link", "position", "outcome", "outcome_party", "event", "event_party", "assertion")  # fmt: skip


class Citation(Part):
    """What a fact rests on: a passage of a source, in somebody's voice, or a statement recorded here."""

    PART_OF = CITED
    WORDS = ("excerpt",)

    process = models.ForeignKey("Process", models.CASCADE, null=True, blank=True, related_name="citations")
    actor = models.ForeignKey("Actor", models.CASCADE, null=True, blank=True, related_name="citations")
    affiliation = models.ForeignKey("Affiliation", models.CASCADE, null=True, blank=True, related_name="citations")
    name = models.ForeignKey("Name", models.CASCADE, null=True, blank=True, related_name="citations")
    place = models.ForeignKey("Place", models.CASCADE, null=True, blank=True, related_name="citations")
    talk = models.ForeignKey("Talk", models.CASCADE, null=True, blank=True, related_name="citations")
    agenda_item = models.ForeignKey("AgendaItem", models.CASCADE, null=True, blank=True, related_name="citations")
    delegation = models.ForeignKey("Delegation", models.CASCADE, null=True, blank=True, related_name="citations")
    member = models.ForeignKey("DelegationMember", models.CASCADE, null=True, blank=True, related_name="citations")
    statement = models.ForeignKey("Statement", models.CASCADE, null=True, blank=True, related_name="citations")
    link = models.ForeignKey("StatementLink", models.CASCADE, null=True, blank=True, related_name="citations")
    position = models.ForeignKey("Position", models.CASCADE, null=True, blank=True, related_name="citations")
    outcome = models.ForeignKey("Outcome", models.CASCADE, null=True, blank=True, related_name="citations")
    outcome_party = models.ForeignKey("OutcomeParty", models.CASCADE, null=True, blank=True, related_name="citations")
    event = models.ForeignKey("Event", models.CASCADE, null=True, blank=True, related_name="citations")
    event_party = models.ForeignKey("EventParty", models.CASCADE, null=True, blank=True, related_name="citations")
    assertion = models.ForeignKey("Assertion", models.CASCADE, null=True, blank=True, related_name="citations")

    source = models.ForeignKey("Source", models.PROTECT, null=True, blank=True, related_name="cited_by")
    testimony = models.ForeignKey(
        "Statement", models.PROTECT, null=True, blank=True, related_name="testimony_for",
        help_text="The statement it rests on, instead of a source.",
    )  # fmt: skip
    excerpt = ProseField(blank=True, default="", help_text="The words as printed, short.")
    locator = LineField(blank=True, default="", help_text="Where on the page: ¶3; list, item 2")
    supports = words(Support, default=Support.SUPPORTS)
    attribution = words(Attribution, null=True, blank=True, help_text="In whose voice the source says it.")
    speaker = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="+")
    descriptor = LineField(blank=True, default="", help_text="Of an unnamed voice: a Ukrainian diplomatic source")
    on_behalf_of = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="+")
    credited_to = models.ForeignKey(
        "Actor", models.PROTECT, null=True, blank=True, related_name="+", help_text="The outlet that the page relays."
    )
    excerpt_check = words(ExcerptCheck, default=ExcerptCheck.NOT_CHECKED)

    class Meta:
        ordering = ("source__slug", "locator", "id")
        constraints = [
            *closed_lists("citation", supports=Support, attribution=Attribution, excerpt_check=ExcerptCheck),
            exactly_one("citation_supports_one_fact", CITED, "A citation belongs to exactly one record or part."),
            models.CheckConstraint(
                name="citation_rests_on_a_source_or_a_statement",
                condition=Q(source__isnull=False, testimony__isnull=True)
                | Q(source__isnull=True, testimony__isnull=False),
                violation_error_message="A citation rests on either a source or a statement.",
            ),
            models.CheckConstraint(
                name="citation_of_a_statement_rests_on_another",
                condition=Q(statement__isnull=True) | Q(testimony__isnull=True) | ~Q(statement=F("testimony")),
                violation_error_message="A statement cannot rest on itself: cite a source, or another statement.",
            ),
            models.CheckConstraint(
                name="citation_of_a_statement_credits_no_outlet",
                condition=Q(credited_to__isnull=True) | Q(source__isnull=False),
                violation_error_message="Only a page relays an outlet: leave credited_to out, or cite the page.",
            ),
            models.CheckConstraint(
                name="citation_speaker_is_named_or_described",
                condition=Q(speaker__isnull=True) | Q(descriptor=""),
                violation_error_message="Name the speaker, or describe one who is not named; not both.",
            ),
            models.CheckConstraint(
                name="citation_resting_on_a_statement_has_no_voice_of_its_own",
                condition=Q(testimony__isnull=True, attribution__isnull=False)
                | Q(
                    testimony__isnull=False,
                    attribution__isnull=True,
                    speaker__isnull=True,
                    descriptor="",
                    on_behalf_of__isnull=True,
                ),
                violation_error_message="A citation of a source says in whose voice; one of a statement does not.",
            ),
            models.CheckConstraint(
                name="citation_on_record_names_its_speaker",
                condition=Q(attribution__isnull=True) | ~Q(attribution__in=NAMES_A_SPEAKER) | Q(speaker__isnull=False),
                violation_error_message="On the record, or in a document, the speaker is named.",
            ),
            models.CheckConstraint(
                name="citation_on_background_never_names_its_speaker",
                condition=Q(attribution__isnull=True)
                | ~Q(attribution=Attribution.BACKGROUND)
                | (Q(speaker__isnull=True) & ~Q(descriptor="")),
                violation_error_message="On background the speaker is described and never named.",
            ),
            models.CheckConstraint(
                name="citation_in_the_outlets_voice_has_no_speaker",
                condition=Q(attribution__isnull=True)
                | ~Q(attribution=Attribution.OUTLET)
                | Q(speaker__isnull=True, descriptor="", on_behalf_of__isnull=True),
                violation_error_message="In the outlet's own voice there is no speaker and no descriptor.",
            ),
            models.CheckConstraint(
                name="citation_says_where",
                condition=Q(source__isnull=True) | ~Q(excerpt="", locator=""),
                violation_error_message="A citation of a source has an excerpt or says where on the page.",
            ),
            models.CheckConstraint(
                name="citation_excerpt_has_at_most_500_characters",
                condition=Q(excerpt__length__lte=500),
                violation_error_message="An excerpt has at most 500 characters.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source or self.testimony}" + (
            f" {in_marks(self.excerpt)}" if self.excerpt else f" {self.locator}"
        )
