"""`/talks/{id}/compare/{other}/`: who was in the room then and now, and what had changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from negotiations.analytics.comparison import AFTER, BEFORE, Pair, compared
from negotiations.api.analyses import AnalysisView, Body, in_bulk
from negotiations.api.envelope import MetaSerializer
from negotiations.api.holdings import HeldPositionSerializer, held_positions
from negotiations.api.parameters import address_asked
from negotiations.api.problems import Elsewhere
from negotiations.api.references import ReferenceSerializer, reference
from negotiations.api.shaping import shape_asked_for
from negotiations.api.talks import DelegationSerializer, TalkViewSet
from negotiations.models import Actor, Delegation, Issue, Talk
from negotiations.vocabulary import Attendance, Capacity, ComparedChange, Discussed

SIDES = (BEFORE, AFTER)
# Statements that something rests on stand there whole, with their own sources, as `include` brings them.
WITH_TESTIMONY = {"include": ",".join(f"{part}citations.statement" for part in ("", "members.", "assertions."))}


class ComparedTalkSerializer(ReferenceSerializer):
    """One of the two talks."""

    start = serializers.CharField(allow_null=True, help_text="When it began, as the source gives it.")
    on = serializers.DateField(allow_null=True, help_text="Its first day, on which positions are looked at.")


class ComparedSerializer(serializers.Serializer[Any]):
    """One thing at the two talks."""

    change = serializers.ChoiceField(choices=ComparedChange.choices, help_text="From the first talk to the second.")
    differing = serializers.ListField(child=serializers.CharField(), help_text="The fields that differ.")


class ComparedDelegationSerializer(ComparedSerializer):
    """A party's delegations to the two talks, with their heads and members."""

    party = ReferenceSerializer()
    before = DelegationSerializer(allow_null=True, help_text="At the first talk; null without one.")
    after = DelegationSerializer(allow_null=True, help_text="At the second.")


class SeatSerializer(serializers.Serializer[Any]):
    """A person's place at one talk; its sources stand at this member of the delegation."""

    member = serializers.UUIDField(help_text="The id of the member in the delegation.")
    party = ReferenceSerializer(help_text="Whose delegation it was.")
    capacity = serializers.ChoiceField(choices=Capacity.choices)
    attendance = serializers.ChoiceField(choices=Attendance.choices)
    title = serializers.CharField(help_text="In which office they came; empty when no source says.")


class ComparedPersonSerializer(ComparedSerializer):
    """A person who was listed for one of the talks, or both."""

    person = ReferenceSerializer()
    before = SeatSerializer(allow_null=True)
    after = SeatSerializer(allow_null=True)


class ComparedIssueSerializer(ComparedSerializer):
    """A question on the agenda of one of the talks, or both."""

    issue = ReferenceSerializer(allow_null=True)
    text = serializers.CharField(help_text="In our words, where the issue does not say it all.")
    before = serializers.ChoiceField(choices=Discussed.choices, allow_null=True)
    after = serializers.ChoiceField(choices=Discussed.choices, allow_null=True)


class ComparedPositionSerializer(ComparedSerializer):
    """A party's headline positions on an issue on the first days of the two talks, each in its talk's process."""

    party = ReferenceSerializer()
    issue = ReferenceSerializer()
    before = HeldPositionSerializer(allow_null=True, help_text="Null: no record for that day.")
    after = HeldPositionSerializer(allow_null=True, help_text="Null: no record for that day.")


class ComparedTalksSerializer(serializers.Serializer[Any]):
    """Two talks side by side."""

    meta = MetaSerializer()
    before = ComparedTalkSerializer(help_text="The talk named first.")
    after = ComparedTalkSerializer(help_text="The talk named second.")
    delegations = ComparedDelegationSerializer(many=True)
    people = ComparedPersonSerializer(many=True)
    issues = ComparedIssueSerializer(many=True)
    positions = ComparedPositionSerializer(many=True)


class ComparedRowSerializer(serializers.Serializer[Any]):
    """A line of the file."""

    compared = serializers.CharField()
    change = serializers.ChoiceField(choices=ComparedChange.choices)
    party = ReferenceSerializer(allow_null=True)
    person = ReferenceSerializer(allow_null=True)
    issue = ReferenceSerializer(allow_null=True)
    text = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


