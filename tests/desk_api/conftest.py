"""The desk's programs: each has a token of somebody with a role, and says what it expects."""

from __future__ import annotations

import datetime
import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from negotiations.models import Token
from negotiations.vocabulary import Scope
from tests.api.client import Dashboard

DESK = "/api/v1/desk/"


class Program:
    """A client of the desk API with a token, or without; addresses are relative to the desk, or whole."""

    def __init__(self, text: str = "", owner: User | None = None) -> None:
        self.client, self.text, self.user = Client(raise_request_exception=False), text, owner

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        path = path.removeprefix("http://testserver")
        whole = path if path.startswith("/") else f"{DESK}{path}"
        told = {"Authorization": f"Bearer {self.text}"} if self.text else {}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, whole, content, content_type="application/json", headers=told)

    def send(self, method: str, path: str, body: Any = None, expect: int = 200, **headers: str) -> Any:
        """The parsed answer; fails with it unless the status is `expect`."""
        response = self.ask(method, path, body, **headers)
        assert response.status_code == expect, f"{method} {path}: {response.status_code} {response.content[:3000]!r}"
        assert response["Cache-Control"] == "no-store"
        if expect >= 400:
            assert response["Content-Type"] == "application/problem+json"
        return json.loads(response.content) if response.content else None

    def get(self, path: str, expect: int = 200) -> Any:
        return self.send("GET", path, expect=expect)

    def post(self, path: str, body: Any = None, expect: int = 201, **headers: str) -> Any:
        return self.send("POST", path, body, expect, **headers)

    def put(self, path: str, body: Any, seen: int, expect: int = 200) -> Any:
        return self.send("PUT", path, body, expect, If_Match=f'"{seen}"')

    def patch(self, path: str, body: Any, seen: int, expect: int = 200) -> Any:
        return self.send("PATCH", path, body, expect, If_Match=f'"{seen}"')

    def act(self, path: str, body: Any = None, seen: int = 1, expect: int = 200) -> Any:
        return self.send("POST", path, body, expect, If_Match=f'"{seen}"')

    def faults(self, problem: Any) -> dict[str, str]:
        """What a problem says, by place."""
        return {fault["parameter"]: fault["detail"] for fault in problem["errors"]}


def staff(name: str, group: str | None) -> User:
    """An account of the staff; a superuser where it is in no group."""
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": group is None})
    if is_new and group:
        user.groups.add(Group.objects.get(name=group))
    return user


def token_of(user: User, *scopes: str, days: float = 1) -> str:
    expires_at = timezone.now() + datetime.timedelta(days=days)
    return Token.make(owner=user, name="A program", scopes=scopes or Scope.values, expires_at=expires_at)[1]


def program_of(name: str, group: str | None, *scopes: str) -> Program:
    user = staff(name, group)
    return Program(token_of(user, *scopes), user)


@pytest.fixture(autouse=True)
def _pepper(settings: Any) -> None:
    settings.TOKEN_PEPPER = "pepper of the tests"


@pytest.fixture
def groups(db: None) -> None:
    """A test that commits flushes the tables afterwards, and with them what the migrations made."""
    import_module("negotiations.migrations.0004_groups").make_groups(apps, None)
    import_module("negotiations.migrations.0010_submissions").give_rights(apps, None)
    import_module("negotiations.migrations.0014_tokens").give_rights(apps, None)


@pytest.fixture
def dashboard(db: None) -> Dashboard:
    return Dashboard()


@pytest.fixture
def reader(groups: None) -> Program:
    return program_of("reader-at-work", "Readers", Scope.READ)


@pytest.fixture
def curator(groups: None) -> Program:
    return program_of("curator-at-work", "Curators")


@pytest.fixture
def editor(groups: None) -> Program:
    return program_of("editor-at-work", "Editors")


@pytest.fixture
def administrator(groups: None) -> Program:
    """Somebody in the group Administrators, who is no superuser."""
    return program_of("administrator-at-work", "Administrators")
