"""The tables: what was measured, whether targets are met, and on what machine; into the marked part of a document."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contests import MOST_MEMORY, TARGETS, Contest, Target
from bench.measuring import Result
from tracker.environment import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured by `make bench`: begin -->", "<!-- measured by `make bench`: end -->"
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Report:
    """All that a run has to tell."""

    contests: Mapping[str, tuple[Contest, dict[str, Result]]]
    missing: Sequence[str]  # who was left out, and why
    memory: Mapping[str, int]
    facts: Mapping[str, str]

    def text(self) -> str:
        """Everything as Markdown."""
        parts = [_facts(self.facts), _targets(self.contests, self.memory)]
        parts += [_contest(contest, results) for contest, results in self.contests.values()]
        parts += [_memory(self.memory)]
        if self.missing:
            parts.append("Left out:\n\n" + "\n".join(f"- {sentence}" for sentence in self.missing))
        return "\n\n".join(filter(None, parts))

    def as_json(self) -> dict[str, Any]:
        """Every turn, for reckoning anew."""
        return {
            "facts": dict(self.facts),
            "missing": list(self.missing),
            "memory": dict(self.memory),
            "turns": {
                name: {who: [_turn(turn) for turn in result.turns] for who, result in results.items()}
                for name, (_, results) in self.contests.items()
            },
        }


def _turn(turn: Any) -> dict[str, Any]:
    return {**vars(turn.load), "server_seconds": turn.server, "database_seconds": turn.database}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose first column is text and whose others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def contest_table(results: Mapping[str, Result]) -> str:
    """Rates, latencies and costs of each who took part; the first is us."""
    ours = next(iter(results))
    head = ["", "answers a second: median (range)", "of its rate ours is", "p50 ms", "p99 ms", "CPU ms: server",
            "PostgreSQL", "KB", "errors"]  # fmt: skip
    return table(head, [_row(name, result, results[ours]) for name, result in results.items()])


def _row(name: str, result: Result, ours: Result) -> list[str]:
    rates = result.rates
    times = ours.times(result)
    kilobytes = result.median_of(lambda turn: turn.load.bytes / 1e3 / max(turn.load.answers, 1))
    return [
        name,
        f"{_figure(result.rate)} ({_figure(min(rates))} to {_figure(max(rates))})",
        "" if result is ours or times is None else f"{times:.2f} x",
        _figure(result.median_of(lambda turn: turn.load.p50)),
        _figure(result.median_of(lambda turn: turn.load.p99)),
        _figure(result.median_of(lambda turn: turn.milliseconds(turn.server))),
        _figure(result.median_of(lambda turn: turn.milliseconds(turn.database))),
        _figure(kilobytes) if kilobytes else "",
        str(result.errors),
    ]


def _contest(contest: Contest, results: Mapping[str, Result]) -> str:
    return f"### {contest.name}: {contest.what}\n\n{contest_table(results)}" if results else ""


def _targets(contests: Mapping[str, tuple[Contest, dict[str, Result]]], memory: Mapping[str, int]) -> str:
    rows = list(_targets_met(contests))
    if size := max((size for name, size in memory.items() if name.startswith("tracker, cached")), default=0):
        least, aim = MOST_MEMORY
        found = size / MEBIBYTE
        said = _said(least / found, 1, least / aim)
        rows.append(["memory of two workers, cache included", f"{least} MiB", f"{aim} MiB", f"{found:.0f} MiB", said])
    return f"### Targets\n\n{table(['', 'at least', 'aim', 'found', ''], rows)}" if rows else ""


def _targets_met(contests: Mapping[str, tuple[Contest, dict[str, Result]]]) -> Iterator[list[str]]:
    for target in TARGETS:
        results = contests[target.contest][1] if target.contest in contests else {}
        if target.against in results:
            found = next(iter(results.values())).times(results[target.against])
            if found is not None:
                yield [target.what, _times(target.least), _times(target.aim), _times(found), verdict(target, found)]


def verdict(target: Target, found: float) -> str:
    return _said(found, target.least, target.aim)


def _said(found: float, least: float, aim: float) -> str:
    if found >= aim:
        return "aim reached"
    return "met" if found >= least else f"missed by {1 - found / least:.0%}"


def _times(value: float) -> str:
    return f"{value:.2f} x" if value else ""


def _memory(memory: Mapping[str, int]) -> str:
    rows = [[name, f"{size / MEBIBYTE:.0f}"] for name, size in memory.items()]
    return f"### Memory (PSS, MiB), after all rounds\n\n{table(['', 'MiB'], rows)}" if rows else ""


def _facts(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())


def _figure(value: float | None) -> str:
    """A number with three digits that count, no fewer than it has before the point."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> dict[str, str]:
    """What it was measured on."""
    processor = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    return {
        "machine": f"{os.cpu_count()} cores of {processor[1] if processor else 'unknown'},"
        f" {int(memory[1]) / 2**20 if memory else 0:.0f} GiB, Linux {platform.release()}, Python"
        f" {platform.python_version()}",
        "code": subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip(),
    }


def load_average() -> str:
    return Path("/proc/loadavg").read_text().split()[0]


def write_into(document: Path, text: str) -> None:
    """Puts `text` between the marks of `document`, in place of what was there; raises ValueError without marks."""
    before, begin, rest = document.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} lacks the marks between which figures stand: {BEGIN} and {END}.")
    document.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")
