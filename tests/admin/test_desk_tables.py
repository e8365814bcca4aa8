"""Tables in and out at the desk: who may, what of the list, tried out and then written."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.exchange.shape import RECORDS
from negotiations.exchange.table_shapes import tables_of
from negotiations.models import Actor, Delegation, Edit, Submission, Talk
from tests import factories as make
from tests.admin.conftest import Browser, Fields, signed_in

TABLES = [(str(root._meta.model_name), name) for root in RECORDS for name in tables_of(root)]
TWO = "slug,name,kind\nukraine,Україна,state\nun,UN,intergovernmental"


def at(kind: str, name: str = "", filters: str = "") -> str:
    return f"/admin/negotiations/{kind}/tables/{name or kind}/{filters}"


def try_out(browser: Browser, kind: str, text: str, **more: Any) -> str:
    return browser.send(at(kind), {"text": text, **more})


def write(browser: Browser, kind: str, page: str, **changed: Any) -> str:
    """Presses the button on the page that shows what the table would do."""
    form = Fields.of(page)
    wanted = {name: form[name] for name in ("table", "seen", "sends", "note") if name in form}
    return browser.send(at(kind), {**wanted, **changed})


def file(content: bytes, name: str = "actors.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("kind", [str(root._meta.model_name) for root in RECORDS])
def test_every_kind_of_record_has_its_tables(kind: str, curator: Browser) -> None:
    page = curator.page(at(kind))

    for ending in ("csv", "xlsx"):
        address = f"/admin/negotiations/{kind}/tables/{kind}.{ending}"
        assert f'href="{address}"' in page
        answer = curator.get(address)
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
        assert answer["Content-Disposition"].endswith(f'.{ending}"')
    for _, name in [table for table in TABLES if table[0] == kind and table[1] != kind]:
        assert f'href="{at(kind, name)}"' in page


def test_every_table_of_a_talk_has_its_page(curator: Browser) -> None:
    for name in tables_of(Talk):
        assert "Bring in" in curator.page(at("talk", name))


def test_the_list_leads_to_its_tables_with_its_filters(curator: Browser) -> None:
    page = curator.page("/admin/negotiations/talk/", q="Istanbul")

    assert f'href="{at("talk")}?q=Istanbul"' in page
    assert "tables/" not in curator.page("/admin/negotiations/submission/")


def test_what_is_taken_out_is_what_the_list_shows(curator: Browser) -> None:
    istanbul, geneva = make.make_talk("Istanbul talks"), make.make_talk("Geneva talks")
    for talk in (istanbul, geneva):
        make.make_delegation(talk, make.make_actor(f"Party of {talk.title}"))

    page = curator.page(at("talk", "delegation"), q="Istanbul")
    answer = curator.get("/admin/negotiations/talk/tables/delegation.csv", {"q": "Istanbul"})

    assert "One record matches the list's filters." in page
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["of", istanbul.slug]
    assert answer["Content-Disposition"] == 'attachment; filename="talks-delegations.csv"'


def test_a_filter_that_is_none_leads_back_to_the_list(curator: Browser) -> None:
    for address in (at("talk"), "/admin/negotiations/talk/tables/talk.csv"):
        answer = curator.get(address, {"nonsense": "1"})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/negotiations/talk/?e=1")


def test_no_cell_that_is_taken_out_is_run_by_a_spreadsheet(curator: Browser) -> None:
    make.make_actor("=1+1", slug="one")

    csv = curator.get("/admin/negotiations/actor/tables/actor.csv").content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(curator.get("/admin/negotiations/actor/tables/actor.xlsx").content))

    assert ",'=1+1," in csv
    assert book.active is not None
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} == {"s"}
    assert "nothing would change" in try_out(curator, "actor", csv)


def test_a_table_costs_the_same_queries_for_two_rows_and_twelve(curator: Browser) -> None:
    address = "/admin/negotiations/talk/tables/delegationmember.csv"

    def add(count: int) -> None:
        for _ in range(count):
            make.make_member(make.make_delegation(make.make_talk(), make.make_actor()))

    add(2)
    curator.get(address)
    with CaptureQueriesContext(connection) as for_two:
        curator.get(address)
    add(10)
    with CaptureQueriesContext(connection) as for_twelve:
        assert len(curator.get(address).content.splitlines()) == 13

    assert len(for_two) == len(for_twelve)


# Who may


def test_strangers_are_sent_to_sign_in(stranger: Browser) -> None:
    make.make_talk("A secret meeting")
    for address in (at("talk"), "/admin/negotiations/talk/tables/talk.csv"):
        answer = stranger.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
        held = stranger.send(address, {"text": "slug\na"}, expect=403)  # given back, to be sent after signing in
        assert "A secret meeting" not in held


def test_whoever_only_reads_takes_tables_out_and_brings_none_in(groups: None) -> None:
    reader = signed_in("reader", group="Administrators")

    page = reader.page(at("actor"))

    assert "Take out" in page
    assert 'name="text"' not in page
    reader.send(at("actor"), {"text": TWO}, expect=403)
    assert not Actor.objects.exists()


def test_staff_without_rights_sees_nothing(db: None) -> None:
    user = User.objects.create_user("new", is_staff=True)
    browser = Browser()
    browser.force_login(user)

    for address in (at("actor"), "/admin/negotiations/actor/tables/actor.csv"):
        browser.page(address, expect=403)
    user.user_permissions.add(Permission.objects.get(codename="view_talk"))
    browser.page(at("talk"))
    browser.page(at("talk", "citation"), expect=403)


def test_each_row_takes_the_right_that_it_would_take_by_hand(groups: None) -> None:
    user = User.objects.create_user("adds-only", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_actor", "add_actor"]))
    browser = Browser()
    browser.force_login(user)
    make.make_actor("Ukraine", slug="ukraine")

    assert "1 new, 0 changed" in try_out(browser, "actor", TWO.replace("ukraine,Україна,state\n", ""))
    browser.send(at("actor"), {"text": TWO}, expect=403)


def test_a_form_of_another_site_is_refused(groups: None) -> None:
    user = User.objects.create_user("curator", is_staff=True)
    user.groups.add(Group.objects.get(name="Curators"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    assert client.post(at("actor"), {"text": TWO}).status_code == 403


# In


def test_a_table_is_tried_out_then_written_and_sent_for_review(curator: Browser) -> None:
    old = make.make_actor("Ukraine", slug="ukraine")

    page = try_out(curator, "actor", TWO)

    assert "1 new, 1 changed, 0 unchanged." in page
    assert "<del>Ukraine</del> → <ins>Україна</ins>" in page
    assert set(Actor.objects.values_list("name", flat=True)) == {"Ukraine"}

    page = write(curator, "actor", page, note="Two actors.")

    assert "2 records were written." in page
    assert "Two actors." in page
    submission = Submission.objects.get()
    assert {pin.record_id for pin in submission.pins.all()} == {old.pk, Actor.objects.get(slug="un").pk}
    assert submission.sent_by.get_username() == "curator-at-work"
    assert sorted(LogEntry.objects.values_list("object_repr", "action_flag", "change_message")) == [
        ("UN", 1, "Brought in with a table."), ("Україна", 2, "Brought in with a table."),
    ]  # fmt: skip


def test_it_can_be_kept_as_drafts(curator: Browser) -> None:
    page = try_out(curator, "actor", TWO)

    page = write(curator, "actor", page, sends="", note="")

    assert "2 records were written." in page
    assert Actor.objects.count() == Edit.objects.count() == 2
    assert not Submission.objects.exists()


def test_what_is_sent_needs_a_note(curator: Browser) -> None:
    page = write(curator, "actor", try_out(curator, "actor", TWO), note="")

    assert "or do not send it yet." in page
    assert not Actor.objects.exists()
    assert "2 records were written." in write(curator, "actor", page, note="Now.")


def test_texts_of_several_lines_and_scripts_survive_both_steps(curator: Browser) -> None:
    talk = make.make_talk(slug="one")
    text = 'slug,summary,purpose\n\none,"Перший рядок\nдругий; ""так""",\'=1+1'

    write(curator, "talk", try_out(curator, "talk", text))

    talk.refresh_from_db()
    assert (talk.summary, talk.purpose) == ('Перший рядок\nдругий; "так"', "=1+1")


