"""Bodies of requests to the desk: JSON read strictly, and held against the shape that reading gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.utils.encoders import JSONEncoder

from negotiations.api.problems import Declined, Fault, fault, printable
from negotiations.api.records import ReadSerializer
from negotiations.api.references import ROOT
from negotiations.exchange.entering import Unfit, shown_parts
from negotiations.exchange.reading import Address, Problem, sentence, spelled
from negotiations.exchange.shape import PAIRS, Shape, shape_of

MOST_BYTES = 2_000_000
MOST_FAULTS = 100
# What the desk adds to a record; whoever sends it back may leave it there.
AROUND = ("meta", "desk")
NAMING = ("label", "url")  # follow from the rest, or from the host asked


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
    """The refusal of a body, with each fault at its place, the first hundred at most."""
    found = list(faults)
    more = f" {len(found) - MOST_FAULTS} more are not listed." if len(found) > MOST_FAULTS else ""
    told = " ".join(each["detail"] for each in found[:3])
    return Declined(HTTPStatus.BAD_REQUEST, told + more, kind="bad-body", faults=found[:MOST_FAULTS])


def faults_of(unfit: Unfit) -> list[Fault]:
    """What is wrong with rows that do not fit, each fault with its place in the body."""
    return [_fault_of(problem) for problem in unfit.document.problems]


def _fault_of(problem: Problem) -> Fault:
    return fault(problem.path, "invalid", sentence(problem.message))


def object_in(body: Any, at: Address = ()) -> dict[str, Any]:
    """`body` if it is an object; refused else."""
    if not isinstance(body, dict):
        raise bad_body([fault(spelled(at), "invalid", "A JSON object is expected.")])
    return body


def only_stated(
    serializer: type[ReadSerializer], stated: dict[str, Any], shown: Any, at: Address
) -> tuple[dict[str, Any], list[Fault]]:
    """What of a record in the shape of `serializer` can be written, and the faults in what it says besides.

    `shown` is the record as it is read now, None for a new one. What is found out by the tracker may be sent back as it
    was read; said otherwise it is refused, for it would be lost.
    """
    faults: list[Fault] = []
    kept = {name: value for name, value in stated.items() if name not in AROUND}
    return _of_level(serializer, kept, _plain(shown) or {}, at, faults), faults


def _of_level(
    serializer: type[ReadSerializer], stated: dict[str, Any], shown: dict[str, Any], at: Address, faults: list[Fault]
) -> dict[str, Any]:
    model: Any = serializer.Meta.model
    shape, level = shape_of(model), serializer.level()
    parts = shown_parts(shape)
    kept: dict[str, Any] = {}
    for name, value in stated.items():
        place = spelled((*at, name))
        if len(faults) > MOST_FAULTS:
            break
        if name not in level.fields:
            detail = f"A {shape.name} has no {printable(name)!r}."
            faults.append(fault(place, "unknown_key", detail, level.fields, name))
        elif name in parts and parts[name].model not in PAIRS and isinstance(value, list):
            kept[name] = _of_rows(level.parts[name](), value, shown.get(name), (*at, name), faults)
        elif name == "id" or name in shape.keys or name in parts:
            kept[name] = value
            faults += _said_otherwise(value, shown.get(name), (*at, name))
        elif not _is_as_read(name, value, shown) and not _is_owner(shape, name, value, shown):
            detail = f"{name} cannot be written: it follows from what else is here. Leave it out."
            faults.append(fault(place, "read_only", detail))
    return kept


def _of_rows(
    serializer: type[ReadSerializer], stated: list[Any], shown: Any, at: Address, faults: list[Fault]
) -> list[Any]:
    by_id = {row["id"]: row for row in shown or () if isinstance(row, dict) and "id" in row}
    return [
        _of_level(serializer, row, by_id.get(row.get("id"), {}) if _is_key(row.get("id")) else {}, (*at, index), faults)
        if isinstance(row, dict)
        else row
        for index, row in enumerate(stated)
    ]


def _is_as_read(name: str, value: Any, shown: dict[str, Any]) -> bool:
    """Whether `value` is sent back as it was read; an address may be that at another host, or at the public door."""
    read = shown.get(name)
    if name == "url" and isinstance(value, str) and isinstance(read, str):
        return _address(value) == _address(read)
    return bool(_named(value) == _named(read))


def _said_otherwise(value: Any, shown: Any, at: Address) -> Iterator[Fault]:
    """The faults in what references say besides the id, which leads: of the same record it is as it was read."""
    if isinstance(value, list) and isinstance(shown, list):
        read = {row["id"]: row for row in shown if isinstance(row, dict) and "id" in row}
        for index, row in enumerate(value):
            if isinstance(row, dict) and _is_key(row.get("id")):
                yield from _said_otherwise(row, read.get(row["id"]), (*at, index))
    if not (isinstance(value, dict) and isinstance(shown, dict) and "id" in value and value["id"] == shown.get("id")):
        return
    for name, said in value.items():
        is_read = name in shown and (name == "url" or said == shown[name]) and _is_as_read(name, said, shown)
        if not is_read:
            yield fault(spelled((*at, name)), "read_only", "It is another one now: leave all but the id out.")


def _address(url: str) -> str:
    return url.partition(ROOT)[2].removeprefix("desk/")


def _is_key(value: Any) -> bool:
    return isinstance(value, str)


def _is_owner(shape: Shape, name: str, value: Any, shown: dict[str, Any]) -> bool:
    """Whether a new part only says what it belongs to, as its siblings do."""
    return name in getattr(shape.model, "PART_OF", ()) and not shown and isinstance(value, dict)


def _plain(shown: Any) -> Any:
    """What a serializer made, as it reads in JSON."""
    return json.loads(json.dumps(shown, cls=JSONEncoder)) if shown is not None else None


def _named(value: Any) -> Any:
    """A value without what only names other records; nothing, said in whichever way, is nothing."""
    if isinstance(value, dict):
        return {name: _named(each) for name, each in value.items() if name not in (*NAMING, "slug")} or None
    if isinstance(value, list):
        return [_named(each) for each in value] or None
    return value if value != "" else None


def asked(serializer: type[serializers.Serializer[Any]], body: Any) -> dict[str, Any]:
    """The validated values of an act's body; refused with every fault, unknown keys with the nearest right one."""
    stated = object_in({} if body is None else body)
    bound = serializer(data=stated)
    unknown = [
        fault(name, "unknown_key", f"There is no {printable(name)!r} here.", bound.fields, name)
        for name in [name for name in stated if name not in bound.fields][:MOST_FAULTS]
    ]
    valid = bound.is_valid()
    if unknown or not valid:
        raise bad_body([*unknown, *(_faults_in(bound.errors, "") if not valid else ())])
    found: dict[str, Any] = bound.validated_data
    return found


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
