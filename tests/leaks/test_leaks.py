"""The leaks that try how strong the proof of non-interference is: they still apply, are described, and show."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.leaks import patches
from tracker.environment import ROOT

LEAKS = patches.leaks()


@pytest.mark.parametrize("leak", LEAKS, ids=[leak.path.stem for leak in LEAKS])
def test_the_patch_of_a_leak_still_applies(leak: patches.Leak) -> None:
    assert patches.apply(leak, ROOT, check=True) == ""


def test_there_are_two_leaks_of_each_class() -> None:
    counted = Counter(leak.kind for leak in LEAKS)

    assert counted == dict.fromkeys(patches.CLASSES, 2)


def test_each_leak_has_its_hand_written_request_and_its_line_in_the_document() -> None:
    scenarios = (Path(__file__).parent / "scenarios.py").read_text("utf-8")
    document = (ROOT / "docs" / "leaks.md").read_text("utf-8")

    for leak in LEAKS:
        assert f"\ndef {leak.name.replace('-', '_')}(site: Site) -> bool:" in scenarios
        assert f"| {leak.number} | {leak.kind} | {leak.mistake} |" in document


@pytest.mark.long
def test_each_leak_shows_and_the_code_as_it_is_does_not() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    done = subprocess.run(
        [sys.executable, "tests/leaks/run.py", "--show", "--anew", "--no-table"], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