def test_faults_stand_beside_their_cells_and_nothing_can_be_written(curator: Browser) -> None:
    page = try_out(curator, "actor", "slug,name,kind\na,A,stat\nb,,state")

    assert "2 things stand in the way" in page
    assert 'C2 <span class="desk-stage">kind</span>' in page
    assert 'B3 <span class="desk-stage">name</span>' in page
    assert 'name="seen"' not in page
    assert "a,A,stat" in page  # what was pasted is there to be mended


def test_what_changed_meanwhile_is_shown_anew_and_not_written(curator: Browser) -> None:
    actor = make.make_actor("Ukraine", slug="ukraine")
    page = try_out(curator, "actor", TWO)
    Actor.objects.filter(pk=actor.pk).update(name="Kyiv")

    page = write(curator, "actor", page)

    assert "Something changed since this was tried out" in page
    assert "<del>Kyiv</del>" in page
    assert Actor.objects.get().name == "Kyiv"
    assert "2 records were written." in write(curator, "actor", page)


def test_a_record_in_review_stops_what_is_sent_and_says_so(curator: Browser, editor: Browser) -> None:
    actor = make.make_actor("Ukraine", slug="ukraine")
    publication.submit([actor], by=User.objects.get(username="editor-at-work"), note="First.")

    page = write(curator, "actor", try_out(curator, "actor", TWO))

    assert "is in the open submission of editor-at-work" in page
    assert Actor.objects.get().name == "Ukraine"


