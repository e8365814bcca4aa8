"""Disputes: facts of which there are several versions that cannot all be true; computed, never typed, never resolved.

**Values of one field**: assertions of one record or part about the same field, in the same unit, counted alike, in the
same direction, for the same day. Deprecated ones are not counted; where some are preferred, only those are. They cannot
all be true when

- their amounts, or their dates, have no number or day in common; "about 90" excludes nothing, so it is left out;
- they are different words of a closed list, `unknown` aside; free words exclude nothing;
- they are different clock times in one zone;
- they name different heads of a delegation, or different places of one kind (two cities, not a city and a venue in it);
- one is given, and by another there is none.

**Outcomes** that one actor confirms, in part or whole, and another denies.

Statements linked as contradicting each other are no dispute here: what the sides say may differ, and is recorded so.

The desk's work list and the public list of facts (analytics/facts.py) both read this: there is no second rule.
"""

from __future__ import annotations

from negotiations.ledger.digests import literal, quote
from negotiations.models import Assertion, Outcome
from negotiations.vocabulary import WORDS_OF

OWNERS = ", ".join(quote(f"{name}_id") for name in Assertion.PART_OF)
OF_ONE_FIELD = f"{OWNERS}, field, unit, counting, giver_id, receiver_id, held_on"
_CLOSED = ", ".join(literal(str(field)) for field in WORDS_OF)
_WEIGHS = "state IN ('given', 'none')"  # other states say nothing that a value could contradict


def weighed(assertions: str = "negotiations_assertion") -> str:
    """SQL of the rows of `assertions`, each with its `days`, the kind of its place, the `fact` it is a version of (its
    first id), and two claims: whether it says anything (`weighs`), and whether it does after ranks (`counts`)."""
    return f"""
    SELECT r.*, weighs AND rank <> 'deprecated' AND (rank = 'preferred' OR NOT is_settled) AS counts
      FROM (SELECT a.*, p.kind AS place_kind, extensions.edtf_range(a.date_edtf) AS days, {_WEIGHS} AS weighs,
                   bool_or(a.rank = 'preferred' AND {_WEIGHS}) OVER fact AS is_settled,
                   first_value(a.id) OVER (fact ORDER BY a.id) AS fact
              FROM {assertions} a LEFT JOIN negotiations_place p ON p.id = a.value_place_id
            WINDOW fact AS (PARTITION BY {OF_ONE_FIELD})) r
"""


def cannot_all_be_true(these: str) -> str:
    """SQL of an aggregate over the versions of one fact: whether those for which `these` holds exclude one another."""
    return f"""(
        isempty(range_intersect_agg(amount) FILTER (WHERE {these} AND NOT approximate)) IS TRUE
        OR isempty(range_intersect_agg(days) FILTER (WHERE {these} AND NOT approximate)) IS TRUE
        OR count(DISTINCT word) FILTER (WHERE {these} AND field IN ({_CLOSED}) AND word <> 'unknown') > 1
        OR count(DISTINCT (zone, "time")) FILTER (WHERE {these} AND "time" IS NOT NULL)
           > count(DISTINCT coalesce(zone, '')) FILTER (WHERE {these} AND "time" IS NOT NULL)
        OR count(DISTINCT value_actor_id) FILTER (WHERE {these} AND field = 'head') > 1
        OR count(DISTINCT (place_kind, value_place_id)) FILTER (WHERE {these} AND value_place_id IS NOT NULL)
           > count(DISTINCT place_kind) FILTER (WHERE {these})
        OR count(DISTINCT state) FILTER (WHERE {these}) > 1)"""


# The groups of assertions that cannot all be true: a row each, with the columns of what they belong to, and the field.
DISPUTED_VALUES = f"""
    SELECT {OWNERS}, field FROM ({weighed()}) w GROUP BY fact, {OWNERS}, field HAVING {cannot_all_be_true("counts")}
"""

# Of an outcome `o`: one actor confirms it, and another denies it.
SIDES_DIFFER = """
    EXISTS (SELECT FROM negotiations_outcomeparty yes JOIN negotiations_outcomeparty no USING (outcome_id)
             WHERE yes.outcome_id = o.id AND yes.stance IN ('confirms', 'confirms_in_part')
               AND no.stance = 'denies' AND no.actor_id <> yes.actor_id)
"""
# The outcomes on which the sides differ.
DISPUTED_OUTCOMES = f"SELECT o.id FROM {quote(Outcome._meta.db_table)} o WHERE {SIDES_DIFFER}"
