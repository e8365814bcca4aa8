"""`/processes/{id}/matrix/`: what each party held on each issue on a day, and how that changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from negotiations.analytics.matrix import Cell, Change, Days, Holding, Matrix, matrix_of
from negotiations.api.analyses import AnalysisView, Body, DayFilter, in_bulk
from negotiations.api.asked_values import ONE_DAY_MORE
from negotiations.api.envelope import MetaSerializer
from negotiations.api.filters import DuringFilter, ReferenceFilter, StrictFilterSet, WordFilter
from negotiations.api.holdings import HeldPositionSerializer, HoldingSerializer, held_positions
from negotiations.api.processes import ProcessViewSet
from negotiations.api.references import ReferenceSerializer, reference
from negotiations.models import Actor, Issue, Process
from negotiations.vocabulary import Ascription, CellState, Certainty, PositionChange, Stance


class ChangesDuringFilter(DuringFilter):
    """The days of which a matrix tells the changes."""

    says = "Days of which each cell tells every change, in order: 2025-05, 2025-05-16/2025-06-02, 2025-05-16/.."
    examples = ["2025-05-16/2025-06-02", "2022/.."]


class MatrixParameters(StrictFilterSet):
    on = DayFilter()
    during = ChangesDuringFilter()
    party = ReferenceFilter(help_text="Only these parties.")
    issue = ReferenceFilter(help_text="Only these issues, and those under them.")
    stance = WordFilter(
        vocabulary=Stance,
        help_text="Only cells in which a position with one of these stances was in force on the day, or in `during`.",
    )
    ascription = WordFilter(vocabulary=Ascription, help_text="The same by who says that the party holds it.")


BRIEF = [str(name) for name in HoldingSerializer().fields]


class AxisIssueSerializer(ReferenceSerializer):
    """An issue as a row of the matrix."""

    parent = serializers.UUIDField(  # type: ignore[assignment]  # the name that callers see
        allow_null=True, help_text="The id of the issue that it stands under."
    )


class CellChangeSerializer(serializers.Serializer[Any]):
    """One change in a cell."""

    change = serializers.ChoiceField(choices=PositionChange.choices, help_text="What happened to the position.")
    on = serializers.CharField(help_text="When, as the source gives it.")
    certainty = serializers.ChoiceField(choices=Certainty.choices, help_text="Whether that surely lay in the days.")
    position = HeldPositionSerializer(help_text="The position; `supersedes` names the one that it replaced.")


class CellSerializer(serializers.Serializer[Any]):
    """What is recorded for one party on one issue."""

    party = ReferenceSerializer()
    issue = ReferenceSerializer()
    state = serializers.ChoiceField(
        choices=CellState.choices, help_text="Whether a position is recorded for the day; `no_record` is no refusal."
    )
    certainty = serializers.ChoiceField(
        choices=Certainty.choices, allow_null=True, help_text="Whether it was surely in force on the day."
    )
    position = HeldPositionSerializer(allow_null=True, help_text="The headline position in force on the day.")
    last_recorded = HoldingSerializer(
        allow_null=True, help_text="Without a record for the day, the headline position last in force before it."
    )
    changes = CellChangeSerializer(
        many=True, allow_null=True, help_text="With `during`, every change on these days, in order; else null."
    )


class MatrixSerializer(serializers.Serializer[Any]):
    """What each party held on each issue of a process."""

    meta = MetaSerializer()
    on = serializers.DateField(help_text="The day that is looked at.")
    during = serializers.CharField(allow_null=True, help_text="The days of which the changes are told, as asked.")
    process = ReferenceSerializer()
    parties = ReferenceSerializer(many=True, help_text="In order: first who sat at most core talks as a party.")
    issues = AxisIssueSerializer(many=True, help_text="In order: first what most core talks had on their agenda.")
    cells = CellSerializer(many=True, help_text="Party by party, issue by issue; every pair of the two has one.")


class MatrixRowSerializer(serializers.Serializer[Any]):
    """A line of the file: a cell, or with `during` a change in one."""

    on = serializers.CharField()
    party = ReferenceSerializer()
    issue = ReferenceSerializer()
    state = serializers.ChoiceField(choices=CellState.choices, allow_null=True)
    change = serializers.ChoiceField(choices=PositionChange.choices, allow_null=True)
    certainty = serializers.ChoiceField(choices=Certainty.choices, allow_null=True)
    position = HeldPositionSerializer(allow_null=True)
    last_recorded = HoldingSerializer(allow_null=True)


@extend_schema_view(get=extend_schema(summary="What each party holds on each issue", responses=MatrixSerializer))
class MatrixView(AnalysisView):
    """The headline position of each party on each issue of a process, on a day, with its quotes and sources; with
    `during` also every change on these days. A cell without a position says `no_record`. As a file: a line for each
    cell, or with `during` for each change."""

    record_view = ProcessViewSet
    parameters = MatrixParameters
    row_serializer = MatrixRowSerializer
    name = "matrix"

    def answer(self, record: Process) -> Body:
        during = self.asked["during"]
        last = during.upper - ONE_DAY_MORE if during and during.upper else None
        found = matrix_of(
            record.pk,
            self.on,
            during=Days(during.lower, last) if during else None,
            parties=self.addresses("party"),
            issues=self.addresses("issue"),
            stances=self.asked["stance"],
            ascriptions=self.asked["ascription"],
        )
        return {
            "during": self.request.query_params.get("during"),
            "process": reference(record, self.root),
            **self._shown(found),
        }

    def rows(self, body: Body) -> Iterator[Body]:
        for cell in body["cells"]:
            if cell["changes"] is None:
                yield {**cell, "on": body["on"], "change": None}
            for change in cell["changes"] or ():
                yield {**cell, "state": None, "last_recorded": None, **change}

    def _shown(self, found: Matrix) -> Body:
        parties, issues = in_bulk(Actor, found.parties), in_bulk(Issue, found.issues)
        party = {id: reference(actor, self.root) for id, actor in parties.items()}
        issue = {id: reference(each, self.root) for id, each in issues.items()}
        positions = held_positions(found.positions, self.root)
        return {
            "parties": [party[id] for id in found.parties],
            "issues": [{**issue[id], "parent": _text(issues[id].parent_id)} for id in found.issues],
            "cells": [
                {"party": party[cell.party], "issue": issue[cell.issue], **_cell(cell, positions)}
                for cell in found.cells
            ],
        }


def _cell(cell: Cell, positions: dict[UUID, Body]) -> Body:
    return {
        "state": CellState.RECORDED if cell.held else CellState.NO_RECORD,
        "certainty": cell.certainty,
        "position": _position(cell.held, positions),
        "last_recorded": _brief(cell.last, positions),
        "changes": None if cell.changes is None else [_change(each, positions) for each in cell.changes],
    }


def _position(held: Holding | None, positions: dict[UUID, Body]) -> Body | None:
    return positions[held.position] if held else None


def _brief(last: Holding | None, positions: dict[UUID, Body]) -> Body | None:
    return {name: positions[last.position][name] for name in BRIEF} if last else None


def _change(change: Change, positions: dict[UUID, Body]) -> Body:
    return {
        "change": change.change,
        "on": change.on,
        "certainty": change.certainty,
        "position": positions[change.position],
    }


def _text(id: Any) -> str | None:
    return None if id is None else str(id)
