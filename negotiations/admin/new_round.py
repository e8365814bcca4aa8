"""Who comes again is not typed again: a new round from a talk, and the people of a party's last delegation.

Copied is who sat there and in what office. What was said, held and agreed is not, nor whether anybody came: that needs
a source for the new day.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from negotiations import publication
from negotiations.admin.slugs import free_slug
from negotiations.models import Delegation, DelegationMember, Talk
from negotiations.vocabulary import Attendance, Capacity, TalkRelation, TalkStatus

OF_TALK = ("process", "kind", "modality", "setting", "track", "place", "languages")
OF_DELEGATION = ("party", "styled", "roles", "level")
OF_MEMBER = ("person", "descriptor", "number", "affiliation", "capacity")
HEADS = (Capacity.HEAD, Capacity.CO_HEAD)


@transaction.atomic
def new_round(talk: Talk, *, by: AbstractBaseUser) -> Talk:
    """A draft of the round after `talk`, with its delegations, heads and members; it follows up on `talk`."""
    title = f"After {talk.title}"[:500]
    following = Talk(
        title=title,
        slug=free_slug(Talk, title),
        relation=TalkRelation.FOLLOW_UP,
        related_talk=talk,
        status=TalkStatus.TENTATIVE,
        round_number=_next_number(talk),
        **{name: getattr(talk, name) for name in OF_TALK},
    )
    following.save(force_insert=True)
    copies = {}
    for delegation in talk.delegations.all():
        copy = Delegation(
            talk=following,
            attendance=Attendance.UNKNOWN,
            **{name: getattr(delegation, name) for name in OF_DELEGATION},
        )
        if not copy.roles:  # it stayed away, and sat there as nothing
            continue
        copy.save(force_insert=True)
        copies[delegation.pk] = (delegation, copy)
        copy_members(delegation, copy)
    for delegation, copy in copies.values():
        if delegation.sits_with_id in copies:
            Delegation.objects.filter(pk=copy.pk).update(sits_with=copies[delegation.sits_with_id][1])
    publication.record_versions([following], by=by)
    return following


def _next_number(talk: Talk) -> int | None:
    """The number of the next round, where rounds are counted and it is free."""
    if talk.round_number is None:
        return None
    number = talk.round_number + 1
    return None if Talk.objects.filter(process=talk.process, round_number=number).exists() else number


def last_delegation(delegation: Delegation) -> Delegation | None:
    """The party's delegation at the latest other talk of the process that has members; not a later talk, if dated."""
    others = Delegation.objects.filter(party=delegation.party, talk__process=delegation.talk.process)
    others = others.exclude(talk=delegation.talk).filter(members__isnull=False).select_related("talk")
    if delegation.talk.during is not None:
        others = others.filter(talk__during__startswith__lte=delegation.talk.during.lower)
    return others.order_by(F("talk__during").desc(nulls_last=True), "pk").first()


def copy_members(source: Delegation, target: Delegation) -> int:
    """The people of `source` who are not in `target` yet are added there; how many. A second head becomes a member."""
    there = set(target.members.exclude(person=None).values_list("person_id", flat=True))
    described = set(target.members.filter(person=None).values_list("descriptor", flat=True))
    has_head = target.members.filter(capacity__in=HEADS).exists()
    added = 0
    for member in source.members.all():
        if (member.person_id and member.person_id in there) or (
            not member.person_id and member.descriptor in described
        ):
            continue
        copy = DelegationMember(delegation=target, **{name: getattr(member, name) for name in OF_MEMBER})
        if has_head and copy.capacity in HEADS:
            copy.capacity = Capacity.MEMBER
        copy.save(force_insert=True)
        added += 1
    return added
