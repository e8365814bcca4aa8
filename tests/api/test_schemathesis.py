"""Schemathesis asks the running application whatever the contract allows, and what it does not, and finds nothing.

Seed and checks are pinned in schemathesis.toml, phases and examples here. A run prints how to repeat what it has found.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from negotiations.ledger.window import open_window
from negotiations.models import Revision
from tests import sites
from tests.api.test_lists import publish_a_world
from tracker.environment import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]
CONFIG = ROOT / "tests" / "api" / "schemathesis.toml"
# Who asks, by the headers they send: the public API knows nobody else.
ROLES: dict[str, dict[str, str]] = {"anonymous": {}}
# An operation of each kind: all lists, files, records, versions and differences are answered by the same five views,
# and the filters of the others are asked by hand (test_hostile.py). The long form asks all of them.
ONE_OF_EACH = r"^/api/v1/($|changes/|(talks|revisions)[/.]|delegations/\{id)"

# The public door does not serve the desk, which is asked by its own roles (tests/desk_api/test_desk_schemathesis.py).
NOT_THE_DESK = ("--exclude-path-regex", "^/api/v1/desk/")


@pytest.fixture
def site() -> Iterator[sites.Site]:
    """The public door over the test's own database, in which little is public, so that whole lists are soon written."""
    publish_a_world()
    publish_a_world()
    name = connections["default"].settings_dict["NAME"]
    owner, public = (make_conninfo(os.environ[each], dbname=name) for each in ("DATABASE_URL", "PUBLIC_DATABASE_URL"))
    with sites.public_site(owner, public) as running:
        yield running
    connections.close_all()


def what_is_public() -> str:
    """Values that only this database can answer, as dictionaries from which Schemathesis often takes its values."""
    with open_window():
        revisions = list(Revision.objects.values_list("number", flat=True))
    return f"""
[dictionaries.moments]
values = {json.dumps([str(number) for number in revisions])}
[dictionaries.numbers]
values = {json.dumps(revisions)}
[parameters]
"query.as_of" = {{ dictionary = "moments", probability = 0.9 }}
"path.m" = {{ dictionary = "numbers", probability = 0.7 }}
"path.n" = {{ dictionary = "numbers", probability = 0.7 }}
"""


def addresses_of(site: sites.Site, resource: str) -> str:
    """The same for the addresses of one resource."""
    found = [record.get("slug") or record.get("id") or record["number"]
             for record in site.get(f"/api/v1/{resource}/")["results"]]  # fmt: skip
    return f"""
[dictionaries.{resource}]
values = {json.dumps(found)}
[[operations]]
include-path-regex = "^/api/v1/{resource}/\\\\{{id\\\\}}"
parameters = {{ "path.id" = {{ dictionary = "{resource}", probability = 0.7 }} }}
"""


def ask(site: sites.Site, folder: Path, headers: Mapping[str, str], *options: str) -> dict[str, int]:
    names = [found["name"] for found in site.get("/api/v1/")["resources"]]
    known = what_is_public() + "".join(addresses_of(site, name) for name in names)
    return asked(site, folder, CONFIG.read_text() + known, headers, *options)


def asked(site: sites.Site, folder: Path, config: str, headers: Mapping[str, str], *options: str) -> dict[str, int]:
    """Runs Schemathesis; fails with its account of what it has found. Returns how many cases it has asked."""
    file = folder / "schemathesis.toml"
    file.write_text(config)
    sent = [option for name, value in headers.items() for option in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        [
            Path(sys.executable).with_name("st"), "--config-file", file, "run", ROOT / "openapi.yaml",
            "--url", site.address, "--no-color", "--warnings", "off", *sent, *options,
        ],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    found = re.search(r"([0-9]+) generated, ([0-9]+) passed", done.stdout)
    assert found, done.stdout[-2_000:]
    return {"generated": int(found[1]), "passed": int(found[2])}


@pytest.mark.parametrize("role", ROLES)
def test_an_operation_of_each_kind_answers_as_the_contract_says(site: sites.Site, tmp_path: Path, role: str) -> None:
    phases = ("--phases", "examples,coverage,fuzzing", "--max-examples", "3")

    found = ask(site, tmp_path, ROLES[role], *phases, "--include-path-regex", ONE_OF_EACH)

    assert found["passed"] == found["generated"] > 1_000


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_the_contract_says(site: sites.Site, tmp_path: Path, role: str) -> None:
    phases = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "100")

    found = ask(site, tmp_path, ROLES[role], *phases, *NOT_THE_DESK)

    assert found["passed"] == found["generated"] > 10_000
