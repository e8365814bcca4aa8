"""What the tracker holds of the things that dossiers name: read once, then kept up to date while files are planned.

Reading costs one query for each kind of record that is named or referred to, and one for each kind of part that these
can have. Nothing is written here.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from negotiations.exchange.reading import Document
from negotiations.exchange.rows import Dossier, Row
from negotiations.exchange.shape import Kind, Parts, Shape, sections, shape_of
from negotiations.exchange.values import nearest, with_article
from negotiations.models import Actor
from negotiations.models.records import Identified, Record

Model = type[Identified]
Values = dict[str, Any]  # by column
MOST_SUGGESTED = 50  # what is near is looked for among all that there are, which takes its time
Siblings = tuple[Model, str, uuid.UUID]  # kind of part, its column that points at the parent, the parent


class Holdings:
    """Records and parts by id, as they are in the database or will be after the files planned so far."""

    def __init__(self) -> None:
        self.ids: dict[Model, dict[str, uuid.UUID]] = defaultdict(dict)  # records by slug
        self.slugs: dict[uuid.UUID, str] = {}
        self.rows: dict[tuple[Model, uuid.UUID], Values] = {}
        self.parts: dict[Siblings, dict[tuple[Any, ...], uuid.UUID]] = defaultdict(dict)  # by what they are known by
        self.later: dict[tuple[Model, str], Document] = {}  # records of the files that are still to come
        self.unread: set[Model] = set()  # kinds of which a row could not be read, which has been told
        self.known: dict[Model, set[str]] = {}  # every slug of a kind of which one was not found
        self.suggested = 0
        self.held: dict[Siblings, set[uuid.UUID]] = defaultdict(set)  # parts that the database has

    @classmethod
    def of(cls, dossiers: Iterable[Dossier]) -> Holdings:
        """What the database holds of everything that `dossiers` name or refer to."""
        holdings = cls()
        slugs: dict[Model, set[str]] = defaultdict(set)
        ids: dict[Model, set[uuid.UUID]] = defaultdict(set)
        for dossier in dossiers:
            for row in dossier.rows():
                for model, slug in _slugs_in(row):
                    slugs[model].add(slug)
                for kind, id in _ids_in(row):
                    ids[kind].add(id)
        for model in sections().values():
            if slugs[model] or ids[model]:
                holdings._read(model, Q(slug__in=slugs[model]) | Q(pk__in=ids[model]))
        for part in ids.keys() - set(sections().values()):
            holdings._read_alone(part, ids[part])
        return holdings

    def _read_alone(self, model: Model, ids: set[uuid.UUID]) -> None:
        """Read the parts that are referred to by their ids, whatever they are parts of."""
        columns = [*shape_of(model).columns, *(f"{name}_id" for name in model.PART_OF)]  # type: ignore[attr-defined]
        for row in model._default_manager.filter(pk__in=ids).values("id", *columns):
            self.rows.setdefault((model, row["id"]), row)

    def _read(self, model: Model, condition: Q) -> None:
        """Read the records that meet `condition`, with all their parts."""
        shape = shape_of(model)
        found = list(model._default_manager.filter(condition).values("id", "version", *shape.columns))
        for row in found:
            self.add_record(model, row)
        self._read_parts(shape, [row["id"] for row in found])

    def _read_parts(self, shape: Shape, parents: list[uuid.UUID]) -> None:
        for parts in shape.parts.values() if parents else ():
            part = shape_of(parts.model)
            of_these = parts.model._default_manager.filter(**{f"{parts.parent}__in": parents})
            found = list(of_these.values("id", parts.parent, *part.columns))
            for row in found:
                self.add_part(parts, row[parts.parent], row)
                self.held[parts.model, parts.parent, row[parts.parent]].add(row["id"])
            self._read_parts(part, [row["id"] for row in found])

    def add_record(self, model: Model, values: Values) -> None:
        """Take in a record, read or planned."""
        self.rows[model, values["id"]] = values
        self.ids[model][values["slug"]] = values["id"]
        self.slugs[values["id"]] = values["slug"]

    def add_part(self, parts: Parts, parent: uuid.UUID, values: Values) -> None:
        """Take in a part, read or planned."""
        self.rows[parts.model, values["id"]] = values
        known = shape_of(parts.model).known(values)
        self.parts[parts.model, parts.parent, parent].setdefault(known, values["id"])

    def change_part(self, parts: Parts, parent: uuid.UUID, values: Values, differing: Values) -> None:
        """Change a part that was taken in, and by what it is known."""
        siblings = self.parts[parts.model, parts.parent, parent]
        for known in [known for known, id in siblings.items() if id == values["id"]] if differing else ():
            del siblings[known]
        values.update(differing)
        if differing:
            self.add_part(parts, parent, values)

    def under(self, model: Model, id: uuid.UUID) -> Iterator[tuple[Model, uuid.UUID]]:
        """The parts that the database has of a row, and theirs."""
        for parts in shape_of(model).parts.values():
            for part in self.held[parts.model, parts.parent, id]:
                yield parts.model, part
                yield from self.under(parts.model, part)

    def siblings(self, model: Model, column: str, parent: uuid.UUID) -> list[Values]:
        """The parts of one kind that `parent` has."""
        return [self.rows[model, id] for id in self.parts[model, column, parent].values()]

    def why_not(self, model: Model, slug: str, document: Document) -> str:
        """A sentence on why nothing of this kind has the slug, with the nearest that there is. Costs a query a kind."""
        name = model._meta.verbose_name
        if (model, slug) in self.later and (later := self.later[model, slug]) is not document:
            return f'the {name} "{slug}" comes only in {later.path.name}, a later file; load that first'
        for other, ids in self.ids.items():
            if slug in ids and other is not model:
                return f'"{slug}" is {with_article(other._meta.verbose_name)}, not {with_article(name)}'
        return f'no {name} has the slug "{slug}"{self._near(model, slug)}'

    def _near(self, model: Model, slug: str) -> str:
        self.suggested += 1
        if self.suggested > MOST_SUGGESTED:
            return ""
        if model not in self.known:
            self.known[model] = set(model._default_manager.values_list("slug", flat=True))  # type: ignore[misc]
        return nearest(slug[:200], {*self.ids[model], *self.known[model]})


def target_of(row: Row, text: str) -> tuple[str, str]:
    """The kind and the slug in `actor vladimir-putin`; ValueError with the kinds when it is not like that."""
    kind, _, slug = text.partition(" ")
    targets = next(key.targets for key in row.shape.keys.values() if key.kind == Kind.TARGET)
    if kind not in targets or not slug:
        raise ValueError(
            f'"{text}" is not a kind and a slug, such as: actor vladimir-putin (the kinds: {", ".join(targets)})'
        )
    return kind, slug


def _ids_in(row: Row) -> Iterator[tuple[Model, uuid.UUID]]:
    """Each row that a row is, or refers to, by its id."""
    if row.shape.is_record and row.stated_id:
        yield row.shape.model, row.stated_id
    for key, found in row.references():
        if isinstance(found, tuple):
            yield key.targets[found[0]][1], found[1]
        elif isinstance(found, uuid.UUID):
            yield key.to, found  # type: ignore[misc]  # a reference always says to what


def _slugs_in(row: Row) -> Iterator[tuple[type[Record], str]]:
    """Each record that a row names or refers to, as kind and slug."""
    records = {model: model for model in sections().values()}
    if row.shape.is_record and isinstance(row.given.get("slug"), str):
        yield records[row.shape.model], row.given["slug"]  # type: ignore[index]
    for key, text in row.references():
        if not isinstance(text, str):
            continue
        if key.kind == Kind.REFERENCE:
            yield records[key.to], text  # type: ignore[index]  # a reference always says to what
        elif key.kind == Kind.SIBLING:
            yield Actor, text
        elif key.kind == Kind.AFFILIATION:
            yield Actor, text.rpartition("(")[2].removesuffix(")")
        else:
            yield from _slugs_in_target(row, key.targets, text)


def _slugs_in_target(row: Row, targets: Any, text: str) -> Iterator[tuple[type[Record], str]]:
    try:
        kind, slug = target_of(row, text)
    except ValueError:
        return  # told when the row is resolved
    model = targets[kind][1]
    if issubclass(model, Record):
        yield model, slug
        return
    whole, _, party = slug.partition("/")
    for name in model.PART_OF:
        yield model._meta.get_field(name).related_model, whole
    yield Actor, party
