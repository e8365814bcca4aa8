"""A table is tried out, told row by row, and then written as it was seen: all of it or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from negotiations import publication
from negotiations.exchange import table_rows, tables
from negotiations.exchange.shape import RECORDS
from negotiations.exchange.sheets import Sheet, read_text
from negotiations.exchange.table_shapes import Table, tables_of
from negotiations.exchange.tables import BroughtIn, Examined, NotAsSeen
from negotiations.models import (
    Actor,
    Affiliation,
    ArticleText,
    Assertion,
    Citation,
    Delegation,
    Edit,
    Place,
    StatementLink,
    Submission,
    Talk,
)
from negotiations.models.records import DESK_ONLY
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return User.objects.create_user("curator")


def anybody(_: Any) -> None:
    """Permits everything."""


def table(root: Any, model: Any = None) -> Table:
    return tables_of(root)[(model or root)._meta.model_name]


def tried(table: Table, text: str, by: User) -> Examined:
    return tables.examine(table, read_text(text), by=by, permit=anybody)


def told(table: Table, text: str, by: User) -> list[str]:
    return [f"{fault.cell}: {fault.message}" for fault in tried(table, text, by).faults]


def brought_in(table: Table, text: str, by: User, note: str | None = None) -> BroughtIn:
    seen = tried(table, text, by)
    assert seen.faults == []
    return tables.bring_in(table, read_text(text), by=by, permit=anybody, seen=seen.digest, note=note)


def taken_out(table: Table) -> str:
    header, rows = table_rows.table_of(table, table.root._default_manager.all())
    return "\n".join(",".join(f'"{text}"' for text in row) for row in (header, *rows))


# What it would do


def test_trying_out_says_what_would_change_and_changes_nothing(by: User) -> None:
    make.make_actor("Ukraine", slug="ukraine", iso3="UKR")
    make.make_actor("Russia", slug="russia", iso3="RUS")

    seen = tried(
        table(Actor),
        "slug,name,kind,iso3\nukraine,Україна,state,\nrussia,Russia,state,RUS\nun,UN,intergovernmental,",
        by,
    )

    assert (seen.new, seen.changed, seen.unchanged) == (1, 1, 1)
    assert [(line.row, line.label, line.is_new) for line in seen.lines] == [(2, "ukraine", False), (4, "un", True)]
    assert [(each.column, each.before, each.after) for each in seen.lines[0].differences] == [
        ("name", "Ukraine", "Україна"), ("iso3", "UKR", ""),
    ]  # fmt: skip
    assert {each.column: each.after for each in seen.lines[1].differences} == {
        "slug": "un",
        "name": "UN",
        "kind": "intergovernmental",
    }
    assert set(Actor.objects.values_list("name", "version")) == {("Ukraine", 1), ("Russia", 1)}
    assert not Edit.objects.exists()


def test_names_much_like_others_are_pointed_at(by: User) -> None:
    make.make_actor("Rustem Umerov", slug="rustem-umerov", kind="person")

    (doubt,) = tried(table(Actor), "slug,name,kind\nrustem-umierov,Rustem Umierov,person", by).doubts

    assert doubt.cell == "B2"
    assert "much like" in doubt.message


def test_what_was_seen_is_written_as_work_of_whoever_brings_it_and_sent_for_review(by: User) -> None:
    old = make.make_actor("Ukraine", slug="ukraine")

    done = brought_in(
        table(Actor), "slug,name,kind\nukraine,Україна,state\nun,UN,intergovernmental", by, note="Two actors."
    )

    new = Actor.objects.get(slug="un")
    assert (done.made, done.changed) == ([new], [old])
    assert list(Edit.objects.order_by("version").values_list("record_id", "version", "author__username")) == [
        (new.pk, 1, "curator"), (old.pk, 2, "curator"),
    ]  # fmt: skip
    assert done.submission == Submission.objects.get()
    assert {pin.record_id for pin in done.submission.pins.all()} == {old.pk, new.pk}
    assert done.submission.note == "Two actors."


def test_without_a_note_they_stay_drafts(by: User) -> None:
    brought_in(table(Actor), "slug,name,kind\nun,UN,intergovernmental", by)

    assert Actor.objects.get().name == "UN"
    assert not Submission.objects.exists()


def test_an_empty_cell_empties_and_a_column_that_is_not_there_leaves_things_alone(by: User) -> None:
    talk = make.make_talk(purpose="An exchange", summary="Short.", modality="remote", languages=["ru", "tr"])

    brought_in(table(Talk), f"slug,summary,modality,languages\n{talk.slug},,,", by)

    talk.refresh_from_db()
    assert (talk.purpose, talk.summary, talk.modality, talk.languages) == ("An exchange", "", "unknown", [])


def test_a_record_is_found_by_its_id_though_its_slug_is_another(by: User) -> None:
    actor = make.make_actor("Ukraine", slug="ukraine")

    brought_in(table(Actor), f"id,slug\n{actor.pk},kyiv", by)
    assert told(table(Actor), "slug,name\nkyiv,\n", by) == ["B2: Cannot be left empty."]

    actor.refresh_from_db()
    assert (actor.slug, actor.name) == ("kyiv", "Ukraine")


def test_new_records_of_one_table_refer_to_each_other(by: User) -> None:
    brought_in(table(Place), "slug,name,kind,parent\nhall,The hall,venue,city\ncity,The city,city,", by)

    assert Place.objects.get(slug="hall").parent == Place.objects.get(slug="city")


# What is wrong


def test_every_fault_is_told_with_its_cell_in_one_go(by: User) -> None:
    make.make_process("Direct talks", slug="direct-talks")
    rows = (
        "slug,title,process,kind,status,start,end,start_time,round_number,titel",
        "a,A,direct-tals,rund,held,May,,,,",
        "b,,direct-talks,round,held,2025-05-16,2025-05-15,,0,",
        "a,B,direct-talks,round,held,,,25:00,x,",
        "C c,C,direct-talks,round,held,,,13:30,,",
    )

    found = told(table(Talk), "\n".join(rows), by)

    assert [each.partition(" (the ")[0].partition(": 2025")[0] for each in found] == [
        'J1: “titel” is no column of this table; did you mean "title"?',
        'C2: No process has the slug "direct-tals"; did you mean "direct-talks"?',
        'D2: "rund" is not a word of its list; did you mean "round"?',
        "F2: May is not a date we can read. Write a date as the source gives it",
        "B3: Cannot be left empty.",
        "A4: Stands in row 2 already; put both together.",
        'H4: "25:00" is not a clock time; write it as 13:30.',
        'I4: "x" is not a whole number.',
        "A5: A slug has small letters, digits and single hyphens: istanbul-2025-05-16.",
    ]
    assert not Talk.objects.exists()


def test_what_postgresql_refuses_is_told_with_its_row(by: User) -> None:
    process = make.make_process()
    rows = f"slug,title,process,kind,status,start,start_time,round_number\na,A,{process.slug},round,held,,13:30,0"

    assert told(table(Talk), rows, by) == [
        "row 2: A clock time needs a start date.",
        "H2: Rounds are counted from 1; a talk before them has no number.",
    ]


def test_what_a_rule_over_several_rows_refuses_is_told_with_its_cell(by: User) -> None:
    country = make.make_place("Türkiye", kind="country", country="TUR")

    found = told(table(Place), f"slug,name,kind,parent,country\ncity,City,city,{country.slug},UKR", by)

    assert len(found) == 1
    assert found[0].startswith("E2: ")


@pytest.mark.parametrize(("text", "fault"), [
    ("name,kind\nA,state", "row 1: The column id or slug is missing"),
    ("slug,name\n", ": Below row 1, which names the columns, there is no row"),
    ("id,slug,name,kind\n7,a,A,state", "A2: Is not an id; leave it empty in a new row."),
    ("slug,name\na,A", "row 2: This is a new actor, and it lacks: kind."),
    ("id,name,kind\n,A,state", "row 2: This is a new actor, and it lacks: slug."),
    ("id,slug,name,kind\n00000000-0000-1000-8000-000000000000,a,A,state", "A2: Is not a random UUID of version 4"),
    ("slug,name,kind,iso3\na,A,state,XXXX", "D2: "),
])  # fmt: skip
def test_what_a_row_lacks_is_told(text: str, fault: str, by: User) -> None:
    (found,) = told(table(Actor), text, by)

    assert found.startswith(fault)


def test_a_record_that_stands_twice_is_refused_however_it_is_named(by: User) -> None:
    actor = make.make_actor("Ukraine", slug="ukraine")

    found = told(table(Actor), f"id,slug,name\n{actor.pk},ukraine,Ukraine\n,ukraine,Ukraine", by)

    assert "A3: Stands in row 2 already; put both together." in found


# Parts


def test_parts_are_entered_under_what_they_belong_to(by: User) -> None:
    talk = make.make_talk("Istanbul talks", slug="istanbul")
    make.make_actor("Ukraine", slug="ukraine")
    person = make.make_actor("Rustem Umerov", slug="rustem-umerov", kind="person")
    Affiliation.objects.create(actor=person, title="Defence Minister")

    brought_in(table(Talk, Delegation), "of,party,roles\nistanbul,ukraine,party; chair", by)
    members = "of,within,person,affiliation,capacity,descriptor,number\nistanbul,delegation ukraine,"
    brought_in(tables_of(Talk)["delegationmember"], f"{members}rustem-umerov,Defence Minister,head,,", by)
    brought_in(tables_of(Talk)["delegationmember"], f"{members},,,officials,3", by)

    delegation = Delegation.objects.get(talk=talk)
    assert delegation.roles == ["party", "chair"]
    assert [(str(each), each.capacity) for each in delegation.members.all()] == [
        ("Rustem Umerov", "head"), ("officials", "member"),
    ]  # fmt: skip
    assert Talk.objects.get().version == 4


def test_a_part_of_a_part_is_named_by_its_id(by: User) -> None:
    source = make.make_source()
    talk, other = make.make_talk(slug="one"), make.make_talk(slug="other")
    delegation = make.make_delegation(talk)
    made = Assertion.objects.create(delegation=delegation, field="mandate", word="to agree")
    citations = tables_of(Talk)["citation"]
    row = f"{source.slug},outlet,they sat down"

    brought_in(citations, f"of,within,source,attribution,excerpt\none,assertion {made.pk},{row}\none,,{row}", by)

    found = Citation.objects.filter(excerpt="they sat down")
    assert {(each.assertion, each.talk) for each in found} == {(made, None), (None, talk)}
    assert told(citations, f"of,within,source,attribution,excerpt\nother,assertion {made.pk},{row}", by) == [
        f'B2: "assertion {made.pk}" belongs to another talk.'
    ]
    assert other.version == 1


@pytest.mark.parametrize(("place", "fault"), [
    ("ones,delegation ukraine", 'A2: No talk has the slug "ones"; did you mean "one"?'),
    (",delegation ukraine", "A2: Is empty: write the slug of the talk."),
    ("one,", "B2: Is empty: write what it belongs to, as in: delegation russia."),
    ("one,delegation moon", 'B2: "delegation moon" is no part of a talk that is there; bring in that part first.'),
    ("one,party ukraine", 'B2: "party ukraine" is not a kind and an id (the kinds: delegation).'),
])  # fmt: skip
def test_a_part_that_belongs_nowhere_is_refused(place: str, fault: str, by: User) -> None:
    make.make_delegation(make.make_talk(slug="one"), make.make_actor(slug="ukraine"))
    text = f"of,within,descriptor\n{place},officials"

    assert told(tables_of(Talk)["delegationmember"], text, by) == [fault]


def test_a_part_that_stands_twice_is_refused(by: User) -> None:
    make.make_talk(slug="one")
    make.make_actor(slug="ukraine")

    found = told(table(Talk, Delegation), "of,party,roles\none,ukraine,party\none,ukraine,chair", by)

    assert found == ["row 3: Stands in row 2 already; put both together."]


def test_a_quote_is_looked_for_in_the_text_that_is_kept_of_its_source(by: User) -> None:
    talk, source = make.make_talk(slug="one"), make.make_source()
    ArticleText.objects.create(source=source, text="They sat down at noon.")
    rows = "of,source,attribution,excerpt\none,{0},outlet,they sat down\none,{0},outlet,they stood up"

    brought_in(table(Talk, Citation), rows.format(source.slug), by)

    assert dict(talk.citations.filter(source=source).values_list("excerpt", "excerpt_check")) == {
        "they sat down": "found", "they stood up": "not_found",
    }  # fmt: skip


def test_a_quote_that_is_changed_is_no_longer_said_to_be_found(by: User) -> None:
    quote = make.cite(make.make_talk(slug="one"), excerpt="they met", excerpt_check="found")
    citations = table(Talk, Citation)

    brought_in(citations, f"of,id,locator\none,{quote.pk},¶3", by)
    quote.refresh_from_db()
    assert (quote.locator, quote.excerpt_check) == ("¶3", "found")
    brought_in(citations, f"of,id,excerpt\none,{quote.pk},they sat down", by)

    quote.refresh_from_db()
    assert (quote.excerpt, quote.excerpt_check) == ("they sat down", "not_checked")


def test_a_value_beside_an_empty_cell_of_another_kind_stays(by: User) -> None:
    made = Assertion.objects.create(talk=make.make_talk(slug="one"), field="venue", word="a hall")
    text = f"of,id,field,amount,rank\none,{made.pk},venue,,preferred"

    brought_in(table(Talk, Assertion), text, by)

    made.refresh_from_db()
    assert (made.word, made.rank) == ("a hall", "preferred")


def test_a_link_can_be_led_to_another_kind_of_record(by: User) -> None:
    statement, talk = make.make_statement(), make.make_talk(slug="one")
    link = StatementLink.objects.create(statement=statement, relation="about", to_issue=make.make_issue())

    seen = brought_in(table(type(statement), StatementLink), f"of,id,to\n{statement.slug},{link.pk},talk one", by)

    link.refresh_from_db()
    assert (link.to_issue, link.to_talk) == (None, talk)
    (difference,) = seen.examined.lines[0].differences
    assert (difference.column, difference.after) == ("to", "talk one")


def test_an_office_that_its_title_does_not_tell_goes_out_by_its_id(by: User) -> None:
    person = make.make_actor("Rustem Umerov", slug="umerov", kind="person")
    first, second = (Affiliation.objects.create(actor=person, title="Minister", during_edtf=year)
                     for year in ("2022", "2024"))  # fmt: skip
    delegation = make.make_delegation(make.make_talk())
    make.make_member(delegation, person, affiliation=first)
    members = tables_of(Talk)["delegationmember"]

    text = taken_out(members)

    assert str(first.pk) in text
    assert tried(members, text, by).unchanged == 1
    brought_in(members, text.replace(str(first.pk), str(second.pk)), by)
    assert delegation.members.get().affiliation == second


# All or none, and only what was seen


def test_what_changed_since_it_was_seen_is_not_written(by: User) -> None:
    actor = make.make_actor("Ukraine", slug="ukraine")
    text = "slug,name\nukraine,Україна"
    seen = tried(table(Actor), text, by)
    Actor.objects.filter(pk=actor.pk).update(name="Kyiv")

    with pytest.raises(NotAsSeen) as raised:
        tables.bring_in(table(Actor), read_text(text), by=by, permit=anybody, seen=seen.digest, note=None)

    assert raised.value.examined.lines[0].differences[0].before == "Kyiv"
    assert Actor.objects.get().name == "Kyiv"


def test_a_table_with_a_fault_is_not_written_at_all(by: User) -> None:
    sheet = read_text("slug,name,kind\na,A,state\nb,B,stat")

    with pytest.raises(NotAsSeen) as raised:
        tables.bring_in(table(Actor), sheet, by=by, permit=anybody, seen=Examined().digest, note=None)

    assert len(raised.value.examined.faults) == 1
    assert not Actor.objects.exists()


def test_what_cannot_be_sent_for_review_is_not_written_either(by: User) -> None:
    actor = make.make_actor("Ukraine", slug="ukraine")
    publication.submit([actor], by=by, note="First.")
    text = "slug,name\nukraine,Україна"
    seen = tried(table(Actor), text, by)

    with pytest.raises(publication.Refused, match="open submission"):
        tables.bring_in(table(Actor), read_text(text), by=by, permit=anybody, seen=seen.digest, note="Second.")

    assert Actor.objects.get().name == "Ukraine"


def test_what_becomes_as_public_as_it_was_needs_no_review(by: User) -> None:
    actor = make.published(make.make_actor("Ukraine", slug="ukraine"))
    Actor.objects.filter(pk=actor.pk).update(name="Kyiv")

    done = brought_in(
        table(Actor), "slug,name,kind\nukraine,Ukraine,state\nun,UN,intergovernmental", by, note="Back again."
    )

    assert done.submission
    assert [pin.record_id for pin in done.submission.pins.all()] == [Actor.objects.get(slug="un").pk]


def test_whoever_may_not_write_is_stopped_before_anything_is_written(by: User) -> None:
    def nobody(plan: Any) -> None:
        raise PermissionDenied

    with pytest.raises(PermissionDenied):
        tables.examine(table(Actor), read_text("slug,name,kind\na,A,state"), by=by, permit=nobody)

    assert not Actor.objects.exists()


# What there is


def test_nothing_private_is_a_column() -> None:
    for root in RECORDS:
        for each in tables_of(root).values():
            columns = {column.key.column for column in each.columns if column.key}
            private = {field.attname for field in each.model._meta.concrete_fields
                       if (field.db_comment or "").startswith(DESK_ONLY)}  # fmt: skip
            assert not columns & (private | {"excerpt_check", "text_id"}), each


def test_every_column_says_what_stands_in_it() -> None:
    lacking = [
        (root.__name__, each.name, column.name)
        for root in RECORDS
        for each in tables_of(root).values()
        for column in each.columns
        if not column.help_text and not column.words
    ]

    assert lacking == []


def test_rows_stand_in_the_order_of_the_list_and_only_those_of_the_list(by: User) -> None:
    talks = [make.make_talk(slug=slug) for slug in ("a", "b", "c")]
    for talk in talks:
        make.make_delegation(talk, make.make_actor())

    _, rows = table_rows.table_of(table(Talk, Delegation), Talk.objects.filter(slug__in="cb").order_by("-slug"))

    assert [row[0] for row in rows] == ["c", "b"]


def test_a_sheet_of_another_programs_making_is_taken_as_well(by: User) -> None:
    sheet = Sheet(header=["slug", "name", "kind"], rows=[(7, ["un", "UN", "intergovernmental"])])

    (line,) = tables.examine(table(Actor), sheet, by=by, permit=anybody).lines

    assert (line.row, line.is_new) == (7, True)
