"""Retract, merge, suppress: what leaves, what stays, and what is refused by name."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import Error, connection, transaction

from negotiations import publication
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Address, Delegation, Name, Talk, Withdrawal
from tests.factories import cite, make_actor, make_delegation, make_member, make_talk
from tests.factories import published as published_with_all
from tests.scenery import editor, public_scenery, published

pytestmark = pytest.mark.django_db
REASON = "It was another meeting."


def refusal(act, *records, **wanted) -> str:  # type: ignore[no-untyped-def]  # any act, with whatever it takes
    with pytest.raises(publication.Refused) as refused:
        act(*records, by=editor(), note=REASON, **wanted)
    return str(refused.value)


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_a_retracted_record_leaves_and_its_past_stays() -> None:
    scenery = public_scenery()

    revision = publication.retract([scenery.istanbul], by=editor(), note=REASON, successor=scenery.antalya)

    assert (revision.number, revision.kind, revision.note) == (2, "retraction", REASON)
    with open_window():
        assert not Talk.objects.filter(slug="istanbul").exists()
        assert not Delegation.objects.exists()
        withdrawal = Withdrawal.objects.get()
        assert (withdrawal.number, withdrawal.act) == (2, "retraction")
        assert (withdrawal.record_id, withdrawal.successor_id) == (scenery.istanbul.pk, scenery.antalya.pk)
        assert Address.objects.get(slug="istanbul").record_id == scenery.istanbul.pk
    with open_window(1):
        assert Talk.objects.get(slug="istanbul").delegations.get().party == scenery.ukraine
        assert not Withdrawal.objects.exists()


def test_what_is_still_referred_to_is_retracted_only_when_it_is_let_go() -> None:
    scenery = public_scenery()

    said = refusal(publication.retract, [scenery.ukraine])
    assert "The delegation" in said or "Istanbul talks" in said
    assert "still refers to the actor “Ukraine” (ukraine)" in said

    scenery.delegation.delete()
    publication.retract([scenery.ukraine], by=editor(), note=REASON, republishing=[scenery.istanbul])
    with open_window():
        assert not Actor.objects.filter(slug="ukraine").exists()
        assert not Talk.objects.get(slug="istanbul").delegations.exists()


def test_a_draft_cannot_be_retracted_nor_stand_in_for_what_is() -> None:
    scenery = public_scenery()
    draft = make_talk("A draft")

    assert "“A draft”" in refusal(publication.retract, [draft])
    assert "“A draft”" in refusal(publication.retract, [scenery.istanbul], successor=draft)
    assert rows("SELECT number FROM ledger.head") == [(1,)]


def test_a_retracted_record_can_become_public_again() -> None:
    scenery = public_scenery()
    publication.retract([scenery.istanbul], by=editor(), note=REASON)

    scenery.istanbul.refresh_from_db()
    published(scenery.istanbul, kind="correction")

    with open_window():
        assert Talk.objects.filter(slug="istanbul").exists()


def test_merging_redirects_what_is_public_and_publishes_no_pending_edit() -> None:
    scenery = public_scenery()
    other = Actor.objects.create(slug="ukraina", name="Ukraina", kind="state")
    talk = make_talk("Third talks", process=scenery.process)
    delegation = make_delegation(talk, other)
    published_with_all(talk, other)
    Talk.objects.filter(pk=talk.pk).update(title="Pending title")

    revision = publication.merge(other, scenery.ukraine, by=editor(), note="One state.")

    assert revision.kind == "merge"
    with open_window():
        assert not Actor.objects.filter(pk=other.pk).exists()
        public = Talk.objects.get(pk=talk.pk)
        assert (public.title, public.delegations.get().party) == ("Third talks", scenery.ukraine)
        assert Withdrawal.objects.get().successor_id == scenery.ukraine.pk
    with open_window(revision.number - 1):
        assert Talk.objects.get(pk=talk.pk).delegations.get().party == other
    delegation.refresh_from_db()
    assert delegation.party == scenery.ukraine, "the desk follows"
    assert Talk.objects.get(pk=talk.pk).title == "Pending title"


def test_what_was_merged_is_never_public_again() -> None:
    scenery = public_scenery()
    other = Actor.objects.create(slug="ukraina", name="Ukraina", kind="state")
    published(other)
    publication.merge(other, scenery.ukraine, by=editor(), note="One state.")

    other.refresh_from_db()
    assert refusal(publication.publish, [other], kind="new") == (
        "The actor “Ukraina” (ukraina) was merged into the actor “Ukraine” (ukraine) and is never public again: edit"
        " that one instead."
    )


def test_what_is_referred_to_and_not_public_is_called_what_it_is() -> None:
    scenery = public_scenery()
    gone, kept, wrong = (
        Actor.objects.create(slug=slug, name=slug.title(), kind="state") for slug in ("gone", "kept", "wrong")
    )
    published(gone, kept, wrong)
    publication.merge(gone, kept, by=editor(), note="One state.")
    publication.retract([wrong], by=editor(), note=REASON)
    for party in (gone, wrong):
        make_delegation(scenery.istanbul, party)

    said = refusal(publication.publish, [scenery.istanbul], kind="new_fact")

    assert said == (
        "The actor “Gone” (gone) is referred to, and was merged into the actor “Kept” (kept): refer to that one"
        " instead. The actor “Wrong” (wrong) is referred to, and was retracted; publish it again, or take the"
        " reference out."
    )


def test_a_merge_that_would_double_something_names_the_records() -> None:
    scenery = public_scenery()
    other = Actor.objects.create(slug="ukraina", name="Ukraina", kind="state")
    make_delegation(scenery.istanbul, other)
    published(scenery.istanbul, other)

    said = refusal(publication.merge, other, scenery.ukraine)

    assert "“Istanbul talks” (istanbul)" in said
    assert "(ukraine)" in said
    with open_window():
        assert Talk.objects.get(slug="istanbul").delegations.count() == 2


def test_merging_is_refused_where_a_part_is_still_named() -> None:
    scenery = public_scenery()
    person = Actor.objects.create(slug="person", name="Person", kind="person")
    office = person.affiliations.create(organisation=scenery.ukraine, title="Minister")
    make_member(scenery.delegation, person, affiliation=office)
    twin = Actor.objects.create(slug="same-person", name="Same person", kind="person")
    published(scenery.istanbul, person, twin)

    said = refusal(publication.merge, person, twin)
    assert said.startswith("The talk “Istanbul talks” (istanbul) still refers to the affiliation")
    assert said.endswith("publish it without that reference first.")
    assert "another one of its kind" in refusal(publication.merge, person, scenery.istanbul)


def suppressible() -> tuple[Actor, Talk]:
    """A person in a delegation, public under two spellings, with an entry in the desk's log."""
    scenery = public_scenery()
    person = Actor.objects.create(slug="secret-person", name="Secret Person", kind="person", description="A witness")
    Name.objects.create(actor=person, text="Тайна Особа", kind="alias")
    member = make_member(scenery.delegation, person)
    published(scenery.istanbul, person)
    Actor.objects.filter(pk=person.pk).update(description="A protected witness")
    published(person, kind="correction")
    member.delete()
    LogEntry.objects.log_actions(editor().pk, [person], CHANGE, change_message="Secret Person changed")
    removed = [{"deleted": {"name": "delegation member", "object": "Тайна Особа"}}]
    LogEntry.objects.log_actions(editor().pk, [scenery.istanbul], CHANGE, change_message=removed)
    return person, scenery.istanbul


