"""Schemathesis asks the running desk as a stranger, a reader, a curator and an editor, and finds nothing.

Seed and checks are pinned in schemathesis.toml, phases and examples here. A run prints how to repeat what it has found.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from negotiations.api.desk.urls import RESOURCES
from tests import sites
from tests.api.test_lists import publish_a_world
from tests.api.test_schemathesis import asked
from tests.desk_api.conftest import Program, program_of, staff, token_of
from tests.factories import make_process, make_talk
from tracker.environment import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed", "groups"),
]
CONFIG = ROOT / "tests" / "desk_api" / "schemathesis.toml"
PEPPER = "pepper of the tests"
ROLES = {"anonymous": None, "reader": "Readers", "curator": "Curators", "editor": "Editors"}
# Of records, whose operations are the same views, the smallest kind; and what is no record. The long form asks all.
ONE_OF_EACH = r"^/api/v1/desk/(processes|submissions|publish|dossiers|article-texts)/"
THE_DESK = r"^/api/v1/desk/"


@pytest.fixture
def site() -> Iterator[sites.Site]:
    """The desk's door over the test's own database: what is public, drafts, and a submission that is open."""
    publish_a_world()
    process = make_process("A draft", slug="a-draft")
    make_talk("A draft of a talk", process=process)
    sent = [{"resource": "processes", "id": str(process.pk), "version": process.version}]
    program_of("curator-before", "Curators").post("submissions/", {"records": sent, "note": "Please look."})
    owner = make_conninfo(os.environ["DATABASE_URL"], dbname=connections["default"].settings_dict["NAME"])
    with sites.desk_site(owner, PEPPER) as running:
        yield running
    connections.close_all()


def what_is_there(reader: Program) -> str:
    """Values that only this database can answer, as dictionaries from which Schemathesis often takes its values."""
    told = """
[dictionaries.versions]
values = ['"1"', '"2"']
[parameters]
"header.If-Match" = { dictionary = "versions", probability = 0.8 }
"""
    for resource in (*RESOURCES, "submissions"):
        found = [record.get("slug") or record["id"] for record in reader.get(f"{resource}/")["results"]]
        told += f"""
[dictionaries.{resource}]
values = {json.dumps(found)}
[[operations]]
include-path-regex = "^/api/v1/desk/{resource}/\\\\{{id\\\\}}"
parameters = {{ "path.id" = {{ dictionary = "{resource}", probability = 0.7 }} }}
"""
    return told


def ask(site: sites.Site, folder: Path, role: str, *options: str) -> dict[str, int]:
    group = ROLES[role]
    headers = {"Authorization": f"Bearer {token_of(staff(f'{role}-at-work', group))}"} if group else {}
    known = what_is_there(program_of("reader-before", "Readers"))
    return asked(site, folder, CONFIG.read_text() + known, headers, *options)


def test_an_operation_of_each_kind_answers_as_the_contract_says(site: sites.Site, tmp_path: Path) -> None:
    phases = ("--phases", "examples,fuzzing", "--max-examples", "3")

    for role in ROLES:
        found = ask(site, tmp_path, role, *phases, "--include-path-regex", ONE_OF_EACH)
        assert found["passed"] == found["generated"] > 50, role


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_operations_of_each_kind_answer_at_every_boundary(site: sites.Site, tmp_path: Path, role: str) -> None:
    phases = ("--phases", "coverage", "--max-examples", "3")

    found = ask(site, tmp_path, role, *phases, "--include-path-regex", ONE_OF_EACH)

    assert found["passed"] == found["generated"] > 1_000


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_the_contract_says(site: sites.Site, tmp_path: Path, role: str) -> None:
    phases = ("--phases", "examples,fuzzing,stateful", "--max-examples", "20")

    found = ask(site, tmp_path, role, *phases, "--include-path-regex", THE_DESK)

    assert found["passed"] == found["generated"] > 1_000
