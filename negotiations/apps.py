"""The app: records, ledger, publication, exchange, API and admin of the tracker."""

from django.apps import AppConfig
from django.core import checks


class NegotiationsConfig(AppConfig):
    name = "negotiations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from negotiations.ledger.checks import ledger_is_in_step, public_door_is_confined

        checks.register(public_door_is_confined, checks.Tags.database)
        checks.register(ledger_is_in_step, checks.Tags.database)
