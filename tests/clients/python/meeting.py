"""Who met whom in Istanbul, and what each side wanted, as a program with the generated client asks it."""

import sys

import httpx
from tracker_client import Client
from tracker_client.api.actors import actors_list
from tracker_client.api.positions import positions_list
from tracker_client.api.statements import statements_list
from tracker_client.api.talks import talks_list, talks_retrieve
from tracker_client.models import (
    Attendance,
    Citation,
    DelegationMember,
    PositionOrdering,
    PositionPage,
    Problem,
    Stance,
    StatementPage,
    TalkAnswer,
)  # fmt: skip
from tracker_client.types import UNSET, Unset

AS_OF = "10"


def separate_by_commas(request: httpx.Request) -> None:
    """Several values are separated by commas; the generated client repeats the parameter instead."""
    given = request.url.params
    request.url = request.url.copy_with(params={name: ",".join(given.get_list(name)) for name in given})


def cited(citation: Citation) -> str:
    where = citation.source or citation.statement
    return f"{where.label if where else ''}: {citation.excerpt or '(recorded here)'}"


def named(member: DelegationMember) -> str:
    return member.person.label if member.person else member.descriptor


def who_met(tracker: Client) -> None:
    talk = talks_retrieve.sync("istanbul-2025-05-16", client=tracker, as_of=AS_OF)
    assert isinstance(talk, TalkAnswer), talk
    print(f"{talk.title}, {talk.place.label if talk.place else ''}")
    for delegation in talk.delegations:
        came = [named(member) for member in delegation.members if member.attendance == Attendance.ATTENDED]
        print(f"{delegation.party.label} ({delegation.attendance}): {', '.join(came) or '-'}")


def what_they_wanted(tracker: Client) -> None:
    page = positions_list.sync(
        client=tracker,
        talk=["istanbul-2025-05-16"],
        party=["russia", "ukraine"],
        stance=[Stance.DEMANDS, Stance.OFFERS],
        is_headline=True,
        ordering=PositionOrdering.TITLE,
        as_of=AS_OF,
    )
    assert isinstance(page, PositionPage), page
    for position in page.results:
        print(f"{position.party.label} {position.stance}: {position.label}")
        for citation in position.citations:
            print(f"  {cited(citation)}")


def every_statement(tracker: Client) -> None:
    seen = set()
    pages = 0
    cursor: str | Unset = UNSET
    while True:
        page = statements_list.sync(client=tracker, cursor=cursor, page_size=50, as_of=AS_OF)
        assert isinstance(page, StatementPage), page
        seen |= {statement.id for statement in page.results}
        pages += 1
        if not page.next_:
            break
        cursor = httpx.URL(page.next_).params["cursor"]
    print(f"{len(seen)} of {page.count} statements on {pages} pages")


def what_is_wrong(tracker: Client) -> None:
    answer = talks_list.sync_detailed(client=tracker, during="soon")
    assert isinstance(answer.parsed, Problem), answer
    for fault in answer.parsed.errors or []:
        print(f"{answer.status_code} {fault.detail}")


def what_has_changed(tracker: Client) -> None:
    first = actors_list.sync_detailed(client=tracker)
    again = actors_list.sync_detailed(client=tracker, if_none_match=first.headers["ETag"])
    print(f"{first.status_code}, then {again.status_code}")


by_commas = {"event_hooks": {"request": [separate_by_commas]}}
with Client(sys.argv[1], follow_redirects=True, httpx_args=by_commas) as client:
    who_met(client)
    what_they_wanted(client)
    every_statement(client)
    what_is_wrong(client)
    what_has_changed(client)
