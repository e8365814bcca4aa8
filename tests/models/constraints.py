"""Every rule that PostgreSQL keeps on the desk's tables: its name, a row that breaks it, and what is said of that.

Families (closed lists, readable dates, foreign keys …) are read from the models; the rest is written out below. A rule
may have several rows. `test_constraints.py` breaks each twice, and fails on a rule of the catalogue without a row here.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import NumericRange

from negotiations.models import (
    Actor,
    Affiliation,
    AgendaItem,
    ArticleText,
    Assertion,
    Citation,
    Delegation,
    DelegationMember,
    Edit,
    Event,
    EventParty,
    EventPlace,
    Identifier,
    Issue,
    KeptAnswer,
    LoadedDossier,
    Name,
    Outcome,
    OutcomeIssue,
    OutcomeParty,
    Pin,
    Place,
    Position,
    Process,
    Source,
    Statement,
    StatementLink,
    Submission,
    Talk,
    Token,
)
from negotiations.models.evidence import ASSERTED, CITED
from negotiations.models.names import NAMED
from negotiations.models.records import EdtfField, Part
from negotiations.models.rules import snake
from negotiations.models.statements import LINKED
from negotiations.vocabulary import asserted_fields
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_event,
    make_issue,
    make_member,
    make_outcome,
    make_place,
    make_position,
    make_process,
    make_source,
    make_statement,
    make_talk,
)

Row = models.Model
_numbers = count(1)


@dataclass(frozen=True)
class Refused:
    """One row that one rule refuses."""

    rule: str
    table: str  # or `extensions`, of the text domains
    says: str  # a part of what a form or loader says
    row: Callable[[], Row]  # not saved, or saved and then changed, so that it breaks this rule and no other


def somebody(**wanted: Any) -> Actor:
    return make_actor("Rustem Umerov", kind="person", **wanted)


def affiliated(actor: Actor | None = None) -> Affiliation:
    return Affiliation.objects.create(actor=actor or somebody(), title="Minister")


def measured(**wanted: Any) -> Assertion:
    usual = {"field": "quantity", "amount": NumericRange(Decimal(90), Decimal(120), "[]"), "unit": "prisoners"}
    return Assertion.objects.create(**{"outcome": make_outcome(), **usual, **wanted})


def staff() -> User:
    return User.objects.create(username=f"staff-{next(_numbers)}", is_superuser=True)


def sent(**wanted: Any) -> Submission:
    return Submission.objects.create(**{"note": "Please look.", "sent_by": staff(), **wanted})


def pinned(**wanted: Any) -> Pin:
    usual = {"submission": sent(), "table_name": "negotiations_talk", "record_id": uuid.uuid4(), "version": 1}
    return Pin.objects.create(**{**usual, **wanted})


def written(**wanted: Any) -> Edit:
    usual = {"author": staff(), "table_name": "negotiations_talk", "record_id": uuid.uuid4(), "version": 1}
    return Edit.objects.create(**{**usual, **wanted})


def token(**wanted: Any) -> Token:
    usual = {"owner": staff(), "scopes": ["desk:read"], "prefix": f"{next(_numbers):010x}", "digest": "0" * 64}
    return Token.objects.create(**{"name": "A program", "expires_at": NOW, **usual, **wanted})


def decided(status: str, **values: Any) -> Callable[[], Row]:
    """An open submission on which somebody decides, in the values given otherwise than is lawful."""

    def row() -> Row:
        usual = {"status": status, "decided_by": staff(), "decided_at": NOW, "decision_note": "Because."}
        number = {"revision": 1} if status == "published" else {}
        return changed(sent(), **{**usual, **number, **values})

    return row


def decided_by_sender(status: str) -> Callable[[], Row]:
    def row() -> Row:
        submission: Any = decided(status)()
        return changed(submission, decided_by=submission.sent_by)

    return row


NOW = datetime.datetime(2025, 5, 16, tzinfo=datetime.UTC)


LAWFUL: dict[type[Row], Callable[[], Row]] = {
    Actor: make_actor,
    Affiliation: affiliated,
    AgendaItem: lambda: AgendaItem.objects.create(talk=make_talk(), issue=make_issue()),
    ArticleText: lambda: ArticleText.objects.create(source=make_source(), text="They met."),
    Assertion: measured,
    Citation: lambda: cite(make_talk()),
    Delegation: lambda: make_delegation(make_talk()),
    DelegationMember: lambda: make_member(make_delegation(make_talk())),
    Edit: written,
    Event: make_event,
    EventParty: lambda: EventParty.objects.create(event=make_event(), actor=make_actor(), role="actor"),
    EventPlace: lambda: EventPlace.objects.create(event=make_event(), place=make_place()),
    Identifier: lambda: Identifier.objects.create(actor=make_actor(), scheme="wikidata", value=f"Q{next(_numbers)}"),
    Issue: make_issue,
    KeptAnswer: lambda: KeptAnswer.objects.create(owner=staff(), key="a-key", request="0" * 64),
    LoadedDossier: lambda: LoadedDossier.objects.create(name=f"dossier-{next(_numbers)}", digest="0" * 64),
    Name: lambda: Name.objects.create(actor=make_actor(), text="Україна", language="uk", kind="official"),
    Outcome: make_outcome,
    OutcomeIssue: lambda: OutcomeIssue.objects.create(outcome=make_outcome(), issue=make_issue()),
    OutcomeParty: lambda: OutcomeParty.objects.create(outcome=make_outcome(), actor=make_actor(), role="party"),
    Pin: pinned,
    Place: make_place,
    Position: make_position,
    Process: make_process,
    Source: make_source,
    Statement: make_statement,
    StatementLink: lambda: StatementLink.objects.create(
        statement=make_statement(), relation="about", to_actor=make_actor()
    ),
    Submission: sent,
    Talk: make_talk,
    Token: token,
    User: staff,
}


class EndOfDay(datetime.time):
    """24:00, which PostgreSQL takes for a time of the day and Python does not."""

    def __str__(self) -> str:
        return "24:00:00"


def numbers(lower: int | None, upper: int | None, bounds: str) -> NumericRange:
    return NumericRange(None if lower is None else Decimal(lower), None if upper is None else Decimal(upper), bounds)


def changed(row: Row, **values: Any) -> Row:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def altered(model: type[Row], **values: Any) -> Row:
    """A lawful row of the model with other values, which may be functions that make them."""
    row = LAWFUL[model]()
    return changed(row, **{name: value() if callable(value) else value for name, value in values.items()})


def desk_models() -> list[Any]:
    found = apps.get_app_config("negotiations").get_models()
    return [model for model in found if model._meta.managed and not model._meta.proxy]


# What else has to change with a column, so that its value alone is what is wrong.
NO_AMOUNT = {"amount": None, "unit": None}
STAGE = {"outcome": None, "field": "stage", **NO_AMOUNT}
BESIDE: dict[tuple[type[Row], str], dict[str, Any]] = {
    (Talk, "relation"): {"related_talk": make_talk},
    (Talk, "related_talk"): {"relation": "parallel"},
    (Talk, "zone"): {"start_time": datetime.time(13, 30)},
    (Actor, "iso3"): {"kind": "state"},
    (Assertion, "state"): NO_AMOUNT,
    (Assertion, "word"): NO_AMOUNT,
    (Assertion, "date_edtf"): NO_AMOUNT,
    (Assertion, "value_actor"): NO_AMOUNT,
    (Assertion, "giver"): {"counting": "one_way", "receiver": make_actor},
    (Assertion, "receiver"): {"counting": "one_way", "giver": make_actor},
    **{(Assertion, owner): {"field": asserted_fields(owner)[-1]} for owner in ASSERTED},
    (Assertion, "agenda_item"): {"field": "discussed", **NO_AMOUNT, "word": "not_discussed"},
    (Source, "syndicated_from"): {"reproduction": "syndicated"},
    (Assertion, "value_place"): NO_AMOUNT,
    (Assertion, "time"): NO_AMOUNT,
    (Assertion, "zone"): {**NO_AMOUNT, "time": datetime.time(13, 30)},
    (Citation, "testimony"): {"source": None, "attribution": None},
    (Citation, "speaker"): {"attribution": "on_record"},
    (Citation, "on_behalf_of"): {"attribution": "reported"},
    (DelegationMember, "number"): {"person": None, "descriptor": "officials"},
    (DelegationMember, "descriptor"): {"person": None},
    (Statement, "descriptor"): {"attribution": "background"},
    (Statement, "quote"): {"speaker": make_actor},
    (Place, "lat"): {"lon": Decimal(29)},
    (Place, "lon"): {"lat": Decimal(41)},
    (Outcome, "kind"): {"part_of": make_outcome},
    (Submission, "status"): {"decided_by": staff, "decided_at": NOW},
    (Submission, "decided_by"): {
        "status": "published",
        "decided_at": NOW,
        "revision": 1,
        "decided_by": staff,
    },
    (Edit, "publisher"): {"revision": 1},
}
ONE_OF: list[tuple[type[Row], tuple[str, ...]]] = [
    (Assertion, ASSERTED), (Citation, CITED), (Name, NAMED), (Identifier, NAMED), (StatementLink, LINKED),
]  # fmt: skip


def beside(model: type[Row], column: str) -> dict[str, Any]:
    """What has to change with the column: of keys of which one is set, the others are emptied."""
    others = next((names for owner, names in ONE_OF if owner is model and column in names), ())
    return {name: None for name in others if name != column} | BESIDE.get((model, column), {})


def spoiled(model: type[Row], column: str, value: Any) -> Callable[[], Row]:
    return lambda: altered(model, **beside(model, column), **{column: value})


def _closed_lists(model: Any) -> Iterator[Refused]:
    for field in model._meta.concrete_fields:
        name = f"{snake(model.__name__)}_{field.name}_is_in_its_list"
        if field.choices:
            yield Refused(name, model._meta.db_table, "is not a valid choice", spoiled(model, field.name, "nonsense"))


def _dates(model: Any) -> Iterator[Refused]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField):
            source = field.expression.source_expressions[0].name  # type: ignore[attr-defined]
            name = f"{snake(model.__name__)}_{field.name}_is_readable"
            row = spoiled(model, source, "2025-02-30")
            yield Refused(name, model._meta.db_table, "is not a date we can read", row)


def _texts_never_empty(model: Any) -> Iterator[Refused]:
    """Texts that have to be given; a position's label and a name have rules of their own."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.TextField) and not isinstance(field, EdtfField)
        if is_text and not field.blank and model not in (LoadedDossier, Name) and field.name != "label":
            name = f"{snake(model.__name__)}_{field.name}_is_not_empty"
            yield Refused(name, model._meta.db_table, "cannot be blank", spoiled(model, field.name, ""))


