"""Codes of others: countries (ISO 3166-1), languages (BCP 47) and time zones (IANA), checked against their lists.

The lists grow outside this project, so PostgreSQL holds only the codes' shape; forms and imports ask these validators.
"""

import zoneinfo
from typing import Any

import langcodes
import pycountry
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Regex

# PostgreSQL reads them: subtags of letters and digits; a name perhaps in a folder, as America/Port-au-Prince.
LANGUAGE_TAG = "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"
LANGUAGE = f"^{LANGUAGE_TAG}$"
LANGUAGES_BY_LINE = f"^{LANGUAGE_TAG}(\\n{LANGUAGE_TAG})*$"
ZONE = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
A_LANGUAGE = "a BCP 47 language tag, such as uk or ru-Latn"
A_ZONE = "an IANA time zone, such as Europe/Istanbul"


def validate_country(code: str) -> None:
    if pycountry.countries.get(alpha_3=code) is None:
        raise ValidationError("%(code)s is no ISO 3166-1 alpha-3 code, such as TUR.", "country", {"code": code})


def validate_language(tag: str) -> None:
    if not langcodes.tag_is_valid(tag):
        raise ValidationError("%(tag)s is no BCP 47 language tag, such as uk or ru-Latn.", "language", {"tag": tag})


def validate_languages(tags: list[str]) -> None:
    for tag in tags:
        validate_language(tag)


def validate_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("%(name)s is no IANA time zone, such as Europe/Istanbul.", "zone", {"name": name})


class ByLine(models.Func):
    """The items of a list, each on a line of its own; none of them can hold the end of a line, and null is a `!`."""

    function = "array_to_string"
    output_field = models.TextField()

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(column, models.Value("\n"), models.Value("!"), **extra)


def languages_are_shaped(record: str, column: str) -> models.CheckConstraint:
    """Each item of the list has the shape of a language tag."""
    return models.CheckConstraint(
        name=f"{record}_{column}_have_the_shape_of_their_codes",
        condition=models.Q(**{f"{column}__len": 0}) | models.Q(Regex(ByLine(column), LANGUAGES_BY_LINE)),
        violation_error_message=f"Each of {column} is {A_LANGUAGE}.",
    )
