"""What no one sends by mistake: in every parameter, address, header and body it is refused, or it finds nothing.

No answer is a 5xx, and none is a silent 200: one that would be the same had the value been left out.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from negotiations.api.contract import readings
from negotiations.api.filters import SearchFilter
from negotiations.api.search import SearchParameters, SearchView
from negotiations.api.urls import ANALYSES, RESOURCES
from tests.api.client import Dashboard
from tests.api.hostile import BODIES, HEADERS, HOSTILE, QUERIES
from tests.api.test_lists import publish_a_world
from tests.contract import contract

FILLED = {
    "{id}": "istanbul", "{m}": "1", "{n}": "1", "{suffix}": "csv", "{name}": "talk-kind", "{scheme}": "paax",
    "{value}": "1",
}  # fmt: skip
Pair = tuple[str, str]  # a resource, and one of its parameters
SHARED = ("fields", "omit", "include", "ordering", "page_size", "cursor", "count", "as_of")
PARAMETERS: list[Pair] = [
    (name, parameter)
    for name, view in RESOURCES.items()
    for parameter in (*view.filterset_class.base_filters, *SHARED)
] + [("changes", "after"), *(("search", parameter) for parameter in SearchParameters.base_filters)]  # fmt: skip


NAMES = [[part for part in path.split("/") if "<" not in part][-1] for path in ANALYSES]  # matrix, timeline, …
FILTERS = {name: view.filterset_class.base_filters for name, view in {**RESOURCES, "search": SearchView}.items()}
SEARCH = "search/?q=istanbul"


def kinds() -> dict[str, list[Pair]]:
    """The parameters by what reads them: those of one kind are read by the same code."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for name, parameter in PARAMETERS:
        filters = FILTERS.get(name, {})
        found[type(filters[parameter]).__name__ if parameter in filters else parameter].append((name, parameter))
    return found


def in_the_suite() -> Iterator[tuple[str, str, str]]:
    """Every other string to each kind of parameter, by turns to those of a kind; and some to every parameter."""
    for first, pairs in enumerate(kinds().values()):
        for number, value in enumerate(HOSTILE[first % 2 :: 2]):
            yield (*pairs[number % len(pairs)], value)
    chance = random.Random(4)  # noqa: S311
    for pair in PARAMETERS:
        for value in chance.sample(HOSTILE, 2):
            yield (*pair, value)


def test_there_are_enough_of_them_and_each_parameter_is_asked() -> None:
    assert len(HOSTILE) >= 250
    described = {
        (path.split("/")[3], parameter["name"])
        for path, operation in readings(contract())
        for parameter in operation["parameters"]
        if parameter.get("in") == "query" and path.split("/")[3] in (*RESOURCES, "search") and not is_analysis(path)
    }
    assert described - set(PARAMETERS) == {("search", "page_size")}, "which lists have too"


def test_a_hostile_value_is_refused_or_finds_nothing(dashboard: Dashboard) -> None:
    assert_nothing_gets_through(dashboard, in_the_suite())


def is_analysis(path: str) -> bool:
    """Whether the contract's `path` is of an analysis: something asked of a record, or of all."""
    return bool(re.search(rf"/({'|'.join(NAMES)})[/.]", path))


def test_an_analysis_refuses_a_hostile_value_or_answers_it(dashboard: Dashboard) -> None:
    publish_a_world()
    chance = random.Random(7)  # noqa: S311
    asked = [
        (re.sub("{id}", "istanbul", path), parameter["name"])
        for path, operation in readings(contract())
        if is_analysis(path) and "{other}" not in path and "{suffix}" not in path
        for parameter in operation["parameters"]
        if parameter.get("in") == "query"
    ]
    answers = {
        f"{path}?{name}={value}": dashboard.ask(f"{path}?{name}={value}")
        for path, name in asked
        for value in chance.sample(HOSTILE, 4)
    }

    assert len(asked) > 30
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 400, 404}
    assert any(answer.status_code == 400 for answer in answers.values())


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_every_hostile_value_in_every_parameter(dashboard: Dashboard, part: int) -> None:
    assert_nothing_gets_through(dashboard, ((*pair, value) for pair in PARAMETERS[part::8] for value in HOSTILE))


