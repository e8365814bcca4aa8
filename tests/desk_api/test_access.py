"""Who may do what at the desk: tests/access.csv, walked over HTTP, by roles and by tokens of fewer scopes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from negotiations import publication
from negotiations.models import ArticleText, Source, Submission
from negotiations.vocabulary import Scope
from tests import factories as make
from tests.desk_api.conftest import Program, program_of, staff
from tests.desk_api.test_acts import dossier
from tests.scenery import Scenery, drafted, public_scenery

TABLE = Path(__file__).resolve().parents[1] / "access.csv"
WHY = {"kind": "correction", "note": "The title."}


@pytest.fixture
def scenery(groups: None) -> Scenery:
    return public_scenery()


# Every role's program: the group of its owner, and the scopes of its token.
ROLES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "reader": ("Readers", (Scope.READ,)),
    "reads_only": ("Editors", (Scope.READ,)),
    "curator": ("Curators", tuple(Scope.values)),
    "editor": ("Editors", tuple(Scope.values)),
    "writes_only": ("Editors", (Scope.WRITE,)),
    "publishes_only": ("Editors", (Scope.PUBLISH,)),
    "administrator": ("Administrators", tuple(Scope.values)),
    "superuser": (None, tuple(Scope.values)),
}


def program(role: str) -> Program:
    return Program() if role == "stranger" else program_of(f"{role}-at-work", *_of(role))


def _of(role: str) -> tuple[Any, ...]:
    group, scopes = ROLES[role]
    return (group, *scopes)


def written_by_another(scenery: Scenery) -> dict[str, Any]:
    """The talk with an edit of somebody else, as an act names it."""
    talk = scenery.istanbul
    type(talk).objects.filter(pk=talk.pk).update(title="Renamed")
    publication.count_version(talk, by=staff("somebody", "Curators"))
    return {"resource": "talks", "id": str(talk.pk), "version": 2}


def submission(scenery: Scenery, by: User | None = None) -> Submission:
    written_by_another(scenery)
    talk = type(scenery.istanbul).objects.get(pk=scenery.istanbul.pk)
    return publication.submit([talk], by=by or staff("somebody", "Curators"), note="Please look.")


def _article(program: Program, scenery: Scenery) -> Any:
    ArticleText.objects.create(source=Source.objects.get(slug="page"), text="They met.")
    return program.ask("GET", "article-texts/")


def _discard(program: Program, scenery: Scenery) -> Any:
    written_by_another(scenery)
    return program.ask("POST", "talks/istanbul/discard/", If_Match='"2"')


def _delete(program: Program, scenery: Scenery) -> Any:
    make.make_issue(slug="draft")
    return program.ask("DELETE", "issues/draft/", If_Match='"1"')


def _submit(program: Program, scenery: Scenery) -> Any:
    return program.ask("POST", "submissions/", {"records": [written_by_another(scenery)], "note": "Please look."})


def _withdraw(program: Program, scenery: Scenery) -> Any:
    return program.ask("POST", f"submissions/{submission(scenery, program.user).pk}/withdraw/")


def _send_back(program: Program, scenery: Scenery) -> Any:
    return program.ask("POST", f"submissions/{submission(scenery).pk}/send-back/", {"note": "Why?"})


def _publish(program: Program, scenery: Scenery) -> Any:
    return program.ask("POST", "publish/", {"records": [written_by_another(scenery)], **WHY})


def _publish_submission(program: Program, scenery: Scenery) -> Any:
    return program.ask("POST", f"submissions/{submission(scenery).pk}/publish/", WHY)


def _merge(program: Program, scenery: Scenery) -> Any:
    return program.ask("POST", "talks/antalya/merge/", {"into": "istanbul", "note": "The same."}, If_Match='"1"')


NEW = {"slug": "new", "title": "New"}
ACTS: dict[str, Callable[[Program, Scenery], Any]] = {
    "read": lambda program, _: program.ask("GET", "talks/istanbul/"),
    "read_versions": lambda program, _: program.ask("GET", "talks/istanbul/versions/"),
    "read_submissions": lambda program, _: program.ask("GET", "submissions/"),
    "read_article_text": _article,
    "create": lambda program, _: program.ask("POST", "processes/", NEW),
    "create_many": lambda program, _: program.ask("POST", "processes/", [NEW]),
    "load_dossier": lambda program, _: program.ask("POST", "dossiers/", dossier()),
    "replace": lambda program, _: program.ask("PUT", "processes/direct-talks/", NEW, If_Match='"1"'),
    "change": lambda program, _: program.ask("PATCH", "processes/direct-talks/", {"title": "x"}, If_Match='"1"'),
    "discard": _discard,
    "delete": _delete,
    "submit": _submit,
    "withdraw_own": _withdraw,
    "send_back": _send_back,
    "publish": _publish,
    "publish_submission": _publish_submission,
    "retract": lambda program, _: program.ask("POST", "talks/antalya/retract/", {"note": "x"}, If_Match='"1"'),
    "merge": _merge,
    "suppress": lambda program, _: program.ask("POST", "talks/antalya/suppress/", {"note": "x"}, If_Match='"1"'),
}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_names_every_act_and_role() -> None:
    assert [row["act"] for row in rows()] == list(ACTS)
    assert set(rows()[0]) == {"act", "stranger", *ROLES}


@pytest.mark.parametrize(
    ("act", "role", "may"), [(row["act"], role, row[role]) for row in rows() for role in ("stranger", *ROLES)]
)
def test_who_may_do_what(scenery: Scenery, act: str, role: str, may: str) -> None:
    asking = program(role)
    if act == "withdraw_own" and asking.user is None:
        asking.user = staff("somebody", "Curators")

    answer = ACTS[act](asking, scenery)

    if may == "yes":
        assert answer.status_code in (200, 201, 204), answer.content[:800]
    else:
        assert answer.status_code == (401 if role == "stranger" else 403), answer.content[:800]
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer.get("WWW-Authenticate") is not None) == (role == "stranger")


def test_a_kind_of_part_that_the_owner_may_not_write_is_refused(groups: None) -> None:
    drafted()
    curator = program_of("half-a-curator", "Readers")
    curator.user.user_permissions.add(Permission.objects.get(codename="change_talk"))  # type: ignore[union-attr]
    cited = {"citations": [{"source": "page", "excerpt": "they", "attribution": "outlet"}]}

    problem = curator.patch("talks/istanbul/", cited, seen=1, expect=403)
    curator.patch("talks/istanbul/", {"title": "Renamed"}, seen=1)

    assert "add_citation" in problem["detail"]
