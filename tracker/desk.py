"""Django admin, wired to the desk's own site, which knows who may come in and how."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "negotiations.accounts.site.DeskSite"