def assert_nothing_gets_through(dashboard: Dashboard, asked: Iterator[tuple[str, str, str]]) -> None:
    publish_a_world()
    plain = {name: dashboard.get(f"{name}/")["results"] for name in (*RESOURCES, "changes")}
    plain["search"] = dashboard.get(SEARCH)["results"]
    wrong: list[str] = []
    for name, parameter, value in asked:
        start = f"{SEARCH}&" if (name, parameter == "q") == ("search", False) else f"{name}/?"
        response = dashboard.ask(f"{start}{parameter}={value}")
        is_refused = response.status_code == 400 and names(json.loads(response.content), parameter)
        finds = response.status_code == 200 and json.loads(response.content)["results"]
        is_silent = finds == plain[name] and not (parameter == "q" and are_of(value, finds))
        if not is_refused and (response.status_code != 200 or is_silent):
            wrong.append(f"{name}/?{parameter}={value[:60]}: {response.status_code}")
    assert wrong == [], "\n".join(wrong)
    assert all(plain.values())


def are_of(value: str, rows: list[Any]) -> bool:
    """Whether each of the rows holds the text, folded as searching folds it: what all hold, finds all."""
    return all(folded(unquote(value)) in folded(json.dumps(row, ensure_ascii=False)) for row in rows)


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def names(problem: dict[str, Any], parameter: str) -> bool:
    return {fault["parameter"] for fault in problem["errors"]} == {parameter}


def test_a_hostile_query_is_refused(dashboard: Dashboard) -> None:
    publish_a_world()

    for path in ("", "talks/", "talks.csv", "changes/", "revisions/1/", "revisions/head/"):
        for query in QUERIES:
            assert dashboard.ask(f"{path}?{query}").status_code == 400, (path, query[:60])


def test_nothing_is_at_a_hostile_address(dashboard: Dashboard) -> None:
    publish_a_world()
    blanks = [path.removeprefix("/api/v1/") for path, _ in readings(contract()) if "{" in path]
    chance = random.Random(4)  # noqa: S311

    for number, value in enumerate(value for value in HOSTILE if value.replace("+", "")):
        for path in (blanks[number % len(blanks)], chance.choice(blanks), "talks/{id}/", "revisions/{id}/"):
            address = path.replace(chance.choice(re.findall(r"{\w+}", path)), value)
            for blank, filled in FILLED.items():
                address = address.replace(blank, filled)
            response = dashboard.ask(address)
            assert response.status_code == 404, (address[:80], response.status_code)


@pytest.mark.parametrize("path", ["issues/", "issues.csv", "issues/?page_size=1&as_of=1", "nothing/", "openapi.yaml"])
def test_a_hostile_header_changes_nothing_or_is_refused(dashboard: Dashboard, path: str) -> None:
    publish_a_world()
    expected = dashboard.ask(path).getvalue()

    for name, values in HEADERS.items():
        for number, value in enumerate(values):
            for method in ("GET", ("HEAD", "OPTIONS")[number % 2]):
                response = dashboard.ask(path, method, **{name: value})
                what = (method, path, name, value[:60], response.status_code)
                assert response.status_code in (200, 400, 404, 406), what
                if method == "GET" and response.status_code == 200 and name not in ("Accept", "Host"):
                    body = response.getvalue()
                    is_compressed = response.get("Content-Encoding") == "gzip"
                    assert (gzip.decompress(body) if is_compressed else body) == expected, what
                assert response.status_code != 406 or name == "Accept", what
                assert response.status_code != 400 or name == "Host" or (name == "Accept" and "csv" in value), what


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "media", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"]
)
def test_a_hostile_body_is_read_by_nobody(dashboard: Dashboard, body: str, media: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "QUERY"):
        refused = dashboard.client.generic(method, "/api/v1/talks/", BODIES[body], content_type=media)
        assert refused.status_code == 405, method
    # A body of a GET means nothing to HTTP itself (RFC 9110, 9.3.1), so it is no value that could be refused.
    read = dashboard.client.generic("GET", "/api/v1/issues/", BODIES[body], content_type=media)
    assert (read.status_code, json.loads(read.content)["results"]) == (200, [])


def test_a_search_without_a_letter_finds_nothing(dashboard: Dashboard) -> None:
    publish_a_world()
    searched = [name for name, parameter in PARAMETERS if parameter == "q" and name != "search"]
    assert len(searched) == sum(isinstance(found, SearchFilter) for view in RESOURCES.values()
                                for found in view.filterset_class.base_filters.values())  # fmt: skip

    for name in searched:
        for value in ("%CC%81", "%E2%80%8F", "%C2%AD", "%EF%B8%8F", "%25", "_"):
            response = dashboard.ask(f"{name}/?q={value}")
            assert response.status_code == 400 or json.loads(response.content)["results"] == [], (name, value)
