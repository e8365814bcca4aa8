"""What a dossier may hold follows the models, and the committed schema says the same."""

import json
from pathlib import Path

import jsonschema
import pytest
from django.apps import apps
from django.core.management import call_command

from negotiations.exchange import json_schema
from negotiations.exchange.bundled import BUNDLED
from negotiations.exchange.reading import read
from negotiations.exchange.shape import RECORDS, sections, shape_of
from negotiations.exchange.values import citation_in_one_line
from negotiations.models import Citation
from negotiations.models.evidence import ASSERTED
from negotiations.models.records import DESK_ONLY, Part, Record
from negotiations.vocabulary import ASSERTED_OF, AssertionField
from tests.exchange.conftest import SMALL, Write

MODELS = [model for model in apps.get_app_config("negotiations").get_models() if issubclass(model, Record | Part)]


def test_every_record_has_a_section_in_the_order_of_the_documentation() -> None:
    assert set(RECORDS) == {model for model in MODELS if issubclass(model, Record)}
    assert list(sections()) == [
        "actors", "places", "issues", "sources", "processes", "talks", "statements", "positions", "outcomes", "events",
    ]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_of_a_model_can_be_stated_or_is_left_out_for_a_reason(model: type[Record | Part]) -> None:
    shape = shape_of(model)
    silent = {
        column.attname
        for column in model._meta.concrete_fields
        if column.attname not in shape.columns
        and not (column.primary_key or column.generated or (column.db_comment or "").startswith(DESK_ONLY))
        and column.name not in getattr(model, "PART_OF", ())
    }

    assert silent == ({"excerpt_check"} if model.__name__ == "Citation" else set())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_part_can_be_reached_from_a_record(model: type[Record | Part]) -> None:
    reached, waiting = set(), [shape_of(record) for record in RECORDS]
    while waiting:
        shape = waiting.pop()
        reached.add(shape.model)
        waiting += [shape_of(parts.model) for parts in shape.parts.values()]

    assert model in reached


def test_the_committed_schema_is_the_one_the_models_give(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("dossier_schema")

    printed = capsys.readouterr().out
    assert printed == json_schema.FILE.read_text("utf-8"), "run: manage.py dossier_schema --write"
    jsonschema.Draft202012Validator.check_schema(json.loads(printed))


def test_sound_dossiers_meet_the_schema(write: Write) -> None:
    validator = jsonschema.Draft202012Validator(json_schema.schema())
    bundled = [path for path in BUNDLED.glob("*.yaml") if path.name != "manifest.yaml"]

    for path in [write("small", SMALL), *bundled]:
        assert [error.message for error in validator.iter_errors(read(path).tree)] == [], path.name


@pytest.mark.parametrize(("field", "is_sound"), [("duration", True), ("size", False), ("stage", False)])
def test_the_schema_knows_what_is_asserted_of_what(write: Write, field: str, is_sound: bool) -> None:
    tree = read(write("small", SMALL.replace("field: duration", f"field: {field}"))).tree

    errors = list(jsonschema.Draft202012Validator(json_schema.schema()).iter_errors(tree))

    assert (errors == []) is is_sound


def test_every_field_that_can_be_asserted_is_asserted_of_something() -> None:
    assert set(ASSERTED_OF) == set(AssertionField)
    assert {owner for owners in ASSERTED_OF.values() for owner in owners} == set(ASSERTED)


def test_the_citations_of_the_documentation_are_sound(tmp_path: Path) -> None:
    documentation = (BUNDLED.parents[2] / "docs" / "dossiers.md").read_text("utf-8")
    block = next(block for block in documentation.split("```") if block.startswith("yaml\ncite:"))
    (tmp_path / "some.yaml").write_text(block.removeprefix("yaml\n"), "utf-8")

    document = read(tmp_path / "some.yaml")

    assert document.problems == []
    assert [citation_in_one_line(cite) for cite in document.tree["cite"][:3]] == [
        {"attribution": "outlet", "source": "nigeriatoday", "locator": "¶3",
         "excerpt": "held at Istanbul’s Dolmabahce Palace"},
        {"attribution": "outlet", "source": "kdp0515", "locator": "list, item 2"},
        {"statement": "turkish-source-on-length"},
    ]  # fmt: skip
    assert set(document.tree["cite"][3]) <= set(shape_of(Citation).keys)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("kind: round", "kind: rond"),
        ("title: The meeting", "tittle: The meeting"),
        ("start_time: 13:30", "start_time: noon"),
        ("slug: meeting", "slug: The Meeting"),
        ("to: statement second", "to: person second"),
    ],
)
def test_unsound_dossiers_do_not(write: Write, good: str, bad: str) -> None:
    validator = jsonschema.Draft202012Validator(json_schema.schema())

    assert not validator.is_valid(read(write("small", SMALL.replace(good, bad))).tree)
