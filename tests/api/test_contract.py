"""openapi.yaml is what the code serves, and what the code serves is what openapi.yaml says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from drf_spectacular.generators import SchemaGenerator
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from negotiations.api.formats import formats_of
from negotiations.api.records import RecordViewSet
from negotiations.api.root import CONTRACT
from negotiations.api.urls import ANALYSES, RESOURCES
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def contract() -> Schema:
    loaded: Schema = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return loaded


def validator(contract: Schema, schema: Schema) -> OAS31Validator:
    return OAS31Validator({**schema, "components": contract["components"]})


def public_paths(contract: Schema) -> dict[str, Schema]:
    """The addresses of the public door; those of the desk are asked in tests/desk_api, with tokens."""
    return {path: methods for path, methods in contract["paths"].items() if not path.startswith("/api/v1/desk/")}


def at_the_public_door(contract: Schema) -> Schema:
    """The contract without the desk's addresses, for whoever asks all there are of a process that has no desk."""
    return {**contract, "paths": public_paths(contract)}


def operations(contract: Schema) -> Iterator[tuple[str, Schema]]:
    for path, methods in public_paths(contract).items():
        yield path, methods["get"]


def parameters_of(contract: Schema, operation: Schema) -> list[Schema]:
    """The operation's parameters as if the contract described nothing once for all operations."""
    shared = contract["components"]["parameters"]
    found = [shared[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in operation["parameters"]]
    return [{**parameter, "schema": spelled_out(contract, parameter["schema"])} for parameter in found]


def spelled_out(contract: Schema, schema: Schema) -> Schema:
    """`schema` with the words in place of their name."""
    if "items" in schema:
        return {**schema, "items": spelled_out(contract, schema["items"])}
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**contract["components"]["schemas"].get(name, {}), **schema}


def test_the_committed_contract_is_what_the_code_makes(contract: Schema) -> None:
    assert contract == yaml.safe_load(yaml.safe_dump(SchemaGenerator().get_schema(public=True)))


def test_the_contract_is_valid_openapi(contract: Schema) -> None:
    validate(contract)

    assert contract["openapi"] == "3.1.1"


def test_every_address_is_described_and_reads_only(contract: Schema) -> None:
    expected = {"/api/v1/", "/api/v1/changes/", "/api/v1/search/", "/api/v1/revisions/head/", "/api/v1/coverage/"}
    expected |= {"/api/v1/vocabularies/", "/api/v1/vocabularies/{name}/", "/api/v1/identifiers/{scheme}:{value}/"}
    expected |= {f"/api/v1/{name}/{end}" for name in RESOURCES for end in ("", "{id}/")}
    expected |= {f"/api/v1/{name}.{{suffix}}" for name in (*RESOURCES, "changes", "coverage")}
    for route in ANALYSES:
        asked = route.replace("<address:", "{").replace(">", "}")
        expected |= {f"/api/v1/{asked}/", f"/api/v1/{asked}.{{suffix}}"}
    for name, view in RESOURCES.items():
        if issubclass(view, RecordViewSet):
            expected |= {
                f"/api/v1/{name}/{{id}}/{end}" for end in ("versions/", "versions.{suffix}", "versions/{m}/diff/{n}/")
            }

    assert set(public_paths(contract)) == expected
    for path, methods in public_paths(contract).items():
        assert list(methods) == ["get"], path


def test_every_operation_and_parameter_says_what_it_is_for(contract: Schema) -> None:
    for path, operation in operations(contract):
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        assert {"302", "400", "406", "429", "503"} <= set(operation["responses"]), path
        assert len({"200", "303"} & set(operation["responses"])) == 1, path
        for parameter in parameters_of(contract, operation):
            assert parameter["description"], (path, parameter["name"])
        assert parameters_of(contract, operation)[-1]["name"] == "as_of", path


def test_every_enum_in_a_record_has_a_name_of_its_own(contract: Schema) -> None:
    for name, component in contract["components"]["schemas"].items():
        for field, schema in component.get("properties", {}).items():
            assert "enum" not in schema, (name, field)
        assert not name.endswith("Enum"), name


def test_every_list_of_words_that_a_parameter_takes_has_a_name(contract: Schema) -> None:
    for path, operation in operations(contract):
        for parameter in operation["parameters"]:
            schema = parameter.get("schema", {})
            assert "enum" not in schema.get("items", schema), (path, parameter["name"])
    kinds = {
        str(p["schema"]) for _, operation in operations(contract) for p in operation["parameters"] if "schema" in p
    }
    assert str({"$ref": "#/components/schemas/TalkOrdering", "default": "-start"}) in kinds


