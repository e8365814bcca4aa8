"""Reading the past: what each revision touched, in both windows, with the indexes that find it."""

from django.db import migrations

from negotiations.ledger.touched import ShowWhatRevisionsTouch


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0008_withdrawals")]

    operations = [ShowWhatRevisionsTouch()]
