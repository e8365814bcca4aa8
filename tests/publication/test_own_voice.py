"""A position that its party is said to state itself is public only with a citation in that party's own voice."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from negotiations import publication
from negotiations.models import Actor, Affiliation, Citation, Position, Revision, Statement
from tests.factories import cite, make_actor, make_position, make_source, make_statement, published

pytestmark = pytest.mark.django_db


def self_stated() -> Position:
    """A position of Russia's with a citation in the outlet's voice only."""
    return make_position("Root causes", party=make_actor("Russia"), ascription="self_stated")


def official_of(party: Actor) -> Actor:
    official = make_actor("Dmitry Peskov", kind="person")
    Affiliation.objects.create(actor=official, organisation=party, title="Spokesman")
    return official


def voices(party: Actor) -> dict[str, dict[str, Any]]:
    """By who speaks, the columns of a citation or statement in whose voice the party states something."""
    named = {"attribution": "on_record"}
    return {
        "the party": named | {"speaker": party},
        "somebody on its behalf": {"attribution": "reported", "on_behalf_of": party},
        "somebody affiliated to it": named | {"speaker": official_of(party)},
    }


WHO = ("the party", "somebody on its behalf", "somebody affiliated to it")


@pytest.mark.parametrize("who", WHO)
def test_a_citation_in_the_partys_own_voice_suffices(who: str) -> None:
    position = self_stated()
    cite(position, **voices(position.party)[who])

    published(position)

    assert Revision.objects.exists()


@pytest.mark.parametrize("who", WHO)
def test_a_statement_in_the_partys_own_voice_suffices(who: str) -> None:
    position = self_stated()
    cite(position, testimony=make_statement(**voices(position.party)[who]), excerpt="")

    published(position)

    assert Revision.objects.exists()


def test_without_the_partys_own_voice_publishing_is_refused_by_name() -> None:
    position = self_stated()
    cite(position, attribution="on_record", speaker=official_of(make_actor("Ukraine")))

    with pytest.raises(
        publication.Refused, match=r"“Root causes” .* is marked “Self-stated”, .* in the voice of Russia: cite"
    ):
        published(position)
    assert not Revision.objects.exists()


def test_a_rejected_source_does_not_let_the_party_speak() -> None:
    position = self_stated()
    forgery = make_source(reliability="rejected", reliability_reason="A forgery.")
    cite(position, source=forgery, attribution="on_record", speaker=position.party)

    with pytest.raises(publication.Refused, match="is marked “Self-stated”"):
        published(position)


def test_other_ascriptions_need_no_voice_of_the_party() -> None:
    published(make_position(ascription="ascribed_by_counterparty"))

    assert Revision.objects.exists()


def refused_by_the_ledger(statement: str, *values: Any) -> bool:
    """Whether PostgreSQL itself refuses at the end of an act."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            # Not all: what no revision follows upon is refused as well.
            cursor.execute("SET CONSTRAINTS ledger.require_own_voice, ledger.keep_own_voice IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError as error:
        diagnosis: Any = error.__cause__.diag  # type: ignore[union-attr]
        return bool(diagnosis.constraint_name == "self_stated_position_is_in_its_own_voice")
    return False


CLOSE = "UPDATE ledger.{} SET revisions = int8range(lower(revisions), 2) WHERE id = %s"


def test_the_ledger_keeps_the_last_citation_in_the_partys_own_voice() -> None:
    position = self_stated()
    own = cite(position, attribution="on_record", speaker=position.party)
    published(position)
    others = Citation.objects.filter(position=position).exclude(pk=own.pk).get()

    assert refused_by_the_ledger(CLOSE.format("negotiations_citation"), own.pk)
    assert not refused_by_the_ledger(CLOSE.format("negotiations_citation"), others.pk)


def test_the_ledger_refuses_a_position_that_becomes_self_stated_without_it() -> None:
    position = make_position(ascription="ascribed_by_media")
    published(position)

    assert refused_by_the_ledger(
        CLOSE.format("negotiations_position").replace("%s", "%s;")
        + """INSERT INTO ledger.negotiations_position (id, slug, process_id, party_id, issue_id, stance, label, text,
                    condition, in_force_edtf, ascription, is_headline, revisions, form, salt, digest)
             SELECT id, slug, process_id, party_id, issue_id, stance, label, text, condition, in_force_edtf,
                    'self_stated', is_headline, int8range(2, NULL), form, salt, digest
               FROM ledger.negotiations_position WHERE id = %s""",
        position.pk,
        position.pk,
    )


def test_an_affiliation_that_lets_the_party_speak_cannot_leave() -> None:
    position = self_stated()
    official = official_of(position.party)
    cite(position, testimony=make_statement(attribution="on_record", speaker=official), excerpt="")
    published(position)
    official.affiliations.all().delete()

    with pytest.raises(publication.Refused, match="self stated position is in its own voice"):
        published(official)
    assert Revision.objects.count() == 1


def test_a_statement_cannot_pass_to_another_speaker() -> None:
    position = self_stated()
    statement = make_statement(attribution="on_record", speaker=position.party)
    cite(position, testimony=statement, excerpt="")
    published(position)
    Statement.objects.filter(pk=statement.pk).update(speaker=make_actor("Ukraine"))

    with pytest.raises(publication.Refused, match="self stated position is in its own voice"):
        published(Statement.objects.get(pk=statement.pk))
