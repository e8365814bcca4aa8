"""Desk, twins, windows and rights that are out of step are named, each with what mends it."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import connection

from negotiations.ledger import drift

pytestmark = pytest.mark.django_db

TALK = "ledger.negotiations_talk"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def found() -> list[drift.Difference]:
    with connection.cursor() as cursor:
        return list(drift.differences(cursor))


def name_of(table: str, kind: str, column: str) -> str:
    """The name of a constraint on `table` over `column`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
                WHERE conrelid = %s::regclass AND contype = %s AND attname = %s""",
            [table, kind, column],
        )
        return str(cursor.fetchone()[0])


def test_a_database_made_by_migrations_has_no_drift() -> None:
    assert found() == []
    assert run_checks(databases=["default"], tags=["database"]) == []


def test_the_desks_role_finds_none_either() -> None:
    run("SET LOCAL ROLE tracker_desk")

    assert found() == []


# What is planted, and how it is named; what the remedy says mends it.
MENDED_BY_SQL = [
    ("REVOKE SELECT ON window_now.negotiations_talk FROM tracker_public",
     "SELECT on window_now.negotiations_talk to tracker_public is not granted"),
    (f"REVOKE INSERT ON {TALK} FROM tracker_desk", f"INSERT on {TALK} to tracker_desk is not granted"),
    ("GRANT SELECT ON public.negotiations_talk TO tracker_public",
     "SELECT on public.negotiations_talk to tracker_public is granted, and should not be"),
    (f"GRANT SELECT (title) ON {TALK} TO tracker_public",
     f"SELECT on {TALK} (title) to tracker_public is granted, and should not be"),
    (f"GRANT DELETE ON {TALK} TO tracker_desk", f"DELETE on {TALK} to tracker_desk is granted, and should not be"),
    ("GRANT SELECT ON ledger.form TO PUBLIC", "SELECT on ledger.form to PUBLIC is granted, and should not be"),
    ("GRANT USAGE ON SCHEMA ledger TO tracker_public",
     "USAGE on schema ledger to tracker_public is granted, and should not be"),
    (f"ALTER TABLE {TALK} DISABLE TRIGGER refuse_rewriting", f"trigger refuse_rewriting on {TALK} is switched off"),
    (f"DROP TRIGGER refuse_truncating ON {TALK}", f"trigger refuse_truncating on {TALK} is missing"),
    (f"DROP TRIGGER require_citation ON {TALK}", f"trigger require_citation on {TALK} is missing"),
    (f"DROP TRIGGER refuse_opening_amiss ON {TALK}", f"trigger refuse_opening_amiss on {TALK} is missing"),
    (f"ALTER TABLE {TALK} DISABLE TRIGGER refuse_closing_amiss",
     f"trigger refuse_closing_amiss on {TALK} is switched off"),
    ("DROP TRIGGER refuse_leaving_unfinished ON ledger.head",
     "trigger refuse_leaving_unfinished on ledger.head is missing"),
    ("DROP TRIGGER refuse_sealing_amiss ON ledger.revision",
     "trigger refuse_sealing_amiss on ledger.revision is missing"),
    ("DROP TRIGGER refuse_changing_forms ON ledger.form", "trigger refuse_changing_forms on ledger.form is missing"),
    ("DROP TRIGGER refuse_changing ON ledger.revision", "trigger refuse_changing on ledger.revision is missing"),
    ("DROP TRIGGER refuse_what_is_suppressed ON public.negotiations_talk",
     "trigger refuse_what_is_suppressed on public.negotiations_talk is missing"),
    ("CREATE VIEW window_now.planted AS SELECT * FROM public.negotiations_talk",
     'window_now."planted" belongs to no twin'),
    ("ALTER TABLE ledger.negotiations_actor DROP CONSTRAINT negotiations_actor_slug_belongs_to_its_record",
     'rule negotiations_actor_slug_belongs_to_its_record on ledger."negotiations_actor" is missing'),
    ("ALTER TABLE ledger.negotiations_delegation DROP CONSTRAINT delegation_is_one_for_each_talk_and_party;"
     "ALTER TABLE ledger.negotiations_delegation ADD CONSTRAINT delegation_is_one_for_each_talk_and_party"
     " EXCLUDE USING gist (talk_id WITH =, revisions WITH &&)",
     'rule delegation_is_one_for_each_talk_and_party on ledger."negotiations_delegation" is another'),
    ("DROP INDEX ledger.negotiations_talk_opened_in", "index negotiations_talk_opened_in is missing or another"),
    ("DROP INDEX ledger.negotiations_talk_listed_during_down_then",
     "index negotiations_talk_listed_during_down_then is missing or another"),
]  # fmt: skip


@pytest.mark.parametrize(("planted", "named"), MENDED_BY_SQL)
def test_what_is_planted_is_named_and_mended_by_its_remedy(planted: str, named: str) -> None:
    run(planted)

    differences = found()
    assert named in [difference.what for difference in differences]
    for difference in differences:
        run(difference.remedy.removeprefix("As the owner: "))
    assert found() == []


@pytest.mark.parametrize("window", ["window_now", "window_then"])
def test_a_view_without_its_condition_is_named_and_mended(window: str) -> None:
    view = f'{window}."negotiations_issue"'
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [view])
        run(f"CREATE OR REPLACE VIEW {view} AS {cursor.fetchone()[0].partition('WHERE')[0]}")

    (difference,) = found()
    run(difference.remedy.removeprefix("As the owner: "))

    assert (difference.kind, difference.what) == ("E013", f"{view} shows something else than it should")
    assert found() == []


def test_a_view_of_what_revisions_touched_that_shows_the_future_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('window_now.touched'::regclass)")
        run(f"CREATE OR REPLACE VIEW window_then.touched AS {cursor.fetchone()[0]}")

    assert [difference.what for difference in found()] == ['window_then."touched" shows something else than it should']


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ("CREATE OR REPLACE FUNCTION ledger.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS"
         " 'BEGIN RETURN NULL; END'", "refuse_rewriting is another"),
        ("ALTER FUNCTION ledger.refuse_sealing_amiss() RESET search_path", "refuse_sealing_amiss is another"),
        ("ALTER FUNCTION ledger.begin_revision() SET search_path = public", "begin_revision is another"),
        ("ALTER FUNCTION ledger.require_citation() SECURITY DEFINER", "require_citation is another"),
        ("DROP FUNCTION ledger.begin_revision()", "begin_revision is missing"),
    ],
)  # fmt: skip
def test_a_function_that_is_not_what_its_file_says_is_named(planted: str, named: str) -> None:
    run(planted)

    assert [difference.what for difference in found()] == [f"function ledger.{named}"]


def test_a_missing_temporal_key_is_named_and_mended() -> None:
    run(f"ALTER TABLE {TALK} DROP CONSTRAINT {name_of(TALK, 'f', 'process_id')}")

    (difference,) = found()
    run(difference.remedy.removeprefix("As the owner: "))

    assert difference.what.startswith('ledger."negotiations_talk" lacks FOREIGN KEY ("process_id", PERIOD revisions)')
    assert found() == []


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ("ALTER TABLE public.negotiations_issue ADD COLUMN weight integer",
         "column weight of negotiations_issue is missing in the twin"),
        ("ALTER TABLE ledger.negotiations_issue ADD COLUMN weight integer",
         "column weight of negotiations_issue is in the twin, and not public on the desk"),
        ("ALTER TABLE public.negotiations_issue ADD COLUMN weight integer;"
         "ALTER TABLE ledger.negotiations_issue ADD COLUMN weight text",
         "column weight of negotiations_issue is text in the twin and integer on the desk"),
        ("ALTER TABLE public.negotiations_issue ADD COLUMN size int GENERATED ALWAYS AS (length(name)) STORED;"
         "ALTER TABLE ledger.negotiations_issue ADD COLUMN size int GENERATED ALWAYS AS (length(slug)) STORED",
         "is computed as length((slug)::text) in the twin and as length((name)::text) on the desk"),
        ("ALTER TABLE public.negotiations_issue ALTER pax_group DROP NOT NULL",
         "column pax_group of negotiations_issue is required in the twin, and else on the desk"),
        ("ALTER TABLE ledger.form DISABLE TRIGGER refuse_changing_forms;"
         "UPDATE ledger.form SET keys = array_remove(keys, 'name'), columns = array_remove(columns, 'name')"
         " WHERE table_name = 'negotiations_issue';"
         "ALTER TABLE ledger.form ENABLE TRIGGER refuse_changing_forms",
         "forms of negotiations_issue: its newest form, 1, is not the set of columns that the desk publishes"),
        ("CREATE TABLE public.negotiations_planted (id uuid)",
         "negotiations_planted has no twin, and nothing says that it is desk only"),
        ("COMMENT ON TABLE public.negotiations_issue IS 'desk only: a test'",
         "negotiations_issue is said to be desk only, and is public"),
    ],
)  # fmt: skip
def test_columns_and_forms_that_differ_are_named(planted: str, named: str) -> None:
    run(planted)

    differences = found()

    assert any(named in difference.what for difference in differences), differences
    errors = run_checks(databases=["default"], tags=["database"])
    assert any(named in error.msg and error.id == "negotiations.E010" and error.hint for error in errors)
