"""One sitting, one source: a page is pasted once, and each row of the talk quotes it."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission

from negotiations.models import (
    ArticleText,
    Assertion,
    Citation,
    Delegation,
    Edit,
    Outcome,
    Position,
    Source,
    Statement,
    Talk,
)
from tests import factories as make

ADD = "/admin/negotiations/talk/add/"
URL = "https://outlet.example/istanbul"
ARTICLE = (
    "Kyiv is seeking an “unconditional ceasefire” in the conflict.\r\n"
    "The meeting brought together Turkish, Russian, and Ukrainian delegations – for under two hours.\r\n\r\n"
    "Zelensky called for a “strong reaction”. Nothing was agreed."
)


def fill(form: dict[str, Any], prefix: str, number: int = 0, **row: Any) -> dict[str, Any]:
    """The form with a spare row filled in."""
    return {**form, **{f"{prefix}-{number}-{name}": getattr(value, "pk", value) for name, value in row.items()}}


def with_source(form: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    publisher = wanted.pop("publisher", None) or make.make_actor("The Outlet", kind="media")
    pasted = {
        "source_url": URL,
        "source_title": "They met in Istanbul",
        "source_published": "2025-05-16",
        "article_text": ARTICLE,
    }
    return {**form, **pasted, "source_publisher": publisher.pk, **wanted}


def a_talk(form: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    usual = {
        "title": "Istanbul talks",
        "slug": "istanbul",
        "kind": "round",
        "status": "held",
        "start_edtf": "2025-05-16",
    }
    return {**form, **usual, "process": make.make_process().pk, **wanted}


def page_of(talk: Talk) -> str:
    return f"/admin/negotiations/talk/{talk.pk}/change/"


def test_a_talk_with_everything_said_of_it_is_entered_on_one_page(curator: Any) -> None:
    ukraine, speaker = make.make_actor("Ukraine"), make.make_actor("Volodymyr Zelensky", kind="person")
    issue = make.make_issue()

    form = with_source(a_talk(curator.form_of(ADD)), excerpt="the meeting brought together")
    form = fill(form, "delegations", party=ukraine, roles=["party"], excerpt="Turkish, Russian, and Ukrainian")
    form = fill(form, "positions", party=ukraine, issue=issue, stance="demands", label="Unconditional ceasefire",
                ascription="ascribed_by_media", excerpt='seeking an "unconditional  ceasefire"')  # fmt: skip
    form = fill(form, "statements", speaker=speaker, attribution="on_record", act="appeal", text="Wants a reaction.",
                excerpt="a strongest reaction")  # fmt: skip
    form = fill(form, "outcomes", kind="no_agreement", title="Nothing agreed", excerpt="Nothing was agreed")
    form = fill(form, "assertions", field="duration", amount="(,120)", unit="minutes", excerpt="under two hours")
    landed = curator.send(ADD, form)

    talk, source = Talk.objects.get(), Source.objects.get()
    assert (source.page_url, source.title, source.published_edtf, source.kind) == (
        URL,
        "They met in Istanbul",
        "2025-05-16",
        "news",
    )
    assert source.article_text.text == ARTICLE.replace("\r\n", "\n")
    position, statement, outcome = Position.objects.get(), Statement.objects.get(), Outcome.objects.get()
    assert (position.process, position.talk, position.in_force_edtf) == (talk.process, talk, "2025-05-16/..")
    assert (statement.occasion, statement.said_on_edtf) == (None, "2025-05-16")
    assert [(link.relation, link.target) for link in statement.links.all()] == [("about", talk)]
    assert (outcome.process, outcome.talk, outcome.agreed_edtf) == (talk.process, talk, "2025-05-16")
    assert position.slug == "ukraine-unconditional-ceasefire-2025-05-16"
    rows = (talk, Delegation.objects.get(), position, statement, outcome, Assertion.objects.get())
    cited = [row.citations.get() for row in rows]
    assert {citation.source for citation in cited} == {source}
    assert [(citation.excerpt_check, citation.locator) for citation in cited] == [
        ("found", "¶2"), ("found", "¶2"), ("found", "¶1"), ("not_found", ""), ("found", "¶3"), ("found", "¶2"),
    ]  # fmt: skip
    assert "Not found in the article’s text: “a strongest reaction”" in landed
    written = Edit.objects.filter(author__username="curator-at-work").values_list("record_id", "version")
    assert set(written) == {(row.pk, 1) for row in (talk, source, position, statement, outcome)}


def test_what_was_entered_and_the_source_are_shown_again_on_the_talk(curator: Any) -> None:
    form = with_source(a_talk(curator.form_of(ADD)))
    form = fill(form, "outcomes", kind="no_agreement", title="Nothing agreed", excerpt="Nobody agreed")
    form = fill(form, "delegations", party=make.make_actor(), roles=["host"], excerpt="Kyiv is seeking")
    curator.send(ADD, form)

    page = page_of(Talk.objects.get())
    shown, again = curator.page(page), curator.form_of(page)

    assert "<strong>Not found in the article&#x27;s text</strong> “Nobody agreed”" in shown
    assert "<strong>¶1</strong> “Kyiv is seeking”" in shown
    assert again["source_url"] == URL
    assert again["article_text"] == ARTICLE.replace("\r\n", "\n")
    assert curator.form_of(page_of(make.make_talk()))["source_url"] == ""
    before = Talk.objects.get(slug="istanbul").version
    curator.send(page, again)
    assert Talk.objects.get(slug="istanbul").version == before
    assert (Outcome.objects.count(), Citation.objects.exclude(excerpt="they met").count()) == (1, 2)


def test_a_page_cited_before_is_cited_again_without_publisher_and_text(curator: Any) -> None:
    talk = make.make_talk()
    source = make.make_source(page_url=URL)
    ArticleText.objects.create(source=source, text="Nothing was agreed.")
    sources = Source.objects.count()

    form = {**curator.form_of(page_of(talk)), "source_url": URL}
    curator.send(page_of(talk), fill(form, "outcomes", kind="no_agreement", title="None", excerpt="nothing was agreed"))

    citation = Outcome.objects.get().citations.get()
    assert (citation.source, citation.excerpt_check, citation.locator) == (source, "found", "¶1")
    assert Source.objects.count() == sources
    assert Talk.objects.get(pk=talk.pk).version == 1


def test_a_row_may_quote_another_source_and_another_voice(curator: Any) -> None:
    talk, other = make.make_talk(), make.make_source("Another page")

    form = with_source(curator.form_of(page_of(talk)))
    form = fill(form, "outcomes", kind="no_agreement", title="None", excerpt="no progress", cited_source=other,
                voice="background", voice_described="a diplomat")  # fmt: skip
    curator.send(page_of(talk), form)

    citation = Outcome.objects.get().citations.get()
    assert (citation.source, citation.excerpt_check) == (other, "not_checked")
    assert (citation.attribution, citation.descriptor) == ("background", "a diplomat")


def test_a_quote_added_to_a_delegation_counts_as_a_version_of_its_talk(curator: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)

    form = with_source(curator.form_of(page_of(talk)))
    curator.send(page_of(talk), fill(form, "delegations", excerpt="Ukrainian delegations"))

    assert delegation.citations.get().locator == "¶2"
    assert Talk.objects.get().version == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source_url": ""}, "Paste the address of the page above, or choose a source on this row."),
        ({"source_url": "outlet"}, "Enter a valid URL."),
        ({"source_publisher": ""}, "Say who published it: this page was not cited before."),
        ({"outcomes-0-voice": "on_record"}, "On the record, or in a document, the speaker is named."),
        ({"outcomes-0-excerpt": "", "outcomes-0-voice_described": "a diplomat"}, "Add the quote:"),
        ({"outcomes-0-kind": "", "outcomes-0-title": ""}, "This field is required."),
        ({"source_published": "soonish"}, "is not a date we can read"),
    ],
)
def test_what_cannot_be_cited_is_refused_in_words_and_nothing_is_saved(
    change: dict[str, str], said: str, curator: Any
) -> None:
    form = with_source(a_talk(curator.form_of(ADD)))
    form = fill(form, "outcomes", kind="no_agreement", title="None", excerpt="Nothing was agreed")

    page = curator.send(ADD, {**form, **change})

    assert said in page
    assert not any(model.objects.exists() for model in (Talk, Outcome, Source, ArticleText, Citation))


def test_another_text_for_a_page_that_has_one_is_refused(curator: Any) -> None:
    talk = make.make_talk()
    ArticleText.objects.create(source=make.make_source(page_url=URL), text="First.")

    page = curator.send(page_of(talk), with_source(curator.form_of(page_of(talk))))

    assert "has another text already" in page
    assert ArticleText.objects.get().text == "First."


def test_two_records_of_one_label_and_day_get_slugs_of_their_own(curator: Any) -> None:
    form = with_source(a_talk(curator.form_of(ADD)))
    form = fill(form, "statements", 0, attribution="outlet", act="assessment", text="Їхали.", excerpt="a")
    form = fill(form, "statements", 1, attribution="outlet", act="assessment", text="Їхали.", excerpt="b")
    curator.send(ADD, form)

    assert set(Statement.objects.values_list("slug", flat=True)) == {"statement-2025-05-16", "statement-2025-05-16-2"}


def test_the_article_text_is_in_no_log(curator: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        curator.send(ADD, with_source(a_talk(curator.form_of(ADD)), title=""))
        curator.send(ADD, with_source(a_talk(curator.form_of(ADD))))

    logged = [f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all()]
    assert logged
    assert ArticleText.objects.exists()
    assert not any("seeking" in line for line in logged)
    assert not any("seeking" in record.getMessage() for record in caplog.records if record.name != "django.db.backends")


def test_parties_and_issues_are_closed_lists_with_the_processs_own_first(curator: Any) -> None:
    talk = make.make_talk()
    make.make_delegation(talk, make.make_actor("Zambia"))
    make.make_actor("Albania")
    make.make_actor("A person", kind="person")

    page = curator.page(page_of(talk))

    offered = page.split('name="positions-0-party"')[1].split("</select>")[0]
    assert (
        offered.index(f"Of “{talk.process}”")
        < offered.index("Zambia")
        < offered.index("Others")
        < offered.index("Albania")
    )
    assert "A person" not in offered


def test_a_closed_list_says_of_which_process_its_first_are(curator: Any) -> None:
    here = make.make_talk()
    elsewhere = make.make_process("Grain talks")
    make.make_position("Corridors", process=elsewhere, party=make.make_actor("Zambia"))
    make.make_delegation(here, make.make_actor("Yemen"))
    make.make_actor("Albania")

    def first_of(page: str) -> list[str]:
        offered = page.split('name="delegations-0-party"')[1].split("</select>", maxsplit=1)[0]
        heading = re.findall(r'<optgroup label="([^"]+)"', offered)[0]
        return [heading, *(name for name in ("Albania", "Yemen", "Zambia") if name in offered.split("</optgroup>")[0])]

    assert first_of(curator.page(ADD)) == ["Parties so far", "Yemen", "Zambia"]
    assert first_of(curator.page(ADD, process=elsewhere.pk)) == ["Of “Grain talks”", "Zambia"]
    assert first_of(curator.page(page_of(here))) == [f"Of “{here.process}”", "Yemen"]
    moved = {**curator.form_of(page_of(here)), "process": elsewhere.pk, "title": ""}
    assert first_of(curator.send(page_of(here), moved)) == ["Of “Grain talks”", "Zambia"]


def test_dates_are_read_as_people_write_them_and_kept_in_one_notation(curator: Any) -> None:
    form = with_source(a_talk(curator.form_of(ADD)), start_edtf="16 May 2025", source_published="c. May 2025")
    curator.send(ADD, fill(form, "outcomes", kind="no_agreement", title="None", agreed_edtf="May 2025"))

    assert (Talk.objects.get().start_edtf, Source.objects.get().published_edtf) == ("2025-05-16", "2025-05~")
    assert Outcome.objects.get().agreed_edtf == "2025-05"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("May 2025", "Read as 2025-05: 1 May 2025 to 31 May 2025"),
        ("since 2025-05-16", "Read as 2025-05-16/..: 16 May 2025 to open"),
        ("16 May 2025", "Read as 2025-05-16: 16 May 2025"),
    ],
)
def test_the_page_can_ask_how_a_date_is_read(typed: str, said: str, curator: Any, stranger: Any) -> None:
    address = "/admin/negotiations/talk/read-date/"

    assert curator.post(address, {"text": typed}).json() == {"said": said}
    assert curator.post(address, {"text": "5/6/2025"}).json()["why"].startswith("It can be read in two ways")
    assert stranger.post(address, {"text": typed}).status_code == 403


def test_marks_within_a_quote_are_shown_as_single_ones(curator: Any) -> None:
    form = fill(a_talk(with_source(curator.form_of(ADD))), "delegations", party=make.make_actor("Ukraine"),
                roles=["party"], excerpt="“unconditional ceasefire”")  # fmt: skip
    form = {**form, "excerpt": "“nowhere said”"}

    answer = curator.send(ADD, {**form, "_continue": "1"})

    assert "“‘unconditional ceasefire’”" in answer
    assert "article’s text: “‘nowhere said’”." in answer
    assert "““" not in answer


def test_a_publisher_can_be_added_from_the_page_by_those_who_may(curator: Any) -> None:
    plus = 'id="add_id_source_publisher"'

    assert plus in curator.page(ADD)

    group = Group.objects.get(name="Curators")
    group.permissions.remove(Permission.objects.get(codename="add_actor"))
    assert plus not in curator.page(ADD)
