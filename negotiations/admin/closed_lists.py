"""Parties and issues as closed lists: whoever enters a talk chooses among few, the process's own first.

The heading names the process, so that it stays true when another is chosen on the page; where none is known yet, those
come first that any process has.

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
from negotiations.admin.base import Words
from negotiations.models import Actor, Issue, Process
from negotiations.vocabulary import ActorKind

NO_PARTIES = (ActorKind.PERSON, ActorKind.MEDIA)


def process_of(request: HttpRequest) -> Process | None:
    """The process that the page is about, as far as that is known before it is saved: as posted, else as it is kept."""
    match = request.resolver_match
    talk = match.kwargs.get("object_id") if match else None
    try:
        if given := request.POST.get("process") or (not talk and request.GET.get("process")):
            return Process.objects.filter(pk=UUID(given)).first()
        return Process.objects.filter(talks=UUID(talk)).first() if talk else None
    except ValueError:
        return None


def choices_of(model: type[Any], request: HttpRequest) -> list[Any]:
    """The parties or issues to choose from, the process's own first. Three queries a request and kind."""
    kept: dict[Any, Any] = request.__dict__.setdefault("closed_lists", {})
    if model not in kept:
        kept[model] = _parties(process_of(request)) if model is Actor else _issues(process_of(request))
    found: list[Any] = kept[model]
    return found


def close(field: ModelChoiceField[Any], request: HttpRequest) -> None:
    """`field`, which leads to an actor or issue, offers a closed list from now on."""
    field.choices = choices_of(field.queryset.model, request)  # type: ignore[union-attr]  # a key offers rows


def _parties(process: Process | None) -> list[Any]:
    """The actors that can be parties; first those of the process or, where it is not known, of any."""
    of_process = {"delegations__talk__process": process} if process else {"delegations__isnull": False}
    holds = {"positions__process": process} if process else {"positions__isnull": False}
    own = set(Actor.objects.filter(Q(**of_process) | Q(**holds)).values_list("pk", flat=True))
    rows = Actor.objects.exclude(Q(pk__in=publication.merged(Actor)) & ~Q(pk__in=own)).order_by("name", "slug")
    every = [
        (pk, name) for pk, name, kind in rows.values_list("pk", "name", "kind") if pk in own or kind not in NO_PARTIES
    ]
    return _grouped(every, own, _of(process) or _("Parties so far"))


def _issues(process: Process | None) -> list[Any]:
    of_process = {"positions__process": process} if process else {"positions__isnull": False}
    own = set(Issue.objects.filter(**of_process).values_list("pk", flat=True))
    rows = Issue.objects.exclude(pk__in=publication.merged(Issue)).order_by("name", "slug")
    return _grouped(list(rows.values_list("pk", "name")), own, _of(process) or _("Issues so far"))


def _of(process: Process | None) -> Words:
    return _("Of “%(process)s”") % {"process": process} if process else ""


def _grouped(rows: list[tuple[UUID, str]], own: set[UUID], heading: Words) -> list[Any]:
    first = [row for row in rows if row[0] in own]
    others = [row for row in rows if row[0] not in own]
    groups = [(heading, first), (_("Others"), others)] if first and others else [(_("All"), rows)]
    return [("", "---------"), *groups]
