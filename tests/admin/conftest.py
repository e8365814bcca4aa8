"""The desk's people: a curator, an editor and an administrator, each with a browser that fills in forms."""

from __future__ import annotations

from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.admin.browser import desk, window

__all__ = ["desk", "window"]  # fixtures


class Browser(Client):
    """A client that expects a status and hands back the page."""

    def page(self, url: str, expect: int = 200, **data: Any) -> str:
        answer = self.get(url, data)
        assert answer.status_code == expect, f"{url} answered {answer.status_code}"
        return answer.content.decode()

    def send(self, url: str, form: dict[str, Any], expect: int = 200) -> str:
        """Posts `form` and follows to the page where it ends."""
        answer = self.post(url, form, follow=True)
        assert answer.status_code == expect, f"{url} answered {answer.status_code}"
        return answer.content.decode()

    def form_of(self, url: str) -> dict[str, Any]:
        """What a browser would send if Save were pressed on the page at once, but for the buttons."""
        return Fields.of(self.page(url))


class Fields(HTMLParser):
    """The fields of the page's main form, with what they hold; patterns for new rows are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.select: tuple[str, bool] | None = None
        self.textarea: str | None = None

    @classmethod
    def of(cls, page: str) -> dict[str, Any]:
        fields = cls()
        fields.feed(page)
        return {name: value for name, value in fields.values.items() if "__prefix__" not in name}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "select" and name:
            self.select = (name, "multiple" in given)
            self.values.setdefault(name, [] if "multiple" in given else "")
        elif tag == "option" and self.select and "selected" in given:
            self._choose(*self.select, given.get("value") or "")
        elif tag == "textarea" and name:
            self.textarea = name
            self.values[name] = ""
        elif tag == "input" and name and given.get("type") not in ("submit", "button", "search"):
            if given.get("type") == "checkbox":
                if "checked" in given:
                    self._choose(name, name.endswith(("roles", "along")), given.get("value") or "on")
            elif given.get("type") != "radio" or "checked" in given:
                self.values[name] = given.get("value") or ""

    def _choose(self, name: str, several: bool, value: str) -> None:
        self.values[name] = [*self.values.get(name, []), value] if several else value

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


def signed_in(name: str, *, group: str | None = None) -> Browser:
    user = User.objects.create_user(name, is_staff=True, is_superuser=group is None)
    if group:
        user.groups.add(Group.objects.get(name=group))
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def groups(db: None) -> None:
    """A test that commits flushes the tables afterwards, and with them what the migration made."""
    import_module("negotiations.migrations.0004_groups").make_groups(apps, None)
    import_module("negotiations.migrations.0010_submissions").give_rights(apps, None)


@pytest.fixture
def curator(groups: None) -> Browser:
    return signed_in("curator-at-work", group="Curators")


@pytest.fixture
def editor(groups: None) -> Browser:
    return signed_in("editor-at-work", group="Editors")


@pytest.fixture
def administrator(groups: None) -> Browser:
    return signed_in("administrator-at-work")


@pytest.fixture
def stranger(db: None) -> Browser:
    return Browser()
