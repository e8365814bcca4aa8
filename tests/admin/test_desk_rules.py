"""Rules over several rows are said on the desk's forms, and when somebody was quicker."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from negotiations.admin.base import said_kindly
from negotiations.models import Place
from tests import factories as make

PLACE = "/admin/negotiations/place"


def test_a_form_says_a_rule_over_several_rows_at_its_field(curator: Any) -> None:
    palace = make.make_place("Palace", kind="venue", country="TUR", parent=make.make_place(country="TUR"))

    page = curator.send(
        f"{PLACE}/{palace.pk}/change/", curator.form_of(f"{PLACE}/{palace.pk}/change/") | {"country": "GEO"}
    )

    assert "A place has the country of the place it lies in: change country or parent." in page
    assert Place.objects.get(pk=palace.pk).country == "TUR"


@pytest.mark.django_db
def test_what_postgresql_alone_could_see_is_said_in_the_same_words() -> None:
    palace = make.make_place("Palace", kind="venue", country="TUR", parent=make.make_place(country="TUR"))

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Place.objects.filter(pk=palace.pk).update(country="GEO")

    assert said_kindly(caught.value) == (
        "A place has the country of the place it lies in: change country or parent. Nothing was saved yet."
    )
