"""Talks: who met whom, where, when and how."""

import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat
from django.db.models.lookups import LessThanOrEqual

from negotiations.models.codes import A_ZONE, ZONE, languages_are_shaped, validate_languages, validate_zone
from negotiations.models.lists import each_once
from negotiations.models.records import (
    EdtfField,
    LineField,
    LinesField,
    Part,
    ProseField,
    Record,
    closed_lists,
    days,
    in_list_order,
    not_empty,
    readable_dates,
    shaped,
    words,
)
from negotiations.models.rules import (
    LIES_WITHIN_ITS_TALK,
    SITS_WITH_ANOTHER_OF_ITS_TALK,
    affiliation_is_of,
    makes_no_circle,
)
from negotiations.vocabulary import (
    STAYED_AWAY,
    Attendance,
    Capacity,
    DelegationRole,
    Discussed,
    Level,
    ListBasis,
    Modality,
    Setting,
    TalkKind,
    TalkRelation,
    TalkStatus,
    Track,
)

ONE_DAY = datetime.timedelta(days=1)


class Talk(Record):
    """People met, or were to meet: a round, a summit, a call, a consultation, or a session of one of these."""

    SEARCHED = ("slug", "title", "purpose", "summary")
    LISTED_BY = ("during", "title")
    LISTED_WITHIN = ("process", "place", "kind", "status", "relation")
    WORDS = ("title", "purpose", "summary")
    RULES = (makes_no_circle("talk", "related_talk"), LIES_WITHIN_ITS_TALK)

    title = LineField(help_text="Istanbul talks, 16 May 2025")
    process = models.ForeignKey("Process", models.PROTECT, related_name="talks")
    relation = words(TalkRelation, default=TalkRelation.CORE)
    related_talk = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="related_talks")
    kind = words(TalkKind)
    round_number = models.PositiveSmallIntegerField(null=True, blank=True)
    status = words(TalkStatus)
    modality = words(Modality, default=Modality.UNKNOWN)
    setting = words(Setting, default=Setting.UNKNOWN)
    track = words(Track, default=Track.UNKNOWN)
    place = models.ForeignKey("Place", models.PROTECT, null=True, blank=True, related_name="talks")
    start_edtf = EdtfField(null=True, blank=True)
    end_edtf = EdtfField(null=True, blank=True)
    during = days("start_edtf", "end_edtf")
    start_time = models.TimeField(null=True, blank=True, help_text="Clock time at the place: 13:30")
    end_time = models.TimeField(null=True, blank=True)
    zone = LineField(
        null=True,
        blank=True,
        validators=[validate_zone],
        help_text="IANA name of the times' zone; empty means floating: Europe/Istanbul",
    )
    carries_out = models.ForeignKey(
        "Outcome",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="step_talks",
        help_text="The earlier talk's outcome that it carries out: an agreement to meet again.",
    )
    languages = LinesField(default=list, blank=True, validators=[validate_languages], help_text="BCP 47 tags: ru, tr")
    purpose = ProseField(blank=True, default="", help_text="What it was called for.")
    summary = ProseField(blank=True, default="")

    class Meta(Record.Meta):
        ordering = (F("during").desc(nulls_last=True), "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists(
                "talk",
                relation=TalkRelation,
                kind=TalkKind,
                status=TalkStatus,
                modality=Modality,
                setting=Setting,
                track=Track,
            ),
            *readable_dates("talk", during=("start_edtf", "end_edtf")),
            *not_empty("talk", "title"),
            *shaped("talk", ZONE, A_ZONE, "zone"),
            languages_are_shaped("talk", "languages"),
            each_once("talk", "languages"),
            models.CheckConstraint(
                name="talk_is_core_or_related",
                condition=Q(relation=TalkRelation.CORE, related_talk__isnull=True)
                | (~Q(relation=TalkRelation.CORE) & Q(related_talk__isnull=False) & ~Q(related_talk=F("id"))),
                violation_error_message="A core talk has no related talk; every other relation names another talk.",
            ),
            models.CheckConstraint(
                name="talk_times_need_a_start",
                condition=Q(start_time__isnull=True, end_time__isnull=True) | Q(start_edtf__isnull=False),
                violation_error_message="A clock time needs a start date.",
            ),
            models.CheckConstraint(
                name="talk_zone_belongs_to_a_time",
                condition=Q(zone__isnull=True) | Q(start_time__isnull=False) | Q(end_time__isnull=False),
                violation_error_message="A time zone needs a start or end time.",
            ),
            models.CheckConstraint(
                name="talk_times_are_on_the_clock",
                condition=(Q(start_time__isnull=True) | Q(start_time__lte=datetime.time.max))
                & (Q(end_time__isnull=True) | Q(end_time__lte=datetime.time.max)),
                violation_error_message="A clock time lies between 00:00 and 23:59; midnight is 00:00 of the next day.",
            ),
            models.CheckConstraint(
                name="talk_of_one_day_ends_after_it_starts",
                condition=Q(start_time__isnull=True)
                | Q(end_time__isnull=True)
                | Q(start_time__lte=F("end_time"))
                | ~Q(LessThanOrEqual(F("during__endswith") - F("during__startswith"), ONE_DAY)),
                violation_error_message="It ends before it starts: change a time, or give the later day as end.",
            ),
            models.CheckConstraint(
                name="talk_rounds_are_counted_from_1",
                condition=Q(round_number__isnull=True) | ~Q(round_number=0),
                violation_error_message="Rounds are counted from 1; a talk before them has no number.",
            ),
            models.UniqueConstraint(
                fields=["process", "round_number"],
                condition=Q(round_number__isnull=False),
                name="talk_round_number_is_unique_in_its_process",
                violation_error_message="The process has a round of this number; a second count is a second process.",
            ),
        ]

    LABEL = F("title")

    @property
    def label(self) -> str:
        return str(self.title)


