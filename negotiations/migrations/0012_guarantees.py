"""What the ledger's tables owe each other, kept by PostgreSQL whoever writes them: see negotiations/ledger/sql/guarantees.sql."""

import re
from pathlib import Path
from typing import Any

from django.db import migrations

from negotiations.ledger import mirror

SQL = Path(__file__).resolve().parent.parent / "ledger" / "sql"
MOVING_BACK = re.search(
    r"CREATE (FUNCTION ledger.refuse_moving_back.*?END \$\$;)", (SQL / "ledger.sql").read_text("utf-8"), re.S
)
assert MOVING_BACK

BACKWARDS = f"""
CREATE OR REPLACE {MOVING_BACK[1]}
DROP TRIGGER refuse_leaving_unfinished ON ledger.head;
DROP TRIGGER refuse_withdrawing_amiss ON ledger.withdrawal;
DROP TRIGGER refuse_sealing_amiss ON ledger.revision;
DROP TRIGGER refuse_changing_forms ON ledger.form;
DROP TRIGGER refuse_truncating ON ledger.form;
DROP FUNCTION ledger.begin_revision(), ledger.refuse_leaving_unfinished(), ledger.refuse_opening_amiss(),
    ledger.refuse_closing_amiss(), ledger.refuse_withdrawing_amiss(), ledger.require_true_withdrawals(bigint),
    ledger.require_withdrawals(bigint), ledger.refuse_sealing_amiss(), ledger.refuse_changing_forms(),
    ledger.is_of_records(text);
ALTER TABLE ledger.head DROP COLUMN begun;
"""


def hold(apps: Any, schema_editor: Any) -> None:
    """The twins there are learn what twins made later are born with."""
    with schema_editor.connection.cursor() as cursor:
        for table in _twins(cursor):
            mirror.hold_to_acts(cursor, table)


def let_go(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        for table in _twins(cursor):
            mirror.let_go_of_acts(cursor, table)


def _twins(cursor: Any) -> list[str]:
    cursor.execute("SELECT DISTINCT table_name FROM ledger.form ORDER BY 1")
    return [table for (table,) in cursor.fetchall()]


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0011_listing_indexes")]

    operations = [
        migrations.RunSQL((SQL / "guarantees.sql").read_text("utf-8"), BACKWARDS),
        migrations.RunPython(hold, let_go),
    ]
