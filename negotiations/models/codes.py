"""Codes of others: countries (ISO 3166-1), languages (BCP 47) and time zones (IANA), checked against their lists.

The lists grow outside this project, so PostgreSQL holds only the codes' shape; forms and imports ask these validators.
"""

import zoneinfo

import langcodes
import pycountry
from django.core.exceptions import ValidationError


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
