"""Set-up of roles and rights: repeatable, safe against itself, and clear about a server that will not do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from negotiations.ledger import roles

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_database(name: str, options: str = "") -> Iterator[BaseDatabaseWrapper]:
    """An empty database on the same server, and Django's connection to it."""
    other = connection.copy()
    other.settings_dict["NAME"] = f"{connection.settings_dict['NAME']}_{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{other.settings_dict["NAME"]}" TEMPLATE template0 {options}')
    try:
        yield other
    finally:
        other.close()
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{other.settings_dict["NAME"]}" WITH (FORCE)')


def test_set_up_can_be_repeated() -> None:
    roles.set_up_database(connection)
    roles.set_up_database(connection)


def test_several_set_ups_at_once_do_not_race() -> None:
    def set_up(other: BaseDatabaseWrapper) -> None:
        for _ in range(3):
            roles.set_up_database(other)
        other.close()

    with another_database("first") as first, another_database("second") as second, ThreadPoolExecutor(4) as pool:
        opened = [first, second, first.copy(), second.copy()]
        for other in opened:
            other.inc_thread_sharing()
        list(pool.map(set_up, opened))


def test_a_locale_that_does_not_fold_cyrillic_is_refused() -> None:
    with (
        another_database("c_locale", "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'") as other,
        pytest.raises(ImproperlyConfigured, match="does not fold Cyrillic letters; create it with"),
    ):
        roles.set_up_database(other)


def test_a_server_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "OLDEST", 990000)

    with pytest.raises(ImproperlyConfigured, match=r"This PostgreSQL is version 18.* the tracker needs 18 or newer"):
        roles.set_up_database(connection)


def test_who_may_not_make_roles_is_told_of_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "DESK", "a_role_that_is_missing")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE powerless LOGIN")
        cursor.execute(f'GRANT CONNECT ON DATABASE "{connection.settings_dict["NAME"]}" TO powerless')
    other = connection.copy()
    other.settings_dict["USER"] = "powerless"
    try:
        with pytest.raises(ImproperlyConfigured, match=r"manage\.py set_up_database --print-sql"):
            roles.set_up_roles(other)
    finally:
        other.close()
        with connection.cursor() as cursor:
            cursor.execute(f'REVOKE CONNECT ON DATABASE "{connection.settings_dict["NAME"]}" FROM powerless')
            cursor.execute("DROP ROLE powerless")


def test_the_printed_script_can_be_run_by_an_administrator() -> None:
    printed = StringIO()
    call_command("set_up_database", print_sql=True, stdout=printed)

    with another_database("scripted") as other:
        parameters = {k: v for k, v in other.get_connection_params().items() if k in ("dbname", "user", "host", "port")}
        with psycopg.connect(**parameters, autocommit=True) as administrator:
            administrator.execute(printed.getvalue())
            reaches = administrator.execute(
                "SELECT has_database_privilege('tracker_public', current_database(), 'CONNECT'),"
                " has_database_privilege('tracker_public', current_database(), 'TEMPORARY'),"
                " has_schema_privilege('tracker_public', 'public', 'USAGE')"
            ).fetchone()
    assert reaches == (True, False, False)


def test_the_public_role_has_a_statement_timeout_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolconfig FROM pg_roles WHERE rolname = 'tracker_public'")
        assert "statement_timeout=2s" in cursor.fetchone()[0]
