"""How long publishing and verifying take, on a database thrown away: `make bench-publishing ARGS='--records 5000'`.

A figure for comparing: PostgreSQL runs without waiting for the disk (fsync is off), on this machine, as busy as it is.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import django

TALKS = 5  # published one by one: the best counts, since on a busy machine the others tell of the machine


@dataclass(frozen=True)
class Line:
    """A line of the table: what was done, to how many rows, in how many seconds, and the aim in seconds if any.

    `others` are slower times of the same.
    """

    what: str
    rows: int
    seconds: float
    aim: float | None = None
    others: tuple[float, ...] = ()

    def __str__(self) -> str:
        share = f"{self.seconds / self.aim:6.2f} of {self.aim:g} s" if self.aim else ""
        median = f", median {statistics.median([self.seconds, *self.others]):.3f} s" if self.others else ""
        each = self.seconds * 1e3 / self.rows
        return f"{self.what:<52} {self.rows:>8,} {self.seconds:>9.3f} {each:>9.3f}  {share}{median}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=5_000, help="talks published in one revision (5000)")
    wanted = parser.parse_args()
    set_up()
    stage = Stage()
    little, least = verified_apart()
    print(f"{'':<52} {'rows':>8} {'seconds':>9} {'ms a row':>9}  share of the aim")
    print(stage.one_talk("one talk, 30 parts and 100 citations"))
    print(stage.a_correction("a word of it corrected"))
    print(stage.many(wanted.records))
    print(stage.one_talk("one such talk again, now that these are public"))
    print(stage.a_correction("a word of it corrected, likewise"))
    print(verification("verifying all of it"))
    told, most = verified_apart()
    print(f"{told.partition(', head')[0]} in {most:.0f} MiB; {little.partition(', head')[0]} in {least:.0f} MiB")


def set_up() -> None:
    """Roles, rights and tables in the database of DATABASE_URL, which must be empty."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    django.setup()
    from django.core.management import call_command

    call_command("set_up_database")
    call_command("migrate", verbosity=0)


def timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


class Stage:
    """Two actors, a source and a process, public, and talks on them."""

    def __init__(self) -> None:
        from tests import factories

        self.make = factories
        self.party, self.source = factories.make_actor(), factories.make_source()
        self.process = factories.make_process()
        factories.published(self.party, self.source, self.process)

    def one_talk(self, what: str) -> Line:
        from tests.scenery import published

        talks = [self._talk() for _ in range(TALKS)]
        self.talk = talks[-1]
        best, *others = sorted(timed(partial(published, talk)) for talk in talks)
        return Line(what, 131, best, aim=0.2, others=tuple(others))

    def _talk(self) -> Any:
        """10 delegations of 2 members each, and citations of all of them."""
        from negotiations.models import Citation

        talk = self.make.make_talk(process=self.process)
        talk.citations.all().delete()
        cited: list[dict[str, Any]] = [{"talk": talk}]
        for number in range(10):
            party = self.make.make_actor(f"Party {number}")
            delegation = self.make.make_delegation(talk, party)
            members = [self.make.make_member(delegation, self.make.make_actor(kind="person")) for _ in range(2)]
            cited += [{"delegation": delegation}, *({"member": member} for member in members)]
            self.make.published(party, *(member.person for member in members))
        Citation.objects.bulk_create(self._citation(cited[number % 31], number) for number in range(100))
        return talk

    def _citation(self, target: dict[str, Any], number: int) -> Any:
        from negotiations.models import Citation

        return Citation(source=self.source, excerpt=f"they met, {number}", attribution="outlet", **target)

    def a_correction(self, what: str) -> Line:
        from tests.scenery import published

        type(self.talk).objects.filter(pk=self.talk.pk).update(purpose=f"To talk, {what}")
        return Line(what, 131, timed(lambda: published(self.talk, kind="editorial")))

    def many(self, count: int) -> Line:
        """Each with a delegation and a citation."""
        from negotiations.models import Citation, Delegation, Talk
        from tests.scenery import published

        usual = {"process": self.process, "kind": "round", "status": "held", "start_edtf": "2025-05-16"}
        talks = [Talk(slug=f"bulk-{n}", title=f"Talks {n}", **usual) for n in range(count)]
        Talk.objects.bulk_create(talks, batch_size=1_000)
        Delegation.objects.bulk_create(
            (Delegation(talk=talk, party=self.party, roles=["party"]) for talk in talks), batch_size=1_000
        )
        Citation.objects.bulk_create(
            (self._citation({"talk": talk}, n) for n, talk in enumerate(talks)), batch_size=1_000
        )
        seconds = timed(lambda: published(*talks))
        return Line(f"{count:,} talks in one revision", 3 * count, seconds, aim=60 * count / 5_000)


def verification(what: str) -> Line:
    from negotiations.ledger.verification import Verification, snapshot

    verifying = Verification()
    with snapshot():
        seconds = timed(lambda: [print(fault) for fault in verifying.faults()])
    return Line(f"{what} ({verifying.revisions} revisions)", verifying.rows, seconds)


APART = """
import django, pathlib, re
django.setup()
from django.core.management import call_command
call_command("verify_ledger")
print(re.search(r"VmHWM:\\s+([0-9]+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


def verified_apart() -> tuple[str, float]:
    """What the command says in a process of its own, and that process's memory at most, in MiB.

    Asked from within: what the system tells of a child counts the memory of its parent when it was begun.
    """
    done = subprocess.run([sys.executable, "-c", APART], stdout=subprocess.PIPE, text=True, check=True)
    told, kibibytes = done.stdout.split("\n")[:2]
    return told, int(kibibytes) / 1024


if __name__ == "__main__":
    main()
