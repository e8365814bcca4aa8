"""Schema `extensions`: PostgreSQL's extensions, the text domains and the EDTF functions; and the two roles."""

from pathlib import Path
from typing import Any

from django.db import migrations

from negotiations.ledger import roles

SQL = Path(__file__).resolve().parent.parent / "ledger" / "sql" / "extensions.sql"

# The schema and the extensions stay: other databases' set-ups count on them, and set-up makes them too.
BACKWARDS = """
DROP FUNCTION extensions.edtf_range(text, text);
DROP FUNCTION extensions.edtf_range(text);
DROP FUNCTION extensions.edtf_day(text);
DROP DOMAIN extensions.line;
DROP DOMAIN extensions.lines;
DROP DOMAIN extensions.prose;
"""


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Later migrations grant to the roles; where set-up has not run yet, they are made here."""
    roles.set_up_roles(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.RunPython(make_roles, migrations.RunPython.noop),
        migrations.RunSQL(SQL.read_text("utf-8"), BACKWARDS),
    ]
