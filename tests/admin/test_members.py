"""Members of a delegation as lines: how they are read, matched and refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from negotiations.admin.people import DelegationRow, read_people
from negotiations.exchange.bundled import BUNDLED
from negotiations.models import (
    Talk,
)
from tests import factories as make
from tests.admin.test_sitting import fill, page_of


def test_members_are_pasted_as_lines(curator: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)
    umerov = make.make_actor("Rustem Umerov", kind="person")
    office = umerov.affiliations.create(title="Defence Minister")
    make.make_actor("Serhiy Kyslytsia", kind="person")
    lines = "Head: rustem umerov; defence minister\r\nSerhiy Kyslytsia\r\n\r\n* 3 officials"

    preview = curator.post("/admin/negotiations/talk/read-people/", {"text": lines}).json()
    curator.send(page_of(talk), fill(curator.form_of(page_of(talk)), "delegations", people=lines))

    said = ["Rustem Umerov, Defence Minister (head)", "Serhiy Kyslytsia", "not named: 3 officials"]
    assert preview == {"lines": [{"said": line} for line in said]}
    head, *others = delegation.members.order_by("capacity", "descriptor")
    assert (head.person, head.affiliation, head.capacity) == (umerov, office, "head")
    assert {(str(row), row.number) for row in others} == {("Serhiy Kyslytsia", None), ("officials", 3)}
    assert Talk.objects.get().version == 2
    assert "; ".join(said) in curator.page(page_of(talk))


@pytest.mark.django_db
def test_the_example_of_the_help_is_read_with_the_bundled_people() -> None:
    bundled = yaml.safe_load((BUNDLED / "istanbul-2025-05-16-other-pages.yaml").read_text("utf-8"))["actors"]
    ministry = next(row for row in bundled if row["slug"] == "ukrainian-defence-ministry")
    person = next(row for row in bundled if row["slug"] == "rustem-umerov")
    umerov = make.make_actor(person["name"], kind="person")
    for office in person["affiliations"]:
        umerov.affiliations.create(title=office["title"], organisation=make.make_actor(ministry["name"]))

    example = re.findall(r"Head: [^.]+", str(DelegationRow.declared_fields["people"].help_text))[0]

    assert [str(each) for each in read_people(example)] == ["Rustem Umerov, Minister of Defence of Ukraine (head)"]


def test_a_line_that_names_nobody_does_not_hide_what_the_others_name(curator: Any) -> None:
    make.make_actor("Rustem Umerov", kind="person").affiliations.create(title="Minister of Defence")
    text = "Rustem Umerov; King\nRustem Umerov\nNobody\nRustem Umerov"

    lines = curator.post("/admin/negotiations/talk/read-people/", {"text": text}).json()["lines"]

    assert [list(line) for line in lines] == [["why"], ["said"], ["why"], ["why"]]
    assert "has no office “King” here, but “Minister of Defence”" in lines[0]["why"]
    assert lines[1] == {"said": "Rustem Umerov"}
    assert "stands in the list twice" in lines[3]["why"]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Defence Minister", "Minister of Defence of Ukraine"),
        ("minister of defence of ukraine", "Minister of Defence of Ukraine"),
        ("Foreign Minister", None),
        ("Minister", None),
    ],
)
def test_a_title_may_leave_out_words_of_the_organisation_and_no_others(
    title: str, said: str | None, curator: Any
) -> None:
    umerov = make.make_actor("Rustem Umerov", kind="person")
    for ministry, office in (
        ("Ministry of Defence of Ukraine", "Minister of Defence of Ukraine"),
        ("Ministry of Foreign Affairs of Ukraine", "First Deputy Minister of Foreign Affairs of Ukraine"),
        ("Ministry of Defence of Ukraine", "Advising Minister for Ukraine"),
    ):
        umerov.affiliations.create(title=office, organisation=make.make_actor(ministry))

    text = f"Head: Rustem Umerov; {title}"
    [line] = curator.post("/admin/negotiations/talk/read-people/", {"text": text}).json()["lines"]

    assert line.get("said") == (said and f"Rustem Umerov, {said} (head)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Nobody", "Nobody is called “Nobody” here"),
        ("Rustem Umerov; King", "has no office “King” here"),
        ("Twin", "Several are called “Twin”"),
        ("Rustem Umerov", "is in this delegation already"),
        ("Serhiy Kyslytsia\nSerhiy Kyslytsia", "stands in the list twice"),
    ],
)
def test_a_line_that_names_nobody_for_certain_is_refused(line: str, said: str, curator: Any) -> None:
    member = make.make_member(make.make_delegation(make.make_talk()))
    for name in ("Serhiy Kyslytsia", "Twin", "Twin"):
        make.make_actor(name, kind="person")
    page = page_of(member.delegation.talk)

    answer = curator.send(page, fill(curator.form_of(page), "delegations", people=line))

    assert said in answer
    assert member.delegation.members.count() == 1
