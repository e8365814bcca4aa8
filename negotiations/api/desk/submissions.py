"""Submissions through the desk API: sent, read, and decided on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations import publication
from negotiations.api.desk.access import need
from negotiations.api.desk.acts import ActSerializer, NoteField, PublishingSerializer, RecordsSerializer, seen
from negotiations.api.desk.bodies import asked
from negotiations.api.desk.records import DeskReadViewSet, desk_root
from negotiations.api.desk.schema import Told
from negotiations.api.desk.views import desk_meta
from negotiations.api.filters import StrictFilterSet, WordFilter
from negotiations.api.references import RESOURCE_OF_TABLE, Root
from negotiations.models import Pin, Submission
from negotiations.vocabulary import Scope, SubmissionStatus


@extend_schema_field({"type": "string"})
class PinField(serializers.Field[Any, Any, Any, Any]):
    """The list that a pinned record is in, or its address there."""

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        self.what = what
        super().__init__(**{"source": "*", "read_only": True, **kwargs})

    def to_representation(self, value: Pin) -> str:
        resource = RESOURCE_OF_TABLE[value.table_name]
        root: Root = self.context["root"]
        return resource if self.what == "resource" else root.address(f"{resource}/{value.record_id}/")


class PinSerializer(serializers.ModelSerializer[Pin]):
    """A record in a submission, at the version that was sent."""

    resource = PinField(what="resource", help_text="Which list it is in.")
    id = serializers.UUIDField(source="record_id", read_only=True, help_text="The record's id.")
    url = PinField(what="url", help_text="Where the record is on the desk.")

    class Meta:
        model = Pin
        fields = ("resource", "id", "version", "url")
        read_only_fields = fields


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """The changed records of one sitting, sent for review together."""

    sent_by = serializers.CharField(source="sent_by.username", read_only=True, help_text="Who sent it.")
    decided_by = serializers.CharField(
        source="decided_by.username", read_only=True, allow_null=True, default=None, help_text="Who decided on it."
    )
    records = PinSerializer(source="pins", many=True, read_only=True, help_text="What was sent, as it was then.")

    class Meta:
        model = Submission
        fields = (
            "id", "status", "note", "sent_by", "sent_at", "decided_by", "decided_at", "decision_note", "revision",
            "records",
        )  # fmt: skip
        read_only_fields = fields


class SubmissionFilter(StrictFilterSet):
    status = WordFilter("status", vocabulary=SubmissionStatus, help_text="Submissions that stand so.")


class SendingSerializer(RecordsSerializer):
    """Records to send for review, and what to tell whoever reviews them."""

    note = NoteField(help_text="It stays on the desk: Two citations added, the date corrected.")


class SendingBackSerializer(ActSerializer):
    """Why a submission is sent back."""

    note = NoteField(help_text="For whoever sent it; it stays on the desk: ¶4 does not say who proposed it.")


DECISIONS: dict[str, tuple[str, str, type[ActSerializer]]] = {
    "create": ("Submit records", "Send records, at the versions that were seen, for review.", SendingSerializer),
    "publish": ("Publish a submission", "Publish what was pinned, as one revision.", PublishingSerializer),
    "send_back": ("Send a submission back", "End the review without publishing.", SendingBackSerializer),
    "withdraw": ("Withdraw a submission", "Take back a submission of one's own.", ActSerializer),
}


class SubmissionViewSet(DeskReadViewSet):
    """Submissions, the latest first."""

    serializer_class = SubmissionSerializer  # type: ignore[assignment]
    filterset_class = SubmissionFilter
    orders: ClassVar[dict[str, str]] = {"sent_at": "sent_at"}
    order = "-sent_at"
    noun = "submission"
    views = "view_submission"
    addressed_by = "part_id"
    shaped = False

    def tell(self, action: str) -> Told:
        if action not in DECISIONS:
            return super().tell(action)
        summary, says, body = DECISIONS[action]
        return Told(
            summary, says, body=body, answer=SubmissionSerializer, status="201" if action == "create" else "200"
        )

    def get_queryset(self) -> models.QuerySet[Any]:
        return Submission.objects.select_related("sent_by", "decided_by").prefetch_related("pins")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        by = need(request, Scope.WRITE, "submit_records")

        def do() -> Response:
            told = asked(SendingSerializer, request.data)
            submission = publication.submit(seen(told["records"]), by=by, note=told["note"])
            answer = self.answer(request, submission)
            answer.status_code = 201
            answer["Location"] = desk_root(request).address(f"submissions/{submission.pk}/")
            return answer

        return self.act(request, do)

    def publish(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        by = need(request, Scope.PUBLISH, "publish_records")

        def do() -> Response:
            told = asked(PublishingSerializer, request.data)
            submission = self.get_object()
            publication.publish_submission(submission, by=by, **told)
            return self.answer(request, submission)

        return self.act(request, do)

    def send_back(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        by = need(request, Scope.REVIEW, "send_back_submission")

        def do() -> Response:
            told = asked(SendingBackSerializer, request.data)
            submission = self.get_object()
            publication.send_back(submission, by=by, note=told["note"])
            return self.answer(request, submission)

        return self.act(request, do)

    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        by = need(request, Scope.WRITE, "submit_records")

        def do() -> Response:
            asked(ActSerializer, request.data)
            submission = self.get_object()
            publication.withdraw(submission, by=by)
            return self.answer(request, submission)

        return self.act(request, do)

    def answer(self, request: Request, submission: Submission) -> Response:
        row = self.get_queryset().get(pk=submission.pk)
        return Response({"meta": desk_meta(request), **self.shown([row])[0]})
