"""Editorial acts on one record, as the admin offers them: discard, retract, merge, suppress; and publishing several."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations import publication
from negotiations.api.asked_values import ADDRESS
from negotiations.api.desk.access import need
from negotiations.api.desk.bodies import asked, bad_body
from negotiations.api.desk.conditions import locked, need_match, stale
from negotiations.api.desk.drafts import PROSE, UUID
from negotiations.api.desk.schema import Told
from negotiations.api.desk.views import DeskMetaSerializer, DeskView, desk_meta
from negotiations.api.problems import fault, printable
from negotiations.api.references import RESOURCES
from negotiations.models import Revision
from negotiations.models.records import Record, addressed, validate_prose
from negotiations.publication.revising import lock
from negotiations.vocabulary import RevisionKind, Scope

MODELS: dict[str, type[Record]] = {name: model for model, name in RESOURCES.items() if issubclass(model, Record)}
RESOURCE_NAMES = [(name, name) for name in MODELS]
KINDS = [(RevisionKind(kind).value, RevisionKind(kind).label) for kind in publication.PUBLISHING_KINDS]
PUBLIC_NOTE = "Everybody can read it beside the revision: The second source gives 1,000 for 1,000, not 100."
MOST_AT_ONCE = 500
Asked = dict[str, Any]


@extend_schema_field({"type": "string", "pattern": f"^{PROSE}$", "maxLength": 500})
class NoteField(serializers.CharField):
    """A text of a few lines for people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 500, "validators": [validate_prose], **kwargs})


@extend_schema_field({"type": "string", "pattern": f"^({PROSE})?$", "maxLength": 500})
class ReasonField(NoteField):
    """The same, or nothing."""


