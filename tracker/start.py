"""Starts things with one command: the demo, or any command that needs a PostgreSQL for as long as it runs.

    python -m tracker.start run [--host 127.0.0.1] [--port N] [--folder .tracker]
    python -m tracker.start with-postgres COMMAND...
    python -m tracker.start manage [--folder .tracker] ARGUMENTS...

It serves loopback addresses only. With DATABASE_URL and PUBLIC_DATABASE_URL in the environment it starts no PostgreSQL.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.utils import Error as DatabaseError

from tracker import embedded_postgres
from tracker.children import run_child, stop_on_signals
from tracker.demo_server import StartError, claimed_port, secret_key, serve, why
from tracker.environment import ROOT

OWNER_ROLE = "tracker_owner"
DESK_ROLE = "tracker_desk"
PUBLIC_ROLE = "tracker_public"
DATABASE = "tracker"
LEAST_ROOM = 64 * 2**20  # a few pieces of PostgreSQL's journal
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Addresses:
    """Where the database is, for each who may use it; `is_alive` tells whether a server of ours still runs."""

    owner: str
    desk: str
    public: str
    place: str  # for people
    is_alive: Callable[[], bool] = lambda: True

    def for_commands(self) -> dict[str, str]:
        """The environment of management commands and tests, which work as the owner."""
        return {"DATABASE_URL": self.owner, "PUBLIC_DATABASE_URL": self.public}

    def for_serving(self) -> dict[str, str]:
        """The environment of the server, whose desk works as the desk's role."""
        return {"DATABASE_URL": self.desk, "PUBLIC_DATABASE_URL": self.public}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Whatever can go wrong outside our code is one sentence."""
    options = _parser().parse_args(arguments)
    stop_on_signals()
    try:
        return int(options.act(options))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (ImproperlyConfigured, DatabaseError, psycopg.Error) as error:  # libpq writes over several lines
        said = " ".join(str(error).split())
    except (StartError, embedded_postgres.EmbeddedPostgresError, CommandError) as error:
        said = str(error)
    except OSError as error:
        said = ": ".join(filter(None, [error.strerror or str(error), error.filename]))
    print(f"Error: {said}{_hint(options)}", file=sys.stderr)
    return 1


def _hint(options: argparse.Namespace) -> str:
    """What to add when the disk is full: PostgreSQL may then end without having said so, even in its log."""
    folder = getattr(options, "folder", None)
    with suppress(OSError):
        if folder and (folder / "postgres").exists() and shutil.disk_usage(folder).free < LEAST_ROOM:
            return f" The disk of {folder} has less than {LEAST_ROOM >> 20} MB left: make room, then start again."
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tracker.start", description=(__doc__ or "").partition("\n")[0])
    acts = parser.add_subparsers(required=True)
    demo = acts.add_parser("run", help="set everything up and serve it on this machine")
    demo.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
    demo.add_argument("--port", type=int, help="default: 8000, or the next free one")
    demo.set_defaults(act=lambda options: run(options.folder, host=options.host, port=options.port))
    wrapped = acts.add_parser("with-postgres", help="run a command with a PostgreSQL of its own, thrown away after")
    wrapped.set_defaults(act=lambda options: with_postgres(options.words))
    wrapped.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    manage = acts.add_parser("manage", help="run manage.py on the data of the demo, whether it runs or not")
    manage.set_defaults(act=lambda options: manage_on(options.folder, options.words))
    for each in (demo, manage):
        each.add_argument("--folder", type=Path, default=ROOT / ".tracker", help="where the data lies (.tracker)")
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="ARGUMENTS")
    return parser


def run(folder: Path, *, host: str, port: int | None) -> int:
    """Set up database and data and serve both doors until asked to stop, which is 0; 2 for an address others reach.

    Raises StartError when server or database end by themselves.
    """
    if host not in LOOPBACK:
        print(f"Error: the demo serves only {', '.join(LOOPBACK)}, not {host!r}.", file=sys.stderr)
        return 2
    folder = folder.resolve()
    try:
        with ExitStack() as stack:
            port = stack.enter_context(claimed_port(host, port))
            with _step("Database started"):
                addresses = stack.enter_context(_database(folder))
            _prepare(addresses)
            with _step("Server started"):
                server = stack.enter_context(serve(folder, addresses.for_serving(), host=host, port=port))
            accounts = _call("make_accounts", if_missing=True)  # last, since their passwords are shown only once
            connections.close_all()
            _tell(host, port, addresses.place, accounts)
            _watch(server, addresses, folder)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0


def _watch(server: subprocess.Popen[bytes], addresses: Addresses, folder: Path) -> NoReturn:
    while addresses.is_alive():
        try:
            server.wait(timeout=1)
        except subprocess.TimeoutExpired:
            continue
        raise StartError(why("The server ended by itself", folder / "server.log"))
    raise StartError(why("The database ended by itself", folder / "postgres.log"))


def with_postgres(command: Sequence[str]) -> int:
    """Run `command` with the addresses of a fresh database in its environment; returns its exit code."""
    if not command:
        raise StartError("with-postgres needs a command to run.")
    folder = Path(tempfile.mkdtemp(prefix="tracker-data-"))
    try:
        folder.chmod(0o711)  # as root without user namespaces PostgreSQL runs as nobody, who must get through
        with _database(folder, durable=False) as addresses:
            return run_child(command, addresses.for_commands())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def manage_on(folder: Path, words: Sequence[str]) -> int:
    """Run manage.py on the database of `folder`: the running one, or one started for as long as the command takes."""
    with _database_of(folder.resolve()) as addresses:
        environment = addresses.for_commands()
        if folder.is_dir() and not os.environ.get("TRACKER_SECRET_KEY"):
            environment["TRACKER_SECRET_KEY"] = secret_key(folder / "secret_key")  # the server's: it enters tokens
        return run_child([sys.executable, str(ROOT / "manage.py"), *words], environment)


# Databases


@contextmanager
def _database(folder: Path, *, durable: bool = True) -> Iterator[Addresses]:
    """The database that the environment names, else one of our own in `folder`."""
    if external := os.environ.get("DATABASE_URL"):
        public = os.environ.get("PUBLIC_DATABASE_URL")
        if not public:
            raise StartError(
                "DATABASE_URL is set, so PUBLIC_DATABASE_URL is needed too: "
                f"the address of the same database for its user {PUBLIC_ROLE}."
            )
        yield Addresses(owner=external, desk=external, public=public, place="the PostgreSQL of DATABASE_URL")
        return
    with database_in(folder, durable=durable) as addresses:
        yield addresses


@contextmanager
def database_in(
    folder: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[Addresses]:
    """A database of our own in `folder`, whatever the environment names."""
    with embedded_postgres.start(folder, durable=durable, settings=settings) as cluster:
        _create_owner(cluster)
        yield _addresses_in(cluster)


@contextmanager
def _database_of(folder: Path) -> Iterator[Addresses]:
    """As `_database`, but joins the server that another process has running, or waits until it can."""
    deadline = time.monotonic() + embedded_postgres.START_SECONDS
    with ExitStack() as stack:
        while True:
            if not os.environ.get("DATABASE_URL") and (cluster := embedded_postgres.running(folder)):
                yield _addresses_in(cluster)
                return
            try:
                addresses = stack.enter_context(_database(folder))
            except embedded_postgres.AlreadyStartedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
                continue
            yield addresses
            return


def _addresses_in(cluster: embedded_postgres.Cluster) -> Addresses:
    owner, desk, public = (cluster.url(role, DATABASE) for role in (OWNER_ROLE, DESK_ROLE, PUBLIC_ROLE))
    return Addresses(owner=owner, desk=desk, public=public, place=str(cluster.folder), is_alive=cluster.is_running)


def _create_owner(cluster: embedded_postgres.Cluster) -> None:
    """The only act of the superuser: an owner without its powers, and the owner's database."""
    with psycopg.connect(cluster.url(embedded_postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER_ROLE]).rowcount:
            connection.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB CREATEROLE")
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")


