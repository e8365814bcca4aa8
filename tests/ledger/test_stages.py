"""Stages tell how the desk stands to what is public, parts included, at the same cost for two records and many."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.ledger.aggregates import parts, records, tables
from negotiations.ledger.stages import stages
from negotiations.models import Actor, Affiliation, Assertion, Citation, Delegation, DelegationMember, Talk
from negotiations.models.records import Record
from tests.scenery import Scenery, drafted, editor, public_scenery, published

pytestmark = pytest.mark.django_db


def stage_of(record: Record) -> str:
    return stages(type(record), [record.pk])[record.pk]


def test_what_was_never_public_is_a_draft() -> None:
    scenery = drafted()

    assert {stage_of(record) for record in scenery.records} == {"draft"}


def test_what_was_published_and_not_touched_since_is_published() -> None:
    scenery = public_scenery()

    assert {stage_of(record) for record in scenery.records} == {"published"}


def test_what_is_desk_only_does_not_make_a_change() -> None:
    scenery = public_scenery()

    Talk.objects.filter(pk=scenery.istanbul.pk).update(version=7)

    assert stage_of(scenery.istanbul) == "published"


def test_an_edited_record_is_changed_and_the_other_is_not() -> None:
    scenery = public_scenery()

    Talk.objects.filter(pk=scenery.istanbul.pk).update(place=None, title="Renamed")

    assert stages(Talk, [scenery.istanbul.pk, scenery.antalya.pk]) == {
        scenery.istanbul.pk: "changed",
        scenery.antalya.pk: "published",
    }


def add_a_delegation(scenery: Scenery) -> None:
    Delegation.objects.create(talk=scenery.istanbul, party=scenery.outlet, roles=["observer"])


def edit_the_delegation(scenery: Scenery) -> None:
    Delegation.objects.filter(pk=scenery.delegation.pk).update(styled="The Ukrainian side")


def remove_the_delegation(scenery: Scenery) -> None:
    scenery.delegation.delete()


def cite_a_member_of_the_delegation(scenery: Scenery) -> None:
    member = DelegationMember.objects.create(delegation=scenery.delegation, descriptor="officials")
    Citation.objects.create(member=member, source=scenery.source, locator="¶3", attribution="outlet")


def assert_a_mandate(scenery: Scenery) -> None:
    Assertion.objects.create(delegation=scenery.delegation, field="mandate", word="to listen")


@pytest.mark.parametrize(
    "touch",
    [
        add_a_delegation,
        edit_the_delegation,
        remove_the_delegation,
        cite_a_member_of_the_delegation,
        assert_a_mandate,
    ],
)
def test_a_touched_part_changes_its_record_and_no_other(touch: Any) -> None:
    scenery = public_scenery()

    touch(scenery)

    assert stage_of(scenery.istanbul) == "changed"
    assert stage_of(scenery.antalya) == "published"
    assert stage_of(scenery.ukraine) == "published"
    published(scenery.istanbul, kind="correction")
    assert stage_of(scenery.istanbul) == "published"


def test_a_part_of_one_actor_that_names_another_belongs_to_the_first() -> None:
    scenery = public_scenery()

    Affiliation.objects.create(actor=scenery.outlet, organisation=scenery.ukraine)

    assert stage_of(scenery.outlet) == "changed"
    assert stage_of(scenery.ukraine) == "published"


def test_what_is_no_longer_public_is_retracted() -> None:
    scenery = public_scenery()
    published(Actor.objects.create(slug="lonely", name="Lonely", kind="other"))
    lonely = Actor.objects.get(slug="lonely")

    publication.retract([lonely], by=editor(), note="There is nobody of that name.")

    assert stage_of(lonely) == "retracted"
    assert stage_of(scenery.ukraine) == "published"


def test_what_is_in_an_open_submission_is_submitted_whatever_it_was() -> None:
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Renamed")
    draft = Actor.objects.create(slug="draft", name="A draft", kind="other")

    submission = publication.submit([scenery.istanbul, draft], by=editor(), note="Please look.")
    assert {stage_of(scenery.istanbul), stage_of(draft)} == {"submitted"}
    publication.withdraw(submission, by=editor())

    assert (stage_of(scenery.istanbul), stage_of(draft)) == ("changed", "draft")


def test_stages_of_two_records_and_of_thirty_cost_the_same_queries() -> None:
    scenery = public_scenery()
    talks = [scenery.istanbul, scenery.antalya]
    with CaptureQueriesContext(
        connection,
    ) as for_two:
        stages(Talk, [talk.pk for talk in talks])

    for number in range(28):
        talk = Talk.objects.create(slug=f"t-{number}", title="T", process=scenery.process, kind="call", status="held")
        Citation.objects.create(talk=talk, source=scenery.source, locator="¶1", attribution="outlet")
        talks.append(talk)
    published(*talks)
    with CaptureQueriesContext(connection) as for_thirty:
        found = stages(Talk, [talk.pk for talk in talks])

    assert set(found.values()) == {"published"}
    assert len(for_thirty) == len(for_two) <= 2 + len(tables())


@pytest.mark.parametrize("model", records())
def test_every_record_has_a_stage(model: type[Record]) -> None:
    public_scenery()

    ids = list(model._default_manager.values_list("pk", flat=True))

    assert stages(model, ids).keys() == set(ids)
    assert stages(model, []) == {}
    assert parts()
