"""`/disputes/`: facts of several versions, each with all of them, their sources, and what they agree on."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from negotiations import publication
from negotiations.models import Assertion, OutcomeParty, Talk
from tests import factories as make
from tests.api.client import Dashboard
from tests.api.test_shaping import statements
from tests.scenery import editor
from tests.sites import Site

EVERY = "verdict=disputed,settled,agreed,compatible"


def lasted(amount: str, talk: Talk, **wanted: Any) -> Assertion:
    version = Assertion.objects.create(talk=talk, field="duration", amount=amount, unit="minutes", **wanted)
    make.cite(version, excerpt=f"It lasted {amount}.")
    return version


def disputed_talk(title: str = "Istanbul talks", **wanted: Any) -> Talk:
    talk = make.make_talk(title, **wanted)
    lasted("[90,90]", talk)
    lasted("[120,120]", talk)
    return talk


def results(dashboard: Dashboard, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dashboard.get(f"disputes/?{query}" if query else "disputes/")["results"]
    return found


def test_sources_that_agree_are_shown_with_what_they_agree_on(dashboard: Dashboard) -> None:
    talk = make.make_talk()
    lasted("(,120)", talk)
    lasted("(90,)", talk, approximate=True)
    make.published(talk)

    assert results(dashboard) == []
    (fact,) = results(dashboard, "verdict=agreed")

    assert fact["agreed"]["text"] == "91 to 119 minutes"
    assert fact["agreed"]["amount"] == {"lower": "90", "upper": "120", "lower_included": False, "upper_included": False}
    shown = dashboard.get(f"talks/{talk.slug}/")
    by_id = {version["id"]: version for version in shown["assertions"]}
    assert [{**by_id[version["id"]], "is_counted": True} for version in fact["versions"]] == fact["versions"]
    assert {citation["excerpt"] for version in fact["versions"] for citation in version["citations"]} == {
        "It lasted (,120).", "It lasted (90,).",
    }  # fmt: skip
    assert {name: shown["duration"][name] for name in fact["agreed"]["amount"]} == fact["agreed"]["amount"]


def test_what_is_in_dispute_has_all_versions_and_no_value(dashboard: Dashboard) -> None:
    talk = make.published(disputed_talk())

    (fact,) = results(dashboard)

    assert (fact["verdict"], fact["agreed"], fact["field"], fact["unit"]) == ("disputed", None, "duration", "minutes")
    assert fact["record"] == {
        "resource": "talks", "id": str(talk.pk), "slug": talk.slug, "label": "Istanbul talks",
        "url": f"http://testserver/api/v1/talks/{talk.slug}/",
    }  # fmt: skip
    assert fact["process"]["slug"] == talk.process.slug
    assert len(fact["versions"]) == 2
    assert dashboard.get(f"talks/{talk.slug}/")["duration"] is None


def test_a_version_that_a_rank_leaves_out_is_shown_and_does_not_count(dashboard: Dashboard) -> None:
    talk = make.make_talk()
    lasted("[90,90]", talk)
    lasted("[120,120]", talk, rank="deprecated", rank_reason="A slip.")
    make.published(talk)

    (fact,) = results(dashboard, "verdict=settled")

    assert [(version["is_counted"], version["rank_reason"]) for version in fact["versions"]] == [
        (True, ""), (False, "A slip."),
    ]  # fmt: skip
    assert fact["agreed"]["text"] == "90 minutes"


def test_free_words_of_which_an_editor_left_one_out_are_settled_and_not_agreed(dashboard: Dashboard) -> None:
    delegation = make.make_delegation(make.make_talk(), make.make_actor("Russia"))
    for word, ranked in (("not_invited", {"rank": "preferred", "rank_reason": "A slip."}), ("invited", {})):
        make.cite(Assertion.objects.create(delegation=delegation, field="attendance", word=word, **ranked))
    make.published(delegation.talk)

    (fact,) = results(dashboard, EVERY)

    assert (fact["verdict"], fact["agreed"]["word"]) == ("settled", "not_invited")


def test_on_a_day_nothing_is_told_of_what_came_later(dashboard: Dashboard) -> None:
    process = make.make_process()
    for day, stage in (
        ("2025-05", "active"),
        ("2025-05", "stalled"),
        ("2025-06-02", "active"),
        ("2025-06-02", "stalled"),
    ):
        make.cite(Assertion.objects.create(process=process, field="stage", word=stage, held_on_edtf=day))
    dated = disputed_talk("Dated", process=process, start_edtf="2025-05-16")
    make.published(
        dated, disputed_talk("Undated", process=process, start_edtf=None), disputed_talk("Month", start_edtf="2025-06")
    )

    def on(day: str) -> list[str]:
        return sorted(f"{fact['record']['label']} {fact['held_on'] or ''}".strip() for fact in results(dashboard, day))

    everything = ["Dated", "Direct talks 2025-05", "Direct talks 2025-06-02", "Month", "Undated"]
    assert on("on=2025-04-30") == ["Undated"]
    assert on("on=2025-05-16") == ["Dated", "Direct talks 2025-05", "Undated"]
    assert on("on=2025-06-01") == ["Dated", "Direct talks 2025-05", "Month", "Undated"]
    assert on("on=2025-06-02") == on("") == everything
    dashboard.refused("disputes/?on=2025-05", "on")


def test_an_outcome_that_one_side_confirms_and_another_denies(dashboard: Dashboard) -> None:
    outcome = make.make_outcome("A meeting")
    for name, stance in (("Ukraine", "confirms"), ("Russia", "denies"), ("Türkiye", None)):
        make.cite(
            OutcomeParty.objects.create(outcome=outcome, actor=make.make_actor(name), role="party", stance=stance)
        )
    make.published(outcome)

    (fact,) = results(dashboard, "kind=stances")

    assert (fact["kind"], fact["record"]["label"], fact["field"], fact["versions"]) == (
        "stances", "A meeting", None, [],
    )  # fmt: skip
    assert {(party["actor"]["label"], party["stance"]) for party in fact["stances"]} == {
        ("Ukraine", "confirms"), ("Russia", "denies"),
    }  # fmt: skip
    assert all(party["citations"] for party in fact["stances"])


def test_a_fact_of_a_part_names_it(dashboard: Dashboard) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk, make.make_actor("Ukraine"))
    for name in ("Rustem Umerov", "Andriy Yermak"):
        head = make.make_actor(name, kind="person")
        Assertion.objects.create(delegation=delegation, field="head", value_actor=head)
    make.published(talk)

    (fact,) = results(dashboard, f"talk={talk.slug}&field=head")

    assert fact["part"] == {"kind": "delegation", "id": str(delegation.pk), "label": "Delegation of Ukraine"}
    assert {version["value_actor"]["label"] for version in fact["versions"]} == {"Rustem Umerov", "Andriy Yermak"}


def test_pages_lead_through_all_facts_both_ways(dashboard: Dashboard) -> None:
    make.published(*(disputed_talk(f"Talk {day}", start_edtf=f"2025-05-1{day}") for day in range(5)))
    whole = [fact["id"] for fact in results(dashboard)]

    page = dashboard.get("disputes/?page_size=2")
    there = [page]
    while page["next"]:
        page = dashboard.get(page["next"])
        there.append(page)
    back = [page]
    while page["previous"]:
        page = dashboard.get(page["previous"])
        back.append(page)

    assert [fact["id"] for page in there for fact in page["results"]] == whole
    assert [page["results"] for page in back] == [page["results"] for page in reversed(there)]
    assert [fact["record"]["label"] for fact in results(dashboard, "ordering=start")] == [f"Talk {n}" for n in range(5)]
    assert page["count"] == 5
    assert dashboard.get("disputes/?count=none")["count"] is None


def test_as_of_a_revision_it_tells_what_was_known_then(dashboard: Dashboard) -> None:
    talk = make.make_talk()
    lasted("(,120)", talk)
    lasted("(90,)", talk)
    make.published(talk)
    before = results(dashboard, f"{EVERY}&as_of=1")
    lasted("[120,120]", talk)
    assert results(dashboard) == []  # a draft
    make.published(talk)

    assert [fact["verdict"] for fact in results(dashboard, f"{EVERY}&as_of=1")] == ["agreed"]
    assert results(dashboard, f"{EVERY}&as_of=1") == before
    (fact,) = results(dashboard)
    assert (fact["verdict"], len(fact["versions"])) == ("disputed", 3)


def test_what_was_retracted_is_in_dispute_no_more(dashboard: Dashboard) -> None:
    talk = make.published(disputed_talk())
    publication.retract([talk], by=editor(), note="It was another meeting.")

    assert (results(dashboard), len(results(dashboard, "as_of=1"))) == ([], 1)


def test_the_file_has_a_line_for_each_fact(dashboard: Dashboard) -> None:
    make.published(*(disputed_talk(f"Talk {number}") for number in range(3)))

    answer = dashboard.ask("disputes.csv?ordering=start")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [row["id"] for row in rows] == [fact["id"] for fact in results(dashboard, "ordering=start")]
    assert {row["verdict"] for row in rows} == {"disputed"}
    assert rows[0]["record.label"].startswith("Talk")
    assert "It lasted" in rows[0]["versions"]
    dashboard.refused("disputes.csv?page_size=2", "page_size")
    lines = dashboard.ask("disputes.jsonl?ordering=start").content.decode().splitlines()
    assert [json.loads(line) for line in lines] == results(dashboard, "ordering=start")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("field=length", "field"), ("verdict=false", "verdict"), ("kind=other", "kind"), ("party=russia", "party"),
     ("ordering=title", "ordering"), ("page_size=0", "page_size"), ("cursor=nonsense", "cursor"), ("on=2025", "on"),
     ("talk=A", "talk")],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(dashboard: Dashboard, query: str, parameter: str) -> None:
    dashboard.refused(f"disputes/?{query}", parameter)


def test_the_number_of_statements_does_not_grow_with_facts(dashboard: Dashboard) -> None:
    make.published(disputed_talk(), disputed_talk())
    few = statements(dashboard, "disputes/?page_size=200")
    make.published(*(disputed_talk() for _ in range(20)))

    assert statements(dashboard, "disputes/?page_size=200") == few == 9


CURRENT = {"stage", "next_meeting", "scheduled", "duration", "size", "mandate", "implementation"}


def test_over_the_dossiers_no_value_in_dispute_is_shown_as_current(bundled: Site) -> None:
    seen = set()
    for number in (2, bundled.get("/api/v1/revisions/head/")["number"]):
        for fact in bundled.get(f"/api/v1/disputes/?kind=values&page_size=200&as_of={number}")["results"]:
            record = bundled.get(fact["record"]["url"])
            parts = [*record.get("delegations", []), *record.get("agenda", [])] if fact["part"] else [record]
            (shown,) = (part for part in parts if part["id"] == (fact["part"] or record)["id"])
            latest = max(each["held_on"] or "" for each in shown["assertions"] if each["field"] == fact["field"])
            if fact["field"] in CURRENT and (fact["held_on"] or "") == latest:
                seen.add(fact["field"])
                assert shown[fact["field"]] is None, fact
    assert "duration" in seen


def test_over_the_dossiers_the_length_of_the_talk_is_what_its_sources_agree_on(bundled: Site) -> None:
    path = f"/api/v1/disputes/?talk=istanbul-2025-05-16&field=duration&{EVERY}"
    (article,) = (
        fact
        for number in range(1, bundled.get("/api/v1/revisions/head/")["number"] + 1)
        for fact in bundled.get(f"{path}&as_of={number}")["results"][:1]
        if fact["verdict"] == "agreed"
    )
    (now,) = bundled.get(path)["results"]

    assert article["agreed"]["text"] == "91 to 119 minutes"
    assert len(article["versions"]) == 2
    assert (now["verdict"], now["agreed"], len(now["versions"])) == ("disputed", None, 5)
    assert all(version["citations"] for version in now["versions"])
