"""`manage.py set_up_database`: roles and rights, as the owner of the database."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from negotiations.ledger import roles

# From the environment, never from the command line, which every user of the machine can read.
PASSWORDS = {roles.DESK: "TRACKER_DESK_PASSWORD", roles.PUBLIC: "TRACKER_PUBLIC_PASSWORD"}


class Command(BaseCommand):
    help = "Makes the roles tracker_desk and tracker_public and sets their rights; safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument(
            "--print-sql", action="store_true", help="print the SQL for an administrator, change nothing"
        )
        either.add_argument(
            "--set-passwords",
            action="store_true",
            help=f"also give the roles the passwords in the environment's {' and '.join(PASSWORDS.values())}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_sql"]:
            self.stdout.write(roles.script())
            return
        passwords = _passwords() if options["set_passwords"] else {}
        try:
            roles.set_up_database(connection)
            if passwords:
                roles.set_passwords(connection, passwords)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error


def _passwords() -> dict[str, str]:
    """Role → password."""
    for role, variable in PASSWORDS.items():
        if not os.environ.get(variable):
            raise CommandError(f"{variable} is missing; set it to the password for the role {role}.")
    return {role: os.environ[variable] for role, variable in PASSWORDS.items()}
