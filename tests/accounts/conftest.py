"""People of the staff who sign in as people do: by name and password, and by the code of an authenticator."""

from __future__ import annotations

import re
import time
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.apps import apps
from django.contrib.auth.models import Group

from negotiations.models import Account
from tests.admin.conftest import Browser

PASSWORD = "a long and quiet river"
LOGIN = "/admin/login/"
SET_UP, GIVE = "/admin/account/second-factor/set-up/", "/admin/account/second-factor/give/"


def account_of(name: str, *roles: str, password: str | None = PASSWORD, superuser: bool = False) -> Account:
    account = Account(username=name, is_staff=True, is_superuser=superuser)
    account.set_password(password)
    account.save()
    account.groups.set(Group.objects.filter(name__in=roles))
    return account


def with_factor(account: Account) -> str:
    """Gives the account an authenticator; its key."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """What the authenticator shows now, or so many half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def give_password(
    name: str, password: str = PASSWORD, browser: Browser | None = None, **more: Any
) -> tuple[Browser, Any]:
    """A browser in which somebody has sent name and password, and the answer."""
    browser = browser or Browser()
    return browser, browser.post(LOGIN, {"login": name, "password": password}, **more)


def signed_in(account: Account, *, lately: bool = True) -> Browser:
    """A browser in which somebody has signed in, with a second factor if the account has one."""
    browser = Browser()
    browser.force_login(account)
    if not lately:
        some_minutes_pass(browser)
    return browser


def some_minutes_pass(browser: Browser, seconds: float = 301) -> None:
    """For what the session remembers of how somebody showed who they are."""
    session = browser.session
    key = "account_authentication_methods"
    session[key] = [{**record, "at": record["at"] - seconds} for record in session[key]]
    session.save()


def is_in(browser: Browser) -> bool:
    return browser.get("/admin/").status_code == 200


def secret_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found, "the page shows no key"
    return found[1]


def factors_of(account: Account) -> list[str]:
    return sorted(Authenticator.objects.filter(user_id=account.pk).values_list("type", flat=True))


@pytest.fixture(autouse=True)
def _settings_of_tests(settings: Any) -> None:
    settings.TOKEN_PEPPER = "only for tests"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def groups(db: None) -> None:
    """As in tests/admin: a test that commits flushes what the migrations made."""
    import_module("negotiations.migrations.0004_groups").make_groups(apps, None)
    import_module("negotiations.migrations.0010_submissions").give_rights(apps, None)
    import_module("negotiations.migrations.0014_tokens").give_rights(apps, None)
    import_module("negotiations.migrations.0015_accounts").give_right(apps, None)
