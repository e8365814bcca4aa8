"""Disputes: what is recorded on the desk and cannot all be true; computed, never typed, never resolved by the code.

**Values of one field**: assertions of one record or part about the same field, in the same unit, counted alike, in the
same direction, for the same day. Deprecated ones are left out; where some are preferred, only those count. They cannot
all be true when

- their amounts, or their dates, have no number or day in common; "about 90" excludes nothing, so it is left out;
- they are different words of a closed list, `unknown` aside; free words exclude nothing;
- they are different clock times in one zone;
- they name different heads of a delegation, or different places of one kind (two cities, not a city and a venue in it);
- one is given, and by another there is none.

**Outcomes** that one actor confirms, in part or whole, and another denies.

Statements linked as contradicting each other are no dispute here: what the sides say may differ, and is recorded so.
"""

from __future__ import annotations

from negotiations.ledger.digests import literal, quote
from negotiations.models import Assertion, Outcome
from negotiations.vocabulary import WORDS_OF

_OWNERS = ", ".join(quote(f"{name}_id") for name in Assertion.PART_OF)
_OF_ONE_FIELD = f"{_OWNERS}, field, unit, counting, giver_id, receiver_id, held_on"
_CLOSED = ", ".join(literal(str(field)) for field in WORDS_OF)

# The groups of assertions that cannot all be true: a row each, with the columns of what they belong to, and the field.
DISPUTED_VALUES = f"""
    SELECT {_OWNERS}, field
      FROM (SELECT a.*, p.kind AS place_kind, extensions.edtf_range(a.date_edtf) AS days,
                   bool_or(a.rank = 'preferred') OVER (PARTITION BY {_OF_ONE_FIELD}) AS is_settled
              FROM negotiations_assertion a LEFT JOIN negotiations_place p ON p.id = a.value_place_id
             WHERE a.rank <> 'deprecated' AND a.state IN ('given', 'none')) standing
     WHERE NOT is_settled OR rank = 'preferred'
     GROUP BY {_OF_ONE_FIELD}
    HAVING isempty(range_intersect_agg(amount) FILTER (WHERE NOT approximate))
        OR isempty(range_intersect_agg(days) FILTER (WHERE NOT approximate))
        OR count(DISTINCT word) FILTER (WHERE field IN ({_CLOSED}) AND word <> 'unknown') > 1
        OR count(DISTINCT (zone, "time")) FILTER (WHERE "time" IS NOT NULL)
           > count(DISTINCT coalesce(zone, '')) FILTER (WHERE "time" IS NOT NULL)
        OR count(DISTINCT value_actor_id) FILTER (WHERE field = 'head') > 1
        OR count(DISTINCT (place_kind, value_place_id)) FILTER (WHERE value_place_id IS NOT NULL)
           > count(DISTINCT place_kind)
        OR count(DISTINCT state) > 1
"""

# The outcomes on which the sides differ.
DISPUTED_OUTCOMES = f"""
    SELECT o.id FROM {quote(Outcome._meta.db_table)} o
     WHERE EXISTS (SELECT FROM negotiations_outcomeparty yes JOIN negotiations_outcomeparty no USING (outcome_id)
                    WHERE yes.outcome_id = o.id AND yes.stance IN ('confirms', 'confirms_in_part')
                      AND no.stance = 'denies' AND no.actor_id <> yes.actor_id)
"""