def _columns_of_records(model: Any) -> Iterator[Refused]:
    table = model._meta.db_table
    if hasattr(model, "SEARCHED"):
        says = "A slug has small letters"
        yield Refused(f"{snake(model.__name__)}_slug_is_plain", table, says, spoiled(model, "slug", "Not plain"))
        same = lambda: altered(model, slug=LAWFUL[model]().slug)  # type: ignore[attr-defined]  # noqa: E731  # a row of the table
        says = "not written like an id"
        for id in (str(uuid.uuid4()), uuid.uuid4().hex):
            yield Refused(f"{snake(model.__name__)}_slug_is_no_id", table, says, spoiled(model, "slug", id))
        yield Refused(f"{table}_slug_key", table, "with this Slug already exists", same)
        says = "greater than or equal to 0"
        yield Refused(f"{table}_version_check", table, says, spoiled(model, "version", -1))


def no_key_of(model: Any) -> Any:
    """Makes a key that no row of the model has."""
    return 2**31 - 1 if isinstance(model._meta.pk, models.AutoField) else uuid.uuid4


def _foreign_keys(model: Any) -> Iterator[Refused]:
    editor = connection.schema_editor()
    for field in model._meta.concrete_fields:
        if field.many_to_one or field.one_to_one:
            to = f"_fk_{field.related_model._meta.db_table}_{field.target_field.column}"
            name = editor._create_index_name(model._meta.db_table, [field.column], suffix=to)
            values = {**beside(model, field.name), field.column: no_key_of(field.related_model)}
            row = lambda values=values: altered(model, **values)  # noqa: E731  # a row of the table
            yield Refused(name, model._meta.db_table, "instance with id", row)


