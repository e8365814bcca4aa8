"""What the ledger's tables owe each other: a revision by hand is refused, whichever of its steps is another one.

The role is the desk's own. What it can do lawfully by hand stands in the first test: the guarantees do not tell who
writes, but that what is written is whole.
"""

import pytest

from tests.ledger.by_hand import (
    ISSUE,
    as_the_desk,
    as_the_owner,
    by_hand,
    close,
    id_of,
    move,
    open_row,
    seal,
    suppress,
    withdraw,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]

NEW = {"id": "gen_random_uuid()", "slug": "'other'"}
RETRACTION = {"open": "", "withdraw": withdraw("ceasefire"), "seal": seal("retraction")}
SUPPRESSION = {
    "close": "",
    "open": "",
    "withdraw": suppress("gone"),
    "seal": seal("suppression"),
    "move": move(epoch="epoch + 1"),
}
NEXT = by_hand().replace("4", "5").replace("= 2", "= 4").replace("'y'", "'z'")


@pytest.mark.parametrize(
    "statement",
    [
        by_hand(),
        by_hand(**RETRACTION),
        by_hand(**{**RETRACTION, "withdraw": withdraw("ceasefire", to=id_of("kept"))}),
        by_hand(**{**RETRACTION, "withdraw": withdraw("ceasefire", "merge", to=id_of("kept")), "seal": seal("merge")}),
        by_hand(**SUPPRESSION),
        f"{by_hand()}; {NEXT}",
    ],
    ids=["correction", "retraction", "retraction with a successor", "merge", "suppression", "two whole revisions"],
)
def test_a_whole_revision_passes(statement: str) -> None:
    assert as_the_desk(statement) == "done"


WITHHELD = f"(SELECT id FROM {ISSUE} WHERE slug LIKE 'withheld-%' LIMIT 1)"
SILENT = "ceases to be public in revision 4, and no withdrawal says so"


def retraction(withdrawing: str, **instead: str) -> str:
    return by_hand(**{**RETRACTION, "withdraw": withdrawing, **instead})


def suppression(**instead: str) -> str:
    return by_hand(**{**SUPPRESSION, **instead})


