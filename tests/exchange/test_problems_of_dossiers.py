"""Whatever is wrong with a dossier is told with file, line and path, all of it at once, and nothing is written."""

from pathlib import Path

import pytest

from negotiations.exchange.dossiers import load
from negotiations.exchange.holdings import Holdings
from negotiations.exchange.namesakes import alike
from negotiations.exchange.planning import Planner
from negotiations.exchange.reading import read
from negotiations.exchange.rows import rows_of
from negotiations.exchange.writing import ChangedMeanwhile
from negotiations.exchange.writing import write as write_plan
from negotiations.models import Actor, Delegation, Identifier, Talk
from tests.exchange.conftest import SMALL, TALK_ID, Write

pytestmark = pytest.mark.django_db
ID = "0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f00aa"


def told(*paths: Path, publish: bool = False) -> list[str]:
    report = load(paths, publish=publish)
    assert report.files == []
    return [str(problem) for problem in report.problems]


# Each line of the small dossier, made wrong in one place: what stands there, what instead, and what is told.
FAULTS = [
    ("dossier: small", "dossier: big", 'small.yaml:2 dossier: says "big", but the file is called "small.yaml"'),
    ("title: A small meeting\n", "", 'small.yaml:2 title: "title" is missing or is not a text'),
    ('note: "A small meeting."', 'note: ""', "small.yaml:4 revision.note: is empty or not a text; it tells readers"),
    ("kind: new,", "kind: merge,", 'small.yaml:4 revision.kind: "merge" is not one of: new, new_fact'),
    ("talks:", "talk:", 'small.yaml:25 talk: unknown key "talk"; did you mean "talks"?'),
    ("    status: held", "    statsu: held", 'talks[0].statsu: a talk has no key "statsu"; did you mean "status"?'),
    ("    status: held", "", "small.yaml:26 talks[0]: this is a new talk, and it lacks: status"),
    (
        "kind: round",
        "kind: rond",
        'small.yaml:30 talks[0].kind: "rond" is not a word of its list; did you mean "round"?',
    ),
    ("kind: round", "kind: rond", "(the list: round, summit, ministerial,"),
    ("kind: round", 'kind: ""', "talks[0].kind: is empty; leave the key out"),
    ("kind: round", "kind: [round]", "talks[0].kind: must be one text, not a list or mapping"),
    ("roles: [party],", "roles: [party, hsot],", 'roles[1]: "hsot" is not a word of its list; did you mean "host"?'),
    ("roles: [party],", "roles: party,", "talks[0].delegations[1].roles: must be a list, such as [party]"),
    ("2025-05-16", "16 May 2025", "talks[0].start: 16 May 2025 is not a date we can read."),
    ("2025-05-16", "2025-02-30", "talks[0].start: 2025-02-30 is not a date we can read. There is no such day."),
    ("start_time: 13:30", "start_time: 25:00", 'talks[0].start_time: "25:00" is not a clock time; write it as 13:30'),
    ('amount: "(90,)"', "amount: over 90", 'assertions[0].amount: "over 90" is not a number or range'),
    ('amount: "(90,)"', "word: long, amount: 12", "assertions[0]: Give one of word, amount, date, time, actor, place"),
    ("field: duration, amount", "field: stage, word: odd, amount", 'word: "odd" is not a stage (the list: exploratory'),
    ("approximate: true", "approximate: yes", 'approximate: "yes" is neither true nor false'),
    (
        "party: ukraine",
        "party: ukrane",
        'delegations[0].party: no actor has the slug "ukrane"; did you mean "ukraine"?',
    ),
    ("party: ukraine", "party: direct-talks", 'delegations[0].party: "direct-talks" is a process, not an actor'),
    ("sits_with: ukraine", "sits_with: outlet", 'delegations[1].sits_with: "outlet" has no delegation at this talk'),
    ("affiliation: Defence Minister", "affiliation: Defence Ministr", 'did you mean "Defence Minister"? (it has: Def'),
    ("to: statement second", "to: second", 'links[0].to: "second" is not a kind and a slug, such as: actor vlad'),
    ("meeting/russia", "meeting/outlet", 'links[1].to: "outlet" has no delegation at this talk'),
    ("to: delegation meeting/russia", "to: delegation meeting", "is not a talk and a party, such as: delegation"),
    ("issues: [ceasefire]", "issues: [ceasefir]", 'issues[0].issue: no issue has the slug "ceasefir"; did you mean'),
    ('page [¶1] "they met"', "page", "talks[0].cite: a citation in one line is: SOURCE [where on the page]"),
    ('page [¶1] "they met"', "pag [¶1]", 'talks[0].cite.source: no source has the slug "pag"; did you mean "page"?'),
    ("conflict: war", "conflict: wra", 'processes[0].conflict: no event has the slug "wra"; did you mean "war"?'),
    ("slug: meeting", "slug: The Meeting", "talks[0].slug: A slug has small letters, digits and single hyphens"),
    (f"id: {TALK_ID}", "id: 12", "small.yaml:26 talks[0].id: is not an id; a fresh one: "),
    (TALK_ID, TALK_ID.replace("-4e4e-", "-1e4e-"), "talks[0].id: is not a random UUID of version 4; a fresh one: "),
    (f"- id: {TALK_ID}\n   ", "-", 'small.yaml:26 talks[0]: "id" is missing; a fresh one: '),
    ("f0009", "f0010", "statements[1].id: stands in the file already, in line 45"),
    ("slug: second", "slug: first", "statements[1].slug: stands in the file already, in line 46"),
    ("{party: russia,", "{party: ukraine,", "delegations[1]: stands in the file already, in line 39"),
    (
        "iso3: UKR",
        "iso3: ukr",
        "small.yaml:6 actors[0]: iso3 is a code of three capital letters and only states have one.",
    ),
    ("https://outlet", "ftp://outlet", "sources[0].page_url: page_url is an http or https address, such as"),
    ("attribution: background", "attribution: on_record", "statements[1].attribution: On the record, or in a document"),
    ("locator: ¶3, ", "", "statements[0].cite.source: A citation of a source has an excerpt or says where"),
    ("start_time: 13:30", "zone: Europe/Istanbul", "talks[0].zone: A time zone needs a start or end time."),
    ("kind: state, iso3: RUS", "kind: state, iso3: UKR", "actors[1].iso3: "),
    ("text: Рустем Умєров", 'text: "Рустем \\u202e"', "names[0].text: has control or direction-override characters"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), FAULTS, ids=[wrong or right for right, wrong, _ in FAULTS])
