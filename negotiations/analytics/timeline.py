"""The timeline of a process: its talks, statements, positions, outcomes, steps and events, each once, in their order.

A process's statements are those at its talks or about it; its steps carry out one of its outcomes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from negotiations.models import Event, Outcome, Position, Statement, StatementLink, Talk
from negotiations.models.records import Record


def of_process(process: UUID) -> dict[type[Record], QuerySet[Any]]:
    """The records that the timeline of a process holds, to be narrowed, and read by `stream.stretch`."""
    about = StatementLink.objects.order_by().filter(to_process=process).values("statement")
    said = Statement.objects.order_by().filter(occasion__process=process).values("pk").union(about)
    in_course = Event.objects.order_by().filter(process=process).values("pk")
    steps = Event.objects.order_by().filter(carries_out__process=process).values("pk")
    return {
        Talk: Talk.objects.filter(process=process),
        Statement: Statement.objects.filter(pk__among=said),
        Position: Position.objects.filter(process=process),
        Outcome: Outcome.objects.filter(process=process),
        Event: Event.objects.filter(pk__among=in_course.union(steps)),
    }
