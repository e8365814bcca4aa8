"""The curators' desk: Django admin over the working tables. What becomes public does so through publication/."""

from django.contrib import admin

from negotiations.admin import (
    actors,
    events,
    evidence,
    issues,
    outcomes,
    places,
    positions,
    processes,
    revisions,
    statements,
    submissions,
    talks,
    tokens,
    worklists,
)

__all__ = [
    "actors", "events", "evidence", "issues", "outcomes", "places", "positions", "processes", "revisions",
    "statements", "submissions", "talks", "tokens", "worklists",
]  # fmt: skip

admin.site.site_header = "Negotiation tracker, curators' desk"
admin.site.site_title = "Curators' desk"
admin.site.index_title = "Records"
admin.site.site_url = None  # the public door may be another process at another address
