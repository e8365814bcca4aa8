"""What the facts needed: unknown ends, clock times and places as values, an event's several places, a talk that carries
out an outcome, assertions on an agenda item, and words that the lists lacked."""

import importlib
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.lookups
import negotiations.models.codes
import negotiations.models.records
import uuid
from django.db import migrations, models

from negotiations.ledger.mirror import MirrorInLedger

AREAS = Path(__file__).resolve().parent.parent
OWNERS = (AREAS / "models" / "sql" / "owners.sql").read_text("utf-8")
EARLIER_OWNERS = (AREAS / "models" / "sql" / "rules.sql").read_text("utf-8")
EDTF = (AREAS / "ledger" / "sql" / "unknown_ends.sql").read_text("utf-8")
EARLIER_EDTF = (AREAS / "ledger" / "sql" / "extensions.sql").read_text("utf-8")


def statement_in(sql: str, beginning: str, end: str) -> str:
    """The one statement of `sql` that begins so, up to the `end` that closes it."""
    return beginning + sql.partition(beginning)[2].partition(end)[0] + end


OWNERS_BACKWARDS = """
DROP TRIGGER event_place_keeps_its_owner ON public.negotiations_eventplace;
DROP TRIGGER assertion_keeps_its_owner ON public.negotiations_assertion;
""" + statement_in(EARLIER_OWNERS, "CREATE CONSTRAINT TRIGGER assertion_keeps_its_owner", "keeps_its_owner();")
# A row whose end is unknown keeps the days it covers; it is refused when it is next written.
EDTF_BACKWARDS = statement_in(
    EARLIER_EDTF, "CREATE FUNCTION extensions.edtf_range(written text)", "END;\nEND;"
).replace("CREATE", "CREATE OR REPLACE", 1)


