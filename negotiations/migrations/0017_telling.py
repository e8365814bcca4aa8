"""PostgreSQL tells of each revision, so that processes which keep answers learn of it at once."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "ledger" / "sql" / "telling.sql"

BACKWARDS = """
DROP TRIGGER tell_of_revision ON ledger.head;
DROP FUNCTION ledger.tell_of_revision();
"""


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0016_reading_by_index")]

    operations = [migrations.RunSQL(SQL.read_text("utf-8"), BACKWARDS)]
