"""Filters in the field's words, and strictness: what a list does not know, or cannot read, is refused with the remedy.

A word outside its closed list is refused; the slug of something that does not exist finds nothing. No filter holds
rows or querysets: it is only a condition, so whatever connection the list reads is the one that answers.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, Subquery
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.views import APIView

from negotiations.api.asked_values import (
    ADDRESS,
    DATES,
    DAY,
    LONGEST_SEARCH,
    MOST_VALUES,
    TERMS,
    UNSEEN,
    DayField,
    DaysField,
    NumberField,
    TermsField,
    Values,
    YesNoField,
    address_id,
    as_address,
    as_country,
    as_identifier,
    certainty,
    not_allowed,
)
from negotiations.api.conditions import condition, end_of
from negotiations.api.problems import BadParameters, Fault, fault
from negotiations.ledger.history import changed_after
from negotiations.models.records import LineField, Record
from negotiations.vocabulary import Certainty, IdentifierScheme


class Tree(str):
    """The path from a record to something that may lie in another, or stand under it, up to four of them."""


def under(issue: str) -> tuple[str, ...]:
    """The path from a record to its `issue`, which is found by those that it stands under too."""
    return (Tree(issue),)


def at(place: str) -> tuple[str, ...]:
    """The path from a record to its `place`, which is found by those that it lies in: its city, region and country."""
    return (Tree(place),)


def several(one: dict[str, Any]) -> dict[str, Any]:
    """How OpenAPI describes a parameter of several values like `one`, with commas between."""
    values = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_VALUES, "uniqueItems": True}
    return {"schema": values, "explode": False, "style": "form"}


class _Filter(django_filters.Filter):  # type: ignore[misc]
    """A filter that is a condition on paths from the record; `help_text` is its description in the API."""

    def __init__(self, *paths: str, help_text: str, **kwargs: Any) -> None:
        self.paths = paths
        super().__init__(help_text=help_text, **kwargs)

    def filter(self, queryset: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if value in (None, "", []):
            return queryset
        return queryset.filter(condition(queryset.model, self.paths, lambda path: self.test(path, value)))

    def test(self, path: str, value: Any) -> Q:
        raise NotImplementedError

    def openapi(self) -> dict[str, Any]:
        """The parameter's schema and style."""
        raise NotImplementedError


