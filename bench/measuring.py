"""Rounds: every contender of a contest in turn, over and over, with what each answer cost in processor time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import psycopg

from bench import processes
from bench.contenders import Contender
from bench.load import Asked, Load, LoadError

ENOUGH, LONGEST = 60, 3  # answers of a turn, for which it is drawn out to so many times its seconds
STILL, LONGEST_WAIT = 0.2, 15.0  # seconds


@dataclass(frozen=True)
class Turn:
    """One contender's turn: the load, and the seconds of processor time that it cost the server and PostgreSQL."""

    load: Load
    server: float | None
    database: float | None

    def milliseconds(self, seconds: float | None) -> float | None:
        """Of processor time for one answer."""
        return None if seconds is None or not self.load.answers else seconds * 1e3 / self.load.answers


@dataclass
class Result:
    """All turns of one contender in a contest."""

    turns: list[Turn] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [turn.load.rate for turn in self.turns]

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def errors(self) -> int:
        return sum(turn.load.failed + turn.load.refused for turn in self.turns)

    def median_of(self, read: Callable[[Turn], float | None]) -> float | None:
        found = [value for turn in self.turns if (value := read(turn)) is not None]
        return median(found) if found else None

    def times(self, other: Result) -> float | None:
        """How many times the other's rate: the median over the rounds, each compared with its own."""
        pairs = [(a, b) for a, b in zip(self.rates, other.rates, strict=False) if b]
        return median(a / b for a, b in pairs) if pairs else None


@dataclass(frozen=True)
class Entry:
    """Who takes part, what they are asked, and the root of the PostgreSQL that they ask."""

    contender: Contender
    asked: Sequence[Asked]
    postgres: int | None

    @property
    def roots(self) -> tuple[int | None, int | None]:
        return self.contender.pid, self.postgres


def rounds(
    entries: Mapping[str, Entry],
    count: int,
    seconds: float,
    *,
    warming: float = 0,
    tell: Callable[[str], None],
    leave_out: Callable[[str], None],
) -> dict[str, Result]:
    """`count` rounds, in each of them a turn of so many seconds for everyone; longer ones for whoever is slow.

    Who cannot be measured is left out, with a sentence.
    """
    lengths: dict[str, float] = {}
    results = {name: Result() for name in entries}
    for number in range(count + 1):
        for name, entry in entries.items():
            if name not in results:
                continue
            try:
                turn = take_turn(entry, lengths.get(name, max(warming, seconds)))
            except LoadError as error:
                del results[name]
                leave_out(f"{name}: {error}")
                continue
            if name not in lengths:  # that was for warming up
                lengths[name] = length(turn.load.rate, seconds)
                continue
            results[name].turns.append(turn)
            tell(f"round {number} of {count}: {name} {turn.load.rate:,.1f}/s")
    return results


def length(rate: float, seconds: float) -> float:
    """How long a turn takes: as long as asked for, else until there are enough answers to count, within limits."""
    return min(max(seconds, ENOUGH / rate if rate else math.inf), LONGEST * seconds)


def take_turn(entry: Entry, seconds: float) -> Turn:
    before = _used(entry)
    load = entry.contender.bear(entry.asked, seconds)
    server, database = (None if b is None or a is None else a - b for b, a in zip(before, _used(entry), strict=True))
    settle(entry)
    return Turn(load, server, database)


def settle(entry: Entry) -> None:
    """Wait until nothing is at work any more for requests that were given up, so that the next turn is undisturbed."""
    deadline = time.monotonic() + LONGEST_WAIT
    used = sum(filter(None, _used(entry)))
    while time.monotonic() < deadline:
        time.sleep(STILL)
        before, used = used, sum(filter(None, _used(entry)))
        if used - before < STILL / 10:
            return


def _used(entry: Entry) -> list[float | None]:
    return [None if root is None else processes.processor_seconds(root) for root in entry.roots]


def postmaster(database: str) -> int | None:
    """The root of PostgreSQL's processes; None where it runs on another machine."""
    with psycopg.connect(database) as connection:
        found = processes.parent(connection.info.backend_pid)
    return found if found and processes.name(found) == "postgres" else None


def evenly(asked: Sequence[Asked], most: int) -> Iterable[tuple[int, Asked]]:
    """Some of the requests, from first to last, with their places."""
    return list(enumerate(asked))[:: max(1, len(asked) // most)]
