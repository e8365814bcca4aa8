"""Rounds: every contender of a contest in turn, over and over, with what each answer cost in processor time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import psycopg

from bench import processes
from bench.contenders import Contender
from bench.load import Asked, Load

WARMING = 2.0  # seconds before the first round: caches, plans and connections


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


def rounds(
    contenders: Mapping[str, tuple[Contender, Sequence[Asked], int | None]],
    count: int,
    seconds: float,
    tell: Callable[[str], None],
) -> dict[str, Result]:
    """`count` rounds of so many seconds for each: its name leads to who it is, what it is asked, and its PostgreSQL."""
    for contender, asked, _ in contenders.values():
        contender.bear(asked, min(WARMING, seconds))
    results = {name: Result() for name in contenders}
    for number in range(count):
        for name, (contender, asked, postgres) in contenders.items():
            turn = take_turn(contender, asked, seconds, postgres)
            results[name].turns.append(turn)
            tell(f"round {number + 1}: {name} {turn.load.rate:,.0f}/s")
    return results


def take_turn(contender: Contender, asked: Sequence[Asked], seconds: float, postgres: int | None) -> Turn:
    roots = (contender.pid, postgres)
    before = [None if root is None else processes.processor_seconds(root) for root in roots]
    load = contender.bear(asked, seconds)
    after = [None if root is None else processes.processor_seconds(root) for root in roots]
    server, database = (None if b is None or a is None else a - b for b, a in zip(before, after, strict=True))
    return Turn(load, server, database)


def postmaster(database: str) -> int | None:
    """The root of PostgreSQL's processes; None where it runs on another machine."""
    with psycopg.connect(database) as connection:
        found = processes.parent(connection.info.backend_pid)
    return found if found and processes.name(found) == "postgres" else None


def evenly(asked: Sequence[Asked], most: int) -> Iterable[tuple[int, Asked]]:
    """Some of the requests, from first to last, with their places."""
    return list(enumerate(asked))[:: max(1, len(asked) // most)]
