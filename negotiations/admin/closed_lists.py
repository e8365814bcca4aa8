"""Parties and issues as closed lists: whoever enters a talk chooses among few, the process's own first.

A list to type into makes new records of half words; new parties and issues are made on purpose, on their own pages.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.models import Actor, Issue, Talk
from negotiations.vocabulary import ActorKind

NO_PARTIES = (ActorKind.PERSON, ActorKind.MEDIA)


def process_of(request: HttpRequest) -> UUID | None:
    """The process that the page is about, as far as that is known before it is saved."""
    match = request.resolver_match
    talk = match.kwargs.get("object_id") if match else None
    try:
        if talk:
            return Talk.objects.filter(pk=UUID(talk)).values_list("process_id", flat=True).first()
        return UUID(request.POST.get("process") or request.GET.get("process") or "")
    except ValueError:
        return None


def choices_of(model: type[Any], request: HttpRequest) -> list[Any]:
    """The parties or issues to choose from, the process's own first. Two queries a request and kind."""
    kept: dict[Any, Any] = request.__dict__.setdefault("closed_lists", {})
    if model not in kept:
        kept[model] = _parties(process_of(request)) if model is Actor else _issues(process_of(request))
    found: list[Any] = kept[model]
    return found


def close(field: ModelChoiceField[Any], request: HttpRequest) -> None:
    """`field`, which leads to an actor or issue, offers a closed list from now on."""
    field.choices = choices_of(field.queryset.model, request)  # type: ignore[union-attr]  # a key offers rows


def _parties(process: UUID | None) -> list[Any]:
    of_process = {"delegations__talk__process": process} if process else {"delegations__isnull": False}
    holds = {"positions__process": process} if process else {"positions__isnull": False}
    own = set(Actor.objects.filter(Q(**of_process) | Q(**holds)).values_list("pk", flat=True))
    rows = Actor.objects.exclude(Q(pk__in=publication.merged(Actor)) & ~Q(pk__in=own)).order_by("name", "slug")
    every = [
        (pk, name) for pk, name, kind in rows.values_list("pk", "name", "kind") if pk in own or kind not in NO_PARTIES
    ]
    return _grouped(every, own)


def _issues(process: UUID | None) -> list[Any]:
    own = set(Issue.objects.filter(positions__process=process).values_list("pk", flat=True)) if process else set()
    rows = Issue.objects.exclude(pk__in=publication.merged(Issue)).order_by("name", "slug")
    return _grouped(list(rows.values_list("pk", "name")), own)


def _grouped(rows: list[tuple[UUID, str]], own: set[UUID]) -> list[Any]:
    first = [row for row in rows if row[0] in own]
    others = [row for row in rows if row[0] not in own]
    groups = [(_("Of this process"), first), ("Others", others)] if first and others else [("All", rows)]
    return [("", "---------"), *groups]
