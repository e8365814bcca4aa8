"""Loads dossiers, named files or the bundled set; every problem goes to stderr, and then nothing is written."""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiations.exchange import bundled, dossiers


class Command(BaseCommand):
    help = "Load dossiers (docs/dossiers.md) into the desk; with --publish each file becomes one revision."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="dossiers, in the order to load them")
        parser.add_argument("--bundled", action="store_true", help="the dossiers that come with the tracker")
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")
        parser.add_argument("--publish", action="store_true", help="publish what each file changes as one revision")
        parser.add_argument(
            "--by", metavar="USERNAME", help=f"who signs the revisions (default: {dossiers.SYSTEM_ACCOUNT})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files, is_bundled = options["files"], options["bundled"]
        if bool(files) == is_bundled:
            raise CommandError("Name the files to load, or --bundled; not both, not neither.")
        how = {
            "publish": options["publish"],
            "dry_run": options["dry_run"],
            "by": _account(options["by"]),
            "tell": self._tell if options["verbosity"] > 0 else lambda _: None,
        }
        report = bundled.load_bundled(**how) if is_bundled else dossiers.load(files, **how)
        for warning in report.warnings:
            self.stderr.write(f"warning: {warning}")
        for file in report.files:
            self.stdout.write(str(file))
        if not report.is_ok:
            for problem in report.problems:
                self.stderr.write(str(problem))
            count = len(report.problems)
            done = len([file for file in report.files if not file.is_skipped and not file.is_left_out])
            written = f"{done} files were loaded before it" if done else "nothing was written"
            raise CommandError(f"{count} problem{'s' if count > 1 else ''}; {written}.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _tell(self, step: str) -> None:
        """Progress, for people who watch; a pipe does not get it."""
        if self.stdout.isatty():
            self.stdout.write(step)
            self.stdout.flush()


def _account(name: str | None) -> AbstractBaseUser | None:
    if name is None:
        return None
    account = get_user_model()._default_manager.filter(username=name).first()
    if account is None:
        raise CommandError(f'There is no account "{name}".')
    return account
