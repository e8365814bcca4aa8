"""The past stands still: whatever is published, withdrawn, merged or suppressed later, what a revision said stays said.

A Hypothesis state machine goes through every editorial act. After each revision the window must equal a model of what
is public, kept here apart from the ledger; requests asked plainly and with that revision as `as_of` must agree; and the
bytes of every answer `as_of` it must come again unchanged after every later act, withheld fields excepted by name.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from negotiations import publication
from negotiations.ledger import aggregates
from negotiations.ledger.verification import Verification
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Delegation, Name, Process, Revision, Source, Submission, Talk
from negotiations.models.records import EdtfField, LineField, LinesField, ProseField, Record, WebAddressField
from tests.factories import cite, make_actor, make_delegation, make_talk, slug
from tests.ledger.past import Rows, differences, facts, held, root_of, rows_of, without_links
from tests.scenery import Scenery, drafted, editor

pytestmark = pytest.mark.django_db
WORDS = st.sampled_from(["Istanbul", "Стамбул", "Talks “on” a ceasefire", "Ankara", "Round two"])
# No search: what is withheld is found no more.
LISTS = ("talks/", "actors/", "sources/?page_size=1", "delegations/", "talks/?ordering=title", "revisions/", "changes/")
MODELS = {model._meta.model_name: model for model in aggregates.tables()}


class Tracker(RuleBasedStateMachine):
    """The desk, what is public by the model, and every answer that was ever given as of a revision."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.client = Client()
        self.curator = User.objects.create(username="curator")
        self.public: Rows = {}
        self.roots: dict[tuple[str, UUID], UUID] = {}
        self.history: dict[int, Rows] = {0: {}}
        self.answers: dict[tuple[int, str], tuple[int, bytes]] = {}
        self.suppressed: set[str] = set()
        self.lost: set[str] = set()  # addresses by a slug that a suppression withheld
        self.gone: set[UUID] = set()  # merged

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        scenery: Scenery = drafted()
        self._published(
            list(scenery.records), publication.publish(scenery.records, by=editor(), kind="new", note="First.")
        )

    # Editing the desk; nothing of it is public.

    @rule(name=WORDS)
    def draft_actor(self, name: str) -> None:
        actor = make_actor(name)
        Name.objects.create(actor=actor, text=f"{name} also", kind="alias")

    @rule(title=WORDS, data=st.data())
    def draft_talk(self, title: str, data: Any) -> None:
        talk = make_talk(title, process=self._one(data, Talk).process)
        make_delegation(talk, self._one(data, Actor))

    @rule(title=WORDS, data=st.data())
    def rename(self, title: str, data: Any) -> None:
        column, model = data.draw(st.sampled_from([("title", Talk), ("name", Actor), ("note", Source)]))
        model.objects.filter(pk=self._one(data, model).pk).update(**{column: title})

    @rule(data=st.data())
    def change_slug(self, data: Any) -> None:
        record = self._one(data, data.draw(st.sampled_from([Talk, Actor])))
        type(record).objects.filter(pk=record.pk).update(slug=slug("moved"))

    @rule(data=st.data())
    def change_parts(self, data: Any) -> None:
        talk, party = self._one(data, Talk), self._one(data, Actor)
        gone = talk.delegations.filter(party=party)
        if gone.exists():
            gone.delete()
        else:
            cite(make_delegation(talk, party), excerpt=f"{party} came")

    # Acts; each is refused, or makes one revision.

    @rule(data=st.data(), kind=st.sampled_from(publication.PUBLISHING_KINDS), title=WORDS)
    def publish(self, data: Any, kind: str, title: str) -> None:
        chosen = [self._one(data, model) for model in (Talk, Actor, Source)]
        Talk.objects.filter(pk=chosen[0].pk).update(title=title, summary=f"{title}, {len(self.history)}")
        chosen += [found for talk in chosen if isinstance(talk, Talk) for found in self._named_by(talk)]
        records = list({record.pk: record for record in chosen}.values())
        try:
            revision = publication.publish(records, by=editor(), kind=kind, note="More.")
        except publication.Refused:
            return
        if revision is not None:
            self._published(records, revision)

    @rule(data=st.data())
    def submit_and_publish(self, data: Any) -> None:
        records = [self._one(data, model) for model in (Talk, Actor)]
        Actor.objects.filter(pk=records[1].pk).update(description=f"Described for the {len(self.history)}th time.")
        try:
            submission = publication.submit(records, by=self.curator, note="Please look.")
            revision = publication.publish_submission(submission, by=editor(), kind="correction", note="Reviewed.")
        except publication.Refused:
            Submission.objects.all().delete()
            return
        self._published(records, revision)

    @rule(data=st.data())
    def discard(self, data: Any) -> None:
        record = self._one(data, data.draw(st.sampled_from([Talk, Actor, Source])))
        try:
            publication.discard(record, by=editor())
        except publication.Refused:
            return
        assert rows_of([record.pk]) == {key: row for key, row in self.public.items() if self.roots[key] == record.pk}

    @rule(data=st.data())
    def delete_draft(self, data: Any) -> None:
        record = self._one(data, data.draw(st.sampled_from([Talk, Actor])))
        try:
            publication.delete_draft(record, by=editor())
        except publication.Refused:
            return
        assert record.pk not in self.roots.values(), "it was public once"

    @rule(data=st.data(), lets_go=st.sampled_from([True, True, False]))
    def retract(self, data: Any, lets_go: bool) -> None:
        record = self._one(data, data.draw(st.sampled_from([Talk, Actor])))
        staying = self._let_go(record) if lets_go else []
        try:
            revision = publication.retract([record], by=editor(), note="Wrong.", republishing=staying)
        except publication.Refused:
            return
        self._withdraw([record.pk])
        self._published(staying, revision)

    @rule(data=st.data())
    def merge(self, data: Any) -> None:
        one, other = self._one(data, Actor), self._one(data, Actor)
        Delegation.objects.filter(party=one).update(styled=f"Pending {len(self.history)}")  # stays pending
        try:
            revision = publication.merge(one, other, by=editor(), note="The same.")
        except publication.Refused:
            return
        self._withdraw([one.pk])
        self.public = {
            key: {column: other.pk if value == one.pk else value for column, value in row.items()}
            for key, row in self.public.items()
        }
        self.gone.add(one.pk)
        self._published([], revision)

    @rule(data=st.data(), lets_go=st.sampled_from([True, True, False]))
    def suppress(self, data: Any, lets_go: bool) -> None:
        record = self._one(data, data.draw(st.sampled_from([Talk, Actor])))
        pk, staying = record.pk, self._let_go(record) if lets_go else []
        try:
            done = publication.suppress(record, by=editor(), note="For safety.", republishing=staying)
        except publication.Refused:
            return
        self._withdraw([pk])
        own = {key for key, root in self.roots.items() if root == pk}
        self.suppressed |= {str(id) for _, id in own}
        slugs = {rows[key]["slug"] for rows in self.history.values() for key in own & rows.keys() if key[1] == pk}
        self.lost |= {f"{folder}/{slug}/" for folder in ("talks", "actors") for slug in slugs}
        for rows in self.history.values():
            for key in own & rows.keys():
                rows[key] = withheld(key, rows[key])
        self._published(staying, done.revision)

    # What the model makes of them.

    def _one(self, data: Any, model: type[Record]) -> Any:
        """A record that is not merged away, by the order of their making, which is the same in every run."""
        found = list(model._default_manager.exclude(pk__in=self.gone).order_by("created_at"))
        if not found:
            return make_talk(process=Process.objects.get()) if model is Talk else make_actor()
        return found[data.draw(st.integers(0, len(found) - 1))]

    def _named_by(self, talk: Talk) -> list[Record]:
        sources = Source.objects.filter(cited_by__talk=talk)
        parties = Actor.objects.filter(pk__in=talk.delegations.values("party"))
        cited = Source.objects.filter(cited_by__delegation__talk=talk)
        return [talk.process, *parties, *sources, *cited, *(source.publisher for source in [*sources, *cited])]

    def _let_go(self, record: Record) -> list[Record]:
        """Takes the delegations of an actor out of the talks; returns those of them that were public with it."""
        if not isinstance(record, Actor):
            return []
        delegations = Delegation.objects.filter(party=record)
        talks = list(Talk.objects.filter(delegations__in=delegations).distinct())
        delegations.delete()
        return [talk for talk in talks if ("talk", talk.pk) in self.public]

    def _withdraw(self, ids: list[UUID]) -> None:
        self.public = {key: row for key, row in self.public.items() if self.roots[key] not in ids}

    def _published(self, records: list[Any], revision: Revision | None) -> None:
        assert revision is not None
        ids = [record.pk for record in records]
        self._withdraw(ids)
        fresh = rows_of(ids)
        for model, pk in fresh:
            self.roots[model, pk] = root_of(MODELS[model]._default_manager.get(pk=pk))
        self.public |= fresh
        self.history[revision.number] = dict(self.public)
        self._look(revision.number)

    def _look(self, number: int) -> None:
        """The comparisons, right after revision `number`."""
        assert list(Verification().faults()) == []
        with open_window():
            assert held() == self.public
        for earlier in {1, number // 2 or 1, number}:
            with open_window(earlier):
                assert held() == self.history[earlier], f"revision {earlier} after {number}"
        for (then, path), (status, body) in self.answers.items():
            again = self._ask(path, then)
            if again != (status, body) and path not in self.lost:
                assert again[0] == status, (path, then, number)
                self._differ_where_withheld(path, body, again[1])
        for path in self._requests(number):
            plain, then = self._ask(path, None), self._ask(path, number)
            assert plain[0] == then[0], (path, number, plain, then)
            assert without_links(json.loads(plain[1] or b"0")) == without_links(json.loads(then[1] or b"0")), path
            self.answers[number, path] = then

    def _requests(self, number: int) -> list[str]:
        talks, actors = ([pk for kind, pk in self.roots if kind == name] for name in ("talk", "actor"))
        of_all = [*LISTS, *(f"talks/{pk}/" for pk in talks), *(f"actors/{pk}/" for pk in actors), "talks/istanbul/"]
        return [of_all[(number * 3 + step * 5) % len(of_all)] for step in range(3)]

    def _ask(self, path: str, number: int | None) -> tuple[int, bytes]:
        address = f"/api/v1/{path}" + (f"{'&' if '?' in path else '?'}as_of={number}" if number else "")
        response = self.client.get(address)
        return response.status_code, response.getvalue()

    def _differ_where_withheld(self, path: str, before: bytes, after: bytes) -> None:
        for place, around, value in differences(json.loads(before), json.loads(after)):
            assert around & self.suppressed, (path, place, value)
            assert value in (None, [], "[withheld]") or "withheld" in str(value), (path, place, value)


def withheld(key: tuple[str, UUID], row: dict[str, Any]) -> dict[str, Any]:
    """What a suppression leaves of a row, by the words of the design rather than by the catalogue."""
    left = {}
    for field in MODELS[key[0]]._meta.concrete_fields:
        column = str(field.column)
        if column not in row:
            continue
        left[column] = row[column]
        if field.primary_key or field.is_relation:
            continue
        if field.null:
            left[column] = None
        elif column == "slug":
            left[column] = f"withheld-{key[1]}"
        elif isinstance(field, WebAddressField):
            left[column] = "https://withheld.invalid/"
        elif isinstance(field, LinesField):
            left[column] = []
        elif isinstance(field, LineField | ProseField) and not isinstance(field, EdtfField):
            left[column] = "[withheld]"
    return left


def run(examples: int, steps: int, phases: tuple[Phase, ...]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Tracker,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_the_past_stands_still() -> None:
    run(examples=12, steps=22, phases=(Phase.generate,))  # without shrinking, which takes minutes


@pytest.mark.long
def test_the_past_stands_still_for_long() -> None:
    run(examples=150, steps=40, phases=(Phase.generate, Phase.shrink))


def test_the_model_knows_what_is_withheld() -> None:
    row = facts(Actor(slug="person", name="Person", kind="person", description="A witness", iso3="UKR"))
    left = withheld(("actor", row["id"]), row)
    assert left["slug"] == f"withheld-{row['id']}"
    assert (left["name"], left["description"], left["kind"], left["iso3"]) == (
        "[withheld]",
        "[withheld]",
        "person",
        None,
    )
