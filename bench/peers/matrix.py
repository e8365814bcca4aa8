"""The matrix of a process: our statement for its cells, flat queries for what they show, put together in Python."""

from __future__ import annotations

import json
from typing import Any

from bench.peers.flat import REFERRED, Level, Reading, Row

VOICE = {"speaker": "actors", "on_behalf_of": "actors"}
NAMES_A_SPEAKER = ("on_record", "document")
SAYS = """attribution, speaker_id AS speaker, descriptor, on_behalf_of_id AS on_behalf_of"""


def cited(owner: str) -> Level:
    return Level(
        f"""SELECT c.{owner}_id AS of, c.id, c.source_id AS source, s.language, c.testimony_id, c.excerpt, c.locator,
                   c.supports, c.credited_to_id AS credited_to, {SAYS}
              FROM negotiations_citation c LEFT JOIN negotiations_source s ON s.id = c.source_id
             WHERE c.{owner}_id = ANY ($1) ORDER BY s.slug, c.locator, c.id""",
        {"source": "sources", "credited_to": "actors", **VOICE},
    )


HELD = Level(
    """SELECT id, slug, label, stance, in_force_edtf AS in_force, text, condition, tied_to_id AS tied_to,
              talk_id AS talk, supersedes_id AS supersedes, ascription
         FROM negotiations_position WHERE id = ANY ($1)""",
    {"tied_to": "issues", "talk": "talks"},
    {"cited": cited("position")},
)
SUPERSEDED = Level(
    "SELECT id, slug, label, stance, in_force_edtf AS in_force FROM negotiations_position WHERE id = ANY ($1)"
)
STATEMENTS = Level(
    f"SELECT id, id AS statement, quote, language, {SAYS} FROM negotiations_statement WHERE id = ANY ($1)",
    {"statement": "statements", **VOICE},
    {"cited": cited("statement")},
)
AXES = {"parties": REFERRED["actors"], "issues": REFERRED["issues"].replace("label", "label, parent_id AS parent")}
BRIEF = ("id", "slug", "label", "url", "stance", "in_force", "since")


async def matrix(connection: Any, root: str, process: Row, on: str, cells: list[Any]) -> Row:
    """The whole answer, of the rows that our statement tells: party, issue, the position held, else the last."""
    reading = Reading(connection, root)
    found = [(party, issue, *(each and json.loads(each) for each in said[:2])) for party, issue, *said in cells]
    positions = await _positions(reading, {each[0] for _, _, *both in found for each in both if each})
    axes = {}
    for (name, sql), ids in zip(AXES.items(), ({row[0] for row in found}, {row[1] for row in found}), strict=True):
        resource = "actors" if name == "parties" else name
        rows = await connection.fetch(sql, list(ids))
        axes[name] = {row["id"]: reading.reference(resource, row) for row in rows}
    references = {id: {name: row[name] for name in BRIEF[:4]} for of in axes.values() for id, row in of.items()}
    return {
        "on": on,
        "during": None,
        "process": reading.reference("processes", process),
        "parties": [axes["parties"][id] for id in dict.fromkeys(row[0] for row in found)],
        "issues": [axes["issues"][id] for id in dict.fromkeys(row[1] for row in found)],
        "cells": [
            {
                "party": references[party],
                "issue": references[issue],
                "state": "recorded" if held else "no_record",
                "certainty": held and _certainty(held[1], on),
                "position": held and positions[held[0]],
                "last_recorded": last and {name: positions[last[0]][name] for name in BRIEF},
                "changes": None,
            }
            for party, issue, held, last in found
        ],
    }


def _certainty(in_force: str, on: str) -> str:
    """Whether it was surely in force on the day: dates to the day, and open or told ends, tell it by themselves."""
    start, _, end = in_force.partition("/")
    surely = len(start) == 10 and start <= on and (not end or end == ".." or (len(end) == 10 and on <= end))
    return "certain" if surely else "possible"


async def _positions(reading: Reading, ids: set[str]) -> dict[str, Row]:
    rows = await reading.rows(HELD, list(ids))
    before = await reading.rows(SUPERSEDED, list({row["supersedes"] for row in rows if row["supersedes"]}))
    said = {each["testimony_id"] for row in rows for each in row["cited"] if each["testimony_id"]}
    statements = {row["id"]: row for row in (await reading.rows(STATEMENTS, list(said)) if said else ())}
    await reading.refer()
    replaced = {row["id"]: _held(reading, row) for row in before}
    for row in rows:
        _held(reading, row)
        row["supersedes"] = replaced.get(row["supersedes"])
        passages = [passage for each in row.pop("cited") for passage in _passages(each, statements)]
        row["passages"] = sorted(passages, key=lambda passage: passage["attribution"] not in NAMES_A_SPEAKER)
        quotes = (passage["quote"] for passage in row["passages"] if passage["supports"] == "supports")
        row["quote"] = next((quote for quote in quotes if quote), None)
    return {row["id"]: row for row in rows}


def _held(reading: Reading, row: Row) -> Row:
    start = row["in_force"].partition("/")[0]
    row["since"] = start if start and start != ".." else None
    row["url"] = f"{reading.root}positions/{row['slug']}/"
    return row


def _passages(citation: Row, statements: dict[str, Row]) -> list[Row]:
    voice = statements.get(citation["testimony_id"])
    if voice is None:
        return [_passage(citation, citation)]
    return [{**_passage(each, voice), "supports": citation["supports"]} for each in voice["cited"]]


def _passage(citation: Row, voice: Row) -> Row:
    printed = citation["excerpt"] and {"text": citation["excerpt"], "language": citation["language"]}
    spoken = voice.get("quote") and {"text": voice["quote"], "language": voice["language"]}
    return {
        "source": citation["source"],
        "statement": voice.get("statement"),
        "quote": spoken or printed or None,
        "locator": citation["locator"],
        "supports": citation["supports"],
        "attribution": voice["attribution"],
        "speaker": voice["speaker"],
        "descriptor": voice["descriptor"],
        "on_behalf_of": voice["on_behalf_of"],
        "credited_to": citation["credited_to"],
    }
