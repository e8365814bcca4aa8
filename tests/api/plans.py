"""What Hypothesis chooses for a desk: which rows are drafted, edited, moved or lost, and how their texts are told."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.api.stories import EXCERPT

CANARY = "Kanarienvogel"  # in every text of the desk that is not public
REPLACED, MARKED, FIRST, LAST = "replaced", "marked", "first", "last"
TELLINGS = (REPLACED, MARKED, FIRST, LAST)
ARTICLES = (None, "", "On a ceasefire", f"After the talks: {EXCERPT}")  # what they say; None where none is kept


@dataclass(frozen=True)
class Plan:
    """What Hypothesis chose for one desk; numbers choose among rows, columns and values."""

    canary: str
    tellings: tuple[str, ...]  # how texts are changed, row by row, over and over
    drafts: tuple[bool, ...]  # which public records have a draft beside them
    has_inner_drafts: bool  # a second copy of everything, which refers to itself
    attached: tuple[bool, ...]  # which public parts have an unpublished one beside them
    edited: tuple[bool, ...]  # which public rows have a pending edit
    renamed: tuple[bool, ...]  # which public records are to have another slug
    moved: tuple[int | None, ...]  # which public row leads elsewhere, column by column
    lost: tuple[bool, ...]  # which public parts are to go
    bold: tuple[tuple[int, int, int], ...]  # single values changed to anything, as far as the desk's rules let them
    sent: int
    articles: tuple[str | None, ...]  # the private texts, source by source

    def __str__(self) -> str:
        return f"{self.canary!r}, drafts {sum(self.drafts)}+, edits {sum(self.edited)}, bold {len(self.bold)}"


def _some(least: int, most: int) -> st.SearchStrategy[tuple[bool, ...]]:
    """A pattern of yes and no that is laid over the rows, at least one of them yes."""
    return st.lists(st.booleans(), min_size=least, max_size=most).map(lambda found: (*found, True))


NUMBERS = st.integers(0, 10**6)
PLANS = st.builds(
    Plan,
    canary=st.text(st.characters(categories=["L"]), max_size=8).map(lambda text: f"{CANARY}{text}"),
    tellings=st.lists(st.sampled_from(TELLINGS), min_size=3, max_size=11).map(tuple),
    drafts=_some(1, 6),
    has_inner_drafts=st.booleans(),
    attached=_some(2, 6),
    edited=_some(1, 6),
    renamed=_some(1, 5),
    moved=st.lists(st.none() | st.integers(0, 50), min_size=2, max_size=11).map(lambda found: (*found, None)),
    lost=_some(4, 12),
    bold=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=6, max_size=14).map(tuple),
    sent=st.integers(1, 4),
    articles=st.lists(st.sampled_from(ARTICLES), min_size=1, max_size=5).map(lambda found: (*found, ARTICLES[-1])),
)


def plans(count: int) -> list[Plan]:
    """The same `count` plans at every run."""
    found: list[Plan] = []

    @seed(4)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(PLANS)
    def collect(plan: Plan) -> None:
        found.append(plan)

    collect()
    assert len(found) >= count, f"Hypothesis made {len(found)} worlds instead of {count}"
    return found[:count]
