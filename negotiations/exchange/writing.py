"""Writes plans, and lets PostgreSQL judge them first: every rule of the models is its constraint, so it knows best.

A plan is tried in a transaction that is rolled back. Only where it is refused are its rows tried one by one, and the
refused ones held against each rule of their model, so that a sound file costs a few statements and a faulty one still
gets all its faults told.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from negotiations.exchange.holdings import Model
from negotiations.exchange.planning import Change, Plan
from negotiations.exchange.shape import RECORDS
from negotiations.exchange.values import with_article
from negotiations.models import ArticleText, Citation
from negotiations.models.excerpts import check
from negotiations.models.records import Record
from negotiations.publication.revising import referring, said

BATCH = 1000
LOOKED_FOR = frozenset({"excerpt", "source_id"})
FULLY_TOLD = 100  # refused rows that are held against every rule, at a statement for each; of others one fault is told


class ChangedMeanwhile(Exception):
    """A record was changed by somebody else between reading and writing; nothing of the file was written."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction, or a savepoint in one, of which nothing remains."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(plan: Plan) -> None:
    """Write all changes of `plan`; needs a transaction.

    Cost: a statement for each changed row and one for each kind of new row. Raises DatabaseError when PostgreSQL
    refuses, ChangedMeanwhile when a changed record is no longer as it was read.
    """
    _let_go(plan)
    _look_for_quotes(plan)
    changes = [change for change in plan.changes.values() if change.row.is_fit]
    for change in changes:
        if not change.is_new:
            _update(change)
    for model, rows in _by_model(change for change in changes if change.is_new).items():
        model._default_manager.bulk_create([model(**change.whole) for change in rows], batch_size=BATCH)


def _look_for_quotes(plan: Plan) -> None:
    """Say of each quote whether it stands in the text that is kept of its source, when either is new or another."""
    fresh = [
        change
        for change in plan.changes.values()
        if change.model is Citation and (change.is_new or not LOOKED_FOR.isdisjoint(change.values))
    ]
    sources = {change.whole["source_id"] for change in fresh} - {None}
    kept = (
        ArticleText._default_manager.filter(source_id__in=sources) if sources else ArticleText._default_manager.none()
    )
    texts = dict(kept.values_list("source_id", "text"))
    for change in fresh:
        found, _place = check(change.whole["excerpt"], texts.get(change.whole["source_id"]))
        change.values["excerpt_check"] = change.whole["excerpt_check"] = found


def _let_go(plan: Plan) -> None:
    """Delete the parts that nobody states any more; what still refers to one is looked for when all is written."""
    for model, ids in plan.going().items():
        model._default_manager.filter(pk__in=ids)._raw_delete(connection.alias)


def check_let_go(plan: Plan) -> None:
    """Tell of each record that refers to a part that has gone."""
    for row, gone in plan.gone.items():
        for record, _ in referring(gone, "public"):
            kinds = " or ".join(with_article(model._meta.verbose_name) for model in gone)
            row.complain(
                f"{said(record)} refers to {kinds} that is left out here: take that reference out first", code="rule"
            )


def check_deferred() -> None:
    """Let PostgreSQL check now what it would check at the commit; raises IntegrityError."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def try_out(plan: Plan) -> None:
    """Write `plan` inside the caller's transaction, telling its document of every row that PostgreSQL refuses."""
    try:
        with transaction.atomic():
            write(plan)
            return
    except (DatabaseError, ChangedMeanwhile):
        pass
    _let_go(plan)
    refused = 0
    for change in sorted(plan.changes.values(), key=lambda change: change.is_new):
        if change.row.is_fit:
            refused += not _is_taken(change, in_full=refused < FULLY_TOLD)


def check_rows(plan: Plan) -> None:
    """Tell the document which rows break a rule over several rows, at the key concerned; the rows must be written.

    PostgreSQL is asked first, in one statement; only where it refuses are the rows asked one by one.
    """
    try:
        with transaction.atomic():
            check_deferred()
            return
    except DatabaseError:
        pass
    for change in plan.changes.values():
        if change.row.is_fit:
            try:
                change.model(**change.whole).clean()
            except ValidationError as error:
                _tell(change, error)


