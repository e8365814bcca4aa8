"""Tries the leaks: that each shows, and whether the proof of non-interference catches it; writes docs/leaks.md.

    python tests/leaks/run.py [--show] [--proof] [--only 03,17] [--anew] [--no-table] [--parallel 2] [--timeout 600]

--show    Asks the request written for each leak twice: of the code as it is, which must be tight, and with the patch,
          which must leak.
--proof   Runs tests/api/test_noninterference.py, and nothing else, on a copy with each patch, and once on one without.

What was found stays in .leaks.json until the patch, the code or the proof changes, so a run that was cut off goes on
where it was. Each child starts a PostgreSQL of its own, or gets a database of its own: patches change roles and rights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402

from tests.leaks.patches import Leak, copy_of_the_project, leaks  # noqa: E402
from tracker.children import dying_with_us  # noqa: E402

PROOF = "tests/api/test_noninterference.py"
FOUND = ROOT / ".leaks.json"
TABLE = ROOT / "docs" / "leaks.md"
# What the proof says when it fails for the reason it is there for: the first answer that differs, or the first query.
DIFFERS = re.compile(
    r"^E +AssertionError: \d+ of \d+ answers differ.+\n"
    r"E +world .*?: ((?:GET|HEAD|OPTIONS|POST)\b.*? /\S*(?: \[.*?\])?): (.+)",
    re.MULTILINE,
)
ASKED = re.compile(r"^E +AssertionError: Public requests asked the desk's connection \d+ times: \[.(.+)", re.MULTILINE)
PLAIN = Leak("00", "no-patch", "", "none", "", Path(os.devnull))
WITH_POSTGRES = [sys.executable, "-m", "tracker.start", "with-postgres"]
DATABASES = ("DATABASE_URL", "PUBLIC_DATABASE_URL")

_writing = threading.Lock()
_cloning = threading.Lock()


# What was found


def digest(leak: Leak, *asked: str) -> str:
    """What a finding rests on: the patch, the code, and the tests that match `asked`."""
    found = hashlib.sha256(leak.path.read_bytes())
    code = [path for folder in ("negotiations", "tracker") for path in (ROOT / folder).rglob("*")]
    for path in sorted([*code, *(path for pattern in asked for path in ROOT.glob(pattern))]):
        if path.suffix in (".py", ".sql", ".yaml"):
            found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def findings() -> dict[str, dict[str, str]]:
    return json.loads(FOUND.read_text("utf-8")) if FOUND.exists() else {}


def keep(what: str, leak: Leak, rests_on: str, result: str) -> None:
    with _writing:
        found = findings()
        found[f"{what} {leak.number}"] = {"rests_on": rests_on, "result": result}
        FOUND.write_text(json.dumps(found, indent=1, sort_keys=True), "utf-8")


def result_of(what: str, leak: Leak) -> str:
    return findings().get(f"{what} {leak.number}", {}).get("result", "")


# Children


def run(command: list[str], folder: Path, environment: dict[str, str], seconds: float) -> tuple[int | None, str]:
    """The child's exit code, None when it took too long, and what it said; it ends with everything it has started."""
    child = subprocess.Popen(
        [*dying_with_us("TERM"), *command], cwd=folder, env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = child.communicate(timeout=seconds)
        return child.returncode, said
    except subprocess.TimeoutExpired:
        child.terminate()  # its own children and its database end in good order
        try:
            child.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
        return None, ""


def without_database() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in DATABASES}


@contextmanager
def clone(name: str) -> Iterator[dict[str, str]]:
    """The environment of a new database like the migrated one, on the same server."""
    owner = os.environ["DATABASE_URL"]
    template = psycopg.conninfo.conninfo_to_dict(owner)["dbname"]
    with psycopg.connect(owner, dbname="postgres", autocommit=True) as server:
        with _cloning:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        server.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')  # rights on it do not come with it
        server.execute(f'GRANT CONNECT ON DATABASE "{name}" TO tracker_desk, tracker_public')
        try:
            yield {**os.environ, **{key: make_conninfo(os.environ[key], dbname=name) for key in DATABASES}}
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# Showing


def show(leak: Leak, seconds: float) -> str:
    """`yes` when the patched code leaks where the plain code does not; else what was seen instead."""
    command = [sys.executable, "-m", "tests.leaks.show", leak.name]
    with clone(f"plain_{leak.number}") as environment:
        plain = _seen(*run(command, ROOT, environment, seconds))
    with copy_of_the_project(leak) as copy:
        if re.search(r"^\+\+\+ b/negotiations/(ledger|migrations)/", leak.path.read_text("utf-8"), re.MULTILINE):
            command = [*WITH_POSTGRES, *command[:-1], "--prepare", leak.name]
            patched = _seen(*run(command, copy, without_database(), seconds))
        else:
            with clone(f"patched_{leak.number}") as environment:
                patched = _seen(*run(command, copy, environment, seconds))
    return "yes" if (plain, patched) == ("tight", "leaks") else f"plain {plain}, patched {patched}"


def _seen(code: int | None, said: str) -> str:
    last = said.strip().splitlines()[-1:] or ["nothing said"]
    return "too slow" if code is None else last[0]


# The proof


