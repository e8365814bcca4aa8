"""Each rule of the table in `constraints.py` is said kindly and enforced anyway, and no rule is missing from it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from inspect import isfunction
from typing import Any

import pycountry
import pytest
from django.contrib.postgres.fields import ArrayField
from django.core import validators
from django.core.exceptions import ValidationError
from django.db import Error, connection, models, transaction

from negotiations.ledger import aggregates
from negotiations.models import Delegation, Edit, LoadedDossier, Pin, Place
from negotiations.models.codes import (
    LANGUAGE,
    ZONE,
    validate_country,
    validate_language,
    validate_languages,
    validate_zone,
)
from negotiations.models.edtf import validate_edtf
from negotiations.models.records import Identified, validate_line, validate_prose
from tests.models.constraints import LAWFUL, REFUSED, Refused, altered, beside, desk_models, no_key_of

pytestmark = pytest.mark.django_db


def refusal_of(row: models.Model) -> Any:
    """What PostgreSQL says when the row is saved without any check of ours, None when it takes it; nothing remains."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            row.save()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except Error as error:
        return error.__cause__.diag  # type: ignore[union-attr]
    return None


@pytest.mark.parametrize("model", desk_models(), ids=lambda model: model.__name__)
def test_the_rows_that_will_be_spoiled_are_lawful(model: type[models.Model]) -> None:
    row = LAWFUL[model]()

    row.full_clean()
    assert refusal_of(row) is None


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused.rule)
def test_a_bad_row_is_refused_kindly(refused: Refused) -> None:
    row = refused.row()

    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert refused.says in " ".join(caught.value.messages)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused.rule)
def test_a_bad_row_is_refused_by_postgresql(refused: Refused) -> None:
    row = refused.row()

    diagnosis = refusal_of(row)

    assert diagnosis is not None, "PostgreSQL takes it"
    assert diagnosis.constraint_name == refused.rule


def test_every_rule_in_the_catalogue_is_in_the_table_and_the_other_way_round() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.relname, c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
                WHERE t.relnamespace = 'public'::regnamespace AND t.relname LIKE 'negotiations\\_%'
                  AND c.contype IN ('c', 'u', 'x', 'f', 't')
                UNION
               SELECT t.relname, i.relname FROM pg_index u
                 JOIN pg_class t ON t.oid = u.indrelid JOIN pg_class i ON i.oid = u.indexrelid
                WHERE t.relnamespace = 'public'::regnamespace AND t.relname LIKE 'negotiations\\_%'
                  AND u.indisunique AND NOT u.indisprimary
                UNION
               SELECT 'extensions', c.conname FROM pg_constraint c JOIN pg_type d ON d.oid = c.contypid
                WHERE d.typnamespace = 'extensions'::regnamespace"""
        )
        rules = set(cursor.fetchall())

    assert rules == {(refused.table, refused.rule) for refused in REFUSED}


def test_form_and_postgresql_say_a_rule_over_several_rows_in_the_same_words() -> None:
    words = {(model._meta.db_table, rule.name): rule.message for model in aggregates.tables() for rule in model.rules()}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.relname, c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
                WHERE c.contype = 't' AND t.relnamespace = 'public'::regnamespace"""
        )
        triggers = set(cursor.fetchall())

    assert triggers == set(words)
    for key in triggers:
        refused = next(each for each in REFUSED if (each.table, each.rule) == key)
        diagnosis = refusal_of(refused.row())
        assert (diagnosis.message_primary, diagnosis.table_name, diagnosis.sqlstate) == (words[key], key[0], "23000")


def test_every_key_by_which_a_part_belongs_to_something_is_watched() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.relname, array_agg(a.attname::text ORDER BY a.attname)
                 FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (g.tgattr)
                WHERE g.tgname LIKE '%_keeps_its_owner' GROUP BY t.relname"""
        )
        watched = dict(cursor.fetchall())

    assert watched == {
        part._meta.db_table: sorted(f"{name}_id" for name in part.PART_OF) for part in aggregates.parts()
    }


def test_rules_over_several_rows_let_rows_come_in_any_order() -> None:
    """Each is checked at the end of a transaction only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 't' AND NOT (condeferrable AND condeferred)")
        assert cursor.fetchall() == []


