"""Bodies of requests to the desk: JSON read strictly, and held against the shape that reading gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.utils.encoders import JSONEncoder

from negotiations.api.desk.naming import Mention, mention_of
from negotiations.api.problems import Declined, Fault, fault, printable
from negotiations.api.records import ReadSerializer
from negotiations.api.references import ROOT
from negotiations.exchange.entering import Unfit, shown_parts
from negotiations.exchange.reading import Address, Problem, sentence, spelled
from negotiations.exchange.shape import PAIRS, Shape, shape_of

MOST_BYTES = 2_000_000
MOST_FAULTS = 100
# What the desk adds to a record; whoever sends it back may leave it there.
AROUND = {"meta": {"url", "warnings"}, "desk": {"version", "stage", "updated_at"}}
NOTHING: tuple[Any, ...] = (None, "", [], {})


class StrictJSONParser(BaseParser):
    """JSON as its standard has it: UTF-8, no key twice, no numbers that are none, no halves of characters."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            raise Declined(too_large, f"A body has at most {MOST_BYTES:,} bytes; divide it.", kind="body-too-large")
        try:
            tree = json.loads(content.decode(), object_pairs_hook=_once_each, parse_constant=_refuse, parse_int=_whole)
            json.dumps(tree, ensure_ascii=False).encode()
            if faults := [
                fault(spelled(at), "invalid", "NUL is a control character, which no text may contain.")
                for at in _nuls(tree, ())
            ]:
                raise bad_body(faults)
        except RecursionError:
            raise bad_body([fault("", "too_deep", "The body is nested too deeply.")]) from None
        except UnicodeError:
            raise bad_body([fault("", "not_utf8", "The body is no UTF-8, or holds half of a character.")]) from None
        except ValueError as error:
            raise bad_body([fault("", "not_json", f"The body is no JSON: {printable(str(error))}.")]) from None
        return tree


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1) if len(names) < 1000 else "one of many"
        raise ValueError(f"the key {printable(twice)!r} stands twice in an object")
    return found


