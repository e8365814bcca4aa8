"""`verify_ledger`: a ledger that nobody touched verifies through every act and every change of tables."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from negotiations import publication
from negotiations.ledger.verification import Verification, snapshot
from negotiations.models import Issue, Talk
from negotiations.models.records import LineField, desk_only
from tests.scenery import editor, public_scenery, published

ok = pytest.mark.django_db


def verify(**options: object) -> str:
    """What the command prints when all is well."""
    output = io.StringIO()
    call_command("verify_ledger", stdout=output, **options)
    return output.getvalue().strip()


def refused(**options: object) -> tuple[str, list[str]]:
    """What the command ends with, and the faults that it printed before."""
    faults = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("verify_ledger", stdout=io.StringIO(), stderr=faults, **options)
    assert ended.value.returncode == 1
    return str(ended.value), faults.getvalue().splitlines()


def nothing_is_wrong() -> bool:
    faults = list(Verification().faults())
    assert faults == []
    return True


def altered(field: models.Field, name: str = "weight") -> models.Field:  # type: ignore[type-arg]
    field.set_attributes_from_name(name)
    field.model = Issue
    return field


@pytest.fixture
def behind_the_triggers(db: None) -> SimpleNamespace:
    """`run` works as the owner with the triggers on talks, issues and revisions switched off."""

    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            for table in ("revision", "negotiations_talk", "negotiations_issue"):
                cursor.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER")
            cursor.execute(statement)

    return SimpleNamespace(run=run)


@ok
def test_an_empty_ledger_verifies(tmp_path: Path) -> None:
    told = verify(write_head=tmp_path / "heads")

    assert told == "0 revisions, 0 rows verified, nothing was published yet"
    assert not (tmp_path / "heads").exists()


@ok
def test_verified_is_said_in_one_line() -> None:
    scenery = public_scenery()
    publication.retract([scenery.istanbul], by=editor(), note="It was another meeting.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(hash, 'hex') FROM ledger.head")
        hash = cursor.fetchone()[0]

    assert verify() == f"2 revisions, 10 rows verified, head 2 {hash}"


@ok
def test_what_was_retracted_and_published_again_verifies() -> None:
    scenery = public_scenery()
    publication.retract([scenery.istanbul], by=editor(), note="It was another meeting.")
    scenery.istanbul.refresh_from_db()
    published(scenery.istanbul, kind="correction")
    publication.retract([scenery.istanbul], by=editor(), note="It was.", successor=scenery.antalya)
    publication.suppress(scenery.istanbul, by=editor(), note="For safety.")

    assert nothing_is_wrong()


@ok
def test_changed_tables_verify_at_every_step() -> None:
    issue = Issue.objects.create(slug="ceasefire", name="Ceasefire", definition="An end of fire.", pax_group="Security")
    withheld = Issue.objects.create(slug="secret", name="Secret")
    published(issue, withheld)
    publication.suppress(withheld, by=editor(), note="For safety.")
    weight = altered(models.CharField(max_length=9, default="light"))
    group, definition = Issue._meta.get_field("pax_group"), Issue._meta.get_field("definition")
    meaning = altered(LineField(default=""), "meaning")
    private = altered(LineField(default="", db_comment=desk_only("a test")), "pax_group")
    steps = (
        lambda editor: editor.add_field(Issue, weight),
        lambda editor: editor.alter_field(Issue, definition, meaning),
        lambda editor: editor.alter_field(Issue, meaning, definition),
        lambda editor: editor.alter_field(Issue, group, private),
        lambda editor: editor.alter_field(Issue, private, group),
        lambda editor: editor.remove_field(Issue, weight),
        lambda editor: editor.add_field(Issue, weight),
    )

    for number, step in enumerate(steps):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.schema_editor() as schema_editor:
            step(schema_editor)
        assert nothing_is_wrong()
        if number != 1:  # the model does not know the new name
            Issue.objects.filter(pk=issue.pk).update(name=f"Ceasefire {number}")
            published(issue, kind="editorial")
            assert nothing_is_wrong()


@ok
def test_faults_are_printed_and_the_first_ones_named(behind_the_triggers: SimpleNamespace) -> None:
    scenery = public_scenery()
    behind_the_triggers.run("UPDATE ledger.revision SET note = 'x'")
    behind_the_triggers.run(f"UPDATE ledger.negotiations_talk SET title = 'x' WHERE id = '{scenery.istanbul.pk}'")

    ended, faults = refused()

    row = f"negotiations_talk {scenery.istanbul.pk}"
    assert faults == [
        f"revision 1, {row}: is not what its digest says",
        "revision 1: its hash is not that of its words and of what it opened, closed, withheld and withdrew",
    ]
    assert ended == f"The ledger has 2 faults; first broken revision: 1; first broken row: {row} of revision 1."


@ok
def test_of_many_faults_fifty_are_printed(behind_the_triggers: SimpleNamespace) -> None:
    Issue.objects.bulk_create(Issue(slug=f"issue-{number}", name="An issue") for number in range(61))
    published(*Issue.objects.all())
    behind_the_triggers.run("UPDATE ledger.negotiations_issue SET name = 'x'")

    ended, faults = refused()

    assert len(faults) == 50
    assert "61 faults (11 of them not shown)" in ended


@ok
def test_heads_are_kept_once_and_compared(tmp_path: Path, behind_the_triggers: SimpleNamespace) -> None:
    heads = tmp_path / "heads"
    scenery = public_scenery()
    verify(write_head=heads)
    verify(head=heads, write_head=heads)
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Renamed")
    published(scenery.istanbul, kind="correction")
    verify(head=heads, write_head=heads)

    kept = [line.split() for line in heads.read_text("utf-8").splitlines()]
    assert [number for number, _, _ in kept] == ["1", "2"]

    other = heads.read_text("utf-8").replace(kept[0][2], "0" * 64)
    heads.write_text(other, "utf-8")
    _, faults = refused(head=heads, write_head=heads)
    assert faults == [f"revision 1: its hash is not the one that was kept ({'0' * 64})"]
    assert heads.read_text("utf-8") == other, "nothing is kept of a ledger with faults"


@ok
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read (No such file or directory); name a file that `verify_ledger --write-head FILE`"),
        (b"", "holds no head, so there is nothing to compare with"),
        (b"\xff\xfe", "is no file of heads"),
        (b"1 2025-05-16T00:00:00.000Z abc", "line 1 is no head: a line reads `number moment hash`"),
        (b"\n{}", "line 2 is no head"),
    ],
)
def test_a_file_without_heads_is_refused_with_the_remedy(tmp_path: Path, content: bytes | None, said: str) -> None:
    heads = tmp_path / "heads"
    if content is not None:
        heads.write_bytes(content)

    ended, _ = refused(head=heads)

    assert said in ended


@ok
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    public_scenery()

    ended, _ = refused(write_head=tmp_path / "missing" / "heads")

    assert "cannot be written" in ended


@ok
def test_the_desks_role_can_verify_and_the_public_one_is_told_who_can() -> None:
    public_scenery()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE tracker_desk")
    assert "1 revisions" in verify()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE tracker_public")
        ended, _ = refused()
        transaction.set_rollback(True)
    assert "Connect as the database's owner or as tracker_desk" in ended


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_it_reads_one_snapshot_and_cannot_write() -> None:
    public_scenery()

    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        settings = cursor.fetchone()
    told = verify()

    assert settings == ("repeatable read", "on")
    assert told.startswith("1 revisions, 10 rows verified, head 1 ")
