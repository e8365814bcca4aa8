"""Evidence in answers: citations, assertions, names and identifiers, and the values that are held at present."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.expressions import RawSQL
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from negotiations.analytics import current_in_sql
from negotiations.analytics.current import (
    Amount,
    Quantity,
    amount_of,
    current_amount,
    current_quantities,
    current_text,
)
from negotiations.api.documents import Template, key_of
from negotiations.api.records import ReadSerializer
from negotiations.api.references import (
    PartsField,
    ReferenceField,
    ReferenceSerializer,
    Root,
    reference,
    reference_in_sql,
)
from negotiations.models import Actor, Assertion, Citation, Identifier, Name, Statement
from negotiations.vocabulary import AssertionField, Counting, Implementation, NextMeeting, Stage, Unit


class CitationSerializer(ReadSerializer):
    """What a fact rests on: a passage of a source in somebody's voice, or a statement recorded here."""

    statement = ReferenceField(
        model=Statement,
        source="testimony",
        allow_null=True,
        help_text="The statement it rests on, if not a source.",
    )

    class Meta:
        model = Citation
        fields = (
            "id", "source", "statement", "excerpt", "locator", "supports", "attribution", "speaker", "descriptor",
            "on_behalf_of", "credited_to", "excerpt_check",
        )  # fmt: skip


def cited(citations: list[Citation], root: Root) -> Any:
    """Citations as they stand everywhere."""
    return CitationSerializer(citations, many=True, context={"root": root}).data


class NameSerializer(ReadSerializer):
    """Another name of a record."""

    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Name
        fields = ("id", "text", "language", "kind", "citations")


class IdentifierSerializer(ReadSerializer):
    """The number under which another project keeps the same thing."""

    class Meta:
        model = Identifier
        fields = ("id", "scheme", "value")


class AmountSerializer(serializers.Serializer[Amount]):
    """A range of numbers, as text so that no digit is lost; a bound of null is open."""

    lower = serializers.CharField(allow_null=True, help_text="The lower bound; null when open.")
    upper = serializers.CharField(allow_null=True, help_text="The upper bound; null when open.")
    lower_included = serializers.BooleanField(help_text="Whether the lower bound itself is meant too.")
    upper_included = serializers.BooleanField(help_text="Whether the upper bound itself is meant too.")


class MeasureSerializer(AmountSerializer):
    """How much of one unit."""

    unit = serializers.ChoiceField(choices=Unit.choices, allow_null=True, help_text="What is counted.")


class QuantitySerializer(MeasureSerializer):
    """How much of one unit, counted in one way."""

    counting = serializers.ChoiceField(choices=Counting.choices, allow_null=True, help_text="How it is counted.")
    giver = ReferenceSerializer(allow_null=True, help_text="One way: who gives.")
    receiver = ReferenceSerializer(allow_null=True, help_text="One way: who receives.")


def _number(value: Decimal | None) -> str | None:
    """`value` in plain digits, without an exponent or zeros that say nothing."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown_amount(amount: Amount) -> dict[str, Any]:
    """`amount` as `AmountSerializer` describes it."""
    return {
        "lower": _number(amount.lower),
        "upper": _number(amount.upper),
        "lower_included": amount.lower_included,
        "upper_included": amount.upper_included,
    }


@extend_schema_field(AmountSerializer)
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """The range that an assertion gives."""

    members = ("lower", "upper", "lower_included", "upper_included")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", "read_only": True, "allow_null": True, **kwargs})

    def to_representation(self, value: Assertion) -> dict[str, Any] | None:
        amount = amount_of(value)
        return shown_amount(amount) if amount else None

    def in_sql(self) -> Template:
        return Template(current_in_sql.BOUNDED, amount=F("amount"))


class AssertionSerializer(ReadSerializer):
    """One value of a field, as one voice gives it or on one day."""

    amount = AmountField(help_text="A range of numbers as value.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Assertion
        fields = (
            "id", "field", "state", "word", "amount", "date", "time", "zone", "value_actor", "value_place",
            "approximate", "held_on", "unit", "counting", "giver", "receiver", "rank", "rank_reason", "citations",
        )  # fmt: skip


class _CurrentField(PartsField):
    """The value that an asserted field has at present; reads the record's `assertions`, which are fetched for it."""

    part = AssertionSerializer
    read: Callable[[Iterable[Assertion], AssertionField], Any]

    def __init__(self, field: AssertionField, help_text: str) -> None:
        self.asserted = field
        super().__init__(source="assertions", read_only=True, allow_null=True, help_text=help_text)

    def held(self, value: Any) -> Any:
        return type(self).read(value.all(), self.asserted)

    def held_in_sql(self, found: Callable[[str, AssertionField], str], **slots: Any) -> Template:
        """What `found` finds for this field in the assertions of the row."""
        return Template(found(key_of(self).column, self.asserted), id=F("pk"), **slots)


class CurrentTextField(_CurrentField):
    """A word, phrase or date held at present."""

    read = staticmethod(current_text)

    def to_representation(self, value: Any) -> str | None:
        found: str | None = self.held(value)
        return found

    def in_sql(self) -> Template:
        return self.held_in_sql(current_in_sql.text)


def _word_of(vocabulary: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=vocabulary.choices, allow_null=True)


@extend_schema_field(_word_of(Stage))
class CurrentStageField(CurrentTextField):
    """The stage of a process."""


@extend_schema_field(_word_of(NextMeeting))
class CurrentNextMeetingField(CurrentTextField):
    """What is known of a next meeting."""


@extend_schema_field(_word_of(Implementation))
class CurrentImplementationField(CurrentTextField):
    """How far an outcome is carried out."""


@extend_schema_field({"type": "string"})
class CurrentPhraseField(CurrentTextField):
    """A phrase of no closed list, or a date."""


@extend_schema_field(MeasureSerializer)
class CurrentAmountField(_CurrentField):
    """A range held at present."""

    members = (*AmountField.members, "unit")
    read = staticmethod(current_amount)

    def to_representation(self, value: Any) -> dict[str, Any] | None:
        found: Quantity | None = self.held(value)
        return {**shown_amount(found.amount), "unit": found.unit} if found else None

    def in_sql(self) -> Template:
        return self.held_in_sql(current_in_sql.amount)


@extend_schema_field(QuantitySerializer(many=True))
class CurrentQuantitiesField(_CurrentField):
    """The amounts held at present, one for each thing that is counted."""

    read = staticmethod(current_quantities)

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        root = self.context["root"]
        return [
            {
                **shown_amount(found.amount),
                "unit": found.unit,
                "counting": found.counting,
                "giver": found.giver and reference(found.giver, root),
                "receiver": found.receiver and reference(found.receiver, root),
            }
            for found in self.held(value)
        ]

    def in_sql(self) -> Template:
        actors = {name: reference_in_sql(Actor, RawSQL(f"{name}_id", [])) for name in ("giver", "receiver")}
        return self.held_in_sql(current_in_sql.quantities, **actors)
