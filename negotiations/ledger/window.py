"""The window: what is public, now or at a revision, under the desk's own table names.

`open_window()` is a transaction in which the models, querysets and serializers of the desk read the ledger's views.
The router sends every read inside it to the window's alias and refuses every write.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections, transaction

_alias: ContextVar[str | None] = ContextVar("window_alias", default=None)


@dataclass(frozen=True)
class Window:
    """The revision that is read: its number, 0 before the first, its moment, and the suppression epoch."""

    revision: int
    at: datetime.datetime | None
    epoch: int


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


@contextmanager
def open_window(revision: int | None = None) -> Iterator[Window]:
    """Read what is public now, or was at `revision`, until the block ends; yields the Window that was opened.

    On the public alias this is a read-only, repeatable-read transaction that ends by COMMIT, so that psycopg keeps its
    prepared statements. Where the alias is the desk's own (ordinary tests), a savepoint is rolled back instead, which
    also takes role and path back. A queryset must be consumed inside the block.
    """
    alias = settings.PUBLIC_ALIAS
    shared = settings.SERVES_DESK and alias == "default"
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            if not shared:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(
                "SELECT set_config('search_path', %s, true), set_config('tracker.revision', %s, true),"
                " set_config('role', %s, true)",
                [
                    f"{'window_now' if revision is None else 'window_then'}, extensions, pg_temp",
                    str(revision or ""),
                    settings.PUBLIC_ROLE,
                ],
            )
            cursor.execute("SELECT number, CASE WHEN isfinite(at) THEN at END, epoch FROM head")
            found = cursor.fetchone()
        if found is None:
            raise LookupError(f"There is no revision {revision}.")
        token = _alias.set(alias)
        try:
            yield Window(*found)
        finally:
            _alias.reset(token)
            if shared:
                transaction.set_rollback(True, using=alias)
