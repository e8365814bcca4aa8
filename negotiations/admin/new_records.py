"""Positions, statements and outcomes entered on the page of the talk: new rows only, each a record of its own.

Process and talk are the page's, dates the talk's where none is given, slugs made of label and date.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from negotiations.admin.about import about_field, refuse_absent_delegations, this_talk_field
from negotiations.admin.base import Asks, RowsAdmin
from negotiations.admin.closed_lists import close
from negotiations.admin.quoting import QUOTE_FIELDS, QuotedForm, type_ahead
from negotiations.models import Actor, Outcome, Position, Statement, Talk
from negotiations.models.records import shorten

SPARE_ROWS = 2


def days_of(talk: Talk) -> str | None:
    """The talk's days as one date in EDTF."""
    start, end = talk.start_edtf, talk.end_edtf
    if start and end and end != start and "/" not in start + end:
        return f"{start}/{end}"
    return str(start) if start else None


def since(talk: Talk) -> str | None:
    """From the talk on, until further notice."""
    start = (talk.start_edtf or "").partition("/")[0]
    return f"{start}/.." if start and start != ".." else None


class RecordRow(QuotedForm):
    """A new record on the page of a talk."""

    talk_column = "talk"
    dated = ""

    def talk(self) -> Talk:
        parent: Talk = self.fields[self.talk_column].parent_instance  # type: ignore[attr-defined]  # set by the formset
        return parent

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.dated not in self.errors and not self.cleaned_data.get(self.dated):
            self.cleaned_data[self.dated] = self.day()
        return cleaned

    def day(self) -> str | None:
        return days_of(self.talk())

    def _post_clean(self) -> None:
        if hasattr(type(self.instance), "process"):
            self.instance.process_id = self.talk().process_id
        super()._post_clean()  # type: ignore[misc]  # Django's own, not in its stubs


class PositionRow(RecordRow):
    dated = "in_force_edtf"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["in_force_edtf"]
        field.required = False
        field.help_text = _("Empty means from the day of the talk on. In force still: 2025-05-16/..")

    def day(self) -> str | None:
        found = since(self.talk())
        if found is None:
            self.add_error(self.dated, _("Say since when, since the talk has no day: 2025-05/.."))
        return found


class StatementRow(RecordRow):
    """What somebody said of the talk, or at it."""

    talk_column = "occasion"
    dated = "said_on_edtf"

    about_person = type_ahead("speaker", label=_("About a person"), help_text=_("Whom it is about: Vladimir Putin"))
    this_talk = this_talk_field()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        refuse_absent_delegations(self, self.talk())
        return cleaned


class OutcomeRow(RecordRow):
    dated = "agreed_edtf"


class NewRecordInline(Asks, RowsAdmin):
    """Rows for new records; those there are, are on pages of their own."""

    template = "admin/edit_inline/stacked.html"
    extra = SPARE_ROWS
    closed: tuple[str, ...] = ()

    def __init__(self, parent_model: type[models.Model], admin_site: Any) -> None:
        self.set_autocomplete(self.model, but=self.closed)
        super().__init__(parent_model, admin_site)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).none()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name in self.closed:
            close(field, request)
        return field


QUOTE: Any = (None, {"fields": (QUOTE_FIELDS[0],)})
MORE: Any = {"classes": ("collapse", "desk-more")}


class NewPositionInline(NewRecordInline):
    model = Position
    form = PositionRow
    fk_name = "talk"
    closed = ("party", "issue")
    verbose_name_plural = _("new positions")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (("party", "issue", "stance"), ("label", "ascription", "is_headline"))}),
        QUOTE,
        (
            _("Date, condition, voice, another source"),
            {"fields": (("in_force_edtf", "condition"), *QUOTE_FIELDS[1:]), **MORE},
        ),
    )


class NewStatementInline(NewRecordInline):
    model = Statement
    form = StatementRow
    fk_name = "occasion"
    closed = ("on_behalf_of",)
    verbose_name_plural = _("new statements")
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": (
                    ("attribution", "speaker", "act"),
                    ("descriptor", "on_behalf_of"),
                    "text",
                    ("this_talk", "about", "about_person"),
                )
            },
        ),
        QUOTE,
        (
            _("Their own words, date, condition, voice, another source"),
            {"fields": (("quote", "text_kind"), ("said_on_edtf", "condition"), *QUOTE_FIELDS[1:]), **MORE},
        ),
    )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        row = type("StatementRow", (StatementRow,), {"about": about_field(request)})
        return super().get_formset(request, obj, **{**kwargs, "form": row})


class NewOutcomeInline(NewRecordInline):
    model = Outcome
    form = OutcomeRow
    fk_name = "talk"
    extra = 1
    verbose_name_plural = _("new outcomes")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (("kind", "title"),)}),
        QUOTE,
        (
            _("Date, condition, voice, another source"),
            {"fields": (("agreed_edtf", "condition"), *QUOTE_FIELDS[1:]), **MORE},
        ),
    )


def words_of(record: models.Model) -> tuple[str, str | None]:
    """What the slug of a new record is made of: some words, and its date."""
    if isinstance(record, Position):
        return f"{record.party.name} {record.label}", record.in_force_edtf
    if isinstance(record, Statement):
        speaker = record.speaker.name if isinstance(record.speaker, Actor) else record.descriptor
        return f"{speaker} {shorten(record.text, 60)}", record.said_on_edtf
    assert isinstance(record, Outcome)
    return str(record.title), record.agreed_edtf


# What is shown on the page of a talk as entered for it: the columns that lead to the talk.
ENTERED: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Position, ("talk",)),
    (Statement, ("occasion", "links__to_talk")),
    (Outcome, ("talk",)),
)
