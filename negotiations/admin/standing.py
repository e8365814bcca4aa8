"""How a record on the desk stands to what is public, said at the top of its page."""

from __future__ import annotations

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.base import Words, page_of
from negotiations.ledger.stages import CHANGED, DRAFT, MERGED, PUBLISHED, RETRACTED, SUBMITTED
from negotiations.models import Pin
from negotiations.models.records import Record

SAID: dict[str, Words] = {
    DRAFT: _("Draft: not public yet."),
    PUBLISHED: _("Published: the public reads what stands here."),
    CHANGED: _("Changed: the public reads what was published last, and not what was edited since."),
    SUBMITTED: _("In review: an edit now makes it look changed to whoever reviews it."),
    RETRACTED: _("Retracted: it is public no more."),
    MERGED: _("Merged: the public is led to the record in its place, and this one is never public again."),
}


def standing(record: Record, stage: str) -> SafeString:
    """A sentence on its stage, with a link to what decides on it or stands in its place; one query for the link."""
    other: models.Model | None = None
    words = ""
    if stage == MERGED:
        other = publication.survivors(type(record), [record.pk]).get(record.pk)
        words = str(other)
    elif stage == SUBMITTED:
        other, words = _submission_of(record), gettext("Open the submission")
    link = format_html(' <a href="{}">{}</a>', page_of(other), words) if other else ""
    return format_html("{}{}", SAID[stage], link)


def _submission_of(record: Record) -> models.Model | None:
    pins = Pin.objects.filter(table_name=record._meta.db_table, record_id=record.pk, is_open=True)
    pin = pins.select_related("submission").first()
    return pin.submission if pin else None
