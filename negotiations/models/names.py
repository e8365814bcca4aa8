"""Names and identifiers: how else a record is called, and under which number others keep it."""

from django.db import models
from django.db.models import Q

from negotiations.models.codes import A_LANGUAGE, LANGUAGE, validate_language
from negotiations.models.records import LineField, Part, closed_lists, exactly_one, not_empty, shaped, words
from negotiations.vocabulary import IdentifierScheme, NameKind

NAMED = ("actor", "place", "process", "outcome", "event")


class _OfNamed(Part):
    """A part of whichever record has names and identifiers."""

    PART_OF = NAMED

    actor = models.ForeignKey("negotiations.Actor", models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    place = models.ForeignKey("negotiations.Place", models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    process = models.ForeignKey(
        "negotiations.Process", models.CASCADE, null=True, blank=True, related_name="%(class)ss"
    )
    outcome = models.ForeignKey(
        "negotiations.Outcome", models.CASCADE, null=True, blank=True, related_name="%(class)ss"
    )
    event = models.ForeignKey("negotiations.Event", models.CASCADE, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True


class Name(_OfNamed):
    """Another name of a record: in another script, official, former, or as one source spells it."""

    WORDS = ("text",)
    NAMES = ("text",)

    text = LineField(help_text="Володимир Зеленський")
    language = LineField(null=True, blank=True, validators=[validate_language], help_text="BCP 47 tag: uk, ru-Latn")
    kind = words(NameKind)

    class Meta:
        ordering = ("text", "id")
        constraints = [
            *closed_lists("name", kind=NameKind),
            *shaped("name", LANGUAGE, A_LANGUAGE, "language"),
            exactly_one("name_belongs_to_one_record", NAMED, "A name belongs to exactly one record."),
            models.CheckConstraint(
                name="name_is_not_empty", condition=~Q(text=""), violation_error_message="A name cannot be empty."
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)


class Identifier(_OfNamed):
    """The number under which another project keeps the same thing."""

    scheme = words(IdentifierScheme)
    value = LineField(help_text="Q212")

    class Meta:
        ordering = ("scheme", "value", "id")
        constraints = [
            *closed_lists("identifier", scheme=IdentifierScheme),
            *not_empty("identifier", "value"),
            exactly_one("identifier_belongs_to_one_record", NAMED, "An identifier belongs to exactly one record."),
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="identifier_names_one_record",
                violation_error_message="Another record has this identifier already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
