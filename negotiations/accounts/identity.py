"""Who sits at the browser: whether they need a second factor and gave it, and showed lately who they are.

allauth notes in the session how and when somebody showed it; here is what the desk makes of that.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from negotiations.accounts.forms import ReauthenticateForm as CodeForm

LATELY = 5 * 60  # seconds
FACTOR = Authenticator.Type.TOTP  # recovery codes stand in for it
# Whoever may change what is public, or who may, needs more than a password.
NEEDED_FOR = (
    "publish_records", "retract_records", "merge_records", "suppress_records", "manage_tokens", "manage_accounts",
)  # fmt: skip


def needs_second_factor(user: Any) -> bool:
    """Whether this account must not come in by its password alone; never in the demo."""
    return bool(settings.SECOND_FACTOR_REQUIRED and any(user.has_perm(f"negotiations.{right}") for right in NEEDED_FOR))


def has_second_factor(user: Any) -> bool:
    """Whether an authenticator is set up for this account."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=FACTOR).exists())


def gave_second_factor(request: HttpRequest) -> bool:
    """Whether it was given in this session, by an authenticator or recovery code that the account still has."""
    given = {record.get("id") for record in _records(request) if record["method"] == "mfa"}
    held = dict(Authenticator.objects.filter(user_id=request.user.pk).values_list("pk", "type")) if given else {}
    return FACTOR in held.values() and not given.isdisjoint(held)


def lately(request: HttpRequest) -> bool:
    """Whether they showed who they are within the last minutes, by signing in or when they were asked again."""
    return any(_is_recent(record) for record in _records(request))


def lately_by_second_factor(request: HttpRequest) -> bool:
    """The same, by a code alone."""
    return any(_is_recent(record) for record in _records(request) if record["method"] == "mfa")


def prove(request: HttpRequest, shown: str) -> str:
    """Takes a password, or a code of the authenticator or a recovery code; why it is refused, or an empty text.

    Attempts are counted with those of signing in.
    """
    digits = "".join(shown.split())
    form: Any
    if digits.isdecimal() and len(digits) <= settings.MFA_RECOVERY_CODE_DIGITS:  # shorter than any password
        form = CodeForm(user=request.user, data={"code": digits})
    else:
        form = ReauthenticateForm(user=request.user, data={"password": shown})
    if not form.is_valid():
        return str(next(iter(form.errors.values()))[0])
    if isinstance(form, CodeForm):
        form.save()
    else:
        reauthenticate_by_password(request)
    return ""


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    return list(get_authentication_records(request, request.user)) if request.user.is_authenticated else []


def _is_recent(record: dict[str, Any]) -> bool:
    return time.time() - float(record["at"]) < LATELY
