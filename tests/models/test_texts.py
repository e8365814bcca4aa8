"""No text of any record hides what it says, and dates are what the source gives or are refused, by form and by SQL."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from negotiations.models import Actor, Issue, Place, Source, Talk
from negotiations.models.edtf import days_covered
from tests.scenery import drafted

pytestmark = pytest.mark.django_db

HIDDEN = ["\x07", "\x1b[31m", "\u202e", "\u2066", "\x85", "\u2028"]


def refused_by_postgresql(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except Error:
        return True
    return False


def test_every_text_column_is_clean_by_its_domain_or_by_a_rule_of_its_own() -> None:
    """A new text column fails here until it is a LineField, ProseField, LinesField, or its words are a closed list."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname LIKE 'negotiations_%'
                  AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype, 'varchar[]'::regtype)
                  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                                     AND a.attnum = ANY (k.conkey))"""
        )
        bare = {row[0] for row in cursor.fetchall()}
    written_by_acts = {"negotiations_pin.table_name", "negotiations_edit.table_name"}
    digests = {"negotiations_loadeddossier.digest", "negotiations_token.digest", "negotiations_keptanswer.request"}
    by_the_desk_api = {
        "negotiations_token.prefix",
        "negotiations_keptanswer.key",
    }  # printable ASCII, as its code has it
    assert bare == {*digests, *written_by_acts, *by_the_desk_api}, "columns whose texts nothing checks"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_characters_are_refused_in_lines(hidden: str) -> None:
    actor = Actor(slug="a", name=f"Ukr{hidden}aine", kind="state")

    with pytest.raises(ValidationError) as caught:
        actor.full_clean()
    assert set(caught.value.message_dict) == {"name"}
    assert refused_by_postgresql("SELECT %s::extensions.line", f"Ukr{hidden}aine")


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_characters_are_refused_in_prose_where_line_breaks_are_welcome(hidden: str) -> None:
    issue = Issue(slug="i", name="Issue", definition=f"One\n{hidden}")

    with pytest.raises(ValidationError) as caught:
        issue.full_clean()
    assert set(caught.value.message_dict) == {"definition"}
    assert refused_by_postgresql("SELECT %s::extensions.prose", f"One\n{hidden}")
    assert not refused_by_postgresql("SELECT %s::extensions.prose", "One\nЗеленський, Dolmabahçe")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://example.org/", "https://", "https://example.org/\u202egnp", "example.org"]
)
def test_only_http_and_https_addresses_are_accepted(address: str) -> None:
    source = drafted().source
    source.page_url = address

    with pytest.raises(ValidationError) as caught:
        source.full_clean()
    assert set(caught.value.message_dict) <= {"page_url", "__all__"}
    assert refused_by_postgresql("UPDATE negotiations_source SET page_url = %s", address)
    assert Source.objects.get().page_url == "https://outlet.example/page"


@pytest.mark.parametrize(
    "written", ["2025-13", "2025-02-30", "0000", "16 May 2025", "/", "2025/2024", "../..", "../", "/..", "2025//", ""]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    talk = drafted().istanbul
    talk.start_edtf = written

    with pytest.raises(ValidationError):
        talk.full_clean()
    assert refused_by_postgresql("UPDATE negotiations_talk SET start_edtf = %s", written)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2024-02~", "2024-02-01", "2024-02-29"),
        ("2025-05-16?", "2025-05-16", "2025-05-16"),
        ("2025-05-16/..", "2025-05-16", None),
        ("../2025-05", None, "2025-05-31"),
        ("2022-02/2025-05-16", "2022-02-01", "2025-05-16"),
        ("2022-03-10/", "2022-03-10", "2022-03-10"),
        ("2022-03~/", "2022-03-01", "2022-03-31"),
        ("/2022-03-10", "2022-03-10", "2022-03-10"),
    ],
)
def test_python_and_postgresql_read_a_date_alike(written: str, first: str | None, last: str | None) -> None:
    expected = tuple(day and datetime.date.fromisoformat(day) for day in (first, last))

    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(d), upper(d) - 1 FROM extensions.edtf_range(%s) AS d", [written])
        assert cursor.fetchone() == expected
    assert days_covered(written) == expected


def test_a_talk_covers_the_days_from_its_start_to_its_end() -> None:
    scenery = drafted()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(start_edtf="2025-05-15", end_edtf="2025-05")

    during = Talk.objects.get(pk=scenery.istanbul.pk).during
    assert (during.lower, during.upper) == (datetime.date(2025, 5, 15), datetime.date(2025, 6, 1))


@pytest.mark.parametrize(("column", "code"), [("country", "TUX"), ("country", "Turkey")])
def test_country_codes_are_those_of_iso_3166(column: str, code: str) -> None:
    place = Place(slug="p", name="Place", kind="country", **{column: code})

    with pytest.raises(ValidationError) as caught:
        place.full_clean()
    assert column in caught.value.message_dict
