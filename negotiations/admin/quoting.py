"""Quotes on rows: what a row asks beside its own fields, and the citation that comes of it.

The source is the page's own, or another that is chosen on the row. Each quote is looked for in the article's text.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AutocompleteSelect
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import RowForm
from negotiations.admin.fields import ProseFormField
from negotiations.models import Actor, ArticleText, Assertion, Citation, Position, Source, Statement
from negotiations.models.excerpts import check, in_marks
from negotiations.models.records import validate_line, validate_prose
from negotiations.vocabulary import Attribution, ExcerptCheck

TARGETS = {Citation._meta.get_field(name).related_model: name for name in Citation.PART_OF}
QUOTE_FIELDS = ("excerpt", ("voice", "cited_source"), ("voice_of", "voice_described"))
# What somebody holds, or a value that somebody gives, rests on their statement where there is one in the same words.
MAY_REST_ON_STATEMENTS = (Position, Assertion)
VOICE = {"attribution": "voice", "speaker": "voice_of", "descriptor": "voice_described"}


def type_ahead(column: str, **kwargs: Any) -> forms.ModelChoiceField[Any]:
    """A choice among the records to which this column of Citation leads."""
    field = Citation._meta.get_field(column)
    queryset = (Source if column == "source" else Actor)._default_manager.all()
    return forms.ModelChoiceField(
        queryset, required=False, widget=AutocompleteSelect(field, admin.site), **kwargs
    )  # fmt: skip


class QuotedForm(RowForm):
    """A record or part with the quote that supports it."""

    excerpt = ProseFormField(
        label=_("Quote"), required=False, max_length=500, validators=[validate_prose],
        widget=AdminTextareaWidget(attrs={"rows": 2, "class": "desk-quote"}),
        help_text=_("The words as printed, which this row rests on: Kyiv is seeking an “unconditional ceasefire”"),
    )  # fmt: skip
    voice = forms.ChoiceField(
        choices=Attribution.choices, required=False, initial=Attribution.OUTLET,
        help_text=_("Who says so in the source: On background, if it is a diplomat without a name"),
    )  # fmt: skip
    voice_of = type_ahead("speaker", label=_("Speaker"), help_text=_("Of a named voice: Volodymyr Zelensky"))
    voice_described = forms.CharField(
        label=_("Described as"), required=False, validators=[validate_line],
        widget=AdminTextInputWidget(attrs={"size": 30}),
        help_text=_("Of an unnamed voice: a Ukrainian diplomatic source"),
    )  # fmt: skip
    cited_source = type_ahead(
        "source",
        label=_("Another source"),
        help_text=_("Only if the quote is not of the source of this sitting: BBC News"),
    )

    def __init__(self, *args: Any, sitting_has_source: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sitting_has_source = sitting_has_source

    @property
    def changed_data(self) -> list[str]:
        """A voice says nothing without the quote."""
        changed: list[str] = super().changed_data
        return [name for name in changed if name != "voice" or "excerpt" in changed]

    def has_changed(self) -> bool:
        return bool(self.changed_data)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        if given.get("excerpt"):
            if not given.get("cited_source") and not self.has_source():
                self.add_error("excerpt", _("Paste the address of the page above, or choose a source on this row."))
            self._refuse_unfit_voice()
        elif any(given.get(name) for name in ("cited_source", "voice_of", "voice_described")):
            self.add_error("excerpt", _("Add the quote: a source or a voice is cited with the words it is about."))
        return cleaned

    def has_source(self) -> bool:
        return self.sitting_has_source

    def citation(self) -> Citation:
        """The quote with its voice, of no source and about nothing yet."""
        given = self.cleaned_data
        return Citation(
            excerpt=given.get("excerpt") or "",
            attribution=given.get("voice") or Attribution.OUTLET,
            speaker=given.get("voice_of"),
            descriptor=given.get("voice_described") or "",
        )

    def _refuse_unfit_voice(self) -> None:
        try:
            self.citation().full_clean(exclude=[*Citation.PART_OF, "source", "testimony"])
        except ValidationError as error:
            for column, messages in error.message_dict.items():
                name = "voice" if column == NON_FIELD_ERRORS else VOICE.get(column, "excerpt")
                self.add_error(name, messages)


def cite(form: QuotedForm, target: models.Model, source: Source | None) -> Citation | None:
    """Keeps the quote of `form`, if it has one, as a citation of `target`; `source` unless the row names another."""
    citation = form.citation()
    if not citation.excerpt:
        return None
    cited = form.cleaned_data.get("cited_source") or source
    citation.source = cited
    if isinstance(target, MAY_REST_ON_STATEMENTS) and (statement := _statement_in_these_words(citation)):
        citation = Citation(testimony=statement)
    text = ArticleText.objects.filter(source=citation.source).values_list("text", flat=True).first()
    citation.excerpt_check, citation.locator = check(citation.excerpt, text)
    setattr(citation, TARGETS[type(target)], target)
    citation.save(force_insert=True)
    return citation


def cite_all(rows: list[Any], source: Source | None) -> list[Citation]:
    """Keeps the quotes of the whole page: statements first, since positions and values may rest on them."""
    by_turn = sorted(rows, key=lambda row: not isinstance(row.instance, Statement))
    return [citation for row in by_turn if (citation := cite(row, row.instance, source))]


def _statement_in_these_words(citation: Citation) -> Statement | None:
    """The oldest statement that is cited with the very same words, unless they are the outlet's own."""
    if citation.attribution != Attribution.OUTLET:  # the row says itself whose words these are
        return None
    spoken = Statement.objects.filter(citations__source=citation.source, citations__excerpt=citation.excerpt)
    return spoken.exclude(attribution=Attribution.OUTLET).order_by("created_at", "id").first()


def quotes_of(row: Any) -> SafeString | str:
    """The quotes that a row rests on, each with where it was found, or that it was not."""
    if row is None or row.pk is None:
        return ""
    return format_html_join("", '<p class="desk-cited desk-{}">{}</p>', (_said(each) for each in row.citations.all()))


def _said(citation: Citation) -> tuple[str, SafeString]:
    words = ExcerptCheck(citation.excerpt_check)
    shown = citation.locator if words == ExcerptCheck.FOUND else " ".join(filter(None, (citation.locator, words.label)))
    return words.value, format_html(
        '<strong>{}</strong> {} <span class="desk-of">{}</span>',
        shown, in_marks(citation.excerpt) if citation.excerpt else "", citation.source or citation.testimony,
    )  # fmt: skip
