"""Similar names: which records of a kind may be the one that somebody is about to enter, in any script or spelling.

A name is compared as it sounds (`extensions.folded`), by its trigrams, with the name and all further names of each
record. People are known by fewer words as well: each word of the shorter name has one like it in the longer, as in
Erdogan and Recep Tayyip Erdogan. A page is known besides by its address. What was merged into another record is none
of them.
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
# Of people: how much each word of the shorter name must sound like one of the longer. Umarov and Umerov share 0.4, as
# do Rustam and Rustem; a name of one word must be nearer, since ANI and Andrii share 0.5.
LEAST_OF_A_WORD, LEAST_ALONE = 0.4, 0.6
MOST = 8
# What two addresses of one page differ in: https or http, www, a slash or a place on the page at the end.
ADDRESS = "regexp_replace(regexp_replace({}, '#.*$|/+$|/+#.*$', ''), '^https?://(www\\.)?', '', 'i')"
# Of a person: how much the words of one name sound like words of the other, by the one that does least.
BY_WORD = """
    LEFT JOIN LATERAL (
        SELECT greatest(%(least)s::real, min(alike))
          FROM (VALUES (sounds.one, sounds.other), (sounds.other, sounds.one)) AS pair (listed, whole)
         CROSS JOIN regexp_split_to_table(listed, '[^[:alnum:]]+') AS word
         CROSS JOIN LATERAL (
            SELECT max(greatest(extensions.word_similarity(word, whole), extensions.similarity(word, other)))
              FROM regexp_split_to_table(whole, '[^[:alnum:]]+') AS other) AS best (alike)
         WHERE word <> ''
         GROUP BY listed, whole
        HAVING min(alike) >= CASE count(*) WHEN 1 THEN %(least_alone)s ELSE %(least_of_a_word)s END
         ORDER BY 1 DESC LIMIT 1
    ) by_word (likeness) ON EXISTS (SELECT FROM negotiations_actor p WHERE p.id = c.id AND p.kind = 'person')"""
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
                        ELSE greatest(extensions.similarity(sounds.one, sounds.other), by_word.likeness)
                   END AS likeness
              FROM called c CROSS JOIN unnest(%(names)s::text[]) AS asked (name)
             CROSS JOIN LATERAL (SELECT extensions.folded(c.name), extensions.folded(asked.name)) sounds (one, other)
             {BY_WORD if model is Actor else "CROSS JOIN (VALUES (0::real)) by_word (likeness)"}
             WHERE c.id IS DISTINCT FROM %(but)s AND c.name <> ''
               AND NOT EXISTS (SELECT FROM ledger.withdrawal w
                                WHERE w.id = c.id AND w.table_name = %(table)s AND w.act = 'merge')
             ORDER BY c.id, likeness DESC NULLS LAST)
        SELECT id, name, likeness FROM likest WHERE likeness >= %(least)s::real
         ORDER BY likeness DESC, name, id LIMIT {MOST}"""
    given = {
        "names": list(names) or [""],
        "address": address,
        "but": but,
        "least": least,
        "least_of_a_word": LEAST_OF_A_WORD,
        "least_alone": LEAST_ALONE,
        "table": model._meta.db_table,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [Similar(*row) for row in cursor.fetchall()]