def _prepare(addresses: Addresses) -> None:
    """Roles, tables and data, in this process: Django starts once."""
    _check_owner_address(addresses.owner)
    os.environ.update(addresses.for_commands(), DJANGO_SETTINGS_MODULE="tracker.settings")
    os.environ.pop("TRACKER_SERVES", None)  # commands serve no door
    with _step("Roles and rights set up"):
        django.setup()
        _call("set_up_database")
    with _step("Tables brought up to date"):
        _call("migrate", verbosity=0)
        _call("check", databases=["default"])  # desk and ledger in step
    _check_public_address(addresses)
    with _step("Bundled dossiers loaded and published"):
        _call("load_dossiers", bundled=True, publish=True)
    connections.close_all()


def _check_owner_address(url: str) -> None:
    """That DATABASE_URL opens a database as one who may set it up; StartError with one sentence otherwise."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            found = connection.execute(
                "SELECT pg_has_role(current_user, datdba, 'MEMBER'), current_user, datname"
                " FROM pg_database WHERE datname = current_database()"
            ).fetchone()
    except psycopg.Error as error:
        raise StartError("DATABASE_URL does not work: " + " ".join(str(error).split())) from None
    if found and not found[0]:
        raise StartError(
            f"DATABASE_URL connects as {found[1]}, who does not own the database {found[2]}; use its owner."
        )


def _check_public_address(addresses: Addresses) -> None:
    """That PUBLIC_DATABASE_URL opens the same database of the same server; StartError with one sentence otherwise."""
    same = "SELECT pg_postmaster_start_time(), current_database()"
    try:
        with psycopg.connect(addresses.public, connect_timeout=5) as connection:
            public = connection.execute(same).fetchone()
    except psycopg.Error as error:
        raise StartError("PUBLIC_DATABASE_URL does not work: " + " ".join(str(error).split())) from None
    with psycopg.connect(addresses.owner) as connection:
        if connection.execute(same).fetchone() != public:
            raise StartError("PUBLIC_DATABASE_URL is the address of another database than DATABASE_URL.")


def _call(command: str, **options: object) -> str:
    output = io.StringIO()
    call_command(command, stdout=output, **options)
    return output.getvalue().strip()


# What people see


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)


def _tell(host: str, port: int, place: str, accounts: str) -> None:
    origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    known = "       (accounts exist; make manage ARGS=make_accounts gives new passwords)"
    print()
    print(f"API    {origin}/api/v1/")
    print(f"Docs   {origin}/api/v1/docs/")
    print(f"Admin  {origin}/admin/")
    print("\n".join(f"       {line}" for line in accounts.splitlines()) or known)
    print(f"Data   {place}; make manage ARGS=... runs management commands on it")
    print("Stop   Ctrl+C", flush=True)


if __name__ == "__main__":
    sys.exit(main())
