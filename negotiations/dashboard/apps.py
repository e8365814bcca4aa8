"""The dashboard's templates and static files, as an app without models; only a process with the public door has it."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "negotiations.dashboard"
    label = "dashboard"
