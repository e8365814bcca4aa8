"""The servers that are compared: how each is started on a port of its own, and stopped again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import HOST
from bench.tools import peers_python, program
from tracker.children import dying_with_us
from tracker.environment import ROOT

START_SECONDS = 60
STOP_SECONDS = 10
WORKERS = 2
ENOUGH = str(10**9)  # requests a minute: the limiter counts, and refuses nobody


class ServerError(Exception):
    """A server does not start; the message ends with its log."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    port: int
    pid: int

    def get(self, path: str, etag: str = "") -> tuple[int, bytes, str]:
        """Status, body and ETag of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": HOST, "Accept": "application/json"} | ({"If-None-Match": etag} if etag else {})
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.getheader("ETag") or ""
        finally:
            connection.close()


@dataclass(frozen=True)
class Server:
    """How a contender is started: `command` for a port, with this in its environment; `ready` answers once it is."""

    command: Callable[[int], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: str = "/api/v1/talks/?page_size=1&count=none"


def tracker(public: str, *, cache: bool = False, compiled: bool = True) -> Server:
    """Our own public door on the database at `public`, as production serves it."""
    switches = {} if cache else {"TRACKER_CACHE_MEGABYTES": "0"}
    application = "tracker.wsgi:application" if compiled else "bench.peers.serializers:application"
    return Server(_granian(sys.executable, application), ours(public) | switches)


def ninja(public: str) -> Server:
    environment = ours(public) | {"DJANGO_SETTINGS_MODULE": "bench.peers.ninja_settings"}
    return Server(_granian(str(peers_python()), "bench.peers.ninja_wsgi:application"), environment)


def fastapi(module: str, public: str, **environment: str) -> Server:
    """One of the peers that are FastAPI applications: `bench.peers.MODULE:app`."""

    def command(port: int) -> list[str]:
        uvicorn = [str(peers_python()), "-m", "uvicorn", f"bench.peers.{module}:app", "--port", str(port)]
        return [*uvicorn, "--workers", str(WORKERS), "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]

    return Server(command, {"BENCH_DATABASE": public, **environment}, ready="/ready")


def nginx(folder: Path) -> Server:
    """Static files: each answer in a folder of the name of its address."""

    def command(port: int) -> list[str]:
        configuration = folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port, workers=WORKERS, owner=_owner()))
        return [program("nginx"), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)]

    return Server(command, ready="/ready.json")


# Paths of files are relative to the folder; nothing is logged, and open files are kept as for any busy site.
NGINX = """
daemon off; worker_processes {workers}; pid nginx.pid; {owner}
events {{ worker_connections 256; }}
http {{
  access_log off; default_type application/json; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  open_file_cache max=1000; open_file_cache_valid 1h;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def _owner() -> str:
    return "user root;" if os.geteuid() == 0 else ""


def _granian(python: str, application: str) -> Callable[[int], list[str]]:
    def command(port: int) -> list[str]:
        granian = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        granian += ["--workers", str(WORKERS), "--blocking-threads", "2", "--no-ws", "--log-level", "warning"]
        return [*granian, application]

    return command


def ours(public: str) -> dict[str, str]:
    """The environment of a public process; whatever else the shell's own has, it knows no desk."""
    return {
        "TRACKER_SERVES": "public",
        "PUBLIC_DATABASE_URL": public,
        "DATABASE_URL": "",
        "TRACKER_REQUESTS_PER_MINUTE": ENOUGH,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
    }


@contextmanager
def started(server: Server) -> Iterator[Running]:
    """`server`, answering; stopped at the end of the block. Raises ServerError, or MissingToolError."""
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*dying_with_us("TERM"), *server.command(port)],
            env={**os.environ, **server.environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        running = Running(port, process.pid)
        try:
            status = _wait(process, running, server.ready)
            if status != 200:
                log.seek(0)
                said = log.read().decode(errors="replace").strip()[-1500:]
                raise ServerError(f"{' '.join(server.command(port)[:4])} … answers {status or 'nothing'}:\n{said}")
            yield running
        finally:
            _stop(process)


def _wait(process: subprocess.Popen[bytes], running: Running, path: str) -> int | None:
    """The status of the first answer that is no 503; None when the process ends or time runs out."""
    deadline = time.monotonic() + START_SECONDS
    status = None
    while process.poll() is None and time.monotonic() < deadline:
        try:
            status = running.get(path)[0]
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        if status != 503:
            return status
        time.sleep(0.2)
    return status


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # a group of its own, not yet waited for
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
