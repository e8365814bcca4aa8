"""The reviewer's page: what is public beside what is proposed, and the words that it rests on."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.analytics.proposed import proposed
from negotiations.models import Citation, Delegation, Submission, Talk
from negotiations.models.records import Record
from tests import factories as make
from tests.admin.conftest import Fields
from tests.admin.test_desk_submissions import page_of, submitted, user
from tests.scenery import public_scenery


def told(record: Record) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Each row with what becomes of it, and each field with its values."""
    return [
        (row.kind, row.change, [(field.name, field.before, field.after) for field in row.fields])
        for row in proposed([record])[record.pk]
    ]


def test_of_what_is_public_only_what_differs_is_told(curator: Any) -> None:
    scenery = public_scenery()
    talk = scenery.istanbul
    Talk.objects.filter(pk=talk.pk).update(title="Renamed", round_number=1)
    Delegation.objects.filter(pk=scenery.delegation.pk).update(roles=["party", "host"])

    assert told(Talk.objects.get(pk=talk.pk)) == [
        ("talk", "changed", [("title", talk.title, "Renamed"), ("round number", "", "1")]),
        ("delegation", "changed", [("roles", "Party (its consent is sought)", "Party (its consent is sought), Host")]),
    ]


def test_of_what_is_new_everything_that_is_given_is_told(curator: Any) -> None:
    talk = make.make_talk("Antalya talks", status="tentative")
    delegation = make.make_delegation(talk, make.make_actor("Ukraine"))
    make.cite(delegation, excerpt="a delegation of Ukraine", excerpt_check="found", locator="¶3")

    (first, second) = proposed([talk])[talk.pk]

    fields = {field.name: field.after for field in first.fields}
    assert (first.change, fields["title"], fields["status"]) == ("added", "Antalya talks", "Tentative")
    assert fields["process"] == str(talk.process)
    assert all(field.before == "" and field.after for field in first.fields)
    assert (second.kind, second.change, second.label) == ("delegation", "added", str(delegation))
    assert [(cited.citation.excerpt, cited.change) for cited in second.citations] == [
        ("a delegation of Ukraine", "added")
    ]


def test_a_removed_part_and_a_citation_alone_are_told(curator: Any) -> None:
    scenery = public_scenery()
    citation = scenery.istanbul.citations.get()
    Citation.objects.filter(pk=citation.pk).update(excerpt="as it should be quoted")
    removed = str(scenery.delegation)
    Delegation.objects.filter(pk=scenery.delegation.pk).delete()

    talk, delegation = proposed([scenery.istanbul])[scenery.istanbul.pk]

    assert (talk.change, talk.fields) == ("unchanged", [])
    assert [(each.citation.excerpt, each.change) for each in talk.citations] == [("as it should be quoted", "changed")]
    assert [(each.name, each.before, each.after) for each in talk.citations[0].fields] == [
        ("excerpt", "they met", "as it should be quoted")
    ]
    assert (delegation.change, delegation.label) == ("removed", removed)
    assert ("party", "Ukraine", "") in [(each.name, each.before, each.after) for each in delegation.fields]


def test_nothing_is_told_of_what_would_not_change(curator: Any) -> None:
    scenery = public_scenery()

    assert proposed([scenery.istanbul, scenery.ukraine]) == {scenery.istanbul.pk: [], scenery.ukraine.pk: []}


def test_it_costs_the_same_queries_however_many_records(curator: Any) -> None:
    def queries(talks: list[Talk]) -> int:
        with CaptureQueriesContext(connection) as made:
            proposed(talks)
        return len(made)

    talks = [make.make_talk() for _ in range(5)]
    for talk in talks:
        make.cite(make.make_delegation(talk))
    queries(talks[:1])  # what is looked up once for all

    assert queries(talks) == queries(talks[:1])


def test_the_page_shows_the_sitting_with_its_quotes(curator: Any, editor: Any) -> None:
    scenery = public_scenery()
    talk = make.make_talk("Antalya talks", process=scenery.process)
    make.cite(talk, source=scenery.source, excerpt="they met", excerpt_check="found", locator="¶2")
    make.cite(talk, source=scenery.source, excerpt="talks in “<Antalya>”", excerpt_check="not_found", locator="¶3")
    Talk.objects.filter(pk=scenery.istanbul.pk).update(summary="They met & parted.")
    submission = submitted(talk, Talk.objects.get(pk=scenery.istanbul.pk))

    page = editor.page(page_of(submission))

    assert "<ins>They met &amp; parted.</ins>" in page
    assert "“talks in ‘&lt;Antalya&gt;’”" in page
    assert "Found in the article&#x27;s text: ¶2</span>" in page
    assert "¶3" in page
    assert "Not found in the article" in page
    assert f'id="record-{talk.pk}"' in page

    publication.send_back(submission, by=user("editor"), note="The quote is not in the article.")

    assert "<ins>" not in editor.page(page_of(submission)), "what was decided is no proposal any more"


def test_a_refused_decision_names_at_the_top_what_stands_in_the_way(editor: Any) -> None:
    page = page_of(submitted(make.make_talk("Antalya talks"), by="editor"))

    publishing = editor.send(page, {"act": "publish", "note": "", "kind": ""})
    sending_back = editor.send(page, {"act": "send_back", "decision_note": ""})

    (said,) = re.findall(r'<div class="errornote".*?</div>', publishing, re.DOTALL)
    assert "Kind: This field is required." in said
    assert "Public note: This field is required." in said
    assert "Public note" not in "".join(re.findall(r'<div class="errornote".*?</div>', sending_back, re.DOTALL))
    assert 'class="errornote"' in sending_back
    assert 'class="errornote"' not in editor.page(page)


def test_whatever_is_refused_the_texts_of_both_decisions_stay(curator: Any, editor: Any) -> None:
    page = page_of(submission := submitted(make.make_talk("Antalya talks")))
    typed = {"note": "The first talks there.", "decision_note": "¶4 does not say so."}

    for act, other in (("publish", "why to send it back"), ("send_back", "a public note")):
        said = editor.send(page, {"act": act, "kind": "correction", **typed})

        assert f"You have written {other}" in said
        kept = Fields.of(said)
        assert {name: kept[name] for name in ("kind", *typed)} == {"kind": "correction", **typed}
    assert Submission.objects.get(pk=submission.pk).status == "open"


def test_what_was_never_public_is_offered_as_new(editor: Any) -> None:
    talk = make.make_talk("Antalya talks")
    for record, kind in ((talk, "new"), (public_scenery().istanbul, "")):
        Talk.objects.filter(pk=record.pk).update(summary="They met.")
        page = editor.page(page_of(submitted(Talk.objects.get(pk=record.pk), by="editor")))

        assert Fields.of(page)["kind"] == kind
