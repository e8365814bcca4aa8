"""The forms that take a code: it holds half a minute longer each way, and is taken once all the same."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, normalize_user_code
from django.conf import settings
from django.core.cache import cache


class TakenOnce:
    """allauth remembers a code for half a minute, which is shorter than it holds here."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # allauth's
        key = f"negotiations.accounts.code:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if not cache.add(key, True, timeout=30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(TakenOnce, forms.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """For signing in."""


class ReauthenticateForm(TakenOnce, forms.ReauthenticateForm):  # type: ignore[misc]  # see above
    """For showing again who one is."""


class SetUpForm(TakenOnce, ActivateTOTPForm):  # type: ignore[misc]  # see above
    """For setting up an authenticator, by one key however often the page is asked for; its code is taken once too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        shown = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if shown:
            self.secret = session[SECRET_SESSION_KEY] = shown
