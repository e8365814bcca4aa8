"""Whatever the tracker brings goes out as tables and comes back in without a change, in either format."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from negotiations.exchange import table_rows, tables
from negotiations.exchange.bundled import load_bundled
from negotiations.exchange.shape import RECORDS
from negotiations.exchange.sheets import read_file
from negotiations.exchange.table_shapes import tables_of
from negotiations.exchange.table_writing import as_csv, as_xlsx


@pytest.mark.django_db
def test_everything_bundled_comes_back_without_a_change() -> None:
    assert load_bundled().is_ok
    by = User.objects.create_user("curator")
    found = {}

    for table in [table for root in RECORDS for table in tables_of(root).values()]:
        header, rows = table_rows.table_of(table, table.root._default_manager.all())
        if not rows:
            continue
        sheet = read_file(as_csv(table, header, rows))
        assert read_file(as_xlsx(table, header, rows)) == sheet
        examined = tables.examine(table, sheet, by=by, permit=lambda _: None)
        found[table.root, table.name] = (examined.faults, examined.lines, len(rows) - examined.unchanged)

    assert {key: value for key, value in found.items() if value != ([], [], 0)} == {}
    assert {root for root, _ in found} == set(RECORDS)
    assert len(found) >= 35
