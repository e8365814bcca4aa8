"""Settings of the gate: the same, and the migration linter, which is installed for checks only."""

from tracker.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
