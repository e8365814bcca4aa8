"""A form that comes after its session has ended: what was typed is given back to its sender, and to nobody else."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from negotiations.models import Issue
from tests.accounts.conftest import PASSWORD, account_of, signed_in
from tests.admin.conftest import Browser

pytestmark = pytest.mark.usefixtures("groups")
ADD = "/admin/negotiations/issue/add/"
OURS = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
TYPED = {
    "slug": "ceasefire",
    "name": "Ceasefire “at once”",
    "definition": "First line\r\n</textarea><script>x",
    "_continue": "1",
}


class Strict(Browser):
    """A browser as people have it: the token in a form must fit."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def token(self, page: str) -> str:
        return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]

    def sends(self, address: str, form: dict[str, Any], **headers: str) -> Any:
        return self.post(address, form, headers={**OURS, **headers})

    def signs_in(self, name: str) -> None:
        form = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": self.token(self.page("/admin/login/"))}
        assert self.sends("/admin/login/", form).status_code == 302


def kept_in(page: str) -> dict[str, str]:
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture
def browser() -> Strict:
    account_of("olena", "Curators")
    browser = Strict()
    browser.signs_in("olena")
    return browser


def test_what_was_typed_is_sent_after_signing_in_again_without_javascript(browser: Strict) -> None:
    blank = browser.form_of(ADD)
    Session.objects.all().delete()

    late = browser.sends(ADD, blank | TYPED)
    kept = kept_in(late.content.decode())
    browser.signs_in("olena")  # in another window
    again = browser.sends(ADD, {**kept, "csrfmiddlewaretoken": browser.token(late.content.decode())})
    once_more = kept_in(again.content.decode())
    done = browser.sends(ADD, {**once_more, "csrfmiddlewaretoken": browser.token(again.content.decode())})

    assert (late.status_code, again.status_code, done.status_code) == (403, 403, 302)
    assert kept == once_more == {key: value for key, value in (blank | TYPED).items() if key != "csrfmiddlewaretoken"}
    assert "Sign in, in a new window" in late.content.decode()
    assert "signed in as <strong>olena</strong>" in again.content.decode()
    assert "no-store" in late["Cache-Control"]
    assert Issue.objects.get().name == TYPED["name"]


@pytest.mark.parametrize("besides", [{}, {"text": "pasted"}])
def test_a_file_that_came_too_late_is_named_as_not_kept(browser: Strict, besides: dict[str, str]) -> None:
    page = "/admin/negotiations/issue/tables/issue/"
    token = browser.token(browser.page(page))
    Session.objects.all().delete()

    late = browser.sends(
        page, {"csrfmiddlewaretoken": token, "file": SimpleUploadedFile("mines.csv", b"name"), **besides}
    )
    shown = late.content.decode()
    browser.signs_in("olena")
    again = browser.sends(page, {**kept_in(shown), "csrfmiddlewaretoken": browser.token(shown)})

    assert late.status_code == 403
    assert "The file mines.csv was not kept. Choose it again" in shown
    assert "Nothing is lost" not in shown
    assert again.status_code in (302, 403)


def test_nothing_of_it_is_kept_on_the_desk(browser: Strict, caplog: Any) -> None:
    blank = browser.form_of(ADD)
    Session.objects.all().delete()

    answer = browser.sends(ADD, blank | TYPED)

    assert not Issue.objects.exists()
    assert [session.get_decoded() for session in Session.objects.all()] == []
    assert "Ceasefire" not in caplog.text
    assert "Ceasefire" not in str(answer.headers)


def test_what_was_typed_cannot_break_out_of_the_page(browser: Strict) -> None:
    Session.objects.all().delete()

    page = browser.sends(ADD, {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, **TYPED}).content.decode()

    assert "<script>x" not in page
    assert "</textarea><script>" not in page


def test_passwords_are_not_given_back(browser: Strict) -> None:
    secrets = {
        "old_password": "s3cret-a",
        "new_password1": "s3cret-b",
        "new_password2": "s3cret-c",
        "proof": "s3cret-d",
    }
    form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "note": "typed", **secrets}
    Session.objects.all().delete()

    page = browser.sends("/admin/password_change/", form).content.decode()

    assert kept_in(page) == {"note": "typed"}
    assert "s3cret" not in page


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "null"}],
)  # fmt: skip
def test_a_form_of_another_site_is_refused_and_not_given_back(browser: Strict, headers: dict[str, str]) -> None:
    answer = browser.sends(ADD, {"csrfmiddlewaretoken": "x" * 64, **TYPED}, **headers)

    assert answer.status_code == 403
    assert kept_in(answer.content.decode()) == {}
    assert "Ceasefire" not in answer.content.decode()


def test_without_a_word_from_the_browser_where_it_comes_from_it_is_refused(browser: Strict) -> None:
    answer = browser.post(ADD, {"csrfmiddlewaretoken": "x" * 64, **TYPED})

    assert kept_in(answer.content.decode()) == {}


def test_a_late_form_waits_for_the_second_factor_too() -> None:
    browser = signed_in(account_of("olena", "Editors"))
    blank = browser.form_of(ADD)
    session = browser.session
    del session["account_authentication_methods"]
    session.save()

    page = browser.send(ADD, blank | TYPED, expect=403)

    assert kept_in(page)["name"] == TYPED["name"]
    assert "second-factor/again/" in page


def test_a_page_that_asks_who_is_signed_in_is_told_so_and_nothing_else() -> None:
    account = account_of("olena", "Curators")
    stranger, browser = Browser().get("/admin/account/session/"), signed_in(account).get("/admin/account/session/")

    assert stranger.json() == {"user": None, "name": None, "token": stranger.json()["token"]}
    assert (browser.json()["user"], browser.json()["name"]) == (str(account.pk), "olena")
    for answer in (stranger, browser):
        assert "no-store" in answer["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in answer


def test_the_sign_in_form_after_signing_in_elsewhere_leads_on(browser: Strict) -> None:
    answer = browser.sends("/admin/login/", {"login": "olena", "password": PASSWORD, "csrfmiddlewaretoken": "x" * 64})

    assert answer["Location"] == "/admin/login/"
    assert browser.get("/admin/login/")["Location"] == "/admin/"
