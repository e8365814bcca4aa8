"""One-time links, by which whoever an administrator hands one to chooses a password for their account.

A link is not kept anywhere: it signs what the account is like. It ends after 24 hours (`PASSWORD_RESET_TIMEOUT`), once
it was used, when another one is made, and when the account is deactivated.
"""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from negotiations.accounts.changing import keep_an_administrator
from negotiations.models import Account

ENDED = _("This link was used, is older than 24 hours, or was replaced: ask an administrator for another one.")


class LinkGenerator(PasswordResetTokenGenerator):
    """Signs, besides what Django signs (password, last sign-in, moment), whether the account is of the staff."""

    key_salt = "negotiations.accounts.links"

    def _make_hash_value(self, user: object, timestamp: int) -> str:
        of_staff = f"{getattr(user, 'is_active', False)}{getattr(user, 'is_staff', False)}"
        return f"{super()._make_hash_value(user, timestamp)}{of_staff}"  # type: ignore[arg-type]  # a user of any kind


signs = LinkGenerator()


@transaction.atomic
def make_link(account: Account, *, even_of_the_last: bool = False) -> str:
    """The path of a new link for `account`, whose password, sessions and earlier links end with it.

    ValidationError for the last administrator, whom a link that gets lost would shut out, unless that is meant.
    """
    if not even_of_the_last:
        keep_an_administrator(besides=account)
    account.set_unusable_password()  # a random one each time, so what was signed before no longer fits
    account.save(update_fields=["password"])
    who = urlsafe_base64_encode(force_bytes(account.pk))
    return reverse("desk_link", args=[who, signs.make_token(account)])


@transaction.atomic
def use_link(account: Account, token: str, password: str) -> None:
    """Gives `account` the password; ValidationError when the link has ended, also by a use at the same moment."""
    present = Account.objects.select_for_update().get(pk=account.pk)
    if not (present.is_active and signs.check_token(present, token)):
        raise ValidationError(ENDED)
    present.set_password(password)
    present.save(update_fields=["password"])