@extend_schema_view(get=extend_schema(summary="Two talks side by side", responses=ComparedTalksSerializer))
class TalkComparisonView(AnalysisView):
    """Two talks side by side: delegations and their heads, people with their titles, the agenda, and the headline
    positions in force on the first day of each. As a file: a line for each thing compared."""

    record_view = TalkViewSet
    row_serializer = ComparedRowSerializer
    takes_today = False
    name = "compare"

    def answer(self, record: Talk, other: str) -> Body:
        after = self._other(other)
        found = compared(record.pk, after.pk)
        people = in_bulk(Actor, self._actors(found))
        self.actors = {str(id): reference(actor, self.root) for id, actor in people.items()}
        keys = [pair.key[0] for pair in found.issues] + [pair.key[1] for pair in found.positions]
        issues = in_bulk(Issue, [UUID(key) for key in keys if key])
        self.issues = {str(id): reference(issue, self.root) for id, issue in issues.items()}
        return {
            "before": self._talk(record),
            "after": self._talk(after),
            "delegations": self._delegations(found.delegations),
            "people": _ordered(self._person(pair) for pair in found.people),
            "issues": _ordered(self._issue(pair) for pair in found.issues),
            "positions": self._positions(found.positions),
        }

    def rows(self, body: Body) -> Iterator[Body]:
        empty = {"party": None, "person": None, "issue": None, "text": ""}
        for kind in ("delegations", "people", "issues", "positions"):
            for each in body[kind]:
                yield {**empty, **each, "compared": kind, **{side: _in_short(each[side]) for side in SIDES}}

    def _other(self, address: str) -> Talk:
        """The second talk; where it has another address, this comparison has."""
        try:
            found = self.named(TalkViewSet, address)
        except Elsewhere as moved:
            slug = moved.location.removeprefix(f"{self.root.url}talks/").partition("/")[0]
            whole = address_asked(self.request).replace(f"/compare/{address}", f"/compare/{slug}", 1)
            raise Elsewhere(moved.status_code, whole) from None
        assert isinstance(found, Talk)
        return found

    def _talk(self, talk: Talk) -> Body:
        days = talk.during
        on = days.lower.isoformat() if days and days.lower else None
        return {**reference(talk, self.root), "start": talk.start_edtf, "on": on}

    def _actors(self, found: Any) -> Iterator[UUID]:
        yield from (UUID(pair.key) for pair in (*found.delegations, *found.people))
        yield from (UUID(pair.key[0]) for pair in found.positions)

    def _delegations(self, pairs: list[Pair]) -> list[Body]:
        ids = [values["id"] for pair in pairs for values in (pair.before, pair.after) if values]
        shape = shape_asked_for(WITH_TESTIMONY, DelegationSerializer)
        rows = DelegationSerializer.loaded(Delegation.objects.filter(pk__in=ids), shape) if ids else []
        shown = DelegationSerializer(rows, many=True, context={"root": self.root, "shape": shape}).data
        by_id = {str(each["id"]): each for each in shown}
        return _ordered(
            {"party": self.actors[pair.key], **_told(pair), **{side: by_id.get(_id(pair, side)) for side in SIDES}}
            for pair in pairs
        )

    def _person(self, pair: Pair) -> Body:
        return {"person": self.actors[pair.key], **_told(pair), **{side: self._seat(pair, side) for side in SIDES}}

    def _seat(self, pair: Pair, side: str) -> Body | None:
        values: Body | None = getattr(pair, side)
        if values is None:
            return None
        kept = {name: values[name] for name in ("capacity", "attendance", "title")}
        return {"member": values["id"], "party": self.actors[values["party"]], **kept}

    def _issue(self, pair: Pair) -> Body:
        issue, text = pair.key
        shown = {side: values["discussed"] if (values := getattr(pair, side)) else None for side in SIDES}
        return {"issue": self.issues[issue] if issue else None, "text": text, **_told(pair), **shown}

    def _positions(self, pairs: list[Pair]) -> list[Body]:
        held = held_positions([UUID(id) for pair in pairs for side in SIDES if (id := _id(pair, side))], self.root)
        by_id = {str(id): each for id, each in held.items()}
        return _ordered(
            {
                "party": self.actors[pair.key[0]],
                "issue": self.issues[pair.key[1]],
                **_told(pair),
                **{side: by_id.get(_id(pair, side)) for side in SIDES},
            }
            for pair in pairs
        )


def _id(pair: Pair, side: str) -> str:
    values: Body | None = getattr(pair, side)
    return str(values["id"]) if values else ""


def _told(pair: Pair) -> Body:
    return {"change": pair.change, "differing": pair.differing}


def _ordered(found: Iterable[Body]) -> list[Body]:
    """By what they are called."""

    def called(each: Body) -> list[str]:
        named = [(each.get(name) or {}).get("label", "") for name in ("party", "person", "issue")]
        return [*named, each.get("text", "")]

    return sorted(found, key=called)


def _in_short(side: Any) -> str | None:
    """What stands in a cell for one side."""
    if side is None or isinstance(side, str):
        return side
    if "stance" in side:
        return f"{side['stance']}: {side['label']}"
    if "capacity" in side:
        return "; ".join(filter(None, (side["capacity"], side["attendance"], side["title"])))
    return "; ".join([side["attendance"], *side["roles"]])
