"""What the desk asks of whoever brings a table in: the table, and then whether it is to be written as it was shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiations.admin.asking import note_field
from negotiations.exchange.sheets import MAX_BYTES, Sheet, read_file, read_text


class TableField(forms.Field):
    """A table as text, as it was pasted: blanks at its ends are empty cells."""

    widget = AdminTextareaWidget


class TableForm(forms.Form):
    """A table to be tried out: a file, or what was copied from a spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.tsv,.txt"}),
        help_text=gettext_lazy("XLSX or CSV, as it was taken out here or with the columns below: talks.xlsx"),
    )
    text = TableField(
        label=gettext_lazy("Or paste it"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("The cells, copied in a spreadsheet together with row 1, which names the columns."),
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if bool(asked.get("file")) == bool(asked.get("text")):
            raise forms.ValidationError(_("Choose a file, or paste a table: one of the two."))
        return asked

    def sheet(self) -> Sheet:
        """The table that was given; raises Unreadable."""
        if file := self.cleaned_data["file"]:
            return read_file(file.read(MAX_BYTES + 1))
        return read_text(self.cleaned_data["text"])


class BringInForm(forms.Form):
    """The same table once more, with what was seen of it."""

    table = TableField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)
    sends = forms.BooleanField(
        label=gettext_lazy("Send for review at once"),
        required=False,
        help_text=gettext_lazy("As one submission. Otherwise these stay drafts and pending edits, to be sent later."),
    )
    note = note_field(
        "Note", _("For whoever reviews it; it stays on the desk: Dates of 12 talks, from the ministry's list.")
    )

    def __init__(self, *args: Any, may_send: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = False
        if not may_send:
            del self.fields["sends"], self.fields["note"]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("sends") and not asked.get("note"):
            self.add_error("note", _("Say to whoever reviews it what this table brings, or do not send it yet."))
        return asked
