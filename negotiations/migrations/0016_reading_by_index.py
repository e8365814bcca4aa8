"""Every read finds its rows by an index that holds them close together, now and at any revision.

The rule that a slug belongs to its record for ever rests on a GiST index, by which PostgreSQL looked for ids, reading
most of it for each; it does no longer. Slugs of the past and ids of any version get a B-tree.
"""

from typing import Any

from django.db import migrations

from negotiations.ledger.listing import IndexMoreListings
from negotiations.ledger.repeated_rules import follow_rules
from negotiations.ledger.touched import ShowMoreOfWhatRevisionsTouch, mirrored_tables


def follow(apps: Any, schema_editor: Any) -> None:
    """The rules of twins that are there are worded as those of twins made later."""
    with schema_editor.connection.cursor() as cursor:
        for table in mirrored_tables(cursor):
            follow_rules(cursor, table)


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0015_accounts")]

    operations = [
        migrations.RunPython(follow, migrations.RunPython.noop),
        IndexMoreListings(),
        ShowMoreOfWhatRevisionsTouch(),
    ]
