"""Feeds: talks and timelines as a calendar (RFC 5545), revisions as an Atom feed (RFC 4287)."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.feedgenerator import Atom1Feed
from icalendar import Event, Journal

from negotiations.analytics.stream import Item
from negotiations.api.exporting import Export, WholeSetRenderer
from negotiations.api.references import Root, address
from negotiations.models import Talk
from negotiations.models.edtf import exact_day
from negotiations.models.records import Record
from negotiations.vocabulary import EventStatus, TalkStatus

PRODUCT = "-//Negotiation tracker//Talks//EN"
DOMAIN = "negotiation-tracker"
HAPPENING = {TalkStatus.CONFIRMED, TalkStatus.UNDER_WAY, TalkStatus.PAUSED, TalkStatus.HELD}
DONE = EventStatus.HAPPENED
OFF = {TalkStatus.CANCELLED, TalkStatus.POSTPONED}


class CalendarRenderer(WholeSetRenderer):
    """A component a talk: an event where its first day is known, else a journal entry, which needs no date."""

    media_type = "text/calendar"
    format = "ics"
    needs = ("place",)

    def written(self, export: Export) -> Iterator[str]:
        root: Root = export.serializer.context["root"]
        yield f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n"
        for rows in export.batches:
            for row, _ in rows:
                yield self.component(row, export, root).to_ical().decode()
        yield "END:VCALENDAR\r\n"

    def component(self, row: Any, export: Export, root: Root) -> Event | Journal:
        return component(row, export, root)


class TimelineRenderer(CalendarRenderer):
    """A component an item of a timeline, talks as in their own calendar."""

    def component(self, row: Item, export: Export, root: Root) -> Event | Journal:
        if isinstance(row.record, Talk):
            return component(row.record, export, root)
        first = exact_day(row.when.date)
        found = _begun(row.record, str(row.record.label), first, export, root)
        if first and isinstance(found, Event):
            found.add("status", "CONFIRMED" if getattr(row.record, "status", DONE) == DONE else "TENTATIVE")
            found.add("dtstart", first)
            found.add("dtend", (row.when.until or first) + datetime.timedelta(days=1))
        else:
            found.add("status", "DRAFT")
        written = f"Date as the sources give it: {row.when.date}." if row.when.date else "Date unknown."
        found.add("description", " ".join([f"{row.kind.label.partition(' (')[0]}.", written, row.record.text]).strip())
        return found


def component(talk: Talk, export: Export, root: Root) -> Event | Journal:
    """The talk as a calendar holds it; what is not known to the day is said in words, never padded."""
    first = exact_day(talk.start_edtf)
    found = _begun(talk, talk.title, first, export, root)
    if first and isinstance(found, Event):
        found.add("status", _status(talk))
        _add_times(found, talk, first)
        if talk.place:
            found.add("location", talk.place.name)
    else:
        found.add("status", "CANCELLED" if talk.status in OFF else "DRAFT")
    found.add("description", _description(talk))
    return found


def _begun(record: Record, title: str, first: datetime.date | None, export: Export, root: Root) -> Event | Journal:
    """A component with what all have: an event where the first day is known, else a journal entry."""
    found: Event | Journal = Event() if first else Journal()
    found.add("uid", f"{record.pk}@{DOMAIN}")
    found.add("sequence", export.window.revision)
    found.add("dtstamp", export.window.at)
    found.add("summary", title)
    found.add("url", address(record, root))
    return found


def _status(talk: Talk) -> str:
    if talk.status in OFF:
        return "CANCELLED"
    return "CONFIRMED" if talk.status in HAPPENING else "TENTATIVE"


def _description(talk: Talk) -> str:
    days = f"Start as the sources give it: {talk.start_edtf or 'unknown'}." if talk.start_edtf else "Start unknown."
    return " ".join([talk.get_status_display() + ".", days, talk.summary or ""]).strip()


def _add_times(event: Event, talk: Talk, first: datetime.date) -> None:
    """Clock times with a zone in UTC, without one floating; whole days where no source gives a clock."""
    last = exact_day(talk.end_edtf) or first
    if talk.start_time is None:
        event.add("dtstart", first)
        event.add("dtend", last + datetime.timedelta(days=1))
        return
    start = _moment(first, talk.start_time, talk.zone)
    event.add("dtstart", start)
    if talk.end_time is not None:
        end = _moment(last, talk.end_time, talk.zone)
        if end > start:
            event.add("dtend", end)


def _moment(day: datetime.date, clock: datetime.time, zone: str | None) -> datetime.datetime:
    local = datetime.datetime.combine(day, clock)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC) if zone else local


class _Feed(Atom1Feed):
    """A feed that was last updated when its revision was published: without entries Django's says now."""

    def latest_post_date(self) -> datetime.datetime:
        at: datetime.datetime = self.feed["at"] or datetime.datetime.fromtimestamp(0, datetime.UTC)
        return at


class AtomRenderer(WholeSetRenderer):
    """An entry a revision, the newest first unless `ordering` says otherwise."""

    media_type = "application/atom+xml"
    format = "atom"

    def written(self, export: Export) -> Iterator[str]:
        root: Root = export.serializer.context["root"]
        feed = _Feed(
            at=export.window.at,
            title="Negotiation tracker: revisions",
            link=root.address("revisions/"),
            description="What this tracker published, act by act.",
            feed_url=export.meta["url"],
            feed_copyright=export.meta["licence"],
        )
        for rows in export.batches:
            for revision, _ in rows:
                feed.add_item(
                    title=f"Revision {revision.number}: {revision.get_kind_display()}",
                    link=root.address(f"revisions/{revision.number}/"),
                    unique_id=f"tag:{DOMAIN},2026:revision:{revision.number}",
                    description=revision.note,
                    pubdate=revision.at,
                    updateddate=revision.at,
                )
        written = io.StringIO()
        feed.write(written, "utf-8")
        yield written.getvalue()
