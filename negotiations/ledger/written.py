"""What the ledger's SQL files write by hand, as they say it: triggers on its tables, their functions, and views of the
windows."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

SQL = Path(__file__).resolve().parent / "sql"
TRIGGER = re.compile(r"^CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s[^;]*?\sON (ledger|public)\.(\w+)[^;]*", re.M)
FUNCTION = re.compile(
    r"^CREATE (OR REPLACE )?FUNCTION ledger\.(\w+)\(([^;]*? LANGUAGE plpgsql[^;]*?) AS \$\$(.*?)\$\$;", re.M | re.S
)
VIEW = re.compile(r"^CREATE VIEW (window_\w+)\.(\w+) AS\s+([^;]+)", re.M)


@cache
def _files() -> str:
    return re.sub(r"--.*", "", _as_they_are())


def _as_they_are() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(SQL.glob("*.sql")))


class Function(NamedTuple):
    """What the catalogue keeps of a function in PL/pgSQL."""

    body: str
    is_definer: bool
    settings: tuple[str, ...]


@cache
def functions() -> dict[str, list[Function]]:
    """The ledger's functions in PL/pgSQL by name; where a later migration replaced one, as that words it."""
    first: dict[str, list[Function]] = {}
    later: dict[str, list[Function]] = {}
    for replaces, name, head, body in FUNCTION.findall(_as_they_are()):
        path = re.search(r"SET (search_path) = ([\w, ]+?)\s*$", head)
        function = Function(body, "SECURITY DEFINER" in head, (f"{path[1]}={path[2]}",) if path else ())
        (later if replaces else first).setdefault(name, []).append(function)
    return first | later


def triggers() -> dict[tuple[str, str, str], str]:
    """SQL of each trigger, by schema, table and name, in the order of words that PostgreSQL gives back."""
    return {(found[2], found[3], found[1]): _in_its_order(found[0]) for found in TRIGGER.finditer(_files())}


def _in_its_order(trigger: str) -> str:
    when, events = r"\b(BEFORE|AFTER) ([A-Z ]+?) ON ", ("INSERT", "DELETE", "UPDATE", "TRUNCATE")
    trigger = re.sub(
        when, lambda found: f"{found[1]} {' OR '.join(event for event in events if event in found[2])} ON ", trigger
    )
    if "FOR EACH" not in trigger:
        trigger = trigger.replace("EXECUTE", "FOR EACH STATEMENT EXECUTE")
    return " ".join(trigger.replace("NEW.", "new.").split())


def views() -> dict[tuple[str, str], str]:
    """SQL of what each view of the windows selects, by window and name."""
    return {(found[1], found[2]): found[3].strip() for found in VIEW.finditer(_files())}
