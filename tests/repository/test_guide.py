"""docs/api.md is true: each example runs as it is written, and prints what stands below it."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repository.test_docs import holds
from tests.sites import Site
from tracker.environment import ROOT

GUIDE = (ROOT / "docs" / "api.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"
# A heading, or a fenced block with its language.
PIECE = re.compile(r"^#+ (?P<heading>[^\n]+)$|^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# How each language is run, and the tool without which it cannot be.
RUN_BY = {
    "sh": ("curl", ["bash", "-euo", "pipefail", "example.sh"]),
    "js": ("node", ["node", "example.mjs"]),
    "python": (sys.executable, [sys.executable, "-W", "error", "example.py"]),
    "r": ("Rscript", ["Rscript", "example.r"]),
}
OUTPUT = {"json", "text", "csv"}
NOT_RUN = {"shell"}  # commands that fetch packages; tests/clients runs their like
WITHOUT_PROXIES = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


@dataclass(frozen=True)
class Example:
    heading: str
    language: str
    code: str
    shown_as: str = ""
    shown: str = ""


def examples_in(guide: str) -> list[Example]:
    """The blocks to run, each with the output block that stands below it; fails on a block that is neither."""
    found: list[Example] = []
    heading, waits = "", False
    for piece in PIECE.finditer(guide):
        language = piece["language"]
        if piece["heading"]:
            heading, waits = piece["heading"], False
        elif language in RUN_BY:
            found.append(Example(heading, language, piece["text"]))
            waits = True
        elif waits and language in OUTPUT:
            last = found.pop()
            found.append(Example(heading, last.language, last.code, language, piece["text"]))
            waits = False
        else:
            assert language in NOT_RUN, f"Under {heading!r} a block of {language!r} is no example and no output of one."
    return found


EXAMPLES = examples_in(GUIDE)


def reads(printed: str, shown: str) -> bool:
    """Whether `printed` is `shown`, in which … stands for any text."""
    pattern = ".*".join(map(re.escape, shown.strip().split("…")))
    return bool(re.fullmatch(pattern, printed.strip(), re.DOTALL))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.heading} in {example.language}")
def test_an_example_prints_what_stands_below_it(bundled: Site, example: Example, tmp_path: Path) -> None:
    tool, command = RUN_BY[example.language]
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed.")
    (tmp_path / command[-1]).write_text(example.code.replace(ADDRESS, bundled.address), "utf-8")

    done = subprocess.run(
        command, cwd=tmp_path, env=WITHOUT_PROXIES, capture_output=True, timeout=60, check=False
    )  # fmt: skip

    printed = done.stdout.decode("utf-8-sig").replace("\r\n", "\n").replace(bundled.address, ADDRESS)
    assert done.returncode == 0, printed + done.stderr.decode()
    if example.shown_as == "json":
        assert holds(json.loads(printed), json.loads(example.shown)), printed
    elif example.shown:
        assert reads(printed, example.shown), printed


def test_the_guide_has_examples_in_every_language_and_shows_what_they_print() -> None:
    assert {example.language for example in EXAMPLES} == set(RUN_BY)
    assert [example.code for example in EXAMPLES if not example.shown] == []


def test_a_block_that_is_no_example_is_found() -> None:
    with pytest.raises(AssertionError, match="no example"):
        examples_in("# One\n\n```sh\ncurl x\n```\n\n# Two\n\n```json\n{}\n```\n")


def test_output_that_differs_is_found() -> None:
    assert reads("1 of 3\n\nlast\n", "1 of …\n\nlast\n")
    assert not reads("1 of 3\nmore\n", "1 of 3\n")
