"""Rules on one row that were missing: fields, amounts and directions of assertions, blanks, doubled items, clock times."""

import datetime
from pathlib import Path

import django.db.models.expressions
import django.db.models.lookups
import negotiations.models.lists
from django.db import migrations, models


TEXTS_AND_LISTS = Path(__file__).resolve().parent.parent / "ledger" / "sql" / "texts_and_lists.sql"

# The constraints that call the function are gone by then.
BACKWARDS = """
DROP FUNCTION extensions.holds_each_once(text[]);
ALTER DOMAIN extensions.line DROP CONSTRAINT line_is_not_of_blanks_alone;
ALTER DOMAIN extensions.prose DROP CONSTRAINT prose_is_not_of_blanks_alone;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0005_rules"),
    ]

    operations = [
        migrations.RunSQL(TEXTS_AND_LISTS.read_text("utf-8"), BACKWARDS),
        # As they were, PostgreSQL let addresses without a host pass.
        migrations.RemoveConstraint(
            model_name="source",
            name="source_page_url_is_a_web_address",
        ),
        migrations.RemoveConstraint(
            model_name="source",
            name="source_canonical_url_is_a_web_address",
        ),
        migrations.RemoveConstraint(
            model_name="source",
            name="source_archived_url_is_a_web_address",
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("actor__isnull", False), ("field__in", ["mandate"])),
                    models.Q(
                        ("delegation__isnull", False),
                        ("field__in", ["size", "mandate", "members", "roles", "attendance"]),
                    ),
                    models.Q(
                        ("event__isnull", False),
                        ("field__in", ["quantity", "start", "end", "status", "venue", "round_number"]),
                    ),
                    models.Q(
                        ("field__in", ["scheduled", "implementation", "quantity", "text"]), ("outcome__isnull", False)
                    ),
                    models.Q(("field__in", ["stage", "next_meeting", "start", "end"]), ("process__isnull", False)),
                    models.Q(("field__in", ["quantity", "text"]), ("statement__isnull", False)),
                    models.Q(
                        (
                            "field__in",
                            [
                                "scheduled",
                                "duration",
                                "gap_since_previous",
                                "start",
                                "start_time",
                                "end",
                                "status",
                                "venue",
                                "outcome",
                                "round_number",
                                "convened_by",
                            ],
                        ),
                        ("talk__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="assertion_field_is_one_of_its_record",
                violation_error_message="This field is not asserted of that. What is asserted of each: actor: mandate; delegation: size, mandate, members, roles, attendance; event: quantity, start, end, status, venue, round_number; outcome: scheduled, implementation, quantity, text; process: stage, next_meeting, start, end; statement: quantity, text; talk: scheduled, duration, gap_since_previous, start, start_time, end, status, venue, outcome, round_number, convened_by.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit__isnull", True),
                    models.Q(("field__in", ["duration", "gap_since_previous", "size"]), _negated=True),
                    models.Q(("field", "duration"), ("unit__in", ("minutes", "days", "years"))),
                    models.Q(("field", "gap_since_previous"), ("unit__in", ("minutes", "days", "years"))),
                    models.Q(("field", "size"), ("unit__in", ("people", "women", "men", "states"))),
                    _connector="OR",
                ),
                name="assertion_unit_fits_its_field",
                violation_error_message="The unit does not measure this field. The units of each: duration: minutes, days, years; gap_since_previous: minutes, days, years; size: people, women, men, states.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__isnull", True),
                    models.Q(
                        ("amount__isempty", False),
                        models.Q(
                            models.Q(("amount__startswith__isnull", False), ("amount__startswith__gte", 0)),
                            models.Q(
                                models.Q(("amount__startswith__isnull", False), _negated=True),
                                ("amount__endswith__isnull", False),
                                ("amount__endswith__gt", 0),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(("amount__endswith__isnull", False), ("amount__endswith__lt", 1000000000000)),
                            models.Q(
                                models.Q(("amount__endswith__isnull", False), _negated=True),
                                ("amount__startswith__isnull", False),
                                ("amount__startswith__lt", 1000000000000),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="assertion_amount_is_some_numbers_from_0_on",
                violation_error_message="An amount holds a number, none below 0 and less than 10^12: [12,12] is 12, (,120) is under 120, (90,) is over 90.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("counting__isnull", False),
                        ("counting", "one_way"),
                        ("giver__isnull", False),
                        ("receiver__isnull", False),
                    ),
                    models.Q(
                        ("counting__isnull", False),
                        ("counting", "running_total"),
                        models.Q(
                            models.Q(("giver__isnull", False), ("receiver__isnull", False)),
                            models.Q(("giver__isnull", True), ("receiver__isnull", True)),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("counting__isnull", False),
                        ("counting__in", ["in_all", "each_side"]),
                        ("giver__isnull", True),
                        ("receiver__isnull", True),
                    ),
                    models.Q(
                        models.Q(("counting__isnull", False), _negated=True),
                        models.Q(
                            models.Q(("giver__isnull", True), ("receiver__isnull", True)),
                            models.Q(("field", "mandate"), ("receiver__isnull", True)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="assertion_direction_fits_its_counting",
                violation_error_message="one_way has a giver and a receiver, a running_total both or neither, a mandate perhaps a giver, and everything else has neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("giver__isnull", True),
                    ("receiver__isnull", True),
                    models.Q(("giver", models.F("receiver")), _negated=True),
                    _connector="OR",
                ),
                name="assertion_giver_is_not_the_receiver",
                violation_error_message="Giver and receiver are two: change one of them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(("counting__isnull", True), ("field", "quantity"), _connector="OR"),
                name="assertion_counts_a_quantity",
                violation_error_message="Only a quantity says how it is counted: leave counting out.",
            ),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("statement__isnull", True),
                    ("testimony__isnull", True),
                    models.Q(("statement", models.F("testimony")), _negated=True),
                    _connector="OR",
                ),
                name="citation_of_a_statement_rests_on_another",
                violation_error_message="A statement cannot rest on itself: cite a source, or another statement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(("speaker__isnull", True), ("descriptor", ""), _connector="OR"),
                name="citation_speaker_is_named_or_described",
                violation_error_message="Name the speaker, or describe one who is not named; not both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(negotiations.models.lists.HoldsEachOnce("roles"), True),
                name="delegation_roles_are_each_named_once",
                violation_error_message="One of roles is named twice; name each once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__isnull", True), models.Q(("number", 0), _negated=True), _connector="OR"),
                name="delegation_member_stands_for_somebody",
                violation_error_message="number is how many the descriptor stands for, at least 1; or leave it out.",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tied_to__isnull", True), models.Q(("tied_to", models.F("issue")), _negated=True), _connector="OR"
                ),
                name="position_is_tied_to_another_issue",
                violation_error_message="A position hinges on another issue than its own: change tied_to or issue.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("page_url__isnull", True),
                    (
                        "page_url__regex",
                        "^https?://([^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069!-,./:-@\\[-`{-~]+\\.)+[^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069!-,./:-@\\[-`{-~]+(:[0-9]{1,5})?([/?#][^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069]*)?$",
                    ),
                    _connector="OR",
                ),
                name="source_page_url_is_a_web_address",
                violation_error_message="page_url is an http or https address, such as https://example.org/page.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("canonical_url__isnull", True),
                    (
                        "canonical_url__regex",
                        "^https?://([^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069!-,./:-@\\[-`{-~]+\\.)+[^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069!-,./:-@\\[-`{-~]+(:[0-9]{1,5})?([/?#][^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069]*)?$",
                    ),
                    _connector="OR",
                ),
                name="source_canonical_url_is_a_web_address",
                violation_error_message="canonical_url is an http or https address, such as https://example.org/page.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("archived_url__isnull", True),
                    (
                        "archived_url__regex",
                        "^https?://([^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069!-,./:-@\\[-`{-~]+\\.)+[^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069!-,./:-@\\[-`{-~]+(:[0-9]{1,5})?([/?#][^\\s\\u0001-\\u0020\\u007f-\\u00a0\\u2028-\\u202e\\u2066-\\u2069]*)?$",
                    ),
                    _connector="OR",
                ),
                name="source_archived_url_is_a_web_address",
                violation_error_message="archived_url is an http or https address, such as https://example.org/page.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reproduction", "original"), _negated=True),
                    ("syndicated_from__isnull", True),
                    _connector="OR",
                ),
                name="source_original_is_syndicated_from_none",
                violation_error_message="What is syndicated from another source is no original: change reproduction.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accessed_on__isnull", True),
                    ("accessed_on__range", (datetime.date(1990, 12, 20), datetime.date(2999, 12, 31))),
                    _connector="OR",
                ),
                name="source_is_read_in_the_time_of_the_web",
                violation_error_message="accessed_on is the day on which the page was read, such as 2025-05-17.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("speaker__isnull", True), ("descriptor", ""), _connector="OR"),
                name="statement_speaker_is_named_or_described",
                violation_error_message="Name the speaker, or describe one who is not named; not both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__isnull", True),
                    ("translated_from__isnull", True),
                    models.Q(("language", models.F("translated_from")), _negated=True),
                    _connector="OR",
                ),
                name="statement_is_translated_from_another_language",
                violation_error_message="translated_from is another language than the quote's own: leave it out.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(negotiations.models.lists.HoldsEachOnce("languages"), True),
                name="talk_languages_are_each_named_once",
                violation_error_message="One of languages is named twice; name each once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("start_time__isnull", True),
                        ("start_time__lte", datetime.time(23, 59, 59, 999999)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("end_time__isnull", True),
                        ("end_time__lte", datetime.time(23, 59, 59, 999999)),
                        _connector="OR",
                    ),
                ),
                name="talk_times_are_on_the_clock",
                violation_error_message="A clock time lies between 00:00 and 23:59; midnight is 00:00 of the next day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start_time__isnull", True),
                    ("end_time__isnull", True),
                    ("start_time__lte", models.F("end_time")),
                    models.Q(
                        django.db.models.lookups.LessThanOrEqual(
                            django.db.models.expressions.CombinedExpression(
                                models.F("during__endswith"), "-", models.F("during__startswith")
                            ),
                            datetime.timedelta(days=1),
                        ),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="talk_of_one_day_ends_after_it_starts",
                violation_error_message="It ends before it starts: change a time, or give the later day as end.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("round_number__isnull", True), models.Q(("round_number", 0), _negated=True), _connector="OR"
                ),
                name="talk_rounds_are_counted_from_1",
                violation_error_message="Rounds are counted from 1; a talk before them has no number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="actor",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="actor_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("field__in", ["stage", "next_meeting", "implementation"]), _negated=True),
                    models.Q(("amount__isnull", True), ("date_edtf__isnull", True), ("value_actor__isnull", True)),
                    _connector="OR",
                ),
                name="assertion_of_a_closed_list_is_a_word",
                violation_error_message="These fields are said with a word of their lists: stage, next_meeting, implementation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit__isnull", True),
                    ("amount__isnull", False),
                    models.Q(("state", "given"), _negated=True),
                    _connector="OR",
                ),
                name="assertion_unit_measures_an_amount",
                violation_error_message="Only an amount has a unit: leave it out beside a word, date or actor.",
            ),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(("credited_to__isnull", True), ("source__isnull", False), _connector="OR"),
                name="citation_of_a_statement_credits_no_outlet",
                violation_error_message="Only a page relays an outlet: leave credited_to out, or cite the page.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="event_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="issue_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="outcome_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="place_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="position_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="process",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="process_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="source_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="statement_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^([0-9a-f]-?){32}$"), _negated=True),
                name="talk_slug_is_no_id",
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ),
    ]
