"""Measures our answers against the peers': `make bench`, `make bench ARGS='--only list,detail --rounds 2'`.

On the large set, in rounds A B C A B C. Before any timing, everyone who takes part answers some of the requests, and
whoever answers something else than we do is left out by name.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import time
from contextlib import ExitStack

from bench import processes, reporting, tools
from bench.contests import CONTESTS, Contest
from bench.load import CONNECTIONS
from bench.measuring import Result, rounds
from bench.scene import Scene
from bench.servers import WORKERS
from tracker.children import stop_on_signals
from tracker.environment import ROOT

RESULTS = ROOT / ".tracker" / "bench"
LEAST_ROUNDS, LEAST_SECONDS = 3, 2.0  # what the document is rewritten for


def main() -> int:
    """Measure what is asked for; returns 1 when somebody answered otherwise than we do, or with errors."""
    options = _options()
    stop_on_signals()
    try:
        tools.program("wrk")
    except tools.MissingToolError as error:
        print(f"Nothing can be measured: {error}", file=sys.stderr)
        return 2
    wanted = [contest for contest in CONTESTS if not options.only or contest.name in options.only]
    began, load = time.monotonic(), reporting.load_average()
    with ExitStack() as stack:
        owner, public = os.environ["DATABASE_URL"], os.environ["PUBLIC_DATABASE_URL"]
        scene = stack.enter_context(Scene.opened(wanted, owner, public))
        results = _measured(scene, wanted, options.rounds, options.seconds)
        memory = {name: processes.memory(pid) for name, pid in scene.processes().items()}
        facts = reporting.machine() | {
            "measured": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC, in"
            f" {time.monotonic() - began:.0f} s; load average {load} before, {reporting.load_average()} after",
            "how": f"{options.rounds} rounds of {options.seconds:g} s each, {CONNECTIONS} connections, {WORKERS}"
            " workers a server; client, servers and PostgreSQL share the machine",
            "data": scene.sizes(),
            "versions": ", ".join(f"{name} {version}" for name, version in tools.versions().items()),
        }
        report = reporting.Report(results, scene.left_out, memory, facts)
    _keep(report, is_whole=not options.only and options.rounds >= LEAST_ROUNDS and options.seconds >= LEAST_SECONDS)
    failed = [name for name, (_, of) in results.items() if any(result.errors for result in of.values())]
    print("".join(f"There were errors in: {name}\n" for name in failed), end="")
    return 1 if failed or scene.liars else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    names = [contest.name for contest in CONTESTS]
    parser.add_argument("--only", type=lambda text: text.split(","), help=f"some of {','.join(names)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each turn (3)")
    options = parser.parse_args()
    if unknown := set(options.only or ()) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there is {', '.join(names)}")
    return options


def _measured(
    scene: Scene, wanted: list[Contest], count: int, seconds: float
) -> dict[str, tuple[Contest, dict[str, Result]]]:
    results = {}
    turns = [len(scene.taking_part(contest)) * count for contest in wanted]
    for number, contest in enumerate(wanted):
        left = sum(turns[number:]) * (seconds + 1)  # more where somebody is slow
        print(f"\n{contest.name} ({number + 1} of {len(wanted)}, about {left / 60:.0f} min left): {contest.what}")
        entered = scene.entered(contest)
        found = rounds(entered, count, seconds, warming=contest.warming, tell=_tell, leave_out=scene.leave_out)
        if contest.by[0] not in found:  # whom all others are compared with
            found = {}
        results[contest.name] = (contest, found)
        if found:
            print(reporting.contest_table(found), flush=True)
    return results


def _tell(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def _keep(report: reporting.Report, *, is_whole: bool) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(report.as_json(), indent=1), "utf-8")
    print(f"\n{report.text()}\n\nEvery turn: {path.relative_to(ROOT)}")
    if is_whole:
        reporting.write_into(reporting.DOCUMENT, report.text())
        print(f"Written into {reporting.DOCUMENT.relative_to(ROOT)}.")
    else:
        print(f"{reporting.DOCUMENT.relative_to(ROOT)} stays as it is: this was a part, or too short.")


if __name__ == "__main__":
    sys.exit(main())