# By what the refusal says: what is done instead, and the statements.
REFUSED = {
    "a row closes in the one being made, 4": {
        "closed in a later revision": by_hand(close=close("9")),
        "closed in an earlier revision": by_hand(close=close("3")),
        "two of them closed in a later revision": by_hand(close=close("9", "true")),
    },
    "a row opens in the one being made, 4, and stays open": {
        "opened in a later revision": by_hand(open=open_row("int8range(5, NULL)")),
        "opened in an earlier revision": by_hand(open=open_row("int8range(1, NULL)", **NEW)),
        "opened without a beginning": by_hand(open=open_row("int8range(NULL, NULL)", **NEW)),
        "opened and closed": by_hand(open=open_row("int8range(4, 5)")),
    },
    "is append-only: UPDATE refused": {
        "closed again": by_hand(close=f"UPDATE {ISSUE} SET revisions = int8range(1, 4) WHERE slug = 'gone'"),
        "opened again": by_hand(close=f"UPDATE {ISSUE} SET revisions = int8range(1, NULL) WHERE slug = 'gone'"),
        "suppressed and public": suppression(withdraw=suppress("kept")),
    },
    "has no salt": {"without a salt": by_hand(open=open_row(salt="NULL"))},
    "is not sealed: it needs a salt of 16 bytes, a digest of 32, and the newest form": {
        "with an empty salt": by_hand(open=open_row(salt="''")),
        "with a short salt": by_hand(open=open_row(salt="'0123456789abcde'::bytea")),
        "with a short digest": by_hand(open=open_row(digest="'x'")),
        "in another form": by_hand(open=open_row(form="form + 1")),
    },
    "Revision 4 is sealed: nothing more is opened, closed or withdrawn in it": {
        "opened after sealing": by_hand(move=f"{open_row(**NEW)}; {move()}"),
        "closed after sealing": by_hand(move=close(which="slug = 'kept'") + ";" + move()),
        "withdrawn after sealing": by_hand(move=f"{withdraw('kept')}; {move()}"),
        "suppressed after sealing": by_hand(move=f"{suppress('gone')}; {move()}"),
    },
    "its number is not the one after the head, which is 3": {
        "a number left out": by_hand(seal=seal(number="number + 2")),
        "an earlier number": by_hand(seal=seal(number="number - 7")),
        "two revisions in a row": by_hand(seal=f"{seal()}; {seal(number='number + 2')}"),
    },
    "its moment is not after that of the head": {
        "an earlier moment": by_hand(seal=seal(at="at - interval '1 day'")),
        "the same moment": by_hand(seal=seal(at="at")),
    },
    "its moment lies in the future": {"a moment to come": by_hand(seal=seal(at="at + interval '1 day'"))},
    "its hashes do not follow upon that of the head": {
        "another previous hash": by_hand(seal=seal(previous="sha256('z')")),
        "a short hash": by_hand(seal=seal(hash="'x'")),
    },
    "nothing was opened, closed or withdrawn for it": {
        "a revision alone": by_hand(close="", open=""),
        "nothing closed": by_hand(close=close(which="false"), open=""),
        "nothing opened": by_hand(close="", open=f"{open_row()} AND false"),
    },
    "a revision of the kind retraction does not withdraw by nothing": {
        "a retraction of nothing": by_hand(seal=seal("retraction")),
    },
    "a revision of the kind retraction does not withdraw by merge": {
        "a merge called a retraction": retraction(withdraw("ceasefire", "merge", to=id_of("kept"))),
    },
    "a revision of the kind editorial does not withdraw by": {
        "a retraction called an edit": retraction(withdraw("ceasefire"), seal=seal()),
        "a suppression called an edit": suppression(seal=seal()),
    },
    "Revision 4 was begun and is not finished": {
        "the head left behind": by_hand(move=""),
        "no revision": by_hand(seal="", move=""),
        "a row opened alone": open_row(**NEW),
        "a row closed alone": close(),
        "a second revision left behind": f"{by_hand()}; {NEXT.rpartition(';')[0]}",
    },
    "The row of ledger.head moves on by one revision at a time": {
        "a head of another number": by_hand(move=move(number="5")),
        "a head that goes back": by_hand(move=move(number="2")),
    },
    "The row of ledger.head moves on to what stands in ledger.revision of 4": {
        "a head alone": move(number="4", at="clock_timestamp()"),
        "a head without its revision": by_hand(seal="", move=move(number="4", at="clock_timestamp()")),
        "a head of another moment": by_hand(move=move(at="r.at + interval '1 day'")),
        "a head of another hash": by_hand(move=move(hash="sha256('z')")),
    },
    "The epoch of ledger.head grows by one with a revision that suppresses, and with no other": {
        "a new epoch for nothing": by_hand(move=move(epoch="epoch + 1")),
        "an earlier epoch": by_hand(move=move(epoch="epoch - 1")),
        "a suppression in the old epoch": suppression(move=move()),
        "a suppression that skips an epoch": suppression(move=move(epoch="epoch + 2")),
        "a suppression in an earlier epoch": suppression(move=move(epoch="epoch - 1")),
    },
    "is withdrawn in revision 4, and stays public": {
        "retracted and public": retraction(withdraw("ceasefire"), close=close(which="slug = 'kept'")),
        "retracted and republished": retraction(withdraw("ceasefire"), open=open_row()),
        "merged and public": retraction(
            withdraw("ceasefire", "merge", to=id_of("kept")), close="", seal=seal("merge")),
        "suppressed in word and public": suppression(withdraw=withdraw("kept", "suppression")),
    },
    "is withdrawn in revision 4, and was not public before": {
        "retracted twice": retraction(withdraw("gone"), close=""),
        "retracted and never there": retraction(withdraw(""), close=""),
        "suppressed and never there": suppression(withdraw=suppress("")),
    },
    "is withdrawn in revision 4, and keeps its texts": {
        "suppressed in word only": suppression(withdraw=withdraw("gone", "suppression")),
    },
    "is withdrawn in revision 4, and has a successor that is not public": {
        "merged into what is gone": retraction(
            withdraw("ceasefire", "merge", to=id_of("gone")), seal=seal("merge")),
        "retracted for nobody": retraction(withdraw("ceasefire", to="gen_random_uuid()")),
    },
    SILENT: {"gone without a word": by_hand(open=""), "gone for another": by_hand(open=open_row(**NEW))},
    "belongs to the revision being made, not to": {
        "withdrawn later": by_hand(withdraw=withdraw("ceasefire", number=5)),
        "withdrawn earlier": by_hand(withdraw=withdraw("kept", number=3)),
    },
    "is refused: records are withdrawn, in the one being made, 4": {
        "withdrawn from no twin": by_hand(withdraw=withdraw("", table="head")),
        "suppressed in no twin": by_hand(withdraw=withdraw("", "suppression", table="head")),
        "a part withdrawn": by_hand(withdraw=withdraw("", table="negotiations_name")),
    },
    "is never public again": {
        "suppressed and opened again": suppression(
            open=suppress("gone") + ";" + open_row(id=WITHHELD, slug="'other'"), withdraw=""),
    },
    "violates foreign key constraint": {"suppressed and not sealed": suppress("gone")},
}  # fmt: skip