def test_a_fault_is_told_where_it_stands(write: Write, right: str, wrong: str, message: str) -> None:
    assert right in SMALL

    problems = told(write("small", SMALL.replace(right, wrong, 1)))

    assert any(message in problem for problem in problems), problems
    assert not Actor.objects.exists()


def test_one_fault_is_told_once(write: Write) -> None:
    assert told(write("small", SMALL.replace("party: ukraine", "party: ukrane"))) == [
        'small.yaml:39 talks[0].delegations[0].party: no actor has the slug "ukrane"; did you mean "ukraine"?',
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("party: ukraine", "party: ukrane"),
        (f"- id: {TALK_ID}\n   ", "-"),
        ("f0009", "f0010"),
        ("slug: second", "slug: first"),
    ],
)
def test_a_fault_brings_no_others_in_its_train(write: Write, right: str, wrong: str) -> None:
    assert len(told(write("small", SMALL.replace(right, wrong, 1)))) <= 2


def test_faults_of_every_sort_in_all_files_are_told_at_once(write: Write) -> None:
    faulty = SMALL
    for right, wrong in [
        ("kind: round", "kind: rond"),  # a word
        ("conflict: war", "conflict: wra"),  # a reference
        ("attribution: background", "attribution: on_record"),  # a rule of one row
        ("iso3: RUS", "iso3: UKR"),  # a rule of several rows
    ]:
        faulty = faulty.replace(right, wrong)

    problems = told(write("small", faulty), write("other", "actor: []\n"), write("third", "a: &b 1\n"))

    assert [problem.split(": ")[0] for problem in problems] == [
        "other.yaml:4 actor",
        "small.yaml:7 actors[1].iso3",
        "small.yaml:24 processes[0].conflict",
        "small.yaml:30 talks[0].kind",
        "small.yaml:59 statements[1].attribution",
        "third.yaml:4 a",
        "third.yaml:4 a",
    ]


def test_a_rule_that_the_database_alone_can_check_is_told_in_the_models_words(small: Path, write: Write) -> None:
    load([small])
    Identifier.objects.create(actor=Actor.objects.get(slug="outlet"), scheme="wikidata", value="Q212")

    problems = told_after(
        write(
            "later",
            "actors:\n  - id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0001\n    slug: ukraine\n"
            "    identifiers:\n      - {scheme: wikidata, value: Q212}\n",
        )
    )

    assert problems == ["later.yaml:8 actors[0].identifiers[0]: Another record has this identifier already."]


def told_after(path: Path) -> list[str]:
    return [str(problem) for problem in load([path]).problems]


def test_a_change_that_breaks_a_rule_is_refused_as_a_whole(small: Path, write: Write) -> None:
    load([small])

    problems = told_after(
        write("later", f"talks:\n  - {{id: {TALK_ID}, slug: meeting, title: New, relation: session}}\n")
    )

    assert problems == [
        "later.yaml:5 talks[0].relation: A core talk has no related talk; every other relation names another talk."
    ]
    assert Talk.objects.get().title == "The meeting"


