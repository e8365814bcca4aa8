"""Repeating a POST: with an Idempotency-Key it is done once, and whoever asks again within a day gets the same answer.

The key is claimed, and the answer kept, in the transaction of what is done: a POST that failed left nothing behind, its
key included, and of two at once the second waits for the first. Keys are the token owner's own.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from negotiations.api.desk.access import asking
from negotiations.api.problems import Declined, fault
from negotiations.models import KeptAnswer

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,200}")
KEPT_FOR = datetime.timedelta(hours=24)
KEPT_HEADERS = ("ETag", "Location")


def once(request: Request, view: APIView, do: Callable[[], Response]) -> HttpResponseBase:
    """The answer of `do`, or the one that it gave under the request's key before. Needs a transaction."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return do()
    if not KEY.fullmatch(key):
        detail = f"{HEADER} is 1 to 200 visible characters of ASCII, such as a random UUID."
        raise Declined(HTTPStatus.BAD_REQUEST, detail, kind="bad-parameters", faults=[fault(HEADER, "invalid", detail)])
    kept, is_new = _claimed(request, key)
    if not is_new:
        return _again(request, kept)
    response = do()
    view.finalize_response(request, response)
    answer = {
        "status": response.status_code,
        "headers": {name: response[name] for name in KEPT_HEADERS if name in response},
        "body": JSONRenderer().render(response.data).decode() if response.data is not None else "",
    }
    KeptAnswer.objects.filter(pk=kept.pk).update(answer=json.dumps(answer).encode())
    return response


def _claimed(request: Request, key: str) -> tuple[KeptAnswer, bool]:
    """The row of this key, and whether it was made just now; waits for whoever is making it at this moment."""
    now = timezone.now()
    KeptAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()
    row = KeptAnswer(owner_id=asking(request).pk, key=key, request=_digest(request), at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO negotiations_keptanswer (id, owner_id, key, request, at) VALUES (%s, %s, %s, %s, %s)
                   ON CONFLICT (owner_id, key) DO NOTHING""",
            [row.pk, row.owner_id, row.key, row.request, row.at],
        )
        if cursor.rowcount:
            return row, True
    return KeptAnswer.objects.get(owner_id=row.owner_id, key=key), False


def _digest(request: Request) -> str:
    """What is asked: method, address, the version that was seen, and the body, however it is spaced."""
    body: Any = json.dumps(request.data, sort_keys=True)
    asked = [str(request.method), request.get_full_path(), request.headers.get("If-Match", ""), body]
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def _again(request: Request, kept: KeptAnswer) -> HttpResponse:
    if kept.request != _digest(request):
        detail = f"This {HEADER} was used for another request within the last day; take a fresh one."
        raise Declined(
            HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="key-was-used", faults=[fault(HEADER, "used", detail)]
        )
    if kept.answer is None:
        detail = (
            "This was done; its answer was forgotten, since something was suppressed meanwhile. Look at the records."
        )
        raise Declined(HTTPStatus.CONFLICT, detail, kind="answer-forgotten")
    answer = json.loads(bytes(kept.answer))
    content = answer["body"].encode()
    response = HttpResponse(content, "application/json", status=answer["status"], headers=answer["headers"])
    response["Idempotency-Replayed"] = "true"
    return response