def test_the_desks_role_works_under_the_rules_without_a_right_on_their_functions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
                  AND has_function_privilege('tracker_desk', p.oid, 'EXECUTE')"""
        )
        assert cursor.fetchall() == []
        cursor.execute("SET LOCAL ROLE tracker_desk")
        assert refusal_of(LAWFUL[Place]()) is None
        circle = next(refused for refused in REFUSED if refused.rule == "place_parent_makes_no_circle")
        assert refusal_of(circle.row()).constraint_name == circle.rule


def test_the_shape_of_codes_lets_every_code_of_their_lists_pass() -> None:
    languages = [
        "uk",
        "ru-Latn",
        "zh-Hant-TW",
        "sr-Latn-RS-ekavsk",
        "de-1996",
        "i-klingon",
        "x-private",
        "en-u-ca-gregory",
    ]
    countries = [country.alpha_3 for country in pycountry.countries]
    pairs = [
        *((LANGUAGE, tag) for tag in languages),
        *((ZONE, zone) for zone in zoneinfo.available_timezones()),
        *(("^[A-Z]{3}$", code) for code in countries),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM unnest(%s::text[], %s::text[]) AS each (shape, code) WHERE code !~ shape",
            [list(column) for column in zip(*pairs, strict=True)],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("statement", [
    "UPDATE negotiations_delegation SET roles = '{{party,host}}'",
    "UPDATE negotiations_talk SET languages = '{{ru,tr}}'",
])  # fmt: skip
def test_a_list_of_lists_is_no_list(statement: str) -> None:
    LAWFUL[Delegation]()

    with pytest.raises(Error, match="are_each_named_once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Columns of bookkeeping that nobody types into.
NOT_TYPED = {(LoadedDossier, "name"), (LoadedDossier, "digest"), (Pin, "table_name"), (Edit, "table_name")}
# What each of our validators takes and refuses.
SHAPES: dict[Any, tuple[Any, Any]] = {
    validate_country: ("TUR", "tur"),
    validate_language: ("uk", "ru Latn"),
    validate_languages: (["uk"], ["ru Latn"]),
    validate_zone: ("Europe/Istanbul", "Europe Istanbul"),
    validate_edtf: ("2025-05-16", "2025-02-30"),
    validate_line: ("2025", "20\x0725"),
    validate_prose: ("2025", "20\x0725"),
}
ADDRESS = "https://example.org/"
LAWFUL_START = {"iso3": "TUR", "country": "TUR", "page_url": ADDRESS, "canonical_url": ADDRESS, "archived_url": ADDRESS}


def probes(field: Any) -> Iterator[tuple[str, Any, Any]]:
    """For each thing that the model asks of a column: what it is, a value that meets it, one that does not."""
    if field.many_to_one or field.one_to_one:
        made, nobody = LAWFUL[field.related_model]().pk, no_key_of(field.related_model)
        yield "foreign key", made, nobody() if callable(nobody) else nobody
        return
    inner = field.base_field if isinstance(field, ArrayField) else field
    if inner.choices:
        good, bad = inner.choices[0][0], "?"  # short, lest the column's length alone refuse it
        yield "choices", *((good, bad) if inner is field else ([good], [bad]))
        return
    for validator in field.validators:
        yield from _probes_of(validator, field)
    if inner is not field:
        yield from ((guard, [good], [bad]) for each in inner.validators for guard, good, bad in _probes_of(each, inner))
    if isinstance(field, models.TextField) and not field.blank and (field.model, field.name) not in NOT_TYPED:
        yield "not blank", "2025", ""


def _probes_of(validator: Any, field: Any) -> Iterator[tuple[str, Any, Any]]:
    if isfunction(validator) and validator in SHAPES:
        good, bad = SHAPES[validator]
        yield validator.__name__, good, bad
    elif isinstance(validator, validators.URLValidator):
        yield "address", ADDRESS, "javascript:alert(1)"
    elif isinstance(validator, validators.RegexValidator):
        yield "shape", "some-slug", "No Slug"
    elif isinstance(validator, validators.MinValueValidator):
        yield "least", validator.limit_value, validator.limit_value - 1
    elif isinstance(validator, validators.MaxValueValidator):
        yield "most", validator.limit_value, validator.limit_value + 1
    elif isinstance(validator, validators.DecimalValidator):
        yield "digits", Decimal(1), Decimal(10) ** (field.max_digits - field.decimal_places)
    elif isinstance(validator, validators.MaxLengthValidator):
        lawful = LAWFUL_START.get(field.name, "a")
        yield "length", lawful, lawful + "a" * validator.limit_value
    elif not isinstance(validator, validators.ProhibitNullCharactersValidator):
        raise AssertionError(f"{field}: say here what {validator} takes and refuses, and let PostgreSQL refuse it")


@pytest.mark.parametrize("model", desk_models(), ids=lambda model: model.__name__)
def test_what_the_model_refuses_in_a_column_postgresql_refuses_too(model: Any) -> None:
    """A foreign key, choice, range or shape that only Python guards fails here."""
    guarded_by_python_alone = []
    for field in model._meta.concrete_fields:
        if field.primary_key or isinstance(field, models.GeneratedField | models.DateTimeField | models.BooleanField):
            assert [*field.validators, *(field.choices or ())] == [], f"{field}: probe here what PostgreSQL refuses"
            continue
        for guard, good, bad in probes(field):
            row = altered(model, **beside(model, field.name), **{field.attname: good})
            taken = refusal_of(row)
            setattr(row, field.attname, bad)
            refused = refusal_of(row)
            # A rule that refuses the good value as well tells nothing of the bad one.
            if refused is None or (taken is not None and taken.constraint_name == refused.constraint_name):
                guarded_by_python_alone.append(f"{field.name}: {guard}")
    assert guarded_by_python_alone == []


@pytest.mark.parametrize("model", desk_models(), ids=lambda model: model.__name__)
def test_no_model_refuses_a_row_in_python_of_its_own(model: Any) -> None:
    """Rules that PostgreSQL keeps are all that `clean` says, and only what all models share says them."""
    owners = {
        name: next(each for each in model.__mro__ if name in vars(each))
        for name in ("clean", "clean_fields", "full_clean", "validate_unique", "validate_constraints")
    }

    assert owners["clean"] in (Identified, models.Model)
    assert {owner for name, owner in owners.items() if name != "clean"} == {models.Model}
