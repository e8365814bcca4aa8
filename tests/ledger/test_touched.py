"""`touched` tells which rows a revision opened and closed, and to which record each belongs, for every twin."""

import copy

import pytest
from django.db import connection

from negotiations.ledger import aggregates, touched
from negotiations.ledger.history import records_touched, revisions_of
from negotiations.ledger.window import open_window
from negotiations.models import Affiliation, Citation, Delegation, Talk
from tests.api.test_lists import publish_a_world
from tests.factories import make_talk
from tests.factories import published as published_with_all
from tests.scenery import public_scenery, published

pytestmark = pytest.mark.django_db


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_every_row_belongs_to_a_record_and_every_twin_is_in_it() -> None:
    publish_a_world()

    found = rows("SELECT table_name, root_table, root_id FROM window_now.touched")

    records = {model._meta.db_table for model in aggregates.records()}
    [(view,)] = rows("SELECT pg_get_viewdef('window_now.touched'::regclass)")
    assert [model for model in aggregates.tables() if f"ledger.{model._meta.db_table} l" not in str(view)] == []
    assert len({table for table, _, _ in found}) > 20
    assert {root for _, root, _ in found} == records
    assert None not in {id for _, _, id in found}


def test_at_a_revision_nothing_later_is_told() -> None:
    scenery = public_scenery()
    scenery.delegation.delete()
    published(scenery.istanbul, kind="correction")

    def told() -> list[tuple[object, ...]]:
        return rows("SELECT DISTINCT revision FROM touched ORDER BY 1")

    with open_window():
        assert told() == [(1,), (2,)]
    with open_window(1):
        assert told() == [(1,)]
        assert list(revisions_of(Talk, scenery.istanbul.pk)) == [1]
        assert records_touched([2]) == {}


@pytest.mark.parametrize("condition", ["revision = 1", "revision = ANY ('{1,2}')", "owner_id = ANY (%s)"])
def test_no_twin_is_read_as_a_whole(condition: str) -> None:
    talk = published_with_all(make_talk())
    values = [[talk.pk]] if "%s" in condition else []

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of a few rows the planner reads all, given the choice
        cursor.execute(f"EXPLAIN SELECT revision, root_id FROM window_now.touched WHERE {condition}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Seq Scan" not in plan
    assert "Index" in plan


def test_a_column_it_shows_can_still_be_altered() -> None:
    talk = published_with_all(make_talk())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    old = Delegation._meta.get_field("talk")
    new = copy.copy(old)
    new.null = True  # type: ignore[union-attr]  # it is a key
    with connection.schema_editor() as editor:
        editor.alter_field(Delegation, old, new)  # type: ignore[arg-type]

    assert (1, talk.pk) in rows("SELECT revision, root_id FROM window_now.touched WHERE id = %s", talk.pk)
    assert rows("SELECT has_table_privilege('tracker_public', 'window_then.touched', 'SELECT')") == [(True,)]


def test_a_twin_that_goes_or_comes_changes_it() -> None:
    table = Citation._meta.db_table
    with connection.cursor() as cursor:
        before = rows("SELECT pg_get_viewdef('window_now.touched'::regclass)")
        with touched.rebuilt(cursor):
            assert not touched.is_shown(cursor)
        after = rows("SELECT pg_get_viewdef('window_now.touched'::regclass)")

    assert table in str(before)
    assert Affiliation._meta.db_table in str(before)
    assert before == after