def test_parts_come_in_on_their_own_page(curator: Browser) -> None:
    make.make_talk(slug="one")
    make.make_actor(slug="ukraine")
    text = "of,party,roles\none,ukraine,party; host"
    page = curator.send(at("talk", "delegation"), {"text": text})
    form = Fields.of(page)

    curator.send(at("talk", "delegation"), {name: form[name] for name in ("table", "seen", "sends", "note")})

    assert Delegation.objects.get().roles == ["party", "host"]
    assert Submission.objects.get().pins.get().record_id == Talk.objects.get().pk


def test_a_spreadsheet_is_read_as_well(curator: Browser) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in TWO.splitlines():
        book.active.append(row.split(","))
    book.create_sheet("notes")
    written = io.BytesIO()
    book.save(written)

    page = curator.send(at("actor"), {"file": file(written.getvalue(), "actors.xlsx")})

    assert "2 new, 0 changed" in page
    assert "Only the first sheet, “Sheet”, was read." in page


@pytest.mark.parametrize(("content", "said"), [
    (b"x" * 10_000_000, "larger than 2 MB"),
    ("slug,name\nukraine,Україна".encode("cp1251"), "Line 2 is not UTF-8"),
    (b"PK\x03\x04" + b"\x00" * 100, "This is no spreadsheet that can be read"),
    (b"", "Row 1 is empty"),
    (b"slug,name,kind\na,\x00,state", "B2"),
    (b"slug\n\"", "This row is not CSV"),
    (b"slug,slug\na,a", "stands twice"),
])  # fmt: skip
def test_a_file_that_is_no_table_gets_a_message(content: bytes, said: str, curator: Browser) -> None:
    page = curator.send(at("actor"), {"file": file(content)})

    assert said in page
    assert 'name="seen"' not in page


def test_more_than_a_form_may_hold_gets_a_message_too(curator: Browser) -> None:
    page = try_out(curator, "actor", "slug\n" + "a" * 3_000_000)

    assert "More than 2 MB was pasted: divide the table." in page


def test_neither_nothing_nor_both_is_tried_out(curator: Browser) -> None:
    assert "one of the two" in try_out(curator, "actor", "")
    assert "one of the two" in try_out(curator, "actor", TWO, file=file(TWO.encode()))


@pytest.mark.parametrize(
    "forged", [{"table": ""}, {"table": "x\x00"}, {"seen": ""}, {"seen": "x"}, {"note": "x" * 501}]
)
def test_a_second_step_that_nobody_was_shown_writes_nothing(forged: dict[str, str], curator: Browser) -> None:
    page = write(curator, "actor", try_out(curator, "actor", TWO), **forged)

    assert "were written" not in page
    assert not Actor.objects.exists()


def test_the_file_is_not_kept(curator: Browser, settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10

    assert "2 new" in curator.send(at("actor"), {"file": file(TWO.encode())})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", [at("talk", "nonsense"), at("talk", "actor"),
                                     "/admin/negotiations/talk/tables/talk.ods"])  # fmt: skip
def test_a_table_or_format_that_is_none_is_not_found(address: str, curator: Browser) -> None:
    curator.page(address, expect=404)
