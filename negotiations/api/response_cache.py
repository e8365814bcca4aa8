"""Answers that are kept in memory, by their validator: the newest revision's and none besides, up to so many bytes.

A validator covers all that an answer depends on, and its revision is the one that the answer's own snapshot holds, so
an answer never stands under another's. What is found belongs to the newest revision that the asker knows of.
"""

from __future__ import annotations

import datetime
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from negotiations.ledger.window import Window

SHARE = 8  # what is larger than such a part of the room would drive out too much else
BESIDES = 1000  # bytes, about, that an answer takes beside what it says


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the headers that this process's inner layers have given it, and the body as it is sent."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + BESIDES

    def response(self) -> HttpResponse:
        return HttpResponse(self.body, headers=dict(self.headers))


class ResponseCache:
    """The answers of one newest revision, the longest unused first; safe to use from several threads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.forget()

    def forget(self) -> None:
        """Begins anew, as a process that was forked off does: another thread of its parent may have held the lock."""
        self.size = 0
        self._newest: Window | None = None
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, newest: Window, etag: str) -> HttpResponse | None:
        """The answer of this validator, if it was kept while `newest` was the newest revision."""
        with self._lock:
            found = self._answers.get(etag) if newest == self._newest else None
            if found is None:
                return None
            self._answers.move_to_end(etag)
        return found.response()

    def keep(self, newest: Window, response: HttpResponseBase) -> None:
        """Keeps `response`, answered while `newest` was the newest revision, if it is one to be kept."""
        if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
            return
        answer = Answer(tuple(response.headers.items()), response.content)
        if "ETag" not in response or answer.size > self.room // SHARE:
            return
        with self._lock:
            if newest != self._newest and not self._turn(newest):
                return
            before = self._answers.pop(response["ETag"], None)
            self._answers[response["ETag"]] = answer
            self.size += answer.size - (before.size if before else 0)
            while self.size > self.room:
                self.size -= self._answers.popitem(last=False)[1].size

    def _turn(self, newest: Window) -> bool:
        """Forgets all for a newer revision, the past too: a header may tell of it otherwise. False for an older one.

        Newer is what was published later: where a backup was restored the numbers begin again, moments never do.
        """
        if self._newest and _moment(newest) < _moment(self._newest):
            return False
        self._answers.clear()
        self._newest, self.size = newest, 0
        return True


def _moment(newest: Window) -> tuple[datetime.datetime, int]:
    return newest.at or datetime.datetime.min.replace(tzinfo=datetime.UTC), newest.epoch


CACHE = ResponseCache(settings.CACHE_BYTES)

os.register_at_fork(after_in_child=CACHE.forget)
