"""`/vocabularies/`: whoever draws a dashboard finds what each word means and what to call it."""

import pytest

from negotiations.api.urls import ANALYSES, RESOURCES
from negotiations.wording import vocabularies
from tests.api.client import Dashboard
from tests.factories import make_talk, published


def test_every_word_has_a_definition_and_labels_in_four_languages(dashboard: Dashboard) -> None:
    found = dashboard.get("vocabularies/talk-kind/")

    assert (found["schema"], found["title"]) == ("TalkKind", "Kind of talk")
    assert found["words"][0] == {
        "value": "round",
        "definition": "A numbered or recurring meeting of the sides to negotiate.",
        "labels": {
            "en": "Round of negotiations", "uk": "Раунд переговорів", "ru": "Раунд переговоров", "tr": "Müzakere turu",
        },
    }  # fmt: skip
    assert [word["value"] for word in found["words"]] == vocabularies()["TalkKind"].values
    assert found["unreviewed"] == ["uk", "ru", "tr"]


def test_the_list_has_what_its_addresses_answer(dashboard: Dashboard) -> None:
    page = dashboard.get("vocabularies/")

    assert page["count"] == len(page["results"]) > 40
    for listed in page["results"]:
        alone = dashboard.get(listed["url"])
        assert alone.pop("meta")["url"] == listed["url"]
        assert alone == listed


def test_lists_that_only_the_desk_uses_are_left_out(dashboard: Dashboard) -> None:
    shown = {listed["schema"] for listed in dashboard.get("vocabularies/")["results"]}

    assert set(vocabularies()) - shown == {"Scope", "SubmissionStatus"}


def test_each_list_says_where_its_words_stand(dashboard: Dashboard) -> None:
    kinds, acts, units = (
        dashboard.get(f"vocabularies/{name}/")["used_by"] for name in ("talk-kind", "statement-act", "unit")
    )

    assert kinds == {"fields": ["Talk.kind"], "parameters": ["talks.kind"]}
    assert acts == {"fields": ["Statement.act"], "parameters": ["statements.act"]}
    assert {"Assertion.unit", "Quantity.unit"} <= set(units["fields"])


def test_every_parameter_that_takes_words_is_used_by_a_list(dashboard: Dashboard) -> None:
    named = {name for listed in dashboard.get("vocabularies/")["results"] for name in listed["used_by"]["parameters"]}
    asked = {resource: view.filterset_class for resource, view in RESOURCES.items()}
    asked |= {route: view.parameters for route, view in ANALYSES.items() if "<" not in route}
    with_words = {
        f"{resource}.{name}"
        for resource, parameters in asked.items()
        for name, found in parameters.base_filters.items()
        if hasattr(found, "vocabulary")
    }

    assert named == with_words


@pytest.mark.parametrize(
    ("name", "nearest"), [("talk-kinds", "talk-kind"), ("talk_kind", "talk-kind"), ("TalkStatus", "talk-status")]
)
def test_an_unknown_list_is_a_404_that_names_the_nearest(dashboard: Dashboard, name: str, nearest: str) -> None:
    assert f"Did you mean {nearest}?" in dashboard.get(f"vocabularies/{name}/", expect=404)["detail"]


@pytest.mark.parametrize("name", ["submission-status", "nonsense", "%00", "%FF", "a" * 100])
def test_what_is_no_list_is_a_404(dashboard: Dashboard, name: str) -> None:
    assert "There is no vocabulary" in dashboard.get(f"vocabularies/{name}/", expect=404)["detail"]


def test_it_takes_as_of_and_nothing_else(dashboard: Dashboard) -> None:
    published(make_talk())

    for path in ("vocabularies/", "vocabularies/stance/"):
        dashboard.refused(f"{path}?language=uk", "language")
        assert dashboard.get(f"{path}?as_of=1")["meta"]["permalink"].endswith(f"{path}?as_of=1")
    then = dashboard.get("vocabularies/?as_of=1")["results"][0]
    assert dashboard.get(then["url"])["meta"]["revision"] == 1
    assert "as_of=1" in then["url"]