def everything_kept() -> str:
    """Every text of every table of the desk and the ledger, and of the desk's log."""
    tables = rows("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'ledger')")
    return "\n".join(str(rows(f'SELECT t::text FROM {schema}."{table}" t')) for schema, table in tables)


def test_suppressing_withholds_every_text_in_every_revision() -> None:
    person, talk = suppressible()
    assert "Secret Person" in everything_kept()
    pk = person.pk
    before = rows("SELECT digest FROM ledger.negotiations_actor WHERE id = %s ORDER BY revisions", pk)

    done = publication.suppress(person, by=editor(), note="For safety.", republishing=[talk])

    kept = everything_kept()
    for text in (json.dumps("Тайна Особа")[1:-1], "Secret Person", "Тайна Особа", "witness", "secret-person"):
        assert text not in kept
    assert done.versions == 3, "two versions of the person, one of the name"
    assert done.mentions == []
    assert rows("SELECT digest FROM ledger.negotiations_actor WHERE id = %s ORDER BY revisions", pk) == before
    assert rows("SELECT epoch FROM ledger.head") == [(1,)]
    with open_window(2):
        withheld = Actor.objects.get(pk=pk)
        assert (withheld.name, withheld.slug, withheld.kind) == ("[withheld]", f"withheld-{pk}", "person")
        assert withheld.names.get().text == "[withheld]"
        assert Talk.objects.get(pk=talk.pk).delegations.get().members.get().person == withheld
    with open_window():
        assert not Actor.objects.filter(pk=pk).exists()
        assert set(Withdrawal.objects.values_list("act", flat=True)) == {"suppression"}


