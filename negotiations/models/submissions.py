"""What lies between an edit and its revision: who wrote which version, and what was sent for review together.

None of it is public. Four eyes are a rule of PostgreSQL's: the constraints here and the triggers of sql/four_eyes.sql.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from negotiations.models.records import Identified, ProseField, closed_lists, desk_only, not_empty, words
from negotiations.vocabulary import SubmissionStatus

DECIDED_BY_OTHERS = (SubmissionStatus.SENT_BACK, SubmissionStatus.PUBLISHED)
ALONE = "Why a superuser decides on work of their own."


class Submission(Identified):
    """The changed records of one sitting, sent for review and published together as one revision."""

    note = ProseField(help_text="For whoever reviews it: The second source gives 1,000 for 1,000; two citations added.")
    status = words(SubmissionStatus, default=SubmissionStatus.OPEN)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = ProseField(
        blank=True, default="", help_text="For whoever sent it: ¶4 does not say who proposed it."
    )
    revision = models.BigIntegerField(null=True, blank=True, help_text="The number of the revision that published it.")
    alone_because = ProseField(blank=True, default="", help_text=ALONE)

    class Meta:
        db_table_comment = desk_only("work in progress, and who did it")
        ordering = ("-sent_at", "id")
        default_permissions = ("view",)
        permissions = [
            ("submit_records", "Can submit records for review"),
            ("send_back_submission", "Can send back submissions"),
        ]
        constraints = [
            *closed_lists("submission", status=SubmissionStatus),
            *not_empty("submission", "note"),
            models.CheckConstraint(
                name="submission_is_open_until_somebody_decides",
                condition=Q(status=SubmissionStatus.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status=SubmissionStatus.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                violation_error_message="An open submission is undecided; any other says who decided, and when.",
            ),
            models.CheckConstraint(
                name="submission_sent_back_says_why",
                condition=~Q(status=SubmissionStatus.SENT_BACK) | ~Q(decision_note=""),
                violation_error_message="A submission that is sent back says why.",
            ),
            models.CheckConstraint(
                name="submission_published_has_its_revision",
                condition=Q(status=SubmissionStatus.PUBLISHED, revision__isnull=False)
                | (~Q(status=SubmissionStatus.PUBLISHED) & Q(revision__isnull=True)),
                violation_error_message="A published submission has the number of its revision, no other has one.",
            ),
            models.CheckConstraint(
                name="submission_is_decided_by_another",
                condition=~Q(status__in=DECIDED_BY_OTHERS) | ~Q(decided_by=F("sent_by")) | ~Q(alone_because=""),
                violation_error_message="Nobody decides on what they sent; a superuser may, with a reason.",
            ),
            models.CheckConstraint(
                name="submission_is_withdrawn_by_its_sender",
                condition=~Q(status=SubmissionStatus.WITHDRAWN) | Q(decided_by=F("sent_by")),
                violation_error_message="A submission is withdrawn by whoever sent it; others send it back.",
            ),
        ]

    def __str__(self) -> str:
        # Without a word of the note, which may name somebody: the desk's log keeps this.
        return f"Submission of {self.sent_at:%Y-%m-%d %H:%M}"


class OfRecord(Identified):
    """A row about one version of a record, of whichever kind."""

    table_name = models.CharField(max_length=63)
    record_id = models.UUIDField()
    version = models.PositiveIntegerField()

    class Meta:
        abstract = True


class Pin(OfRecord):
    """A record in a submission, at the version that was sent: what is published is what was pinned."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="pins")
    # PostgreSQL sets it from the submission's status, since a unique index sees one table only.
    is_open = models.BooleanField(default=True, editable=False)

    class Meta:
        db_table_comment = desk_only("work in progress")
        ordering = ("table_name", "record_id")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="pin_is_in_one_open_submission",
                fields=["table_name", "record_id"],
                condition=Q(is_open=True),
                violation_error_message="This record is in an open submission already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.record_id}, version {self.version}"


class Edit(OfRecord):
    """One version of a record on the desk, and who wrote it."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    discarded_at = models.DateTimeField(null=True, blank=True)
    revision = models.BigIntegerField(null=True, blank=True, help_text="The number of the revision that published it.")
    publisher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    alone_because = ProseField(blank=True, default="", help_text=ALONE)

    class Meta:
        db_table_comment = desk_only("those who document a war stay unnamed")
        ordering = ("table_name", "record_id", "version")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="edit_is_one_for_each_version",
                fields=["record_id", "table_name", "version"],
                violation_error_message="Somebody has written this version already.",
            ),
            models.CheckConstraint(
                name="edit_is_published_by_another",
                condition=Q(publisher__isnull=True) | ~Q(publisher=F("author")) | ~Q(alone_because=""),
                violation_error_message="Nobody publishes what they wrote; a superuser may, with a reason.",
            ),
            models.CheckConstraint(
                name="edit_has_publisher_and_revision_or_neither",
                condition=Q(publisher__isnull=True, revision__isnull=True)
                | Q(publisher__isnull=False, revision__isnull=False),
                violation_error_message="A published version has its revision and who published it.",
            ),
            models.CheckConstraint(
                name="edit_is_published_or_discarded",
                condition=Q(revision__isnull=True) | Q(discarded_at__isnull=True),
                violation_error_message="What was discarded is not published.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.record_id}, version {self.version}"
