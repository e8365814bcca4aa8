"""Makes the demo's three accounts, a curator, an editor and an administrator, with random passwords shown once."""

import secrets
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

# Account → its group; the administrator is a superuser and needs none.
ACCOUNTS: dict[str, str | None] = {"curator": "Curators", "editor": "Editors", "administrator": None}
# What staff do with every record and part; installations' bookkeeping, revisions and submissions are nobody's to edit.
CURATED = ("add", "change", "delete", "view")
VIEWED_ONLY = ("revision", "submission")
NOT_CURATED = ("loadeddossier",)
READING = ("Administrators", "Readers")
# What each group may do besides; administrators, who suppress and make tokens, only read otherwise.
ACTS = {
    "Curators": ("submit_records",),
    "Editors": ("submit_records", "send_back_submission", "publish_records", "retract_records", "merge_records"),
    "Administrators": ("suppress_records", "manage_tokens", "manage_accounts"),
    "Readers": (),
}


class Command(BaseCommand):
    help = "Make a curator, an editor and an administrator; prints each with its new password, which is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="leave accounts that exist as they are")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for staff in ACTS:
            Group.objects.get_or_create(name=staff)[0].permissions.add(*_permissions(staff))
        for name, group in ACCOUNTS.items():
            password = _make(name, group, only_if_missing=options["if_missing"])
            if password:
                self.stdout.write(f"{name}  {password}")


def _make(name: str, group: str | None, *, only_if_missing: bool) -> str | None:
    """Make or renew an account; returns its new password, None when it was left as it is."""
    accounts: Any = get_user_model()._default_manager
    account = accounts.filter(username=name).first()
    if account and only_if_missing:
        return None
    account = account or get_user_model()(username=name)
    account.is_staff = account.is_active = True
    account.is_superuser = group is None
    password = secrets.token_urlsafe(15)
    account.set_password(password)
    account.save()
    if group:
        account.groups.set([Group.objects.get(name=group)])
    return password


def _permissions(group: str) -> list[Permission]:
    """What the members of a group may do with the models of the tracker."""
    names = set(ACTS[group])
    for model in apps.get_app_config("negotiations").get_models():
        name = str(model._meta.model_name)
        acts = ("view",) if name in VIEWED_ONLY or group in READING else CURATED
        names |= set() if name in NOT_CURATED else {f"{act}_{name}" for act in acts}
    return list(Permission.objects.filter(content_type__app_label="negotiations", codename__in=names))
