"""What Schemathesis is to know of the desk API: a check of our own, and which failures are none, and why."""

from __future__ import annotations

import json
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response

from tests.api.schemathesis_hooks import JUDGED_BY_THE_SERVER, is_what_the_contract_describes

__all__ = ["is_what_the_contract_describes"]

# Faults of a body that no schema can foresee.
JUDGED_BY_CODE = {
    "not_found": "whether a record of this slug or id is there",
    "taken": "whether an id or slug is somebody else's",
    "rule": "what rows and columns say together: an end before its start, an id that is not random",
    "misnamed": "whether what a reference says besides its id is what that record is called",
    "repeated": "one record twice in a list, by its id alone",
}
# The same, told by the place of the fault as well.
JUDGED_BY_PLACE = {("id", "read_only"): "which id the record at this address has: a body may say that one, or none"}
# Values whose writing a schema can tell, but not whether there is such a thing.
JUDGED_BY_NAME = {
    "iso3": "codes of ISO 3166 come and go; the pattern is what stays",
    "country": "as iso3",
    "language": "a tag may be well-formed and name no language",
    "languages": "as language",
    "translated_from": "as language",
    "zone": "a name may be well-formed and name no zone",
    "page_url": "what a host may be called is more than a pattern can say",
    "canonical_url": "as page_url",
    "archived_url": "as page_url",
    "amount": "a lower bound above the upper one, or neither",
    "lat": "5 digits before the point are too many for a number, and a pattern is for texts only",
    "lon": "as lat",
}
# Statuses with which a valid request may be refused.
JUDGED_BY_STATUS = {
    412: "which version a record has now",
    422: "whether an Idempotency-Key was used before",
}


# Keys of dates as sources give them: 2025-02-30 is written like a day, 2025/2024 like an interval.
DATES = {
    "start", "end", "date", "held_on", "during", "said_on", "in_force", "agreed", "effective", "due", "published",
    "accessed_on",
}  # fmt: skip
JUDGED = {*JUDGED_BY_THE_SERVER, *JUDGED_BY_NAME, *DATES}


def is_for_the_server(fault: dict[str, str]) -> bool:
    name = fault["parameter"].rpartition(".")[2].partition("[")[0]
    is_of_the_record = (fault["parameter"], fault["code"]) in JUDGED_BY_PLACE
    return fault["code"] in JUDGED_BY_CODE or is_of_the_record or name in JUDGED


@schemathesis.hook
def filter_failure(context: HookContext, failure: Any, case: Case, response: Response) -> bool:
    """Whether a failure is one: a valid request may be refused for what only the server can judge."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    if response.status_code in JUDGED_BY_STATUS:
        return False
    if response.status_code != 400:
        return True
    # The JSON Schema of dossiers is that of editors, which completes and checks their form; the rows in them are held
    # against the same rules as those of the other operations.
    if case.operation.path == "/api/v1/desk/dossiers/":
        return False
    faults = json.loads(response.content).get("errors", [])
    return not faults or not all(is_for_the_server(fault) for fault in faults)
