"""Similar names: which records of a kind may be the one that somebody is about to enter, in any script or spelling.

A name is compared as it sounds (`extensions.folded`), by its trigrams, with the name and all further names of each
record; a page besides by its address. What was merged into another record is none of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger.digests import quote
from negotiations.models import Actor, Issue, Name, Place, Process, Source

# The column that a kind is called by, and how much of two names must sound alike: Iran and Iraq share 0.43.
NAMED_BY: dict[type[Any], tuple[str, float]] = {
    Actor: ("name", 0.45),
    Place: ("name", 0.45),
    Issue: ("name", 0.45),
    Process: ("title", 0.55),
    Source: ("title", 0.6),
}
MOST = 8
# What two addresses of one page differ in: https or http, www, a slash or a place on the page at the end.
ADDRESS = "regexp_replace(regexp_replace({}, '#.*$|/+$|/+#.*$', ''), '^https?://(www\\.)?', '', 'i')"
ADDRESSES = ("page_url", "canonical_url", "archived_url")


@dataclass(frozen=True)
class Similar:
    """A record that may be the same, the name of it that sounds alike, and how much, from 0 to 1."""

    id: UUID
    name: str
    likeness: float


def similar(
    model: type[Any], names: Collection[str], *, but: UUID | None = None, address: str | None = None
) -> list[Similar]:
    """The records of `model` whose name is like one of `names`, or whose page is at `address`; the likest first.

    Never the record `but`. At most eight. One statement; none for kinds that are not known by a name.
    """
    if model not in NAMED_BY or not (names or address):
        return []
    column, least = NAMED_BY[model]
    table, kind = quote(model._meta.db_table), str(model._meta.model_name)
    called = [f"SELECT r.id, r.{column}::text AS name, NULL AS address FROM {table} r"]
    if kind in Name.PART_OF:
        key = quote(f"{kind}_id")
        called.append(f"SELECT n.{key}, n.text::text, NULL FROM negotiations_name n WHERE n.{key} IS NOT NULL")
    if model is Source:
        called += [f"SELECT r.id, r.{each}, {ADDRESS.format(f'r.{each}')} FROM {table} r" for each in ADDRESSES]
    statement = f"""
        WITH called AS ({" UNION ALL ".join(called)}), likest AS (
            SELECT DISTINCT ON (c.id) c.id, c.name,
                   CASE WHEN c.address IS NOT NULL THEN (c.address = {ADDRESS.format("%(address)s::text")})::int::real
                        ELSE extensions.similarity(extensions.folded(c.name), extensions.folded(asked.name))
                   END AS likeness
              FROM called c CROSS JOIN unnest(%(names)s::text[]) AS asked (name)
             WHERE c.id IS DISTINCT FROM %(but)s AND c.name <> ''
               AND NOT EXISTS (SELECT FROM ledger.withdrawal w
                                WHERE w.id = c.id AND w.table_name = %(table)s AND w.act = 'merge')
             ORDER BY c.id, likeness DESC NULLS LAST)
        SELECT id, name, likeness FROM likest WHERE likeness >= %(least)s
         ORDER BY likeness DESC, name, id LIMIT {MOST}"""
    given = {
        "names": list(names) or [""],
        "address": address,
        "but": but,
        "least": least,
        "table": model._meta.db_table,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [Similar(*row) for row in cursor.fetchall()]
