"""Records of which much is asserted, by many voices and in all ways: for comparing two accounts of what holds."""

from __future__ import annotations

import random
from typing import Any

from negotiations.models import Actor, Assertion
from negotiations.models.records import Record
from negotiations.vocabulary import Stage
from tests.factories import make_outcome, make_process, make_talk

DAYS = (None, None, "2025-05-16", "2025-05", "2025-05-16/..", "../2025-05-16", "2025", "2025-05-01/2025-05-16")
RANGES = ("[12,12]", "(,120)", "[90,)", "(90,120]", "[1000.50,1000.50]", "(0.10,90.00)", "[90,120)", "(120,)")
KINDS: tuple[dict[str, Any], ...] = (
    {"unit": "people", "counting": "in_all"},
    {"unit": "prisoners", "counting": "in_all"},
    {"unit": "prisoners", "counting": "each_side"},
    {"unit": "prisoners", "counting": "one_way"},
)


WHENS = ({"date_edtf": "2025-05-15"}, {"time": "10:00"}, {"time": "10:00", "zone": "Europe/Istanbul"})
STATES = (*["given"] * 10, "none", "undisclosed")
RANKS = (*["normal"] * 12, "preferred", "deprecated")
VALUES = ("word", "amount", "date_edtf", "time", "zone")


def asserted(seed: int, giver: Actor, receiver: Actor, how_many: int = 50) -> list[Record]:
    """Processes, talks and outcomes, each with up to five values of its fields; the same for the same `seed`."""
    chance = random.Random(seed)  # noqa: S311
    made: list[Record] = []
    for _ in range(how_many):
        process = make_process()
        talk, outcome = make_talk(process=process), make_outcome(process=process)
        made += [process, talk, outcome]
        one, other = chance.sample(DAYS, 2)
        days = (one, one, one, other)  # mostly the same, so that several hold at once
        for _ in range(chance.randrange(6)):
            kind = chance.choice(KINDS)
            actors = {"giver": giver, "receiver": receiver} if kind["counting"] == "one_way" else {}
            for wanted in (
                {"process": process, "field": "stage", "word": chance.choice(Stage.values[:2])},
                {"talk": talk, "field": "duration", "amount": chance.choice(RANGES[:4]), "unit": "minutes"},
                {"talk": talk, "field": "scheduled", **chance.choice(WHENS)},
                {"outcome": outcome, "field": "quantity", "amount": chance.choice(RANGES), **kind, **actors},
            ):
                _assert(chance, chance.choice(days), wanted)
    return made


def _assert(chance: random.Random, day: str | None, wanted: dict[str, Any]) -> None:
    """One value, or that there is none, or that it was not told."""
    state, rank = chance.choice(STATES), chance.choice(RANKS)
    is_about = "amount" in wanted and state == "given" and chance.random() < 0.5
    given = {name: value for name, value in wanted.items() if state == "given" or name not in VALUES}
    Assertion.objects.create(
        state=state, rank=rank, rank_reason="Why.", held_on_edtf=day, approximate=is_about, **given
    )
