"""What is entered on the desk is saved as entered: changed columns only, versions counted, nothing typed lost."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.test.utils import CaptureQueriesContext

from negotiations.admin.fields import AmountField
from negotiations.models import ArticleText, Assertion, Citation, Delegation, DelegationMember, Position, Source, Talk
from tests import factories as make

TALK = "/admin/negotiations/talk"
DELEGATION = "/admin/negotiations/delegation"


def with_row(form: dict[str, Any], prefix: str, **row: Any) -> dict[str, Any]:
    """The form after “Add another” was pressed and the new row filled in."""
    number = int(form[f"{prefix}-TOTAL_FORMS"])
    filled = {f"{prefix}-{number}-{name}": getattr(value, "pk", value) for name, value in row.items()}
    return {**form, f"{prefix}-TOTAL_FORMS": number + 1, **filled}


def version_of(talk: Talk) -> int:
    return Talk.objects.get(pk=talk.pk).version


def test_a_talk_is_entered_with_its_delegations_and_citations_at_once(curator: Any) -> None:
    process, source = make.make_process(), make.make_source()
    ukraine, russia = make.make_actor("Ukraine"), make.make_actor("Russia")

    form = curator.form_of(f"{TALK}/add/")
    form |= {"title": "Istanbul talks", "slug": "istanbul", "process": process.pk, "kind": "round", "status": "held"}
    form |= {"start_edtf": "2025-05-16", "languages": "ru, tr", "summary": "They met.\r\n\r\nIt was\tshort."}
    for party in (ukraine, russia):
        form = with_row(
            form, "delegations", party=party, roles=["party", "host"], attendance="attended", level="unknown"
        )
    form = with_row(form, "citations", source=source, locator="¶1", supports="supports", attribution="outlet",
                    excerpt_check="not_checked")  # fmt: skip
    curator.send(f"{TALK}/add/", form)

    talk = Talk.objects.get(slug="istanbul")
    assert (talk.version, talk.languages, talk.summary) == (1, ["ru", "tr"], "They met.\n\nIt was short.")
    assert (talk.zone, talk.end_edtf) == (None, None)
    assert [(row.party, row.roles) for row in talk.delegations.all()] == [
        (russia, ["party", "host"]),
        (ukraine, ["party", "host"]),
    ]
    assert talk.citations.get().source == source


def test_a_delegation_gets_members_values_and_citations_on_its_own_page(curator: Any) -> None:
    talk = make.make_talk()
    delegation, source = make.make_delegation(talk), make.make_source()
    person = make.make_actor("Rustem Umerov", kind="person")
    page = f"{DELEGATION}/{delegation.pk}/change/"

    form = curator.form_of(page)
    form = with_row(form, "members", person=person, capacity="head", attendance="attended")
    form = with_row(form, "members", descriptor="officials", number=3, capacity="member", attendance="unknown")
    form = with_row(form, "assertions", field="size", state="given", amount="[4,6)", unit="people", rank="normal")
    form = with_row(form, "citations", source=source, excerpt="they sat", supports="supports", attribution="outlet",
                    excerpt_check="not_checked")  # fmt: skip
    landed = curator.send(page, form)

    assert "Change talk" in landed
    assert {str(member) for member in delegation.members.all()} == {"Rustem Umerov", "officials"}
    assert delegation.assertions.get().amount == NumericRange(Decimal(4), Decimal(6), "[)")
    assert delegation.citations.get().excerpt == "they sat"
    assert version_of(talk) == 2


@pytest.mark.parametrize("kind", ["delegationmember", "assertion"])
def test_a_part_of_a_part_is_cited_on_its_own_page(kind: str, curator: Any) -> None:
    talk, source = make.make_talk(), make.make_source()
    member = make.make_member(make.make_delegation(talk))
    mandate = Assertion.objects.create(delegation=member.delegation, field="mandate", word="to listen")
    part = {"delegationmember": member, "assertion": mandate}[kind]
    page = f"/admin/negotiations/{kind}/{part.pk}/change/"

    form = with_row(curator.form_of(page), "citations", source=source, locator="¶3", supports="supports",
                    attribution="outlet", excerpt_check="not_checked")  # fmt: skip
    curator.send(page, form)

    assert part.citations.get().locator == "¶3"
    assert version_of(talk) == 2


def test_a_passage_is_looked_for_in_the_text_of_its_source_whenever_it_changes(curator: Any) -> None:
    talk, source = make.make_talk(), make.make_source()
    citation = talk.citations.get()
    ArticleText.objects.create(source=source, text="They met.\nNothing was agreed.")
    page = f"{TALK}/{talk.pk}/change/"

    def changed(**wanted: Any) -> Citation:
        given = {f"citations-0-{name}": getattr(value, "pk", value) for name, value in wanted.items()}
        curator.send(page, {**curator.form_of(page), **given})
        return Citation.objects.get(pk=citation.pk)

    kept = changed(source=source, excerpt="nothing was agreed")
    assert (kept.excerpt_check, kept.locator) == ("found", "¶2")
    kept = changed(excerpt="nothing was achieved", locator="list")
    assert (kept.excerpt_check, kept.locator) == ("not_found", "list")
    kept = changed(attribution="reported", descriptor="a report")
    assert (kept.excerpt_check, kept.locator) == ("not_found", "list")
    kept = changed(excerpt_check="found")
    assert kept.excerpt_check == "not_found", "where the text is kept, nobody says otherwise"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(,120)", NumericRange(None, Decimal(120), "()")),
        ("[,120]", NumericRange(None, Decimal(120), "(]")),
        ("(90,)", NumericRange(Decimal(90), None, "()")),
        ("12", NumericRange(Decimal(12), Decimal(12), "[]")),
        ("[12.5, 13]", NumericRange(Decimal("12.5"), Decimal(13), "[]")),
    ],
)
def test_an_amount_is_kept_as_typed_and_shown_so_that_it_reads_the_same(typed: str, kept: NumericRange) -> None:
    field = AmountField()

    assert field.clean(typed) == kept
    assert field.clean(field.prepare_value(kept)) == kept
    assert not field.has_changed(kept, typed)
    assert field.has_changed(kept, "13")


@pytest.mark.parametrize("typed", ["about 90", "[5,1]", "(3,3)", "(,)", "1e9", "٣"])
def test_an_amount_that_says_nothing_is_refused_with_advice(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"\(90,\) for over 90"):
        AmountField().clean(typed)


def test_a_page_offers_the_fields_that_are_asserted_of_what_it_is_about(curator: Any) -> None:
    page = curator.page(f"{TALK}/{make.make_talk().pk}/change/")

    offered = page.split('name="assertions-__prefix__-field"')[1].split("</select>")[0]
    assert 'value="duration"' in offered
    assert 'value="stage"' not in offered
    assert 'value="size"' not in offered


def test_an_amount_typed_wrongly_is_shown_again(curator: Any) -> None:
    talk = make.make_talk()
    page = f"{TALK}/{talk.pk}/change/"

    form = with_row(curator.form_of(page), "assertions", field="duration", state="given", amount="90+", unit="minutes",
                    rank="normal")  # fmt: skip
    answer = curator.send(page, form)

    assert "“90+” is not a number or range." in answer
    assert 'value="90+"' in answer
    assert not talk.assertions.exists()


def test_saving_what_was_not_changed_changes_nothing(curator: Any) -> None:
    talk = make.make_talk(languages=["ru"], purpose="Peace.\nNow.")
    make.make_delegation(talk, roles=["host", "chair"], list_is_complete=False)
    Assertion.objects.create(talk=talk, field="venue", word="a hall", held_on_edtf="2025-05-16")
    Assertion.objects.create(talk=talk, field="duration", amount=NumericRange(None, Decimal(120), "()"), unit="minutes")
    page = f"{TALK}/{talk.pk}/change/"
    before = list(Talk.objects.values()), list(Delegation.objects.values()), list(Assertion.objects.values())

    curator.send(page, curator.form_of(page))

    assert before == (list(Talk.objects.values()), list(Delegation.objects.values()), list(Assertion.objects.values()))


def test_only_changed_columns_are_saved(curator: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)
    page = f"{TALK}/{talk.pk}/change/"
    form = curator.form_of(page)

    with CaptureQueriesContext(connection) as queries:
        curator.send(page, {**form, "purpose": "Peace.", "delegations-0-level": "ministers"})

    written = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "negotiations_')]
    assert [re.findall(r'"(\w+)" = ', sql.split(" WHERE ")[0]) for sql in written] == [
        ["purpose"],
        ["level"],
        ["version", "updated_at"],
    ]
    talk.refresh_from_db()
    delegation.refresh_from_db()
    assert (talk.purpose, talk.version, delegation.level) == ("Peace.", 2, "ministers")


def test_a_changed_or_removed_row_counts_as_a_version_of_its_record(curator: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)
    page = f"{TALK}/{talk.pk}/change/"

    curator.send(page, {**curator.form_of(page), "delegations-0-styled": "Ukrainian side"})
    assert version_of(talk) == 2
    curator.send(page, {**curator.form_of(page), "delegations-0-DELETE": "on"})

    assert version_of(talk) == 3
    assert not Delegation.objects.filter(pk=delegation.pk).exists()


def test_deleting_a_part_on_its_page_leads_back_and_counts_as_a_version(curator: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)
    make.cite(delegation)

    landed = curator.send(f"{DELEGATION}/{delegation.pk}/delete/", {"post": "yes"})

    assert "Change talk" in landed
    assert version_of(talk) == 2


def test_a_part_that_something_refers_to_stays_and_the_page_says_why(curator: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)
    make.make_delegation(talk, sits_with=delegation)

    page = curator.send(f"{DELEGATION}/{delegation.pk}/delete/", {"post": "yes"})

    assert "protected related objects" in page
    assert Delegation.objects.filter(pk=delegation.pk).exists()


def test_a_broken_rule_is_said_in_words_and_nothing_is_lost(curator: Any) -> None:
    talk = make.make_talk()
    page = f"{TALK}/{talk.pk}/change/"

    answer = curator.send(page, {**curator.form_of(page), "title": "Typed", "start_edtf": "16 May", "zone": "UTC"})

    assert "is not a date we can read" in answer
    assert "A time zone needs a start or end time." in answer
    assert 'value="Typed"' in answer
    assert version_of(talk) == 1


def test_two_rows_that_exclude_each_other_are_refused_in_words_with_everything_typed(curator: Any) -> None:
    delegation = make.make_delegation(make.make_talk())
    page = f"{DELEGATION}/{delegation.pk}/change/"

    form = {**curator.form_of(page), "styled": "Typed"}
    for name in ("Umerov", "Medinsky"):
        form = with_row(form, "members", descriptor=name, capacity="head", attendance="attended")
    answer = curator.send(page, form)

    assert "A delegation has one head; several are co-heads. Nothing was saved yet." in answer
    assert all(f'value="{typed}"' in answer for typed in ("Typed", "Umerov", "Medinsky"))
    assert not DelegationMember.objects.exists()
    assert Delegation.objects.get().styled == ""


def test_a_headline_that_clashes_with_another_is_refused_in_words(curator: Any) -> None:
    first = make.make_position(is_headline=True)
    second = make.make_position(process=first.process, party=first.party, issue=first.issue)
    page = f"/admin/negotiations/position/{second.pk}/change/"

    answer = curator.send(page, {**curator.form_of(page), "is_headline": "on"})

    assert "another headline position on this issue" in answer
    assert not Position.objects.get(pk=second.pk).is_headline


def test_the_article_text_of_a_source_is_entered_beside_it(curator: Any) -> None:
    source = make.make_source()
    page = f"/admin/negotiations/source/{source.pk}/change/"

    curator.send(page, with_row(curator.form_of(page), "article_text", text="First.\r\nSecond.") | {
        "article_text-TOTAL_FORMS": 1
    })  # fmt: skip

    assert Source.objects.get().article_text.text == "First.\nSecond."


def test_a_citation_without_voice_is_refused_in_words(curator: Any) -> None:
    talk = make.make_talk()
    page = f"{TALK}/{talk.pk}/change/"

    form = with_row(curator.form_of(page), "citations", source=make.make_source(), locator="¶1", supports="supports",
                    attribution="", excerpt_check="not_checked")  # fmt: skip

    assert "A citation of a source says in whose voice" in curator.send(page, form)
    assert Citation.objects.count() == 1


def test_somebody_who_may_only_view_cannot_save(stranger: Any, django_user_model: Any) -> None:
    from django.contrib.auth.models import Permission

    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    stranger.force_login(reader)
    talk = make.make_talk("Istanbul talks")
    page = f"{TALK}/{talk.pk}/change/"

    assert "Istanbul talks" in stranger.page(page)
    stranger.send(page, {"title": "Typed"}, expect=403)
    assert Talk.objects.get().title == "Istanbul talks"
