"""`manage.py verify_ledger`: is the ledger what was sealed? If not, each fault by its place, and exit code 1."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from negotiations.ledger import kept_heads
from negotiations.ledger.verification import Fault, Verification, snapshot

SHOWN = 50  # faults that are printed; of the others the number


class Command(BaseCommand):
    help = "Verify every digest and hash of the ledger; with --head also against heads that were kept elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            type=Path,
            metavar="FILE",
            help="heads kept elsewhere, which also show an end that was cut off and a chain that was hashed anew",
        )
        parser.add_argument(
            "--write-head", type=Path, metavar="FILE", help="when all is well, add the newest revision to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._told = time.monotonic()
        try:
            kept = kept_heads.read(options["head"]) if options["head"] else []
            verification = Verification(kept, self._tell)
            with snapshot():
                self._refuse(verification)
            head = verification.head
            if head and options["write_head"]:
                kept_heads.append(options["write_head"], head)
        except kept_heads.NotAHead as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:  # no right to look, or no tables to look at
            raise CommandError(
                f"The ledger cannot be read ({str(error).splitlines()[0]}). Connect as the database's owner or as"
                " tracker_desk, and run `migrate` first."
            ) from error
        told = f"head {head.number} {head.hash}" if head else "nothing was published yet"
        self.stdout.write(f"{verification.revisions} revisions, {verification.rows} rows verified, {told}")

    def _refuse(self, verification: Verification) -> None:
        """Prints the faults; raises CommandError, naming the first revision and the first row, if there are any."""
        count = 0
        first = first_row = None
        for fault in verification.faults():
            count += 1
            if first is None and fault.revision is not None:
                first = fault
            if first_row is None and fault.id is not None:
                first_row = fault
            if count <= SHOWN:
                self.stderr.write(str(fault))
        if count:
            more = f" ({count - SHOWN} of them not shown)" if count > SHOWN else ""
            raise CommandError(
                f"The ledger has {count} fault{'s' if count > 1 else ''}{more}{_firsts(first, first_row)}."
            )

    def _tell(self, revision: int, rows: int) -> None:
        """Progress, once a second, for people who watch."""
        if self.stderr.isatty() and time.monotonic() - self._told > 1:
            self._told = time.monotonic()
            self.stderr.write(f"revision {revision}, {rows} rows so far")


def _firsts(first: Fault | None, first_row: Fault | None) -> str:
    revision = f"; first broken revision: {first.revision}" if first else ""
    row = f"; first broken row: {first_row.table} {first_row.id} of revision {first_row.revision}" if first_row else ""
    return revision + row
