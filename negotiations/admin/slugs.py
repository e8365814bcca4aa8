"""Slugs made for those who enter many records at once: from the label and the date, and free."""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import slugify

from negotiations.models.records import Record

LONGEST = 80
DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


def free_slug(model: type[Record], *words: str, date: str | None = None) -> str:
    """A slug of `words`, with the first date in `date` behind, that no record of `model` has; two queries at most."""
    text = slugify(" ".join(words))
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition("-")[0] or text[:LONGEST]
    day = DAY.search(date or "")
    base = "-".join(filter(None, (text or str(model._meta.model_name), day and day[0])))
    if re.fullmatch("([0-9a-f]-?){32}", base):
        base = f"{model._meta.model_name}-{base}"
    records: Any = model._default_manager
    taken = set(records.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
