"""Searching: which records say the words asked for, in their own texts, their names or the passages they cite.

Words are found by their stems and without accents; names by how they sound, in whatever script
(ledger/sql/searching.sql). All is read by the models, and so inside a window from what is public there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, FloatField, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Greatest
from django.db.models.lookups import GreaterThan

from negotiations.ledger import aggregates
from negotiations.ledger.searching import sound_of, words_of
from negotiations.models import Citation, Name
from negotiations.models.records import Part, ProseField, Record

MOST_FOUND = 2_000  # rows of each kind that are ranked: what is said as often as that is better narrowed
CITED = 0.2  # what a cited passage weighs beside a record's own texts
LIKE = 0.61  # Iraq sounds like Iran by 0.6
# A match stands between these, which no text of ours can hold (the domains in ledger/sql/extensions.sql).
START, STOP = "\x02", "\x03"
MARKS = f'StartSel="{START}", StopSel="{STOP}"'
LINE = f"{MARKS}, HighlightAll=true"
PROSE = f'{MARKS}, MaxFragments=2, MaxWords=30, MinWords=12, FragmentDelimiter=" … "'


@dataclass
class Hit:
    """One record that says what was asked: how well, from 0 to 1, and its names and citations that do."""

    rank: float = 0.0
    says_itself: bool = False  # in its own texts
    names: list[UUID] = field(default_factory=list)
    citations: list[UUID] = field(default_factory=list)


class Piece(NamedTuple):
    """A stretch of a text, and whether it is what was asked for."""

    text: str
    is_match: bool


class Words(Func):
    """The words of columns, spelled as in the indexes of `ledger.searching`."""

    output_field = SearchVectorField()

    def as_sql(self, compiler: Any, connection: Any, **kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # stubs want a tuple
        return words_of([compiler.compile(column)[0] for column in self.get_source_expressions()]), []


class Sound(Func):
    """How the name in a column sounds, spelled as in the indexes of `ledger.searching`."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # stubs want a tuple
        return sound_of(compiler.compile(self.get_source_expressions()[0])[0]), []


def find(asked: str, kinds: Sequence[type[Record]]) -> dict[type[Record], dict[UUID, Hit]]:
    """The records of `kinds` that say `asked`, with their hits; three queries, however many there are.

    `asked` is read as people write it: all words, "words in this order", one or another, -not this.
    """
    found: dict[type[Record], dict[UUID, Hit]] = {kind: defaultdict(Hit) for kind in kinds}
    for place, id, rank in _own_texts(asked, kinds):
        found[kinds[place]][id] = Hit(rank, says_itself=True)
    for part, kept, weight in ((Name, "names", 1.0), (Citation, "citations", CITED)):
        for kind, owner, id, rank in _in_parts(part, asked):
            if kind in found:
                hit = found[kind][owner]
                hit.rank = max(hit.rank, rank * weight)
                getattr(hit, kept).append(id)
    return found


def _own_texts(asked: str, kinds: Sequence[type[Record]]) -> QuerySet[Any]:
    first, *others = (
        _saying(kind, asked)
        .annotate(of_kind=Value(place))
        .order_by("pk")
        .values_list("of_kind", "pk", "rank")[:MOST_FOUND]
        for place, kind in enumerate(kinds)
    )
    found: QuerySet[Any] = first.union(*others, all=True)
    return found


def _in_parts(part: type[Part], asked: str) -> Iterator[tuple[type[Record], UUID, UUID, float]]:
    """Each part that says it, the best first: the kind and id of the record it belongs to, its own id and rank."""
    owners = _owners(part)
    looked_at = _saying(part, asked).order_by("pk").values("pk")[:MOST_FOUND]
    rows = _saying(part, asked).filter(pk__among=looked_at).order_by("-rank", "pk")
    for id, rank, *ids in rows.values_list("pk", "rank", *(path for path, _ in owners)):
        kind, owner = next((kind, owner) for (_, kind), owner in zip(owners, ids, strict=True) if owner)
        yield kind, owner, id, rank


@cache
def _owners(part: type[Part]) -> tuple[tuple[str, type[Record]], ...]:
    """The paths from a part to the records that it may belong to, itself or as a part of their parts."""
    found: list[tuple[str, type[Record]]] = []
    for name, owner in zip(part.PART_OF, aggregates.owners(part).values(), strict=True):
        if issubclass(owner, Record):
            found.append((name, owner))
        else:
            found += [(f"{name}__{path}", record) for path, record in _owners(owner)]
    return tuple(found)


def _saying(model: Any, asked: str) -> QuerySet[Any]:
    """The rows of `model` that say it, each with its `rank`: by words, or by how a name sounds."""
    words, query, sound = Words(*model.WORDS), _query(asked), _sound(asked)
    says = Q(_Operation(words, query, arg_joiner=" @@ "))
    rank: Any = Func(words, query, Value(32), function="ts_rank_cd", output_field=FloatField())
    for name in model.NAMES:
        likeness = Func(sound, Sound(name), function="word_similarity", output_field=FloatField())
        rank = Greatest(rank, likeness)
        says |= Q(_Operation(Sound(name), sound, arg_joiner=" %%> ")) & Q(GreaterThan(likeness, LIKE))
    found: QuerySet[Any] = model._default_manager.annotate(rank=rank).filter(says)
    return found


class _Operation(Func):
    """An operator of PostgreSQL between two expressions: `arg_joiner`."""

    template = "%(expressions)s"
    output_field = BooleanField()


def _query(asked: str) -> Func:
    """What is asked as PostgreSQL reads it; several dashes say no more than one, and each would take of its stack."""
    template = "websearch_to_tsquery('extensions.texts', %(expressions)s)"
    return Func(Value(re.sub("-{2,}", "-", asked)), template=template, output_field=SearchQueryField())


def _sound(asked: str) -> Func:
    return Func(Value(asked), function="folded", output_field=TextField())


def with_marks(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    """`rows` with each searched column a second time, as `marked_…`, in which `pieces` finds what was asked for."""
    model: Any = rows.model
    for name in model.WORDS:
        options = Value(PROSE if isinstance(model._meta.get_field(name), ProseField) else LINE)
        headline = "ts_headline('extensions.texts', %(expressions)s)"
        marked = Func(F(name), _query(asked), options, template=headline, output_field=TextField())
        rows = rows.annotate(**{f"marked_{name}": marked})
    return rows


def pieces(row: Model, name: str) -> list[Piece]:
    """The column `name` of a row `with_marks` that was found as pieces, if any of it is a match.

    A name without one was found by how it sounds, and so as a whole.
    """
    marked: str = getattr(row, f"marked_{name}")
    if START in marked:
        return list(_pieces(marked))
    is_name = name in type(row).NAMES  # type: ignore[attr-defined]  # of what is searched
    return [Piece(marked, is_match=True)] if is_name and marked else []


def _pieces(marked: str) -> Iterator[Piece]:
    before, *rest = marked.split(START)
    texts = [(before, False)]
    for each in rest:
        match, _, after = each.partition(STOP)
        texts += [(match, True), (after, False)]
    return (Piece(*each) for each in texts if each[0])