def test_suppressing_names_what_still_refers_and_what_still_mentions() -> None:
    person, talk = suppressible()
    Talk.objects.filter(pk=talk.pk).update(summary="Secret Person was there")
    make_member(talk.delegations.get(), person)

    said = refusal(publication.suppress, person, republishing=[talk])
    assert "Istanbul talks" in said
    assert Actor.objects.filter(pk=person.pk).exists()

    talk.delegations.get().members.all().delete()
    done = publication.suppress(person, by=editor(), note="For safety.", republishing=[talk])
    assert {(found.where, found.column, found.found_on) for found in done.mentions} == {
        ("desk", "summary", talk),
        ("public now", "summary", talk),
    }


def test_mentions_are_found_by_names_that_are_pending_and_by_the_slug() -> None:
    person, talk = suppressible()
    Actor.objects.filter(pk=person.pk).update(name="Pending Spelling")
    Talk.objects.filter(pk=talk.pk).update(
        summary="pending spelling came", title="See https://outlet.example/secret-person"
    )

    found = publication.consequences(person, with_mentions=True).mentions

    assert {(each.where, each.column) for each in found} == {("desk", "summary"), ("desk", "title")}


def test_what_was_suppressed_never_comes_back() -> None:
    person, talk = suppressible()
    pk = person.pk
    publication.suppress(person, by=editor(), note="For safety.", republishing=[talk])

    with pytest.raises(Error, match="never used again"), transaction.atomic():
        Actor.objects.create(pk=pk, slug="secret-person", name="Secret Person", kind="person")


def test_a_slug_once_public_belongs_to_its_record() -> None:
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(slug="istanbul-2025")
    published(scenery.istanbul, kind="editorial")
    taker = make_talk("Another", slug="istanbul", process=scenery.process)

    with pytest.raises(publication.Refused, match="under the slug “istanbul”, which belongs to it for ever"):
        published_with_all(taker)
    with open_window():
        assert {found.record_id for found in Address.objects.filter(slug="istanbul")} == {scenery.istanbul.pk}


def test_a_record_whose_name_is_cited_can_be_suppressed() -> None:
    person = make_actor("A protected person", kind="person")
    cite(Name.objects.create(actor=person, text="Another name", language="en", kind="alias"))
    published_with_all(person)

    assert publication.suppress(person, by=editor(), note="For safety.").versions > 1


def test_a_record_whose_parts_refer_to_one_another_and_to_it_can_be_suppressed() -> None:
    scenery = public_scenery()
    make_delegation(scenery.istanbul, scenery.outlet, sits_with=scenery.delegation)
    cite(scenery.ukraine, source=scenery.source, attribution="on_record", speaker=scenery.ukraine)
    published(scenery.istanbul, scenery.ukraine, kind="new_fact")

    publication.suppress(scenery.istanbul, by=editor(), note="For safety.")
    publication.suppress(scenery.ukraine, by=editor(), note="For safety.")

    assert not Actor.objects.filter(pk=scenery.ukraine.pk).exists()