class Delegation(Part):
    """One actor's people at one talk, or its empty chair."""

    PART_OF = ("talk",)
    LISTED_BY = ("talk", "party")
    RULES = (SITS_WITH_ANOTHER_OF_ITS_TALK,)

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="delegations")
    party = models.ForeignKey("Actor", models.PROTECT, related_name="delegations")
    styled = LineField(blank=True, default="", help_text="The name it sat under, if another than the actor's.")
    roles = ArrayField(words(DelegationRole), default=list, blank=True)
    sits_with = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="accompanied_by")
    attendance = words(Attendance, default=Attendance.ATTENDED)
    present = LineField(blank=True, default="", help_text="The part of the talk it was there for: the opening")
    level = words(Level, default=Level.UNKNOWN)
    place = models.ForeignKey("Place", models.PROTECT, null=True, blank=True, related_name="+", help_text="If apart.")
    list_basis = words(ListBasis, null=True, blank=True)
    list_is_complete = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ("talk", "party__name", "id")
        constraints = [
            *closed_lists("delegation", attendance=Attendance, level=Level, list_basis=ListBasis),
            models.CheckConstraint(
                name="delegation_roles_are_in_their_list",
                condition=Q(roles__contained_by=DelegationRole.values),
                violation_error_message=f"roles must be among: {', '.join(DelegationRole.values)}.",
            ),
            each_once("delegation", "roles"),
            models.CheckConstraint(
                name="delegation_has_a_role_unless_it_stayed_away",
                condition=Q(roles__len__gt=0) | Q(attendance__in=STAYED_AWAY),
                violation_error_message="A delegation has at least one role unless it did not attend.",
            ),
            models.UniqueConstraint(
                fields=["talk", "party"],
                name="delegation_is_one_for_each_talk_and_party",
                violation_error_message="This party has a delegation at this talk already.",
            ),
        ]

    LABEL = Concat(
        Value("Delegation of "),
        Case(When(styled="", then="party__name"), default="styled"),
        output_field=models.TextField(),
    )

    def __str__(self) -> str:
        return f"Delegation of {self.styled or self.party}"


class DelegationMember(Part):
    """A person in a delegation, or people described and counted but not named."""

    PART_OF = ("delegation",)
    RULES = (affiliation_is_of("delegation_member", "person"),)

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="members")
    person = models.ForeignKey("Actor", models.PROTECT, null=True, blank=True, related_name="memberships")
    descriptor = LineField(blank=True, default="", help_text="When no name is known: Ukrainian officials")
    number = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many the descriptor stands for.")
    affiliation = models.ForeignKey("Affiliation", models.PROTECT, null=True, blank=True, related_name="+")
    capacity = words(Capacity, default=Capacity.MEMBER)
    attendance = words(Attendance, default=Attendance.UNKNOWN)
    present = LineField(blank=True, default="", help_text="The part of the talk: left before the end")

    class Meta:
        ordering = ("delegation", in_list_order("capacity", Capacity), "person__name", "id")
        constraints = [
            *closed_lists("delegation_member", capacity=Capacity, attendance=Attendance),
            models.CheckConstraint(
                name="delegation_member_is_named_or_described",
                condition=Q(person__isnull=False, descriptor="", number__isnull=True)
                | (Q(person__isnull=True) & ~Q(descriptor="")),
                violation_error_message="Name a person, or describe (and count) people without naming them; not both.",
            ),
            models.CheckConstraint(
                name="delegation_member_stands_for_somebody",
                condition=Q(number__isnull=True) | ~Q(number=0),
                violation_error_message="number is how many the descriptor stands for, at least 1; or leave it out.",
            ),
            models.UniqueConstraint(
                fields=["delegation", "person"],
                name="delegation_names_a_person_once",
                violation_error_message="This person is in this delegation already.",
            ),
            models.UniqueConstraint(
                fields=["delegation"],
                condition=Q(capacity=Capacity.HEAD),
                name="delegation_has_one_head",
                violation_error_message="A delegation has one head; several are co-heads.",
            ),
            ExclusionConstraint(
                name="delegation_has_a_head_or_co_heads",
                expressions=[("delegation", "="), ("capacity", "<>")],
                condition=Q(capacity__in=[Capacity.HEAD, Capacity.CO_HEAD]),
                violation_error_message="A delegation has one head or several co-heads, never both.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.descriptor)


class AgendaItem(Part):
    """A question that was on a talk's agenda, came up, or was expressly left out."""

    PART_OF = ("talk",)

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="agenda")
    issue = models.ForeignKey("Issue", models.PROTECT, null=True, blank=True, related_name="agenda_items")
    text = LineField(blank=True, default="", help_text="In our words, where the issue does not say it all: next round")
    discussed = words(Discussed, default=Discussed.UNKNOWN)

    class Meta:
        ordering = ("talk", "issue__name", "text", "id")
        constraints = [
            *closed_lists("agenda_item", discussed=Discussed),
            models.CheckConstraint(
                name="agenda_item_says_what_it_is",
                condition=Q(issue__isnull=False) | ~Q(text=""),
                violation_error_message="Give an issue, a text, or both.",
            ),
            models.UniqueConstraint(
                fields=["talk", "issue", "text"],
                nulls_distinct=False,
                name="agenda_item_is_listed_once",
                violation_error_message="The talk has this item on its agenda already.",
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.issue)
