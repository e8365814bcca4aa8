"""The schema editor that carries every change of a mirrored table over to its twin, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import BaseConstraint, Field, Model

from negotiations.ledger import catalogue, mirror, repeated_rules, reshaping


class MirroringSchemaEditor(DatabaseSchemaEditor):
    """What it changes on the desk it changes in the ledger, in the same transaction (negotiations.ledger.reshaping)."""

    def _is_mirrored(self, table: str) -> bool:
        if self.collect_sql:  # `sqlmigrate` only tells, and must change nothing
            return False
        with self.connection.cursor() as cursor:
            return catalogue.has_twin(cursor, table)

    @contextmanager
    def _reshaped(self, model: type[Model]) -> Iterator[Any]:
        """Around a change of `model`'s table; gives a cursor to carry it over with, None where there is no twin."""
        if not self._is_mirrored(model._meta.db_table):
            yield None
            return
        with self.connection.cursor() as cursor, reshaping.reshaped(cursor, model._meta.db_table):
            yield cursor
            mirror.flush_deferred(self)

    def create_model(self, model: type[Model]) -> None:
        super().create_model(model)
        table = model._meta.db_table
        if self._is_mirrored(table):  # kept from a model that was deleted
            mirror.flush_deferred(self)
            with self.connection.cursor() as cursor:
                reshaping.take_back_table(cursor, table)

    def delete_model(self, model: type[Model]) -> None:
        table = model._meta.db_table
        if not self._is_mirrored(table):
            super().delete_model(model)
            return
        with self.connection.cursor() as cursor, reshaping.retired_table(cursor, table):
            super().delete_model(model)

    def alter_db_table(self, model: type[Model], old_db_table: str, new_db_table: str) -> None:
        if old_db_table != new_db_table and self._is_mirrored(old_db_table):
            raise RuntimeError(
                f"{old_db_table} cannot be renamed: every hash of the ledger is taken over that name. Keep it with"
                f' `db_table = "{old_db_table}"` in the model\'s Meta, and rename the model alone.'
            )
        super().alter_db_table(model, old_db_table, new_db_table)

    def add_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        with self._reshaped(model) as cursor:
            super().add_field(model, field)
            if cursor and field.column:
                table = model._meta.db_table
                default = reshaping.default_given(cursor, table, field.column)
                if default is None:  # the desk may have no row, where the ledger has
                    default = self.effective_default(field)
                reshaping.add_column(cursor, table, field.column, default)

    def remove_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        with self._reshaped(model) as cursor:
            if cursor and field.column:
                reshaping.retire_column(cursor, model._meta.db_table, field.column)
            super().remove_field(model, field)

    def alter_field(
        self, model: type[Model], old_field: Field[Any, Any], new_field: Field[Any, Any], strict: bool = False
    ) -> None:
        old, new = old_field.column, new_field.column
        # A help text or another word of a list changes nothing in the database; what PostgreSQL derives from a column
        # would even forbid to touch it.
        should_be_altered = self._field_should_be_altered  # type: ignore[attr-defined]  # Django's own
        if not old or not new or not should_be_altered(old_field, new_field):
            super().alter_field(model, old_field, new_field, strict)
            return
        with self._reshaped(model) as cursor:
            super().alter_field(model, old_field, new_field, strict)
            if cursor:
                if old != new:
                    reshaping.rename_column(cursor, model._meta.db_table, old, new)
                reshaping.alter_column(cursor, model._meta.db_table, new, self.effective_default(new_field))

    def add_constraint(self, model: type[Model], constraint: BaseConstraint) -> None:
        super().add_constraint(model, constraint)
        self._repeat_rules(model)

    def remove_constraint(self, model: type[Model], constraint: BaseConstraint) -> None:
        super().remove_constraint(model, constraint)
        self._repeat_rules(model)

    def alter_unique_together(self, model: type[Model], old_unique_together: Any, new_unique_together: Any) -> None:
        super().alter_unique_together(model, old_unique_together, new_unique_together)
        self._repeat_rules(model)

    def _repeat_rules(self, model: type[Model]) -> None:
        if self._is_mirrored(model._meta.db_table):
            with self.connection.cursor() as cursor:
                repeated_rules.follow_rules(cursor, model._meta.db_table)