@extend_schema_field({"type": "string", "pattern": f"^{ADDRESS}$"})
class AddressField(serializers.CharField):
    """The id or slug of a record, as it is."""

    default_error_messages = {"address": "Neither a slug nor an id: slugs have small letters, digits and hyphens."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        found = super().to_internal_value(data)
        if not re.fullmatch(ADDRESS, found):
            self.fail("address")
        return found


def alone() -> ReasonField:
    """Why a superuser decides alone; a field of every act that needs four eyes."""
    help_text = "Why you act alone; a superuser says it where they decide on what they wrote or sent themselves."
    return ReasonField(required=False, allow_blank=True, default="", help_text=help_text)


class ActSerializer(serializers.Serializer[Any]):
    """What an act is told."""


class PublishingSerializer(ActSerializer):
    """How to publish, and what readers are told of it."""

    kind = serializers.ChoiceField(
        choices=KINDS,
        help_text="New: not public before. New fact: known since. Correction: it was wrong. Editorial: wording only.",
    )
    note = NoteField(help_text=PUBLIC_NOTE)
    alone_because = alone()


class RetractionSerializer(ActSerializer):
    """Why a record leaves what is public."""

    note = NoteField(help_text="Everybody can read it beside the revision: It was another meeting.")
    successor = AddressField(
        required=False, allow_null=True, default=None, help_text="The id or slug of a public record to see instead."
    )
    with_referring = serializers.BooleanField(
        default=False, help_text="Republish in the same revision those that have let go of it on the desk."
    )
    alone_because = alone()


class MergingSerializer(ActSerializer):
    """Into which record another one goes."""

    into = AddressField(help_text="The id or slug of the public record of the same kind that stays.")
    note = NoteField(help_text="Everybody can read it beside the revision: Both are the same meeting.")
    alone_because = alone()


class SuppressionSerializer(ActSerializer):
    """Why a record is withheld."""

    note = NoteField(help_text="Public, and never withheld: it must name nobody. For a person's safety.")
    with_referring = serializers.BooleanField(
        default=False, help_text="Republish in the same revision those that have let go of it on the desk."
    )
    alone_because = alone()


class MentionSerializer(serializers.Serializer[Any]):
    """A text that still contains what a suppressed record was called."""

    where = serializers.CharField(help_text="desk, public now, past revisions or revision note.")
    kind = serializers.CharField(help_text="The kind of row.")
    id = serializers.CharField(help_text="Its id, or the revision's number.")
    column = serializers.CharField(help_text="The column whose text it is.")


class DoneSerializer(serializers.Serializer[Any]):
    """What an act did."""

    meta = DeskMetaSerializer()
    revision = serializers.IntegerField(
        allow_null=True, help_text="The number of the revision that it made; null when nothing public changed."
    )
    mentions = MentionSerializer(many=True, required=False, help_text="After suppressing: where its names still stand.")


@dataclass(frozen=True)
class Act:
    """An act on one record: its name in addresses, what it takes, what it is told, and what it does."""

    name: str
    scope: Scope
    right: str | None  # None: whoever may change the record
    told: type[ActSerializer]
    summary: str
    run: Callable[[Record, Any, Asked], dict[str, Any]]


def _discard(record: Record, by: Any, told: Asked) -> dict[str, Any]:
    publication.discard(record, by=by)
    return {"revision": None}


def _retract(record: Record, by: Any, told: Asked) -> dict[str, Any]:
    successor = another(record, told["successor"], "successor") if told["successor"] else None
    let_go = publication.consequences(record).have_let_go if told["with_referring"] else ()
    revision = publication.retract(
        [record], by=by, note=told["note"], successor=successor, republishing=let_go,
        alone_because=told["alone_because"],
    )  # fmt: skip
    return {"revision": revision.number}


def _merge(record: Record, by: Any, told: Asked) -> dict[str, Any]:
    into = another(record, told["into"], "into")
    revision = publication.merge(record, into, by=by, note=told["note"], alone_because=told["alone_because"])
    return {"revision": revision.number}


def _suppress(record: Record, by: Any, told: Asked) -> dict[str, Any]:
    let_go = publication.consequences(record).have_let_go if told["with_referring"] else ()
    done = publication.suppress(
        record, by=by, note=told["note"], republishing=let_go, alone_because=told["alone_because"]
    )
    mentions = [
        {"where": each.where, "kind": each.kind, "id": each.id, "column": each.column} for each in done.mentions
    ]
    return {"revision": done.revision.number, "mentions": mentions}


ACTS = (
    Act("discard", Scope.WRITE, None, ActSerializer,
        "Give up what was edited since the record was published: the desk returns to what is public.", _discard),
    Act("retract", Scope.PUBLISH, "retract_records", RetractionSerializer,
        "Take a record that was wrong out of what is public; its past stays readable.", _retract),
    Act("merge", Scope.PUBLISH, "merge_records", MergingSerializer,
        "Join a record to another one of the same thing, which what refers to it refers to from then on.", _merge),
    Act("suppress", Scope.PUBLISH, "suppress_records", SuppressionSerializer,
        "Withhold every text of a record in every revision, and delete it from the desk. This cannot be undone.",
        _suppress),
)  # fmt: skip


def another(record: Record, address: str, name: str) -> Record:
    """The record of the same kind at `address`, which the key `name` of the body gives."""
    model = type(record)
    found = addressed(model._default_manager.all(), address).first()
    if found is None:
        detail = f"{name}: the desk has no {model._meta.verbose_name} of this id or slug."
        raise bad_body([fault(name, "not_found", detail)])
    return found


class ActView(DeskView):
    """An act on one record."""

    model: ClassVar[Any] = Record
    does: ClassVar[Act] = ACTS[0]

    def tell(self, action: str) -> Told:
        noun = self.model._meta.verbose_name
        summary = f"{self.does.name.capitalize()} a {noun}"
        return Told(summary, self.does.summary, body=self.does.told, answer=DoneSerializer, matches=True)

    def post(self, request: Request, id: str) -> HttpResponseBase:
        """Do it, if nothing stands against it; refusals name each reason."""
        right = self.does.right or f"change_{self.model._meta.model_name}"
        by = need(request, self.does.scope, right, f"view_{self.model._meta.model_name}")

        def do() -> Response:
            record = locked(self.model, id)
            need_match(request, record)
            done = self.does.run(record, by, asked(self.does.told, request.data))
            return Response({"meta": desk_meta(request), **done})

        return self.act(request, do)


@extend_schema_field(UUID)
class IdField(serializers.UUIDField):
    """An id as answers write it, and in no other way."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        found: uuid.UUID = super().to_internal_value(data)
        if str(found) != data:
            self.fail("invalid", value=printable(str(data)))
        return found


class SeenSerializer(serializers.Serializer[Any]):
    """A record at the version that was seen."""

    resource = serializers.ChoiceField(choices=RESOURCE_NAMES, help_text="Which list it is in.")
    id = IdField(help_text="Its id.")
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The version that was seen.")


class RecordsSerializer(ActSerializer):
    """Records, each at the version that was seen."""

    records = SeenSerializer(  # type: ignore[call-arg]  # max_length is that of the list
        many=True, allow_empty=False, max_length=MOST_AT_ONCE, help_text="Which, each once; at most 500."
    )


class PublishSerializer(RecordsSerializer, PublishingSerializer):
    """Records to publish together, and what readers are told of it."""


def seen(rows: list[Asked]) -> list[Record]:
    """The records of the body, locked; refused when one is named twice, is not there, or has another version by now."""
    wanted: dict[type[Record], dict[Any, int]] = {}
    for place, row in enumerate(rows):
        of_kind = wanted.setdefault(MODELS[row["resource"]], {})
        if row["id"] in of_kind:
            detail = f"The record {row['id']} is named twice."
            raise bad_body([fault(f"records[{place}]", "repeated", detail)])
        of_kind[row["id"]] = row["version"]
    found = lock({model: list(ids) for model, ids in wanted.items()})
    for record in found:
        if record.version != wanted[type(record)][record.pk]:
            raise stale(record, f'"{wanted[type(record)][record.pk]}"')
    return found


class PublishView(DeskView):
    """Publishing records without a submission."""

    def tell(self, action: str) -> Told:
        says = "Make the desk's state of these records public, as one revision; nobody publishes what they wrote."
        return Told("Publish records", says, body=PublishSerializer, answer=DoneSerializer)

    def post(self, request: Request) -> HttpResponseBase:
        """Make the desk's state of these records public, as one revision; nobody publishes what they wrote."""
        by = need(request, Scope.PUBLISH, "publish_records")

        def do() -> Response:
            told = asked(PublishSerializer, request.data)
            revision: Revision | None = publication.publish(
                seen(told["records"]), by=by, kind=told["kind"], note=told["note"],
                alone_because=told["alone_because"],
            )  # fmt: skip
            return Response({"meta": desk_meta(request), "revision": revision.number if revision else None})

        return self.act(request, do)
