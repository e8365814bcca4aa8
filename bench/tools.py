"""The programs that the bench needs besides Python: where they are, which version, and how to get what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tracker.embedded_postgres import binaries
from tracker.environment import ROOT

PEERS = ROOT / ".tracker" / "peers"  # a Python environment of their own
REMEDIES = {
    "wrk": "apt-get install wrk",
    "nginx": "apt-get install nginx-light (only the program is used; the service may stay off)",
    "pgbench": "apt-get install postgresql-contrib",
    "peers": "make bench-peers",
}


class MissingToolError(Exception):
    """A program is not there; the message says how to get it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not installed: {REMEDIES[name]}")


def program(name: str) -> str:
    """The path of a program; raises MissingToolError."""
    ours = binaries() / name  # pgbench comes with the embedded PostgreSQL
    found = str(ours) if ours.exists() else shutil.which(name, path=_path())
    if found is None:
        raise MissingToolError(name)
    return found


def peers_python() -> Path:
    """The Python that has the peers' packages; raises MissingToolError."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        raise MissingToolError("peers")
    return python


def versions() -> dict[str, str]:
    """Of what was measured and by what, as far as it is installed."""
    told = {"wrk": ["-v"], "nginx": ["-v"], "postgres": ["--version"]}
    found = {name: version for name, options in told.items() if (version := _version(name, options))}
    return found | _packages()


def _version(name: str, options: list[str]) -> str | None:
    try:
        done = subprocess.run([program(name), *options], capture_output=True, text=True, check=False)
    except (MissingToolError, KeyError):
        return None
    number = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return number[0] if number else None


def _packages() -> dict[str, str]:
    wanted = ("Django", "djangorestframework", "psycopg", "granian", "fastapi", "uvicorn", "asyncpg", "django-ninja")
    script = "import importlib.metadata as m, sys\nfor n in sys.argv[1:]: print(n, m.version(n))"
    try:
        command = [str(peers_python()), "-c", script, *wanted]
    except MissingToolError:
        return {}
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(line.split() for line in done.stdout.splitlines())


def _path() -> str:
    """Where programs are looked for; servers lie in sbin, which is not everybody's path."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