def _owners(model: Any) -> Iterator[Refused]:
    """For each key by which a part can belong to something: moved to another row, or from another kind of row."""
    if issubclass(model, Part):
        for name in model.PART_OF:
            values = {**beside(model, name), name: LAWFUL[model._meta.get_field(name).related_model]}
            row = lambda values=values: altered(model, **values)  # noqa: E731  # a row of the table
            says = "A part stays with what it belongs to: delete it there and add it anew."
            yield Refused(f"{snake(model.__name__)}_keeps_its_owner", model._meta.db_table, says, row)


FAMILIES = (_closed_lists, _dates, _texts_never_empty, _columns_of_records, _foreign_keys, _owners)


def circle(model: type[Row], column: str, **same: Any) -> Refused:
    """Two rows, of which each comes to lead to the other."""

    def row() -> Row:
        first = LAWFUL[model]()
        shared = {name: getattr(first, name) for name in same.get("shared", ())}
        second = changed(LAWFUL[model](), **shared, **same.get("beside", {}), **{column: first})
        second.save()
        return changed(first, **same.get("beside", {}), **{column: second})

    record = snake(model.__name__)
    says = f"Following {column} leads from this {record} back to itself; choose another."
    return Refused(f"{record}_{column}_makes_no_circle", model._meta.db_table, says, row)


def session(**wanted: Any) -> Talk:
    """A session of a talk that lasts from 15 to 17 May 2025, on its second day."""
    whole = make_talk(start_edtf="2025-05-15", end_edtf="2025-05-17")
    usual = {"process": whole.process, "relation": "session", "related_talk": whole}
    return make_talk(**{**usual, **wanted})


def superseding(**wanted: Any) -> Position:
    older = make_position()
    same = {"process": older.process, "party": older.party, "issue": older.issue}
    return make_position(supersedes=older, **{**same, **wanted})


