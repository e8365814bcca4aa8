"""What the desk asks for each editorial act: forms only; the acts are publication/'s, which refuses what is unfit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.contrib.auth.models import AbstractBaseUser
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from negotiations import publication
from negotiations.admin.base import Words
from negotiations.admin.fields import ProseFormField
from negotiations.admin.going_along import Shown, versions_in
from negotiations.models.records import Record, validate_prose
from negotiations.vocabulary import RevisionKind

UNLISTED = ("seen", "with_drafts", "along", "anyway")  # which the page shows beside what they are about


def note_field(label: Words, help_text: Words, *, required: bool = True) -> ProseFormField:
    return ProseFormField(
        label=label,
        required=required,
        max_length=500,
        validators=[validate_prose],
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=help_text,
    )


def kind_field() -> forms.ChoiceField:
    kinds = [RevisionKind(kind) for kind in publication.PUBLISHING_KINDS]
    return forms.ChoiceField(
        choices=[("", "---------"), *((kind.value, kind.label) for kind in kinds)],
        help_text=_(
            "New: not public before. New fact: known since. Correction: it was wrong. Editorial: wording only."
        ),
    )


def public_note(example: Words) -> ProseFormField:
    told = format_lazy("{} {}", _("Everybody can read it beside the revision:"), example)
    return note_field(_("Public note"), told)


def with_referring_field() -> forms.BooleanField:
    return forms.BooleanField(
        required=False,
        label=_("Republish those that have let go of it on the desk, in the same revision"),
        help_text=_("As they are on the desk: a statement that it was taken out of, without it"),
    )


def shown_in(boxes: Iterable[str]) -> Shown:
    try:
        return versions_in(boxes)
    except ValueError:
        raise forms.ValidationError(_("Choose the records again in their list.")) from None


class AnotherField(forms.ModelChoiceField):  # type: ignore[type-arg]  # of records of any kind
    """Another record of the kind that the act is about, found by typing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, **kwargs)
        self.error_messages["invalid_choice"] = _("Choose another record, of the same kind.")

    def ask_beside(self, record: Record) -> None:
        leads_there = type(record)._meta.related_objects[0].field  # any column will do: the chooser asks where it leads
        self.widget = AutocompleteSelect(leads_there, admin.site)
        self.widget.is_required = self.required
        self.queryset = type(record)._default_manager.exclude(pk=record.pk)


class ActForm(forms.Form):
    """What an act asks; a superuser is asked besides why they act alone, should it be their own work."""

    alone_because = note_field(
        _("Why alone"),
        _("Needed only where you decide on what you wrote or sent yourself; it stays on the desk: All are on leave."),
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, by: AbstractBaseUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not getattr(by, "is_superuser", False):
            del self.fields["alone_because"]
        else:
            self.order_fields([*(name for name in self.fields if name != "alone_because"), "alone_because"])

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that the page shows one below the other."""
        return [self[name] for name in self.fields if name not in UNLISTED]


class ChosenForm(ActForm):
    """Adds the records, at the versions that were looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)
    with_drafts = forms.CharField(required=False)  # the drafts that were shown, if they are wanted

    def clean_with_drafts(self) -> Shown:
        return shown_in(self.cleaned_data["with_drafts"].split())

    def clean_seen(self) -> dict[UUID, int]:
        """The version of each record when the page was shown."""
        try:
            pairs = (pair.split(":") for pair in self.cleaned_data["seen"].split())
            return {UUID(id): int(version) for id, version in pairs}
        except ValueError:
            raise forms.ValidationError(_("Choose the records again in their list.")) from None


class PublishForm(ChosenForm):
    kind = kind_field()
    note = public_note(_("The second source gives 1,000 for 1,000, not 100."))


class SubmitForm(ChosenForm):
    along = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    anyway = forms.CharField(required=False)  # what was said to stand in the way, a line each
    note = note_field(
        _("Note"), _("For whoever reviews it; it stays on the desk: Two citations added, the date corrected.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alone_because", None)  # to send something is no decision on it

    def clean_along(self) -> Shown:
        return shown_in(self.cleaned_data["along"] or [])

    def clean_anyway(self) -> set[str]:
        return set(self.cleaned_data["anyway"].splitlines())


class ConfirmForm(ActForm):
    """An act on one record that says nothing in public."""

    confirmed = forms.BooleanField(label=_("I have read what follows from it"))

    def __init__(self, *args: Any, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, AnotherField):
                field.ask_beside(record)


class DiscardForm(ConfirmForm):
    alone_because = None  # type: ignore[assignment]  # the way to take a field away; nothing becomes public

    def __init__(self, *args: Any, by: AbstractBaseUser, record: Record, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)


class RestoreForm(forms.Form):
    """Restoring says nothing in public, and asks nothing else."""

    confirmed = forms.BooleanField(label=_("I have read what changes"))


class RetractForm(ConfirmForm):
    note = public_note(_("It was another meeting."))
    successor = AnotherField(
        label=_("See instead"),
        required=False,
        help_text=_("A public record of the same kind, if there is one: Istanbul talks, 16 May 2025"),
    )
    with_referring = with_referring_field()
    field_order = ("note", "successor", "with_referring", "confirmed")


class MergeForm(ConfirmForm):
    note = public_note(_("Both are the same meeting."))
    into = AnotherField(
        label=_("Merge into"), help_text=_("The public record of the same kind that stays: Istanbul talks, 16 May 2025")
    )
    field_order = ("into", "note", "confirmed")


class SuppressForm(ConfirmForm):
    note = public_note(_("For a person's safety. It must name nobody: it is never withheld."))
    with_referring = with_referring_field()
    field_order = ("note", "with_referring", "confirmed")


class PublishSubmissionForm(ActForm):
    kind = kind_field()
    note = public_note(_("The second source gives 1,000 for 1,000, not 100."))


class SendBackForm(forms.Form):
    decision_note = note_field(
        _("Why"), _("For whoever sent it; it stays on the desk: ¶4 does not say who proposed it.")
    )