class ReferenceFilter(_Filter):
    """Records that point at one of the given ones, by slug or id, along any of the paths."""

    field_class = Values

    def __init__(self, *paths: str, help_text: str) -> None:
        super().__init__(*paths, help_text=help_text, check=as_address)

    def filter(self, queryset: models.QuerySet[Any], value: list[str]) -> models.QuerySet[Any]:
        return super().filter(queryset, value and self._ids_of(end_of(queryset.model, self.paths[0]), value))

    def _ids_of(self, model: Any, addresses: list[str]) -> Any:
        """The id of the one record of `model` that was asked for, else a query of those that were.

        An index of one id holds what belongs to it in the order of lists; of several, none does.
        """
        ids = [id for address in addresses if (id := address_id(address))]
        slugs = [address for address in addresses if not address_id(address)]
        is_tree = any(isinstance(path, Tree) for path in self.paths)
        if len(addresses) == 1 and not is_tree:
            return ids[0] if ids else Subquery(model._default_manager.filter(slug=slugs[0]).order_by().values("pk")[:1])
        above = ("parent__" * height for height in range(4 if is_tree else 1))
        named = (Q(**{f"{way}pk__in": ids}) | Q(**{f"{way}slug__in": slugs}) for way in above)
        return model._default_manager.filter(reduce(or_, named)).order_by().values("pk")

    def test(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__among" if isinstance(value, models.QuerySet) else path: value})

    def openapi(self) -> dict[str, Any]:
        one = {"type": "string", "pattern": f"^{ADDRESS}$"}
        return several(one)


class WordFilter(_Filter):
    """Records with one of the given words of a closed list."""

    field_class = Values

    def __init__(self, *paths: str, vocabulary: type[models.TextChoices], help_text: str) -> None:
        self.vocabulary = vocabulary
        super().__init__(*paths, help_text=help_text, check=self._word)

    def _word(self, text: str) -> str:
        if text not in self.vocabulary.values:
            raise not_allowed(text, self.vocabulary.values)
        return text

    def test(self, path: str, value: list[str]) -> Q:
        return Q(**{f"{path}__in": value})

    def openapi(self) -> dict[str, Any]:
        one = {"type": "string", "enum": self.vocabulary.values}
        return several(one)


class IdFilter(ReferenceFilter):
    """The records named, by id or slug; of parts by id."""

    def __init__(self) -> None:
        super().__init__(help_text="The records with one of these ids or slugs.")

    def filter(self, queryset: models.QuerySet[Any], value: list[str]) -> models.QuerySet[Any]:
        if not value:
            return queryset
        named = [(address, address_id(address)) for address in value]
        found = Q(pk__in=[id for _, id in named if id])
        if issubclass(queryset.model, Record):
            found |= Q(slug__in=[address for address, id in named if not id])
        return queryset.filter(found)


class IdentifierFilter(_Filter):
    """Records that other projects keep under one of the given numbers."""

    field_class = Values

    def __init__(self) -> None:
        help_text = "Records with one of these numbers in other projects: wikidata:Q212, paax:CON_21"
        super().__init__("identifiers__value", help_text=help_text, check=as_identifier)

    def test(self, path: str, value: list[str]) -> Q:
        pairs = (text.partition(":") for text in value)
        return reduce(or_, (Q(scheme=scheme, value=found) for scheme, _, found in pairs))

    def openapi(self) -> dict[str, Any]:
        schemes = "|".join(IdentifierScheme.values)
        one = {"type": "string", "pattern": f"^({schemes}):[^,{UNSEEN}]+$", "examples": ["wikidata:Q212"]}
        return several(one)


class CountryFilter(_Filter):
    """Records at a place in one of the given countries."""

    field_class = Values

    def __init__(self, path: str) -> None:
        help_text = "In one of these countries (ISO 3166-1 alpha-3): TUR, ARE"
        super().__init__(path, help_text=help_text, check=as_country)

    def test(self, path: str, value: list[str]) -> Q:
        return Q(**{f"{path}__in": value})

    def openapi(self) -> dict[str, Any]:
        one = {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["TUR"]}
        return several(one)


class DuringFilter(_Filter):
    """Records whose days overlap the given ones, for certain or possibly; a record without a date is not found."""

    field_class = DaysField
    says = "Days that the record's own overlap: 2025-05-16, 2025-05, 2025-05-10/2025-05-20, 2025-05-16/.."
    examples: ClassVar[list[str]] = ["2025-05-16", "2025-05-10/2025-05-20"]
    pattern = DATES

    def __init__(self, *path: str) -> None:
        super().__init__(*path, help_text=self.says)

    def test(self, path: str, value: DateRange) -> Q:
        return Q(**{f"{path}__overlap": value})

    def written(self, model: type[models.Model]) -> list[str]:
        """The paths, from `model`, of the columns that give its days as the source does."""
        *before, name = self.paths[0].split("__")
        for relation in before:
            model = model._meta.get_field(relation).related_model  # type: ignore[assignment]
        found: Any = model._meta.get_field(name)
        return ["__".join([*before, each.name]) for each in found.expression.source_expressions]

    def certainty(self, row: models.Model, value: DateRange) -> Certainty:
        """Whether the days of `row`, as the source gives them, surely overlap those asked for."""
        days: list[Any] = [reduce(getattr, path.split("__"), row) for path in self.written(type(row))]
        return certainty(days, value)

    def openapi(self) -> dict[str, Any]:
        return {"schema": {"type": "string", "pattern": self.pattern, "examples": self.examples}}


class OnFilter(DuringFilter):
    """Records that hold, or took place, on a day."""

    field_class = DayField
    says = "A day on which the record held, or took place: 2025-05-16"
    examples: ClassVar[list[str]] = ["2025-05-16"]
    pattern = f"^{DAY}$"


class YesNoFilter(_Filter):
    """Records for which a claim holds, or does not."""

    field_class = YesNoField

    def test(self, path: str, value: bool) -> Q:
        return Q(**{path: value})

    def openapi(self) -> dict[str, Any]:
        return {"schema": {"type": "boolean"}}


class AfterFilter(_Filter):
    """What came after a revision; of records, those of which a later one changed anything, parts included."""

    field_class = NumberField

    def filter(self, queryset: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if self.paths or value is None:
            return super().filter(queryset, value)
        return queryset.filter(pk__in=changed_after(queryset.model, value))

    def test(self, path: str, value: int) -> Q:
        return Q(**{f"{path}__gt": value})

    def openapi(self) -> dict[str, Any]:
        return {"schema": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}}


def _is_line(model: Any, path: str) -> bool:
    """Whether the column at the end of `path` holds a line: a name or title rather than prose."""
    head, _, rest = path.partition("__")
    field = model._meta.get_field(head)
    return _is_line(field.related_model, rest) if rest else isinstance(field, LineField)


class SearchFilter(_Filter):
    """Records one of whose searched columns contains the text, capitals or not; in lines, accents or not as well.

    Folding accents triples what a column costs, so prose goes without.
    """

    field_class = TermsField

    usual_help = "A text that a title, name, text or slug contains; titles and names with or without accents."

    def __init__(self, help_text: str = usual_help) -> None:
        super().__init__(help_text=help_text, max_length=LONGEST_SEARCH)

    def filter(self, queryset: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return queryset
        model: type[Record] = queryset.model
        lines = [path for path in model.SEARCHED if _is_line(model, path)]
        others = [path for path in model.SEARCHED if path not in lines]
        tests = [condition(model, [path], lambda path: self.test(f"{path}__unaccent", value)) for path in lines]
        tests += [condition(model, [path], lambda path: self.test(path, value)) for path in others]
        return queryset.filter(reduce(or_, tests))

    def test(self, path: str, value: str) -> Q:
        return Q(**{f"{path}__icontains": value})

    def openapi(self) -> dict[str, Any]:
        return {"schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH, "pattern": TERMS}}


class StrictFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of one resource, each named and described."""

    base_filters: ClassVar[dict[str, _Filter]]

    def asked_days(self) -> list[tuple[DuringFilter, DateRange]]:
        """The days that were asked for, with the filters that took them."""
        given = self.form.cleaned_data
        found = ((each, given.get(name)) for name, each in self.filters.items() if isinstance(each, DuringFilter))
        return [(each, value) for each, value in found if value is not None]


def parameters_of(filterset: type[StrictFilterSet], required: Collection[str] = ()) -> list[OpenApiParameter]:
    """The filters of a view that is no list, as OpenAPI describes parameters."""
    found = []
    for name, each in filterset.base_filters.items():
        described = each.openapi()
        found.append(
            OpenApiParameter(
                name,
                described.pop("schema"),
                description=each.extra["help_text"],
                required=name in required,
                **described,
            )
        )
    return found


class RecordFilter(StrictFilterSet):
    """What every list of records can be asked."""

    id = IdFilter()
    changed_after = AfterFilter(help_text="Records of which a revision after this number changed anything.")


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """Applies a view's filters, or refuses the request with every value that cannot be read."""

    def filter_queryset(self, request: Request, queryset: models.QuerySet[Any], view: APIView) -> models.QuerySet[Any]:
        chosen: type[StrictFilterSet] = view.filterset_class  # type: ignore[attr-defined]
        filterset = chosen(data=request.query_params, queryset=queryset, request=request)
        self.refuse_faults(filterset)
        view.asked_days = filterset.asked_days()  # type: ignore[attr-defined]
        filtered: models.QuerySet[Any] = filterset.qs
        return filtered

    @staticmethod
    def refuse_faults(filterset: StrictFilterSet) -> None:
        """Raises BadParameters with every value that cannot be read."""
        if not filterset.is_valid():
            errors = filterset.form.errors.as_data().items()
            raise BadParameters(_as_fault(name, error) for name, found in errors for error in found)


def _as_fault(name: str, error: ValidationError) -> Fault:
    params = error.params or {}
    detail = f"{name}: {' '.join(error.messages)}"
    return fault(name, error.code or "invalid", detail, params.get("allowed", ()), params.get("given", ""))


class StrictFilterExtension(DjangoFilterExtension):  # type: ignore[no-untyped-call]
    """Describes each filter in OpenAPI as it describes itself."""

    target_class = "negotiations.api.filters.StrictFilterBackend"
    match_subclasses = True
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        filters: dict[str, _Filter] = auto_schema.view.filterset_class.base_filters
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": str(found.extra["help_text"]),
                **found.openapi(),
            }
            for name, found in filters.items()
        ]
