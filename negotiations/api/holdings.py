"""Positions as analyses show them: what a party held, on whose word, and in which words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from rest_framework import serializers

from negotiations.analytics.matrix import since
from negotiations.api.references import ReferenceSerializer, Root, reference, reference_or_none
from negotiations.models import Citation, Position
from negotiations.models.statements import NAMES_A_SPEAKER
from negotiations.vocabulary import Ascription, Attribution, Stance, Support

Shown = dict[str, Any]
OF_CITATION = ("source__publisher", "speaker", "on_behalf_of", "credited_to")


class HoldingSerializer(ReferenceSerializer):
    """A position in short."""

    stance = serializers.ChoiceField(choices=Stance.choices, help_text="What the party wants of the issue.")
    in_force = serializers.CharField(help_text="When it is in force, as the source gives it.")
    since = serializers.CharField(allow_null=True, help_text="From when; null where no source tells.")


class QuoteSerializer(serializers.Serializer[Any]):
    """Words as they were printed, or said."""

    text = serializers.CharField()
    language = serializers.CharField(allow_null=True, help_text="The BCP 47 tag of these words; null when not known.")


class VoicedPassageSerializer(serializers.Serializer[Any]):
    """A passage that a position rests on, directly or by way of a statement, and in whose voice it is."""

    source = ReferenceSerializer(  # type: ignore[assignment]  # the name that callers see
        allow_null=True, help_text="The page; null where the statement rests on another."
    )
    statement = ReferenceSerializer(allow_null=True, help_text="The statement by way of which; null if directly.")
    quote = QuoteSerializer(allow_null=True, help_text="The speaker's words, else those of the page; null without any.")
    locator = serializers.CharField(help_text="Where on the page.")
    supports = serializers.ChoiceField(choices=Support.choices)
    attribution = serializers.ChoiceField(choices=Attribution.choices, help_text="In whose voice.")
    speaker = ReferenceSerializer(allow_null=True)
    descriptor = serializers.CharField(help_text="Of a speaker who is not named.")
    on_behalf_of = ReferenceSerializer(allow_null=True)
    credited_to = ReferenceSerializer(allow_null=True, help_text="The outlet that the page relays.")


class HeldPositionSerializer(HoldingSerializer):
    """A position with what it replaced, on whose word it stands, and every passage that it rests on."""

    text = serializers.CharField(help_text="In our words, in full.")
    condition = serializers.CharField(help_text="What it depends on.")
    tied_to = ReferenceSerializer(allow_null=True, help_text="The issue it hinges on.")
    talk = ReferenceSerializer(allow_null=True, help_text="Where it was put forward.")
    supersedes = HoldingSerializer(allow_null=True, help_text="The position that it replaced.")
    ascription = serializers.ChoiceField(choices=Ascription.choices, help_text="Who says that the party holds it.")
    quote = QuoteSerializer(allow_null=True, help_text="The words of the first passage that supports it and has any.")
    passages = VoicedPassageSerializer(
        many=True, help_text="What it rests on: first the words of a named speaker or a paper, then the rest."
    )


def held_positions(ids: Collection[UUID], root: Root) -> dict[UUID, Shown]:
    """The public positions `ids` as `HeldPositionSerializer` describes them; at most four queries, none for no ids."""
    if not ids:
        return {}
    direct = Citation.objects.select_related(*OF_CITATION, *(f"testimony__{name}" for name in OF_CITATION[1:3]))
    through = Prefetch("testimony__citations", Citation.objects.select_related(*OF_CITATION))
    rows = Position.objects.filter(pk__in=ids).select_related("tied_to", "talk", "supersedes")
    rows = rows.prefetch_related(Prefetch("citations", direct.prefetch_related(through)))
    return {row.pk: _held(row, root) for row in rows}


def _held(position: Position, root: Root) -> Shown:
    passages = sorted(_passages(position, root), key=_weight)
    supporting = (each["quote"] for each in passages if each["supports"] == Support.SUPPORTS)
    return {
        **_holding(position, root),
        "text": position.text,
        "condition": position.condition,
        "tied_to": reference_or_none(position.tied_to, root),
        "talk": reference_or_none(position.talk, root),
        "supersedes": _holding(position.supersedes, root) if position.supersedes else None,
        "ascription": position.ascription,
        "quote": next((quote for quote in supporting if quote), None),
        "passages": passages,
    }


def _holding(position: Position, root: Root) -> Shown:
    return {
        **reference(position, root),
        "stance": position.stance,
        "in_force": position.in_force_edtf,
        "since": since(position.in_force_edtf),
    }


def _passages(position: Position, root: Root) -> Iterator[Shown]:
    for citation in position.citations.all():
        if citation.testimony is None:
            yield _passage(citation, citation, root)
        else:
            voice = citation.testimony
            pages = sorted(voice.citations.all(), key=lambda each: voice.quote not in each.excerpt)
            for index, cited in enumerate(pages):
                yield {**_passage(cited, voice, root, says_it=index == 0), "supports": citation.supports}


def _passage(cited: Citation, voice: Any, root: Root, *, says_it: bool = False) -> Shown:
    """A passage of a page, in the voice of the citation itself, or of the statement that it reports.

    The speaker's words stand once, at the passage that prints them (`says_it`); the others keep what they print.
    """
    is_statement = voice is not cited
    return {
        "source": reference_or_none(cited.source, root),
        "statement": reference(voice, root) if is_statement else None,
        "quote": _quote(voice.quote, voice.language) if says_it and voice.quote else _printed(cited),
        "locator": cited.locator,
        "supports": cited.supports,
        "attribution": voice.attribution,
        "speaker": reference_or_none(voice.speaker, root),
        "descriptor": voice.descriptor,
        "on_behalf_of": reference_or_none(voice.on_behalf_of, root),
        "credited_to": reference_or_none(cited.credited_to, root),
    }


def _printed(cited: Citation) -> Shown | None:
    return _quote(cited.excerpt, cited.source.language if cited.source else None) if cited.excerpt else None


def _quote(text: str, language: str | None) -> Shown:
    return {"text": text, "language": language}


def _weight(passage: Shown) -> bool:
    return passage["attribution"] not in NAMES_A_SPEAKER
