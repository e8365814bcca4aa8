"""Roles and rights: who may do what in PostgreSQL, set up by one idempotent function that can also be printed as SQL.

Roles belong to the whole server while tables belong to one database, so two set-ups at once (parallel test databases,
two checkouts) meet in the roles: they are made under an advisory lock taken in the maintenance database `postgres`,
and what another set-up has made meanwhile counts as made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import errors, sql

DESK = "tracker_desk"
PUBLIC = "tracker_public"
LOCK = 7_203_115_516  # any number, the same in every version
OLDEST = 180000
OWNER = "(SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())"

# A public query that runs longer than this is ended by the server; a request cannot raise it.
PUBLIC_LIMITS = {"statement_timeout": "2s", "idle_in_transaction_session_timeout": "10s"}


def _statement_of_role(role: str) -> str:
    return f"""DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another set-up was quicker
END $$"""


def _statement_of_membership(role: str) -> str:
    # The database's owner may take on a role and inherits none of it: set-up and tests need no more.
    return f"""DO $$ DECLARE owner name := {OWNER};
BEGIN
    IF owner <> '{role}' AND NOT pg_has_role(owner, '{role}', 'SET') THEN
        EXECUTE format('GRANT {role} TO %I WITH INHERIT FALSE, SET TRUE', owner);
    END IF;
END $$"""


def _statement_of_limit(name: str, value: str) -> str:
    return f"""DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{PUBLIC}' AND '{name}={value}' = ANY (rolconfig)) THEN
        ALTER ROLE {PUBLIC} SET {name} = '{value}';
    END IF;
END $$"""


def role_statements() -> list[str]:
    """SQL that makes the two roles with their limits; needs CREATEROLE. Idempotent."""
    return [
        *(_statement_of_role(role) for role in (DESK, PUBLIC)),
        *(_statement_of_membership(role) for role in (DESK, PUBLIC)),
        *(_statement_of_limit(name, value) for name, value in PUBLIC_LIMITS.items()),
    ]


RIGHTS = f"""
DO $$ DECLARE owner name := {OWNER};
BEGIN
    -- The database: nobody but the two roles comes in, and nobody makes temporary tables that could shadow a view.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO {DESK}, {PUBLIC}', current_database());
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION %I', owner);
    -- The desk's working tables that migrations will make; those there are follow.
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public
                    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {DESK}', owner);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT USAGE ON SEQUENCES TO {DESK}', owner);
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {DESK};
GRANT USAGE ON SCHEMA extensions TO {DESK}, {PUBLIC};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {DESK};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {DESK};
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
"""


def script() -> str:
    """Everything as SQL that a database administrator can run with psql, connected as the database's owner."""
    return ";\n".join(role_statements()) + ";\n" + RIGHTS


def check_server(cursor: Any) -> None:
    """Raises ImproperlyConfigured with one sentence when this PostgreSQL cannot hold the tracker."""
    cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
    number, version = cursor.fetchone()
    if number < OLDEST:
        raise ImproperlyConfigured(
            f"This PostgreSQL is version {version}; the tracker needs 18 or newer, for its temporal keys."
        )
    cursor.execute(
        "SELECT pg_encoding_to_char(encoding), lower('ЗЕЛЕНСЬКИЙ') FROM pg_database WHERE datname = current_database()"
    )
    encoding, folded = cursor.fetchone()
    if encoding != "UTF8" or folded != "зеленський":
        raise ImproperlyConfigured(
            f"This database (encoding {encoding}) does not fold Cyrillic letters; create it with"
            " ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0."
        )


@contextmanager
def _alone(connection: Any) -> Iterator[None]:
    """Holds the lock that all set-ups on this server share; it goes with the connection."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    keep = ("dbname", "user", "password", "host", "port", "sslmode", "connect_timeout")
    try:
        locking = psycopg.connect(**{key: parameters[key] for key in keep if key in parameters}, autocommit=True)
    except psycopg.OperationalError:  # no right to connect there: the statements themselves also bear a race
        yield
        return
    with locking:
        locking.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield


def set_up_roles(connection: Any) -> None:
    """Makes the roles where they are missing; ImproperlyConfigured when this user may not."""
    with _alone(connection), connection.cursor() as cursor:
        for statement in role_statements():
            try:
                cursor.execute(statement)
            except Exception as error:
                if isinstance(error.__cause__, errors.InsufficientPrivilege):
                    raise ImproperlyConfigured(
                        f"The roles {DESK} and {PUBLIC} are missing or not granted, and this user may not mend it; have"
                        " an administrator run the output of `manage.py set_up_database --print-sql`."
                    ) from error
                raise


def set_passwords(connection: Any, passwords: Mapping[str, str]) -> None:
    """Gives each role its password; PostgreSQL is told, and can log, only a hash. Open sessions go on.

    `connection` is Django's, of the database's owner; ImproperlyConfigured when that user may not.
    """
    with _alone(connection), connection.cursor() as cursor:
        for role, password in passwords.items():
            kept = cursor.connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            words = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(kept.decode()))
            try:
                cursor.execute(words)
            except Exception as error:
                if isinstance(error.__cause__, errors.InsufficientPrivilege):
                    raise ImproperlyConfigured(
                        f"This user may not set the password of {role}; have an administrator do it."
                    ) from error
                raise


def set_up_database(connection: Any) -> None:
    """Checks the server, makes the roles and sets all rights of this database; repeatable, before or after `migrate`.

    `connection` is Django's, of the database's owner. It is needed again after a test database was cloned or a backup
    restored: rights on the database itself do not travel with it.
    """
    with connection.cursor() as cursor:
        check_server(cursor)
    set_up_roles(connection)
    with _alone(connection), connection.cursor() as cursor:
        cursor.execute(RIGHTS)