def give_rights(apps: Any, schema_editor: Any) -> None:
    """As in 0004_groups, whose groups these are."""
    right = importlib.import_module("negotiations.migrations.0004_groups")._right
    rights = [right(apps, "eventplace", act) for act in ("add", "change", "delete", "view")]
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Curators", "Editors"]):
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [
        ("negotiations", "0006_one_row_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventPlace",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="event_places",
                        to="negotiations.event",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event_places",
                        to="negotiations.place",
                    ),
                ),
            ],
            options={
                "ordering": ("event", "place__name", "id"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_field_is_in_its_list",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_unit_is_in_its_list",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_counting_is_in_its_list",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_belongs_to_one_record",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_has_one_value_if_given",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_word_is_in_the_list_of_its_field",
        ),
        migrations.RemoveConstraint(
            model_name="delegation",
            name="delegation_roles_are_in_their_list",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_status_is_in_its_list",
        ),
        migrations.RemoveConstraint(
            model_name="outcome",
            name="outcome_kind_is_in_its_list",
        ),
        migrations.RemoveConstraint(
            model_name="outcomeparty",
            name="outcome_party_role_is_in_its_list",
        ),
        migrations.RemoveConstraint(
            model_name="talk",
            name="talk_kind_is_in_its_list",
        ),
        migrations.AddField(
            model_name="assertion",
            name="agenda_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assertions",
                to="negotiations.agendaitem",
            ),
        ),
        migrations.AddField(
            model_name="assertion",
            name="time",
            field=models.TimeField(blank=True, help_text="A clock time as value: 13:30", null=True),
        ),
        migrations.AddField(
            model_name="assertion",
            name="value_place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="negotiations.place",
            ),
        ),
        migrations.AddField(
            model_name="assertion",
            name="zone",
            field=negotiations.models.records.LineField(
                blank=True,
                help_text="IANA name of the time's zone; empty means floating: Europe/Istanbul",
                null=True,
                validators=[negotiations.models.codes.validate_zone],
            ),
        ),
        migrations.AddField(
            model_name="talk",
            name="carries_out",
            field=models.ForeignKey(
                blank=True,
                help_text="The earlier talk's outcome that it carries out: an agreement to meet again.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="step_talks",
                to="negotiations.outcome",
            ),
        ),
        migrations.AlterField(
            model_name="assertion",
            name="counting",
            field=models.CharField(
                blank=True,
                choices=[
                    ("in_all", "In all"),
                    ("each_side", "Each side"),
                    ("one_way", "One way (giver to receiver)"),
                    ("running_total", "Running total"),
                    ("below_market", "Below the market's price"),
                ],
                max_length=40,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="assertion",
            name="field",
            field=models.CharField(
                choices=[
                    ("stage", "Stage of the process"),
                    ("next_meeting", "Next meeting"),
                    ("scheduled", "Scheduled"),
                    ("duration", "Duration"),
                    ("size", "Size of the delegation"),
                    ("mandate", "Mandate"),
                    ("implementation", "Implementation"),
                    ("quantity", "Quantity"),
                    ("gap_since_previous", "Time since the previous talks"),
                    ("members", "Members"),
                    ("head", "Head of the delegation"),
                    ("start", "Start"),
                    ("start_time", "Start time"),
                    ("end", "End"),
                    ("due", "Due"),
                    ("status", "Status"),
                    ("venue", "Venue"),
                    ("outcome", "Outcome"),
                    ("roles", "Roles"),
                    ("attendance", "Attendance"),
                    ("discussed", "Whether it was discussed"),
                    ("round_number", "Round number"),
                    ("convened_by", "Who proposed or convened it"),
                    ("text", "Text"),
                ],
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="assertion",
            name="unit",
            field=models.CharField(
                blank=True,
                choices=[
                    ("minutes", "Minutes"),
                    ("days", "Days"),
                    ("years", "Years"),
                    ("people", "People"),
                    ("women", "Women"),
                    ("men", "Men"),
                    ("children", "Children"),
                    ("prisoners", "Prisoners"),
                    ("service_members", "Service members"),
                    ("civilians", "Civilians"),
                    ("bodies", "Bodies of the dead"),
                    ("states", "States"),
                    ("ships", "Ships"),
                    ("targets", "Targets of sanctions"),
                    ("percent", "Per cent"),
                    ("usd_per_barrel", "US dollars a barrel"),
                ],
                max_length=40,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="delegation",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("party", "Party (its consent is sought)"),
                        ("partner", "Partner (sits with a party)"),
                        ("participant", "Participant (of a meeting without sides)"),
                        ("host", "Host"),
                        ("convener", "Convener"),
                        ("chair", "Chair"),
                        ("mediator", "Mediator (helps with substance)"),
                        ("facilitator", "Facilitator (helps with the meeting only)"),
                        ("go_between", "Go-between"),
                        ("guarantor", "Guarantor"),
                        ("observer", "Observer"),
                        ("witness", "Witness"),
                        ("supporter", "Supporter (helps or presses from outside)"),
                    ],
                    max_length=40,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="place",
            field=models.ForeignKey(
                blank=True,
                help_text="Where; of several places one that holds them all, or none.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="negotiations.place",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="status",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("declared", "Declared (and not known to have come about)"),
                    ("happened", "Happened"),
                    ("called_off", "Called off"),
                    ("unconfirmed", "Unconfirmed"),
                ],
                default="happened",
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="outcome",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agreement_signed", "Agreement signed"),
                    ("agreement_in_principle", "Agreement in principle (assented, unsigned)"),
                    ("provision", "Provision"),
                    ("joint_statement", "Joint statement"),
                    ("unilateral_declaration", "Unilateral declaration"),
                    ("draft_text", "Draft text (tabled, revised or initialled, not concluded)"),
                    ("exchange_agreed", "Exchange agreed"),
                    ("documents_exchanged", "Documents exchanged"),
                    ("document_handed_over", "Document handed over"),
                    ("body_set_up", "Body set up"),
                    ("next_meeting_agreed", "Next meeting agreed"),
                    ("pause_agreed", "Pause agreed"),
                    ("proposal_noted", "Proposal noted (neither accepted nor refused)"),
                    ("no_agreement", "No agreement"),
                ],
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="outcomeparty",
            name="role",
            field=models.CharField(
                choices=[
                    ("party", "Party"),
                    ("author", "Author"),
                    ("signatory", "Signatory"),
                    ("guarantor", "Guarantor"),
                    ("witness", "Witness"),
                    ("announcer", "Announcer"),
                    ("obligor", "Obligor"),
                    ("beneficiary", "Beneficiary"),
                    ("body", "Body"),
                ],
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="in_force_edtf",
            field=negotiations.models.records.EdtfField(
                help_text="2025-05-16/.. is in force still, 2022-03-10/ until nobody knows when."
            ),
        ),
        migrations.AlterField(
            model_name="talk",
            name="kind",
            field=models.CharField(
                choices=[
                    ("round", "Round of negotiations"),
                    ("summit", "Summit"),
                    ("ministerial", "Ministerial meeting"),
                    ("consultation", "Consultation (views, no bargaining)"),
                    ("call", "Call"),
                    ("plenary", "Plenary"),
                    ("one_to_one", "One-to-one"),
                    ("working_group", "Working group"),
                    ("signing", "Signing"),
                    ("other", "Other"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "field__in",
                        [
                            "stage",
                            "next_meeting",
                            "scheduled",
                            "duration",
                            "size",
                            "mandate",
                            "implementation",
                            "quantity",
                            "gap_since_previous",
                            "members",
                            "head",
                            "start",
                            "start_time",
                            "end",
                            "due",
                            "status",
                            "venue",
                            "outcome",
                            "roles",
                            "attendance",
                            "discussed",
                            "round_number",
                            "convened_by",
                            "text",
                        ],
                    )
                ),
                name="assertion_field_is_in_its_list",
                violation_error_message="field must be one of: stage, next_meeting, scheduled, duration, size, mandate, implementation, quantity, gap_since_previous, members, head, start, start_time, end, due, status, venue, outcome, roles, attendance, discussed, round_number, convened_by, text.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "unit__in",
                        [
                            "minutes",
                            "days",
                            "years",
                            "people",
                            "women",
                            "men",
                            "children",
                            "prisoners",
                            "service_members",
                            "civilians",
                            "bodies",
                            "states",
                            "ships",
                            "targets",
                            "percent",
                            "usd_per_barrel",
                        ],
                    )
                ),
                name="assertion_unit_is_in_its_list",
                violation_error_message="unit must be one of: minutes, days, years, people, women, men, children, prisoners, service_members, civilians, bodies, states, ships, targets, percent, usd_per_barrel.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counting__in", ["in_all", "each_side", "one_way", "running_total", "below_market"])
                ),
                name="assertion_counting_is_in_its_list",
                violation_error_message="counting must be one of: in_all, each_side, one_way, running_total, below_market.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("zone__isnull", True),
                    ("zone__regex", "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"),
                    _connector="OR",
                ),
                name="assertion_zone_has_the_shape_of_its_codes",
                violation_error_message="zone is an IANA time zone, such as Europe/Istanbul.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__isnull", True), ("time__isnull", False), _connector="OR"),
                name="assertion_zone_belongs_to_a_time",
                violation_error_message="A time zone needs a time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    negotiations.models.records.HowManyGiven(
                        "process", "actor", "talk", "agenda_item", "delegation", "statement", "outcome", "event"
                    ),
                    1,
                ),
                name="assertion_belongs_to_one_record",
                violation_error_message="An assertion belongs to exactly one record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "given"),
                        django.db.models.lookups.Exact(
                            negotiations.models.records.HowManyGiven(
                                "word", "amount", "date_edtf", "time", "value_actor", "value_place"
                            ),
                            1,
                        ),
                    ),
                    models.Q(
                        models.Q(("state", "given"), _negated=True),
                        django.db.models.lookups.Exact(
                            negotiations.models.records.HowManyGiven(
                                "word", "amount", "date_edtf", "time", "value_actor", "value_place"
                            ),
                            0,
                        ),
                    ),
                    _connector="OR",
                ),
                name="assertion_has_one_value_if_given",
                violation_error_message="Give one of word, amount, date, time, actor, place; none if not given.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("word__isnull", True),
                    models.Q(("field__in", ["stage", "next_meeting", "implementation", "discussed"]), _negated=True),
                    models.Q(
                        ("field", "stage"),
                        (
                            "word__in",
                            [
                                "exploratory",
                                "active",
                                "suspended",
                                "stalled",
                                "implementation",
                                "concluded",
                                "collapsed",
                                "unknown",
                            ],
                        ),
                    ),
                    models.Q(
                        ("field", "next_meeting"),
                        (
                            "word__in",
                            [
                                "scheduled",
                                "agreed_in_principle",
                                "proposed",
                                "possible",
                                "postponed",
                                "none_scheduled",
                                "unknown",
                            ],
                        ),
                    ),
                    models.Q(
                        ("field", "implementation"),
                        (
                            "word__in",
                            [
                                "not_applicable",
                                "pending",
                                "under_way",
                                "partly_implemented",
                                "implemented",
                                "not_implemented",
                                "lapsed",
                                "collapsed",
                                "superseded",
                                "unknown",
                            ],
                        ),
                    ),
                    models.Q(
                        ("field", "discussed"), ("word__in", ["on_agenda", "discussed", "not_discussed", "unknown"])
                    ),
                    _connector="OR",
                ),
                name="assertion_word_is_in_the_list_of_its_field",
                violation_error_message="The words of stage, next_meeting, implementation, discussed are in closed lists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "roles__contained_by",
                        [
                            "party",
                            "partner",
                            "participant",
                            "host",
                            "convener",
                            "chair",
                            "mediator",
                            "facilitator",
                            "go_between",
                            "guarantor",
                            "observer",
                            "witness",
                            "supporter",
                        ],
                    )
                ),
                name="delegation_roles_are_in_their_list",
                violation_error_message="roles must be among: party, partner, participant, host, convener, chair, mediator, facilitator, go_between, guarantor, observer, witness, supporter.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "declared", "happened", "called_off", "unconfirmed"])),
                name="event_status_is_in_its_list",
                violation_error_message="status must be one of: planned, declared, happened, called_off, unconfirmed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "agreement_signed",
                            "agreement_in_principle",
                            "provision",
                            "joint_statement",
                            "unilateral_declaration",
                            "draft_text",
                            "exchange_agreed",
                            "documents_exchanged",
                            "document_handed_over",
                            "body_set_up",
                            "next_meeting_agreed",
                            "pause_agreed",
                            "proposal_noted",
                            "no_agreement",
                        ],
                    )
                ),
                name="outcome_kind_is_in_its_list",
                violation_error_message="kind must be one of: agreement_signed, agreement_in_principle, provision, joint_statement, unilateral_declaration, draft_text, exchange_agreed, documents_exchanged, document_handed_over, body_set_up, next_meeting_agreed, pause_agreed, proposal_noted, no_agreement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcomeparty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "party",
                            "author",
                            "signatory",
                            "guarantor",
                            "witness",
                            "announcer",
                            "obligor",
                            "beneficiary",
                            "body",
                        ],
                    )
                ),
                name="outcome_party_role_is_in_its_list",
                violation_error_message="role must be one of: party, author, signatory, guarantor, witness, announcer, obligor, beneficiary, body.",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "round",
                            "summit",
                            "ministerial",
                            "consultation",
                            "call",
                            "plenary",
                            "one_to_one",
                            "working_group",
                            "signing",
                            "other",
                        ],
                    )
                ),
                name="talk_kind_is_in_its_list",
                violation_error_message="kind must be one of: round, summit, ministerial, consultation, call, plenary, one_to_one, working_group, signing, other.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventplace",
            constraint=models.UniqueConstraint(
                fields=("event", "place"),
                name="event_has_a_place_once",
                violation_error_message="The event has this place already.",
            ),
        ),
        MirrorInLedger("EventPlace"),
        migrations.RunSQL(OWNERS, OWNERS_BACKWARDS),
        migrations.RunSQL(EDTF, EDTF_BACKWARDS),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_field_is_one_of_its_record",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_direction_fits_its_counting",
        ),
        migrations.RemoveConstraint(
            model_name="assertion",
            name="assertion_of_a_closed_list_is_a_word",
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("actor__isnull", False), ("field__in", ["mandate"])),
                    models.Q(("agenda_item__isnull", False), ("field__in", ["discussed"])),
                    models.Q(
                        ("delegation__isnull", False),
                        ("field__in", ["size", "mandate", "members", "head", "roles", "attendance"]),
                    ),
                    models.Q(
                        ("event__isnull", False),
                        ("field__in", ["quantity", "start", "end", "status", "venue", "round_number"]),
                    ),
                    models.Q(
                        ("field__in", ["scheduled", "implementation", "quantity", "due", "text"]),
                        ("outcome__isnull", False),
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
                violation_error_message="This field is not asserted of that. What is asserted of each: actor: mandate; agenda_item: discussed; delegation: size, mandate, members, head, roles, attendance; event: quantity, start, end, status, venue, round_number; outcome: scheduled, implementation, quantity, due, text; process: stage, next_meeting, start, end; statement: quantity, text; talk: scheduled, duration, gap_since_previous, start, start_time, end, status, venue, outcome, round_number, convened_by.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("field__in", ["stage", "next_meeting", "implementation", "discussed"]), _negated=True),
                    models.Q(
                        ("amount__isnull", True),
                        ("date_edtf__isnull", True),
                        ("time__isnull", True),
                        ("value_actor__isnull", True),
                        ("value_place__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="assertion_of_a_closed_list_is_a_word",
                violation_error_message="These fields are said with a word of their lists: stage, next_meeting, implementation, discussed.",
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
                        ("counting__in", ["in_all", "each_side", "below_market"]),
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
        migrations.AlterConstraint(
            model_name="assertion",
            name="assertion_unit_measures_an_amount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit__isnull", True),
                    ("amount__isnull", False),
                    models.Q(("state", "given"), _negated=True),
                    _connector="OR",
                ),
                name="assertion_unit_measures_an_amount",
                violation_error_message="Only an amount has a unit: leave it out beside any other value.",
            ),
        ),
    ]
