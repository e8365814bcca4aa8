"""Makes an administrator, or gives one back their way in; prints a one-time link, which is shown once."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from negotiations.accounts import changing
from negotiations.accounts.links import make_link
from negotiations.models import Account
from negotiations.models.accounts import ADMINISTRATORS

SAID = "Whoever opens this within 24 hours chooses the password of {}, once; it is not shown again."


class Command(BaseCommand):
    help = (
        "Make an administrator, and print the link by which they choose a password. Of an account that is there, it"
        " resets password and second factor and activates it: the way back for an administrator who is locked out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="to sign in with")
        parser.add_argument("--address", default="", help="of the desk, for the link: https://desk.tracker.example")
        parser.add_argument("--superuser", action="store_true", help="who may do anything, alone, with a reason")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.KEEPS_ITS_KEY:
            raise CommandError("TRACKER_SECRET_KEY is missing; set it to that of the desk, which has to know the link.")
        account = Account.objects.filter(username=options["name"]).first() or Account(username=options["name"])
        account.is_staff = account.is_active = True
        account.is_superuser = account.is_superuser or options["superuser"]
        try:
            changing.refuse_taken(account.username, but=account)
            account.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        account.save()
        account.groups.add(Group.objects.get_or_create(name=ADMINISTRATORS)[0])
        changing.reset_second_factor(account)
        self.stdout.write(options["address"].rstrip("/") + make_link(account, even_of_the_last=True))
        self.stderr.write(SAID.format(account.username))
