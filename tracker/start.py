"""Starts things with one command: the demo, or any command that needs a PostgreSQL for as long as it runs.

    python -m tracker.start run [--host 127.0.0.1] [--port N] [--folder .tracker]
    python -m tracker.start with-postgres COMMAND...
    python -m tracker.start manage [--folder .tracker] ARGUMENTS...

It serves loopback addresses only. With DATABASE_URL and PUBLIC_DATABASE_URL in the environment it starts no PostgreSQL.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.utils import Error as DatabaseError

from tracker import embedded_postgres
from tracker.environment import ROOT

OWNER_ROLE = "tracker_owner"
DESK_ROLE = "tracker_desk"
PUBLIC_ROLE = "tracker_public"
DATABASE = "tracker"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = range(8000, 8100)
SERVER_START_SECONDS = 30
SERVER_STOP_SECONDS = 10
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """The start cannot go on; the message is one sentence that says what to do."""


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Whatever can go wrong outside our code is one sentence."""
    options = _parser().parse_args(arguments)
    _stop_on_signals()
    try:
        return int(options.act(options))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (ImproperlyConfigured, DatabaseError, psycopg.Error) as error:  # libpq writes over several lines
        print("Error: " + " ".join(str(error).split()), file=sys.stderr)
    except (StartError, embedded_postgres.EmbeddedPostgresError, CommandError) as error:
        print(f"Error: {error}", file=sys.stderr)
    except OSError as error:
        print(f"Error: {error.strerror or error}", *filter(None, [error.filename]), sep=": ", file=sys.stderr)
    return 1


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
            port = stack.enter_context(_claimed_port(host, port))
            with _step("Database started"):
                addresses = stack.enter_context(_database(folder))
            accounts = _prepare(addresses)
            with _step("Server started"):
                server = stack.enter_context(_server(folder, addresses, host=host, port=port))
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
        raise StartError(_why("The server ended by itself", folder / "server.log"))
    raise StartError(_why("The database ended by itself", folder / "postgres.log"))


def with_postgres(command: Sequence[str]) -> int:
    """Run `command` with the addresses of a fresh database in its environment; returns its exit code."""
    if not command:
        raise StartError("with-postgres needs a command to run.")
    folder = Path(tempfile.mkdtemp(prefix="tracker-data-"))
    try:
        folder.chmod(0o711)  # as root without user namespaces PostgreSQL runs as nobody, who must get through
        with _database(folder, durable=False) as addresses:
            return _run_child(command, addresses)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def manage_on(folder: Path, words: Sequence[str]) -> int:
    """Run manage.py on the database of `folder`: the running one, or one started for as long as the command takes."""
    with _database_of(folder.resolve()) as addresses:
        return _run_child([sys.executable, str(ROOT / "manage.py"), *words], addresses)


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
    with embedded_postgres.start(folder, durable=durable) as cluster:
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


def _prepare(addresses: Addresses) -> str:
    """Roles, tables, data and accounts, in this process: Django starts once. Returns what `make_accounts` said."""
    os.environ.update(addresses.for_commands(), DJANGO_SETTINGS_MODULE="tracker.settings")
    os.environ.pop("TRACKER_SERVES", None)  # commands serve no door
    with _step("Roles and rights set up"):
        django.setup()
        _call("set_up_database")
    with _step("Tables brought up to date"):
        _call("migrate", verbosity=0)
    with _step("Bundled dossiers loaded and published"):
        _call("load_dossiers", bundled=True, publish=True)
    with _step("Accounts made"):
        accounts = _call("make_accounts", if_missing=True)
    connections.close_all()
    return accounts


def _call(command: str, **options: object) -> str:
    output = io.StringIO()
    call_command(command, stdout=output, **options)
    return output.getvalue().strip()


# The server


@contextmanager
def _claimed_port(host: str, wanted: int | None) -> Iterator[int]:
    """The wanted port, else the first free one, kept from other starts of the tracker while the block runs."""
    for port in PORTS if wanted is None else [wanted]:
        if (claim := _claim(host, port)) is not None:
            with claim:
                yield port
            return
    if wanted is None:
        raise StartError(
            f"Every port from {PORTS[0]} to {PORTS[-1]} is taken; name a free one: make run ARGS='--port N'."
        )
    raise StartError(f"Port {wanted} is taken; leave out --port to get a free one.")


