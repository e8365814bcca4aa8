"""The reader gives texts with their lines and refuses every surprise of YAML."""

from pathlib import Path

import pytest

from negotiations.exchange.reading import MAX_BYTES, Document, Problem, read


def reading(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "some.yaml"
    path.write_bytes(text.encode("utf-8"))
    return read(path)


def told(document: Document) -> list[str]:
    return [str(problem) for problem in document.problems]


@pytest.mark.parametrize(
    "text", ["on", "yes", "no", "null", "~", "2025-05", "2025-05-16", "12", "1e3", "0x1f", "13:30"]
)
def test_every_scalar_stays_text(tmp_path: Path, text: str) -> None:
    document = reading(tmp_path, f"key: {text}\nlist: [{text}]\n")

    assert document.tree == {"key": text, "list": [text]}
    assert told(document) == []


def test_keys_stay_text_too(tmp_path: Path) -> None:
    assert reading(tmp_path, "on: a\n12: b\n").tree == {"on": "a", "12": "b"}


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    document = reading(tmp_path, "a: 1\ntalks:\n  - slug: x\n    roles:\n      - host\n      - {b: c}\n")

    assert document.line_of(("talks", 0, "slug")) == 3
    assert document.line_of(("talks", 0, "roles", 1, "b")) == 6
    assert document.line_of(("talks", 0, "roles", 1, "missing")) == 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1", "some.yaml:1 a: anchors (`&x`) are not used in dossiers"),
        ("a: &x 1\nb: [*x]", "some.yaml:2 b[0]: aliases (`*x`) are not used in dossiers"),
        ("a:\n  <<: {b: 1}", "some.yaml:2 a: merge keys (`<<`) are not used in dossiers"),
        ("a:\n  - !!int 3", "some.yaml:2 a[0]: tags (`tag:yaml.org,2002:int`) are not used in dossiers"),
        ("a: !!python/object:os.system {}", "tags (`tag:yaml.org,2002:python/object:os.system`)"),
        ("a: 1\nb: 2\na: 3", "some.yaml:3 a: stands twice; the first is in line 1"),
        ("? [a]\n: b", "some.yaml:1 a key is one word, not a list or mapping"),
        ("a: 1\n---\nb: 2", "some.yaml:2 holds a second YAML document"),
        ("- a", "some.yaml:1 must be a mapping that begins with `dossier:`"),
        ("", "some.yaml:1 is empty"),
        ("a: b\nc: 'd", "some.yaml:3 is not readable YAML: while scanning a quoted scalar"),
        ("a: b\nc: \a", "some.yaml:2 is not readable YAML"),
        ("a: " + "[" * 5000, "is nested more than 12 levels deep"),
    ],
)
def test_surprises_are_refused(tmp_path: Path, text: str, message: str) -> None:
    assert any(message in line for line in told(reading(tmp_path, text + "\n")))


def test_all_problems_of_a_file_are_told(tmp_path: Path) -> None:
    assert len(told(reading(tmp_path, "a: &x 1\nb: *x\nc: !t 1\nc: 2\n"))) == 4


def test_an_oversized_file_is_refused(tmp_path: Path) -> None:
    assert told(reading(tmp_path, "a: " + "x" * MAX_BYTES)) == [
        "some.yaml:1 is larger than 2 MB; divide it into several sittings"
    ]
    assert told(reading(tmp_path, "a: " + "x" * (MAX_BYTES - 4) + "\n")) == []


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_bytes(b"a: b\nc: \xff\n")

    assert told(read(path)) == ["some.yaml:2 is not UTF-8 text"]


def test_a_missing_file_is_a_problem_not_an_exception(tmp_path: Path) -> None:
    assert told(read(tmp_path / "none.yaml")) == ["none.yaml:1 cannot be read: No such file or directory"]


def test_problems_sort_by_file_and_line() -> None:
    problems = [Problem("b", 1, "", "x"), Problem("a", 10, "", "x"), Problem("a", 9, "z", "x")]

    assert [str(problem) for problem in sorted(problems)] == ["a:9 z: x", "a:10 x", "b:1 x"]
