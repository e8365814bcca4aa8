"""Work lists on the desk: the first page counts what waits for whoever looks, and each list has a page to work through.

Which records wait is said in analytics/worklists.py; here stand the words, and who sees which list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import signed_in
from negotiations.analytics import worklists
from negotiations.analytics.worklists import STANCES, Waits
from negotiations.models.excerpts import in_marks
from negotiations.models.records import shorten
from negotiations.vocabulary import AssertionField

ON_A_PAGE = 50
SUBMITS = ("negotiations.submit_records",)
REVIEWS = ("negotiations.send_back_submission", "negotiations.publish_records")

Words = str | Promise


def _nothing(row: Waits) -> str:
    return ""


def _versions(row: Waits) -> str:
    return ngettext("%d version", "%d versions", row.number) % row.number


def _records_of(row: Waits) -> str:
    records = ngettext("%d record", "%d records", row.number) % row.number
    return gettext("%(records)s, sent by %(name)s") % {"records": records, "name": row.said}


def _sent_back(row: Waits) -> str:
    records = ngettext("%d record", "%d records", row.number) % row.number
    return f"{records}: {shorten(row.said, 200)}"


def _quotes(row: Waits) -> str:
    others = ngettext(" and %d other", " and %d others", row.number - 1) % (row.number - 1) if row.number > 1 else ""
    return f"{in_marks(shorten(row.said, 120))}{others}"


def _fields(row: Waits) -> str:
    said = (
        gettext("Confirmed by one side and denied by another") if field == STANCES else AssertionField(field).label
        for field in row.said.split()
    )
    return ", ".join(map(str, said))


def _revision(row: Waits) -> str:
    return gettext("Revision %d") % row.number


@dataclass(frozen=True)
class Shown:
    """A work list as the desk words it, for whoever has one of `rights`; where none is named, for all who may look."""

    title: Words
    holds: Words  # what stands in it
    empty: Words
    since: Words
    more: Callable[[Waits], str] = _nothing
    more_heading: Words = ""
    rights: tuple[str, ...] = ()


SHOWN: dict[str, Shown] = {
    "drafts": Shown(
        _("My drafts"),
        _("What you wrote and is neither public nor sent for review: new records, and changes to public ones."),
        _("You have written nothing that is not public or in review."),
        _("written"), _versions, _("not public"), SUBMITS,
    ),
    "waiting": Shown(
        _("Waiting for me"),
        _("Open submissions that you may decide on: sent by others, and with nothing in them written by you."),
        _("Nobody waits for your review."),
        _("sent"), _records_of, _("what was sent"), REVIEWS,
    ),
    "sent-back": Shown(
        _("Sent back to me"),
        _("Submissions of yours that came back, until their records are sent again, published or discarded."),
        _("Nothing of yours was sent back, or all of it has gone on."),
        _("sent back"), _sent_back, _("why"), SUBMITS,
    ),
    "quotes": Shown(
        _("Quotes not found"),
        _("Records with a quote that does not stand in the article's text: compare it with the page."),
        _("Every quote that was looked for stands in its article."),
        _("last changed"), _quotes, _("quote"),
    ),
    "without-basis": Shown(
        _("Positions without a basis statement"),
        _("Positions that no recorded statement supports: record who said so, and cite the statement."),
        _("Every position rests on a statement."),
        _("entered"),
    ),
    "disputes": Shown(
        _("Disputes"),
        _("Values of one field that cannot all be true, and outcomes that one side confirms and another denies."),
        _("Nothing that is recorded contradicts itself."),
        _("last changed"), _fields, _("in dispute"),
    ),
    "not-reviewed": Shown(
        _("Processes not reviewed for 30 days"),
        _("Public processes of which no revision has published anything for 30 days."),
        _("Something of every public process was published in the last 30 days."),
        _("reviewed"), _revision, _("last revision"),
    ),
    "without-identifier": Shown(
        _("Records without identifier"),
        _("Actors, places, processes, signed agreements and armed conflicts without a number of Wikidata or others."),
        _("Every record that others may number has an identifier."),
        _("entered"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """A list with its address and how many wait in it."""

    shown: Shown
    address: str
    number: int


@dataclass(frozen=True)
class Row:
    """What waits, with its page on the desk."""

    waits: Waits
    page: str
    more: str

    @property
    def kind(self) -> str:
        return capfirst(str(self.waits.kind._meta.verbose_name))


def seen_by(request: HttpRequest, name: str) -> list[type[Any]]:
    """The kinds of records of a list that whoever asks may see; none if the list is not for them."""
    user, rights = signed_in(request), SHOWN[name].rights
    if rights and not any(user.has_perm(right) for right in rights):  # type: ignore[attr-defined]  # whoever signs in has rights
        return []
    return [
        model
        for model in worklists.LISTS[name].kinds
        if user.has_perm(f"negotiations.{get_permission_codename('view', model._meta)}")  # type: ignore[attr-defined]
    ]


def counted(request: HttpRequest) -> list[Counted]:
    """The lists for whoever asks; one statement each."""
    by = signed_in(request)
    return [
        Counted(shown, reverse("work_list", args=[name]), worklists.count(name, by=by, kinds=kinds))
        for name, shown in SHOWN.items()
        if (kinds := seen_by(request, name))
    ]


def work_list(request: HttpRequest, name: str) -> HttpResponse:
    """A page of what waits in one list, the longest waiting first; one kind of it, or what contains some words."""
    if name not in SHOWN:
        raise Http404(_("There is no such work list."))
    kinds = seen_by(request, name)
    if not kinds:
        raise PermissionDenied
    words, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    asked = [model for model in kinds if model._meta.model_name == kind] if kind else kinds
    at = _number(request.GET.get("p", ""))
    rows, every = worklists.page(
        name,
        by=signed_in(request),
        kinds=asked,
        words=words.replace("\0", ""),
        first=(at - 1) * ON_A_PAGE,
        most=ON_A_PAGE,
    )
    shown = SHOWN[name]
    last = max(1, -(-every // ON_A_PAGE))
    filters = {key: value for key, value in (("q", words), ("kind", kind)) if value}
    context = {
        **admin.site.each_context(request),
        "title": shown.title,
        "shown": shown,
        "rows": [Row(each, _page_of(each), shown.more(each)) for each in rows],
        "every": every,
        "at": at,
        "last": last,
        "pages": [(number, f"?{urlencode({**filters, 'p': str(number)})}") for number in (at - 1, at + 1)],
        "first_page": f"?{urlencode(filters)}",
        "words": words,
        "kind": kind,
        "kinds": [(each._meta.model_name, capfirst(str(each._meta.verbose_name_plural))) for each in kinds],
        "is_filtered": bool(filters),
    }
    request.current_app = admin.site.name
    return TemplateResponse(request, "admin/negotiations/work_list.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and int(text) else 1


def _page_of(row: Waits) -> str:
    return reverse(f"admin:negotiations_{row.kind._meta.model_name}_change", args=[row.id])


admin.site.index_template = "admin/negotiations/index.html"
