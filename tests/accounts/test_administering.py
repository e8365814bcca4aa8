"""Administrators invite, give roles and end what has to end; nobody else does; and one of them always stays."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from negotiations.accounts import changing
from negotiations.models import Account, Token
from tests.accounts.conftest import (
    PASSWORD,
    account_of,
    code_of,
    factors_of,
    give_password,
    is_in,
    signed_in,
    some_minutes_pass,
    with_factor,
)
from tests.admin.conftest import Browser
from tests.desk_api.conftest import token_of

pytestmark = pytest.mark.usefixtures("groups")
LIST = "/admin/negotiations/account/"
INVITED = {"username": "andriy", "email": "andriy@desk.example", "roles": ["Curators"]}
SURE = {"confirmed": "on"}


def at(account: Account, what: str = "change") -> str:
    return f"{LIST}{account.pk}/{what}/"


def said_of(account: Account) -> list[str]:
    entries = LogEntry.objects.filter(content_type__model="account", object_id=str(account.pk)).order_by("pk")
    return [entry.change_message for entry in entries]


@pytest.fixture
def administrator() -> Browser:
    return signed_in(account_of("administrator", "Administrators"))


@pytest.fixture
def olena() -> Account:
    return account_of("olena", "Curators")


# Inviting


def test_who_is_invited_chooses_a_password_by_a_link_that_is_shown_once(administrator: Browser) -> None:
    page = administrator.send(f"{LIST}add/", INVITED)
    link = re.findall(r'<code id="link">http://testserver(/[^<]+)</code>', page)[0]
    account = Account.objects.get(username="andriy")

    assert (account.roles, account.email, account.is_staff) == (["Curators"], "andriy@desk.example", True)
    assert not account.is_superuser
    assert "Choose your password" in Browser().get(link, follow=True).content.decode()
    assert link not in administrator.page(at(account)) + administrator.page(LIST) + str(administrator.session.items())
    assert said_of(account) == ["Invited, with the roles: Curators."]
    assert not is_in(give_password("andriy", "")[0])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "ADMINISTRATOR"}, "“administrator” already"),
        ({"username": ""}, "required"),
        ({"roles": []}, "required"),
        ({"roles": ["Superusers"]}, "not one of the available choices"),
        ({"email": "x"}, "valid email"),
    ],
)
def test_an_invitation_that_would_not_work_is_refused(administrator: Browser, wrong: Any, said: str) -> None:
    assert said in administrator.send(f"{LIST}add/", INVITED | wrong)

    assert Account.objects.count() == 1


def test_what_is_not_asked_for_cannot_be_slipped_in(administrator: Browser, olena: Account) -> None:
    more = {"is_superuser": "on", "is_staff": "", "password": "x", "user_permissions": "1"}

    administrator.send(f"{LIST}add/", INVITED | more)
    administrator.send(at(olena), {"username": "olena", "email": "", "roles": ["Curators"], **more})

    assert not Account.objects.filter(is_superuser=True).exists()
    olena.refresh_from_db()
    assert (olena.is_staff, olena.check_password(PASSWORD), olena.user_permissions.count()) == (True, True, 0)


# Changing


def test_roles_are_given_and_taken(administrator: Browser, olena: Account) -> None:
    administrator.send(at(olena), {"username": "olena.k", "email": "", "roles": ["Readers", "Editors"]})

    olena = Account.objects.get(pk=olena.pk)
    assert (olena.username, olena.roles) == ("olena.k", ["Readers", "Editors"])
    assert said_of(olena) == ["Changed: username. Roles: Readers, Editors; before: Curators."]


def test_each_act_does_what_its_page_says_and_is_put_down(administrator: Browser, olena: Account) -> None:
    with_factor(olena)
    session = signed_in(olena)
    token = Token.shown(token_of(olena))

    administrator.send(at(olena, "reset-second-factor"), SURE)
    assert factors_of(olena) == []
    assert is_in(session)
    administrator.send(at(olena, "deactivate"), SURE)
    assert not is_in(session)
    assert token
    assert not Token.objects.select_related("owner").get(pk=token.pk).is_good
    administrator.send(at(olena, "activate"), SURE)
    assert is_in(give_password("olena")[0])
    page = administrator.send(at(olena, "link"), SURE)
    assert "/admin/account/link/" in page
    assert not is_in(give_password("olena")[0])

    assert said_of(olena) == [
        "The second factor was reset.",
        "Deactivated.",
        "Activated again.",
        "A one-time link was made; the password before it has ended.",
    ]
    assert "The second factor was reset." in administrator.page(at(olena, "history"))


@pytest.mark.parametrize("act", ["link", "reset-second-factor", "deactivate"])
def test_nothing_is_done_unconfirmed_or_by_looking(administrator: Browser, olena: Account, act: str) -> None:
    with_factor(olena)

    assert "I have read what follows" in administrator.page(at(olena, act))
    assert "This field is required" in administrator.send(at(olena, act), {"confirmed": ""})

    olena.refresh_from_db()
    assert (olena.is_active, olena.check_password(PASSWORD), factors_of(olena)) == (True, True, ["totp"])


def test_accounts_are_not_deleted_and_the_page_says_why(administrator: Browser, olena: Account) -> None:
    assert "Deactivate “olena” instead" in administrator.send(at(olena, "delete"), {"post": "yes"})
    administrator.send(LIST, {"action": "delete_selected", "_selected_action": [olena.pk], "post": "yes"})

    assert Account.objects.filter(pk=olena.pk).exists()


# Who may


PAGES = ("", "add/", "{}/change/", "{}/history/", "{}/link/", "{}/reset-second-factor/", "{}/deactivate/")


@pytest.mark.parametrize("who", ["anonymous", "Readers", "Curators", "Editors", "Administrators", "superuser"])
@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_administrators_comes_near_accounts(olena: Account, page: str, who: str) -> None:
    with_factor(olena)
    address = LIST + page.format(olena.pk)
    browser = Browser() if who == "anonymous" else signed_in(account_of("somebody", who, superuser=who == "superuser"))
    may = who in ("Administrators", "superuser")

    seen, sent = browser.get(address), browser.post(address, {**INVITED, **SURE})

    assert seen.status_code == (200 if may else 302 if who == "anonymous" else 403)
    if not may:
        assert sent.status_code == 403
        assert Account.objects.filter(username="andriy").count() == 0
        olena.refresh_from_db()
        assert (olena.is_active, olena.check_password(PASSWORD), factors_of(olena)) == (True, True, ["totp"])


@pytest.mark.parametrize("act", ["change", "link", "reset-second-factor", "deactivate", "delete"])
def test_an_administrator_does_not_touch_a_superuser(administrator: Browser, act: str) -> None:
    superuser = account_of("superuser", superuser=True)
    with_factor(superuser)

    administrator.send(at(superuser, act), {**INVITED, **SURE}, expect=403)

    superuser.refresh_from_db()
    assert (superuser.username, superuser.is_active, superuser.check_password(PASSWORD)) == ("superuser", True, True)
    assert factors_of(superuser) == ["totp"]


# The last administrator


def refused(administrator: Browser, last: Account) -> list[str]:
    demoted = {"username": last.username, "email": "", "roles": ["Curators"]}
    return [
        administrator.send(at(last, "deactivate"), SURE),
        administrator.send(at(last, "link"), SURE),
        administrator.send(at(last), demoted),
    ]


@pytest.mark.parametrize("other", ["nobody", "only invited", "deactivated", "a curator"])
def test_the_last_administrator_is_not_locked_out(administrator: Browser, other: str) -> None:
    last = Account.objects.get(username="administrator")
    if other != "nobody":
        role = "Curators" if other == "a curator" else "Administrators"
        account_of("other", role, password=None if other == "only invited" else PASSWORD)
        Account.objects.filter(username="other").update(is_active=other != "deactivated")

    pages = refused(administrator, last)

    assert ["“administrator” is the last administrator who can sign in." in page for page in pages] == [True] * 3
    last = Account.objects.get(pk=last.pk)
    assert (last.roles, last.is_active, last.check_password(PASSWORD)) == (["Administrators"], True, True)
    assert said_of(last) == []


def test_with_another_administrator_they_may_go(administrator: Browser) -> None:
    account_of("other", "Administrators")
    account = Account.objects.get(username="administrator")

    administrator.send(at(account, "deactivate"), SURE, expect=200)

    assert not Account.objects.get(pk=account.pk).is_active


@pytest.mark.parametrize("how", ["deactivate", "demote"])
def test_two_administrators_do_not_shut_out_each_other_at_once(transactional_db: None, groups: None, how: str) -> None:
    """Each waits in its transaction for the other, and looks only then who is left."""
    first, second = account_of("first", "Administrators"), account_of("second", "Administrators")
    outcomes: list[str] = []
    both_began = threading.Barrier(2, timeout=20)

    def shut_out(account: Account) -> None:
        try:
            with transaction.atomic():
                Account.objects.count()
                both_began.wait()
                changing.deactivate(account) if how == "deactivate" else changing.set_roles(account, ["Readers"])
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=shut_out, args=[account]) for account in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["done", "refused"]
    assert Account.objects.administrators().count() == 1


# Showing who one is


def test_after_some_minutes_the_page_asks_again_and_keeps_what_was_typed(administrator: Browser) -> None:
    some_minutes_pass(administrator)
    assert 'name="proof"' in administrator.page(f"{LIST}add/")

    for proof, said in (({}, "This field is required"), ({"proof": "wrong"}, "This is not your password")):
        page = administrator.send(f"{LIST}add/", INVITED | proof)
        assert said in page
        assert 'value="andriy@desk.example"' in page
        assert "wrong" not in page
    assert Account.objects.count() == 1
    administrator.send(f"{LIST}add/", INVITED | {"proof": PASSWORD})

    assert Account.objects.count() == 2
    assert 'name="proof"' not in administrator.page(f"{LIST}add/"), "for the next minutes that was enough"


def test_a_code_shows_it_too_and_only_once(olena: Account) -> None:
    account = account_of("administrator", "Administrators")
    secret = with_factor(account)
    code = code_of(secret)
    first, second = signed_in(account, lately=False), signed_in(account, lately=False)

    first.send(at(olena, "deactivate"), SURE | {"proof": f"{code[:3]} {code[3:]}"})
    assert "was used" in second.send(at(olena, "activate"), SURE | {"proof": code})

    assert not Account.objects.get(pk=olena.pk).is_active


def test_guesses_at_it_are_counted(administrator: Browser, olena: Account) -> None:
    some_minutes_pass(administrator)
    for _ in range(5):
        administrator.send(at(olena, "deactivate"), SURE | {"proof": "a guess"})

    page = administrator.send(at(olena, "deactivate"), SURE | {"proof": PASSWORD})

    assert "Too many attempts" in page
    assert Account.objects.get(pk=olena.pk).is_active
