"""Finds new actors and places whose names nearly equal those of others: Umerov and Umierov are likely one man.

PostgreSQL finds candidates by their trigrams; then each word of one name must have its like in the other, so that
"Ministry of Defence of Russia" and "… of Ukraine", which share most of their trigrams, are left in peace.
"""

from __future__ import annotations

import difflib
import unicodedata
import uuid
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Value
from django.db.models.functions import Lower

from negotiations.exchange.planning import Plan
from negotiations.exchange.rows import Row
from negotiations.models import Actor, Name, Place

MOST_COMPARED = 500  # new ones in one go; more are the work of a program, and take minutes
MOST_CANDIDATES = 20
CANDIDATE = 0.3
ALIKE = 0.62
ALIKE_ALONE = 0.85  # of names of one word: Iran is not Iraq
# Letters that differ by more than an accent.
PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "’": "'", "-": " "})


def warn_of_namesakes(plan: Plan) -> None:
    """Warn the plan's document of each new actor or place that may be there already; its rows must be written.

    Two that are both new are told of once. Cost: two queries for each new actor and place.
    """
    told: set[frozenset[str]] = set()
    new = [row for row in plan.new if row.shape.model in (Actor, Place) and "name" in row.given]
    if len(new) > MOST_COMPARED:
        at = (*new[MOST_COMPARED].at, "name")
        new[0].document.warn(at, "this name and those after it were not compared with others: look for them yourself")
    for row in new[:MOST_COMPARED]:
        for slug, name in sorted(_namesakes(row, plan.ids[row]).items()):
            pair = frozenset((slug, row.given["slug"]))
            if pair not in told:
                told.add(pair)
                advice = f"if it is the same {row.shape.name}, use that"
                row.document.warn((*row.at, "name"), f'"{row.given["name"]}" is much like "{name}" ({slug}); {advice}')


def _namesakes(row: Row, id: uuid.UUID) -> dict[str, str]:
    """By slug, the names of other records of the kind that may be the same."""
    model: Any = row.shape.model
    relation = model._meta.model_name
    own = model._default_manager.exclude(pk=id)
    further = Name._default_manager.filter(**{f"{relation}__isnull": False}).exclude(**{relation: id})
    found: dict[str, str] = {}
    for queryset, text, slug in ((further, "text", f"{relation}__slug"), (own, "name", "slug")):
        folded: list[Any] = [Lower(text), Lower(Value(row.given["name"]))]
        likeness = TrigramSimilarity(*folded)
        candidates = queryset.annotate(likeness=likeness).filter(likeness__gte=CANDIDATE)
        nearest = candidates.order_by("-likeness", "pk").values_list(slug, text)[:MOST_CANDIDATES]
        found |= {at: name for at, name in nearest if alike(row.given["name"], name)}
    return found


def alike(one: str, other: str) -> bool:
    """Whether two names may be spellings of one: every word has its like in the other, in whatever order."""
    words, others = _words(one), _words(other)
    if len(words) != len(others):
        return False
    for word in words:
        best = max(others, key=lambda candidate: _ratio(word, candidate))
        if _ratio(word, best) < (ALIKE if len(words) > 1 else ALIKE_ALONE):
            return False
        others.remove(best)
    return True


def _ratio(word: str, other: str) -> float:
    return difflib.SequenceMatcher(None, word, other).ratio()


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.lower().translate(PLAIN))
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).split()
