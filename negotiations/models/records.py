"""What all records share: ids, slugs, clean texts, closed lists, and which part belongs to which record."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact, IsNull

import negotiations.models.lookups  # noqa: F401  # which fields know once it is imported: pk__just
from negotiations.models.edtf import Days, validate_edtf
from negotiations.models.rules import Rule, keeps_its_owner

# Control characters, and the Unicode characters that override the direction of writing, can hide what a text says.
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
HIDDEN_BUT_NEWLINE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ID = "^([0-9a-f]-?){32}$"  # however its hyphens are set: whoever asks by it is answered by id
# Blanks and signs without a shape: a text of nothing else looks empty.
SEEN = re.compile("[^\\s\u00a0\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff]")
# PostgreSQL reads it: http or https, a host (names with dots between, of anything but ASCII's signs), perhaps a port,
# then anything; nowhere blanks, control or direction-override characters.
_UNSEEN = r"\s\u0001-\u0020\u007f-\u00a0\u2028-\u202e\u2066-\u2069"
_HOST = rf"([^{_UNSEEN}!-,./:-@\[-`{{-~]+\.)+[^{_UNSEEN}!-,./:-@\[-`{{-~]+"
WEB = rf"^https?://{_HOST}(:[0-9]{{1,5}})?([/?#][^{_UNSEEN}]*)?$"
DESK_ONLY = "desk only"
LONGEST_LINE = 500  # as in PostgreSQL's domain: lists are ordered by lines, and an index holds no longer ones


def desk_only(reason: str) -> str:
    """The `db_comment` of a column that never leaves the desk: one truth for model, migration and catalogue."""
    return f"{DESK_ONLY}: {reason}"


def validate_line(text: str) -> None:
    if HIDDEN.search(text):
        raise ValidationError("One line of text without control or direction-override characters is expected.", "line")
    if len(text) > LONGEST_LINE:
        raise ValidationError(f"A line has at most {LONGEST_LINE} characters; this one has {len(text)}.", "max_length")
    _refuse_blanks(text)


def validate_prose(text: str) -> None:
    if HIDDEN_BUT_NEWLINE.search(text):
        raise ValidationError("Text without control or direction-override characters is expected.", "prose")
    _refuse_blanks(text)


def _refuse_blanks(text: str) -> None:
    if text and not SEEN.search(text):
        raise ValidationError("A text of blanks says nothing: write something, or leave it out.", "blanks")


if TYPE_CHECKING:  # at run time Django's fields take no type arguments
    _TextField = models.TextField[Any, Any]
    _URLField = models.URLField[Any, Any]
    _ArrayField = ArrayField[Any, Any]
else:
    _TextField, _URLField, _ArrayField = models.TextField, models.URLField, ArrayField

models.TextField.register_lookup(Length)  # so that a constraint can say label__length__lte


class LineField(_TextField):
    """One line of clean text; PostgreSQL's domain `extensions.line` refuses anything else."""

    default_validators = [validate_line]

    def db_type(self, connection: Any) -> str:
        return "extensions.line"

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        defaults = {"widget": forms.TextInput(attrs={"size": 80}), "empty_value": None if self.null else ""}
        return super().formfield(**{**defaults, **kwargs})


class ProseField(_TextField):
    """Clean text with line breaks; PostgreSQL's domain `extensions.prose` refuses anything else."""

    default_validators = [validate_prose]

    def db_type(self, connection: Any) -> str:
        return "extensions.prose"


class LinesField(_ArrayField):
    """A list of lines of clean text; PostgreSQL's domain `extensions.lines` refuses anything else."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["base_field"] = models.TextField(validators=[validate_line])
        super().__init__(**kwargs)

    def db_type(self, connection: Any) -> str:
        return "extensions.lines"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["base_field"]
        return name, path, args, kwargs


class WebAddressField(_URLField):
    """An http or https address; pair it with `web_address` in the model's constraints."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})


class EdtfField(LineField):
    """A date as the source gives it (negotiations.models.edtf)."""

    default_validators = [validate_line, validate_edtf]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "As the source gives it: 2025, 2025-05, 2025-05-16, 2025-05~, 2025-05-16/..")
        super().__init__(*args, **kwargs)


