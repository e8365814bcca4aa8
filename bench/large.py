"""Builds the large set once and keeps it: `make bench-data`. `python -m bench.large COMMAND...` runs a command on it.

20,000 talks, 50,000 delegations with 100,000 members, 200,000 positions, 60,000 outcomes, 40,000 statements, 20,000
sources and 400,000 citations in 50 revisions, entered in the order of their days; some 45,000 rows are amended later.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import django
import psycopg

from tracker import embedded_postgres
from tracker.children import run_child, stop_on_signals
from tracker.environment import ROOT
from tracker.start import DATABASE, OWNER_ROLE, database_in

FOLDER = ROOT / ".tracker" / "large"
VERSION = "2"  # what the folder holds was built by; another one is built anew
SEED = 20
WAVES, REVISIONS = 47, 50  # the first revision is of the world, the 25th and the last retract
ALONE = 100  # talks that are there to be retracted
# A server for itself, as an installation with this much data would have it.
SETTINGS = {"shared_buffers": "512MB", "maintenance_work_mem": "256MB", "max_wal_size": "8GB"}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the data lies (.tracker/large)")
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run on the data")
    options = parser.parse_args()
    stop_on_signals()
    build(options.folder)
    if not options.words:
        return 0
    with database_in(options.folder, durable=False, settings=SETTINGS) as addresses:
        return run_child(options.words, addresses.for_commands())


def build(folder: Path) -> None:
    """Builds the large set in `folder`; what is there already gets the migrations that it lacks."""
    note = folder / "built"
    if note.exists() and note.read_text("utf-8") == VERSION:
        return bring_up_to_date(folder)
    if folder.exists():
        print(f"{folder} holds no large set of version {VERSION}: building it anew.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    with database_in(folder, durable=False, settings=SETTINGS) as addresses:
        os.environ.update(addresses.for_commands(), DJANGO_SETTINGS_MODULE="tracker.settings")
        _allow_sleep(folder, "GRANT")
        with step("Tables"):
            _make_tables()
        fill()
        _allow_sleep(folder, "REVOKE")
    note.write_text(VERSION, "utf-8")


def _allow_sleep(folder: Path, act: str) -> None:
    """Lets the owner put triggers to sleep, or no longer."""
    cluster = embedded_postgres.running(folder)
    assert cluster
    with psycopg.connect(cluster.url(embedded_postgres.SUPERUSER, DATABASE), autocommit=True) as connection:
        to = "TO" if act == "GRANT" else "FROM"
        connection.execute(f"{act} SET ON PARAMETER session_replication_role {to} {OWNER_ROLE}")


def _make_tables() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("set_up_database")
    call_command("migrate", verbosity=0)


def bring_up_to_date(folder: Path) -> None:
    """Migrations that came after the large set was built."""
    newest = max(path.name for path in (ROOT / "negotiations" / "migrations").glob("0*.py"))
    note = folder / "migrated"
    if note.exists() and note.read_text("utf-8") == newest:
        return
    with database_in(folder, durable=False, settings=SETTINGS) as addresses, step("Tables brought up to date"):
        os.environ.update(addresses.for_commands(), DJANGO_SETTINGS_MODULE="tracker.settings")
        _make_tables()
    note.write_text(newest, "utf-8")


def fill() -> None:
    """Everything of the large set into the database of DATABASE_URL, whose tables are empty."""
    from django.contrib.auth.models import User
    from django.db import connection, connections

    from bench.data import publishing
    from bench.data.rows import Rows
    from bench.data.talks import TALKS, Talks
    from bench.data.texts import Texts
    from bench.data.world import make_world

    chance = Random(SEED)  # noqa: S311  # nothing is secret here
    rows, texts = Rows(chance), Texts(chance)
    desk = publishing.Desk(rows, chance, User.objects.create(username="bench", is_superuser=True).pk)
    with step("Indexes laid aside and made again"), publishing.without_indexes():
        talks = Talks(make_world(rows, texts, chance), rows, texts, chance)
        alone = [talks.add_alone(TALKS + number) for number in range(ALONE)]
        desk.publish("The world before the first talk.", amends=False)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for wave in range(WAVES):
            with step(f"Revision {wave + 2}" if wave < REVISIONS // 2 - 2 else f"Revision {wave + 3}"):
                for number in range(TALKS * wave // WAVES, TALKS * (wave + 1) // WAVES):
                    talks.add(number)
                if wave == REVISIONS // 2 - 2:
                    desk.retract(alone[: ALONE // 2], "They never took place.")
                desk.publish("Entered.")
        desk.retract(alone[ALONE // 2 :], "They never took place either.")
    with step("Vacuumed"), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE, FREEZE)")
    with step("Looked after what was asleep"):
        if broken := list(publishing.owed()):
            raise SystemExit("\n".join(broken))
    connections.close_all()


@contextmanager
def step(name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{name} ({time.monotonic() - began:.1f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
