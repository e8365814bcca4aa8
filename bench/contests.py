"""What is compared with what: the endpoints, who answers each, and what we promise of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import asking
from bench.asking import Reader
from bench.load import Asked

OURS = "tracker"
SERIALIZERS, CACHED, SMALL = "tracker, serializers", "tracker, cached", "tracker, small set"
SAME_SQL, FLAT, EMPTY = "FastAPI, same SQL", "FastAPI, flat queries", "FastAPI, empty view"
NINJA, NGINX, PGBENCH, DIRECTUS = "django-ninja", "nginx, static", "pgbench, same SQL", "Directus"


@dataclass(frozen=True)
class Contest:
    """An endpoint, and who answers it; the first is us. `statements` names the templates that peers run."""

    name: str
    what: str
    asked: Callable[[Reader], list[Asked]]
    by: tuple[str, ...]
    statements: str = ""
    compared: bool = True  # whether all must answer the same
    with_etags: bool = False
    warming: float = 4  # seconds before the first round: plans are settled after five runs on each connection


PEERS = (SERIALIZERS, SAME_SQL, FLAT, NINJA, PGBENCH, DIRECTUS)
CONTESTS = (
    Contest("list", "50 talks a page, pages from all over the list", asking.lists, (OURS, *PEERS), "list"),
    Contest("filtered", "50 talks of a kind with a party", asking.filtered, (OURS, *PEERS), "filtered"),
    Contest("detail", "one talk by its slug", asking.details, (OURS, *PEERS), "detail"),
    Contest("positions", "50 positions of a party in a process", asking.positions, (OURS, *PEERS), "positions"),
    Contest(
        "matrix", "parties by issues of a process on a day", asking.matrices, (OURS, SERIALIZERS, SAME_SQL), "matrix"
    ),
    Contest("as-of", "the list, at the revision in the middle", asking.at_the_middle, (OURS, SERIALIZERS)),
    Contest("search", "two words, all kinds of records", asking.searches, (OURS, SERIALIZERS)),
    Contest("cached", "12 talks a page, kept", asking.light_lists, (CACHED, NGINX), warming=12),
    Contest("304", "the same, unchanged", asking.light_lists, (CACHED, EMPTY), compared=False, with_etags=True),
    Contest("growth", "20 talks a page, of few and of many", asking.short_lists, (OURS, SMALL), compared=False),
    Contest("growth-as-of", "the same, at the middle", asking.short_at_the_middle, (OURS, SMALL), compared=False),
)


@dataclass(frozen=True)
class Target:
    """What we promise: our rate over another's in the same round, at least, and what we aim at."""

    what: str
    contest: str
    against: str
    least: float
    aim: float


TARGETS = (
    *(Target(f"{name}, against the same SQL in FastAPI", name, SAME_SQL, 0.8, 1.0)
      for name in ("list", "filtered", "detail", "positions", "matrix")),
    *(Target(f"{name}, against pgbench (instead of the aim above)", name, PGBENCH, 0, 0.9)
      for name in ("list", "filtered", "detail", "positions")),
    Target("list, against our own serializers", "list", SERIALIZERS, 8, 8),
    Target("detail, against our own serializers", "detail", SERIALIZERS, 10, 10),
    Target("list, against Directus", "list", DIRECTUS, 5, 8),
    Target("filtered list, against Directus", "filtered", DIRECTUS, 4, 6),
    Target("detail, against Directus", "detail", DIRECTUS, 10, 15),
    Target("cached list, against nginx", "cached", NGINX, 0.4, 0.7),
    Target("304, against an empty FastAPI view", "304", EMPTY, 0.9, 1.5),
    Target("list, large against small", "growth", SMALL, 1 / 1.3, 1 / 1.1),
    Target("list at the middle revision, large against small", "growth-as-of", SMALL, 1 / 2, 1 / 1.1),
)  # fmt: skip
MOST_MEMORY = (200, 150)  # MiB of a serving tracker with its cache full: at most, and what we aim at
