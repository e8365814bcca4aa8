"""Independent sources: for each fact of a talk, the outlets whose own report it rests on; copies of one count once.

A citation's origin is the outlet it credits, else the publisher of the source from which, through all
`syndicated_from`, the page was taken. A copy of which nobody recorded what it was copied from may repeat another: its
origin is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from negotiations.ledger.window import window_connection

# The facts of a talk: itself, what it is made of, and what came of it, was said or was put forward there.
FACT = """
    fact (kind, id, record_kind, record_id) AS (
        SELECT 'talk', t.id, 'talk', t.id FROM negotiations_talk t WHERE t.id = %(talk)s
        UNION ALL SELECT 'agenda_item', i.id, 'talk', i.talk_id FROM negotiations_agendaitem i
                   WHERE i.talk_id = %(talk)s
        UNION ALL SELECT 'delegation', d.id, 'talk', d.talk_id FROM negotiations_delegation d WHERE d.talk_id = %(talk)s
        UNION ALL SELECT 'member', m.id, 'talk', d.talk_id FROM negotiations_delegationmember m
                    JOIN negotiations_delegation d ON d.id = m.delegation_id WHERE d.talk_id = %(talk)s
        UNION ALL SELECT 'assertion', a.id, 'talk', %(talk)s FROM negotiations_assertion a WHERE a.talk_id = %(talk)s
               OR a.delegation_id = ANY (ARRAY(SELECT id FROM negotiations_delegation WHERE talk_id = %(talk)s))
               OR a.agenda_item_id = ANY (ARRAY(SELECT id FROM negotiations_agendaitem WHERE talk_id = %(talk)s))
        UNION ALL SELECT 'outcome', o.id, 'outcome', o.id FROM negotiations_outcome o WHERE o.talk_id = %(talk)s
        UNION ALL SELECT 'outcome_party', p.id, 'outcome', o.id FROM negotiations_outcomeparty p
                    JOIN negotiations_outcome o ON o.id = p.outcome_id WHERE o.talk_id = %(talk)s
        UNION ALL SELECT 'statement', s.id, 'statement', s.id FROM negotiations_statement s
                   WHERE s.occasion_id = %(talk)s
        UNION ALL SELECT 'position', p.id, 'position', p.id FROM negotiations_position p WHERE p.talk_id = %(talk)s)
"""
KINDS = (
    "talk",
    "agenda_item",
    "delegation",
    "member",
    "assertion",
    "outcome",
    "outcome_party",
    "statement",
    "position",
)
_CITED = " UNION ALL ".join(
    f"""SELECT c.{kind}_id AS id, c.source_id, c.credited_to_id, c.testimony_id FROM negotiations_citation c
         WHERE c.{kind}_id = ANY (ARRAY(SELECT id FROM fact WHERE kind = '{kind}')) AND c.supports = 'supports'"""
    for kind in KINDS
)


def _looked_up(table: str, condition: str) -> str:
    """SQL of the rows of `table`, looked up one by one: PostgreSQL thinks that a walk is long, and would read all."""
    return f"SELECT * FROM negotiations_{table} WHERE {condition} OFFSET 0"


# `cited`: what a fact rests on, by way of statements too; `taken`: each source, and those that it was taken from.
ORIGINS = f"""
    WITH RECURSIVE {FACT}, first_cited AS ({_CITED}), cited AS (
        SELECT * FROM first_cited
        UNION SELECT cited.id, c.source_id, c.credited_to_id, c.testimony_id
          FROM cited CROSS JOIN LATERAL ({_looked_up("citation", "statement_id = cited.testimony_id")}) c
         WHERE c.supports = 'supports'
    ), taken (source_id, root_id) AS (
        SELECT DISTINCT source_id, source_id FROM cited WHERE source_id IS NOT NULL
        UNION SELECT taken.source_id, s.syndicated_from_id
          FROM taken CROSS JOIN LATERAL ({_looked_up("source", "id = taken.root_id")}) s
         WHERE s.syndicated_from_id IS NOT NULL
    ), origin AS (
        SELECT cited.id, coalesce(credited_to_id, root.publisher_id) AS outlet,
               bool_or(credited_to_id IS NOT NULL OR root.reproduction = 'original') AS is_known,
               array_agg(DISTINCT cited.source_id) AS sources
          FROM cited JOIN taken USING (source_id)
         CROSS JOIN LATERAL ({_looked_up("source", "id = taken.root_id")}) root
         CROSS JOIN LATERAL ({_looked_up("source", "id = cited.source_id")}) page
         WHERE root.syndicated_from_id IS NULL AND page.reliability <> 'rejected' AND root.reliability <> 'rejected'
         GROUP BY cited.id, outlet
    )
    SELECT kind, f.id, record_kind, record_id, outlet, is_known, sources
      FROM fact f LEFT JOIN origin USING (id)
     ORDER BY array_position(%(kinds)s, kind), f.id, is_known DESC, outlet
"""


@dataclass(frozen=True)
class Origin:
    """An outlet on whose report a fact rests, and the pages by which; not known where these may repeat another's."""

    outlet: UUID
    is_known: bool
    sources: list[UUID]


@dataclass
class Sourced:
    """A fact with its origins; independent are at least those known, at most all."""

    kind: str
    id: UUID
    record_kind: str
    record: UUID
    origins: list[Origin] = field(default_factory=list)

    @property
    def least(self) -> int:
        return max(sum(each.is_known for each in self.origins), min(len(self.origins), 1))

    @property
    def most(self) -> int:
        return len(self.origins)


def sources_of(talk: UUID) -> list[Sourced]:
    """Each fact of `talk`, which is public, with its origins. One statement; it needs an open window."""
    with window_connection().cursor() as cursor:
        cursor.execute(ORIGINS, {"talk": talk, "kinds": list(KINDS)})
        rows = cursor.fetchall()
    found: dict[UUID, Sourced] = {}
    for kind, id, record_kind, record, outlet, is_known, sources in rows:
        sourced = found.setdefault(id, Sourced(kind, id, record_kind, record))
        if outlet is not None:
            sourced.origins.append(Origin(outlet, is_known, sources))
    return list(found.values())
