"""Two who write the ledger by hand at once, or one of them half: nothing gets into a revision of somebody else's."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from negotiations.ledger.verification import Verification
from negotiations.models import Talk
from tests.scenery import public_scenery, published

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def others(committed: None) -> Iterator[tuple[Any, Any]]:
    """Two connections as the desk's role; the scenery is public in revision 1."""
    public_scenery()
    two = (connection.copy(), connection.copy())
    for other in two:
        with other.cursor() as cursor:
            cursor.execute("SET ROLE tracker_desk")
    yield two
    for other in two:
        other.close()


# Nothing refers to it, so this alone would be lawful.
CLOSING = """UPDATE ledger.negotiations_citation SET revisions = int8range(lower(revisions), 2)
              WHERE upper_inf(revisions) AND delegation_id IS NOT NULL"""
WRITING = (
    CLOSING,
    "INSERT INTO ledger.withdrawal SELECT 2, 'negotiations_talk', id, 'retraction' FROM ledger.negotiations_talk",
    "SELECT ledger.suppress('negotiations_talk', ARRAY[gen_random_uuid()])",
)


@pytest.mark.parametrize("statement", WRITING)
def test_whoever_writes_for_a_revision_holds_the_head(statement: str, others: tuple[Any, Any]) -> None:
    """Else a row could be slipped into a revision that somebody else is sealing."""
    with others[0].cursor() as first, others[1].cursor() as second:
        first.execute("BEGIN")
        first.execute(statement)

        with pytest.raises(OperationalError, match="could not obtain lock"):
            second.execute("SELECT FROM ledger.head FOR NO KEY UPDATE NOWAIT")


@pytest.mark.parametrize("statement", WRITING)
def test_an_old_snapshot_does_not_hide_a_revision(statement: str, others: tuple[Any, Any]) -> None:
    with others[0].cursor() as first:
        first.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM ledger.head")
        publish_another_revision()

        with pytest.raises(OperationalError, match="could not serialize"):
            first.execute(statement)
    assert list(Verification().faults()) == []


def publish_another_revision() -> None:
    Talk.objects.filter(slug="istanbul").update(title="Renamed")
    published(Talk.objects.get(slug="istanbul"), kind="editorial")


def test_nothing_half_done_is_committed(others: tuple[Any, Any]) -> None:
    with others[0].cursor() as first:
        for last in ("COMMIT", "PREPARE TRANSACTION 'half'"):
            first.execute(f"BEGIN; {CLOSING}")
            with pytest.raises(IntegrityError, match="Revision 2 was begun and is not finished"):
                first.execute(last)
            first.execute("ROLLBACK")
    assert list(Verification().faults()) == []
