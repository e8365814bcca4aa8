"""The desk API's door: no cookie opens it, no other site reads it, nobody keeps it, and the public process has none."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client
from openapi_schema_validator import OAS31Validator

from negotiations.api.desk.urls import RESOURCES
from negotiations.api.root import CONTRACT
from tests import sites
from tests.admin.conftest import Browser
from tests.api.test_contract import Schema, public_paths
from tests.api.test_lists import publish_a_world
from tests.desk_api.conftest import Program, staff

WRITING = {"post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def contract() -> Schema:
    loaded: Schema = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return loaded


def test_a_session_does_not_open_the_desk_api(groups: None) -> None:
    browser = Browser()
    browser.force_login(staff("superuser", None))
    browser.page("/admin/")

    answer = browser.get("/api/v1/desk/talks/")

    assert answer.status_code == 401
    assert "cookie" not in answer.get("Vary", "").lower()
    assert not answer.cookies


def test_no_other_site_may_read_it(curator: Program) -> None:
    got = curator.ask("GET", "talks/", Origin="https://elsewhere.example")
    preflight = Client().options(
        "/api/v1/desk/talks/",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"},
    )

    for answer in (got, preflight):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert answer["Cache-Control"] == "no-store"
    assert preflight.status_code == 401


@pytest.mark.parametrize("path", ["", "nothing/", "talks", "talks/x/nothing/", "submissions/x/", "talks/x\x00/"])
def test_an_address_that_nothing_has_is_a_problem_document(curator: Program, path: str) -> None:
    problem = curator.get(path, expect=404)

    assert problem["instance"].startswith("/api/v1/desk/")


def test_a_method_that_an_address_has_not_is_named(curator: Program) -> None:
    answer = curator.ask("DELETE", "talks/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert answer["Content-Type"] == "application/problem+json"
    assert curator.ask("OPTIONS", "talks/").status_code == 405
    assert curator.ask("HEAD", "talks/").status_code == 200


def test_the_public_process_has_no_desk(bundled: sites.Site) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = bundled.ask("/api/v1/desk/talks/", method, {"Authorization": "Bearer x"})

        assert answer.status == 404
        assert answer.json["type"] == "urn:negotiation-tracker:problem:not-found"


def test_the_contract_describes_every_operation_of_the_desk(contract: Schema) -> None:
    desk = {path: methods for path, methods in contract["paths"].items() if path not in public_paths(contract)}

    assert {f"/api/v1/desk/{name}/" for name in RESOURCES} <= set(desk)
    for path, methods in desk.items():
        for method, operation in methods.items():
            assert operation["tags"] == ["desk"], path
            assert operation["security"] == [{"deskToken": []}], path
            assert operation["summary"], path
            assert operation["description"].endswith("."), path
            assert {"401", "403", "400"} <= set(operation["responses"]), (path, method)
            names = {str(each.get("$ref", each.get("name"))).rpartition("_")[2] for each in operation["parameters"]}
            assert ("Idempotency-Key" in names) == (method == "post"), (path, method)
            assert ("If-Match" in names) == ("412" in operation["responses"] and "428" in operation["responses"])
    ids = [operation["operationId"] for methods in contract["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_the_contract_says_that_the_public_process_has_no_desk(contract: Schema) -> None:
    (tag,) = [tag for tag in contract["tags"] if tag["name"] == "desk"]

    assert "404" in tag["description"]


def test_answers_and_bodies_are_what_the_contract_says(contract: Schema, curator: Program) -> None:
    publish_a_world()

    for name, view in RESOURCES.items():
        path = f"/api/v1/desk/{name}/"
        page = curator.get(path)
        check(contract, contract["paths"][path]["get"]["responses"]["200"], page)
        one = contract["paths"][f"{path}{{id}}/"]
        for row in page["results"]:
            answer = curator.get(f"{path}{row['id']}/")
            check(contract, one["get"]["responses"]["200"], answer)
            if hasattr(view, "right"):
                check(contract, one["put"]["requestBody"], answer)


def check(contract: Schema, described: Schema, answer: Any) -> None:
    schema = described["content"]["application/json"]["schema"]
    errors = OAS31Validator({**schema, "components": contract["components"]}).iter_errors(answer)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
