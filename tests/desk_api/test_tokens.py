"""Tokens: shown once, hashed at rest, good until they expire, are revoked, or their owner leaves the staff."""

from __future__ import annotations

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from negotiations.models import Token
from tests.admin.conftest import Browser
from tests.desk_api.conftest import Program, staff, token_of

ADD = "/admin/negotiations/token/add/"


def asked(**wanted: Any) -> dict[str, Any]:
    until = timezone.now() + datetime.timedelta(days=30)
    usual = {"name": "Import", "scopes": ["desk:read", "desk:write"]}
    return {**usual, "expires_at_0": f"{until:%Y-%m-%d}", "expires_at_1": "12:00:00", **wanted}


def signed_in(name: str, group: str | None) -> Browser:
    browser = Browser()
    browser.force_login(staff(name, group))
    return browser


def text_in(page: str) -> str:
    return page.partition('<code id="token">')[2].partition("</code>")[0]


def test_an_administrator_makes_a_token_that_is_shown_once(groups: None, curator: Program) -> None:
    browser = signed_in("administrator-at-work", "Administrators")

    page = browser.send(ADD, asked(owner=curator.user.pk))  # type: ignore[union-attr]

    text = text_in(page)
    token = Token.objects.get(name="Import")
    assert (token.owner, token.scopes) == (curator.user, ["desk:read", "desk:write"])
    Program(text).get("talks/")
    listed = browser.page("/admin/negotiations/token/")
    assert token.prefix in listed
    assert text not in listed
    assert text not in str(browser.session.items()) + str(browser.cookies)


@pytest.mark.parametrize("group", ["Curators", "Editors", "Readers"])
def test_nobody_else_makes_or_sees_tokens(groups: None, group: str) -> None:
    browser = signed_in("somebody", group)

    browser.page(ADD, expect=403)
    browser.page("/admin/negotiations/token/", expect=403)


def test_an_administrator_cannot_make_one_that_may_do_anything(groups: None) -> None:
    superuser = staff("superuser", None)
    browser = signed_in("administrator-at-work", "Administrators")

    page = browser.send(ADD, asked(owner=superuser.pk))

    assert "Select a valid choice" in page
    assert not Token.objects.exists()


def test_only_a_digest_is_kept_and_only_with_the_pepper_is_it_one_of_the_text(groups: None, settings: Any) -> None:
    text = token_of(staff("somebody", "Curators"))
    secret = text.rpartition("_")[2]

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM negotiations_token t")
        (row,) = cursor.fetchone()

    assert secret not in row
    assert Token.shown(text) is not None
    settings.TOKEN_PEPPER = "another"
    assert Token.shown(text) is None


def test_a_token_is_good_until_it_expires_or_is_revoked(groups: None) -> None:
    owner = staff("somebody", "Curators")
    expired, good = Program(token_of(owner, days=-0.001)), Program(token_of(owner))

    good.get("talks/")
    answer = expired.ask("GET", "talks/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="desk"')
    administrator = signed_in("administrator-at-work", "Administrators")
    pks = list(Token.objects.values_list("pk", flat=True))
    administrator.send("/admin/negotiations/token/", {"action": "revoke_selected", "_selected_action": pks})
    good.get("talks/", expect=401)


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_a_token_ends_with_its_owners_place_on_the_staff(curator: Program, column: str) -> None:
    type(curator.user).objects.update(**{column: False})  # type: ignore[union-attr]

    curator.get("talks/", expect=401)


def test_a_token_loses_the_rights_that_its_owner_loses(curator: Program) -> None:
    curator.user.groups.clear()  # type: ignore[union-attr]

    assert "the right view_talk is missing" in curator.get("talks/", expect=403)["detail"]


def test_a_scope_that_is_missing_is_named(reader: Program) -> None:
    detail = reader.post("talks/", {}, expect=403)["detail"]

    assert detail == "This needs the scope desk:write; the token has desk:read."


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic Y3VyYXRvcjp4", "Token x", "Bearer \x00",
     "Bearer ntdesk_0123456789_" + "a" * 43, "Bearer " + "x" * 8000],
)  # fmt: skip
def test_nothing_else_opens_the_desk(curator: Program, header: str) -> None:
    answer = Client().get("/api/v1/desk/talks/", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    near = Client().get("/api/v1/desk/talks/", headers={"Authorization": f"Bearer {curator.text[:-1]}x"})
    assert near.status_code == 401


def test_use_is_put_down_once_a_minute(reader: Program) -> None:
    reader.get("talks/")
    first = Token.objects.get().last_used_at
    reader.get("talks/")
    assert Token.objects.get().last_used_at == first is not None

    Token.objects.update(last_used_at=first - datetime.timedelta(seconds=61))
    reader.get("talks/")

    assert Token.objects.get().last_used_at >= first


def test_a_command_makes_tokens_too(groups: None, settings: Any) -> None:
    staff("somebody", "Curators")
    out, err = StringIO(), StringIO()

    call_command("make_token", "somebody", "A program", "--scope=desk:read", "--days=2", stdout=out, stderr=err)

    Program(out.getvalue().strip()).get("talks/")
    assert "until" in err.getvalue()
    for arguments in (["nobody", "x", "--scope=desk:read"], ["somebody", "x", "--scope=desk:read", "--days=0"]):
        with pytest.raises(CommandError):
            call_command("make_token", *arguments)
    settings.TOKEN_PEPPER = None
    with pytest.raises(CommandError, match="TRACKER_SECRET_KEY"):
        call_command("make_token", "somebody", "x", "--scope=desk:read")
