"""Whatever the desk says can be translated: strings in its code and templates are marked for gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "negotiations/admin"
TEMPLATES = ROOT / "negotiations/templates"
SCRIPTS = ROOT / "negotiations/static/negotiations"
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
SAID_AS = {"label", "help_text", "description", "verbose_name", "verbose_name_plural", "title", "empty_label"}
IN_A_PAGE = {"title", "said", "why", "heading"}
A_PHRASE = re.compile(r"[A-Za-z]{2,}[^A-Za-z]+[a-z]+ [a-z“]+")  # three words or more
OF_THE_LOG = "# of the log"  # kept for years and read by all: in one language
WITHOUT_A_DATABASE = {"database_is_away.html"}  # sent as it lies there
A_WORD = re.compile(r"[A-Za-z]{2,}")
UNSEEN = re.compile(r"\{#.*?#\}|<!--.*?-->|\{% block bodyclass %\}.*?\{% endblock %\}", re.DOTALL)
MARKED = re.compile(r"\{% blocktrans(?:late)?.*?\{% endblocktrans(?:late)? %\}", re.DOTALL)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|&\w+;", re.DOTALL)
OF_A_SCRIPT = re.compile(r"""/\*.*?\*/|//[^\n]*|"([^"\n]*)"|`([^`]*)`""", re.DOTALL)  # comments, or what is quoted
READ_OUT = re.compile(r'\b(?:aria-label|title|alt|placeholder|value)="([^"]*)"')


def unmarked_in_code(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of what people read and no translator is shown."""
    tree = ast.parse(source)
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in MARKS:
            passed |= {each for argument in node.args for each in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)  # a docstring
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= set(node.values)  # its words are looked at together
    for node in ast.walk(tree):
        for pattern, value in _spoken(node):
            text = _text(value)
            if value not in passed and pattern.search(text) and not text.startswith(("<", "admin/")):
                passed.add(value)
                yield value.lineno, text


def _text(value: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(value, ast.JoinedStr):
        return "…".join(each.value for each in value.values if isinstance(each, ast.Constant))
    return value.value if isinstance(value.value, str) else ""


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _spoken(node: ast.AST) -> Iterator[tuple[re.Pattern[str], ast.Constant | ast.JoinedStr]]:
    """What is said for sure, where any word counts; and all other texts, of which a phrase does."""
    if isinstance(node, ast.keyword) and node.arg in SAID_AS and isinstance(node.value, ast.Constant | ast.JoinedStr):
        yield A_WORD, node.value
    for value in _shown(node):
        if isinstance(value, ast.Constant | ast.JoinedStr):
            yield A_WORD, value
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield A_PHRASE, node


def _shown(node: ast.AST) -> Iterator[ast.expr | None]:
    """Values of a page's context, of words by stage, of a column in a list, and headings of groups of fields."""
    if isinstance(node, ast.Dict):
        yield from (
            value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and key.value in IN_A_PAGE and not _is_a_name(value)
        )
    elif (
        isinstance(node, ast.AnnAssign) and "Words" in ast.unparse(node.annotation) and isinstance(node.value, ast.Dict)
    ):
        yield from node.value.values
    elif isinstance(node, ast.FunctionDef) and any("display" in ast.unparse(each) for each in node.decorator_list):
        returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
        choices = [each for each in returned if isinstance(each, ast.IfExp)]
        yield from [*returned, *(part for each in choices for part in (each.body, each.orelse))]
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
        yield node.elts[0]


def _is_a_name(value: ast.expr) -> bool:
    """Of a column or field."""
    return isinstance(value, ast.Constant) and "_" in str(value.value) and str(value.value).isidentifier()


def unmarked_in_template(source: str) -> Iterator[tuple[int, str]]:
    blank = "\n"

    def emptied(match: re.Match[str]) -> str:
        return blank * match[0].count("\n")

    for pattern in (UNSEEN, MARKED):
        source = pattern.sub(emptied, source)
    told = CODE.sub(emptied, source)
    shown = re.sub(r"<[^>]*>", emptied, told)
    for number, line in enumerate(shown.splitlines(), 1):
        if A_WORD.search(line):
            yield number, line.strip()
    for match in READ_OUT.finditer(told):
        if A_WORD.search(match[1]) and " " in match[1].strip():
            yield told.count("\n", 0, match.start()) + 1, match[1]


@pytest.mark.parametrize("folder", [DESK, TEMPLATES], ids=["code", "templates"])
def test_whatever_the_desk_says_can_be_translated(folder: Path) -> None:
    find, ending = (unmarked_in_code, "py") if folder is DESK else (unmarked_in_template, "html")
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text[:80]}"
        for file in sorted(folder.rglob(f"*.{ending}"))
        if file.name not in WITHOUT_A_DATABASE
        for line, text in find(file.read_text("utf-8"))
        if OF_THE_LOG not in file.read_text("utf-8").splitlines()[line - 1]
    ]

    assert found == [], "mark these with gettext, or {% translate %}"


def test_what_the_scripts_of_the_desk_say_stands_in_the_templates() -> None:
    found = [
        f"{file.name}: {text[:80]}"
        for file in sorted(SCRIPTS.glob("*.js"))
        for text in said_by_a_script(file.read_text("utf-8"))
    ]

    assert found == [], "a script takes its words from the page, where they are marked"


def said_by_a_script(source: str) -> Iterator[str]:
    """What of a script is a phrase, and no selector, key or comment."""
    for match in OF_A_SCRIPT.finditer(source):
        text = match[1] or match[2] or ""
        if A_PHRASE.search(text) and text[:1].isupper():
            yield text


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('tell("Your session has ended");', ["Your session has ended"]),
        ("place.textContent = `You write as ${name}`;", ["You write as ${name}"]),
        ("tell(place.dataset.ended); // It is over now", []),
        ('document.querySelector("input[type=text], select, textarea")', []),
    ],
)
def test_what_a_script_says_is_found(source: str, found: list[str]) -> None:
    assert list(said_by_a_script(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('field(label="Quote")', ["Quote"]),
        ('field(label=_("Quote"))', []),
        ('context = {"title": f"Made: {name}"}', ["Made: "]),
        ('BECOMES: dict[str, Words] = {DRAFT: "new again"}', ["new again"]),
        ('@admin.display(description=_("state"))\ndef state(self):\n    return "good" if self else _("bad")', ["good"]),
        ('("Desk", {"fields": ("stage",)})', ["Desk"]),
        ('raise Refused("Nothing was done yet.")', ["Nothing was done yet."]),
        ('said = f"Nobody is called {name}: add them first."', ["Nobody is called …: add them first."]),
        ('"""Says nothing to anybody."""\nname = "a_name"', []),
    ],
)
def test_a_string_of_the_code_is_found_unless_it_is_marked(source: str, found: list[str]) -> None:
    assert [text for _, text in unmarked_in_code(source)] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Nothing yet.</p>", ["Nothing yet."]),
        ('<p>{% translate "Nothing yet." %}</p>', []),
        ("{% blocktranslate %}Sent by {{ name }}{% endblocktranslate %}", []),
        ('<nav aria-label="Where you are">{{ title }}</nav>', ["Where you are"]),
        ('{# No words. #}<a href="/admin/">{{ title|capfirst }}</a>', []),
    ],
)
def test_a_string_of_a_template_is_found_unless_it_is_marked(source: str, found: list[str]) -> None:
    assert [text for _, text in unmarked_in_template(source)] == found
