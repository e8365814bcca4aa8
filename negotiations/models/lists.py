"""Columns that hold several items: each item stands in them once."""

from django.db import models
from django.db.models.lookups import Exact


class HoldsEachOnce(models.Func):
    """Whether a list is a plain one in which no item stands twice, capitals or not."""

    function = "extensions.holds_each_once"
    output_field = models.BooleanField()


def each_once(record: str, column: str) -> models.CheckConstraint:
    """No item of the list `column` stands in it twice."""
    return models.CheckConstraint(
        name=f"{record}_{column}_are_each_named_once",
        condition=Exact(HoldsEachOnce(column), True),
        violation_error_message=f"One of {column} is named twice; name each once.",
    )
