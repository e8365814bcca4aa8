"""Indexes on what records are listed by, now and at any revision, so that a page costs the same after years of history.

An index holds no value above 2.7 kB, so a line gets a limit. A longer one that is there refuses the migration: shorten
it on the desk and publish; if it was ever public, correct the limit here instead, since the past stands still.
"""

from django.db import migrations

from negotiations.ledger.listing import IndexListings


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0010_submissions")]

    operations = [
        migrations.RunSQL(
            "ALTER DOMAIN extensions.line ADD CONSTRAINT line_has_at_most_500_characters"
            " CHECK (char_length(VALUE) <= 500)",
            "ALTER DOMAIN extensions.line DROP CONSTRAINT line_has_at_most_500_characters",
        ),
        IndexListings(),
    ]
