"""System checks of the doors: the public one is served by a role that can do nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

from negotiations.ledger import roles


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
