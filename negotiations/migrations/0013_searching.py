"""What texts are searched by: their words without accents, names by how they sound, and an index of each.

Outcomes are listed by the day they take effect, too.
"""

from pathlib import Path

from django.db import migrations

from negotiations.ledger.listing import IndexMoreListings
from negotiations.ledger.searching import IndexTexts

SQL = Path(__file__).resolve().parent.parent / "ledger" / "sql" / "searching.sql"

BACKWARDS = """
DROP FUNCTION extensions.folded(text);
DROP FUNCTION extensions.words(VARIADIC text[]);
DROP TEXT SEARCH CONFIGURATION extensions.texts;
"""


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0012_guarantees")]

    operations = [migrations.RunSQL(SQL.read_text("utf-8"), BACKWARDS), IndexTexts(), IndexMoreListings()]
