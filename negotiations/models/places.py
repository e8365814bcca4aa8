"""Places: countries, regions, cities and the venues in them."""

from django.db import models
from django.db.models import F, Q

from negotiations.models.codes import validate_country
from negotiations.models.records import LineField, Record, closed_lists, not_empty, words
from negotiations.models.rules import SHARES_ITS_PARENTS_COUNTRY, makes_no_circle
from negotiations.vocabulary import PlaceKind


class Place(Record):
    """Where something took place; a venue lies in a city, a city in a country."""

    SEARCHED = ("slug", "name")
    LISTED_BY = ("name",)
    WORDS = ("name",)
    NAMES = ("name",)
    RULES = (makes_no_circle("place", "parent"), SHARES_ITS_PARENTS_COUNTRY)

    name = LineField(help_text="Dolmabahçe Palace")
    kind = words(PlaceKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", help_text="The place it lies in."
    )
    country = models.CharField(  # noqa: DJ001  # null, as everywhere, is "not given"
        max_length=3,
        null=True,
        blank=True,
        validators=[validate_country],
        help_text="ISO 3166-1 alpha-3 code, the same as its parent's: TUR",
    )
    lat = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, help_text="Degrees north: 41.03917"
    )
    lon = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True, help_text="Degrees east: 29.00056")

    class Meta(Record.Meta):
        ordering = ("name", "id")
        constraints = [
            *Record.Meta.constraints,
            *closed_lists("place", kind=PlaceKind),
            *not_empty("place", "name"),
            models.CheckConstraint(
                name="place_country_is_a_code",
                condition=Q(country__isnull=True) | Q(country__regex=r"^[A-Z]{3}$"),
                violation_error_message="country is an ISO 3166-1 alpha-3 code, such as TUR.",
            ),
            models.CheckConstraint(
                name="place_has_both_coordinates_or_none",
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__isnull=False, lat__range=(-90, 90), lon__isnull=False, lon__range=(-180, 180)),
                violation_error_message="Give lat (-90 to 90) and lon (-180 to 180) together, or neither.",
            ),
            models.CheckConstraint(
                name="place_is_not_its_own_parent",
                condition=~Q(parent=models.F("id")),
                violation_error_message="A place cannot lie in itself.",
            ),
        ]

    LABEL = F("name")

    @property
    def label(self) -> str:
        return str(self.name)
