"""Keysets and cursors: total orders over a model's rows, and places in them that a stranger hands back.

Every order is total: the primary key comes last, and rows without a value come after all others (before them, when
going backward). A cursor holds its order and one row's values; it is checked by type before any of it is used.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, OrderBy, Q, Value

from negotiations.api.problems import BadParameters, fault

LONGEST_CURSOR = 4000


@dataclass(frozen=True)
class Key:
    """One column to order by; rows where it is null come last."""

    path: str
    descending: bool = False

    def ordering(self, backward: bool) -> OrderBy:
        if self.descending != backward:
            return F(self.path).desc(**_nulls(first=backward))
        return F(self.path).asc(**_nulls(first=backward))

    def beyond(self, value: Any, backward: bool, *, or_same: bool = False) -> Q:
        """Rows whose value comes after `value`, before it when going `backward`; those without one left aside."""
        operator = ("lt" if self.descending != backward else "gt") + ("e" if or_same else "")
        return Q(**{f"{self.path}__{operator}": value})

    def is_null(self) -> Q:
        return Q(**{f"{self.path}__isnull": True})

    def value(self, row: models.Model) -> Any:
        found: Any = row
        for name in self.path.split("__"):
            found = None if found is None else getattr(found, name)
        return found


def _nulls(first: bool) -> dict[str, bool]:
    return {"nulls_first": True} if first else {"nulls_last": True}


@dataclass(frozen=True)
class Keyset:
    """A total order over a model's rows, under the name it has in `ordering=`."""

    name: str
    keys: tuple[Key, ...]

    @classmethod
    def named(cls, name: str, orders: dict[str, str], primary_key: str) -> Keyset:
        """The order `name` (`-` in front: descending) of those in `orders`; the primary key always comes last."""
        first = Key(orders[name.removeprefix("-")], name.startswith("-"))
        return cls(name, (first,) if first.path == primary_key else (first, Key(primary_key)))

    def arrange(self, queryset: models.QuerySet[Any], backward: bool = False) -> models.QuerySet[Any]:
        return queryset.order_by(*(key.ordering(backward) for key in self.keys))

    def after(self, values: Sequence[Any], backward: bool = False, *, or_same: bool = False) -> list[Q]:
        """Rows after the one that has `values`: conditions whose rows follow one another, and none is in two.

        Each is one stretch of the order, so that an index is entered there; of a single OR it would be read from its
        beginning, which costs more with every page.
        """
        # By primary key, which comes last in every order.
        further = self.keys[-1].beyond(values[-1], backward, or_same=or_same)
        if len(self.keys) == 1:
            return [further]
        key, value = self.keys[0], values[0]
        if value is None:
            near = key.is_null() & further
            return [near, ~key.is_null()] if backward else [near]
        near = key.beyond(value, backward, or_same=True) & (key.beyond(value, backward) | further)
        return [near] if backward else [near, key.is_null()]

    def page(self, queryset: models.QuerySet[Any], cursor: Cursor, most: int) -> tuple[list[Any], bool]:
        """As `ids`, and whether there are rows on the side that `cursor` comes from.

        One query tells both, but at the end of the rows with a value, and where the row of `cursor` is no more.
        """
        if cursor.values is None:
            return self.ids(queryset, cursor, most), False
        beyond, *further = self.after(cursor.values, cursor.backward)
        back, *further_back = self.after(cursor.values, not cursor.backward, or_same=True)
        page = self.arrange(queryset.filter(beyond), cursor.backward).values_list("pk", Value(False))[:most]
        behind = self.arrange(queryset.filter(back), not cursor.backward).values_list("pk", Value(True))[:1]
        found = list(page.union(behind, all=True))
        ids = [id for id, is_behind in found if not is_behind]
        has_rows_behind = len(ids) < len(found)
        ids += self._along(queryset, further, cursor.backward, most - len(ids))
        return ids, has_rows_behind or bool(self._along(queryset, further_back, not cursor.backward, 1))

    def ids(self, queryset: models.QuerySet[Any], cursor: Cursor, most: int) -> list[Any]:
        """The first `most` ids beyond the place that `cursor` names, in this order or against it.

        Ids alone: only so does PostgreSQL read them in order from an index, and skip what is of other revisions without
        a look at its rows (negotiations/ledger/listing.py).
        """
        stretches = [Q()] if cursor.values is None else self.after(cursor.values, cursor.backward)
        return self._along(queryset, stretches, cursor.backward, most)

    def _along(self, queryset: models.QuerySet[Any], stretches: list[Q], backward: bool, most: int) -> list[Any]:
        """The first `most` ids of the stretches, which follow one another."""
        arranged = self.arrange(queryset.prefetch_related(None), backward).values_list("pk", flat=True)
        found: list[Any] = []
        for stretch in stretches:
            if len(found) < most:
                found += arranged.filter(stretch)[: most - len(found)]
        return found

    def values(self, row: models.Model) -> tuple[Any, ...]:
        return tuple(key.value(row) for key in self.keys)


