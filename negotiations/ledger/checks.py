"""System checks: the public door is served by a role that can do nothing else, and desk and ledger are in step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from negotiations.ledger import drift, roles


def public_door_is_confined(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """negotiations.E001 to E003: the public alias must not be owner, superuser or member of the desk's role.

    Runs for `check --database ALIAS`, and when a server process starts (tracker.wsgi).
    """
    alias = settings.PUBLIC_ALIAS
    if alias not in (databases or []) or alias not in connections or (alias == "default" and settings.SERVES_DESK):
        return []
    with connections[alias].cursor() as cursor:
        cursor.execute(
            """SELECT session_user, rolsuper,
                      EXISTS (SELECT FROM pg_roles WHERE rolname = %s) AND pg_has_role(session_user, %s, 'MEMBER'),
                      EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = pg_roles.oid)
                      OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
                 FROM pg_roles WHERE rolname = session_user""",
            [roles.DESK, roles.DESK],
        )
        user, is_superuser, is_of_the_desk, is_owner = cursor.fetchone()
    remedy = f"Connect as {roles.PUBLIC}: set PUBLIC_DATABASE_URL to its address."
    wrongs = [
        (is_superuser, "E001", "a superuser, whom no right stops"),
        (is_of_the_desk, "E002", f"a member of {roles.DESK}, which reads drafts"),
        (is_owner, "E003", "an owner of the database or of something in it"),
    ]
    return [
        Error(f"The public door would be served as {user}, {what}.", hint=remedy, id=f"negotiations.{number}")
        for wrong, number, what in wrongs
        if wrong
    ]


def ledger_is_in_step(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """negotiations.E010 to E015: twins, windows and rights are what the desk's tables make them.

    Runs for `check --database default`, before `migrate`, and at the start of the demo; not while migrations wait to be
    applied, which may be what mends a difference.
    """
    if "default" not in (databases or []) or not settings.SERVES_DESK or _migrations_wait():
        return []
    with connections["default"].cursor() as cursor:
        return [
            Error(f"Desk and ledger differ: {found.what}.", hint=found.remedy, id=f"negotiations.{found.kind}")
            for found in drift.differences(cursor)
        ]


def _migrations_wait() -> bool:
    loader = MigrationLoader(connections["default"])
    return any(key[0] == "negotiations" and key not in loader.applied_migrations for key in loader.graph.nodes)
