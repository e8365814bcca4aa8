"""Conditions on what a record leads to, worded so that PostgreSQL finds the records by an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q


def condition(model: type[models.Model], paths: Sequence[str], test: Callable[[str], Q]) -> Q:
    """`test` of any of `paths`, none of which finds a row twice.

    Along one to-many relation PostgreSQL chooses whether to begin with the list or with what was asked for; of anything
    longer, and of several, which it judges badly, the ids are found first, from the far end on.
    """
    if len(paths) == 1 and _leads_to_many(model, paths[0]):
        return Q(pk__in=_ids(model, paths[0], test))
    if len(paths) == 1:
        return _found(model, paths[0], test)
    first, *others = (_ids(model, path, test) for path in paths)
    return Q(pk__among=first.union(*others))


def _leads_to_many(model: type[models.Model], path: str) -> bool:
    return bool(model._meta.get_field(path.partition("__")[0]).one_to_many)


def _found(model: type[models.Model], path: str, test: Callable[[str], Q]) -> Q:
    """`test` of `path`, with the ids of what lies behind a relation found first."""
    head, _, rest = path.partition("__")
    if not rest:
        return test(path)
    if _leads_to_many(model, path):
        return Q(pk__among=_ids(model, path, test))
    related: Any = model._meta.get_field(head).related_model
    behind = related._default_manager.filter(_found(related, type(path)(rest), test)).order_by().values("pk")
    return Q(**{f"{head}__among": behind})


def _ids(model: type[models.Model], path: str, test: Callable[[str], Q]) -> models.QuerySet[Any, Any]:
    """The ids of the rows of `model` of which `test` of `path` is true."""
    if not _leads_to_many(model, path):
        return model._default_manager.filter(_found(model, path, test)).order_by().values("pk")
    head, _, rest = path.partition("__")
    relation = model._meta.get_field(head)
    part, back = relation.related_model, relation.remote_field.name  # type: ignore[union-attr]
    assert isinstance(part, type)
    return part._default_manager.filter(_found(part, type(path)(rest), test)).order_by().values(back)


def end_of(model: Any, path: str) -> Any:
    """The model that `path` leads to."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
