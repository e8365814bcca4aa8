"""A run fails on a skip that is not listed, wherever it is said, and in processes of xdist too."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import listed
from tracker.environment import ROOT

IN_A_TEST = "import pytest\n\ndef test_one():\n    pytest.skip({!r})\n"
OF_A_MODULE = "import pytest\n\npytest.skip({!r}, allow_module_level=True)\n"
FACTS = "The files of facts do not lie beside the project, so nothing."


def skipping(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of pytest of its own, over a test of a name that the list knows."""
    test = folder / "tests" / "exchange" / "test_all_facts.py"
    test.parent.mkdir(parents=True)
    test.write_text(source + "\n\ndef test_other():\n    pass\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.skips", "-p", "no:django", "-c", "/dev/null", *options]
    return subprocess.run(
        [*command, "--rootdir", str(folder), str(test)], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("source", "processes"), [(OF_A_MODULE, "0"), (IN_A_TEST, "1")], ids=["module", "test"])
def test_a_skip_that_is_not_listed_fails_the_run(tmp_path: Path, source: str, processes: str) -> None:
    done = skipping(tmp_path, source.format("It rains."), "-n", processes)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "does not list" in done.stdout
    assert ": It rains." in done.stdout


def test_a_listed_skip_passes(tmp_path: Path) -> None:
    done = skipping(tmp_path, IN_A_TEST.format(FACTS))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 1 skipped" in done.stdout


def test_this_run_is_judged_so_too(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.hasplugin("tests.skips")


def test_the_list_names_tests_that_exist() -> None:
    assert [line for line in listed() if not list(ROOT.glob(line.partition("::")[0]))] == []
