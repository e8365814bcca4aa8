"""What cannot be understood is refused, with what is wrong, what would be right, and never with a 500."""

from urllib.parse import quote

import pytest

from negotiations.api.urls import RESOURCES
from tests.api.client import Dashboard
from tests.factories import make_talk, published


def test_an_unknown_parameter_is_refused_with_the_nearest_right_name(dashboard: Dashboard) -> None:
    fault = dashboard.refused("talks/?proces=istanbul-2025", "proces")

    assert (fault["code"], fault["nearest"]) == ("unknown_parameter", "process")
    assert "during" in fault["allowed"]
    assert "Did you mean process?" in fault["detail"]


def test_a_word_outside_its_list_is_refused_with_the_list(dashboard: Dashboard) -> None:
    fault = dashboard.refused("talks/?kind=sumit", "kind")

    assert (fault["code"], fault["nearest"]) == ("not_allowed", "summit")
    assert "one_to_one" in fault["allowed"]


def test_every_fault_of_a_request_is_named_at_once(dashboard: Dashboard) -> None:
    problem = dashboard.get("talks/?kind=sumit&during=soon&place=%C3%BF", expect=400)

    assert {fault["parameter"] for fault in problem["errors"]} == {"kind", "during", "place"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=1e1", "page_size"),
        ("page_size=%D9%A1", "page_size"),
        (f"page_size={'9' * 5000}", "page_size"),
        ("page_size=100000000000000000000", "page_size"),
        ("page_size=", "page_size"),
        ("page_size=1&page_size=1", "page_size"),
        ("cursor=%%%", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=%00", "cursor"),
        ("ordering=-", "ordering"),
        ("ordering=--title", "ordering"),
        ("ordering=slug", "ordering"),
        ("format=xml", "format"),
        ("limit=10", "limit"),
        ("%00=1", "\ufffd"),
        ("a\x7f=1", "a\ufffd"),
    ],
)
def test_what_no_list_knows_or_can_read_is_refused(dashboard: Dashboard, query: str, parameter: str) -> None:
    for name in RESOURCES:
        dashboard.refused(f"{name}/?{query}", parameter)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("during=2025-13", "during"),
        ("during=0000", "during"),
        ("during=2025-00", "during"),
        ("during=2025-00-01", "during"),
        ("during=2025-01-00", "during"),
        ("during=%202025", "during"),
        ("on=2025-00-01", "on"),
        ("changed_after=0%20", "changed_after"),
        ("during=2025-05-20/2025-05-10", "during"),
        ("during=../..", "during"),
        ("during=2025-05-16T10:00", "during"),
        ("during=%00", "during"),
        ("during=" + "9" * 3000, "during"),
        ("q=", "q"),
        ("q=%20%20", "q"),
        ("q=" + "a" * 201, "q"),
        ("q=" + "a" * 10_000, "q"),
        ("q=a%00b", "q"),
        ("q=%FF", "q"),
        ("q=%ED%A0%80", "q"),
        ("q=%E2%80%AE", "q"),
        ("q=%CC%81", "q"),
        ("q=%", "q"),
        ("q=a%2", "q"),
        ("process=,", "process"),
        ("process=Istanbul", "process"),
        ("process=" + "a" * 121, "process"),
        ("process=" + ",".join(["a"] * 51), "process"),
        ("process=%25s", "process"),
        ("kind=%25(x)s", "kind"),
        ("kind=round,", "kind"),
        ("kind=ROUND", "kind"),
        ("q=1&q=2", "q"),
        ("process=minsk,minsk", "process"),
        ("kind=round,summit,round", "kind"),
        ("identifier=paax:A,wikidata:Q1,paax:A", "identifier"),
        ("fields=id,title,id", "fields"),
        ("omit=delegations.party,title,delegations.party", "omit"),
        ("include=positions,positions", "include"),
    ],
)
def test_what_a_filter_cannot_read_is_refused(dashboard: Dashboard, query: str, parameter: str) -> None:
    dashboard.refused(f"talks/?{query}", parameter)


def test_too_many_parameters_are_refused(dashboard: Dashboard) -> None:
    query = "&".join(f"p{number}=1" for number in range(5000))

    assert dashboard.get(f"talks/?{query}", expect=400)["errors"][0]["code"] == "too_many"


@pytest.mark.parametrize("query", ["kind=round,summit", "fields=id,delegations,delegations.party", "omit=id,slug"])
def test_different_values_in_a_list_are_taken(dashboard: Dashboard, query: str) -> None:
    dashboard.get(f"talks/?{query}")


@pytest.mark.parametrize("path", ["", "talks/istanbul/", "revisions/1/", "openapi.yaml", "docs/"])
def test_addresses_without_parameters_refuse_every_one(dashboard: Dashboard, path: str) -> None:
    published(make_talk(slug="istanbul"))

    assert dashboard.refused(f"{path}?kind=round", "kind")["code"] == "unknown_parameter"
    assert dashboard.get(f"{path}?kind=round&kind=%FF", expect=400)["errors"]


@pytest.mark.parametrize(
    "address",
    [
        "%00", "ÿ", "%FF", "%2e%2e", "..", "-", "--", "a" * 5000, "1" * 32, "1" * 19, "9" * 400, "İstanbul", "null",
        "00000000-0000-0000-0000-000000000000", "ISTANBUL", "a b", "%0a", "a%0a", "'; DROP TABLE", "{id}", "%25s",
    ],
)  # fmt: skip
def test_an_address_that_nothing_has_is_a_404(dashboard: Dashboard, address: str) -> None:
    whole = address if "%" in address else quote(address)

    for name in RESOURCES:
        assert dashboard.get(f"{name}/{whole}/", expect=404)["title"] == "Not Found"


EVERY_FILTER = [
    (name, parameter) for name, view in RESOURCES.items() for parameter in view.filterset_class.base_filters
]


@pytest.mark.parametrize("value", ["%00", "%FF", "%ED%B0%80", "a%00", "%C2%85", "%E2%80%A8"])
def test_every_filter_refuses_what_is_not_text(dashboard: Dashboard, value: str) -> None:
    for name, parameter in EVERY_FILTER:
        dashboard.refused(f"{name}/?{parameter}={value}", parameter)


@pytest.mark.parametrize(
    "value", ["𝔘", "a" * 4000, "1" * 4000, "{}", "null", "true", "-1", "1e400", "NaN", "' OR 1=1 --", "%", "🙂", "\\"]
)
def test_no_filter_answers_500_to_anything(dashboard: Dashboard, value: str) -> None:
    for name, parameter in EVERY_FILTER:
        response = dashboard.ask(f"{name}/?{parameter}={quote(value)}")
        assert response.status_code in (200, 400), (name, parameter)


def test_brackets_that_a_browser_sends_as_they_are_come_back_as_an_address_may_have_them(dashboard: Dashboard) -> None:
    for number in range(2):
        published(make_talk(title=f"[Round {number}]"))

    page = dashboard.get("talks/?q=[Round&page_size=1")
    found = dashboard.get("search/?q=[Round]")

    assert page["meta"]["url"] == "http://testserver/api/v1/talks/?q=%5BRound&page_size=1"
    assert found["meta"]["permalink"].startswith("http://testserver/api/v1/search/?q=%5BRound%5D&as_of=")
    assert page["next"].startswith("http://testserver/api/v1/talks/?")
    assert "[" not in page["next"]
    assert dashboard.get(page["meta"]["url"])["results"] == page["results"]
