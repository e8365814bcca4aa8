"""Signing in: by password and second factor, slowly for those who guess, and by no other way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.cache import cache

from negotiations.accounts import changing
from tests.accounts.conftest import (
    GIVE,
    LOGIN,
    PASSWORD,
    SET_UP,
    account_of,
    code_of,
    factors_of,
    give_password,
    is_in,
    secret_on,
    signed_in,
    with_factor,
)  # fmt: skip
from tests.admin.conftest import Browser

pytestmark = pytest.mark.usefixtures("groups")


@pytest.mark.parametrize("role", ["Readers", "Curators"])
def test_who_cannot_change_what_is_public_signs_in_by_password(role: str) -> None:
    account_of("olena", role)

    browser, answer = give_password("Olena")  # capitals make no difference

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert is_in(browser)


@pytest.mark.parametrize(("name", "password"), [("olena", "wrong"), ("nobody", PASSWORD), ("olena", ""), ("", "")])
def test_anything_else_is_refused_in_the_same_words(name: str, password: str) -> None:
    account_of("olena", "Curators")

    browser, answer = give_password(name, password)

    assert answer.status_code == 200
    assert "is not right" in answer.content.decode() or not (name and password)
    assert "sessionid" not in browser.cookies
    assert not is_in(browser)


def test_a_deactivated_account_does_not_sign_in_and_its_sessions_end() -> None:
    account = account_of("olena", "Curators")
    before, _ = give_password("olena")
    changing.deactivate(account)

    after, answer = give_password("olena")

    assert answer["Location"] == "/admin/account/inactive/"
    assert "deactivated" in after.page("/admin/account/inactive/")
    assert not is_in(before)
    assert not is_in(after)


def test_guessing_the_password_of_one_account_ends_after_five_attempts() -> None:
    account_of("olena", "Curators")
    account_of("andriy", "Curators")
    for _ in range(5):
        give_password("olena", "a guess")

    browser, answer = give_password("OLENA")

    assert "Too many attempts" in answer.content.decode()
    assert not is_in(browser)
    assert is_in(give_password("andriy")[0])


def test_guessing_from_one_network_ends_after_ten_attempts_a_minute(settings: Any) -> None:
    account_of("olena", "Curators")
    for number in range(10):
        give_password(f"name-{number}", "a guess", headers={"X-Forwarded-For": f"198.51.100.{number}"})

    _, same = give_password("olena")
    elsewhere, _ = give_password("olena", REMOTE_ADDR="203.0.113.9")

    assert "Too many attempts" in same.content.decode()
    assert is_in(elsewhere)


def test_a_network_that_only_asks_and_asks_is_told_to_wait() -> None:
    for _ in range(30):
        give_password("", "")

    answer = give_password("", "")[1]

    assert answer.status_code == 429
    assert "Wait a minute" in answer.content.decode()


@pytest.mark.parametrize("role", ["Editors", "Administrators", "superuser"])
def test_whoever_may_change_what_is_public_sets_up_a_second_factor_first(role: str) -> None:
    account = account_of("olena", role, superuser=role == "superuser")
    browser, _ = give_password("olena")

    for page in ("/admin/", "/admin/negotiations/talk/", "/admin/password_change/", "/admin/jsi18n/"):
        assert browser.get(page)["Location"].startswith(SET_UP), page
    assert browser.get("/admin/account/session/").json()["user"] is None
    secret = secret_on(browser.page(SET_UP))
    assert secret_on(browser.page(SET_UP)) == secret, "another window does not change it"
    assert "not right" in browser.send(SET_UP, {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert browser.get("/admin/")["Location"].startswith(SET_UP)
    assert browser.get("/admin/negotiations/talk/?q=istanbul")["Location"].startswith(SET_UP)
    shown = browser.send(SET_UP, {"code": code_of(secret)})

    assert len(re.findall(r"<code>\d{8}</code>", shown)) == 10
    assert 'href="/admin/negotiations/talk/?q=istanbul"' in shown, "and leads on to what was asked for"
    assert is_in(browser)
    assert factors_of(account) == ["recovery_codes", "totp"]


def test_in_the_demo_a_second_factor_is_a_choice(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    account_of("olena", "Editors")

    browser, _ = give_password("olena")

    assert is_in(browser)
    assert "Set up an authenticator" in browser.page("/admin/account/second-factor/")


def test_with_a_second_factor_the_password_alone_opens_nothing() -> None:
    account = account_of("olena", "Curators")
    secret = with_factor(account)
    browser, answer = give_password("olena")

    assert answer["Location"] == GIVE
    assert not is_in(browser)
    assert "not right" in browser.send(GIVE, {"code": code_of(secret, steps=10)})
    assert not is_in(browser)
    assert browser.post(GIVE, {"code": code_of(secret)})["Location"] == "/admin/"
    assert is_in(browser)


def test_a_code_is_taken_once() -> None:
    account = account_of("olena", "Editors")
    code = code_of(with_factor(account), steps=1)
    give_password("olena")[0].post(GIVE, {"code": code})
    cache.delete(f"allauth.mfa.totp.used?user={account.pk}&code={code}")  # as in half a minute
    other, _ = give_password("olena")

    page = other.send(GIVE, {"code": code})

    assert "was used" in page
    assert not is_in(other)


def test_the_code_that_sets_up_an_authenticator_signs_in_nobody_besides() -> None:
    account_of("olena", "Editors")
    browser, _ = give_password("olena")
    code = code_of(secret_on(browser.page(SET_UP)))
    browser.send(SET_UP, {"code": code})
    other, _ = give_password("olena")

    assert is_in(browser)
    assert "was used" in other.send(GIVE, {"code": code})
    assert not is_in(other)


def test_guessing_codes_ends_after_five_attempts() -> None:
    secret = with_factor(account_of("olena", "Editors"))
    browser, _ = give_password("olena")
    for _ in range(5):
        browser.post(GIVE, {"code": code_of(secret, steps=20)})

    assert "Too many attempts" in browser.send(GIVE, {"code": code_of(secret)})
    assert not is_in(browser)


def test_a_recovery_code_stands_in_once() -> None:
    account = account_of("olena", "Editors")
    first, _ = give_password("olena")
    shown = first.send(SET_UP, {"code": code_of(secret_on(first.page(SET_UP)))})
    code = re.findall(r"<code>(\d{8})</code>", shown)[3]

    with_it, again = give_password("olena")[0], give_password("olena")[0]
    with_it.post(GIVE, {"code": code})
    again.post(GIVE, {"code": code})

    assert is_in(with_it)
    assert not is_in(again)
    assert len(Authenticator.objects.get(user_id=account.pk, type="recovery_codes").wrap().get_unused_codes()) == 9


def test_a_session_from_before_the_second_factor_has_to_give_it() -> None:
    account = account_of("olena", "Curators")
    browser, _ = give_password("olena")
    assert is_in(browser)
    secret = with_factor(account)
    account.groups.add(Group.objects.get(name="Editors"))

    way = browser.get("/admin/")["Location"]
    assert way.startswith("/admin/account/second-factor/again/")
    browser.post(way, {"code": code_of(secret), "next": "/admin/"})

    assert is_in(browser)


def test_a_reset_second_factor_closes_the_desk_until_another_is_set_up() -> None:
    account = account_of("olena", "Editors")
    browser = signed_in(account)
    assert is_in(browser)

    changing.reset_second_factor(account)

    assert browser.get("/admin/")["Location"].startswith(SET_UP)


@pytest.mark.parametrize(
    "page", ["take-away/", "../recovery-codes/", "../recovery-codes/new/", "../recovery-codes/file/"]
)
def test_the_second_factor_is_changed_only_by_who_gave_it_lately(page: str) -> None:
    address = f"/admin/account/second-factor/{page}".replace("second-factor/../", "")
    account = account_of("olena", "Curators")
    browser, _ = give_password("olena")  # by password alone, before there was a factor
    with_factor(account)
    Authenticator.objects.create(user_id=account.pk, type="recovery_codes", data={"seed": "x", "used_mask": 0})

    assert browser.get(address)["Location"].startswith("/admin/account/second-factor/again/")
    browser.post(address)

    assert factors_of(account) == ["recovery_codes", "totp"]


def test_the_key_of_an_authenticator_is_kept_encrypted(settings: Any) -> None:
    account = account_of("olena", "Editors")
    secret = with_factor(account)
    row = Authenticator.objects.get(user_id=account.pk)

    assert secret not in str(row.data)
    settings.SECRET_KEY = "another"
    browser, _ = give_password("olena")
    assert "not right" in browser.send(GIVE, {"code": code_of(secret)})


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(where: str) -> None:
    account_of("olena", "Curators")

    answer = Browser().post(f"{LOGIN}?next={where}", {"login": "olena", "password": PASSWORD, "next": where})

    assert answer["Location"] == "/admin/"


@pytest.mark.parametrize(
    "path",
    ["/accounts/signup/", "/admin/account/signup/", "/admin/signup/", "/admin/account/password/reset/",
     "/admin/auth/user/", "/admin/auth/group/", "/admin/mfa/authenticator/", "/admin/account/emailaddress/"],
)  # fmt: skip
def test_there_is_no_door_to_sign_up_nor_another_page_of_accounts(path: str) -> None:
    browser = signed_in(account_of("olena", superuser=True))

    assert browser.get(path).status_code == 404


def test_pages_of_signing_in_hold_nothing_inline_and_are_never_kept() -> None:
    answer = Browser().get(LOGIN)

    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page)
    assert "no-store" in answer["Cache-Control"]
    assert "script-src" not in answer["Content-Security-Policy"]  # default-src 'self' holds for scripts too
