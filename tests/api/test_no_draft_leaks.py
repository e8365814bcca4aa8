"""A draft's address says no more than one that never was; of all else on the desk, see test_noninterference.py."""

import re
from uuid import uuid4

import pytest

from tests.api.client import Dashboard
from tests.factories import make_talk

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]


@pytest.mark.parametrize("end", ["", "versions/", "versions/1/diff/1/", "?as_of=1"])
def test_a_drafts_address_is_answered_like_one_that_never_existed(end: str) -> None:
    dashboard = Dashboard()
    draft = make_talk()

    def said(address: str) -> tuple[int, bytes]:
        response = dashboard.ask(f"talks/{address}/{end}")
        return response.status_code, re.sub(address.encode(), b"", response.content)

    assert said(draft.slug) == said("never-existed")
    assert said(str(draft.pk)) == said(str(uuid4()))
