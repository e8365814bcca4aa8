"""For each leak the one request that shows it, written by hand: what must lie on the desk, and what is asked.

Each function is called as its patch is, gets a site with the scenery published as revision 1, and says if it leaks.
Nothing of what a scenario puts on the desk is published, so the answer before and after must be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client

from negotiations import publication
from negotiations.models import ArticleText, Assertion, Name
from tests import factories, scenery
from tests.api.noninterference import SET_ASIDE

API = "/api/v1/"


@dataclass(frozen=True)
class Answer:
    """What an anonymous reader gets; `headers` without those that no two answers share."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Site:
    """Both doors in one process, as the demo serves them, and what is published there."""

    client: Client
    public: scenery.Scenery

    def ask(self, path: str, **headers: str) -> Answer:
        """The whole answer, a streamed body read as a server reads it: when the middleware is done."""
        response: Any = self.client.get(f"{API}{path}", headers={"Host": "127.0.0.1", **headers})
        body = b"".join(response) if response.streaming else response.content
        assert response.status_code < 500, body
        return Answer(response.status_code, {n: v for n, v in response.items() if n not in SET_ASIDE}, body)

    def changes(self, path: str, on_the_desk: Callable[[], Any]) -> bool:
        """Whether the answer at `path` changes by what is done on the desk and never published."""
        before = self.ask(path)
        on_the_desk()
        after = self.ask(path)
        print(first_difference(repr(before), repr(after)))
        return after != before


def first_difference(one: str, other: str) -> str:
    """What a reader of the log wants to see: the place where two answers part."""
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, place - 40) : place + 80]!r} became {other[max(0, place - 40) : place + 80]!r}"


def edit(record: Any, **values: Any) -> None:
    """A pending edit, as the desk saves it."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def unknown_slugs_are_refused(site: Site) -> bool:
    return site.changes("talks/?process=secret-talks", lambda: factories.make_process(slug="secret-talks"))


def places_within_a_place(site: Site) -> bool:
    place = factories.make_place()
    edit(site.public.istanbul, place=place)
    scenery.published(place, site.public.istanbul, kind="new_fact")

    def move() -> None:
        edit(place, parent=factories.make_place("Secret region", kind="region", slug="secret-region"))

    return site.changes("talks/?place=secret-region", move)


def issues_are_streamed(site: Site) -> bool:
    return site.changes("issues/", scenery.draft_issue)


def total_in_a_header(site: Site) -> bool:
    return site.changes("processes/", factories.make_process)


def window_over_the_desk(site: Site) -> bool:
    return site.changes("talks/istanbul/", lambda: edit(site.public.istanbul, title="Secret summit"))


def slugs_of_the_desk(site: Site) -> bool:
    return site.changes("talks/secret-summit/", lambda: edit(site.public.istanbul, slug="secret-summit"))


def article_is_kept(site: Site) -> bool:
    return site.changes(
        "sources/page/", lambda: ArticleText.objects.create(source=site.public.source, text="They met.")
    )


def under_review(site: Site) -> bool:
    def submit() -> None:
        edit(site.public.istanbul, title="Secret summit")
        publication.submit([site.public.istanbul], by=scenery.editor(), note="Please look.")

    return site.changes("talks/istanbul/versions/", submit)


def counted_in_a_thread(site: Site) -> bool:
    return site.changes("actors/", lambda: factories.make_actor("Secret envoy", kind="person"))


def how_many_of_each(site: Site) -> bool:
    return site.changes("", lambda: factories.make_place("Secret venue"))


def search_by_words(site: Site) -> bool:
    return site.changes(
        "processes/?q=capitulations", lambda: edit(site.public.process, summary="They spoke of a capitulation.")
    )


def search_in_articles(site: Site) -> bool:
    article = "They spoke of a capitulation."
    return site.changes(
        "sources/?q=capitulation", lambda: ArticleText.objects.create(source=site.public.source, text=article)
    )


def parts_on_the_connection(site: Site) -> bool:
    return site.changes("talks.jsonl", lambda: factories.make_delegation(site.public.istanbul, site.public.outlet))


def a_manager_of_the_desk(site: Site) -> bool:
    return site.changes(
        "talks.jsonl", lambda: factories.cite(site.public.istanbul, source=site.public.source, excerpt="in secret")
    )


def did_you_mean(site: Site) -> bool:
    return site.changes("talks/secret-summits/", lambda: factories.make_talk(slug="secret-summit"))


def not_published_yet(site: Site) -> bool:
    id = uuid4()
    return site.changes(
        f"delegations/{id}/", lambda: factories.make_delegation(site.public.istanbul, site.public.outlet, id=id)
    )


def validator_without_epoch(site: Site) -> bool:
    """A reader's copy of the past, from before the suppression, must not be confirmed after it."""
    witness = factories.published(factories.make_actor("Named Witness", kind="person"))
    path = f"actors/{witness.pk}/?as_of=2"
    before = site.ask(path)
    publication.suppress(witness, by=scenery.editor(), note="A protected person.")
    assert b"Named Witness" not in site.ask(path).body
    return site.ask(path, **{"If-None-Match": before.headers["ETag"]}).status == 304


def the_past_is_kept(site: Site) -> bool:
    """What a past revision brought reads withheld after the suppression, whoever had asked for it before."""
    member = factories.make_member(site.public.delegation, factories.make_actor("Named Witness", kind="person"))
    scenery.published(member.person, site.public.istanbul, kind="new_fact")
    path = "talks/istanbul/versions/1/diff/2/"
    assert b"Named Witness" in site.ask(path).body
    witness = member.person
    member.delete()
    publication.suppress(witness, by=scenery.editor(), note="A protected person.", republishing=[site.public.istanbul])
    return b"Named Witness" in site.ask(path).body


def changes_say_the_label(site: Site) -> bool:
    return site.changes("changes/", lambda: edit(site.public.process, title="Secret talks"))


def when_to_ask_again(site: Site) -> bool:
    def submit() -> None:
        publication.submit([factories.make_place("Secret venue")], by=scenery.editor(), note="Please look.")

    return site.changes("changes/", submit)


def current_by_whole_assertions(site: Site) -> bool:
    stage = Assertion.objects.create(process=site.public.process, field="stage", word="suspended")
    scenery.published(site.public.process, kind="new_fact")
    return site.changes("processes.jsonl", lambda: edit(stage, word="concluded"))


def excerpts_checked_anew(site: Site) -> bool:
    return site.changes(
        "talks.jsonl",
        lambda: ArticleText.objects.create(source=site.public.source, text="On Friday they met in Istanbul."),
    )


def issues_at_hand(site: Site) -> bool:
    return site.changes("issues/", scenery.draft_issue)


def names_by_a_function(site: Site) -> bool:
    return site.changes(
        "actors/ukraine/", lambda: Name.objects.create(actor=site.public.ukraine, text="A secret name", kind="alias")
    )
