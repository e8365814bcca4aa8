"""The window: what is public, now or at a revision, under the desk's own table names.

`open_window()` is a transaction in which the models, querysets and serializers of the desk read the ledger's views.
`turn_window` and `window_at` turn an open window to another revision, in the same snapshot. The router sends every read
inside a window to its alias and refuses every write.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from psycopg import IsolationLevel

_alias: ContextVar[str | None] = ContextVar("window_alias", default=None)


@dataclass(frozen=True)
class Window:
    """The revision that is read: its number, 0 before the first, its moment, and the suppression epoch."""

    revision: int
    at: datetime.datetime | None
    epoch: int


class NoSuchRevision(LookupError):
    """A window was to be opened at a revision that is not there."""


class WindowRefusesWriting(RuntimeError):
    """A write was tried inside the window: a programming error."""


class WindowRouter:
    """Inside a window every query goes to the window's alias; outside, Django decides."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str | None:
        return _alias.get()

    def db_for_write(self, model: type[Any], **hints: Any) -> str | None:
        if _alias.get() is not None:
            raise WindowRefusesWriting(f"{model._meta.label} cannot be written through the public window.")
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == "public" else None


# In a window: whether it looks at a revision and not at what is public now.
_is_past: ContextVar[bool] = ContextVar("window_is_past", default=False)
# Which views the table names mean, and at which revision those of `window_then` look.
TURN = "set_config('search_path', %s, true), set_config('tracker.revision', %s, true)"
OPEN = f"""SELECT {TURN}, set_config('role', %s, true), number, CASE WHEN isfinite(at) THEN at END, epoch
             FROM window_now.head"""


def _turned(revision: int | None) -> list[str]:
    """The values for TURN: what is public now where `revision` is None, else what was public at it."""
    schema = "window_now" if revision is None else "window_then"
    return [f"{schema}, extensions, pg_temp", "" if revision is None else str(revision)]


def shares_the_desks_connection() -> bool:
    """Whether the window opens within the desk's own transaction, as in ordinary tests; what it shows may be undone."""
    return settings.SERVES_DESK and settings.PUBLIC_ALIAS == "default"


@contextmanager
def open_window(revision: int | None = None) -> Iterator[Window]:
    """Read what is public now, or was at `revision`, until the block ends; yields the Window that was opened.

    On the public alias this is a read-only, repeatable-read transaction that ends by COMMIT, so that psycopg keeps its
    prepared statements; one round trip begins it, with the settings and the head. Where the alias is the desk's own
    (ordinary tests), a savepoint is rolled back instead, which also takes role and path back. A queryset must be
    consumed inside the block.
    """
    alias = settings.PUBLIC_ALIAS
    shared = shares_the_desks_connection()
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.execute_wrapper(_of_its_window):
        if not shared:
            _begin_reading_only(connection.connection)
        with connection.cursor() as cursor:
            with nullcontext() if shared else connection.connection.pipeline():
                cursor.execute(OPEN, [*_turned(None), settings.PUBLIC_ROLE])
            found = cursor.fetchone()[-3:]
        tokens = _alias.set(alias), _is_past.set(False)
        try:
            yield Window(*found) if revision is None else turn_window(revision)
        finally:
            _alias.reset(tokens[0])
            _is_past.reset(tokens[1])
            if shared:
                transaction.set_rollback(True, using=alias)


def _begin_reading_only(connection: Any) -> None:
    """What psycopg writes into the BEGIN that it sends with the first statement."""
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _of_its_window(execute: Any, sql: str, *rest: Any) -> Any:
    """Runs `sql` as one of its own where the past is read.

    Prepared once for both windows, a statement would be planned anew each time that the other one asked before.
    """
    return execute(f"{sql} /* then */" if _is_past.get() else sql, *rest)


def window_connection() -> Any:
    """The connection that the open window reads on, for SQL of the ledger's own."""
    alias = _alias.get()
    if alias is None:
        raise RuntimeError("There is no window; open one with open_window.")
    return connections[alias]


def turn_window(revision: int) -> Window:
    """The open window looks at what was public at `revision` (0 is before the first) from now on: one small query.

    The transaction and its snapshot stay, so that an answer can compare revisions. Raises NoSuchRevision above the
    newest, and the window looks where it did.
    """
    if revision < 0:
        raise NoSuchRevision(f"There is no revision {revision}.")
    with window_connection().cursor() as cursor:
        cursor.execute(
            f"""SELECT (SELECT at FROM window_now.negotiations_revision WHERE number = %s), epoch, {TURN}
                  FROM window_now.head WHERE number >= %s""",
            [revision, *_turned(revision), revision],
        )
        found = cursor.fetchone()
    if found is None:
        raise NoSuchRevision(f"There is no revision {revision}.")
    _is_past.set(True)
    return Window(revision, *found[:2])


@contextmanager
def window_at(revision: int) -> Iterator[Window]:
    """`turn_window` until the block ends; then the window looks where it did before. Three small queries.

    A queryset must be consumed inside the block.
    """
    with window_connection().cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('tracker.revision', true)")
        before, was_past = cursor.fetchone(), _is_past.get()
        window = turn_window(revision)
        try:
            yield window
        finally:
            if not isinstance(sys.exception(), DatabaseError):  # which ends the transaction, and the settings with it
                cursor.execute(f"SELECT {TURN}", before)
            _is_past.set(was_past)
