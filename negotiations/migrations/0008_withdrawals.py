"""Withdrawals: what was retracted, merged or suppressed, kept by the ledger; and slugs that belong to one record."""

from pathlib import Path
from typing import Any

from django.db import migrations, models

from negotiations.ledger import catalogue, mirror, repeated_rules, window_views

SQL = Path(__file__).resolve().parent.parent / "ledger" / "sql"


def guard(apps: Any, schema_editor: Any) -> None:
    """The twins there are learn what twins made later are born with."""
    with schema_editor.connection.cursor() as cursor:
        for table in _twins(cursor):
            repeated_rules.follow_rules(cursor, table)
            mirror.guard_twin(cursor, table)
        window_views.create_address_views(cursor)


def _twins(cursor: Any) -> list[str]:
    cursor.execute("SELECT DISTINCT table_name FROM ledger.form ORDER BY 1")
    return [table for (table,) in cursor.fetchall()]


def unguard(apps: Any, schema_editor: Any) -> None:
    """The twins forget it again; their rules stay as they are written today."""
    with schema_editor.connection.cursor() as cursor:
        for table in _twins(cursor):
            mirror.unguard_twin(cursor, table)
        for window in catalogue.WINDOWS:
            cursor.execute(f"DROP VIEW {window}.{window_views.ADDRESSES}")


BACKWARDS = """
DROP VIEW public.negotiations_withdrawal, window_now.negotiations_withdrawal, window_then.negotiations_withdrawal;
DROP FUNCTION ledger.suppress(text, uuid[]), ledger.withheld_as(text, text), ledger.refuse_what_is_suppressed(),
    ledger.refuse_what_is_gone();
DROP TABLE ledger.withdrawal;
DROP FUNCTION ledger.refuse_backdating();
"""


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0007_facts")]

    operations = [
        migrations.RunSQL((SQL / "withdrawals.sql").read_text("utf-8"), BACKWARDS),
        migrations.RunPython(guard, unguard),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number", "table_name", "record_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.BigIntegerField(help_text="The revision that withdrew it.")),
                ("table_name", models.TextField()),
                ("record_id", models.UUIDField()),
                (
                    "act",
                    models.CharField(
                        choices=[("retraction", "Retraction"), ("merge", "Merge"), ("suppression", "Suppression")],
                        max_length=40,
                    ),
                ),
                ("successor_id", models.UUIDField(help_text="The record that stands in its place.", null=True)),
            ],
            options={
                "db_table": "negotiations_withdrawal",
                "ordering": ("number", "table_name", "record_id"),
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "table_name", "slug", "record_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("table_name", models.TextField()),
                ("slug", models.TextField()),
                ("record_id", models.UUIDField()),
            ],
            options={"db_table": "negotiations_address", "managed": False, "default_permissions": ()},
        ),
    ]  # fmt: skip
