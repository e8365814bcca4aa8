"""Two worlds that differ in what was once public: in every text and option of records that were suppressed since, and
in texts of records that were corrected since; and in what articles say. Records that stay have referred to them.

Ids, references and moments are the same in both: the clock of the desk's connection stands still while they are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from negotiations import publication
from negotiations.api.references import RESOURCES
from negotiations.ledger import aggregates
from negotiations.models import (
    AgendaItem,
    ArticleText,
    Citation,
    Delegation,
    DelegationMember,
    Source,
    Statement,
    StatementLink,
    Talk,
)
from negotiations.models.records import EdtfField, LineField, LinesField, ProseField, Record, WebAddressField
from negotiations.models.statements import LINKED
from tests.api import stories
from tests.api.plans import CANARY
from tests.api.stories import Story
from tests.api.worlds import NOT_FREE, REFUSED, columns_of, desk
from tests.conftest import empty_the_ledger
from tests.scenery import editor

STOPPED = "2025-06-01T00:00:00Z"
WORLDS = {
    "full": {"talk": "the-secret-talk", "text": f"{CANARY} und Amsel"},
    "other": {"talk": "a-hidden-call", "text": f"{CANARY} und Nachtigall"},
}
# These tell what istanbul's words were at first, as they should.
READS_WHAT_WAS_CORRECTED = re.compile(r"as_of=1\b|/versions/1/diff/|/revisions/[12]/")


@contextmanager
def stopped_clock() -> Iterator[None]:
    """Revisions are a millisecond apart, whenever they are made: the desk finds another `clock_timestamp` first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE SCHEMA stopped;
                CREATE FUNCTION stopped.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
                    RETURN timestamptz '{STOPPED}';
                SET search_path = stopped, pg_catalog, public, extensions"""
        )
        try:
            yield
        finally:
            cursor.execute("SET search_path = public, extensions; DROP SCHEMA stopped CASCADE")


def publish_what_will_be_hidden(world: str) -> tuple[Story, Story]:
    """One story that will be suppressed, in this world's words, and one that stays and comes to refer to it.

    Of a third the words were others at first.
    """
    words = WORLDS[world]
    first = stories.tell("istanbul", "2025")
    as_it_stays = desk()
    _tell_otherwise(first, words["text"], slugs=False)
    stories.publish(*_fresh(first))
    for model, rows in as_it_stays.items():
        for values in rows:
            model._default_manager.filter(pk=values["id"]).update(**values)
    second = stories.tell("protected", "2022", first.source)
    if world == "other":
        _tell_otherwise(second, words["text"], slugs=True)
    staying = _tell_what_stays(first)
    stories.publish(*_fresh(first), *_fresh(second), *staying.records)
    Talk.objects.filter(pk=second.talk.pk).update(purpose=words["talk"], summary=f"In {world}.")
    _refer(staying, second)
    stories.publish(*_fresh(second), *staying.records, kind="correction")
    ArticleText.objects.bulk_create(ArticleText(source=source, text=words["text"]) for source in Source.objects.all())
    return second, staying


def _tell_what_stays(first: Story) -> Story:
    staying = Story("staying", first.source)
    staying.talk = staying.make(
        Talk, "talk", title="Talks that stay", process=first.process, kind="call", status="held", start_edtf="2024"
    )
    staying.said = staying.make(
        Statement, "said", text="Stays.", act="appeal", attribution="reported", descriptor="a diplomat"
    )
    staying.cite(*staying.records)
    return staying


def _refer(staying: Story, hidden: Story) -> None:
    """Parts of what stays lead to every kind of record there is."""
    one = {type(record)._meta.model_name: record for record in hidden.records}
    delegation = staying.make(Delegation, talk=staying.talk, party=hidden.party, roles=["party"], place=hidden.place)
    staying.make(DelegationMember, delegation=delegation, person=hidden.person, affiliation=hidden.office)
    staying.make(AgendaItem, talk=staying.talk, issue=hidden.issue, text="next round", discussed="discussed")
    for name in LINKED:
        target = one.get(name.removeprefix("to_"), hidden.delegation)
        staying.make(StatementLink, statement=staying.said, relation="about", **{name: target})
    staying.cite(*staying.records, attribution="outlet", source=one["source"])


def _let_go(staying: Story, hidden: Story) -> None:
    Delegation.objects.filter(talk=staying.talk).delete()
    AgendaItem.objects.filter(talk=staying.talk).delete()
    StatementLink.objects.filter(statement=staying.said).delete()
    own = [record.pk for record in hidden.records if isinstance(record, Source)]
    Citation.objects.filter(source__in=own, talk=staying.talk).delete()
    Citation.objects.filter(source__in=own, statement=staying.said).delete()


def suppress(story: Story, staying: Story) -> None:
    """All records of the story, each in a revision of its own, the last one first; what stays lets go of them."""
    _let_go(staying, story)
    for number, record in enumerate(reversed(_fresh(story))):
        publication.suppress(record, by=editor(), note="Withheld.", republishing=[] if number else _fresh(staying))


def addresses(story: Story) -> dict[str, list[str]]:
    """Where the story's records are, or were in either world, by resource."""
    found: dict[str, list[str]] = {}
    kinds: dict[Any, str] = RESOURCES
    for record in story.records:
        names = [str(record.pk), f"hidden-{record.pk}", record.slug]
        found.setdefault(kinds[type(record)], []).extend(names)
    return found


def begin_anew() -> None:
    """As if neither desk nor ledger had ever held anything."""
    with connection.cursor() as cursor:
        tables = ", ".join(f"public.{model._meta.db_table}" for model in aggregates.tables())
        cursor.execute(f"TRUNCATE {tables} CASCADE")
    empty_the_ledger()


def _fresh(story: Story) -> list[Record]:
    return [type(record)._default_manager.get(pk=record.pk) for record in story.records]


def _tell_otherwise(story: Story, text: str, *, slugs: bool) -> None:
    """Changes each text of the story's rows, and leaves out each optional value, as far as the desk's rules let it."""
    roots: dict[Any, list[Any]] = {}
    for record in story.records:
        roots.setdefault(type(record), []).append(record.pk)
    ids = aggregates.rows_under(roots, "public")
    changed = 0
    for model, rows in ids.items():
        for column in columns_of(model):
            for pk in rows:
                for value in _other_values(column, pk, text, slugs=slugs):
                    if _changes(model, pk, column, value):
                        changed += 1
                        break
    assert changed > 100, changed


def _other_values(column: Any, pk: Any, text: str, *, slugs: bool) -> list[Any]:
    """What suppression withholds may be anything before: texts other texts, what is optional nothing."""
    if column.is_relation or column.primary_key or column.attname in ("version", "created_at", "updated_at"):
        return []
    if column.attname == "slug":
        return [f"hidden-{pk}"] if slugs else []
    if isinstance(column, LinesField):
        return [[]]
    if isinstance(column, WebAddressField):
        return [None, "https://elsewhere.example/"] if column.null else ["https://elsewhere.example/"]
    if isinstance(column, EdtfField) and not column.null:
        return []
    if column.null:
        return [None]
    if isinstance(column, LineField | ProseField) and column.attname not in NOT_FREE:
        return [text]
    return [f"Q{pk.int % 10**6}"] if column.attname == "value" else []


def _changes(model: type[models.Model], pk: Any, column: Any, value: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            rows = model._default_manager.filter(pk=pk).exclude(**{column.attname: value})
            found = rows.update(**{column.attname: value})
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except REFUSED:
        return False
    return bool(found)
