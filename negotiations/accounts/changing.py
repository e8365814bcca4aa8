"""What administrators do with accounts; whoever loses power, an administrator who can sign in is left."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from negotiations.models import Account
from negotiations.models.accounts import ADMINISTRATORS, ROLES

LAST = _(
    "“{}” is the last administrator who can sign in. Give somebody else the role Administrators first, and wait until"
    " they have chosen a password."
)
TAKEN = _("There is an account “{}” already; capitals make no difference. Choose another name.")


def keep_an_administrator(besides: Account) -> None:
    """ValidationError when nobody but `besides` could look after accounts; whoever changes accounts waits for the end
    of this transaction, so that two administrators cannot shut out each other at once."""
    list(Group.objects.select_for_update().filter(name=ADMINISTRATORS))
    able = set(Account.objects.administrators().values_list("pk", flat=True))
    if able == {besides.pk}:
        raise ValidationError(LAST.format(besides.get_username()))


def refuse_to_lock_out(account: Account, roles: Iterable[str]) -> None:
    """ValidationError when `account`, with these roles and no other, would leave no administrator."""
    if ADMINISTRATORS not in roles and not account.is_superuser:
        keep_an_administrator(besides=account)


def refuse_taken(name: str, *, but: Account) -> None:
    """ValidationError when an account other than `but` has the name: signing in takes no notice of capitals."""
    if taken := Account.objects.filter(username__iexact=name).exclude(pk=but.pk).first():
        raise ValidationError(TAKEN.format(taken.get_username()))


@transaction.atomic
def set_roles(account: Account, roles: Iterable[str]) -> None:
    """Gives `account` these roles and takes the others away; ValidationError for the last administrator's own."""
    wanted = set(roles)
    refuse_to_lock_out(account, wanted)
    account.groups.remove(*Group.objects.filter(name__in=set(ROLES) - wanted))
    account.groups.add(*Group.objects.filter(name__in=wanted))


@transaction.atomic
def deactivate(account: Account) -> None:
    """From now on it cannot sign in, its sessions end and its tokens are refused; ValidationError for the last one."""
    keep_an_administrator(besides=account)
    Account.objects.filter(pk=account.pk).update(is_active=False)


def activate(account: Account) -> None:
    """It can sign in again, with the password and second factor that it had."""
    Account.objects.filter(pk=account.pk).update(is_active=True)


def reset_second_factor(account: Account) -> None:
    """Forgets authenticator and recovery codes; whoever needs a second factor is led to set up another one."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user_id=account.pk).delete()
