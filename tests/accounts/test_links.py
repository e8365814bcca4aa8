"""One-time links: 24 hours, one use, and only as long as the account is as it was."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from negotiations.accounts.links import make_link, signs, use_link
from negotiations.models import Account
from tests.accounts.conftest import account_of, factors_of, give_password, is_in, with_factor
from tests.admin.conftest import Browser

pytestmark = pytest.mark.usefixtures("groups")
NEW = "an even longer and quieter river"
BOTH = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def account() -> Account:
    account_of("administrator", "Administrators")
    return account_of("olena", "Curators")


def opened(link: str) -> tuple[Browser, Any]:
    """A browser that has followed the link, and what it shows."""
    browser = Browser()
    return browser, browser.get(link, follow=True)


def test_a_link_sets_a_password_once_and_stands_in_no_address(account: Account) -> None:
    link = make_link(account)
    browser, shown = opened(link)
    address = shown.redirect_chain[-1][0]

    assert "olena" in shown.content.decode()
    assert link.split("/")[-2] not in address
    assert "The password is set" in browser.send(address, BOTH)

    assert is_in(give_password("olena", NEW)[0])
    assert "This link has ended" in opened(link)[1].content.decode()
    assert "This link has ended" in browser.send(address, BOTH)
    assert LogEntry.objects.get().change_message == "Chose a password by a one-time link."


def test_making_a_link_ends_password_and_sessions_at_once(account: Account) -> None:
    browser, _ = give_password("olena")
    assert is_in(browser)

    make_link(account)

    assert not is_in(browser)
    assert not is_in(give_password("olena")[0])


def test_a_link_ends_after_24_hours(account: Account) -> None:
    who = make_link(account).split("/")[-3]
    account.refresh_from_db()
    now = signs._num_seconds(signs._now())
    old, still = (
        signs._make_token_with_timestamp(account, now - age, signs.secret) for age in (24 * 3600 + 5, 24 * 3600 - 60)
    )

    assert "has ended" in opened(f"/admin/account/link/{who}/{old}/")[1].content.decode()
    assert "Choose your password" in opened(f"/admin/account/link/{who}/{still}/")[1].content.decode()


def test_a_link_that_was_tampered_with_or_is_anothers_opens_nothing(account: Account) -> None:
    link, other = make_link(account), make_link(account_of("andriy", "Editors"))
    token = link.split("/")[-2]
    swapped = other.replace(other.split("/")[-2], token)
    last = "a" if not token.endswith("a") else "b"
    wrong = [
        link.replace(token, token[:-1] + last),
        swapped,
        link.replace(token, "set-password"),
        *(f"/admin/account/link/{each}/" for each in ("MQ/x-y", "!!/x", "OTk5OTk5/x-y")),
    ]

    for each in wrong:
        assert "has ended" in opened(each)[1].content.decode(), each
    assert "Choose your password" in opened(link)[1].content.decode()


@pytest.mark.parametrize("what", ["another link", "deactivated", "no staff"])
def test_a_link_ends_when_the_account_is_no_longer_as_it_was(account: Account, what: str) -> None:
    link = make_link(account)
    browser, shown = opened(link)
    address = shown.redirect_chain[-1][0]

    if what == "another link":
        make_link(account)
    else:
        Account.objects.filter(pk=account.pk).update(**{"is_active" if what == "deactivated" else "is_staff": False})

    assert "has ended" in opened(link)[1].content.decode()
    assert "has ended" in browser.send(address, BOTH)  # and the page that stood open meanwhile


def test_of_two_uses_at_once_one_is_refused(account: Account) -> None:
    token = make_link(account).split("/")[-2]
    first, second = Account.objects.get(pk=account.pk), Account.objects.get(pk=account.pk)

    use_link(first, token, NEW)
    with pytest.raises(ValidationError, match="was used"):
        use_link(second, token, "something else altogether")

    assert Account.objects.get(pk=account.pk).check_password(NEW)


@pytest.mark.parametrize("weak", ["short", "password1234", ""])
def test_a_weak_password_is_refused_and_the_link_still_works(account: Account, weak: str) -> None:
    link = make_link(account)
    browser, shown = opened(link)
    address = shown.redirect_chain[-1][0]

    page = browser.send(address, {"new_password1": weak, "new_password2": weak})

    assert "errorlist" in page
    assert "The password is set" in browser.send(address, BOTH)


def test_a_command_makes_the_first_administrator(settings: Any) -> None:
    settings.KEEPS_ITS_KEY = True
    out = StringIO()

    call_command("make_administrator", "olena", address="https://desk.example/", stdout=out, stderr=StringIO())

    link = out.getvalue().strip()
    assert link.startswith("https://desk.example/admin/account/link/")
    browser, shown = opened(link.removeprefix("https://desk.example"))
    browser.send(shown.redirect_chain[-1][0], BOTH)
    assert Account.objects.get().roles == ["Administrators"]
    assert give_password("olena", NEW)[1]["Location"] == "/admin/"


def test_the_command_lets_a_locked_out_administrator_in_again(settings: Any) -> None:
    settings.KEEPS_ITS_KEY = True
    account = account_of("olena", "Administrators")
    with_factor(account)
    Account.objects.update(is_active=False)

    call_command("make_administrator", "olena", stdout=StringIO(), stderr=StringIO())

    account.refresh_from_db()
    assert (account.is_active, account.has_usable_password(), factors_of(account)) == (True, False, [])


def test_the_command_refuses_what_would_not_work(settings: Any) -> None:
    settings.KEEPS_ITS_KEY = False
    with pytest.raises(CommandError, match="TRACKER_SECRET_KEY is missing"):
        call_command("make_administrator", "olena")
    settings.KEEPS_ITS_KEY = True
    account_of("Olena", "Curators")
    for name, why in (("olena", "an account “Olena” already"), ("with blank", "Enter a valid username")):
        with pytest.raises(CommandError, match=why):
            call_command("make_administrator", name)