@dataclass(frozen=True)
class Cursor:
    """A place in a list: beyond the row with `values`, or at the near end of it when there are none."""

    backward: bool
    values: tuple[Any, ...] | None


def _write_days(days: Any) -> list[str | None]:
    return [days.lower and days.lower.isoformat(), days.upper and days.upper.isoformat()]


def _read_days(written: Any) -> DateRange:
    lower, upper = (day if day is None else datetime.date.fromisoformat(day) for day in written)
    if lower and upper and lower >= upper:
        raise ValueError("a range of days was expected")
    return DateRange(lower, upper, "[)" if lower else "()")


def _read_text(written: Any) -> str:
    if not isinstance(written, str) or "\x00" in written:
        raise ValueError("a text was expected")
    written.encode()  # a lone surrogate is no text
    return written


def _read_number(written: Any) -> int:
    if type(written) is not int or not -(2**63) <= written < 2**63:
        raise ValueError("a number was expected")
    return written


# For each kind of column, how its values are written into a cursor and read from it; reading raises on anything else.
KINDS: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (DateRangeField, _write_days, _read_days),
    (models.UUIDField, str, uuid.UUID),
    (models.IntegerField, int, _read_number),
    (models.CharField, str, _read_text),
    (models.TextField, str, _read_text),
)


def _kind(model: type[models.Model], path: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]
    field: Any = model._meta.get_field(name)
    if isinstance(field, models.GeneratedField):
        field = field.output_field
    return next((write, read) for kind, write, read in KINDS if isinstance(field, kind))


def write_cursor(cursor: Cursor, keyset: Keyset, model: type[models.Model]) -> str:
    values = None
    if cursor.values is not None:
        values = [
            None if value is None else _kind(model, key.path)[0](value)
            for key, value in zip(keyset.keys, cursor.values, strict=True)
        ]
    return encoded(keyset.name, cursor.backward, values)


def encoded(order: str, backward: bool, values: list[Any] | None) -> str:
    """A place in the order called `order` as a text that nobody need read; `values` are as JSON has them."""
    text = json.dumps([order, "back" if backward else "on", values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, keyset: Keyset, model: type[models.Model]) -> Cursor:
    """The place that `text` names; BadParameters when it was not made by `write_cursor` for the same order."""

    def read(written: Any) -> tuple[Any, ...]:
        values = tuple(
            None if value is None else _kind(model, key.path)[1](value)
            for key, value in zip(keyset.keys, written, strict=True)
        )
        if values[-1] is None:
            raise ValueError("a primary key is never null")
        return values

    return decoded(text, keyset.name, read)


def decoded(text: str, order: str, read: Callable[[Any], tuple[Any, ...]]) -> Cursor:
    """The place that `text`, made by `encoded` for the same order, names.

    `read` takes its values, or raises ValueError. BadParameters when it is no such text.
    """
    try:
        if len(text) > LONGEST_CURSOR or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
            raise ValueError("not base64")
        name, direction, written = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if direction not in ("on", "back"):
            raise ValueError("no direction")
        if name != order:
            detail = "This cursor belongs to another ordering; start again without it."
            raise BadParameters([fault("cursor", "other_ordering", detail)])
        return Cursor(direction == "back", None if written is None else read(written))
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        detail = "This is not a cursor that this list gave; take it from next or previous, or start again without it."
        raise BadParameters([fault("cursor", "invalid", detail)]) from None
