"""The public door is refused to a role that could do more than read what is public."""

import pytest
from django.db import connections

from negotiations.ledger.checks import public_door_is_confined

pytestmark = [pytest.mark.django_db(databases=["default", "public"]), pytest.mark.two_connections]


def ids_when_served_as(user: str, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    public = connections["public"]
    public.close()
    monkeypatch.setitem(public.settings_dict, "USER", user)
    try:
        return [wrong.id for wrong in public_door_is_confined(databases=["public"])]
    finally:
        public.close()


class TestServedAs:
    pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])

    def test_the_public_role_is_accepted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert ids_when_served_as("tracker_public", monkeypatch) == []

    def test_the_desks_role_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert ids_when_served_as("tracker_desk", monkeypatch) == ["negotiations.E002"]

    def test_the_owner_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        owner = connections["default"].settings_dict["USER"]
        assert "negotiations.E003" in ids_when_served_as(owner, monkeypatch)
