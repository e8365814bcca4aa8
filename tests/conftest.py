"""What every test stands on: a real database per xdist worker, with the roles and rights of the real one."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connections
from django.db.models.signals import pre_migrate
from django.test import Client

from negotiations.ledger import roles
from tests import contract, sites

pytest_plugins = ["tests.skips"]


def _set_up_before_tables(using: str, **_: Any) -> None:
    roles.set_up_database(connections[using])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The migrations grant to roles and stand on schemas, so these come first, as in `make run`."""
    pre_migrate.connect(_set_up_before_tables, sender=apps.get_app_config("negotiations"))


@pytest.fixture(scope="session", autouse=True)
def _no_connection_outlives_the_tests(django_db_setup: None) -> Iterator[None]:
    """The public connection is no test database of Django's, so Django would not close it before dropping that."""
    yield
    connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _every_answer_keeps_the_contract() -> Iterator[None]:
    """Whoever asks the public API with Django's client, in whatever test, gets what openapi.yaml says or a failure."""
    ask = Client.request

    def asked(self: Client, **request: Any) -> Any:
        response = ask(self, **request)
        made = response.wsgi_request
        body = None if response.streaming else response.content
        target = f"{quote(made.path_info)}?{made.META.get('QUERY_STRING', '')}"
        found = contract.faults(str(made.method), target, response.status_code, response.headers, body)
        assert found == [], f"{made.method} {target}: {response.status_code}"
        return response

    Client.request = asked  # type: ignore[method-assign]
    yield
    Client.request = ask  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _whoever_is_signed_in_has_shown_who_they_are() -> Iterator[None]:
    """`force_login` stands for signing in with both factors a moment ago; tests/accounts/ signs in as people do."""
    sign_in = Client.force_login

    def signed_in(self: Client, user: Any, backend: str | None = None) -> None:
        from allauth.mfa.models import Authenticator

        sign_in(self, user, backend)
        factor, _ = Authenticator.objects.get_or_create(user_id=user.pk, type="totp", defaults={"data": {}})
        session = self.session
        session["account_authentication_methods"] = [{"method": "mfa", "id": factor.pk, "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()

    Client.force_login = signed_in  # type: ignore[method-assign]
    yield
    Client.force_login = sign_in  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _window_on_the_desks_connection(request: pytest.FixtureRequest, settings: Any) -> None:
    """Ordinary tests read through the window in their own transaction; marked ones on the real public connection."""
    if not request.node.get_closest_marker("two_connections"):
        settings.PUBLIC_ALIAS = "default"


@pytest.fixture(autouse=True)
def _as_many_requests_as_tests_make(settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6


@pytest.fixture
def committed(transactional_db: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Rows are committed, for tests on two connections; afterwards the ledger is emptied as the desk is."""
    yield
    empty_the_ledger()


def empty_the_ledger() -> None:
    """Nothing was ever published: what the ledger's triggers refuse everybody."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'ledger'")
        tables = {row[0] for row in cursor.fetchall()} - {"ledger.head", "ledger.form"}
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER refuse_truncating")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables))}")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER refuse_truncating")
        cursor.execute("ALTER TABLE ledger.head DISABLE TRIGGER refuse_moving_back")
        cursor.execute(
            """UPDATE ledger.head SET number = 0, at = '-infinity', hash = decode(repeat('00', 32), 'hex'), epoch = 0,
                      begun = NULL"""
        )
        cursor.execute("ALTER TABLE ledger.head ENABLE TRIGGER refuse_moving_back")


@pytest.fixture(scope="session")
def bundled(worker_id: str) -> Iterator[sites.Site]:
    """A public server with the bundled dossiers, loaded and published as `make run` does it."""
    with sites.database(f"tracker_bundled_{worker_id}") as (owner, public):
        sites.manage(owner, "set_up_database")
        sites.manage(owner, "migrate", "-v0")
        sites.manage(owner, "load_dossiers", "--bundled", "--publish")
        with sites.public_site(owner, public) as site:
            yield site