def _update(change: Change) -> None:
    values = dict(change.values)
    same = models.Q(pk=change.id)
    if issubclass(change.model, Record):
        values["updated_at"] = timezone.now()
        same &= models.Q(version=values["version"] - 1)
    if not change.model._default_manager.filter(same).update(**values):
        raise ChangedMeanwhile(f"{change.row.shape.name} {change.id}")


def _by_model(changes: Iterator[Change]) -> dict[Any, list[Change]]:
    """Changes by kind, records first."""
    found: dict[Any, list[Change]] = defaultdict(list, {model: [] for model in RECORDS})
    for change in changes:
        found[change.model].append(change)
    return {model: rows for model, rows in found.items() if rows}


def _is_taken(change: Change, *, in_full: bool) -> bool:
    """Write one row; what is wrong with it is told, `in_full` or as PostgreSQL says it first."""
    try:
        with transaction.atomic():
            if change.is_new:
                change.model._default_manager.bulk_create([change.model(**change.whole)])
            else:
                _update(change)
    except ChangedMeanwhile:
        change.row.complain("was changed by somebody else at the same moment; load again", code="taken")
    except DatabaseError as error:
        if not (in_full and _held_against_the_rules(change)):
            _tell_of_refusal(change, error)
    return change.row.is_fit


def _held_against_the_rules(change: Change) -> bool:
    """Tell of each check that the refused row does not meet; False when it meets them all."""
    row = change.model(**change.whole)
    is_told = False
    for rule in change.model._meta.constraints:
        if isinstance(rule, models.CheckConstraint):
            try:
                rule.validate(change.model, row)
            except ValidationError as error:
                change.row.complain(" ".join(error.messages), *_key_of(change, rule), code="rule")
                is_told = True
    return is_told


def _tell_of_refusal(change: Change, error: DatabaseError) -> None:
    """Say kindly what PostgreSQL said: by the model's words for the rule, where it has some."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for rule in change.model._meta.constraints:
        if rule.name == name:
            change.row.complain(str(rule.get_violation_error_message()), *_key_of(change, rule), code="rule")
            return
    if name and name.endswith("_pkey"):
        change.row.complain(
            f"this id belongs to {with_article(change.row.shape.name)} of another record", "id", code="taken"
        )
        return
    if name == "what_is_suppressed_stays_away":
        change.row.complain("was suppressed, and its id is never used again: take it out of the dossier", code="taken")
        return
    said = getattr(diagnosis, "message_primary", None) or str(error).splitlines()[0]
    column = next((key.name for key in change.row.shape.keys.values() if key.column == _column_in(diagnosis)), None)
    change.row.complain(f"the database refuses it: {said}", *([column] if column else []), code="rule")


def _column_in(diagnosis: Any) -> str | None:
    """The column that PostgreSQL names, directly or as the only one of a key: `Key (slug)=(x) already exists`."""
    detail = getattr(diagnosis, "message_detail", None) or ""
    return getattr(diagnosis, "column_name", None) or detail.removeprefix("Key (").partition(")")[0] or None


def _key_of(change: Change, rule: Any) -> list[str]:
    """The key to which a rule points: the only one of its columns that the row states; else none, so the row itself."""
    if isinstance(rule, models.CheckConstraint):
        names = set(models.Q(rule.condition).referenced_base_fields)
    else:
        names = set(getattr(rule, "fields", ())) | {str(pair[0]) for pair in getattr(rule, "expressions", ())}
    stated = {
        name for name in change.row.given
        if change.row.shape.keys[name].column and change.row.shape.keys[name].column.removesuffix("_id") in names
    }  # fmt: skip
    return [stated.pop()] if len(stated) == 1 else []


def _tell(change: Change, error: ValidationError) -> None:
    by_column = {key.column.removesuffix("_id"): key.name for key in change.row.shape.keys.values() if key.column}
    told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in told.items():
        for message in messages:
            change.row.complain(message, *([by_column[name]] if name in by_column else []), code="rule")


def records_of(ids: list[tuple[type[Record], uuid.UUID]]) -> list[Record]:
    """The records of these kinds and ids, read in one query for each kind."""
    wanted: dict[Model, list[uuid.UUID]] = defaultdict(list)
    for model, id in ids:
        wanted[model].append(id)
    return [record for model, pks in wanted.items() for record in model._default_manager.filter(pk__in=pks)]  # type: ignore[misc]
