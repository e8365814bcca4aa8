"""The documents are true of the repository: links lead somewhere, commands exist, and the root holds what it should."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from django.test import Client

from negotiations.exchange import bundled

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LISTED_IN_ROOT = {
    "tracker", "negotiations", "tests", "docs", "bench", ".ci",
    "manage.py", "docker-compose.yml", "Dockerfile", "Makefile", "pyproject.toml", "openapi.yaml",
    "requirements.txt", "requirements-dev.txt", ".env.example", ".gitignore", ".dockerignore",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE",
}  # fmt: skip
# [text](target), without the targets' optional title.
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IN_LINE = re.compile(r"`([^`\n]+)`")
MAKE = re.compile(r"(?:^|\s)make ([a-z][a-z-]*)\b")
# A command of manage.py, called by its file or through `make manage`.
MANAGE = re.compile(r"manage\.py ([a-z_]+)|make manage ARGS='?([a-z_]+)")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_in(document: Path) -> str:
    """Everything in `document` that is set as code, a piece a line."""
    text = document.read_text("utf-8")
    return "\n".join([*FENCED.findall(text), *IN_LINE.findall(FENCED.sub("", text))])


def anchors_of(document: Path) -> set[str]:
    """The names by which headings can be linked to: small letters, hyphens for spaces, no other marks."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = document.parent / path if path else document
    return found.exists() and (not anchor or anchor in anchors_of(found))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    links = [target for target in LINK.findall(document.read_text("utf-8")) if "://" not in target]

    assert [target for target in links if not leads_somewhere(document, target)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert set(MAKE.findall(code_in(document))) - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_management_command_that_is_named_exists(document: Path) -> None:
    commands = {direct or through_make for direct, through_make in MANAGE.findall(code_in(document))}

    assert commands - set(get_commands()) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_of_the_repository_that_is_named_exists(document: Path) -> None:
    paths = re.findall(r"`((?:negotiations|tracker|tests|docs|\.ci)/[\w./-]*)`", document.read_text("utf-8"))

    # AREA.py stands for the file of an area.
    assert [path for path in paths if "AREA" not in path and not (ROOT / path).exists()] == []


def holds(answer: Any, shown: Any) -> bool:
    """Whether `answer` has all that is `shown`: some keys of a mapping, some rows of a list, `…` for any text."""
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(key in answer and holds(answer[key], shown[key]) for key in shown)
    if isinstance(shown, list):
        return all(any(holds(row, part) for row in answer) for part in shown)
    if isinstance(shown, str) and shown.endswith("…"):
        return isinstance(answer, str) and answer.startswith(shown.removesuffix("…"))
    return bool(answer == shown)


@pytest.mark.django_db
def test_the_first_requests_of_the_readme_answer_as_shown() -> None:
    report = bundled.load_bundled(publish=True)
    readme = (ROOT / "README.md").read_text("utf-8")
    paths = re.findall(r"curl 'http://127\.0\.0\.1:8000([^']+)'", readme)
    shown = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)]

    answers = [Client().get(path) for path in paths]

    assert report.is_ok, report.problems
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    ceasefire, root_causes = (answer.json() for answer in answers[:2])
    assert holds(ceasefire, shown[0])
    assert holds(root_causes["results"], [shown[1]])


def test_the_root_holds_nothing_but_what_is_listed() -> None:
    ignored = [pattern.rstrip("/") for pattern in (ROOT / ".gitignore").read_text("utf-8").split()]
    present = {path.name for path in ROOT.iterdir()} - {".git"}

    assert {
        name for name in present if not any(fnmatch(name, pattern) for pattern in ignored)
    } - LISTED_IN_ROOT == set()


def test_the_patterns_of_this_module_find_what_they_look_for() -> None:
    assert MAKE.findall("make run     # serves\nmake test ARGS='-k x'") == ["run", "test"]
    assert MANAGE.findall("python manage.py migrate; make manage ARGS='dossier_schema --write'") == [
        ("migrate", ""),
        ("", "dossier_schema"),
    ]
    assert LINK.findall("see [the table](docs/a.md#b) and [x](https://e.example/)") == [
        "docs/a.md#b",
        "https://e.example/",
    ]
