"""The value that an asserted field has at present, over dictionaries: the rule of `negotiations.analytics.current`."""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Bounds = tuple[Decimal | None, Decimal | None, bool, bool]  # lower, upper, and whether each is meant too


def current(assertions: list[Row], field: str) -> list[Row]:
    """Those that hold at present and give a value."""
    standing = [row for row in assertions if row["field"] == field and row["rank"] != "deprecated"]
    preferred = [row for row in standing if row["rank"] == "preferred"]
    latest = max(map(_day, preferred or standing), default=None)
    holding = [row for row in preferred or standing if _day(row) == latest]
    if any(row["state"] == "none" for row in holding):
        return []
    return [row for row in holding if row["state"] == "given"]


def _day(row: Row) -> tuple[datetime.date, datetime.date]:
    days = row["days"]
    if days is None:
        return datetime.date.min, datetime.date.min
    return days.upper or datetime.date.max, days.lower or datetime.date.min


def current_text(assertions: list[Row], field: str) -> str | None:
    values = {row["word"] or row["date"] or _clock(row) for row in current(assertions, field)}
    return values.pop() if len(values) == 1 else None


def _clock(row: Row) -> str | None:
    return f"{row['time']} {row['zone'] or ''}".rstrip() if row["time"] else None


def current_amount(assertions: list[Row], field: str) -> Row | None:
    kinds: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in assertions:
        if row["field"] == field:
            kinds[row["unit"], row["counting"], _id(row["giver"]), _id(row["receiver"])].append(row)
    common = [(bounds, unit) for (unit, *_), rows in kinds.items() if (bounds := _common(current(rows, field)))]
    if len(common) != 1:
        return None
    (bounds, unit) = common[0]
    return {**shown(bounds), "unit": unit}


def _id(actor: Any) -> Any:
    return actor and actor["id"]


def _common(holding: list[Row]) -> Bounds | None:
    return _narrowed(holding) or _narrowed([row for row in holding if not row["approximate"]])


def _narrowed(holding: list[Row]) -> Bounds | None:
    common: Bounds | None = None
    for row in holding:
        if amount := bounds_of(row["amount"]):
            common = _both(common, amount) if common else amount
    return None if common is None or _is_empty(common) else common


def _both(one: Bounds, other: Bounds) -> Bounds:
    lower = max(one, other, key=lambda each: (each[0] is not None, each[0] or 0, not each[2]))
    upper = min(one, other, key=lambda each: (each[1] is None, each[1] or 0, each[3]))
    return lower[0], upper[1], lower[2], upper[3]


def _is_empty(bounds: Bounds) -> bool:
    lower, upper, has_lower, has_upper = bounds
    if lower is None or upper is None:
        return False
    return not (has_lower and has_upper) if lower == upper else lower > upper


def bounds_of(amount: Any) -> Bounds | None:
    if amount is None or amount.isempty:
        return None
    return amount.lower, amount.upper, amount.lower_inc, amount.upper_inc


def shown(bounds: Bounds) -> Row:
    return {"lower": _number(bounds[0]), "upper": _number(bounds[1]),
            "lower_included": bounds[2], "upper_included": bounds[3]}  # fmt: skip


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(record: Row) -> None:
    """Ranges of the assertions of a record and its parts as they are shown, and no days for comparing."""
    for assertion in record.get("assertions", ()):
        assertion.pop("days")
        bounds = bounds_of(assertion["amount"])
        assertion["amount"] = bounds and shown(bounds)
    for name in ("agenda", "delegations"):
        for part in record.get(name, ()):
            plain(part)
