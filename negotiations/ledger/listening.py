"""The newest revision, known without a query: a connection of its own, on which PostgreSQL tells of each.

What is told is only a reason to read the head anew, so nobody can make us believe a wrong one. And what is known is
believed for a tenth of a second after it was asked for, whatever has become of the connection meanwhile: no answer can
be further behind than that. Where nothing is known, the window reads the head, as it does anyway.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import connections

from negotiations.ledger.window import Window

logger = logging.getLogger(__name__)

BELIEVED = 0.1  # seconds
BEAT = 0.04  # seconds until the head is read again although nothing was told; while nobody asks, a rest
REST = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds before a lost connection is made anew
HEAD = "SELECT number, CASE WHEN isfinite(at) THEN at END, epoch FROM window_now.head"
# A connection that is silently cut is noticed within seconds; until then nothing that it said is believed.
ALIVE = {"connect_timeout": 5, "keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 3,
         "tcp_user_timeout": 5000, "application_name": "tracker listening"}  # fmt: skip


class Listener:
    """A thread with a connection of the public role, which listens for as long as the process lives."""

    def __init__(self) -> None:
        self._known: tuple[Window, float] | None = None
        self._socket: int | None = None
        self._is_reading = False
        self._asked_at = 0.0
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    def newest(self) -> Window | None:
        """The newest revision; None when that is not known for sure at this moment."""
        self._asked_at = now = time.monotonic()
        # The order matters: what waits on the socket has made nothing doubtful that is read after it was looked at.
        if self._socket is None or (not self._is_reading and _something_waits(self._socket, 0)):
            return None
        known = self._known
        return known[0] if known and now - known[1] < BELIEVED else None

    def _listen(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                with _connected() as connection:
                    connection.execute("LISTEN tracker_revision")
                    pause = FIRST_PAUSE
                    self._follow(connection)
            except (psycopg.Error, OSError) as error:
                if pause == FIRST_PAUSE:
                    logger.warning("Nothing is told of revisions, so each request asks: %s", str(error).strip())
            finally:
                self._known = self._socket = None
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _follow(self, connection: psycopg.Connection[Any]) -> None:
        """Reads the head when it was told of and at each beat, until the connection is lost."""
        self._is_reading, self._socket = True, connection.fileno()
        while True:
            read_at = time.monotonic()
            head = Window(*cast("tuple[Any, Any, Any]", connection.execute(HEAD).fetchone()))
            if any(True for _ in connection.notifies(timeout=0)):  # the head may have moved on since it was read
                self._known = None
                continue
            self._known = head, read_at
            self._is_reading = False
            is_resting = time.monotonic() - self._asked_at > 1
            if _something_waits(self._socket, REST if is_resting else BEAT):
                self._known = None
            self._is_reading = True


def _something_waits(socket: int, seconds: float) -> bool:
    """Whether there is something to read on `socket`, its end included; waits that long at most."""
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


def _connected() -> psycopg.Connection[Any]:
    given = connections[settings.PUBLIC_ALIAS].get_connection_params()
    words = {name: value for name, value in given.items() if name not in ("cursor_factory", "context")}
    words |= ALIVE | {"prepare_threshold": 0, "options": f"{given['options']} -c role={settings.PUBLIC_ROLE}"}
    return psycopg.connect(**words, autocommit=True)


_listener: Listener | None = None
_starting = threading.Lock()


def newest_known() -> Window | None:
    """The newest revision, without a query; None when it is not known for sure. The first who asks starts to listen."""
    global _listener
    if not settings.LISTENS:
        return None
    if _listener is None:
        with _starting:
            _listener = _listener or Listener()
    return _listener.newest()


def _begin_anew() -> None:
    """In a process that was forked off: the thread is not there, and the connection is its parent's."""
    global _listener, _starting
    _listener, _starting = None, threading.Lock()


os.register_at_fork(after_in_child=_begin_anew)
