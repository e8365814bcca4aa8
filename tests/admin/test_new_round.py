"""A new round has the place and people of the one before, and nothing that was said or held there."""

from __future__ import annotations

from typing import Any

from negotiations.models import Delegation, Edit, Position, Talk
from tests import factories as make


def test_a_new_round_is_a_draft_with_the_same_people_and_nothing_else(curator: Any) -> None:
    talk = make.make_talk(place=make.make_place(), modality="in_person", round_number=1, purpose="Peace.")
    host, guest = make.make_delegation(talk, roles=["host"]), make.make_delegation(talk, make.make_actor("Russia"))
    Delegation.objects.filter(pk=guest.pk).update(sits_with=host, styled="Russian side")
    make.make_delegation(talk, make.make_actor("Absentia"), roles=[], attendance="absent")
    head = make.make_member(host, capacity="head", attendance="attended")
    make.cite(host)
    make.make_position(talk=talk, process=talk.process)

    landed = curator.send(f"/admin/negotiations/talk/{talk.pk}/new-round/", {})

    following = Talk.objects.get(related_talk=talk)
    assert "Change title and slug" in landed
    assert (following.relation, following.status, following.round_number) == ("follow_up", "tentative", 2)
    assert (following.place, following.modality, following.process) == (talk.place, "in_person", talk.process)
    assert (following.start_edtf, following.purpose) == (None, "")
    copied = {row.party_id: row for row in following.delegations.all()}
    assert set(copied) == {host.party_id, guest.party_id}
    assert copied[guest.party_id].sits_with == copied[host.party_id]
    assert copied[guest.party_id].styled == "Russian side"
    member = copied[host.party_id].members.get()
    assert (member.person, member.capacity, member.attendance) == (head.person, "head", "unknown")
    assert not copied[host.party_id].citations.exists()
    assert Position.objects.get().talk == talk
    assert Edit.objects.get(record_id=following.pk).author.get_username() == "curator-at-work"
    assert Talk.objects.get(pk=talk.pk).version == 1


def test_the_last_delegation_of_the_party_is_copied_once(curator: Any) -> None:
    process, party = make.make_process(), make.make_actor()
    first = make.make_delegation(make.make_talk(process=process, start_edtf="2025-05-16"), party)
    later = make.make_delegation(make.make_talk(process=process, start_edtf="2025-07-23"), party)
    make.make_member(later, make.make_actor("A later one", kind="person"))
    talk = make.make_talk(process=process, start_edtf="2025-06-02")
    delegation = make.make_delegation(talk, party)
    make.make_member(delegation, make.make_actor("Another head", kind="person"), capacity="head")
    make.make_member(first, capacity="head")
    address = f"/admin/negotiations/delegation/{delegation.pk}/copy-last/"

    first_answer, second_answer = curator.send(address, {}), curator.send(address, {})

    assert "1 member as at" in first_answer
    assert "Nobody was added" in second_answer
    assert {(str(row), row.capacity) for row in delegation.members.all()} == {
        ("Another head", "head"),
        ("Rustem Umerov", "member"),
    }
    assert Talk.objects.get(pk=talk.pk).version == 2


def test_nothing_is_copied_by_a_link_or_by_a_stranger(curator: Any, stranger: Any) -> None:
    delegation = make.make_delegation(make.make_talk())
    talk = f"/admin/negotiations/talk/{delegation.talk.pk}/new-round/"

    curator.page(talk, expect=403)
    curator.page(f"/admin/negotiations/delegation/{delegation.pk}/copy-last/", expect=403)
    stranger.post(talk)

    assert Talk.objects.count() == 1
