"""What Docker would do with docker-compose.yml and Dockerfile, done with processes of this machine: there is no Docker.

The file is read as compose reads it: `.env`, `${NAME:?…}`, the order of `depends_on`. A service's command, environment
and health check are run as they stand, in a folder that holds what the Dockerfile copies. Only addresses differ:
services find each other on 127.0.0.1, on free ports. `database` does what the image `postgres` does at its first start.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import psycopg
import yaml

from tracker import embedded_postgres
from tracker.children import dying_with_us
from tracker.environment import ROOT
from tracker.unprivileged import runner_for

START_SECONDS = 60
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<words>[^}]*))?\}|(?P<other>.?))")
# In a mount namespace of its own the system and the folder of the process cannot be written, by root neither.
READ_ONLY = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && mount -o remount,bind,ro / && exec "$@"'


class MissingVariableError(Exception):
    """A required variable is not set; the message is the sentence of the compose file."""


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """`text` with `${NAME}`, `${NAME:-default}` and `${NAME:?sentence}` filled in, as compose does it."""

    def value(found: re.Match[str]) -> str:
        name, how = found["name"], found["how"]
        if found[0] == "$$":
            return "$"
        assert name, f"This is no variable to compose: {found[0]!r}."
        if how is None:
            return variables[name]
        if variables.get(name):
            return variables[name]
        if how == ":?":
            raise MissingVariableError(found["words"])
        return found["words"]

    return VARIABLE.sub(value, text)


def read_env(text: str) -> dict[str, str]:
    """The variables of a `.env` file; of the ways to quote a value, the single quotes that our documents name."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [line.partition("=") for line in lines]
    return {name: value[1:-1] if value[:1] == "'" == value[-1:] else value for name, _, value in pairs}


@dataclass(frozen=True)
class Service:
    """One service as the compose file has it, its variables filled in."""

    name: str
    words: Mapping[str, Any]

    @property
    def command(self) -> list[str]:
        return [str(word) for word in self.words["command"]]

    @property
    def environment(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.words["environment"].items()}

    @property
    def health_check(self) -> list[str]:
        kind, *words = self.words["healthcheck"]["test"]
        assert kind == "CMD", f"{self.name}: a health check without a shell is expected."
        return [str(word) for word in words]

    @property
    def waits_for(self) -> dict[str, str]:
        return {name: how["condition"] for name, how in self.words.get("depends_on", {}).items()}

    @property
    def is_ours(self) -> bool:
        return "build" in self.words

    @property
    def grace_seconds(self) -> int:
        return seconds(self.words["stop_grace_period"])


def seconds(words: str) -> int:
    assert words.endswith("s"), words
    return int(words.removesuffix("s"))


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services of docker-compose.yml in the order of their start; MissingVariableError as compose would end."""

    def filled_in(value: Any) -> Any:
        if isinstance(value, str):
            return interpolate(value, variables)
        if isinstance(value, list):
            return [filled_in(each) for each in value]
        return {key: filled_in(each) for key, each in value.items()} if isinstance(value, dict) else value

    told = filled_in(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8")))["services"]
    known = {name: Service(name, words) for name, words in told.items()}
    order = TopologicalSorter({name: service.waits_for for name, service in known.items()}).static_order()
    return {name: known[name] for name in order}


@dataclass(frozen=True)
class Dockerfile:
    """The instructions of the Dockerfile, each a line: `[("FROM", "python:3.11-slim"), …]`."""

    lines: list[tuple[str, str]]

    @classmethod
    def read(cls) -> Dockerfile:
        text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
        lines = text.replace("\\\n", " ").splitlines()
        parts = [line.partition(" ") for line in lines if line.strip()]
        return cls([(name, " ".join(words.split())) for name, _, words in parts])

    def all(self, name: str) -> list[str]:
        return [words for instruction, words in self.lines if instruction == name]

    @property
    def environment(self) -> dict[str, str]:
        pairs = [pair.partition("=") for words in self.all("ENV") for pair in shlex.split(words)]
        return {name: value for name, _, value in pairs}

    @property
    def copies(self) -> list[tuple[Path, Path]]:
        """What is copied: source in the repository, and place below the working folder."""
        pairs = []
        for words in self.all("COPY"):
            *sources, target = words.split()
            pairs += [(Path(source), Path(source if target == "./" else target)) for source in sources]
        return pairs

    def make(self, folder: Path) -> Path:
        """`folder` as the image's working folder is."""
        for source, place in self.copies:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, folder / place)
        return folder


