"""Document statements: a read serializer, in one shape, compiled once into SQL by which PostgreSQL writes the answer.

The serializer stays the only definition. Each field says what it shows as an expression over the row of its serializer:
fields of our own in `in_sql`, beside the `to_representation` it must agree with, those of REST framework in `AS_SHOWN`.
Django's own compiler makes SQL of it, with joins and orders; kept is the text, which PostgreSQL prepares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Func, OuterRef, Subquery, TextField, Value
from django.db.models.expressions import RawSQL
from psycopg.sql import quote
from rest_framework import serializers

from negotiations.api.asked_values import address_id
from negotiations.ledger.window import window_connection

if TYPE_CHECKING:
    from negotiations.api.records import ReadSerializer
    from negotiations.api.references import Root
    from negotiations.api.shaping import Shape

SLOT = re.compile(r"\{(\w+)\}")
MOST_STATEMENTS = 100  # as many as psycopg keeps prepared for a connection
Field = serializers.Field[Any, Any, Any, Any]
Members = Mapping[str, Any]  # what an object holds, by name, as expressions


class NotCompiled(TypeError):
    """A field shows something of which the compiler knows no SQL."""


class Given(str):
    """The name of something that a statement is given each time it is run, unlike the constants in it."""


def given(name: str, kind: str) -> RawSQL:
    return RawSQL(f"%s::{kind}", [Given(name)])


ROOT_URL, AS_OF = given("root", "text"), given("as_of", "text")  # where addresses begin, and what they end with


class Template(Func):
    """SQL with `{slots}`, each filled by an expression."""

    output_field = TextField()

    def __init__(self, template: str, **slots: Any) -> None:
        self.slots = tuple(slots)
        super().__init__(*slots.values(), template=template)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        filled = dict(zip(self.slots, map(compiler.compile, self.get_source_expressions()), strict=True))
        pieces = SLOT.split(self.extra["template"])  # what stands between slots, and their names in turn
        written = [filled[piece] if is_slot % 2 else (piece, ()) for is_slot, piece in enumerate(pieces)]
        return "".join(sql for sql, _ in written), [each for _, given in written for each in given]


class Document(Subquery):
    """The row of a queryset as a JSON object of `members`, null where there is none; or all its rows as a list."""

    def __init__(self, queryset: models.QuerySet[Any], members: Members, *, many: bool = False) -> None:
        rows = queryset.values(**_numbered(members or {"": Value(1)}))
        written = f"SELECT {_object(members)} FROM (%(subquery)s) {_named(members)}"
        super().__init__(rows, TextField(), template=f"array_to_json(ARRAY({written}))" if many else f"({written})")


def _numbered(members: Members) -> dict[str, Any]:
    """`members` under names that no column has, since Django lets none be hidden."""
    return {f"member_{number}": expression for number, expression in enumerate(members.values())}


def _named(members: Members) -> str:
    names = ", ".join(f'"{name}"' for name in members)
    return f"object({names})" if members else "object"


def _object(members: Members) -> str:
    return "row_to_json(object)" if members else "'{}'::json"


def members_of(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """What each field of `serializer` shows, as expressions over a row of its model."""
    return {str(name): in_sql(field) for name, field in serializer.fields.items()}


def in_sql(field: Field) -> Any:
    """What `field` shows, as an expression.

    Known is only the very class that says how it is shown: of one that says it anew, nothing is taken for granted.
    """
    says = next(each for each in type(field).__mro__ if {"to_representation", "in_sql"} & vars(each).keys())
    if "in_sql" in vars(says):
        return field.in_sql()  # type: ignore[attr-defined]  # which is looked for here
    if says in AS_SHOWN:
        return AS_SHOWN[says](field)
    raise NotCompiled(f"{says.__name__} shows {field.field_name!r}: give it `in_sql`, or say it in AS_SHOWN.")


def _column(field: Any) -> Any:
    return F(str(field.source))


def _read(field: Any) -> Any:
    """What is no field of the model: the label, of which the model knows the SQL."""
    if field.source != "label":
        raise NotCompiled(f"{field.source!r} is not a column of {field.parent.Meta.model.__name__}.")
    return field.parent.Meta.model.LABEL


def _several(field: Any) -> Any:
    """The items of a column that holds several, which must be such as are shown as they are."""
    if type(field.child) not in (serializers.CharField, serializers.ChoiceField):
        raise NotCompiled(f"{field.field_name!r} holds items that are not plain texts.")
    return _column(field)


def key_of(field: Any) -> Any:
    """The foreign key by which the rows of `field` point at this one."""
    return field.parent.Meta.model._meta.get_field(field.source).field


def parts_of(field: Any) -> models.QuerySet[Any]:
    """The rows of another table that point at this one, in the order of their model, less that of this one."""
    key = key_of(field)
    order = [each for each in key.model._meta.ordering if each != key.name]
    rows: models.QuerySet[Any] = key.model._default_manager.filter(**{key.name: OuterRef("pk")}).order_by(*order)
    return rows


def listed(rows: models.QuerySet[Any], item: Any) -> Subquery:
    """`item` of each of `rows`, as a list."""
    return Subquery(rows.values(item=item), TextField(), template="array_to_json(ARRAY(%(subquery)s))")


# To the second, or to the microsecond where there are any.
MOMENT = """regexp_replace(to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '[.]0+Z', 'Z')"""
# By the class of REST framework that says how a field is shown.
AS_SHOWN: dict[type, Callable[[Any], Any]] = {
    serializers.BigIntegerField: _column,
    serializers.BooleanField: _column,
    serializers.CharField: _column,
    serializers.ChoiceField: _column,
    serializers.DateField: _column,
    serializers.DateTimeField: lambda field: Template(MOMENT, moment=_column(field)),
    serializers.DecimalField: lambda field: Template("{number}::text", number=_column(field)),
    serializers.IntegerField: _column,
    serializers.ListField: _several,
    serializers.ListSerializer: lambda field: Document(parts_of(field), members_of(field.child), many=True),
    serializers.ReadOnlyField: _read,
    serializers.UUIDField: _column,
}


@dataclass(frozen=True)
class Written:
    """A record as PostgreSQL wrote it, with the values of the columns that were asked for beside it."""

    id: Any
    text: str
    beside: tuple[Any, ...]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Compiled:
    """What a serializer shows in a shape; `beside` are paths to columns whose values are wanted too, not shown."""

    serializer: type[ReadSerializer]
    shape: Shape
    beside: tuple[str, ...] = ()

    def of(self, ids: Iterable[Any], root: Root) -> dict[Any, Written]:
        """The records with these ids, those of them that there are; one query inside the window."""
        return {found.id: found for found in self._read("ids", list(ids), root)}

    def at(self, address: str, root: Root) -> Written | None:
        """The record whose id, or slug, is `address`; one query inside the window."""
        id = address_id(address)
        return next(self._read("slug", address, root) if id is None else self._read("id", id, root), None)

    def _read(self, by: str, asked: Any, root: Root) -> Iterator[Written]:
        parameters = {"asked": asked, "root": root.url, "as_of": root.address("").removeprefix(root.url)}
        with window_connection().cursor() as cursor:
            cursor.execute(_statement(self, by), parameters)
            return (Written(id, text, tuple(beside)) for id, text, *beside in cursor.fetchall())


def _rows(model: type[models.Model], by: str) -> models.QuerySet[Any]:
    """The rows that a statement is about. One is found as `addressed` finds it, in the order of an index."""
    rows = model._default_manager.all()
    if by == "ids":
        return rows.filter(pk__among=Given("asked")).order_by()
    asked = given("asked", "uuid" if by == "id" else "text")
    return rows.filter(**{f"{by}__just": asked}).order_by(by)[:1]


@lru_cache(maxsize=MOST_STATEMENTS)
def _statement(compiled: Compiled, by: str) -> str:
    """The SQL of `compiled` for rows found by `ids`, `id` or `slug`, with places for what is given."""
    members = members_of(compiled.serializer(shape=compiled.shape))
    beside = {f"beside_{number}": F(path) for number, path in enumerate(("pk", *compiled.beside))}
    rows = _rows(compiled.serializer.Meta.model, by).values(**_numbered(members), **beside)
    sql, values = rows.query.get_compiler(using=rows.db).as_sql()
    places = (f"%({each})s" if isinstance(each, Given) else quote(each).replace("%", "%%") for each in values)
    filled = sql % tuple(places)
    id, *others = (f"found.{name}" for name in beside)
    shown = ", ".join(f"found.{name}" for name in _numbered(members))
    text = f"(SELECT {_object(members)} FROM (SELECT {shown}) {_named(members)})::text"
    return f"SELECT {', '.join((id, text, *others))} FROM ({filled}) found"
