"""Editorial acts: the only code that changes what is public. Each is one transaction and at most one revision."""

from negotiations.publication.discarding import delete_draft, discard, hindrances, restore
from negotiations.publication.foreseeing import Consequences, consequences
from negotiations.publication.mentioning import Mention, mentions
from negotiations.publication.publishing import (
    MUST_BE_CITED,
    PUBLISHING_KINDS,
    drafts_needed_by,
    publish,
    shortcomings,
    survivors,
    was_ever_public,
)
from negotiations.publication.revising import Refused, words_of
from negotiations.publication.submitting import changed_since, publish_submission, send_back, submit, withdraw
from negotiations.publication.suppressing import Suppressed, suppress
from negotiations.publication.versions import count_version, of_records, record_versions, records_in
from negotiations.publication.withdrawing import merge, merged, retract

__all__ = [
    "MUST_BE_CITED", "PUBLISHING_KINDS", "Consequences", "Mention", "Refused", "Suppressed", "changed_since",
    "consequences", "count_version", "delete_draft", "discard", "drafts_needed_by", "hindrances", "mentions", "merge",
    "merged", "of_records", "publish", "publish_submission", "record_versions", "records_in", "restore", "retract",
    "send_back", "shortcomings", "submit", "suppress", "survivors", "was_ever_public", "withdraw",
    "words_of",
]  # fmt: skip
