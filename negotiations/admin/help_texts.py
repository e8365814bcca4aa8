"""What each column asks for, said to curators with an example after a colon; the page's forms take it from here.

Where the model's own words have an example they hold, and need no line here; others would need a migration each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

ATTENDANCE = _("Whether they came: Attended")
ATTRIBUTION = _("Whose words the source says these are: On the record; The outlet’s own voice")
IN_OTHER_WORDS = _("The name it used, if another than the actor’s: Donetsk People’s Republic")

HELP: dict[str, dict[str, _StrOrPromise]] = {
    "Actor": {
        "kind": _("What sort of actor: State; Government body; Person"),
        "iso3": _("States only, ISO 3166-1 alpha-3 code: UKR"),
    },
    "Affiliation": {
        "actor": _("Who has the office, or belongs there: Rustem Umerov"),
        "organisation": _("Where: Ministry of Defence of Ukraine"),
        "title": _("The office, with its country if the organisation is not given: President of Ukraine"),
    },
    "AgendaItem": {
        "issue": _("What was to be spoken of: Ceasefire"),
        "discussed": _("Whether it was: On the agenda"),
    },
    "ArticleText": {
        "text": _("Pasted whole, to look for quotes in it; it never leaves the desk: Kyiv is seeking a …"),
    },
    "Assertion": {
        "field": _("What is told: Duration"),
        "state": _("Whether a value is told at all: Given; Undisclosed"),
        "unit": _("Of the amount: minutes"),
        "approximate": _("About, nearly, just over: nearly two hours"),
        "counting": _("Of a quantity: Each side"),
        "value_actor": _("An actor as value: Türkiye"),
        "value_place": _("A place as value: Istanbul"),
        "giver": _("Of what goes one way: Russia"),
        "receiver": _("Of what goes one way: Ukraine"),
        "rank": _("Which value holds where several are told: Preferred"),
        "rank_reason": _("Why this one: It is the later report."),
    },
    "Citation": {
        "source": _("The page that says so: BBC News, Istanbul talks end"),
        "testimony": _("Instead of a source, the statement it rests on: Zelensky calls for a ceasefire"),
        "excerpt": _("The words as printed, short: Kyiv is seeking an “unconditional ceasefire”"),
        "supports": _("What the passage does to what is recorded: Supports; Contradicts; Mentions"),
        "attribution": ATTRIBUTION,
        "speaker": _("Of a named voice: Volodymyr Zelensky"),
        "on_behalf_of": _("For whom the voice spoke: Ukraine"),
        "credited_to": _("The outlet that the page relays: Reuters"),
        "excerpt_check": _("Found out on saving where the text is kept; otherwise what you saw: Not checked"),
    },
    "Delegation": {
        "talk": _("The talk it came to: Istanbul talks, 16 May 2025"),
        "party": _("For whom they sat there: Ukraine"),
        "roles": _("What it was there as, one or several: Party; Host and Mediator"),
        "styled": _("The name it sat under, if another than the actor’s: Donetsk People’s Republic"),
        "attendance": ATTENDANCE,
        "level": _("Of the highest of them: Ministers"),
        "place": _("If they sat apart, where: Dolmabahçe Palace"),
        "sits_with": _("The delegation of the same talk that it was part of: Russia"),
        "list_is_complete": _("Whether the list names all who came, without a tick if unknown: all six are named"),
        "list_basis": _("Where the list of members is from: Official list; Press"),
    },
    "DelegationMember": {
        "delegation": _("With whom they came: Ukraine, Istanbul talks, 16 May 2025"),
        "person": _("Who, if named: Rustem Umerov"),
        "affiliation": _("In which office they came: Defence Minister of Ukraine"),
        "number": _("How many the descriptor stands for: 3"),
        "capacity": _("As what they sat there: Head; Member; Interpreter"),
        "attendance": ATTENDANCE,
    },
    "Event": {
        "kind": _("What sort of event: Handover; Attack"),
        "status": _("Whether it came about: Happened; Declared"),
        "title": _("A short name: First part of the 1,000-for-1,000 exchange"),
        "text": _("What happened, in our words: Each side handed over 390 people."),
        "process": _("The series of talks it matters to: Russia–Ukraine direct talks, 2025"),
        "place": _("Where; of several places one that holds them all, or none: Belarus"),
        "carries_out": _("The outcome it carries out: Exchange of 1,000 prisoners for 1,000"),
    },
    "EventParty": {
        "actor": _("Who had a part in it: Russia"),
        "role": _("Which part: Actor, who did it; Recipient, to whom; Affected"),
    },
    "EventPlace": {
        "place": _("One of the places: Chernihiv Region"),
    },
    "Identifier": {
        "scheme": _("Whose number it is: Wikidata"),
        "value": _("The number as they write it: Q212"),
    },
    "Issue": {
        "name": _("A short name: Ceasefire"),
        "parent": _("The wider issue that it falls under: Security"),
        "definition": _("What belongs under it and what does not: Halting all fire. Not: pauses for one purpose."),
    },
    "Name": {
        "kind": _("What sort of name: Official; Short; Transliteration"),
        "text": _("As it is written there: Володимир Зеленський"),
    },
    "Outcome": {
        "kind": _("What was settled: Exchange agreed; Agreement signed"),
        "title": _("A short name: Exchange of 1,000 prisoners for 1,000"),
        "text": _("In our words, in full: Each side hands over 1,000 prisoners of war."),
        "condition": _("What it depends on: once both lists are checked"),
        "process": _("The series of talks it came of: Russia–Ukraine direct talks, 2025"),
        "talk": _("The talk it came of: Istanbul talks, 16 May 2025"),
        "part_of": _("The outcome it is a term of: Istanbul memorandum"),
        "depends_on": _("The outcome that has to come first: Exchange of 1,000 prisoners for 1,000"),
    },
    "OutcomeIssue": {
        "issue": _("What it is about: Prisoners of war"),
    },
    "OutcomeParty": {
        "actor": _("Who has a part in it: Ukraine"),
        "role": _("Which part: Party; Signatory; Guarantor"),
        "stance": _("What they say of it: Confirms; Denies"),
        "person": _("Who signed or spoke: Rustem Umerov"),
        "affiliation": _("In which office: Defence Minister of Ukraine"),
        "styled": IN_OTHER_WORDS,
    },
    "Place": {
        "kind": _("What sort of place: City; Venue"),
        "name": _("The name in English: Dolmabahçe Palace"),
        "parent": _("The place it lies in: Istanbul"),
    },
    "Position": {
        "process": _("The series of talks it belongs to: Russia–Ukraine direct talks, 2025"),
        "talk": _("Where it was put forward: Istanbul talks, 16 May 2025"),
        "party": _("Who holds it: Ukraine"),
        "issue": _("What it is about: Ceasefire"),
        "stance": _("How they stand to it: Demands"),
        "ascription": _("Who says that they hold it: Self-stated"),
        "text": _("In our words, in full: A ceasefire of 30 days, without conditions, before talks."),
        "condition": _("What it depends on: if the other side does the same"),
        "in_force_edtf": _("From when to when: 2025-05-16/.. is in force still, 2022-03-10/ until nobody knows when"),
        "is_headline": _("The one that stands for the party on this issue: Unconditional ceasefire"),
        "tied_to": _("The issue it hinges on: Security guarantees"),
        "supersedes": _("The party’s earlier position that it replaces: Ceasefire of 30 days"),
    },
    "Process": {
        "title": _("A short name, with the year: Russia–Ukraine direct talks, 2025"),
        "summary": _("For readers who know nothing of it: The first direct talks since 2022, held in Istanbul."),
        "conflict": _("The armed conflict it is about: Russian invasion of Ukraine"),
        "part_of": _("The umbrella process: Russia–Ukraine negotiations"),
        "continues": _("The process it takes up again: Russia–Ukraine direct talks, 2022"),
    },
    "Source": {
        "page_url": _("The page you read, pasted: https://example.org/news/istanbul-talks"),
        "title": _("As printed; empty when the page read shows none: Istanbul talks end"),
        "kind": _("What it is: News; Official statement"),
        "publisher": _("Who published it: BBC News"),
        "accessed_on": _("The day you read it: 2025-05-17"),
        "canonical_url": _("The address that the page gives for itself: https://example.org/news/1234"),
        "archived_url": _("A copy in a web archive: https://web.archive.org/web/20250517/https://example.org/news"),
        "reproduction": _("Whether the words are the publisher’s own: Original; Syndicated; Translation"),
        "syndicated_from": _("The source that it repeats: Reuters, Istanbul talks end"),
        "reliability": _("How far to trust it; with a reason if not: Usual"),
        "reliability_reason": _("Why not as usual: The page was taken back a day later."),
        "note": _("What others should know of it: The headline was changed on 17 May."),
    },
    "Statement": {
        "attribution": _("How the speaker is named: On the record"),
        "speaker": _("Who said it: Volodymyr Zelensky"),
        "on_behalf_of": _("For whom they spoke: Ukraine"),
        "affiliation": _("In which office they spoke: President of Ukraine"),
        "act": _("What they did by saying it: Appeal"),
        "text_kind": _("How near to their words ours are: Partial quote"),
        "channel": _("Where the words were given: Press conference; Social media"),
        "text": _("What was said, in our words: Calls for a ceasefire without conditions."),
        "quote": _("In theirs, short, of a named speaker: an unconditional ceasefire"),
        "place": _("Where they said it: Istanbul"),
        "occasion": _("The talk at which they said it: Istanbul talks, 16 May 2025"),
    },
    "StatementLink": {
        "relation": _("How the statement stands to it, of which one is chosen below: About; Responds to; Contradicts"),
        "to_statement": _("Another statement: Putin proposes direct talks"),
        "to_actor": _("A person, party or body: Türkiye"),
        "to_process": _("A series of talks: Russia–Ukraine direct talks, 2025"),
        "to_talk": _("A talk: Istanbul talks, 16 May 2025"),
        "to_delegation": _("Those who came for a party: Russia, Istanbul talks, 16 May 2025"),
        "to_issue": _("An issue: Ceasefire"),
        "to_place": _("A place: Istanbul"),
        "to_position": _("What a party holds: Unconditional ceasefire"),
        "to_outcome": _("What was settled: Exchange of 1,000 prisoners for 1,000"),
        "to_event": _("What happened: First part of the 1,000-for-1,000 exchange"),
    },
    "Talk": {
        "title": _("A short name, with place and day: Istanbul talks, 16 May 2025"),
        "process": _("The series of talks it belongs to: Russia–Ukraine direct talks, 2025"),
        "round_number": _("As the sides count: 2"),
        "relation": _("How it stands to another talk: Session of the related talk"),
        "related_talk": _("Needed unless it is a core talk: Istanbul talks, 16 May 2025"),
        "kind": _("What sort of meeting: Round of negotiations"),
        "status": _("Whether it took place: Held"),
        "modality": _("In one place or not: In person"),
        "setting": _("How the sides met: Direct"),
        "track": _("Whose talk it is: Track 1: officials"),
        "place": _("Where, as exactly as the source tells: Dolmabahçe Palace"),
        "end_time": _("Clock time at the place: 15:05"),
        "purpose": _("What it was called for: To speak of a ceasefire"),
        "summary": _("Two or three sentences: First direct meeting in three years. It was short."),
    },
    "Token": {
        "owner": _("Whose rights it has at most, and who has written what it writes: olena.k"),
        "scopes": _("What it may do of what its owner may: Read the desk"),
        "expires_at": _("From then on it is refused: 2026-12-31 00:00"),
    },
}  # fmt: skip


def help_of(column: models.Field[Any, Any]) -> _StrOrPromise:
    """What the desk says of a column: these words, or else the model's."""
    return HELP.get(column.model.__name__, {}).get(column.name, column.help_text)
