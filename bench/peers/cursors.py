"""What every peer needs to know of us: how lists are paged, and where the views of the newest revision are."""

from __future__ import annotations

import base64
import json

SEARCH_PATH = "window_now,extensions,pg_temp"
WINDOW = f"-c search_path={SEARCH_PATH}"


def place(cursor: str) -> tuple[list[str | None], str]:
    """The first day and the day after the last of the row after which a page begins, and its id."""
    _, _, (days, id) = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return days or [None, None], id


def written(days: list[str | None]) -> str:
    """Days as PostgreSQL writes a range of them."""
    return f"[{days[0] or ''},{days[1] or ''})"
