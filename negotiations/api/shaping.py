"""`fields`, `omit`, `include`: which branches of a resource's tree an answer holds.

The tree is the serializers' own: a level is a serializer, its branches are fields, parts, references and what it
`brings` on request. So there is one allow-list, and what is asked drives what is fetched (`ReadSerializer.loaded`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter

from negotiations.api.asked_values import given_again
from negotiations.api.problems import BadParameters, Fault, fault, printable

if TYPE_CHECKING:
    from negotiations.api.records import ReadSerializer

MOST_LEVELS = 3  # of records within records: include=positions.basis.speaker
MOST_PATHS = 50
MOST_DOTS = 8  # more than any tree has
FIELDS, OMIT, INCLUDE = "fields", "omit", "include"
PARAMETERS = (FIELDS, OMIT, INCLUDE)
Paths = dict[str, Any]  # dotted paths as a tree of their words
Behind = Callable[[], "type[ReadSerializer]"]  # asked late: serializers lead to each other in circles


@dataclass(frozen=True)
class Shape:
    """What is asked of one level: only these `fields` (None: all), less `omit`, with `include`; and of those below."""

    fields: frozenset[str] | None = None
    omit: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()
    below: tuple[tuple[str, Shape], ...] = field(default=())

    def at(self, name: str) -> Shape:
        """What is asked of the level behind the branch `name`."""
        return dict(self.below).get(name, WHOLE)

    def holds(self, name: str) -> bool:
        """Whether an answer of this shape has the field `name`, by default or included."""
        return (self.fields is None or name in self.fields or name in self.include) and name not in self.omit

    def widened(self) -> Shape:
        """The same with nothing left out."""
        below = tuple((name, shape.widened()) for name, shape in self.below)
        return Shape(include=self.include, below=tuple(pair for pair in below if pair[1] != WHOLE))


WHOLE = Shape()


@dataclass(frozen=True)
class Level:
    """What a serializer's answer is made of: its fields, and which of them, or beside them, lead to another level."""

    fields: tuple[str, ...]
    parts: Mapping[str, Behind]  # rows of their own table that come with the record
    references: Mapping[str, Behind]  # other records, which `include` opens
    brings: Mapping[str, Behind]  # records that point at this one, which `include` adds

    def brought(self) -> dict[str, Behind]:
        return {**self.references, **self.brings}


def shape_asked_for(parameters: Mapping[str, str], serializer: type[ReadSerializer]) -> Shape:
    """The shape that `fields`, `omit` and `include` ask of `serializer`'s tree; BadParameters names each wrong path."""
    paths = {name: parameters[name].split(",") if name in parameters else [] for name in PARAMETERS}
    faults = list(_too_much(paths))
    fields, omit = _tree(paths[FIELDS], is_choice=True), _tree(paths[OMIT], is_choice=True)
    include = _tree(paths[INCLUDE], is_choice=False)
    faults = faults or list(_faults(serializer, fields, omit, include, ""))
    if faults:
        raise BadParameters(faults)
    return _shape(fields if FIELDS in parameters else None, omit, include)


def _too_much(paths: Mapping[str, list[str]]) -> Iterator[Fault]:
    for name, found in paths.items():
        if len(found) > MOST_PATHS:
            detail = f"{name}: at most {MOST_PATHS} names may be given at once; these are {len(found)}."
            yield fault(name, "too_many", detail)
        elif (again := given_again(found)) is not None:
            yield fault(name, "repeated", f"{name}: {printable(again, 200)!r} is given more than once; name it once.")
        for path in found:
            if path.count(".") >= (MOST_LEVELS if name == INCLUDE else MOST_DOTS):
                most = MOST_LEVELS if name == INCLUDE else MOST_DOTS
                yield fault(name, "too_deep", f"{name}: {printable(path, 200)!r} goes deeper than {most} names.")


def _tree(paths: Iterable[str], *, is_choice: bool) -> Paths:
    """`a.b,a.c,d` as a tree. Of a choice the shorter path says it all: `a,a.b` is `a`."""
    tree: Paths = {}
    for path in sorted(paths, key=len):
        node, is_chosen = tree, False
        *before, last = path.split(".")
        for name in before:
            is_chosen = is_chosen or (is_choice and name in node and not node[name])
            node = {} if is_chosen else node.setdefault(name, {})
        node.setdefault(last, {})
    return tree


