"""The page about the method says whom to tell of a mistake, and fills in what is known of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

ASKED = "/about/?record=talks/istanbul-2025-05-16&revision=10"


@pytest.mark.parametrize(("contact", "said"), [
    (None, "Ask whoever gave you its address."),
    ("mistakes@tracker.example", 'href="mailto:mistakes@tracker.example?subject='),
    ("https://tracker.example/mistakes", 'href="https://tracker.example/mistakes"'),
])  # fmt: skip
def test_it_says_whom_to_write_to(client: Client, settings: Any, contact: str | None, said: str) -> None:
    settings.CONTACT = contact

    page = client.get(ASKED).content.decode()

    assert said in page
    assert "/api/v1/talks/istanbul-2025-05-16/" in page
    assert ("Revision: 10" in unquote(page)) is True


@pytest.mark.parametrize("query", ["record=<b>&revision=1", "record=talks/a/b&revision=-1", 'record=%22&revision=1"x'])
def test_what_is_no_record_or_revision_is_not_repeated(client: Client, query: str) -> None:
    page = client.get(f"/about/?{query}").content.decode()

    assert "(the address of the record, or its name)" in page
    assert "<b>" not in page


def test_there_is_nothing_to_send_to_the_pages(client: Client) -> None:
    assert client.post(ASKED).status_code in (403, 405)