def test_every_word_is_a_name_or_has_one(contract: Schema) -> None:
    for name, component in contract["components"]["schemas"].items():
        words = component.get("enum", [])
        names = component.get("x-enum-varnames", [str(word).upper() for word in words])
        assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", each) for each in names), name
        assert len(set(names)) == len(words), name


def test_every_operation_tells_how_to_ask_only_for_what_has_changed(contract: Schema) -> None:
    for path, operation in operations(contract):
        if "200" not in operation["responses"]:  # it only leads elsewhere
            continue
        assert "304" in operation["responses"], path
        assert "ETag" in operation["responses"]["200"]["headers"], path
        assert "If-None-Match" in {parameter["name"] for parameter in parameters_of(contract, operation)}, path


def test_every_example_is_what_its_operation_could_answer(contract: Schema) -> None:
    shown = 0
    for path, operation in operations(contract):
        media = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        for example in media.get("examples", {}).values():
            errors = [error.message for error in validator(contract, media["schema"]).iter_errors(example["value"])]
            assert errors == [], path
            shown += 1
    assert shown >= 14


def test_every_operation_answers_as_the_contract_says(contract: Schema, dashboard: Dashboard) -> None:
    publish_a_world()

    for path, operation in operations(contract):
        if "200" not in operation["responses"]:
            continue
        for address in addresses_of(dashboard, path):
            dashboard.get(address)  # which the client holds against the contract (tests/contract.py)


def test_every_file_is_described_by_its_suffixes_and_media_types(contract: Schema) -> None:
    for name in RESOURCES:
        operation = contract["paths"][f"/api/v1/{name}.{{suffix}}"]["get"]
        suffix = next(each for each in parameters_of(contract, operation) if each["name"] == "suffix")
        assert sorted(suffix["schema"]["enum"]) == sorted(str(renderer.format) for renderer in formats_of(name))
        assert set(operation["responses"]["200"]["content"]) == {each.media_type for each in formats_of(name)}
        names = {parameter["name"] for parameter in parameters_of(contract, operation)}
        assert not names & {"cursor", "page_size"}


def addresses_of(dashboard: Dashboard, path: str) -> list[str]:
    if "{suffix}" in path:
        return []
    if path.endswith("/search/"):
        return [f"{path}?q=talks"]
    if "{name}" in path:
        return [found["url"] for found in dashboard.get(path.partition("{name}/")[0])["results"]]
    if "{id}" not in path:
        return [path]
    found = dashboard.get(path.partition("{id}/")[0])["results"]
    whole = path.replace("{m}", "1").replace("{n}", "1").replace("{other}", str(found[0].get("id")))
    return [whole.replace("{id}", str(record.get("id", record.get("number")))) for record in found]


def test_no_answer_has_a_field_that_the_contract_does_not_name(contract: Schema, dashboard: Dashboard) -> None:
    publish_a_world()

    for name in RESOURCES:
        schema = contract["paths"][f"/api/v1/{name}/"]["get"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ]
        page = contract["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        item = page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
        brings = RESOURCES[name].serializer_class.level().brings
        more = f"?include={','.join(brings)}" if brings else ""
        for record in dashboard.get(f"{name}/{more}")["results"]:
            properties = [each for each in contract["components"]["schemas"][item]["properties"] if each != "certainty"]
            assert list(record) == properties, name
        for record in dashboard.get(f"{name}/")["results"]:
            assert sorted(record) == sorted(contract["components"]["schemas"][item]["required"]), name


@pytest.mark.parametrize("query", ["kind=sumit", "proces=1", "during=soon&kind=x&kind=y"])
def test_every_problem_is_what_the_contract_says(contract: Schema, dashboard: Dashboard, query: str) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}

    validator(contract, schema).validate(dashboard.get(f"talks/?{query}", expect=400))


def test_the_contract_is_served_as_it_is_committed(dashboard: Dashboard) -> None:
    response = dashboard.ask("openapi.yaml")

    assert (response.content, response["Content-Type"]) == (CONTRACT.read_bytes(), "application/yaml")


def test_the_documentation_page_holds_no_script_or_style_of_its_own(dashboard: Dashboard) -> None:
    response = dashboard.ask("docs/")
    page = response.content.decode()

    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "'unsafe" not in response["Content-Security-Policy"]
    assert "<style" not in page
    assert "<script>" not in page
    assert "/api/v1/openapi.yaml" in dashboard.ask("docs/?script=").content.decode()