def headline() -> Position:
    position = make_position(is_headline=True)
    same = {name: getattr(position, name) for name in ("process", "party", "issue")}
    return make_position(is_headline=False, in_force_edtf="2026", **same)


def second_member(capacity: str, of: str = "head", **wanted: Any) -> DelegationMember:
    first = LAWFUL[DelegationMember]()
    changed(first, capacity=of).save()
    usual = {"delegation": first.delegation, "person": somebody(), "capacity": capacity}  # type: ignore[attr-defined]
    return DelegationMember(**{**usual, **wanted})


def again(model: Any) -> Callable[[], Row]:
    """A second row that is the same but for its id."""

    def row() -> Row:
        first = LAWFUL[model]()
        columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        return model(**{column: getattr(first, column) for column in columns})  # type: ignore[no-any-return]

    return row


def r(rule: str, model: type[Row], says: str, row: Callable[[], Row]) -> Refused:
    return Refused(rule, model._meta.db_table, says, row)


def plain(rule: str, model: type[Row], says: str, **values: Any) -> Refused:
    """A lawful row with these values."""
    return r(rule, model, says, lambda: altered(model, **values))


WRITTEN = [
    # Texts
    Refused("line_has_no_hidden_characters", "extensions", "One line of text", spoiled(Actor, "name", "Ukr\x07aine")),
    Refused("lines_have_no_hidden_characters", "extensions", "is no BCP 47", spoiled(Talk, "languages", ["r\x07"])),
    Refused(
        "prose_has_no_hidden_characters", "extensions", "Text without control", spoiled(Talk, "summary", "They\x07met")
    ),
    *(Refused("line_is_not_of_blanks_alone", "extensions", "A text of blanks", spoiled(Actor, "name", blank))
      for blank in (" ", "\u00a0", "\u200b \ufeff")),
    Refused("prose_is_not_of_blanks_alone", "extensions", "A text of blanks", spoiled(Talk, "summary", " \n ")),
    Refused("line_is_not_of_blanks_alone", "extensions", "A text of blanks", spoiled(Assertion, "word", " ")),
    Refused("line_has_at_most_500_characters", "extensions", "at most 500 char", spoiled(Talk, "title", "x" * 501)),
    plain("name_is_not_empty", Name, "cannot be blank", text=""),
    plain("assertion_word_is_not_empty", Assertion, "word cannot be empty", word="", **NO_AMOUNT),
    plain("position_label_has_1_to_80_characters", Position, "has 1 to 80 characters", label="x" * 81),
    plain("position_label_has_1_to_80_characters", Position, "cannot be blank", label=""),
    plain("citation_excerpt_has_at_most_500_characters", Citation, "at most 500 characters", excerpt="x" * 501),
    # Codes
    plain("actor_iso3_is_a_state_code", Actor, "three capital letters", iso3="ukr"),
    plain("actor_iso3_is_a_state_code", Actor, "only states have one", iso3="UKR", kind="person"),
    plain("place_country_is_a_code", Place, "is an ISO 3166-1", country="tur"),
    plain("name_language_has_the_shape_of_its_codes", Name, "is no BCP 47", language="ru Latn"),
    plain("source_language_has_the_shape_of_its_codes", Source, "is no BCP 47", language="ru Latn"),
    plain("statement_language_has_the_shape_of_its_codes", Statement, "is no BCP 47", language="ru Latn"),
    plain("statement_translated_from_has_the_shape_of_its_codes", Statement, "is no BCP 47", translated_from="ru Latn"),
    plain("talk_languages_have_the_shape_of_their_codes", Talk, "is no BCP 47", languages=["ru", "ru Latn"]),
    plain("talk_languages_have_the_shape_of_their_codes", Talk, "cannot be blank", languages=[""]),
    r("talk_zone_has_the_shape_of_its_codes", Talk, "is no IANA", spoiled(Talk, "zone", "Europe Istanbul")),
    plain("source_page_url_is_a_web_address", Source, "valid URL", page_url="javascript:alert(1)"),
    *(plain("source_page_url_is_a_web_address", Source, "valid URL", page_url=address)
      for address in ("http:///x", "https://?q=1", "https://:80/", "https://example", "https://.org/")),
    plain("source_page_url_is_a_web_address", Source, "is an http or https address",
          page_url="https://somebody:secret@example.org/"),
    plain("source_canonical_url_is_a_web_address", Source, "valid URL", canonical_url="ftp//example.org"),
    plain("source_archived_url_is_a_web_address", Source, "valid URL", archived_url="example.org"),
    # Numbers
    r("negotiations_talk_round_number_check", Talk, "greater than or equal to 0", spoiled(Talk, "round_number", -1)),
    r("negotiations_delegationmember_number_check", DelegationMember, "greater than or equal to 0",
      spoiled(DelegationMember, "number", -1)),
    plain("negotiations_pin_version_check", Pin, "greater than or equal to 0", version=-1),
    plain("negotiations_edit_version_check", Edit, "greater than or equal to 0", version=-1),
    plain("place_has_both_coordinates_or_none", Place, "lat (-90 to 90)", lat=Decimal(91), lon=Decimal(29)),
    plain("place_has_both_coordinates_or_none", Place, "together, or neither", lat=Decimal(41)),
    plain("place_has_both_coordinates_or_none", Place, "together, or neither", lon=Decimal(29)),
    # One row, several columns
    plain("affiliation_says_where_or_what", Affiliation, "Give an organisation, a title, or both", title=""),
    r("affiliation_is_in_another_actor", Affiliation, "cannot be affiliated to itself",
      lambda: changed(row := affiliated(), organisation=row.actor)),
    plain("agenda_item_says_what_it_is", AgendaItem, "Give an issue, a text, or both", issue=None),
    plain("assertion_has_one_value_if_given", Assertion, "Give one of word, amount", **NO_AMOUNT),
    plain("assertion_has_one_value_if_given", Assertion, "Give one of word, amount", word="long"),
    *(plain("assertion_has_one_value_if_given", Assertion, "Give one of word, amount", state=state)
      for state in ("none", "undisclosed", "unknown")),
    r("assertion_date_is_readable", Assertion, "is not a date we can read", spoiled(Assertion, "date_edtf", "2025-13")),
    plain("assertion_amount_has_a_unit", Assertion, "An amount needs a unit", unit=None),
    *(plain("assertion_word_is_in_the_list_of_its_field", Assertion, "in closed lists", field=field, word="odd",
            **NO_AMOUNT, **{"outcome": None, owner: LAWFUL[model]})
      for field, owner, model in (("stage", "process", Process), ("next_meeting", "process", Process),
                                  ("implementation", "outcome", Outcome), ("discussed", "agenda_item", AgendaItem))),
    *(plain("assertion_field_is_one_of_its_record", Assertion, "What is asserted of each", field=field)
      for field in ("duration", "size", "stage")),
    plain("assertion_field_is_one_of_its_record", Assertion, "What is asserted of each", outcome=None, talk=make_talk),
    plain("assertion_unit_fits_its_field", Assertion, "does not measure this field", field="duration", outcome=None,
          talk=make_talk),
    plain("assertion_of_a_closed_list_is_a_word", Assertion, "a word of their lists", process=make_process,
          **STAGE, date_edtf="2025"),
    plain("assertion_of_a_closed_list_is_a_word", Assertion, "a word of their lists", process=make_process,
          **STAGE, value_actor=make_actor),
    plain("assertion_of_a_closed_list_is_a_word", Assertion, "a word of their lists", field="implementation"),
    plain("assertion_unit_measures_an_amount", Assertion, "Only an amount has a unit", amount=None, word="many"),
    *(plain("assertion_amount_is_some_numbers_from_0_on", Assertion, "none below 0", amount=amount)
      for amount in (NumericRange(empty=True), numbers(5, 5, "[)"), numbers(-1, 5, "[]"), numbers(None, 0, "(]"),
                     numbers(-5, None, "[)"), numbers(None, None, "()"), numbers(1, 10**12, "[]"),
                     NumericRange(Decimal("NaN"), None, "[)"), NumericRange(None, Decimal("Infinity"), "()"))),
    plain("assertion_direction_fits_its_counting", Assertion, "one_way has a giver", counting="one_way"),
    *(plain("assertion_direction_fits_its_counting", Assertion, "one_way has a giver", counting=counting,
            **{name: make_actor}) for counting in ("one_way", "running_total", "in_all", "each_side", None)
      for name in ("giver", "receiver")),
    *(plain("assertion_direction_fits_its_counting", Assertion, "everything else has neither", counting=counting,
            giver=make_actor, receiver=make_actor) for counting in ("in_all", "each_side", None)),
    *(r("assertion_giver_is_not_the_receiver", Assertion, "are two",
        lambda counting=counting: altered(Assertion, counting=counting, giver=(one := make_actor()), receiver=one))
      for counting in ("one_way", "running_total")),
    plain("assertion_counts_a_quantity", Assertion, "Only a quantity", counting="in_all", field="text"),
    r("assertion_zone_has_the_shape_of_its_codes", Assertion, "is no IANA",
      spoiled(Assertion, "zone", "Europe Istanbul")),
    plain("assertion_zone_belongs_to_a_time", Assertion, "A time zone needs a time", zone="Europe/Istanbul"),
    plain("assertion_is_deprecated_for_a_reason", Assertion, "needs a reason", rank="deprecated"),
    plain("assertion_belongs_to_one_record", Assertion, "exactly one record", process=make_process),
    plain("assertion_belongs_to_one_record", Assertion, "exactly one record", outcome=None),
    plain("citation_supports_one_fact", Citation, "exactly one record or part", actor=make_actor),
    plain("citation_rests_on_a_source_or_a_statement", Citation, "either a source or a statement", source=None),
    r("citation_of_a_statement_rests_on_another", Citation, "cannot rest on itself",
      lambda: altered(Citation, talk=None, statement=(said := make_statement()), testimony=said, source=None,
                      attribution=None)),
    r("citation_of_a_statement_credits_no_outlet", Citation, "Only a page relays an outlet",
      lambda: altered(Citation, source=None, testimony=make_statement, attribution=None, credited_to=make_actor)),
    plain("citation_speaker_is_named_or_described", Citation, "not both", attribution="reported", speaker=somebody,
          descriptor="a diplomat"),
    r("citation_resting_on_a_statement_has_no_voice_of_its_own", Citation, "says in whose voice",
      lambda: altered(Citation, attribution=None)),
    r("citation_resting_on_a_statement_has_no_voice_of_its_own", Citation, "says in whose voice",
      lambda: altered(Citation, source=None, testimony=make_statement, attribution="outlet")),
    plain("citation_on_record_names_its_speaker", Citation, "the speaker is named", attribution="on_record"),
    plain("citation_on_background_never_names_its_speaker", Citation, "never named", attribution="background",
          descriptor="a diplomat", speaker=somebody),
    plain("citation_on_background_never_names_its_speaker", Citation, "is described", attribution="background"),
    plain("citation_in_the_outlets_voice_has_no_speaker", Citation, "there is no speaker", speaker=somebody),
    plain("citation_says_where", Citation, "says where on the page", excerpt=""),
    plain("delegation_roles_are_in_their_list", Delegation, "is not a valid choice", roles=["party", "nonsense"]),
    *(plain("delegation_roles_are_each_named_once", Delegation, "is named twice", roles=roles)
      for roles in (["party", "party"], ["party", "host", "party"])),
    plain("delegation_has_a_role_unless_it_stayed_away", Delegation, "at least one role", roles=[]),
    plain("delegation_member_is_named_or_described", DelegationMember, "not both", descriptor="officials"),
    plain("delegation_member_is_named_or_described", DelegationMember, "not both", number=3),
    plain("delegation_member_is_named_or_described", DelegationMember, "Name a person", person=None),
    r("delegation_member_stands_for_somebody", DelegationMember, "at least 1", spoiled(DelegationMember, "number", 0)),
    *(plain(f"{model.__name__.lower()}_belongs_to_one_record", model, "exactly one record", place=make_place)
      for model in (Name, Identifier)),
    r("issue_is_not_its_own_parent", Issue, "its own parent", lambda: changed(row := make_issue(), parent=row)),
    r("place_is_not_its_own_parent", Place, "lie in itself", lambda: changed(row := make_place(), parent=row)),
    r("outcome_is_not_its_own_part_or_condition", Outcome, "part of itself",
      lambda: changed(row := make_outcome(), part_of=row)),
    r("outcome_is_not_its_own_part_or_condition", Outcome, "depend on itself",
      lambda: changed(row := make_outcome(), depends_on=row)),
    plain("outcome_provision_is_part_of_an_outcome", Outcome, "fill in part_of", kind="provision"),
    r("position_is_tied_to_another_issue", Position, "hinges on another issue",
      lambda: changed(row := make_position(), tied_to=row.issue)),
    plain("position_accepts_if_has_a_condition", Position, "fill in condition", stance="accepts_if"),
    r("position_does_not_supersede_itself", Position, "supersede itself",
      lambda: changed(row := make_position(), supersedes=row)),
    r("process_is_not_its_own_part_or_sequel", Process, "part of itself",
      lambda: changed(row := make_process(), part_of=row)),
    r("process_is_not_its_own_part_or_sequel", Process, "continue itself",
      lambda: changed(row := make_process(), continues=row)),
    plain("source_is_rejected_for_a_reason", Source, "needs a reason", reliability="rejected"),
    r("source_is_not_its_own_copy", Source, "syndicated from itself",
      lambda: changed(row := make_source(reproduction="copy"), syndicated_from=row)),
    plain("source_original_is_syndicated_from_none", Source, "change reproduction", syndicated_from=make_source),
    plain("source_is_read_in_the_time_of_the_web", Source, "such as 2025-05-17",
          accessed_on=datetime.date(1970, 1, 1)),
    plain("source_is_read_in_the_time_of_the_web", Source, "such as 2025-05-17",
          accessed_on=datetime.date(9999, 12, 31)),
    plain("statement_on_record_names_its_speaker", Statement, "the speaker is named", attribution="on_record"),
    plain("statement_on_background_never_names_its_speaker", Statement, "is described", attribution="background"),
    plain("statement_on_background_never_names_its_speaker", Statement, "never named", attribution="background",
          descriptor="a diplomat", speaker=somebody),
    plain("statement_of_an_outlet_has_no_speaker", Statement, "there is no speaker", attribution="outlet",
          speaker=somebody),
    plain("statement_speaker_is_named_or_described", Statement, "not both", speaker=somebody, descriptor="a diplomat"),
    plain("statement_is_translated_from_another_language", Statement, "another language", language="uk",
          translated_from="uk"),
    plain("statement_quote_has_a_named_speaker", Statement, "Only a named speaker is quoted", quote="We met."),
    plain("statement_verbatim_has_a_quote", Statement, "holds the quoted words", text_kind="verbatim",
          speaker=somebody),
    plain("statement_link_has_one_target", StatementLink, "exactly one record", to_process=make_process),
    r("statement_link_points_elsewhere", StatementLink, "linked to itself",
      lambda: changed(row := LAWFUL[StatementLink](), to_actor=None, to_statement=row.statement)),  # type: ignore[attr-defined]
    plain("talk_is_core_or_related", Talk, "every other relation names another talk", relation="parallel"),
    plain("talk_is_core_or_related", Talk, "A core talk has no related talk", related_talk=make_talk),
    plain("talk_times_need_a_start", Talk, "needs a start date", start_edtf=None, start_time=datetime.time(13)),
    plain("talk_languages_are_each_named_once", Talk, "is named twice", languages=["ru", "tr", "RU"]),
    *(plain("talk_times_are_on_the_clock", Talk, "between 00:00 and 23:59", **{name: EndOfDay()})
      for name in ("start_time", "end_time")),
    *(plain("talk_of_one_day_ends_after_it_starts", Talk, "It ends before it starts", start_time=datetime.time(15),
            end_time=datetime.time(14, 59), **days)
      for days in ({}, {"end_edtf": "2025-05-16"}, {"zone": "Europe/Istanbul"})),
    r("talk_rounds_are_counted_from_1", Talk, "are counted from 1", spoiled(Talk, "round_number", 0)),
    plain("talk_zone_belongs_to_a_time", Talk, "needs a start or end time", zone="Europe/Istanbul"),
    # Unique, alone or with others
    r("negotiations_actor_iso3_key", Actor, "already exists",
      lambda: altered(Actor, iso3=make_actor(iso3="UKR").iso3)),
    r("negotiations_articletext_source_id_key", ArticleText, "already exists",
      lambda: altered(ArticleText, source=LAWFUL[ArticleText]().source)),  # type: ignore[attr-defined]
    r("negotiations_loadeddossier_name_key", LoadedDossier, "already exists",
      lambda: altered(LoadedDossier, name=LAWFUL[LoadedDossier]().name)),  # type: ignore[attr-defined]
    r("agenda_item_is_listed_once", AgendaItem, "has this item on its agenda already", again(AgendaItem)),
    r("delegation_is_one_for_each_talk_and_party", Delegation, "has a delegation at this talk", again(Delegation)),
    r("delegation_names_a_person_once", DelegationMember, "is in this delegation already", again(DelegationMember)),
    r("delegation_has_one_head", DelegationMember, "A delegation has one head", lambda: second_member("head")),
    r("delegation_has_a_head_or_co_heads", DelegationMember, "never both", lambda: second_member("co_head")),
    r("event_party_has_a_role_once", EventParty, "has this role in the event already", again(EventParty)),
    r("event_has_a_place_once", EventPlace, "has this place already", again(EventPlace)),
    r("identifier_names_one_record", Identifier, "has this identifier already", again(Identifier)),
    r("outcome_touches_an_issue_once", OutcomeIssue, "has this issue already", again(OutcomeIssue)),
    r("outcome_party_has_a_role_once", OutcomeParty, "has this role in the outcome already", again(OutcomeParty)),
    r("position_has_one_headline_at_a_time", Position, "another headline position",
      lambda: changed(headline(), is_headline=True, in_force_edtf="2025-06")),
    r("talk_round_number_is_unique_in_its_process", Talk, "has a round of this number",
      lambda: altered(Talk, process=make_talk(round_number=1).process, round_number=1)),
    # Submissions
    r("submission_is_open_until_somebody_decides", Submission, "says who decided",
      decided("withdrawn", decided_by=None)),
    r("submission_is_open_until_somebody_decides", Submission, "says who decided",
      decided("withdrawn", decided_at=None)),
    r("submission_is_open_until_somebody_decides", Submission, "is undecided", decided("open")),
    r("submission_sent_back_says_why", Submission, "says why", decided("sent_back", decision_note="")),
    r("submission_published_has_its_revision", Submission, "of its revision", decided("published", revision=None)),
    r("submission_published_has_its_revision", Submission, "no other has one", decided("sent_back", revision=1)),
    r("submission_is_decided_by_another", Submission, "Nobody decides on what they sent",
      decided_by_sender("published")),
    r("submission_is_decided_by_another", Submission, "Nobody decides on what they sent",
      decided_by_sender("sent_back")),
    r("submission_is_withdrawn_by_its_sender", Submission, "by whoever sent it", decided("withdrawn")),
    r("pin_is_in_one_open_submission", Pin, "in an open submission already",
      lambda: altered(Pin, record_id=LAWFUL[Pin]().record_id)),  # type: ignore[attr-defined]
    r("edit_is_one_for_each_version", Edit, "written this version already", again(Edit)),
    r("edit_is_published_by_another", Edit, "Nobody publishes what they wrote",
      lambda: changed(row := written(), publisher=row.author, revision=1)),
    plain("edit_has_publisher_and_revision_or_neither", Edit, "its revision and who", publisher=staff),
    plain("edit_has_publisher_and_revision_or_neither", Edit, "its revision and who", revision=1),
    # Tokens
    r("token_has_scopes_of_their_list", Token, "is not a valid choice", spoiled(Token, "scopes", ["desk:all"])),
    plain("token_has_scopes_of_their_list", Token, "cannot be blank", scopes=[]),
    r("negotiations_token_prefix_key", Token, "with this Prefix already exists",
      lambda: altered(Token, prefix=token().prefix)),
    r("kept_answer_is_one_for_each_key", KeptAnswer, "was used already", again(KeptAnswer)),
    plain("edit_is_published_or_discarded", Edit, "is not published", publisher=staff, revision=1, discarded_at=NOW),
    # Several rows
    circle(Place, "parent"),
    circle(Issue, "parent"),
    circle(Process, "part_of"),
    circle(Process, "continues"),
    circle(Outcome, "part_of"),
    circle(Outcome, "depends_on"),
    circle(Talk, "related_talk", beside={"relation": "parallel"}),
    circle(Source, "syndicated_from", beside={"reproduction": "syndicated"}),
    circle(Position, "supersedes", shared=("process", "party", "issue")),
    r("place_shares_its_parents_country", Place, "A place has the country of the place it lies in",
      lambda: altered(Place, country="GEO", parent=make_place(country="TUR"))),
    r("place_shares_its_parents_country", Place, "A place has the country of the place it lies in",
      lambda: altered(Place, parent=make_place(country="TUR"))),
    r("place_shares_its_parents_country", Place, "A place has the country of the place it lies in",
      lambda: changed(make_place(country="TUR", parent=make_place(country="TUR")).parent, country="GEO")),
    r("talk_session_lies_within_its_talk", Talk, "A session lies within the days",
      lambda: changed(session(), start_edtf="2025-05-18")),
    r("talk_session_lies_within_its_talk", Talk, "A session lies within the days",
      lambda: changed(session(), start_edtf="2025-05")),
    r("talk_session_lies_within_its_talk", Talk, "and the process of its talk",
      lambda: changed(session(), process=make_process())),
    r("talk_session_lies_within_its_talk", Talk, "A session lies within the days",
      lambda: changed(session().related_talk, end_edtf="2025-05-15")),
    r("talk_session_lies_within_its_talk", Talk, "and the process of its talk",
      lambda: changed(session().related_talk, process=make_process())),
    *(r("position_supersedes_one_of_its_kind", Position, "one of the same process, party and issue",
        lambda name=name, make=make: changed(superseding(), **{name: make()}))
      for name, make in (("process", make_process), ("party", make_actor), ("issue", make_issue))),
    r("position_supersedes_one_of_its_kind", Position, "one of the same process, party and issue",
      lambda: changed(superseding().supersedes, issue=make_issue())),
    r("delegation_sits_with_another_of_its_talk", Delegation, "another delegation of the same talk",
      lambda: altered(Delegation, sits_with=LAWFUL[Delegation])),
    r("delegation_sits_with_another_of_its_talk", Delegation, "another delegation of the same talk",
      lambda: changed(row := LAWFUL[Delegation](), sits_with=row)),
    r("delegation_member_affiliation_is_its_persons", DelegationMember, "not one of the person's",
      lambda: altered(DelegationMember, affiliation=affiliated)),
    r("delegation_member_affiliation_is_its_persons", DelegationMember, "not one of the person's",
      lambda: altered(DelegationMember, person=None, descriptor="a minister", affiliation=affiliated)),
    r("statement_affiliation_is_its_speakers", Statement, "not one of the speaker's",
      lambda: altered(Statement, speaker=somebody, affiliation=affiliated)),
    r("outcome_party_affiliation_is_its_persons", OutcomeParty, "not one of the person's",
      lambda: altered(OutcomeParty, person=somebody, affiliation=affiliated)),
]  # fmt: skip

REFUSED: list[Refused] = [*WRITTEN, *(row for model in desk_models() for family in FAMILIES for row in family(model))]
