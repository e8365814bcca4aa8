"""Suppressing and making tokens ask who sits there, unless that was shown a few minutes ago; nothing typed is lost."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from negotiations.models import Revision, Talk, Token
from tests.accounts.conftest import PASSWORD, account_of, signed_in
from tests.scenery import public_scenery

pytestmark = pytest.mark.usefixtures("groups")
TOKENS = "/admin/negotiations/token/add/"


def a_token(**more: Any) -> dict[str, Any]:
    until = timezone.now() + datetime.timedelta(days=30)
    owner = account_of("owner", "Curators")
    asked = {"name": "Import of the wire", "owner": owner.pk, "scopes": ["desk:read"]}
    return {**asked, "expires_at_0": f"{until:%Y-%m-%d}", "expires_at_1": "12:00:00", **more}


def test_a_token_is_made_only_by_who_shows_who_they_are() -> None:
    browser = signed_in(account_of("administrator", "Administrators"), lately=False)
    form = a_token()

    page = browser.send(TOKENS, form)
    again = browser.send(TOKENS, form | {"proof": "wrong"})

    assert ("This field is required" in page, "This is not your password" in again) == (True, True)
    for shown in (page, again):
        assert 'value="Import of the wire"' in shown
        assert 'value="desk:read" id="id_scopes_0" checked' in shown or 'value="desk:read" selected' in shown
    assert not Token.objects.exists()
    assert 'id="token"' in browser.send(TOKENS, form | {"proof": PASSWORD})
    assert Token.objects.count() == 1


def test_who_signed_in_a_moment_ago_is_not_asked() -> None:
    browser = signed_in(account_of("administrator", "Administrators"))

    assert 'name="proof"' not in browser.page(TOKENS)
    assert 'id="token"' in browser.send(TOKENS, a_token())


def test_nothing_is_suppressed_by_who_does_not_show_who_they_are() -> None:
    talk = public_scenery().antalya
    browser = signed_in(account_of("administrator", "Administrators"), lately=False)
    address = f"/admin/negotiations/talk/{talk.pk}/suppress/"
    form = {"note": "For somebody’s safety.", "confirmed": "on", "seen_version": "1"}

    for proof in ({}, {"proof": "wrong"}):
        page = browser.send(address, form | proof)
        assert "Your password or a code" in page
        assert "For somebody’s safety." in page
        assert Revision.objects.count() == 1
    browser.send(address, form | {"proof": PASSWORD})

    assert not Talk.objects.filter(pk=talk.pk).exists()


def test_retracting_asks_for_no_proof() -> None:
    talk = public_scenery().antalya
    browser = signed_in(account_of("olena", "Editors"), lately=False)

    assert 'name="proof"' not in browser.page(f"/admin/negotiations/talk/{talk.pk}/retract/")
