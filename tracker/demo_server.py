"""The demo's web server: a port of its own, both doors in one granian, and the demo's own secret key."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

from django.http import HttpRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase

from tracker.children import dying_with_us
from tracker.environment import ROOT

PORTS = range(8000, 8100)
SERVER_START_SECONDS = 30
SERVER_STOP_SECONDS = 10


class LoopbackOnlyMiddleware:
    """In the demo, whose passwords are anybody's who sees the terminal, only this machine is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            is_near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            is_near = False
        if not is_near:
            return HttpResponseForbidden(
                "This is the demo, which answers its own machine only.", content_type="text/plain"
            )
        return self.get_response(request)


class StartError(Exception):
    """The start cannot go on; the message is one sentence that says what to do."""


@contextmanager
def claimed_port(host: str, wanted: int | None) -> Iterator[int]:
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
def serve(folder: Path, databases: Mapping[str, str], *, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Both doors in one granian, answering; stopped at the end of the block."""
    log = folder / "server.log"
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "TRACKER_SERVES": "both",
        "TRACKER_DEMO": "1",
        "TRACKER_SECRET_KEY": os.environ.get("TRACKER_SECRET_KEY") or secret_key(folder / "secret_key"),
        **databases,
    }
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    granian += [
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        "--blocking-threads-idle-timeout",  # a thread's connection ends with it
        "600",
        "--no-ws",
        "--log-level",
        "warning",
        "tracker.wsgi:application",
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*dying_with_us("TERM"), *granian],
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
    raise StartError(why(f"The server {what if server.poll() is None else 'ended'}", log))


def _stop_server(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(SERVER_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)  # its own group, and not yet waited for: nobody else has this number
        server.wait()


def secret_key(path: Path) -> str:
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


def why(sentence: str, log: Path) -> str:
    """What a log says of an end: the sentence of a wrong setting, else `sentence` and the log's last lines."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    for line in reversed(lines):
        kind, _, message = line.partition(": ")
        if kind.endswith("ImproperlyConfigured"):
            return message
    return "\n".join([f"{sentence}; its log says:", *lines[-12:]])
