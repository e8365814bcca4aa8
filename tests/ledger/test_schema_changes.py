"""Migrations of Django's own operations, forward, back and forward on a database with a past, which stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.functions import Length, Lower

from negotiations import publication
from negotiations.ledger import drift, writing
from negotiations.ledger.aggregates import Ids
from negotiations.ledger.mirror import MirrorInLedger
from negotiations.ledger.verification import Verification
from negotiations.models import Citation, Issue
from negotiations.models.records import LineField, ProseField, desk_only
from tests.scenery import editor, public_scenery, published

pytestmark = pytest.mark.django_db

ISSUE = "negotiations_issue"
APP = "negotiations"
Reading = dict[int, list[dict[str, Any]]]


@dataclass
class Past:
    """Revisions of issues, with a retraction and a suppression among them, and one issue that is public still."""

    issue: Issue
    newest: int
    state: ProjectState

    def migrate(self, *operations: Operation) -> Callable[[], None]:
        """Runs them as one migration; returns what takes it back."""
        migration = migrations.Migration("throw_away", APP)
        migration.operations = list(operations)
        before = self.state
        settle()
        with connection.schema_editor() as schema_editor:
            self.state = migration.apply(before.clone(), schema_editor)

        def back() -> None:
            settle()
            with connection.schema_editor() as schema_editor:
                migration.unapply(before.clone(), schema_editor)
            self.state = before

        return back

    def publish_again(self, name: str) -> None:
        """An edit, published by what the acts call: the code's model does not know the changed table."""
        ids: Ids = {Issue: [self.issue.pk]}
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE public.{ISSUE} SET name = %s WHERE id = %s", [name, self.issue.pk])
        head = writing.lock_head()
        self.newest = head.number + 1
        assert writing.close_rows(self.newest, ids, ids) == writing.open_rows(self.newest, ids) == 1
        writing.seal(head, desk=ids, ledger=ids, kind="editorial", note="Edited.", by=editor().pk)
        writing.check_constraints_now()


def state_of(*models: str) -> ProjectState:
    """Of a few models only: a migration renders all that are related."""
    whole, few = ProjectState.from_apps(apps), ProjectState()
    for key, model in whole.models.items():
        if key[0] in ("auth", "contenttypes") or (key[0] == APP and key[1] in models):
            few.add_model(model)
    return few


def settle() -> None:
    """A table with deferred checks pending cannot be altered; outside tests these ended with their transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def past() -> Past:
    issue, gone, secret = (
        Issue.objects.create(slug=slug, name=slug.title(), definition=f"About {slug}.", pax_group="Security")
        for slug in ("ceasefire", "gone", "secret")
    )
    published(issue, gone, secret)
    publication.retract([gone], by=editor(), note="It was none.")
    Issue.objects.filter(pk=issue.pk).update(name="Truce")
    published(issue, kind="correction")
    publication.suppress(secret, by=editor(), note="For safety.")
    return Past(issue, 4, state_of("issue", "place"))


def readings(upto: int) -> Reading:
    """What the window shows of issues at each revision, by the columns' names."""
    found: Reading = {}
    with connection.cursor() as cursor:
        for revision in range(1, upto + 1):
            cursor.execute("SELECT set_config('tracker.revision', %s, true)", [str(revision)])
            cursor.execute(f"SELECT * FROM window_then.{ISSUE} ORDER BY id")
            names = [column[0] for column in cursor.description]
            found[revision] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def same_but_for(before: Reading, after: Reading, became: dict[str, str | None]) -> bool:
    """Whether each column that is still there reads as it did; `became` has new names, None for what is private now."""
    for revision, rows in before.items():
        for old, new in zip(rows, after[revision], strict=True):
            read = {
                became.get(name) or name: None if name in became and not became[name] else old[name] for name in old
            }
            assert {name: new[name] for name in read if name in new} == {
                name: read[name] for name in read if name in new
            }
            assert {name for name in became.values() if name} <= new.keys()
    return True


def nothing_is_wrong() -> bool:
    settle()
    assert list(Verification().faults()) == []
    with connection.cursor() as cursor:
        assert list(drift.differences(cursor)) == []
    return True


