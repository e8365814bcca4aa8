"""An ordinary schema change of a mirrored table changes twin and views with it, and breaks no digest of the past."""

import pytest
from django.db import connection, models

from negotiations import publication
from negotiations.ledger.catalogue import indexes_there
from negotiations.ledger.digests import broken_rows
from negotiations.ledger.window import open_window
from negotiations.models import Issue, Place
from negotiations.models.records import LineField, desk_only
from tests import scenery
from tests.scenery import published

TABLE = Issue._meta.db_table
pytestmark = pytest.mark.django_db


@pytest.fixture
def issue() -> Issue:
    issue = Issue.objects.create(slug="ceasefire", name="Ceasefire", definition="An end of fire.")
    published(issue)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with deferred checks pending cannot be altered
    return issue


def column(name: str, field: models.Field) -> models.Field:  # type: ignore[type-arg]
    field.set_attributes_from_name(name)
    field.model = Issue
    return field


def shown(name: str, schema: str = "window_now") -> list[object]:
    with connection.cursor() as cursor:
        order = " ORDER BY revisions" if schema == "ledger" else ""
        cursor.execute(f'SELECT "{name}" FROM {schema}.{TABLE}{order}')
        return [row[0] for row in cursor.fetchall()]


def nothing_is_broken() -> bool:
    with connection.cursor() as cursor:
        return broken_rows(cursor, TABLE) == []


def test_an_added_column_is_in_twin_and_views_with_its_default(issue: Issue) -> None:
    with connection.schema_editor() as editor:
        editor.add_field(Issue, column("weight", models.CharField(max_length=9, default="light")))

    assert shown("weight") == ["light"]
    assert nothing_is_broken()


def test_an_added_desk_only_column_shows_null_and_has_no_twin(issue: Issue) -> None:
    private = models.CharField(max_length=9, default="secret", db_comment=desk_only("a test"))
    with connection.schema_editor() as editor:
        editor.add_field(Issue, column("hint", private))

    assert shown("hint") == [None]
    with pytest.raises(Exception, match="does not exist"):
        shown("hint", "ledger")


def test_a_renamed_column_keeps_its_values_and_digests(issue: Issue) -> None:
    old, new = Issue._meta.get_field("definition"), column("meaning", LineField(default=""))
    with connection.schema_editor() as editor:
        editor.alter_field(Issue, old, new)

    assert shown("meaning") == ["An end of fire."]
    assert nothing_is_broken()


def test_a_removed_column_is_retired_and_comes_back_with_what_it_held(issue: Issue) -> None:
    field = Issue._meta.get_field("pax_group")
    Issue.objects.filter(pk=issue.pk).update(pax_group="Security")
    published(issue, kind="correction")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with connection.schema_editor() as editor:
        editor.remove_field(Issue, field)
    assert shown("pax_group~2", "ledger") == ["", "Security"]
    assert nothing_is_broken()

    with connection.schema_editor() as editor:
        editor.add_field(Issue, field)
    assert shown("pax_group") == ["Security"]
    assert nothing_is_broken()


def test_a_type_that_changes_published_text_is_refused(issue: Issue) -> None:
    Place.objects.create(slug="here", name="Here", kind="city", lat="41.5", lon="29.5")
    published(Place.objects.get())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    old = Place._meta.get_field("lat")
    new = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    new.set_attributes_from_name("lat")
    new.model = Place

    with pytest.raises(RuntimeError, match="would change 1 published rows"), connection.schema_editor() as editor:
        editor.alter_field(Place, old, new)


def test_a_type_that_changes_what_is_left_of_a_withheld_row_is_refused(issue: Issue) -> None:
    weight = column("weight", models.DecimalField(max_digits=4, decimal_places=1, default=1))
    with connection.schema_editor() as editor:
        editor.add_field(Issue, weight)
    Issue.objects.filter(pk=issue.pk).update(name="Truce")
    published(issue, kind="correction")
    publication.suppress(issue, by=scenery.editor(), note="For safety.")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    finer = column("weight", models.DecimalField(max_digits=5, decimal_places=2, default=1))

    with pytest.raises(RuntimeError, match="would change 2 published rows"), connection.schema_editor() as editor:
        editor.alter_field(Issue, weight, finer)


def test_a_private_column_made_public_shows_nothing_that_was_private(issue: Issue) -> None:
    private = column("hint", LineField(default="", db_comment=desk_only("a test")))
    public = column("hint", LineField(default=""))
    with connection.schema_editor() as editor:
        editor.add_field(Issue, private)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE public.{TABLE} SET hint = 'told in confidence'")

    with connection.schema_editor() as editor:
        editor.alter_field(Issue, private, public)

    assert shown("hint") == [""]


def test_telling_the_sql_of_a_change_changes_nothing(issue: Issue) -> None:
    with connection.schema_editor(collect_sql=True) as editor:
        editor.add_field(Issue, column("weight", models.CharField(max_length=9, default="light")))

    assert shown("name") == ["Ceasefire"]


def test_rows_published_after_a_change_take_the_new_form(issue: Issue) -> None:
    with connection.schema_editor() as editor:
        editor.add_field(Issue, column("weight", models.CharField(max_length=9, default="light")))
    Issue.objects.filter(pk=issue.pk).update(name="Truce")

    published(issue, kind="correction")

    assert shown("form", "ledger") == [1, 2]
    assert nothing_is_broken()
    with open_window(1):
        assert Issue.objects.get().name == "Ceasefire"


def test_a_column_made_private_leaves_the_window_and_stays_in_the_past(issue: Issue) -> None:
    old = Issue._meta.get_field("pax_group")
    new = column("pax_group", LineField(default="", db_comment=desk_only("a test")))
    with connection.schema_editor() as editor:
        editor.alter_field(Issue, old, new)
    Issue.objects.filter(pk=issue.pk).update(name="Truce")

    published(issue, kind="correction")

    assert shown("pax_group") == [None]
    assert nothing_is_broken()


def test_a_listed_column_is_indexed_again_when_it_comes_back() -> None:
    field = Issue._meta.get_field("name")
    with connection.cursor() as cursor:
        before = indexes_there(cursor, TABLE)

        with connection.schema_editor() as editor:
            editor.remove_field(Issue, field)
        without = indexes_there(cursor, TABLE)
        with connection.schema_editor() as editor:
            editor.add_field(Issue, field)
        after = indexes_there(cursor, TABLE)

    assert len(before.keys() - without.keys()) == 6  # as a list has it, and as words are searched
    assert after == before