def _nuls(node: Any, at: Address) -> Iterator[Address]:
    """Where a NUL stands, which PostgreSQL has no text for; of a key, the place of its object."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from (at,) if "\0" in name else _nuls(value, (*at, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nuls(value, (*at, index))
    elif isinstance(node, str) and "\0" in node:
        yield at


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _whole(text: str) -> int:
    if len(text) > 20:
        raise ValueError("a number of more than 20 digits")
    return int(text)


def bad_body(faults: Iterable[Fault]) -> Declined:
    """The refusal of a body, with each fault at its place, in the order of its rows, the first hundred at most."""
    found = sorted(faults, key=_row_of)
    more = f" {len(found) - MOST_FAULTS} more are not listed." if len(found) > MOST_FAULTS else ""
    told = " ".join(each["detail"] for each in found[:3])
    return Declined(HTTPStatus.BAD_REQUEST, told + more, kind="bad-body", faults=found[:MOST_FAULTS])


def _row_of(found: Fault) -> int:
    """The place of the row in a body that is a list; faults of the body as a whole come before all rows."""
    row = re.match(r"\[([0-9]+)\]", found["parameter"])
    return int(row[1]) if row else -1


def faults_of(unfit: Unfit) -> list[Fault]:
    """What is wrong with rows that do not fit, each fault with its place in the body."""
    return [_fault_of(problem) for problem in unfit.document.problems]


def _fault_of(problem: Problem) -> Fault:
    return fault(problem.path, problem.code, sentence(problem.message))


def object_in(body: Any, at: Address = ()) -> dict[str, Any]:
    """`body` if it is an object; refused else."""
    if not isinstance(body, dict):
        raise bad_body([fault(spelled(at), "invalid", "A JSON object is expected.")])
    return body


@dataclass
class Judged:
    """What was found in a body besides what can be written: faults, and references that say more than need be."""

    faults: list[Fault] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def only_stated(
    serializer: type[ReadSerializer], stated: dict[str, Any], shown: Any, at: Address, judged: Judged
) -> dict[str, Any]:
    """What of a record in the shape of `serializer` can be written; `judged` takes what else it says.

    `shown` is the record as it is read now, None for a new one. What is found out by the tracker may be sent back as it
    was read; said otherwise it is refused, for it would be lost.
    """
    kept = {name: value for name, value in stated.items() if name not in AROUND}
    judged.faults += (each for name in AROUND if name in stated for each in _around(name, stated[name], shown, at))
    return _of_level(serializer, kept, _plain(shown) or {}, at, judged)


def _around(name: str, value: Any, shown: Any, at: Address) -> Iterator[Fault]:
    """The faults in what the desk adds to a record, sent back; its version must be the one that is there."""
    place = spelled((*at, name))
    if shown is None or not isinstance(value, dict) or not set(value) <= AROUND[name]:
        yield fault(place, "read_only", f"{name} is what the desk says of a record that it has: leave it out.")
    elif name == "desk" and value.get("version", shown[name]["version"]) != shown[name]["version"]:
        detail = f"The version is {shown[name]['version']} now: leave desk out, and say in If-Match what you have seen."
        yield fault(f"{place}.version", "read_only", detail)


def _of_level(
    serializer: type[ReadSerializer],
    stated: dict[str, Any],
    shown: dict[str, Any],
    at: Address,
    judged: Judged,
    owner: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """As `only_stated`, of a record or a part; `owner` is the record as it is read now, to which a part belongs."""
    model: Any = serializer.Meta.model
    shape, level = shape_of(model), serializer.level()
    parts = shown_parts(shape)
    kept: dict[str, Any] = {}
    for name, value in stated.items():
        place = spelled((*at, name))
        if len(judged.faults) > MOST_FAULTS:
            break
        if name not in level.fields:
            detail = f"A {shape.name} has no {printable(name)!r}."
            judged.faults.append(fault(place, "unknown_key", detail, level.fields, name))
        elif name in parts and parts[name].model not in PAIRS and isinstance(value, list):
            kept[name] = _of_rows(level.parts[name](), value, shown, name, at, judged)
        elif name == "id" or name in shape.keys or name in parts:
            kept[name] = value
            if not _is_as_read(value, shown.get(name)):
                judged.mentions += _mentions(serializer, shape, name, value, (*at, name))
        elif not _is_as_read(value, shown.get(name)) and not _is_owner(shape, name, value, owner):
            detail = f"{name} cannot be written: it follows from what else is here. Leave it out."
            judged.faults.append(fault(place, "read_only", detail))
    return kept


def _of_rows(
    serializer: type[ReadSerializer], stated: list[Any], shown: dict[str, Any], name: str, at: Address, judged: Judged
) -> list[Any]:
    read = {row["id"]: row for row in shown.get(name) or () if isinstance(row, dict) and "id" in row}
    return [
        _of_level(serializer, row, _of_id(read, row.get("id")), (*at, name, index), judged, shown)
        if isinstance(row, dict)
        else row
        for index, row in enumerate(stated)
    ]


def _of_id(read: dict[str, dict[str, Any]], id: Any) -> dict[str, Any]:
    return read.get(id, {}) if isinstance(id, str) else {}


def _is_as_read(value: Any, read: Any) -> bool:
    """Whether `value` is sent back as it was read, if that was said at all; of a reference some keys may be missing.

    An address may be that at another host, or at the public door. Nothing, said in whichever way, is nothing.
    """
    if isinstance(value, dict) and isinstance(read, dict):
        is_named = value.get("id", read.get("id")) == read.get("id") and value.keys() <= read.keys()
        return is_named and all(
            _address(each) == _address(read[name])
            if name == "url" and isinstance(each, str) and isinstance(read[name], str)
            else _is_as_read(each, read[name])
            for name, each in value.items()
        )
    if isinstance(value, list) and isinstance(read, list) and len(value) == len(read):
        return all(_is_as_read(each, other) for each, other in zip(value, read, strict=True))
    if value in NOTHING:
        return read in NOTHING
    return type(value) is type(read) and bool(value == read)


def _is_owner(shape: Shape, name: str, value: Any, owner: dict[str, Any] | None) -> bool:
    """Whether a new part only says what it belongs to, by the id of that."""
    is_said = name in getattr(shape.model, "PART_OF", ()) and isinstance(value, dict) and "id" in value
    return is_said and bool(owner) and _is_as_read(value, owner)


def _mentions(serializer: type[ReadSerializer], shape: Shape, name: str, value: Any, at: Address) -> Iterator[Mention]:
    """The references in `value` that say more than what leads."""
    parts = shown_parts(shape)
    model: Any = parts[name].model if name in parts else None
    if model in PAIRS:
        key = shape_of(model).keys[PAIRS[model]]
        found = [mention_of(key, each, (*at, index), None) for index, each in enumerate(_list(value))]
    elif name in shape.keys:
        part = serializer.level().parts.get(name)  # an office is shown with what it consists of
        found = [mention_of(shape.keys[name], value, at, part() if part else None)]
    else:
        found = []
    yield from (each for each in found if each)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _address(url: str) -> str:
    return url.partition(ROOT)[2].removeprefix("desk/")


def _plain(shown: Any) -> Any:
    """What a serializer made, as it reads in JSON."""
    return json.loads(json.dumps(shown, cls=JSONEncoder)) if shown is not None else None


def asked(serializer: type[serializers.Serializer[Any]], body: Any) -> dict[str, Any]:
    """The validated values of an act's body; refused with every fault, unknown keys with the nearest right one."""
    stated = object_in({} if body is None else body)
    bound = serializer(data=stated)
    if faults := list(islice(_misshapen(bound, stated, ""), MOST_FAULTS + 1)):
        raise bad_body(faults)
    if not bound.is_valid():
        raise bad_body(_faults_in(bound.errors, ""))
    found: dict[str, Any] = bound.validated_data
    return found


