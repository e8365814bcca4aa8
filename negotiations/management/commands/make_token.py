"""Makes a token of the desk API for an account; it is shown once."""

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from negotiations.models import Token
from negotiations.vocabulary import Scope

MOST_DAYS = 366


class Command(BaseCommand):
    help = "Make a token of the desk API, with at most the rights of an account; it is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("owner", help="the account whose rights it has at most")
        parser.add_argument("name", help="which program it is for")
        parser.add_argument("--scope", action="append", required=True, choices=Scope.values, help="may be repeated")
        parser.add_argument("--days", type=int, default=90, help=f"until it expires: 1 to {MOST_DAYS}, usually 90")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = get_user_model()._default_manager.filter(username=options["owner"], is_active=True).first()
        if owner is None:
            raise CommandError(f"There is no active account {options['owner']!r}.")
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"A token is good for 1 to {MOST_DAYS} days, not {options['days']}.")
        expires_at = timezone.now() + datetime.timedelta(days=options["days"])
        scopes = sorted(set(options["scope"]))
        try:
            token, text = Token.make(owner=owner, name=options["name"], scopes=scopes, expires_at=expires_at)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        self.stdout.write(text)
        self.stderr.write(
            f"{token} acts for {owner.get_username()} until {expires_at:%Y-%m-%d %H:%M} UTC: {', '.join(scopes)}."
            " It is not shown again."
        )
