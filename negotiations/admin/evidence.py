"""Sources on the desk, with the article's text, and the page on which an assertion gets its citations."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from negotiations.admin.base import Asks, RowsAdmin
from negotiations.admin.parts import VALUE_OF_ASSERTION, PartAdmin
from negotiations.admin.records import RecordAdmin, as_written, year_of
from negotiations.models import ArticleText, Assertion, Source


class ArticleTextInline(Asks, RowsAdmin):
    template = "admin/edit_inline/stacked.html"
    model = ArticleText
    extra = 0
    classes = ("collapse",)
    verbose_name_plural = _("article text (never leaves the desk)")


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    NAMED_BY = ("publisher",)
    list_display = ("label", "stage", "kind", as_written("published_edtf"), "reproduction", "reliability", "slug")
    list_filter = (year_of("published", "year"), "kind", "reproduction", "reliability", "updated_at")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "page_url",
                    "title",
                    "slug",
                    ("kind", "publisher"),
                    ("published_edtf", "accessed_on"),
                    "language",
                    "canonical_url",
                    "archived_url",
                )
            },
        ),
        (
            _("How far it is to be trusted"),
            {"fields": (("reproduction", "syndicated_from"), ("reliability", "reliability_reason"), "note")},
        ),
    )
    inlines = (ArticleTextInline,)


@admin.register(Assertion)
class AssertionAdmin(PartAdmin):
    NAMED_BY = ("value_actor", "delegation__party")
    search_fields = ("field", "word")
    fields = VALUE_OF_ASSERTION
