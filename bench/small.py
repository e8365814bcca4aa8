"""The small set: the bundled dossiers in a PostgreSQL of their own, kept and brought up to date."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tracker.environment import ROOT
from tracker.start import database_in

FOLDER = ROOT / ".tracker" / "small"


@contextmanager
def opened() -> Iterator[str]:
    """The address of the set for its public role; its server is stopped at the end of the block."""
    with database_in(FOLDER, durable=False) as addresses:
        environment = {**os.environ, **addresses.for_commands()}
        commands = (["set_up_database"], ["migrate", "--verbosity", "0"], ["load_dossiers", "--bundled", "--publish"])
        for command in commands:
            subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), *command], env=environment, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        yield addresses.public
