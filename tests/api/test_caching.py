"""Conditional requests: an answer is sent again only when it changed, and never kept when it is an error."""

import gzip
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from negotiations import wording
from negotiations.api.caching import release
from negotiations.models import Talk
from tests.scenery import public_scenery, published

pytestmark = pytest.mark.django_db
TALKS = "/api/v1/talks/"


def etag_of(path: str, **headers: str) -> str:
    return Client(headers=headers).get(path).headers["ETag"]


@pytest.mark.parametrize("path", [TALKS, f"{TALKS}istanbul/", "/api/v1/", f"{TALKS}?page_size=1"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_what_the_client_has_is_not_sent_again(path: str, method: str) -> None:
    public_scenery()
    etag = etag_of(path)

    again = getattr(Client(), method)(path, headers={"If-None-Match": f'"other", {etag}'})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert Client().get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_revision_changes_every_validator() -> None:
    scenery = public_scenery()
    before = etag_of(TALKS)
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Renamed")
    assert etag_of(TALKS) == before, "a pending edit changes nothing"

    published(scenery.istanbul, kind="correction")

    assert etag_of(TALKS) != before
    assert Client().get(TALKS, headers={"If-None-Match": before}).status_code == 200


def test_a_new_epoch_changes_every_validator() -> None:
    public_scenery()
    before = etag_of(TALKS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger.head DISABLE TRIGGER ALL")
        cursor.execute("UPDATE ledger.head SET epoch = epoch + 1")

    assert etag_of(TALKS) != before


def test_a_validator_that_a_proxy_has_weakened_still_serves() -> None:
    public_scenery()

    again = Client().get(TALKS, headers={"If-None-Match": f"W/{etag_of(TALKS)}"})

    assert again.status_code == 304


def test_validators_differ_by_address_and_representation() -> None:
    public_scenery()
    found = {etag_of(TALKS), etag_of(f"{TALKS}?page_size=1"), etag_of("/api/v1/actors/")}

    assert len(found) == 3
    assert etag_of(TALKS, Accept="application/json") != etag_of(TALKS, Accept="*/*")


@pytest.mark.parametrize("path", [f"{TALKS}nothing/", f"{TALKS}?colour=red", "/api/v1/nothing/"])
def test_an_error_is_not_kept(path: str) -> None:
    public_scenery()
    response = Client().get(path, headers={"If-None-Match": "*"})

    assert response.status_code in (400, 404)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", [TALKS, "/api/v1/talks.csv", "/api/v1/changes.jsonl", "/api/v1/openapi.yaml"])
def test_an_answer_is_compressed_for_those_who_take_it(path: str) -> None:
    public_scenery()
    plain, packed = Client().get(path), Client().get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *"])
def test_nobody_gets_a_compressed_answer_who_does_not_take_it(accepted: str) -> None:
    public_scenery()

    assert "Content-Encoding" not in Client().get(TALKS, headers={"Accept-Encoding": accepted}).headers


def test_a_compressed_answer_has_a_strong_validator_of_its_own() -> None:
    public_scenery()
    etag = etag_of(TALKS, **{"Accept-Encoding": "gzip"})
    assert etag != etag_of(TALKS)
    assert etag.startswith('"')

    packed = {"Accept-Encoding": "gzip", "If-None-Match": etag}
    again = Client().get(TALKS, headers=packed)

    assert again.status_code == 304
    assert "Accept-Encoding" in again.headers["Vary"]
    assert Client().get(TALKS, headers={"If-None-Match": etag}).status_code == 200


def test_what_is_too_small_to_gain_and_errors_are_not_compressed() -> None:
    for path in ("/api/v1/talks/?fields=id", "/api/v1/talks/nothing/"):
        assert "Content-Encoding" not in Client().get(path, headers={"Accept-Encoding": "gzip"}).headers


def test_another_wording_changes_every_validator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = release()
    corrected = tmp_path / "vocabularies.yaml"
    corrected.write_bytes(wording.FILE.read_bytes() + b"# corrected\n")
    monkeypatch.setattr(wording, "FILE", corrected)

    assert release.__wrapped__() != before
