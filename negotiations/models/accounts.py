"""Accounts of the staff and their roles: Django's users and groups, as the desk knows them."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User, UserManager
from django.db import models
from django.db.models import Q

ADMINISTRATORS = "Administrators"
ROLES = ("Readers", "Curators", "Editors", ADMINISTRATORS)


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts, to be narrowed."""

    def of_staff(self) -> AccountQuerySet:
        """People; not those who sign for the system and can never come in."""
        return self.filter(is_staff=True)

    def administrators(self) -> AccountQuerySet:
        """Who can sign in now and look after accounts; who was invited and has no password yet cannot."""
        looking_after = Q(is_superuser=True) | Q(groups__name=ADMINISTRATORS)
        able = self.of_staff().filter(looking_after, is_active=True).exclude(password="")
        return able.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).distinct()


class AccountManager(UserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]  # made while running
    """Django's, which knows how to make users, with our words for which."""

    use_in_migrations = False


class Account(User):
    """Somebody of the staff as the desk knows them: a name to sign in with, and roles."""

    objects = AccountManager()  # type: ignore[misc]  # narrower than Django's

    class Meta:
        proxy = True
        ordering = ("username",)
        default_permissions = ()
        permissions = [("manage_accounts", "Can invite, change and deactivate accounts")]

    @property
    def roles(self) -> list[str]:
        """The names of the roles it has, the least first."""
        held = {group.name for group in self.groups.all()}
        return [role for role in ROLES if role in held]
