"""Rules over several rows, kept by constraint triggers; texts that are not empty; the shape of languages and zones."""

import re
from pathlib import Path

import django.contrib.postgres.fields.ranges
import django.db.models.lookups
import negotiations.models.codes
import negotiations.models.edtf
from django.db import migrations, models


AREAS = Path(__file__).resolve().parent.parent
RULES = (AREAS / "models" / "sql" / "rules.sql").read_text("utf-8")
OWN_VOICE = (AREAS / "ledger" / "sql" / "own_voice.sql").read_text("utf-8")


def backwards(sql: str) -> str:
    """Drops the functions that `sql` creates, and with them the triggers that call them."""
    return "".join(f"DROP FUNCTION {name} CASCADE;\n" for name in re.findall(r"CREATE FUNCTION ([a-z_.]+\(\))", sql))


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0004_groups"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="actor",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__isnull", True), models.Q(("name", ""), _negated=True), _connector="OR"),
                name="actor_name_is_not_empty",
                violation_error_message="name cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="articletext",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__isnull", True), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="article_text_text_is_not_empty",
                violation_error_message="text cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(("word__isnull", True), models.Q(("word", ""), _negated=True), _connector="OR"),
                name="assertion_word_is_not_empty",
                violation_error_message="word cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__isnull", True), models.Q(("title", ""), _negated=True), _connector="OR"),
                name="event_title_is_not_empty",
                violation_error_message="title cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", True), models.Q(("value", ""), _negated=True), _connector="OR"),
                name="identifier_value_is_not_empty",
                violation_error_message="value cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__isnull", True), models.Q(("name", ""), _negated=True), _connector="OR"),
                name="issue_name_is_not_empty",
                violation_error_message="name cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="name",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__isnull", True),
                    ("language__regex", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"),
                    _connector="OR",
                ),
                name="name_language_has_the_shape_of_its_codes",
                violation_error_message="language is a BCP 47 language tag, such as uk or ru-Latn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__isnull", True), models.Q(("title", ""), _negated=True), _connector="OR"),
                name="outcome_title_is_not_empty",
                violation_error_message="title cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__isnull", True), models.Q(("name", ""), _negated=True), _connector="OR"),
                name="place_name_is_not_empty",
                violation_error_message="name cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="process",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__isnull", True), models.Q(("title", ""), _negated=True), _connector="OR"),
                name="process_title_is_not_empty",
                violation_error_message="title cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__isnull", True),
                    ("language__regex", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"),
                    _connector="OR",
                ),
                name="source_language_has_the_shape_of_its_codes",
                violation_error_message="language is a BCP 47 language tag, such as uk or ru-Latn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__isnull", True), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="statement_text_is_not_empty",
                violation_error_message="text cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__isnull", True),
                    ("language__regex", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"),
                    _connector="OR",
                ),
                name="statement_language_has_the_shape_of_its_codes",
                violation_error_message="language is a BCP 47 language tag, such as uk or ru-Latn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("translated_from__isnull", True),
                    ("translated_from__regex", "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"),
                    _connector="OR",
                ),
                name="statement_translated_from_has_the_shape_of_its_codes",
                violation_error_message="translated_from is a BCP 47 language tag, such as uk or ru-Latn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__isnull", True), models.Q(("title", ""), _negated=True), _connector="OR"),
                name="talk_title_is_not_empty",
                violation_error_message="title cannot be empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("zone__isnull", True),
                    ("zone__regex", "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"),
                    _connector="OR",
                ),
                name="talk_zone_has_the_shape_of_its_codes",
                violation_error_message="zone is an IANA time zone, such as Europe/Istanbul.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("languages__len", 0),
                    django.db.models.lookups.Regex(
                        negotiations.models.codes.ByLine("languages"),
                        "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(\\n[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)*$",
                    ),
                    _connector="OR",
                ),
                name="talk_languages_have_the_shape_of_their_codes",
                violation_error_message="Each of languages is a BCP 47 language tag, such as uk or ru-Latn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("date_edtf__isnull", True),
                    django.db.models.lookups.IsNull(
                        negotiations.models.edtf.Days(
                            "date_edtf", output_field=django.contrib.postgres.fields.ranges.DateRangeField()
                        ),
                        False,
                    ),
                    _connector="OR",
                ),
                name="assertion_date_is_readable",
                violation_error_message="date_edtf must be a readable date.",
            ),
        ),
        # As it was, PostgreSQL let one coordinate alone pass: a comparison with null is neither true nor false.
        migrations.RemoveConstraint(model_name="place", name="place_has_both_coordinates_or_none"),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lon__isnull", False),
                        ("lon__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="place_has_both_coordinates_or_none",
                violation_error_message="Give lat (-90 to 90) and lon (-180 to 180) together, or neither.",
            ),
        ),
        migrations.RunSQL(RULES, backwards(RULES)),
        migrations.RunSQL(OWN_VOICE, backwards(OWN_VOICE)),
    ]
