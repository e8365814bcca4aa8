"""A test that is skipped unseen proves nothing: the run fails on each skip that `tests/skips.txt` does not list."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("skips.txt")
_unlisted: list[str] = []


def listed() -> list[str]:
    """The patterns of the list, each of a test's id and reason."""
    return [line for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple | list) else str(report.longrepr)
    skip = f"{report.nodeid}: {' '.join(reason.removeprefix('Skipped: ').split())}"
    if not any(fnmatchcase(skip, pattern) for pattern in listed()):
        _unlisted.append(skip)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    # A worker of xdist hands its reports to the session that judges them.
    if _unlisted and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _unlisted:
        terminalreporter.section("skips that tests/skips.txt does not list", red=True)
        for skip in _unlisted:
            terminalreporter.line(skip)
