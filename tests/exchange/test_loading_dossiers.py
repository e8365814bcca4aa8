"""A dossier adds and sets: loading it makes records and parts, loading it again changes nothing."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import NumericRange

from negotiations.exchange.dossiers import FileReport, Report, load
from negotiations.models import (
    Actor,
    Affiliation,
    Assertion,
    Citation,
    Delegation,
    DelegationMember,
    Event,
    Outcome,
    OutcomeIssue,
    Process,
    Revision,
    Source,
    Statement,
    StatementLink,
    Talk,
)
from tests.exchange.conftest import SMALL, TALK_ID, Write

pytestmark = pytest.mark.django_db


def loaded(*paths: Path, publish: bool = False, dry_run: bool = False) -> Report:
    report = load(paths, publish=publish, dry_run=dry_run)
    assert [str(problem) for problem in report.problems] == []
    return report


def adding(text: str) -> str:
    """A later dossier that says something more of the meeting."""
    return f"talks:\n  - {{id: {TALK_ID}, slug: meeting, {text}}}\n"


def rows() -> dict[str, list[dict[str, object]]]:
    """Everything that the desk holds, dates of last change included."""
    from negotiations.exchange.shape import RECORDS, shape_of

    found, waiting = {}, list(RECORDS)
    while waiting:
        model = waiting.pop()
        found[model.__name__] = list(model.objects.order_by("pk").values())
        waiting += [parts.model for parts in shape_of(model).parts.values()]
    return found


def test_records_and_parts_are_made_as_stated(small: Path) -> None:
    loaded(small)

    talk = Talk.objects.get(slug="meeting")
    assert (str(talk.pk), talk.kind, talk.track) == (TALK_ID, "round", "1")
    assert (talk.start_edtf, talk.start_time, talk.version) == ("2025-05-16", datetime.time(13, 30), 1)
    member = DelegationMember.objects.get(delegation__talk=talk)
    assert member.person.slug == "rustem-umerov"
    assert member.affiliation == Affiliation.objects.get(title="Defence Minister")
    assert Delegation.objects.get(party__slug="russia").sits_with == member.delegation
    assert OutcomeIssue.objects.get().issue.slug == "ceasefire"


def test_words_that_yaml_would_twist_are_kept(small: Path) -> None:
    loaded(small)

    source = Source.objects.get()
    assert (source.title, source.published_edtf) == ("yes", "2025-05")


def test_a_list_of_texts_is_kept(write: Write) -> None:
    path = write("small", SMALL.replace("track: 1", "languages: [ru, uk]"))

    loaded(path)

    assert Talk.objects.get().languages == ["ru", "uk"]
    assert loaded(path).files == [FileReport("small", unchanged=12)]


def test_a_range_keeps_its_open_end(small: Path) -> None:
    loaded(small)

    assertion = Assertion.objects.get()
    assert assertion.amount == NumericRange(Decimal(90), None, "()")
    assert assertion.approximate is True


@pytest.mark.parametrize("amount", ["12", "60.50", "[60,90]", "(90,)", "[90,]", "[,120]", "(,120)", "(1,2]"])
def test_every_spelling_of_an_amount_is_found_again(write: Write, amount: str) -> None:
    path = write("small", SMALL.replace("(90,)", amount))
    loaded(path)

    assert loaded(path).files == [FileReport("small", unchanged=12)]


def test_a_citation_in_one_line_is_in_the_outlets_voice(small: Path) -> None:
    loaded(small)

    citation = Citation.objects.get(talk__isnull=False)
    assert (citation.source.slug, citation.locator, citation.excerpt) == ("page", "¶1", "they met")
    assert citation.attribution == "outlet"
    testimony = Citation.objects.get(assertion__isnull=False)
    assert (testimony.testimony.slug, testimony.source, testimony.attribution) == ("first", None, None)


def test_records_may_refer_to_each_other_in_circles(small: Path) -> None:
    loaded(small)

    assert Process.objects.get().conflict == Event.objects.get()
    assert Event.objects.get().process == Process.objects.get()
    first, second = Statement.objects.get(slug="first"), Statement.objects.get(slug="second")
    assert first.links.get(relation="contradicts").target == second
    assert second.links.get().target == first


def test_a_link_may_point_at_a_delegation(small: Path) -> None:
    loaded(small)

    assert StatementLink.objects.get(relation="addressed_to").to_delegation.party.slug == "russia"


def test_loading_again_changes_nothing(small: Path) -> None:
    first = loaded(small)
    before = rows()

    second = loaded(small)

    assert first.files == [FileReport("small", new=12)]
    assert second.files == [FileReport("small", unchanged=12)]
    assert rows() == before


def test_the_same_file_gives_the_same_ids_everywhere(small: Path) -> None:
    loaded(small)
    before = {name: [row["id"] for row in found] for name, found in rows().items()}
    Delegation.objects.update(sits_with=None)
    for model in (StatementLink, Citation, Assertion, Statement, DelegationMember, Delegation, Outcome, Talk):
        model.objects.all().delete()

    loaded(small)

    assert {name: [row["id"] for row in found] for name, found in rows().items()} == before


def test_a_later_dossier_sets_single_fields_and_counts_up_the_version(small: Path, write: Write) -> None:
    loaded(small)
    before = Talk.objects.get().updated_at

    report = loaded(write("later", adding("title: Another title")))

    talk = Talk.objects.get()
    assert (talk.title, talk.status, talk.version) == ("Another title", "held", 2)
    assert talk.updated_at > before
    assert report.files == [FileReport("later", changed=1)]


def test_a_later_dossier_removes_nothing(small: Path, write: Write) -> None:
    loaded(small)
    before = Citation.objects.count()

    loaded(write("later", adding('delegations: [{party: russia, roles: []}], assertions: [], cite: "page [¶9]"')))

    assert Talk.objects.get().assertions.count() == 1
    assert [delegation.roles for delegation in Delegation.objects.all()] == [["party"], ["party"]]
    assert Citation.objects.count() == before + 1


def test_a_part_is_changed_and_not_doubled(small: Path, write: Write) -> None:
    loaded(small)
    before = Delegation.objects.get(party__slug="russia")

    report = loaded(write("later", adding("delegations: [{party: russia, level: experts, roles: [party, host]}]")))

    after = Delegation.objects.get(party__slug="russia")
    assert (after.pk, after.level, after.roles) == (before.pk, "experts", ["party", "host"])
    assert after.sits_with == before.sits_with
    assert Talk.objects.get().version == 2
    assert report.files == [FileReport("later", changed=1)]


def test_a_part_that_a_curator_made_is_found_again(small: Path, write: Write) -> None:
    loaded(small)
    made = Delegation.objects.create(
        talk=Talk.objects.get(), party=Actor.objects.get(slug="outlet"), roles=["observer"]
    )

    loaded(write("later", adding("delegations: [{party: outlet, level: experts}]")))

    assert Delegation.objects.get(party__slug="outlet").pk == made.pk


def test_a_part_keeps_the_id_it_states(small: Path, write: Write) -> None:
    id = "0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f00ff"
    loaded(small)

    loaded(write("later", adding(f"delegations: [{{id: {id}, party: outlet, roles: [observer]}}]")))
    loaded(write("last", adding(f"delegations: [{{id: {id}, level: experts}}]")))

    assert Delegation.objects.get(pk=id).level == "experts"
    assert Delegation.objects.count() == 3


def test_a_value_said_in_a_better_way_takes_the_place_of_the_other(small: Path, write: Write) -> None:
    loaded(small)
    before = Assertion.objects.get()
    talk = f"talks: [{{id: {TALK_ID}, slug: meeting, assertions: [{{id: {before.pk}, field: start_time, %s}}]}}]"

    loaded(write("better", talk % 'time: "13:30", zone: Europe/Istanbul'))

    after = Assertion.objects.get()
    assert (after.pk, after.amount, f"{after.time:%H:%M}", after.zone) == (before.pk, None, "13:30", "Europe/Istanbul")


def test_parts_that_differ_in_a_later_column_are_two_and_ids_of_before_stay(small: Path, write: Write) -> None:
    loaded(small)
    times = ", ".join(f'{{field: start_time, time: "{time}"}}' for time in ("13:30", "15:00"))
    file = write("times", f"talks: [{{id: {TALK_ID}, slug: meeting, assertions: [{times}]}}]")

    loaded(file)
    again = loaded(file)

    assert Assertion.objects.filter(field="start_time").count() == 2
    assert again.files == [FileReport("times", unchanged=1)]
    assert str(Assertion.objects.get(field="duration").pk) == "c291161a-30c5-5482-9eb3-c0b98e42d783"


def test_a_new_assertion_stands_beside_the_old(small: Path, write: Write) -> None:
    loaded(small)
    assertion = '{field: duration, amount: "(,120)", unit: minutes, cite: "page [¶1]"}'

    loaded(write("later", adding(f"assertions: [{assertion}]")))
    loaded(write("again", adding(f"assertions: [{assertion.replace('minutes,', 'minutes, rank: preferred,')}]")))

    assert [assertion.rank for assertion in Assertion.objects.order_by("rank")] == ["normal", "preferred"]


def test_files_of_one_call_build_on_each_other(small: Path, write: Write) -> None:
    later = write("later", adding("delegations: [{party: outlet, roles: [observer]}]"))

    report = loaded(small, later)

    assert report.files == [FileReport("small", new=12), FileReport("later", changed=1)]
    assert Talk.objects.get().version == 2


def test_an_affiliation_may_name_the_organisation_too(small: Path, write: Write) -> None:
    affiliation = "delegations: [{party: ukraine, members: [{person: rustem-umerov, affiliation: %s}]}]"
    loaded(small)

    loaded(write("later", adding(affiliation % "ukraine")))
    assert DelegationMember.objects.get().affiliation == Affiliation.objects.get(title="")
    loaded(write("last", adding(affiliation % "Defence Minister (ukraine)")))
    assert DelegationMember.objects.get().affiliation == Affiliation.objects.get(title="Defence Minister")


def test_a_dry_run_counts_and_writes_nothing(small: Path) -> None:
    report = loaded(small, publish=True, dry_run=True)

    assert report.files == [FileReport("small", new=12, revision=1)]
    assert not Actor.objects.exists()
    assert not Revision.objects.exists()
    assert not User.objects.exists()


def test_with_an_error_in_the_second_file_the_first_is_not_written_either(small: Path, write: Write) -> None:
    report = load([small, write("later", adding("kind: rond"))], publish=True)

    assert [problem.file for problem in report.problems] == ["later.yaml"]
    assert report.files == []
    assert not Actor.objects.exists()


def test_with_an_error_in_one_row_no_row_is_written(write: Write) -> None:
    report = load([write("small", SMALL.replace("attribution: background", "attribution: on_record"))])

    assert len(report.problems) == 1
    assert not Actor.objects.exists()


def test_many_rows_cost_few_queries(small: Path, write: Write, django_assert_max_num_queries: object) -> None:
    from uuid import UUID

    loaded(small)
    many = "".join(
        f"  - {{id: {UUID(int=number, version=4)}, slug: said-{number}, speaker: rustem-umerov, attribution: on_record,"
        f' act: demand, text: Text {number}, occasion: meeting, cite: "page [¶{number}]",'
        " links: [{relation: about, to: issue ceasefire}]}\n"
        for number in range(300)
    )

    with django_assert_max_num_queries(100):  # type: ignore[operator]
        report = loaded(write("many", f"statements:\n{many}"))

    assert report.files == [FileReport("many", new=300)]
