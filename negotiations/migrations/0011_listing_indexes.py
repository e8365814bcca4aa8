"""Indexes on what records are listed by, now and at any revision, so that a page costs the same after years of history."""

from django.db import migrations

from negotiations.ledger.listing import IndexListings


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0010_submissions")]

    operations = [IndexListings()]
