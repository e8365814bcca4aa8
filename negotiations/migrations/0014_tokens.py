"""Tokens of the desk API, the answers it keeps for a day, and the rights to make tokens and to read the desk.

The group Readers is new. Backwards it goes, and the right to make tokens stays with whoever holds it.
"""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import negotiations.models.records
import uuid
from django.conf import settings
from django.db import migrations, models

# As in 0010: what there is to read on the desk.
READ = (
    "process", "actor", "affiliation", "name", "identifier", "place", "issue", "talk", "agendaitem", "delegation",
    "delegationmember", "statement", "statementlink", "position", "outcome", "outcomeissue", "outcomeparty", "event",
    "eventparty", "eventplace", "source", "articletext", "assertion", "citation", "revision", "submission",
)  # fmt: skip


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Safe to repeat: what is there stays, with whatever an administrator has added to it."""
    Group = apps.get_model("auth", "Group")
    reading = [_right(apps, model, f"view_{model}") for model in READ]
    Group.objects.get_or_create(name="Readers")[0].permissions.add(*reading)
    managing = _right(apps, "token", "manage_tokens", "Can make and revoke tokens")
    Group.objects.get_or_create(name="Administrators")[0].permissions.add(managing)


def take_group(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name="Readers").delete()


def _right(apps: Any, model: str, codename: str, name: str | None = None) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="negotiations", model=model)
    verbose = apps.get_model("negotiations", model)._meta.verbose_name_raw
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name or f"Can view {verbose}"}
    )
    return right


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0013_searching"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200)),
                ("request", models.CharField(max_length=64)),
                ("answer", models.BinaryField(null=True)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table_comment": "desk only: work in progress",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "key"),
                        name="kept_answer_is_one_for_each_key",
                        violation_error_message="This Idempotency-Key was used already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "name",
                    negotiations.models.records.LineField(
                        help_text="Which program it is for: Import of the wire's archive"
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("desk:read", "Read the desk"),
                                ("desk:write", "Write drafts and submit them"),
                                ("desk:review", "Send back submissions"),
                                ("desk:publish", "Publish, retract, merge and suppress"),
                            ],
                            max_length=40,
                        ),
                        help_text="What it may do of what its owner may.",
                        size=None,
                    ),
                ),
                ("prefix", models.CharField(editable=False, max_length=12, unique=True)),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField(help_text="From then on it is refused.")),
                ("last_used_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Whose rights it has at most, and who has written what it writes.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table_comment": "desk only: keys to the desk",
                "ordering": ("-made_at", "id"),
                "permissions": [("manage_tokens", "Can make and revoke tokens")],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("name__isnull", True), models.Q(("name", ""), _negated=True), _connector="OR"
                        ),
                        name="token_name_is_not_empty",
                        violation_error_message="name cannot be empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__contained_by", ["desk:read", "desk:write", "desk:review", "desk:publish"]),
                            ("scopes__len__gt", 0),
                        ),
                        name="token_has_scopes_of_their_list",
                        violation_error_message="scopes are one or more of: desk:read, desk:write, desk:review, desk:publish.",
                    ),
                ],
            },
        ),
        migrations.RunPython(give_rights, take_group),
    ]