def test_an_id_that_belongs_to_another_record_is_refused(small: Path, write: Write) -> None:
    load([small])

    assert told_after(write("later", f"talks:\n  - {{id: {TALK_ID}, slug: other}}\n")) == [
        'later.yaml:5 talks[0].id: this id belongs to the talk "meeting"; a new record needs an id of its own'
        " (a dossier renames nothing)"
    ]


def test_an_id_of_another_records_part_is_refused(small: Path, write: Write) -> None:
    load([small])
    stray = Delegation.objects.create(
        talk=Talk.objects.create(slug="o", title="O", process=Talk.objects.get().process, kind="call", status="held"),
        party=Actor.objects.get(slug="outlet"),
        roles=["party"],
    )

    path = write(
        "later",
        f"talks:\n  - id: {TALK_ID}\n    slug: meeting\n    delegations:\n"
        f"      - {{id: {stray.pk}, party: outlet, roles: [party]}}\n",
    )

    assert told_after(path) == [
        "later.yaml:8 talks[0].delegations[0].id: this id belongs to a delegation of another record"
    ]


def test_a_record_that_somebody_changed_meanwhile_is_not_overwritten(small: Path, write: Write) -> None:
    load([small])
    path = write("later", f"talks:\n  - {{id: {TALK_ID}, slug: meeting, title: New}}\n")
    dossier = rows_of(read(path), is_bundled=False)
    plan = Planner(Holdings.of([dossier])).plan(dossier)
    Talk.objects.update(title="A curator's title", version=2)

    with pytest.raises(ChangedMeanwhile):
        write_plan(plan)

    assert Talk.objects.get().title == "A curator's title"


def test_a_slug_that_is_taken_is_refused_with_the_id_to_write(small: Path, write: Write) -> None:
    load([small])

    assert told_after(write("later", f"talks:\n  - {{id: {ID}, slug: meeting}}\n")) == [
        f'later.yaml:5 talks[0].id: the talk "meeting" has the id {TALK_ID}; write that one'
    ]


def test_what_stands_only_in_a_later_file_is_not_there_yet(small: Path, write: Write) -> None:
    early = write("early", f"places:\n  - {{id: {ID}, slug: city, name: City, kind: city, cite: 'page [¶1]'}}\n")

    assert told(early, small) == [
        'early.yaml:5 places[0].cite.source: the source "page" comes only in small.yaml, a later file; load that first'
    ]


def test_the_same_file_twice_is_refused(small: Path) -> None:
    assert told(small, small) == ["small.yaml:2 is given twice, or two files have this name"]


def test_publishing_needs_a_note(write: Write) -> None:
    path = write("small", SMALL.replace('note: "A small meeting."', "kind: new").replace("{kind: new, ", "{"))

    assert told(path, publish=True) == [
        "small.yaml:4 revision.note: is missing; it tells readers what the revision brings"
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Rustem Umerov", "Rustem Umierov", True),
        ("Serhii Kyslytsya", "Sergiy Kislitsa", True),
        ("İbrahim Kalın", "Ibrahim Kalin", True),
        ("Umerov Rustem", "Rustem Umerov", True),
        ("Alexander Fomin", "Andrii Fomin", False),
        ("Ministry of Defence of Russia", "Ministry of Defence of Ukraine", False),
        ("Iran", "Iraq", False),
        ("Dolmabahçe Palace", "Dolmabahce Palace", True),
    ],
)
def test_spellings_of_one_name_are_alike_and_names_of_two_are_not(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected


def test_a_near_duplicate_name_is_warned_of_and_loaded(small: Path, write: Write) -> None:
    load([small])

    report = load([write("later", f"actors:\n  - {{id: {ID}, slug: umierov, name: Rustem Umierov, kind: person}}\n")])

    assert report.is_ok
    assert [str(warning) for warning in report.warnings] == [
        'later.yaml:5 actors[0].name: "Rustem Umierov" is much like "Rustem Umerov" (rustem-umerov); if it is the same'
        " actor, use that"
    ]
    assert Actor.objects.filter(slug="umierov").exists()


def test_near_duplicates_within_one_file_are_warned_of_once(write: Write) -> None:
    text = "".join(
        f"  - {{id: {ID[:-1]}{number}, slug: place-{number}, name: {name}, kind: venue}}\n"
        for number, name in enumerate(["Dolmabahçe Palace", "Dolmabahce Palace"])
    )

    assert len(load([write("later", f"places:\n{text}")]).warnings) == 1


def test_a_name_in_another_script_counts_too(small: Path, write: Write) -> None:
    load([small])

    report = load([write("later", f"actors:\n  - {{id: {ID}, slug: umerov, name: Рустем Умеров, kind: person}}\n")])

    assert len(report.warnings) == 1


def test_what_was_loaded_before_is_not_warned_of(small: Path) -> None:
    load([small])

    assert load([small]).warnings == []
