"""What happened to a record, from all that the desk and the ledger keep of it: who, when, why; the newest first."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext as _

from negotiations import publication
from negotiations.admin.base import page_of
from negotiations.ledger import aggregates, history
from negotiations.models import Edit, Pin, Revision
from negotiations.models.records import Record
from negotiations.vocabulary import Change, SubmissionStatus

AT_ONCE = datetime.timedelta(seconds=10)  # an edit and what the log says of it are of one request


@dataclass(frozen=True)
class Entry:
    """One thing that happened: to be read, and, if it is a revision that the ledger still tells, to be compared."""

    at: datetime.datetime
    name: str  # Revision 3, Version 2, Submission
    who: str
    what: str
    why: str = ""
    page: str = ""
    more: list[str] = field(default_factory=list)
    revision: int | None = None  # at which the record can be read
    order: int = 0  # of what happened at the same moment: a version is written, sent, published


def entries_of(record: Record) -> list[Entry]:
    """All that happened to `record` and its parts, the newest first.

    Cost: a query for versions, submissions, revisions and log each, and those that find the record's parts.
    """
    edits = list(Edit.objects.filter(_is_of(record)).select_related("author", "publisher"))
    found = [*_versions(record, edits), *_submissions(record), *_revisions(record, edits)]
    return sorted(found, key=lambda entry: (entry.at, entry.order), reverse=True)


def _is_of(record: Record) -> Any:
    return publication.of_records({type(record): [record.pk]})


def _versions(record: Record, edits: list[Edit]) -> Iterator[Entry]:
    said = _logged(record, edits)
    for edit in edits:
        if edit.revision is not None:
            what = _("written; published in revision %(number)s") % {"number": edit.revision}
        elif edit.discarded_at is not None:
            what = _("written; discarded on %(day)s") % {"day": f"{edit.discarded_at:%Y-%m-%d}"}
        else:
            what = _("written; not public")
        name = _("Version %(number)s") % {"number": edit.version}
        alone = [_("Alone, because: %(why)s") % {"why": edit.alone_because}] if edit.alone_because else []
        yield Entry(edit.at, name, edit.author.get_username(), what, more=[*said[edit.version], *alone])


def _logged(record: Record, edits: list[Edit]) -> dict[int, list[str]]:
    """What the admin's log says of each version, by its number: it is written a moment after the version.

    What else the log has of the record, an act, is told by its submission or revision.
    """
    roots = {type(record): [record.pk]}
    rows = (aggregates.rows_under(roots, "public"), aggregates.rows_under(roots, "ledger", ever=True))
    ids = {str(id) for side in rows for some in side.values() for id in some}
    said: dict[int, list[str]] = defaultdict(list)
    for logged in LogEntry.objects.filter(object_id__in=ids).order_by("action_time"):
        before = [edit for edit in edits if edit.at <= logged.action_time]
        latest = max(before, key=lambda edit: edit.version, default=None)
        if latest and latest.author_id == logged.user_id and logged.action_time - latest.at < AT_ONCE:
            said[latest.version] += [words] if (words := logged.get_change_message()) else []
    return said


def _submissions(record: Record) -> Iterator[Entry]:
    """When it was sent for review, and sent back or withdrawn; what was published is told by the revision."""
    pins = Pin.objects.filter(_is_of(record)).select_related("submission__sent_by", "submission__decided_by")
    for pin in pins:
        submission, page = pin.submission, page_of(pin.submission)
        words = _("version %(number)s sent for review") % {"number": pin.version}
        yield Entry(
            submission.sent_at,
            _("Submission"),
            submission.sent_by.get_username(),
            words,
            submission.note,
            page,
            order=1,
        )
        decided = submission.status in (SubmissionStatus.SENT_BACK, SubmissionStatus.WITHDRAWN)
        if decided and submission.decided_by and submission.decided_at:
            yield Entry(
                submission.decided_at,
                _("Submission"),
                submission.decided_by.get_username(),
                submission.get_status_display().lower(),
                submission.decision_note,
                page,
                order=2,
            )


def _revisions(record: Record, edits: Iterable[Edit]) -> Iterator[Entry]:
    changes = history.revisions_of(type(record), record.pk, on_desk=True)
    kept = history.kept(type(record), record.pk)
    versions: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.revision is not None:
            versions[edit.revision].append(edit)
    for revision in Revision.objects.filter(pk__in=changes).select_related("by"):
        change, number = Change(changes[revision.number]), revision.number
        yield Entry(
            revision.at,
            str(revision),
            revision.by.get_username() if revision.by else "",
            f"{revision.get_kind_display()}: {change.label.lower()}",
            revision.note,
            page_of(revision),
            [_published(versions[number])] if number in versions else [],
            number if number in kept else None,
            order=3,
        )


def _published(edits: list[Edit]) -> str:
    numbers = sorted(edit.version for edit in edits)
    authors = ", ".join(sorted({edit.author.get_username() for edit in edits}))
    if len(numbers) == 1:
        return _("Publishes version %(number)s by %(authors)s.") % {"number": numbers[0], "authors": authors}
    return _("Publishes versions %(first)s to %(last)s by %(authors)s.") % {
        "first": numbers[0], "last": numbers[-1], "authors": authors,
    }  # fmt: skip
