"""The whole article is entered in a real browser, reviewed and published by another, and answers its 44 claims.

What it costs is counted, for the main talk and in all; docs/desk.md tells the last count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from negotiations.exchange.dossiers import load
from negotiations.models import (
    Citation,
    Event,
    Outcome,
    Place,
    Process,
    Source,
    Submission,
    Talk,
)
from negotiations.vocabulary import (
    AssertionField,
    LinkRelation,
)
from tests.admin import article
from tests.admin.browser import Costs, Desk, needs_a_browser
from tests.admin.entering import (
    EARLIER,
    PROCESS,
    TITLE,
    cite_on_its_page,
    enter_consultation,
    enter_main_talk,
    enter_more_of_the_main_talk,
    enter_office,
    enter_position_alone,
    enter_process,
    enter_summit,
    enter_war,
    entered_as,
    finish_process,
    finish_russian_delegation,
    link,
    page_of,
)
from tests.api.claims import ROWS, Asking, Row, fault_of

pytestmark = [needs_a_browser, pytest.mark.usefixtures("committed")]

BUNDLED = (
    Path(article.__file__).resolve().parents[2] / "negotiations/exchange/dossiers/istanbul-2025-05-16-article.yaml"
)


def a_world(folder: Path) -> None:
    """Actors, places and issues of the bundled dossier, without what the article says of them; they are public."""
    bundled = yaml.safe_load(BUNDLED.read_text("utf-8"))
    dossier = {"dossier": "beginning", "title": "Actors, places, issues", "revision": {"kind": "new", "note": "These."}}
    dossier |= {name: [_uncited(row) for row in bundled[name]] for name in ("actors", "places", "issues")}
    file = folder / "beginning.yaml"
    file.write_text(yaml.safe_dump(dossier, allow_unicode=True, sort_keys=False), "utf-8")
    report = load([file], publish=True, dry_run=False)
    assert [str(problem) for problem in report.problems] == []


def _uncited(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in ("cite", "affiliations")}
    if "names" in row:
        kept["names"] = [name for name in row["names"] if "cite" not in name]
    return kept


def enter_the_article(desk: Desk) -> Costs:
    """Everything; what the main talk alone has cost is returned."""
    meetings = [(AssertionField.NEXT_MEETING, word) for word in ("possible", "none_scheduled")]
    process = enter_process(desk, PROCESS, "2025-05-16", meetings)
    earlier = enter_process(desk, EARLIER, "2022", [(AssertionField.STAGE, "stalled")])

    before = Costs(**vars(desk.costs))
    main = enter_main_talk(desk, process)
    of_main_talk = desk.costs - before
    assert "\n".join(desk.serious()) == ""
    assert not desk.is_too_wide()

    enter_more_of_the_main_talk(desk, main)
    enter_summit(desk, process, main)
    enter_consultation(desk, process, main)
    enter_war(desk)
    finish_process(desk, process, "first", {"possible": "further", "none_scheduled": "none"})
    finish_process(desk, earlier, "revive", {"stalled": "revive"})
    enter_office(desk, "volodymyr-zelensky", "Ukraine", "President of Ukraine", "zelensky")
    enter_office(desk, "vladimir-putin", "Russia", "President of Russia", "putin")
    enter_office(desk, "marco-rubio", "United States", "Secretary of State", "ahead")
    for place in ("istanbul", "dolmabahce-palace"):
        cite_on_its_page(desk, Place.objects.get(slug=place), "palace")
    for held in article.POSITIONS_OF_2022:
        enter_position_alone(desk, held, "negotiations of 2022", "2022~")
    enter_position_alone(desk, article.CEASEFIRE_URGENT, "direct talks", "2025-05-16/..")
    desk.open(page_of(entered_as("russia-territorial-demands")))
    desk.look_up(f"citations-{desk.add_row('citations')}-testimony", "Russians made territorial")
    desk.save("_save")
    for slug in ("outlet-on-destruction", "outlet-on-displacement"):
        link(desk, slug, LinkRelation.ABOUT, "to_event", "War between")
    link(desk, "outlet-on-the-2022-negotiations", LinkRelation.ABOUT, "to_process", "negotiations of 2022")
    link(desk, "zelensky-strong-reaction", LinkRelation.ADDRESSED_TO, "to_actor", "International community")
    link(desk, "ukrainian-source-demands-unacceptable", LinkRelation.RESPONDS_TO, "to_position", "territorial demands")
    link(desk, "accusation-of-sabotage", LinkRelation.POSSIBLE_DUPLICATE_OF, "to_statement", "derail it")
    finish_russian_delegation(desk)
    return of_main_talk


def send_for_review(desk: Desk, talk: Talk) -> None:
    desk.open(page_of(talk))
    desk.follow("Submit for review…")
    assert desk.page.locator("[name=along]:checked").count() > 30, "what belongs to the talk is ticked"
    desk.page.locator(".desk-tick-all").focus()
    desk.press("Space")
    assert desk.page.locator("[name=along]:not(:checked)").count() == 0
    desk.type("note", "The article, whole.")
    desk.shot("sending", full_page=True)
    desk.press_button("Submit for review")


def review_and_publish(desk: Desk) -> None:
    desk.sign_in("editor-in-a-browser", "Editors")
    desk.open(page_of(Submission.objects.get()))
    desk.page.locator(".desk-review h2", has_text=f"Talk: {TITLE}").evaluate("heading => heading.scrollIntoView()")
    desk.shot("review")
    assert "\n".join(desk.serious()) == ""
    assert not desk.is_too_wide()
    desk.choose("kind", "New fact")
    desk.type("note", "The Istanbul talks of 16 May 2025, as one article tells them.")
    desk.press_button("Publish")


def with_our_names(rows: Iterable[Row]) -> list[Row]:
    """The claims, about what was entered here: the same records under slugs of their own, in words of our own."""
    slugs = {
        "istanbul-2025-05-16": Talk.objects.get(title=TITLE).slug,
        "us-ukraine-before-istanbul-2025-05-16": Talk.objects.get(relation="preparatory").slug,
        "european-summit-albania": Talk.objects.get(relation="context").slug,
        "istanbul-2025": Process.objects.get(title=PROCESS).slug,
        "russia-ukraine-2022": Process.objects.get(title=EARLIER).slug,
        "nigeria-today-2025-05-16": Source.objects.get().slug,
        "no-substantial-progress-2025-05-16": Outcome.objects.get().slug,
        "russia-ukraine-war": Event.objects.get().slug,
    }
    ours = {slug: entered_as(slug) for slug in (*article.SAID_AS, *article.HELD_AS)}
    slugs |= {slug: record.slug for slug, record in ours.items()}
    known = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(slugs, key=len, reverse=True)))})(?![\w-])")
    return [_renamed(row, known, slugs, ours) for row in rows]


def _renamed(row: Row, known: re.Pattern[str], slugs: dict[str, str], ours: dict[str, Any]) -> Row:
    named = re.search(r"results\[slug=([\w-]+)\]", row.where)
    record = ours.get(named[1]) if named else None
    value = slugs.get(row.value, row.value)
    if record and row.where.endswith((".text", ".label")) and ".to." not in row.where:
        value = getattr(record, row.where.rpartition(".")[2])
    if row.where == "purpose":
        value = Talk.objects.get(title=TITLE).purpose

    def ours_for(text: str) -> str:
        return known.sub(lambda match: slugs[match[1]], text)

    return Row(**{**vars(row), "request": ours_for(row.request), "where": ours_for(row.where), "value": value,
                  "source": slugs.get(row.source, row.source)})  # fmt: skip


def test_the_article_is_entered_reviewed_and_published_and_answers_its_claims(desk: Desk, tmp_path: Path) -> None:
    a_world(tmp_path)

    of_main_talk = enter_the_article(desk)
    main = Talk.objects.get(title=TITLE)
    send_for_review(desk, main)
    in_all = Costs(**vars(desk.costs))
    review_and_publish(desk)

    print(f"\nThe main talk: {of_main_talk}.\nThe whole article, sent: {in_all}.")
    assert desk.said == []
    assert Submission.objects.get().status == "published"
    assert set(Citation.objects.filter(source__isnull=False).values_list("excerpt_check", flat=True)) == {"found"}
    ask = Asking(lambda path: answer.json() if (answer := Client().get(path)).status_code == 200 else None)
    faults = [fault for row in with_our_names(ROWS) if (fault := fault_of(row, ask))]
    assert faults == []
    assert of_main_talk.clicks <= 25
    assert of_main_talk.loads <= 3
    assert of_main_talk.typed <= 600
