"""One sitting, one source: a page is pasted once at the top of the talk, and the rows below it quote it.

The article's text goes to the desk's private table and nowhere else: no message, log entry or error report holds it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, RelatedFieldWidgetWrapper
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.base import Words
from negotiations.admin.fields import EdtfFormField, EdtfInput, ProseFormField
from negotiations.admin.quoting import QuotedForm, type_ahead
from negotiations.admin.slugs import free_slug
from negotiations.models import ArticleText, Source, Talk
from negotiations.models.records import EdtfField, validate_line, validate_prose
from negotiations.vocabulary import SourceKind

SESSION = "sitting"
SOURCE_FIELDS = (
    "source_url",
    ("source_publisher", "source_kind"),
    ("source_title", "source_published"),
    "article_text",
)
COLUMNS = {
    "page_url": "source_url", "publisher": "source_publisher", "kind": "source_kind", "title": "source_title",
    "published_edtf": "source_published",
}  # fmt: skip


def line(label: Words, help_text: Words, size: int = 30) -> forms.CharField:
    widget = AdminTextInputWidget(attrs={"size": size, "class": "desk-line"})
    return forms.CharField(label=label, required=False, help_text=help_text, validators=[validate_line], widget=widget)


class SittingForm(QuotedForm):
    """A talk with the source of the sitting; `shown` is the source that the page was shown with, `by` who enters it."""

    shown: Source | None = None
    by: AbstractBaseUser | None = None

    source_url = line(_("Address"), _("The page you read, pasted: https://example.org/news/istanbul-talks"), 80)
    source_publisher = type_ahead("credited_to", label=_("Publisher"), help_text=_("Who published it: BBC News"))
    source_kind = forms.ChoiceField(
        label=_("Kind"), choices=SourceKind.choices, initial=SourceKind.NEWS, required=False,
        help_text=_("What it is: news report"),
    )  # fmt: skip
    source_title = line(_("Headline"), _("As printed; empty if there is none: Istanbul talks end"), 60)
    source_published = EdtfField(null=True, blank=True).formfield(
        label=_("Published"),
        help_text=_("As the page gives it: 16 May 2025"),
        widget=EdtfInput(attrs={"size": 16}),
        form_class=EdtfFormField,
    )
    article_text = ProseFormField(
        label=_("Article text"), required=False, validators=[validate_prose],
        widget=AdminTextareaWidget(attrs={"rows": 4, "class": "desk-article-text", "autocomplete": "off"}),
        help_text=_("Pasted whole, to look for the quotes in it; it never leaves the desk: Kyiv is seeking a …"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_to_add_publisher()
        if self.shown:
            text = ArticleText.objects.filter(source=self.shown).values_list("text", flat=True).first()
            self.initial.update({name: getattr(self.shown, column) for column, name in COLUMNS.items()})
            self.initial.update({"source_publisher": self.shown.publisher_id, "article_text": text or ""})

    def _offer_to_add_publisher(self) -> None:
        field = self.fields["source_publisher"]
        may_add = bool(self.by and self.by.has_perm("negotiations.add_actor"))  # type: ignore[attr-defined]  # of users
        leads_to = Source._meta.get_field("publisher").remote_field
        field.widget = RelatedFieldWidgetWrapper(field.widget, leads_to, admin.site, can_add_related=may_add)

    def has_source(self) -> bool:
        return bool(self.cleaned_data.get("source_url"))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.source = None
        if self.has_source():
            self.source = self._known() or self._new()
            self._refuse_other_text(self.source)
        elif any(self.cleaned_data.get(name) for name in ("source_publisher", "source_title", "article_text")):
            self.add_error("source_url", _("Paste the address of the page, or leave the whole source empty."))
        return cleaned

    def _known(self) -> Source | None:
        """The source at this address, the oldest if there are several; what was merged into another is none."""
        at = Source.objects.filter(page_url=self.cleaned_data["source_url"])
        return at.exclude(pk__in=publication.merged(Source)).order_by("created_at", "id").first()

    def _new(self) -> Source:
        given = {column: self.cleaned_data.get(name) for column, name in COLUMNS.items()}
        source = Source(**{**given, "kind": given["kind"] or SourceKind.NEWS, "title": given["title"] or ""})
        if self.by and not self.by.has_perm("negotiations.add_source"):  # type: ignore[attr-defined]  # whoever signs in has rights
            self.add_error("source_url", _("No source has this address, and you may not add one: ask an editor."))
        try:
            source.full_clean(exclude=["slug"] if given["publisher"] else ["slug", "publisher"])
        except ValidationError as error:
            for column, messages in error.message_dict.items():
                self.add_error(COLUMNS.get(column, "source_url"), messages)
        if not given["publisher"] and "source_publisher" not in self.errors:
            self.add_error("source_publisher", _("Say who published it: this page was not cited before."))
        return source

    def _refuse_other_text(self, source: Source) -> None:
        text = self.cleaned_data.get("article_text")
        if not text:
            return
        if self.shown and source != self.shown and text == self.initial.get("article_text"):
            self.add_error(
                "article_text", _("This is the text of %(shown)s: paste that of the new page.") % {"shown": self.shown}
            )
        elif ArticleText.objects.filter(source=source).exclude(text=text).exists():
            self.add_error(
                "article_text",
                _(
                    "%(source)s has another text already. Leave this empty to look for the quotes in that one, or "
                    "change it on the page of the source."
                )
                % {"source": source},
            )

    def adds(self) -> tuple[type[Source], str, str | None]:
        """What saving the page would add under a name of its own: its source, if that is new. Title and address."""
        source: Source | None = self.source
        if source is None or not source._state.adding:
            return Source, "", None
        return Source, source.title, source.page_url

    def keep_source(self, by: AbstractBaseUser) -> Source | None:
        """The source of the sitting, saved with its text if either is new; part of the transaction of the page."""
        source: Source | None = self.source
        if source is None:
            return None
        is_new = source._state.adding
        if is_new:
            words = f"{source.publisher.name} {source.title}"
            source.slug = free_slug(Source, words, date=source.published_edtf)
            source.save(force_insert=True)
            publication.record_versions([source], by=by)
        text = self.cleaned_data.get("article_text")
        if text and not ArticleText.objects.filter(source=source).exists():
            ArticleText.objects.create(source=source, text=text)
            if not is_new:
                publication.count_version(source, by=by)
        return source


def remembered(request: HttpRequest, talk: Talk | None) -> Source | None:
    """The source of the sitting: that of the page saved last, shown again on this talk and on new ones."""
    kept = request.session.get(SESSION) or {}
    if not kept or (talk and kept.get("talk") != str(talk.pk)):
        return None
    return Source.objects.select_related("publisher").filter(pk=kept["source"]).first()


def remember(request: HttpRequest, talk: Talk, source: Source) -> None:
    request.session[SESSION] = {"talk": str(talk.pk), "source": str(source.pk)}
