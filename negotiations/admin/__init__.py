"""The curators' desk: Django admin over the working tables. What becomes public does so through publication/."""

from negotiations.admin import (
    accounts,
    actors,
    delegations,
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
    "accounts", "actors", "delegations", "events", "evidence", "issues", "outcomes", "places", "positions", "processes",
    "revisions", "statements", "submissions", "talks", "tokens", "worklists",
]  # fmt: skip
