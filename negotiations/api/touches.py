"""What a revision did to records: added, changed or withdrew them. Entries of `/changes/` and of one revision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from negotiations.api.references import RESOURCE_OF_TABLE, Root
from negotiations.ledger.history import Touch, records_touched
from negotiations.models import Revision, Withdrawal
from negotiations.vocabulary import Change, WithdrawalAct


class SuccessorSerializer(serializers.Serializer[Any]):
    """The record that stands in the place of a withdrawn one."""

    id = serializers.UUIDField(help_text="Never changes.")
    url = serializers.URLField(help_text="Where it was as of that revision.")


class HowWithdrawnSerializer(serializers.Serializer[Any]):
    """How a record ceased to be public."""

    act = serializers.ChoiceField(choices=WithdrawalAct.choices, help_text="By which act.")
    reason = serializers.CharField(help_text="Why: the note of the revision.")
    successor = SuccessorSerializer(allow_null=True, help_text="What stands in its place, if anything does.")


class TouchSerializer(serializers.Serializer[Any]):
    """What a revision did to one record, its parts and citations included."""

    resource = serializers.CharField(help_text="The list that it is, or was, in: `talks`.")
    id = serializers.UUIDField(help_text="Never changes.")
    change = serializers.ChoiceField(choices=Change.choices, help_text="What became of it.")
    url = serializers.URLField(
        allow_null=True,
        help_text="Where it can be read as this revision left it or, withdrawn, as it was last; null if suppressed.",
    )
    withdrawal = HowWithdrawnSerializer(allow_null=True, help_text="How it ceased to be public, if it did.")


def touches_in(revisions: Iterable[Revision], root: Root) -> dict[int, list[dict[str, Any]]]:
    """For each of `revisions` the records it touched, as TouchSerializer has them, by resource and id. Two queries."""
    notes = {revision.number: revision.note for revision in revisions}
    touched = records_touched(notes)
    withdrawn = {
        (found.number, found.record_id): found
        for found in Withdrawal.objects.filter(number__in=notes, table_name__in=RESOURCE_OF_TABLE)
    }
    for number in notes:
        known = {touch.id for touch in touched[number]}
        # Withheld after it had been retracted: nothing of it was public any more that could be closed.
        touched[number] += [
            Touch(found.table_name, id, Change.WITHDRAWN)
            for (then, id), found in withdrawn.items()
            if then == number and id not in known
        ]
    return {
        number: sorted(
            (_entry(number, note, touch, withdrawn.get((number, touch.id)), root) for touch in touched[number]),
            key=place_of,
        )
        for number, note in notes.items()
    }


def place_of(entry: dict[str, Any]) -> tuple[str, str]:
    """Where an entry stands among those of its revision."""
    return entry["resource"], entry["id"]


def _entry(number: int, note: str, touch: Touch, withdrawal: Withdrawal | None, root: Root) -> dict[str, Any]:
    path = f"{RESOURCE_OF_TABLE[touch.table]}/{touch.id}/"
    is_suppressed = withdrawal is not None and withdrawal.act == WithdrawalAct.SUPPRESSION
    last = number - 1 if touch.change == Change.WITHDRAWN else number
    return {
        "resource": RESOURCE_OF_TABLE[touch.table],
        "id": str(touch.id),
        "change": touch.change.value,
        "url": None if is_suppressed else root.at(last).address(path),
        "withdrawal": withdrawal and how_withdrawn(withdrawal, note, root.at(number)),
    }


def how_withdrawn(withdrawal: Withdrawal, note: str, root: Root) -> dict[str, Any]:
    """As HowWithdrawnSerializer has it; `root` says where the successor is to be looked at."""
    return {
        "act": withdrawal.act,
        "reason": note,
        "successor": withdrawal.successor_id and successor(withdrawal.table_name, withdrawal.successor_id, root),
    }


def successor(table: str, id: UUID, root: Root) -> dict[str, Any]:
    return {"id": str(id), "url": root.address(f"{RESOURCE_OF_TABLE[table]}/{id}/")}