def days(*columns: str) -> models.GeneratedField:
    """The range of days that the EDTF `columns` (one, or a start and an end) cover, kept by PostgreSQL."""
    return models.GeneratedField(expression=Days(*columns), output_field=DateRangeField(), db_persist=True)


def words(vocabulary: type[models.TextChoices], **kwargs: Any) -> models.CharField[Any, Any]:
    """A column that holds one word of a closed list; pair it with `closed_lists` in the model's constraints."""
    return models.CharField(max_length=40, choices=vocabulary, **kwargs)


def closed_lists(record: str, **vocabularies: type[models.TextChoices]) -> list[models.CheckConstraint]:
    """One named constraint a column: the word is one of its list (or not given, where the column is nullable)."""
    return [
        models.CheckConstraint(
            name=f"{record}_{column}_is_in_its_list",
            condition=Q(**{f"{column}__in": vocabulary.values}),
            violation_error_message=f"{column} must be one of: {', '.join(vocabulary.values)}.",
        )
        for column, vocabulary in vocabularies.items()
    ]


def in_list_order(column: str, vocabulary: type[models.TextChoices]) -> models.Case:
    """An ordering by a word's place in its closed list: heads before members, not by the alphabet."""
    places = (models.When(**{column: word}, then=place) for place, word in enumerate(vocabulary.values))
    return models.Case(*places, output_field=models.SmallIntegerField())


def readable_dates(record: str, **columns: str | tuple[str, ...]) -> list[models.CheckConstraint]:
    """For each generated range, that its EDTF columns could be read: `during=("start_edtf", "end_edtf")`."""
    constraints = []
    for covered, sources in columns.items():
        names = (sources,) if isinstance(sources, str) else sources
        unwritten = Q(**{f"{name}__isnull": True for name in names})
        constraints.append(
            models.CheckConstraint(
                name=f"{record}_{covered}_is_readable",
                condition=unwritten | Q(**{f"{covered}__isnull": False}),
                violation_error_message=f"{' and '.join(names)} must be readable dates, the end not before the start.",
            )
        )
    return constraints


def readable_date(name: str, column: str) -> models.CheckConstraint:
    """The EDTF `column`, from which no range of days is generated, can be read, or is not given."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{column}__isnull": True}) | Q(IsNull(Days(column, output_field=DateRangeField()), False)),
        violation_error_message=f"{column} must be a readable date.",
    )


def web_address(name: str, column: str) -> models.CheckConstraint:
    """The `column` is an http or https address, or not given."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__regex": WEB}),
        violation_error_message=f"{column} is an http or https address, such as https://example.org/page.",
    )


def not_empty(record: str, *columns: str) -> list[models.CheckConstraint]:
    """One named constraint a column: it holds a text, or is not given (where it is nullable), but is never blank."""
    return [
        models.CheckConstraint(
            name=f"{record}_{column}_is_not_empty",
            condition=Q(**{f"{column}__isnull": True}) | ~Q(**{column: ""}),
            violation_error_message=f"{column} cannot be empty.",
        )
        for column in columns
    ]


def shaped(record: str, pattern: str, what: str, *columns: str) -> list[models.CheckConstraint]:
    """One named constraint a column: it has the shape of a code of others' lists, or is not given."""
    return [
        models.CheckConstraint(
            name=f"{record}_{column}_has_the_shape_of_its_codes",
            condition=Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__regex": pattern}),
            violation_error_message=f"{column} is {what}.",
        )
        for column in columns
    ]


class HowManyGiven(models.Func):
    """How many of the columns are not null."""

    function = "num_nonnulls"
    output_field = models.IntegerField()


def exactly_one(name: str, columns: tuple[str, ...], message: str) -> models.CheckConstraint:
    """Exactly one of the foreign keys `columns` is set."""
    condition = Exact(HowManyGiven(*columns), 1)
    return models.CheckConstraint(name=name, condition=condition, violation_error_message=message)


_Model = TypeVar("_Model", bound=models.Model)


def addressed(queryset: models.QuerySet[_Model], address: str) -> models.QuerySet[_Model]:
    """The records of `queryset` whose id or slug is `address`: one, or none. Ask for the `first()`.

    Ordered by what it is found by: the first of those an index of it tells at once, whatever PostgreSQL expects.
    """
    try:
        return queryset.filter(pk__just=uuid.UUID(address)).order_by("pk")
    except ValueError:
        return queryset.filter(slug__just=address).order_by("slug")


