"""The indexes by which texts are searched: over what is public now, and over every version for the past.

`WORDS` of the models names the columns whose words are searched, the title first; `NAMES` those that are found by how
they sound (ledger/sql/searching.sql). Queries ask for the same expressions, which are here, so that an index fits them.
"""

from __future__ import annotations

from typing import Any

from negotiations.ledger.catalogue import OPEN, twin_columns_of
from negotiations.ledger.digests import quote
from negotiations.ledger.listing import IndexTwins, are_kept, bring_in_step

MARK = "_searched_"


def words_of(columns: list[str]) -> str:
    """SQL for the words of `columns`, as SQL names them; the words of the first weigh more."""
    return f"extensions.words(VARIADIC ARRAY[{', '.join(columns)}]::text[])"


def sound_of(column: str) -> str:
    """SQL for how the name in `column` sounds, roughly."""
    return f"extensions.folded({column}::text)"


def wanted_indexes(cursor: Any, table: str) -> dict[str, str]:
    """By name, what each index of the twin is over."""
    from negotiations.ledger import aggregates  # which needs the models, and those a database backend, and that this

    columns = {column.name for column in twin_columns_of(cursor, table)}
    wanted: dict[str, str] = {}
    for model in aggregates.tables():
        if model._meta.db_table != table:
            continue
        if columns.issuperset(model.WORDS) and model.WORDS:
            wanted |= _now_and_then(f"{table}{MARK}words", words_of([quote(name) for name in model.WORDS]))
        for name in columns.intersection(model.NAMES):
            wanted |= _now_and_then(f"{table}{MARK}{name}", f"{sound_of(quote(name))} extensions.gin_trgm_ops")
    return wanted


def _now_and_then(name: str, expression: str) -> dict[str, str]:
    return {f"{name}_now": f"gin ({expression}) WHERE {OPEN}", f"{name}_then": f"gin ({expression})"}


def keep(cursor: Any, table: str) -> None:
    """Brings the indexes of a twin in step with its columns: from migration 0013 on, and not while it is taken back."""
    if are_kept(cursor, MARK):
        bring_in_step(cursor, table, MARK, wanted_indexes(cursor, table))


class IndexTexts(IndexTwins):
    """Makes the indexes by which texts are searched."""

    mark = MARK

    def wanted(self, cursor: Any, table: str) -> dict[str, str]:
        return wanted_indexes(cursor, table)

    def describe(self) -> str:
        return "Index the texts that are searched"
