"""Editorial acts: the only code that changes what is public. Each is one transaction and one revision."""

from negotiations.publication.publishing import MUST_BE_CITED, PUBLISHING_KINDS, publish, was_ever_public
from negotiations.publication.revising import Refused
from negotiations.publication.suppressing import Mention, Suppressed, mentions, suppress
from negotiations.publication.withdrawing import merge, retract

__all__ = [
    "MUST_BE_CITED", "PUBLISHING_KINDS", "Mention", "Refused", "Suppressed", "mentions", "merge", "publish", "retract",
    "suppress", "was_ever_public",
]  # fmt: skip
