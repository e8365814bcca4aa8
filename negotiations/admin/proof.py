"""A box in a form that asks who sits there, unless they showed it within the last minutes.

It is part of the form, so that nothing typed beside it is lost, whether it is right, wrong or left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from negotiations.accounts import identity

PROOF = "proof"  # its name; what is typed there is never given back
FormClass = TypeVar("FormClass", bound=type[forms.BaseForm])


class ProofField(forms.CharField):
    """A password, or a code, of whoever sends the form."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(
            label=_("Your password or a code"),
            help_text=_("To be sure that it is you: your password, or the six digits of your authenticator."),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "vTextField"}),
        )
        self.request = request

    def clean(self, value: Any) -> str:
        shown: str = super().clean(value)
        if why := identity.prove(self.request, shown):
            raise forms.ValidationError(why)
        return ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def asking_for_proof(form: FormClass, request: HttpRequest) -> FormClass:
    """The form, with the box as its last field where it is needed."""
    if identity.lately(request):
        return form
    asking: FormClass = type(form)(form.__name__, (form,), {PROOF: ProofField(request)})  # type: ignore[misc]
    return asking


def with_proof(request: HttpRequest, fields: Sequence[Any]) -> list[Any]:
    """The names of `fields`, and that of the box where it is needed."""
    return [*fields, *([] if identity.lately(request) else [PROOF])]
