"""The schema editor that carries every change of a mirrored table over to its twin, forwards and backwards."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import Field, Model

from negotiations.ledger import catalogue, mirror, reshaping, window_views


class MirroringSchemaEditor(DatabaseSchemaEditor):
    """What it changes on the desk it changes in the ledger, in the same transaction (negotiations.ledger.reshaping)."""

    def _is_mirrored(self, table: str) -> bool:
        with self.connection.cursor() as cursor:
            return catalogue.has_twin(cursor, table)

    def add_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        super().add_field(model, field)
        if field.column and self._is_mirrored(model._meta.db_table):
            mirror.flush_deferred(self)
            with self.connection.cursor() as cursor:
                reshaping.add_column(cursor, model._meta.db_table, field.column)

    def remove_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        table, name = model._meta.db_table, field.column
        if not name or not self._is_mirrored(table):
            super().remove_field(model, field)
            return
        with self.connection.cursor() as cursor:
            reshaping.retire_column(cursor, table, name)
            super().remove_field(model, field)
            reshaping.after_retiring(cursor, table)

    def alter_field(
        self, model: type[Model], old_field: Field[Any, Any], new_field: Field[Any, Any], strict: bool = False
    ) -> None:
        table, old, new = model._meta.db_table, old_field.column, new_field.column
        # A help text or another word of a list changes nothing in the database; what PostgreSQL derives from a column
        # would even forbid to touch it.
        should_be_altered = self._field_should_be_altered  # type: ignore[attr-defined]  # Django's own
        is_same = old == new and not should_be_altered(old_field, new_field)
        if is_same or not old or not new or not self._is_mirrored(table):
            super().alter_field(model, old_field, new_field, strict)
            return
        with self.connection.cursor() as cursor:
            window_views.drop_views(cursor, table)  # PostgreSQL changes no column that a view shows
            super().alter_field(model, old_field, new_field, strict)
            if old != new:
                reshaping.rename_column(cursor, table, old, new)
            reshaping.alter_column(cursor, table, new)
