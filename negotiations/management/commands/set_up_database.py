"""`manage.py set_up_database`: roles and rights, as the owner of the database."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from negotiations.ledger import roles


class Command(BaseCommand):
    help = "Makes the roles tracker_desk and tracker_public and sets their rights; safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print-sql", action="store_true", help="print the SQL for an administrator, change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_sql"]:
            self.stdout.write(roles.script())
            return
        try:
            roles.set_up_database(connection)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