# REST framework reads "yes" as true, 5 as a text and "5" as a number; JSON can say what is meant.
TYPES: tuple[tuple[Any, type, str], ...] = (
    (serializers.BooleanField, bool, "true or false"),
    (serializers.IntegerField, int, "a whole number"),
    (serializers.CharField, str, "a text"),
    (serializers.ChoiceField, str, "a text"),
    (serializers.UUIDField, str, "a text"),
)


def _misshapen(shape: Any, stated: dict[str, Any], at: str) -> Iterator[Fault]:
    """Unknown keys, with the nearest right one, and values of another type than theirs, in what `stated` holds."""
    for name, value in stated.items():
        place, field = f"{at}{name}", shape.fields.get(name)
        if field is None:
            yield fault(place, "unknown_key", f"There is no {printable(name)!r} here.", shape.fields, name)
        elif isinstance(field, serializers.ListSerializer):
            for index, each in enumerate(value if isinstance(value, list) else ()):
                if isinstance(each, dict):
                    yield from _misshapen(field.child, each, f"{place}[{index}].")
        else:
            of_type, says = next((of_type, says) for kind, of_type, says in TYPES if isinstance(field, kind))
            is_null = value is None and field.allow_null
            if not is_null and (type(value) is not of_type) and not _is_integer(value, of_type):
                yield fault(place, "invalid", f"{place}: {says} is expected.")


def _is_integer(value: Any, of_type: type) -> bool:
    """JSON has one kind of number: 3.0 is 3."""
    return of_type is int and isinstance(value, float) and value.is_integer()


def _faults_in(errors: Any, at: str) -> Iterator[Fault]:
    if isinstance(errors, dict):
        for name, deeper in errors.items():
            step = f"[{name}]" if isinstance(name, int) else f".{name}" if at else str(name)
            yield from _faults_in(deeper, at if name == "non_field_errors" else f"{at}{step}")
    elif errors and isinstance(errors[0], dict):
        for index, deeper in enumerate(errors):
            yield from _faults_in(deeper, f"{at}[{index}]")
    else:
        for message in errors:
            yield fault(at, str(getattr(message, "code", "invalid")), f"{at}: {message}" if at else str(message))
