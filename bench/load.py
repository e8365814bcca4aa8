"""Load on one server for some seconds: wrk asks different addresses over and over, pgbench runs statements."""

from __future__ import annotations

import json
import math
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.tools import program

CONNECTIONS = 16
CLIENTS = 4  # of pgbench: more only queue on two cores
HOST = "127.0.0.1"  # the name by which every server is asked, so that all write the same addresses into their answers

# Requests are written once, before the clock runs. The summary is the last line of what wrk prints.
SCRIPT = """
local requests, at = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local path, etag = line:match("^(%S+)%s*(.*)$")
    local headers = {["Host"] = "HOST", ["Accept"] = "application/json"}
    if etag ~= "" then headers["If-None-Match"] = etag end
    table.insert(requests, wrk.format("GET", path, headers))
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"answers": %d, "microseconds": %d, "bytes": %d, "failed": %d, "refused": %d, "p50": %f, "p99": %f}\\n',
    summary.requests, summary.duration, summary.bytes, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
""".replace("HOST", HOST)


class LoadError(Exception):
    """The tool that makes the load failed; the message is what it said."""


@dataclass(frozen=True)
class Asked:
    """A request: where, and the validator it names (304 is expected then)."""

    path: str
    etag: str = ""


@dataclass(frozen=True)
class Load:
    """What came of some seconds of load; latencies in milliseconds, None where the tool does not tell."""

    answers: int
    seconds: float
    bytes: int
    failed: int  # no answer: connections refused or cut, time-outs
    refused: int  # answers of 400 and above
    p50: float | None
    p99: float | None

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


def ask(port: int, asked: Sequence[Asked], seconds: float) -> Load:
    """All of `asked` in turn, over and over, on CONNECTIONS connections."""
    with tempfile.TemporaryDirectory() as folder:
        script, list_of = Path(folder, "ask.lua"), Path(folder, "asked.txt")
        script.write_text(SCRIPT)
        list_of.write_text("".join(f"{each.path} {each.etag}\n" for each in asked))
        command = [
            program("wrk"),
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{whole(seconds)}s",
            "--timeout",
            "30s",
            "-s",
            str(script),
        ]
        said = _run([*command, f"http://127.0.0.1:{port}/", "--", str(list_of)])
    return of_wrk(said)


def of_wrk(said: str) -> Load:
    """The load that wrk tells of in its last line, as SCRIPT writes it."""
    found = json.loads(said.strip().splitlines()[-1])
    seconds = found.pop("microseconds") / 1e6
    return Load(seconds=seconds, **found)


def run_statement(database: str, statement: str, numbers: int, seconds: float) -> Load:
    """`statement`, prepared, with :n from 1 to `numbers` at random."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "statement.sql")
        script.write_text(f"\\set n random(1, {numbers})\n{for_pgbench(statement)};\n")
        command = [program("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-f", str(script)]
        return of_pgbench(_run([*command, "-T", str(whole(seconds)), database]), whole(seconds))


def whole(seconds: float) -> int:
    """Whole seconds, as the tools count."""
    return max(1, math.ceil(seconds))


def for_pgbench(statement: str) -> str:
    """`statement` on one line, in which pgbench finds the variables that are meant and no others."""
    return re.sub(r"'(?:[^']|'')*'", _without_variables, " ".join(statement.split()))


def of_pgbench(said: str, seconds: float) -> Load:
    """The load that pgbench tells of in its summary."""

    def number(pattern: str) -> float:
        found = re.search(pattern, said)
        if not found:
            raise ValueError(f"pgbench said nothing like {pattern!r}:\n{said}")
        return float(found[1])

    done = int(number(r"number of transactions actually processed: (\d+)"))
    failed = int(number(r"number of failed transactions: (\d+)"))
    return Load(done, seconds, 0, failed, 0, number(r"latency average = ([\d.]+) ms"), None)


def _without_variables(literal: re.Match[str]) -> str:
    """A literal in which pgbench sees no variable, which it looks for after any colon."""
    inner = literal[0][1:-1].replace("\\", "\\\\").replace(":", "\\003A")
    return literal[0] if ":" not in literal[0] else f"U&'{inner}'"


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout
