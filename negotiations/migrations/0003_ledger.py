"""The ledger: revisions, twins of every record and part with their windows, and the rule that public facts are cited."""

from pathlib import Path

from django.db import migrations

from negotiations.ledger.mirror import MirrorInLedger

SQL = Path(__file__).resolve().parent.parent / "ledger" / "sql"

LEDGER_BACKWARDS = """
DROP VIEW public.negotiations_revision;
DROP SCHEMA window_now CASCADE;
DROP SCHEMA window_then CASCADE;
DROP SCHEMA ledger CASCADE;
"""
CITATIONS_BACKWARDS = """
DROP TRIGGER require_citation ON ledger.negotiations_talk;
DROP TRIGGER require_citation ON ledger.negotiations_statement;
DROP TRIGGER require_citation ON ledger.negotiations_position;
DROP TRIGGER require_citation ON ledger.negotiations_outcome;
DROP TRIGGER require_citation ON ledger.negotiations_event;
DROP TRIGGER keep_citation ON ledger.negotiations_citation;
DROP FUNCTION ledger.keep_citation();
DROP FUNCTION ledger.require_citation();
"""


class Migration(migrations.Migration):
    dependencies = [("negotiations", "0002_records")]

    operations = [
        migrations.RunSQL((SQL / "ledger.sql").read_text("utf-8"), LEDGER_BACKWARDS),
        MirrorInLedger(
            "Process", "Actor", "Affiliation", "Name", "Identifier", "Place", "Issue", "Talk", "AgendaItem", "Delegation",
            "DelegationMember", "Statement", "StatementLink", "Position", "Outcome", "OutcomeIssue", "OutcomeParty",
            "Event", "EventParty", "Source", "Assertion", "Citation",
        ),
        migrations.RunSQL((SQL / "citations.sql").read_text("utf-8"), CITATIONS_BACKWARDS),
    ]  # fmt: skip