def _claim(host: str, port: int) -> socket.socket | None:
    """A socket that stands for the port, or None when it is taken.

    Granian listens with SO_REUSEPORT: two of them on one port share its requests and neither complains. So the claim
    is an abstract socket, which the kernel gives to one process and takes back when that ends; the port is tried too.
    """
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0negotiation-tracker-port-{port}")
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of an earlier start may linger
            probe.bind((host, port))
            probe.listen()
    except (OSError, OverflowError):
        claim.close()
        return None
    return claim


@contextmanager
def _server(folder: Path, addresses: Addresses, *, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Both doors in one granian, answering; stopped at the end of the block."""
    log = folder / "server.log"
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "TRACKER_SERVES": "both",
        "TRACKER_DEMO": "1",
        "TRACKER_SECRET_KEY": os.environ.get("TRACKER_SECRET_KEY") or _secret_key(folder / "secret_key"),
        "DATABASE_URL": addresses.desk,
        "PUBLIC_DATABASE_URL": addresses.public,
    }
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    granian += [
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        "--no-ws",
        "--log-level",
        "warning",
        "tracker.wsgi:application",
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*_dying_with_us("TERM"), *granian],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl+C is ours to hear first
        )
    try:
        _wait_for_answer(server, host, port, log)
        yield server
    finally:
        _stop_server(server)


def _wait_for_answer(server: subprocess.Popen[bytes], host: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    status = None
    while server.poll() is None and time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(host, port, timeout=5)
            connection.request("GET", "/api/v1/")
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status == 200:
            return
        time.sleep(0.5)
    what = f"answers {status}" if status else "does not answer"
    raise StartError(_why(f"The server {what if server.poll() is None else 'ended'}", log))


def _stop_server(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(SERVER_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)  # its own group, and not yet waited for: nobody else has this number
        server.wait()


def _secret_key(path: Path) -> str:
    """The demo's own key, made once and readable by us alone."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        key = secrets.token_urlsafe(50)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(key)
        unfinished.rename(path)  # so a key is whole or not there
        return key


def _why(sentence: str, log: Path) -> str:
    """What a log says of an end: the sentence of a wrong setting, else `sentence` and the log's last lines."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    for line in reversed(lines):
        kind, _, message = line.partition(": ")
        if kind.endswith("ImproperlyConfigured"):
            return message
    return "\n".join([f"{sentence}; its log says:", *lines[-12:]])


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


# Signals and children


def _stop_on_signals() -> None:
    """Let the first signal that asks us to end unwind the stack; later ones must not disturb the orderly end."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        _handle_stopping(signal.SIG_IGN)
        raise KeyboardInterrupt

    _handle_stopping(stop)


def _run_child(command: Sequence[str], addresses: Addresses) -> int:
    """Run `command` to its end, signals passed on to it; returns its exit code as a shell would."""
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []  # heard before there was a child to tell

    def pass_on(number: int, frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        elif number != signal.SIGINT or not _in_foreground():  # Ctrl+C reaches the child without us
            child.send_signal(number)

    _handle_stopping(pass_on)
    child = subprocess.Popen([*_dying_with_us("TERM"), *command], env=os.environ | addresses.for_commands())
    for number in early:
        child.send_signal(number)
    code = child.wait()
    _handle_stopping(signal.SIG_IGN)
    return code if code >= 0 else 128 - code


def _handle_stopping(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in STOPPING:
        signal.signal(number, handler)


def _in_foreground() -> bool:
    """Whether the terminal, if there is one, sends its Ctrl+C to our process group."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _dying_with_us(signal_name: str) -> list[str]:
    """The words before a command that make the kernel end it when this process is killed."""
    return ["setpriv", "--pdeathsig", signal_name] if shutil.which("setpriv") else []


if __name__ == "__main__":
    sys.exit(main())
