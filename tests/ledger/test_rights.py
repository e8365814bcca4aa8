"""The public role reads the windows and nothing else; every desk table is mirrored or private for a reason."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, transaction

from negotiations.ledger import catalogue
from negotiations.models.records import DESK_ONLY

pytestmark = [pytest.mark.django_db(databases=["default", "public"]), pytest.mark.two_connections]

# Tables that have no twin because they are Django's own; ours say so in their comment.
DJANGOS_OWN = {"django_", "auth_", "account_", "mfa_"}
# Functions that only compute on what they are given.
SCHEMAS_OPEN_TO_ALL = ("extensions", "pg_catalog", "information_schema")


def on_the_desk(statement: str) -> list[tuple[str, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def said_to_the_public(statement: str) -> str:
    """What PostgreSQL answers the public role; 'answered' when it answers with rows."""
    try:
        with transaction.atomic(using="public"), connections["public"].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return "answered"


def test_the_public_connection_is_the_public_role() -> None:
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT current_user, session_user, pg_has_role('tracker_desk', 'USAGE')")
        assert cursor.fetchone() == ("tracker_public", "tracker_public", False)


def test_no_table_outside_the_windows_can_be_read() -> None:
    tables = on_the_desk(
        """SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname !~ '^(pg_|window_|information_schema)'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
    )
    assert len(tables) > 50

    answers = {table: said_to_the_public(f"SELECT * FROM {table} LIMIT 1") for (table,) in tables}

    assert {table: said for table, said in answers.items() if "permission denied" not in said} == {}


def test_no_sequence_can_be_used() -> None:
    sequences = on_the_desk(
        "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE schemaname <> 'pg_catalog'"
    )
    assert sequences

    assert {s for (s,) in sequences if "permission denied" not in said_to_the_public(f"SELECT nextval('{s}')")} == set()


def test_no_function_of_the_desk_or_the_ledger_can_be_called() -> None:
    functions = on_the_desk(
        f"""SELECT format('%I.%I', n.nspname, p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname NOT IN {SCHEMAS_OPEN_TO_ALL} AND n.nspname !~ '^pg_'"""
    )
    assert functions

    for (function,) in functions:
        assert "permission denied" in said_to_the_public(f"SELECT {function}()"), function


def test_the_windows_can_be_read_and_not_written() -> None:
    assert said_to_the_public("SELECT * FROM window_now.negotiations_talk") == "answered"
    assert "permission denied" in said_to_the_public("DELETE FROM window_now.negotiations_talk")
    assert "permission denied" in said_to_the_public("CREATE TEMPORARY TABLE negotiations_talk (id uuid)")
    assert "permission denied" in said_to_the_public("CREATE TABLE public.planted (id uuid)")
    assert "permission denied" in said_to_the_public("SET ROLE tracker_desk")


def test_every_desk_table_has_a_twin_or_is_private_for_a_reason() -> None:
    tables = on_the_desk(
        """SELECT c.relname, coalesce(obj_description(c.oid), '') FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"""
    )
    with connections["default"].cursor() as cursor:
        bare = {
            table for table, comment in tables
            if not catalogue.has_twin(cursor, table)
            and not comment.startswith(f"{DESK_ONLY}: ")
            and not table.startswith(tuple(DJANGOS_OWN))
        }  # fmt: skip
    assert bare == set()


def test_twin_and_views_hold_exactly_the_public_columns() -> None:
    """A new column that got no twin, or a private one that did, shows here."""
    with connections["default"].cursor() as cursor:
        for model in apps.get_app_config("negotiations").get_models():
            table = model._meta.db_table
            if not catalogue.has_twin(cursor, table):
                continue
            columns = catalogue.columns_of(cursor, table)
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = %s",
                [table],
            )
            twin = {row[0] for row in cursor.fetchall()} - set(catalogue.OWN_COLUMNS)
            assert twin == {column.name for column in columns if not column.private}, table
            for window in ("window_now", "window_then"):
                cursor.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
                    " ORDER BY ordinal_position", [window, table],
                )  # fmt: skip
                assert [row[0] for row in cursor.fetchall()] == [column.name for column in columns], (window, table)


def test_private_columns_say_why() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """SELECT a.attrelid::regclass::text || '.' || a.attname, col_description(a.attrelid, a.attnum)
                 FROM pg_attribute a WHERE col_description(a.attrelid, a.attnum) LIKE %s""",
            [DESK_ONLY + "%"],
        )
        comments = dict(cursor.fetchall())
    assert comments
    assert all(len(comment) > len(DESK_ONLY) + 5 for comment in comments.values()), comments


def test_private_columns_show_null_in_the_window() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('window_now.negotiations_talk'::regclass)")
        definition = cursor.fetchone()[0]
    assert "NULL::timestamp with time zone AS created_at" in definition
