"""The records of the tracker, as design.md section 3 describes them; one module an area."""

from negotiations.models.accounts import Account
from negotiations.models.actors import Actor, Affiliation
from negotiations.models.events import Event, EventParty, EventPlace
from negotiations.models.evidence import ArticleText, Assertion, Citation, Source
from negotiations.models.issues import Issue
from negotiations.models.names import Identifier, Name
from negotiations.models.outcomes import Outcome, OutcomeIssue, OutcomeParty
from negotiations.models.places import Place
from negotiations.models.positions import Position
from negotiations.models.processes import Process
from negotiations.models.revisions import Address, LoadedDossier, Revision, Withdrawal
from negotiations.models.statements import Statement, StatementLink
from negotiations.models.submissions import Edit, Pin, Submission
from negotiations.models.talks import AgendaItem, Delegation, DelegationMember, Talk
from negotiations.models.tokens import KeptAnswer, Token

__all__ = [
    "Account", "Actor", "Address", "Affiliation", "AgendaItem", "ArticleText", "Assertion", "Citation",
    "Delegation", "DelegationMember", "Edit", "Event", "EventParty", "EventPlace", "Identifier", "Issue", "KeptAnswer",
    "LoadedDossier", "Name", "Outcome", "OutcomeIssue", "OutcomeParty", "Pin", "Place", "Position", "Process",
    "Revision", "Source", "Statement", "StatementLink", "Submission", "Talk", "Token", "Withdrawal",
]  # fmt: skip