class Identified(models.Model):
    """Anything with an id of its own: random, so that it tells nothing; never used again for anything else."""

    RULES: ClassVar[tuple[Rule, ...]] = ()  # facts that concern more rows than this one
    LISTED_BY: ClassVar[tuple[str, ...]] = ()  # what lists are ordered by, and keys that lead there: ledger/listing.py
    LISTED_WITHIN: ClassVar[tuple[str, ...]] = ()  # what lists of many rows are narrowed by
    PROBED_BY: ClassVar[tuple[str, ...]] = ()  # what one row among many is looked up by
    WORDS: ClassVar[tuple[str, ...]] = ()  # columns whose words are searched, the title first: ledger/searching.py
    NAMES: ClassVar[tuple[str, ...]] = ()  # columns that are found by how they sound

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """What PostgreSQL refuses beyond the constraints in Meta, which concern one row or a unique one."""
        return cls.RULES

    def clean(self) -> None:
        """Say all rules that this row would break, at the column that does it; a few queries a rule."""
        super().clean()
        broken: dict[str, list[str]] = {}
        for rule in self.rules():
            if rule.is_broken_by(self):
                broken.setdefault(rule.column_of(self) or NON_FIELD_ERRORS, []).append(rule.message)
        if broken:
            raise ValidationError(broken)


class Record(Identified):
    """A publication unit: it is drafted, reviewed, published, cited and withdrawn as a whole, with its parts."""

    SEARCHED: ClassVar[tuple[str, ...]] = ("slug",)  # columns that `q=` and the admin's search look into
    label: Any  # a field or property of each record: how others call it, in at most 120 characters
    LABEL: ClassVar[Any]  # the same as PostgreSQL makes it, an expression

    slug = models.CharField(
        max_length=120,
        unique=True,
        validators=[RegexValidator(SLUG, "A slug has small letters, digits and single hyphens: istanbul-2025-05-16.")],
        help_text="The readable address: istanbul-2025-05-16",
    )
    version = models.PositiveIntegerField(default=1, editable=False, db_comment=desk_only("optimistic lock"))
    created_at = models.DateTimeField(auto_now_add=True, db_comment=desk_only("tells when a draft was begun"))
    updated_at = models.DateTimeField(auto_now=True, db_comment=desk_only("tells when a draft was last touched"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_slug_is_plain",
                condition=Q(slug__regex=SLUG),
                violation_error_message="A slug has small letters, digits and single hyphens.",
            ),
            models.CheckConstraint(
                name="%(class)s_slug_is_no_id",
                condition=~Q(slug__regex=ID),
                violation_error_message="A slug is not written like an id, or its address would lead elsewhere.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)


class Part(Identified):
    """What is published with the record it belongs to, and has no address of its own."""

    PART_OF: ClassVar[tuple[str, ...]] = ()  # its foreign keys to what it may be a part of; exactly one is set

    class Meta:
        abstract = True

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        return (*cls.RULES, keeps_its_owner(cls))

    @property
    def whole(self) -> Identified:
        """The record or part that this belongs to directly."""
        found: Identified = getattr(self, self._key)
        return found

    @property
    def whole_id(self) -> uuid.UUID:
        """The id of the record or part that this belongs to directly."""
        id: uuid.UUID = getattr(self, f"{self._key}_id")
        return id

    @property
    def _key(self) -> str:
        """That of the foreign keys in PART_OF that is set."""
        for name in self.PART_OF:
            if getattr(self, f"{name}_id") is not None:
                return name
        raise ValueError(f"{type(self).__name__} {self.pk} belongs to nothing")


SHORT = 100


def shorten(text: str, length: int = SHORT) -> str:
    """`text` cut at a word to at most `length` characters, with an ellipsis when something was cut."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


class Shortened(models.Func):
    """What `shorten` makes of a column, made by PostgreSQL."""

    output_field = models.TextField()
    template = f"""CASE WHEN length(%(expressions)s) <= {SHORT} THEN %(expressions)s
        ELSE rtrim(regexp_replace(left(%(expressions)s, {SHORT - 1}), ' [^ ]*$', ''), ',;: ') || '…' END"""