@pytest.mark.parametrize(
    ("says", "statement"),
    [pytest.param(says, sql, id=name) for says, cases in REFUSED.items() for name, sql in cases.items()],
)
def test_a_revision_that_is_not_whole_is_refused(says: str, statement: str) -> None:
    said = as_the_desk(statement)

    assert said.startswith("IntegrityError: "), said
    assert says in said, said


SWAPPED = """UPDATE ledger.form SET columns = array_replace(
                 array_replace(array_replace(columns, 'name', '#'), 'definition', 'name'), '#', 'definition')
              WHERE table_name = 'negotiations_issue'"""


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE ledger.form SET keys = array_append(keys, 'x')", "The forms of"),
        ("UPDATE ledger.form SET form = form + 1", "The forms of"),
        ("UPDATE ledger.form SET columns = array_replace(columns, 'name', 'title')", "The forms of"),
        ("UPDATE ledger.form SET columns = columns[2:]", "The forms of"),
        ("UPDATE ledger.form SET columns = array_replace(columns, 'name', 'definition')", "The forms of"),
        (SWAPPED, "The forms of negotiations_issue stay"),
        (
            "UPDATE ledger.form SET columns = columns || '{during}' WHERE table_name = 'negotiations_talk'",
            "The forms of",
        ),
        ("DELETE FROM ledger.form", "The forms of"),
        ("TRUNCATE ledger.form", "append-only"),
        (
            "INSERT INTO ledger.form VALUES ('negotiations_issue', 3, '{id}', '{id}')",
            "The forms of negotiations_issue stay",
        ),
        ("INSERT INTO ledger.form VALUES ('negotiations_issue', 2, '{id}', '{name}')", "The forms of"),
        ("INSERT INTO ledger.form VALUES ('negotiations_issue', 2, '{id,id}', '{id,id}')", "The forms of"),
        ("INSERT INTO ledger.form VALUES ('negotiations_issue', 2, '{salt}', '{salt}')", "The forms of"),
        ("INSERT INTO ledger.form VALUES ('negotiations_x', 1, '{id}', '{id}')", "The forms of"),
        ("UPDATE ledger.head SET begun = 9", "one revision at a time"),
        ("UPDATE ledger.head SET begun = 4", "Revision 4 was begun and is not finished"),
        ("UPDATE ledger.head SET epoch = epoch + 1, begun = 4", "one revision at a time"),
        ("TRUNCATE ledger.head", "append-only"),
        ("INSERT INTO ledger.head VALUES (true, 1, now(), '', 0)", "one revision at a time"),
        (by_hand(close=close("9")), "a row closes in the one being made"),
        (by_hand(move=""), "Revision 4 was begun and is not finished"),
    ],
)
def test_the_owner_is_refused_too(statement: str, says: str) -> None:
    said = as_the_owner(statement)

    assert says in said, said