def public(name: str = "weight", **options: Any) -> models.Field[Any, Any]:
    return models.CharField(max_length=9, **{"default": "light", **options})


RULE = models.UniqueConstraint(fields=["name"], name="issue_name_is_unique")
LATER_RULE = models.UniqueConstraint(
    Lower("name"), condition=~models.Q(name=""), name="issue_name_is_unique_whatever_its_case"
)
NO_TWO = ExclusionConstraint(name="issue_slug_excludes", expressions=[("slug", "="), ("name", "<>")])

PLACE = models.ForeignKey("negotiations.Place", models.PROTECT, null=True)

# Each is one migration on issues; with it, which columns go by another name afterwards.
CHANGES: dict[str, tuple[list[Operation], dict[str, str | None]]] = {
    "a column is added": ([migrations.AddField("issue", "weight", public())], {}),
    "a required column without default for readers is added": (
        [migrations.AddField("issue", "remark", models.TextField(null=True))], {}),
    "a private column is added": (
        [migrations.AddField("issue", "hint", public(db_comment=desk_only("a test")))], {}),
    "a reference is added": ([migrations.AddField("issue", "place", PLACE)], {}),
    "a computed column is added": (
        [migrations.AddField("issue", "length", models.GeneratedField(
            expression=Length("name"), output_field=models.IntegerField(), db_persist=True))], {}),
    "a column is renamed": ([migrations.RenameField("issue", "pax_group", "group")], {"pax_group": "group"}),
    "a column is removed": ([migrations.RemoveField("issue", "pax_group")], {}),
    "a type is changed lawfully": ([migrations.AlterField("issue", "pax_group", ProseField(default=""))], {}),
    "a column may be null": (
        [migrations.AlterField("issue", "pax_group", LineField(null=True, blank=True))], {}),
    "a column becomes private": (
        [migrations.AlterField("issue", "pax_group", LineField(default="", db_comment=desk_only("a test")))],
        {"pax_group": None}),
    "a column becomes unique": ([migrations.AlterField("issue", "name", LineField(unique=True))], {}),
    "a unique rule is added": ([migrations.AddConstraint("issue", RULE)], {}),
    "a unique rule with expression and condition is added": ([migrations.AddConstraint("issue", LATER_RULE)], {}),
    "an exclusion rule is added": ([migrations.AddConstraint("issue", NO_TWO)], {}),
    "columns are unique together": ([migrations.AlterUniqueTogether("issue", {("name", "definition")})], {}),
    "a column is unique no more": ([migrations.AlterField("issue", "slug", models.SlugField(max_length=80))], {}),
    "the model is renamed, its table kept": (
        [migrations.AlterModelTable("Issue", ISSUE), migrations.RenameModel("Issue", "Matter")], {}),
    "much at once": (
        [migrations.AddField("issue", "weight", public()), migrations.AddConstraint("issue", RULE),
         migrations.RenameField("issue", "pax_group", "group"), migrations.RemoveField("issue", "definition")],
        {"pax_group": "group"}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_forward_back_and_forward_keeps_the_past(change: str, past: Past) -> None:
    operations, became = CHANGES[change]
    before = readings(past.newest)

    back = past.migrate(*operations)
    assert same_but_for(before, readings(past.newest), became)
    past.publish_again("Forward")
    assert nothing_is_wrong()

    back()
    assert same_but_for(before, readings(past.newest), {})
    Issue.objects.filter(pk=past.issue.pk).update(name="Back")
    published(past.issue, kind="editorial")  # the model fits the table again
    assert nothing_is_wrong()
    assert readings(past.newest)[past.newest][0].keys() == before[1][0].keys()

    past.migrate(*operations)
    assert same_but_for(before, readings(past.newest), became)
    past.publish_again("Forward again")
    assert nothing_is_wrong()


def test_rows_published_while_a_column_was_away_read_its_default_when_it_returns(past: Past) -> None:
    back = past.migrate(migrations.RemoveField("issue", "pax_group"))
    past.publish_again("Meanwhile")

    back()

    groups = {number: {row["slug"]: row["pax_group"] for row in rows} for number, rows in readings(past.newest).items()}
    assert groups[3]["ceasefire"] == "Security"
    assert groups[5]["ceasefire"] == ""


def refusal(past: Past, *operations: Operation) -> str:
    """What a migration is refused with; it leaves nothing behind."""
    with pytest.raises(RuntimeError) as refused:
        past.migrate(*operations)
    assert nothing_is_wrong()
    return str(refused.value)


def test_a_type_that_changes_what_was_public_is_refused(past: Past) -> None:
    shorter = migrations.AlterField("issue", "definition", models.CharField(max_length=7))
    Issue.objects.update(definition="Short")

    said = refusal(past, shorter)

    assert said.startswith("Changing negotiations_issue.definition to character varying(7) would change")
    assert said.endswith("published rows; add a new field.")


def test_a_type_is_refused_for_rows_that_were_public_before_the_column_was_there(past: Past) -> None:
    past.migrate(migrations.AddField("issue", "share", models.DecimalField(max_digits=4, decimal_places=1, default=1)))
    finer = models.DecimalField(max_digits=5, decimal_places=2, default=1)

    assert "published rows; add a new field" in refusal(past, migrations.AlterField("issue", "share", finer))


def test_a_rule_that_the_past_contradicts_is_refused_with_the_rows(past: Past) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE public.{ISSUE} SET pax_group = slug")
    published(past.issue, kind="correction")

    said = refusal(
        past, migrations.AddConstraint("issue", models.UniqueConstraint(fields=["pax_group"], name="group_once"))
    )

    assert said.startswith("group_once of negotiations_issue contradicts what was public (Key (pax_group, revisions)")
    assert "make it a Rule with a trigger, which holds on the desk alone" in said


def test_a_public_reference_to_a_table_without_twin_is_refused(past: Past) -> None:
    owner = models.ForeignKey("auth.User", models.PROTECT, null=True)

    assert "make the column private" in refusal(past, migrations.AddField("issue", "owner", owner))


@pytest.mark.parametrize(
    "operation",
    [migrations.AlterModelTable("Issue", "matters"), migrations.RenameModel("Issue", "Matter")],
)
def test_a_mirrored_table_is_not_renamed(operation: Operation, past: Past) -> None:
    assert 'Keep it with `db_table = "negotiations_issue"`' in refusal(past, operation)


NOTE = migrations.CreateModel(
    "Note",
    [
        ("id", models.UUIDField(primary_key=True)),
        ("text", LineField()),
        ("place", models.ForeignKey("negotiations.Place", models.PROTECT)),
    ],
    options={"constraints": [models.UniqueConstraint(fields=["text"], name="note_text_is_unique")]},
)


@pytest.fixture
def noted(past: Past) -> Iterator[Past]:
    """A model of its own, mirrored; the code knows nothing of it."""
    past.migrate(NOTE)
    past.migrate(MirrorInLedger("Note"))
    return past


def test_a_deleted_model_leaves_its_twin_and_takes_it_back(noted: Past) -> None:
    assert nothing_is_wrong()

    back = noted.migrate(migrations.DeleteModel("Note"))
    assert nothing_is_wrong()
    noted.publish_again("Without notes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('window_now.negotiations_note'), to_regclass('ledger.negotiations_note')")
        assert cursor.fetchone() == (None, "ledger.negotiations_note")

    back()
    assert nothing_is_wrong()
    noted.publish_again("With notes")
    noted.migrate(migrations.DeleteModel("Note"))
    assert nothing_is_wrong()


def test_a_model_made_anew_under_the_name_of_a_deleted_one_shapes_the_twin(noted: Past) -> None:
    noted.migrate(migrations.DeleteModel("Note"))

    noted.migrate(
        migrations.CreateModel("Note", [("id", models.UUIDField(primary_key=True)), ("words", LineField())]),
        MirrorInLedger("Note"),
    )

    assert nothing_is_wrong()


def test_a_model_with_public_rows_is_not_deleted() -> None:
    public_scenery()
    past = Past(Issue(), 1, ProjectState.from_apps(apps))

    said = refusal(past, migrations.DeleteModel("Citation"))

    assert said.startswith(f"{Citation.objects.count()} rows of negotiations_citation are public")
    assert "retract the records" in said
