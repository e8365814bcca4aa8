"""What `current` finds, found by PostgreSQL: SQL over the assertions of one row, for documents that it writes.

The same rules as in current.py, where they are said for people; tests/api/test_documents.py holds the two together. In
each text `{id}` stands for the id of the row, and `owner` is the column of assertions that leads to it.
"""

from __future__ import annotations

from negotiations.vocabulary import AssertionField, AssertionState, Rank

# A range as it is shown: in plain digits, without zeros that say nothing.
BOUNDS = """trim_scale(lower(amount))::text AS lower, trim_scale(upper(amount))::text AS upper,
            lower_inc(amount) AS lower_included, upper_inc(amount) AS upper_included"""
BOUNDED = f"""(SELECT row_to_json(object) FROM (SELECT {BOUNDS} FROM (SELECT {{amount}} AS amount) given
                WHERE NOT isempty(amount)) object)"""
# What counts first: preferred values, deprecated ones never; then the latest day, undated before all, open ends after.
PREFERENCE = f"""rank = '{Rank.DEPRECATED}', rank = '{Rank.PREFERRED}' DESC, held_on IS NULL,
                 coalesce(upper(held_on), 'infinity') DESC, coalesce(lower(held_on), '-infinity') DESC"""
HOLDS = f"place = 1 AND rank <> '{Rank.DEPRECATED}'"  # the first so, and all beside it
# Where one gives a value and another says that there is none, they are in dispute.
NONE_DENIES = f"bool_and(state <> '{AssertionState.NONE}') FILTER (WHERE {HOLDS})"
CLOCK = "to_char(time, 'HH24:MI') || coalesce(' ' || zone, '')"
KIND = "unit, counting, giver_id, receiver_id"


def _ranked(owner: str, field: AssertionField, kind: str = "") -> str:
    """The assertions of `field`, each with its place among those of its `kind`, and the order that they come in."""
    alike = f"PARTITION BY {kind}" if kind else ""
    return f"""(SELECT *, rank() OVER ({alike} ORDER BY {PREFERENCE}) AS place,
                       row_number() OVER (ORDER BY held_on NULLS FIRST, id) AS turn
                  FROM negotiations_assertion WHERE {owner} = {{id}} AND field = '{field}') ranked"""


def text(owner: str, field: AssertionField) -> str:
    """What `current_text` finds: a word, a date as written or a time; null when there is none or voices differ."""
    given = f"{HOLDS} AND state = '{AssertionState.GIVEN}'"
    return f"""(SELECT CASE WHEN {NONE_DENIES} AND count(*) FILTER (WHERE {given}) = count(value) FILTER (WHERE {given})
                             AND min(value) FILTER (WHERE {given}) = max(value) FILTER (WHERE {given})
                            THEN min(value) FILTER (WHERE {given}) END
                  FROM (SELECT *, coalesce(word, date_edtf, {CLOCK}) AS value FROM {_ranked(owner, field)}) said)"""


def _quantities(owner: str, field: AssertionField) -> str:
    """What `current_quantities` finds: a row for each kind that is not in dispute, with what all have in common.

    Ranges that are only about right give way where nothing would be left.
    """
    common = f"nullif(range_intersect_agg(amount) FILTER (WHERE {HOLDS}), 'empty')"
    exact = f"nullif(range_intersect_agg(amount) FILTER (WHERE {HOLDS} AND NOT approximate), 'empty')"
    return f"""(SELECT *, count(*) OVER () AS kinds
                  FROM (SELECT {KIND}, min(turn) AS turn, CASE WHEN {NONE_DENIES} THEN coalesce({common}, {exact}) END
                               AS amount FROM {_ranked(owner, field, KIND)} GROUP BY {KIND}) held
                 WHERE amount IS NOT NULL) quantity"""


def amount(owner: str, field: AssertionField) -> str:
    """What `current_amount` finds, as JSON: the only quantity with its unit; null when there are none or several."""
    return f"""(SELECT row_to_json(object) FROM
                (SELECT {BOUNDS}, unit FROM {_quantities(owner, field)} WHERE kinds = 1) object)"""


def quantities(owner: str, field: AssertionField) -> str:
    """What `current_quantities` finds, as JSON; `{giver}` and `{receiver}` stand for what is shown of an actor."""
    return f"""array_to_json(ARRAY(SELECT row_to_json(object) FROM
                (SELECT {BOUNDS}, unit, counting, {{giver}} AS giver, {{receiver}} AS receiver
                   FROM {_quantities(owner, field)} ORDER BY turn) object))"""