def prove(leak: Leak, seconds: float) -> str:
    """What the proof says against the patch (see `_caught`); `missed`; or why it cannot be told."""
    # Not in random order, so that the first difference is always the same.
    pytest = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "-p", "no:randomly"]
    with copy_of_the_project(None if leak is PLAIN else leak) as copy:
        code, said = run([*WITH_POSTGRES, *pytest, PROOF], copy, without_database(), seconds)
    if caught := _caught(said):
        return caught
    if code == 0:
        return "missed"
    return "too slow" if code is None else f"error {code}: {_seen(code, said)[:200]}"


def _caught(said: str) -> str:
    """How the proof caught it, in one line; nothing when it failed for another reason, which says nothing."""
    if differs := DIFFERS.search(said):
        what = re.sub(r"(: b['\"]|, from byte).*", "", differs[2])  # without the bytes themselves
        request = re.sub(r"%2C[^&\s]*", ",…", differs[1].replace("/api/v1", "", 1))  # of many values the first
        return f"by an answer: {_short(request)}: {_short(what)}"
    asked = ASKED.search(said)
    return f"by a query of the desk: {_short(asked[1])}" if asked else ""


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"


# All of them


def each(what: str, act: Callable[[Leak, float], str], wanted: list[Leak], options: argparse.Namespace) -> None:
    """Does `act` for those that are not settled yet, a few at once; a line for each as it ends."""
    asked = ("tests/*.py", "tests/api/*.py") if what == "proof" else ("tests/*.py", "tests/leaks/s*.py")
    settled = {} if options.anew else findings()

    def one(leak: Leak) -> None:
        rests_on, began = digest(leak, *asked), time.monotonic()
        known = settled.get(f"{what} {leak.number}", {})
        if known.get("rests_on") == rests_on and not known["result"].startswith(("error", "too slow", "plain")):
            result = known["result"] + " (known)"
        else:
            try:
                result = act(leak, options.timeout)
            except (ValueError, OSError, psycopg.Error) as error:
                result = f"error: {' '.join(str(error).split())}"
            keep(what, leak, rests_on, result)
        print(f"{what} {leak.number} {leak.name:32} {time.monotonic() - began:6.1f} s  {result}", flush=True)

    with ThreadPoolExecutor(options.parallel) as pool:
        list(pool.map(one, wanted))


def write_table() -> None:
    """docs/leaks.md: every leak, how it shows, and whether the proof alone catches it."""
    head, mark, before = TABLE.read_text("utf-8").partition("<!-- below: written by tests/leaks/run.py -->")
    last = {row[0]: row[-2:] for line in before.splitlines() if len(row := line.strip("| ").split(" | ")) > 2}
    found = leaks()
    rows, caught, missed = [], [], []
    for leak in found:  # what was not tried here stays as it was found elsewhere
        shown, proved = last.get(leak.number, ["not tried", "not tried"])
        shown = result_of("show", leak) or shown
        proved = result_of("proof", leak) or proved
        caught += [leak.name] if proved.startswith("by ") else []
        missed += [leak.name] if proved == "missed" else []
        cells = [leak.number, leak.kind, leak.mistake, leak.shown_by, shown, proved]
        rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    tried = len(caught) + len(missed)
    summary = (
        f"The proof alone catches {len(caught)} of the {tried} it was tried on. Missed: {', '.join(missed) or 'none'}."
    )
    table = ["| | class | the mistake | shown by | shows | caught |", "|---|---|---|---|---|---|", *rows]
    TABLE.write_text(f"{head}{mark}\n\n{summary}\n\n" + "\n".join(table) + "\n", "utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python tests/leaks/run.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="ask the request written for each leak")
    parser.add_argument("--proof", action="store_true", help="run the proof on a copy with each patch")
    parser.add_argument("--only", help="numbers, separated by commas; 00 is the code without a patch")
    parser.add_argument("--anew", action="store_true", help="try again what was settled before, too")
    parser.add_argument("--no-table", action="store_true", help="leave docs/leaks.md as it is")
    parser.add_argument("--parallel", type=int, default=2, help="how many at once (2)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one child (600)")
    options = parser.parse_args(arguments)
    numbers = options.only.split(",") if options.only else None
    wanted = [leak for leak in leaks() if numbers is None or leak.number in numbers]
    if options.show:
        if "DATABASE_URL" not in os.environ:
            again = [*WITH_POSTGRES, sys.executable, __file__, *(arguments or sys.argv[1:])]
            return subprocess.run(again, cwd=ROOT, check=False).returncode
        subprocess.run([sys.executable, "-c", "from tests.leaks.show import prepare; prepare()"], cwd=ROOT, check=True)
        each("show", show, wanted, options)
    if options.proof:
        plain = [PLAIN] if numbers is None or PLAIN.number in numbers else []
        each("proof", prove, [*plain, *wanted], options)
    if not options.no_table:
        write_table()
    shown = not options.show or all(result_of("show", leak) == "yes" for leak in wanted)
    sound = result_of("proof", PLAIN) in ("missed", "")  # nothing is found where there is no leak
    missed = [leak for leak in wanted if options.proof and not result_of("proof", leak).startswith("by ")]
    return 0 if shown and sound and len(missed) <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
