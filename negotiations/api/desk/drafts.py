"""What is written of a record, as the contract tells it: the shape that reading gives, with what each value may be.

A reference may be the slug alone. What the tracker finds out is read-only: it may be sent back as it was read.
"""

from __future__ import annotations

from typing import Any

from negotiations.api.desk.bodies import AROUND
from negotiations.api.records import ReadSerializer
from negotiations.api.schema import Schema
from negotiations.exchange.entering import SHOWN_AS, shown_parts
from negotiations.exchange.shape import PAIRS, Key, Kind, Shape, shape_of
from negotiations.models.codes import LANGUAGE, ZONE
from negotiations.models.records import LONGEST_LINE, SLUG, LineField, ProseField, WebAddressField

UUID = {
    "type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}  # fmt: skip
# Characters that hide what a text says, and blanks, of which alone no text consists (models.records).
_HIDDEN_IN_PROSE = r"\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
_HIDDEN = rf"{_HIDDEN_IN_PROSE}\n"
_BLANK = r" \u00a0\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff"
LINE = rf"[^{_HIDDEN}]*[^{_HIDDEN}{_BLANK}][^{_HIDDEN}]*"
PROSE = rf"[^{_HIDDEN_IN_PROSE}]*[^{_HIDDEN}{_BLANK}][^{_HIDDEN_IN_PROSE}]*"
_DATE = r"[0-2][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?[~?%]?"
EDTF = rf"^({_DATE}|({_DATE}|\.\.)?/({_DATE}|\.\.)?)$"
CODES = {"iso3": "^[A-Z]{3}$", "country": "^[A-Z]{3}$", "zone": ZONE}
NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
READ_ONLY = {"readOnly": True, "description": "Follows from the rest: left out, or sent back as it was read."}

_TOLD = {"label": READ_ONLY, "url": READ_ONLY}
REFERENCE: Schema = {
    "type": "object",
    "description": "Another record by its id, or by its slug; what else it is read with may stay.",
    "properties": {"id": UUID, "slug": {"type": "string", "pattern": SLUG, "maxLength": 120}, **_TOLD},
    "anyOf": [{"required": ["id"]}, {"required": ["slug"]}],
    "additionalProperties": False,
}
PART_REFERENCE: Schema = {
    "type": "object",
    "description": "A part of another record by its id; what else it is read with may stay.",
    "properties": {
        "id": UUID, **_TOLD, **dict.fromkeys(("actor", "organisation", "title", "during"), READ_ONLY),
    },
    "required": ["id"],
    "additionalProperties": False,
}  # fmt: skip
_BOUND = {"type": ["string", "integer", "null"], "pattern": NUMBER}
AMOUNT: Schema = {
    "type": "object",
    "description": "A range of numbers, of which one bound may be open: null or left out.",
    "properties": {
        "lower": _BOUND,
        "upper": _BOUND,
        "lower_included": {"type": "boolean"},
        "upper_included": {"type": "boolean"},
    },
    "additionalProperties": False,
}


def draft_of(auto_schema: Any, serializer: type[ReadSerializer], *, is_whole: bool = True) -> Schema:
    """A reference to what is written of the record or part that `serializer` reads; in parts unless `is_whole`."""
    shape, level = shape_of(serializer.Meta.model), serializer.level()
    read = auto_schema.resolve_serializer(serializer(), "response").schema["properties"]
    parts = shown_parts(shape)
    properties: Schema = {}
    for name in level.fields:
        if name == "id":
            properties[name] = UUID
        elif name in parts:
            model: Any = parts[name].model
            is_pair = model in PAIRS
            items = _referring(auto_schema, shape_of(model).keys[PAIRS[model]]) if is_pair else None
            properties[name] = {"type": "array", "items": items or draft_of(auto_schema, level.parts[name]())}
        elif name in shape.keys:
            properties[name] = _described(_value(auto_schema, shape.keys[name], read[name]), read[name])
        else:
            properties[name] = READ_ONLY
    if shape.is_record:
        properties |= dict.fromkeys(AROUND, READ_ONLY)
    return _draft(auto_schema, serializer, shape, properties, is_whole=is_whole)


def _draft(
    auto_schema: Any, serializer: type[ReadSerializer], shape: Shape, properties: Schema, *, is_whole: bool
) -> Schema:
    schema: Schema = {
        "type": "object",
        "description": "What is written of it, stated whole: keys that are left out are emptied."
        if is_whole
        else "What is changed of it: keys that are left out stay as they are.",
        "properties": properties,
        "additionalProperties": False,
    }
    if is_whole and shape.required:
        schema["required"] = [SHOWN_AS.get(name, name) for name in shape.required]
    name = f"{serializer.__name__.removesuffix('Serializer')}{'Draft' if is_whole else 'Changes'}"
    reference: Schema = auto_schema._component(name, lambda: schema)
    return reference


def _described(schema: Schema, read: Schema) -> Schema:
    return {**schema, **{name: read[name] for name in ("description", "examples") if name in read}}


def _value(auto_schema: Any, key: Key, read: Schema) -> Schema:
    """What may stand under `key`; of closed lists the words that reading gives."""
    if key.is_list:
        items = _text(key) if key.kind == Kind.TEXT else {each: read["items"][each] for each in read["items"]}
        return {"type": ["array", "null"], "items": items, "uniqueItems": True}
    if key.kind in (Kind.REFERENCE, Kind.AFFILIATION, Kind.SIBLING, Kind.TARGET):
        return _referring(auto_schema, key)
    if key.kind == Kind.WORD:
        return {name: value for name, value in read.items() if name != "readOnly"}
    if key.kind == Kind.RANGE:
        amount = auto_schema._component("AmountDraft", lambda: AMOUNT)
        return {"anyOf": [amount, {"type": "integer"}, {"type": "null"}]}
    if key.kind == Kind.TEXT:
        return _text(key)
    return _of_type(key, **_simple(key))


def _simple(key: Key) -> Schema:
    if key.kind == Kind.NUMBER:
        whole = key.field.max_digits - key.field.decimal_places
        pattern = rf"^-?[0-9]{{1,{whole}}}(\.[0-9]{{1,{key.field.decimal_places}}})?$"
        return {"type": ["string", "integer"], "pattern": pattern, "minimum": 1 - 10**whole, "maximum": 10**whole - 1}
    simple: dict[Kind, Schema] = {
        Kind.EDTF: {"type": "string", "pattern": EDTF},
        Kind.DAY: {"type": "string", "format": "date"},
        Kind.TIME: {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
        Kind.WHOLE: {"type": "integer", "minimum": 0, "maximum": 32767},
        Kind.TRUTH: {"type": "boolean"},
    }
    return simple[key.kind]


def _text(key: Key) -> Schema:
    if key.name == "slug":
        return {"type": "string", "pattern": SLUG, "maxLength": key.field.max_length}
    if isinstance(key.field, WebAddressField):
        return _of_type(key, type="string", format="uri", pattern="^https?://", maxLength=key.field.max_length)
    if key.name in CODES:
        return _of_type(key, type="string", pattern=CODES[key.name], maxLength=LONGEST_LINE)
    if key.name in ("language", "languages", "translated_from"):
        return _of_type(key, type="string", pattern=LANGUAGE, maxLength=LONGEST_LINE)
    pattern = PROSE if isinstance(key.field, ProseField) else LINE
    may_be_blank = key.field.blank and not key.field.null
    found = _of_type(key, type="string", pattern=f"^({pattern})?$" if may_be_blank else f"^{pattern}$")
    return {**found, "maxLength": LONGEST_LINE} if isinstance(key.field, LineField) or key.is_list else found


def _of_type(key: Key, **schema: Any) -> Schema:
    """`schema`, or null where the key may say that nothing is known."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    may_be_null = not key.is_list and (key.field.null or (key.field.blank and key.kind == Kind.TEXT))
    return {**schema, "type": [*types, "null"] if may_be_null else schema["type"]}


def _referring(auto_schema: Any, key: Key) -> Schema:
    """What refers to another row: a text, as its slug (with the kind, of a link) or an office's title, or an object."""
    text: Schema = {"type": "string", "pattern": f"^{LINE}$" if key.kind == Kind.AFFILIATION else SLUG}
    if key.kind == Kind.TARGET:
        text = {"type": "string", "pattern": f"^({'|'.join(key.targets)}) [a-z0-9/-]+$"}
        properties = {**REFERENCE["properties"], "kind": {"$ref": "#/components/schemas/LinkTargetKind"}}
        target = {
            **REFERENCE,
            "properties": properties | {"slug": {"type": ["string", "null"], "pattern": SLUG}},
            "required": ["kind"],
            # A delegation has no slug: it is read with none, beside its id.
            "anyOf": [{"required": ["id"]}, {"required": ["slug"], "properties": {"slug": {"type": "string"}}}],
        }
        return {"anyOf": [text, auto_schema._component("LinkTargetDraft", lambda: target)]}
    if key.kind == Kind.REFERENCE:
        of_key = auto_schema._component("ReferenceDraft", lambda: REFERENCE)
    else:
        of_key = auto_schema._component("PartReferenceDraft", lambda: PART_REFERENCE)
    return {"anyOf": [text, of_key, *([{"type": "null"}] if key.field.null else [])]}
