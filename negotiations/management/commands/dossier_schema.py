"""Prints the JSON Schema of dossiers, or with --write puts it where the repository keeps it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from negotiations.exchange import json_schema


class Command(BaseCommand):
    help = "Print the JSON Schema (2020-12) of dossiers."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write it to where the repository keeps it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            json_schema.FILE.write_text(json_schema.spelled(), "utf-8")
        else:
            self.stdout.write(json_schema.spelled(), ending="")
