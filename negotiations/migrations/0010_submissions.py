"""Submissions, pins and edits, the triggers that keep four eyes, and the rights to use them.

The group Administrators is new: it reads the desk and suppresses. Backwards it goes, the other groups' rights stay.
"""

import re
from pathlib import Path
from typing import Any

import django.db.models.deletion
import django.utils.timezone
import negotiations.models.records
import uuid
from django.conf import settings
from django.db import migrations, models


FOUR_EYES = (Path(__file__).resolve().parent.parent / "models" / "sql" / "four_eyes.sql").read_text("utf-8")

READ = (
    "process", "actor", "affiliation", "name", "identifier", "place", "issue", "talk", "agendaitem", "delegation",
    "delegationmember", "statement", "statementlink", "position", "outcome", "outcomeissue", "outcomeparty", "event",
    "eventparty", "eventplace", "source", "articletext", "assertion", "citation", "revision", "submission",
)  # fmt: skip
SUBMITTING = (("submission", "submit_records", "Can submit records for review"),)
EDITING = (
    ("submission", "send_back_submission", "Can send back submissions"),
    ("revision", "retract_records", "Can retract records"),
    ("revision", "merge_records", "Can merge records"),
)
SUPPRESSING = (("revision", "suppress_records", "Can suppress records"),)


def backwards(sql: str) -> str:
    """Drops the functions that `sql` creates, and with them the triggers that call them."""
    return "".join(f"DROP FUNCTION {name} CASCADE;\n" for name in re.findall(r"CREATE FUNCTION ([a-z_.]+\(\))", sql))


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Safe to repeat: what is there stays, with whatever an administrator has added to it."""
    reading = [_right(apps, model, f"view_{model}") for model in READ]
    submission = [_right(apps, "submission", "view_submission")]
    submitting = [_right(apps, *right) for right in SUBMITTING]
    for group, rights in {
        "Curators": submission + submitting,
        "Editors": submission + submitting + [_right(apps, *right) for right in EDITING],
        "Administrators": reading + [_right(apps, *right) for right in SUPPRESSING],
    }.items():
        apps.get_model("auth", "Group").objects.get_or_create(name=group)[0].permissions.add(*rights)


def take_group(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name="Administrators").delete()


def _right(apps: Any, model: str, codename: str, name: str | None = None) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="negotiations", model=model)
    verbose = apps.get_model("negotiations", model)._meta.verbose_name_raw
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name or f"Can view {verbose}"}
    )
    return right


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0009_reading_the_past"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="revision",
            options={
                "default_permissions": ("view",),
                "managed": False,
                "ordering": ("-number",),
                "permissions": [
                    ("publish_records", "Can publish records"),
                    ("retract_records", "Can retract records"),
                    ("merge_records", "Can merge records"),
                    ("suppress_records", "Can suppress records"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "note",
                    negotiations.models.records.ProseField(
                        help_text="For whoever reviews it: The second source gives 1,000 for 1,000; two citations added."
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("sent_back", "Sent back"),
                            ("withdrawn", "Withdrawn"),
                            ("published", "Published"),
                        ],
                        default="open",
                        max_length=40,
                    ),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decision_note",
                    negotiations.models.records.ProseField(
                        blank=True, default="", help_text="For whoever sent it: ¶4 does not say who proposed it."
                    ),
                ),
                (
                    "revision",
                    models.BigIntegerField(
                        blank=True, help_text="The number of the revision that published it.", null=True
                    ),
                ),
                (
                    "alone_because",
                    negotiations.models.records.ProseField(
                        blank=True, default="", help_text="Why a superuser decides on work of their own."
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table_comment": "desk only: work in progress, and who did it",
                "ordering": ("-sent_at", "id"),
                "permissions": [
                    ("submit_records", "Can submit records for review"),
                    ("send_back_submission", "Can send back submissions"),
                ],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Pin",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=63)),
                ("record_id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("is_open", models.BooleanField(default=True, editable=False)),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pins", to="negotiations.submission"
                    ),
                ),
            ],
            options={
                "db_table_comment": "desk only: work in progress",
                "ordering": ("table_name", "record_id"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Edit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=63)),
                ("record_id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "revision",
                    models.BigIntegerField(
                        blank=True, help_text="The number of the revision that published it.", null=True
                    ),
                ),
                (
                    "alone_because",
                    negotiations.models.records.ProseField(
                        blank=True, default="", help_text="Why a superuser decides on work of their own."
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "publisher",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table_comment": "desk only: those who document a war stay unnamed",
                "ordering": ("table_name", "record_id", "version"),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record_id", "table_name", "version"),
                        name="edit_is_one_for_each_version",
                        violation_error_message="Somebody has written this version already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("publisher__isnull", True),
                            models.Q(("publisher", models.F("author")), _negated=True),
                            models.Q(("alone_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="edit_is_published_by_another",
                        violation_error_message="Nobody publishes what they wrote; a superuser may, with a reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("publisher__isnull", True), ("revision__isnull", True)),
                            models.Q(("publisher__isnull", False), ("revision__isnull", False)),
                            _connector="OR",
                        ),
                        name="edit_has_publisher_and_revision_or_neither",
                        violation_error_message="A published version has its revision and who published it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__isnull", True), ("discarded_at__isnull", True), _connector="OR"),
                        name="edit_is_published_or_discarded",
                        violation_error_message="What was discarded is not published.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "sent_back", "withdrawn", "published"])),
                name="submission_status_is_in_its_list",
                violation_error_message="status must be one of: open, sent_back, withdrawn, published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("note__isnull", True), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="submission_note_is_not_empty",
                violation_error_message="note cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="submission_is_open_until_somebody_decides",
                violation_error_message="An open submission is undecided; any other says who decided, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "sent_back"), _negated=True),
                    models.Q(("decision_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="submission_sent_back_says_why",
                violation_error_message="A submission that is sent back says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revision__isnull", False), ("status", "published")),
                    models.Q(models.Q(("status", "published"), _negated=True), ("revision__isnull", True)),
                    _connector="OR",
                ),
                name="submission_published_has_its_revision",
                violation_error_message="A published submission has the number of its revision, no other has one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("sent_back", "published")), _negated=True),
                    models.Q(("decided_by", models.F("sent_by")), _negated=True),
                    models.Q(("alone_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="submission_is_decided_by_another",
                violation_error_message="Nobody decides on what they sent; a superuser may, with a reason.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), _negated=True),
                    ("decided_by", models.F("sent_by")),
                    _connector="OR",
                ),
                name="submission_is_withdrawn_by_its_sender",
                violation_error_message="A submission is withdrawn by whoever sent it; others send it back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)),
                fields=("table_name", "record_id"),
                name="pin_is_in_one_open_submission",
                violation_error_message="This record is in an open submission already.",
            ),
        ),
        migrations.RunSQL(FOUR_EYES, backwards(FOUR_EYES)),
        migrations.RunPython(give_rights, take_group),
    ]