def _shape(fields: Paths | None, omit: Paths, include: Paths) -> Shape:
    names = {*(fields or {}), *omit, *include}
    below = {
        name: _shape((fields or {}).get(name) or None, omit.get(name, {}), include.get(name, {})) for name in names
    }
    return Shape(
        fields=None if fields is None else frozenset(fields),
        omit=frozenset(name for name, deeper in omit.items() if not deeper),
        include=frozenset(include),
        below=tuple(sorted((name, shape) for name, shape in below.items() if shape != WHOLE)),
    )


def _faults(
    serializer: type[ReadSerializer], fields: Paths, omit: Paths, include: Paths, prefix: str
) -> Iterator[Fault]:
    """What is wrong with the names of one level, whose own name is `prefix`, and of those behind it."""
    level = serializer.level()
    for name in include:
        yield from _faults_of_inclusion(level, name, include[name], omit, prefix)
    behind = {**level.parts, **{name: found for name, found in level.brought().items() if name in include}}
    for parameter, tree in ((FIELDS, fields), (OMIT, omit)):
        allowed = {*level.fields, *(name for name in include if name in level.brings)}
        for name, deeper in tree.items():
            if name not in allowed:
                how = f"; include={prefix}{name} brings it" if name in level.brings else ""
                yield _unknown(parameter, f"{prefix}{name}", how, [f"{prefix}{each}" for each in sorted(allowed)])
            elif deeper and name not in behind:
                how = f"; include={prefix}{name} opens it" if name in level.references else ""
                deepest = f"{prefix}{name}.{next(iter(deeper))}"
                yield _unknown(parameter, deepest, how, [f"{prefix}{name}"])
    for name, deeper_serializer in behind.items():
        chosen, left_out, brought = (tree.get(name, {}) for tree in (fields, omit, include))
        if chosen or left_out or brought:
            yield from _faults(deeper_serializer(), chosen, left_out, brought, f"{prefix}{name}.")


def _faults_of_inclusion(level: Level, name: str, deeper: Paths, omit: Paths, prefix: str) -> Iterator[Fault]:
    shown = f"{prefix}{name}"
    if name in level.parts and not deeper:
        further = [f"{shown}.{each}" for each in sorted(level.parts[name]().level().brought())]
        detail = f"include: {shown} is in every answer by itself; name what is to come with it."
        yield fault(INCLUDE, "needless", detail, further)
    elif name not in level.parts and name not in level.brought():
        allowed = [f"{prefix}{each}" for each in sorted({*level.brought(), *level.parts})]
        yield _unknown(INCLUDE, shown, "", allowed)
    if name in omit and not omit[name]:
        yield fault(INCLUDE, "contradiction", f"include and omit both name {shown}; take it out of one.")


def _unknown(parameter: str, path: str, remedy: str, allowed: list[str]) -> Fault:
    shown = printable(path, 200)
    return fault(parameter, "not_allowed", f"{parameter}: there is no {shown!r} here{remedy}.", allowed, path)


def _first_behind(level: Level) -> list[str]:
    """Of each part the first that can be included in it."""
    brought = {name: next(iter(part().level().brought()), None) for name, part in level.parts.items()}
    return [f"{name}.{first}" for name, first in brought.items() if first]


def _pattern(parameter: str, names: list[str]) -> str:
    most = (MOST_LEVELS if parameter == INCLUDE else MOST_DOTS) - 1
    return rf"^({'|'.join(names)})(\.[a-z_]+){{0,{most}}}$"


def parameters_of(serializer: type[ReadSerializer]) -> list[OpenApiParameter]:
    """The three parameters as OpenAPI describes them: with the names of the first level, behind which others may stand.

    What those are depends on `include`, and circles have no end that a schema could name; a wrong one is refused.
    """
    level = serializer.level()
    first_names = {*level.fields, *level.parts, *level.brought()}
    names = {
        FIELDS: ([*level.fields], "Only these fields; dots lead into parts: `id,title,delegations.party`."),
        OMIT: ([*level.fields], "All but these fields; dots lead into parts."),
        INCLUDE: (
            [*level.brought(), *_first_behind(level)],
            "Whole records in place of references, and what points here; dots lead on, at most three names:"
            " `positions,citations.source`.",
        ),
    }
    return [
        OpenApiParameter(
            name,
            {
                "type": "array",
                "items": {"type": "string", "pattern": _pattern(name, sorted(first_names)), "examples": first},
                "maxItems": MOST_PATHS,
                "minItems": 1,
                "uniqueItems": True,
            },
            OpenApiParameter.QUERY,
            description=says,
            style="form",
            explode=False,
        )
        for name, (first, says) in names.items()
        if first
    ]
