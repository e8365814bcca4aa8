"""Conditions on what a record leads to, worded so that PostgreSQL finds the records by an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q


def condition(model: type[models.Model], paths: Sequence[str], test: Callable[[str], Q]) -> Q:
    """`test` of any of `paths`. What is found along a to-many relation, or along one of several paths, is found as ids,
    so that no row comes twice. Along one, PostgreSQL chooses whether to begin with the list or with what was asked for;
    of several, which it judges badly, all ids are found first."""
    if len(paths) == 1 and not _leads_to_many(model, paths[0]):
        return test(paths[0])
    first, *others = (_ids(model, path, test) for path in paths)
    return Q(pk__among=first.union(*others)) if others else Q(pk__in=first)


def _leads_to_many(model: type[models.Model], path: str) -> bool:
    return bool(model._meta.get_field(path.partition("__")[0]).one_to_many)


def _ids(model: type[models.Model], path: str, test: Callable[[str], Q]) -> models.QuerySet[Any, Any]:
    """The ids of the rows of `model` of which `test` of `path` is true."""
    if not _leads_to_many(model, path):
        return model._default_manager.filter(test(path)).order_by().values("pk")
    head, _, rest = path.partition("__")
    relation = model._meta.get_field(head)
    part, back = relation.related_model, relation.remote_field.name  # type: ignore[union-attr]
    assert isinstance(part, type)
    return part._default_manager.filter(condition(part, [type(path)(rest)], test)).order_by().values(back)


def end_of(model: Any, path: str) -> Any:
    """The model that `path` leads to."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
