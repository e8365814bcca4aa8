"""How allauth behaves here: whose network it counts, when it asks again, and how it keeps second factors."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from negotiations import networks
from negotiations.accounts import identity


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """No door to sign up; addresses as the public door sees them; who has a second factor is asked for that one."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name or password is not right."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts: wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(networks.client_of(request) or "unknown")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """For changing the second factor: who has one must have shown it lately, others their password."""
        request = self.request
        if identity.has_second_factor(request.user):
            return not identity.lately_by_second_factor(request)
        return not identity.lately(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        by_factor = [method for method in methods if method["id"] == "mfa_reauthenticate"]
        return by_factor or methods


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # see above
    """Keeps the keys encrypted, so that a dump of the database is no second factor."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("This code is not right, or was used.")}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was encrypted under another TRACKER_SECRET_KEY is lost: a random key stands in, which nothing fits."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())


def _cipher() -> Fernet:
    salted = b"negotiations.accounts.adapters" + settings.SECRET_KEY.encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(salted).digest()))
