"""The JSON Schema of dossiers, made from `shape`; editors use it to complete and to check while one types.

The loader reads every scalar as text. An editor reads YAML with its types, so the schema also takes the numbers and
booleans that an unquoted `12`, `2025` or `true` becomes there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from negotiations.exchange.rows import REVISION_KINDS
from negotiations.exchange.shape import PAIRS, Key, Kind, Parts, Shape, sections, shape_of
from negotiations.models import Assertion, Citation
from negotiations.models.records import SLUG
from negotiations.vocabulary import asserted_fields

FILE = Path(__file__).resolve().parent / "dossier.schema.json"
UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

Schema = dict[str, Any]

DEFINITIONS: Schema = {
    "id": {"type": "string", "pattern": UUID},
    "slug": {"type": "string", "pattern": SLUG},
    "text": {"type": ["string", "number", "boolean"], "minLength": 1},
}
OF_KIND: dict[Kind, Schema] = {
    Kind.TEXT: {"$ref": "#/$defs/text"},
    Kind.EDTF: {"type": ["string", "integer"], "minLength": 4},
    Kind.DAY: {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    Kind.TIME: {"type": "string", "pattern": r"^\d\d:\d\d$"},
    Kind.WHOLE: {"type": ["string", "integer"], "pattern": r"^\d+$"},
    Kind.NUMBER: {"type": ["string", "number"], "pattern": r"^-?\d+(\.\d+)?$"},
    Kind.RANGE: {"type": ["string", "number"]},
    Kind.TRUTH: {"enum": [True, False, "true", "false"]},
    Kind.REFERENCE: {"$ref": "#/$defs/slug"},
    Kind.AFFILIATION: {"$ref": "#/$defs/text"},
    Kind.SIBLING: {"$ref": "#/$defs/slug"},
}


def schema() -> Schema:
    """The whole schema, JSON Schema 2020-12."""
    models: dict[str, Schema] = {}
    for model in sections().values():
        models.update(_definitions(shape_of(model)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dossier",
        "description": "Records as a file that a curator writes by hand; see docs/dossiers.md.",
        "type": "object",
        "properties": {
            "dossier": {"$ref": "#/$defs/slug", "description": "Its name, equal to the file's without the ending."},
            "title": {"$ref": "#/$defs/text"},
            "revision": {
                "type": "object",
                "properties": {
                    "kind": {"enum": [str(kind) for kind in REVISION_KINDS]},
                    "note": {"$ref": "#/$defs/text"},
                },
                "additionalProperties": False,
            },
            **{
                name: {"type": "array", "items": {"$ref": f"#/$defs/{model._meta.model_name}"}}
                for name, model in sections().items()
            },
        },
        "required": ["dossier", "title"],
        "additionalProperties": False,
        "$defs": DEFINITIONS | dict(sorted(models.items())),
    }


def spelled() -> str:
    """The schema as it stands in `dossier.schema.json`."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _definitions(shape: Shape) -> Iterator[tuple[str, Schema]]:
    """The definition of a row, and those of its parts."""
    yield str(shape.model._meta.model_name), _row(shape)
    for parts in shape.parts.values():
        yield from _definitions(shape_of(parts.model))


def _row(shape: Shape) -> Schema:
    """What may stand in a row. Nothing but `id` and `slug` is required: a later dossier says only what is new."""
    if shape.model in PAIRS:
        return {"$ref": "#/$defs/slug"}
    properties: Schema = {"id": {"$ref": "#/$defs/id"}}
    properties |= {key.name: _key(key) for key in shape.keys.values()}
    properties |= {parts.name: _parts(parts) for parts in shape.parts.values()}
    row: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if shape.is_record:
        row["required"] = ["id", "slug"]
    if shape.model is Citation:
        return {"anyOf": [{"type": "string", "minLength": 1}, row]}
    return row


def _key(key: Key) -> Schema:
    if key.kind == Kind.WORD:
        found: Schema = {"enum": [*key.words, *_as_numbers(key.words)]}
    elif key.kind == Kind.TARGET:
        found = {"type": "string", "pattern": f"^({'|'.join(key.targets)}) [a-z0-9/-]+$"}
    else:
        found = dict(OF_KIND[key.kind]) if key.name != "slug" else {"$ref": "#/$defs/slug"}
    if key.is_list:
        found = {"type": "array", "items": found}
    return found | ({"description": key.help_text} if key.help_text else {})


def _as_numbers(words: tuple[str, ...]) -> list[float]:
    """The words that an editor takes for numbers: track 1, track 1.5."""
    return [int(word) if word.isdigit() else float(word) for word in words if word.replace(".", "", 1).isdigit()]


def _parts(parts: Parts) -> Schema:
    row: Schema = {"$ref": f"#/$defs/{parts.model._meta.model_name}"}
    if parts.model is Assertion:
        fields = [str(field) for field in asserted_fields(parts.parent.removesuffix("_id"))]
        row["properties"] = {"field": {"enum": fields}}
    many = {"type": "array", "items": row}
    return {"anyOf": [row, many]} if parts.model is Citation else many