@dataclass(frozen=True)
class Machine:
    """This machine, on which the services of `variables` run; `folder` is theirs, `image` holds our image's files."""

    services: Mapping[str, Service]
    folder: Path
    image: Path
    ports: Mapping[str, int]  # of this machine, by service

    @classmethod
    def with_free_ports(cls, known: Mapping[str, Service], folder: Path) -> Machine:
        image = folder / "image"
        image.mkdir()
        with ExitStack() as stack:
            taken = {name: stack.enter_context(socket.create_server(("127.0.0.1", 0))) for name in known}
            ports = {name: each.getsockname()[1] for name, each in taken.items()}
        return cls(known, folder, Dockerfile.read().make(image), ports)

    def here(self, service: Service, text: str) -> str:
        """`text` of the compose file with this machine's addresses."""
        text = re.sub(r"@db\b|^db$", lambda found: found[0].replace("db", "127.0.0.1"), text)
        for published in service.words.get("ports", []):
            text = re.sub(rf"\b{published.split(':')[-1]}\b", str(self.ports[service.name]), text)
        return text.replace("0.0.0.0", "127.0.0.1")

    def command(self, service: Service, words: list[str]) -> list[str]:
        return [self.here(service, word) for word in words]

    def environment(self, service: Service) -> dict[str, str]:
        """The service's own and the image's; nothing of ours but the way to programs, and the port for 5432."""
        programs = [str(Path(sys.executable).parent), str(embedded_postgres.binaries()), os.environ["PATH"]]
        ours = Dockerfile.read().environment if service.is_ours else {}
        theirs = {name: self.here(service, value) for name, value in service.environment.items()}
        return {"PATH": os.pathsep.join(programs), "PGPORT": str(self.ports["db"]), **ours, **theirs}

    def run(self, service: Service, words: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        """The service's command, or another as `docker compose run` takes it, to its end."""
        return subprocess.run(
            self.command(service, words or service.command),
            env=self.environment(service), cwd=self.image, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def is_healthy(self, service: Service) -> bool:
        limit = seconds(service.words["healthcheck"]["timeout"])
        check = self.command(service, service.health_check)
        return subprocess.run(
            check, env=self.environment(service), cwd=self.image, capture_output=True, timeout=limit, check=False
        ).returncode == 0  # fmt: skip

    def wait_for_health(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy(service):
            assert process.poll() is None, f"{service.name} has ended: {self.log(service)}"
            assert time.monotonic() < deadline, f"{service.name} is not healthy: {self.log(service)}"
            time.sleep(0.05)

    def log(self, service: Service) -> str:
        return (self.folder / f"{service.name}.log").read_text("utf-8")

    @contextmanager
    def serving(self, service: Service) -> Iterator[subprocess.Popen[bytes]]:
        """One of the doors, healthy; in a file system that it cannot write, where this machine lets us."""
        words = [*read_only_here(), *dying_with_us("TERM"), *self.command(service, service.command)]
        with (self.folder / f"{service.name}.log").open("wb") as log:
            process = subprocess.Popen(
                words, env=self.environment(service), cwd=self.image, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self.wait_for_health(service, process)
            yield process
        finally:
            process.terminate()
            process.wait(service.grace_seconds)

    @contextmanager
    def database(self, service: Service) -> Iterator[None]:
        """PostgreSQL as the image makes it at its first start: initdb, one database, passwords for all over TCP."""
        place = self.folder / "db"
        place.mkdir(mode=0o700)
        programs = embedded_postgres.binaries()
        given = service.environment
        (place / "password").write_text(given["POSTGRES_PASSWORD"] + "\n", "utf-8")
        runner = runner_for(self.folder, place / "data", programs)
        runner.own(place)
        subprocess.run(
            [*runner.prefix, programs / "initdb", f"--pgdata={place / 'data'}", "--username=postgres", "--no-sync",
             f"--pwfile={place / 'password'}", *shlex.split(given["POSTGRES_INITDB_ARGS"])],
            capture_output=True, check=True,
        )  # fmt: skip
        (place / "data" / "pg_hba.conf").write_text("host all all all scram-sha-256\n", "utf-8")
        program, *words = service.command
        words += ["-D", str(place / "data"), "-p", str(self.ports["db"]), "--unix-socket-directories="]
        with (self.folder / "db.log").open("wb") as log:
            process = subprocess.Popen(
                [*runner.prefix, *dying_with_us("INT"), str(programs / program), *words, "--fsync=off"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            self.wait_for_health(service, process)
            with self.connect(user="postgres", password=given["POSTGRES_PASSWORD"], dbname="postgres") as superuser:
                superuser.execute(f'CREATE DATABASE "{given["POSTGRES_DB"]}"')
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(embedded_postgres.STOP_SECONDS)

    def connect(self, *, user: str, password: str, dbname: str = "tracker") -> psycopg.Connection[tuple[Any, ...]]:
        port = self.ports["db"]
        return psycopg.connect(
            host="127.0.0.1", port=port, user=user, password=password, dbname=dbname, autocommit=True
        )

    @contextmanager
    def up(self) -> Iterator[dict[str, subprocess.CompletedProcess[str]]]:
        """All services, each when what it waits for is ready; returns how those ended that end."""
        ended: dict[str, subprocess.CompletedProcess[str]] = {}
        awaited = {name: how for each in self.services.values() for name, how in each.waits_for.items()}
        with ExitStack() as stack:
            for service in self.services.values():
                if service.name == "db":
                    stack.enter_context(self.database(service))
                elif awaited.get(service.name) == "service_completed_successfully":
                    ended[service.name] = done = self.run(service)
                    assert done.returncode == 0, done.stdout + done.stderr
                else:
                    stack.enter_context(self.serving(service))
            yield ended


def read_only_here() -> list[str]:
    """Words before a command that take from it the right to write files; none where that is forbidden."""
    words = ["unshare", "--user", "--mount", "--map-root-user", "sh", "-c", READ_ONLY, "sh"]
    return words if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0 else []
