"""Reads a dossier's YAML into plain lists, mappings and texts that know their lines; refuses every surprise of YAML.

Every scalar is text. Anchors, aliases, merge keys, tags, duplicate keys, deep nesting, a second document in the file
and files over the size cap are refused. What is wrong is data (`Problem`), never an exception: a reader of a report
wants all of it at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 12

Address = tuple[str | int, ...]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same parser in C, where the wheel brings it


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, and where: sorts by file, then line. `path` is `""` when it concerns the file as a whole."""

    file: str
    line: int
    path: str
    message: str
    code: str = "invalid"  # for programs: also required, not_found, taken, rule

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where} {self.path}: {self.message}" if self.path else f"{where} {self.message}"


@dataclass(eq=False)
class Document:
    """One file as read: its tree, the line of everything in it, and what has been found wrong so far."""

    path: Path
    tree: dict[str, Any] = field(default_factory=dict)
    lines: dict[Address, int] = field(default_factory=dict)
    digest: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @cached_property
    def name(self) -> str:
        """The dossier's name: that of its file without the ending."""
        return self.path.stem

    def complain(self, at: Address, message: str, *, line: int | None = None, code: str = "invalid") -> None:
        """Note a problem with what stands at `at`."""
        self.problems.append(self._problem(at, message, line, code))

    def warn(self, at: Address, message: str) -> None:
        """Note something that a human should look at, but that hinders nothing."""
        self.warnings.append(self._problem(at, message, None))

    def _problem(self, at: Address, message: str, line: int | None, code: str = "invalid") -> Problem:
        return Problem(self.path.name, line or self.line_of(at), spelled(at), message, code)

    def line_of(self, at: Address) -> int:
        """The line of `at`, or of the nearest thing around it that has one."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)

    def place_of(self, at: Address) -> str:
        """Where `at` stands, for people: a file has lines, what came otherwise has paths."""
        return f"in the file already, in line {self.line_of(at)}" if self.digest else f"already at {spelled(at)}"


def spelled(at: Address) -> str:
    """An address as people write it: `talks[0].delegations[1].party`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).removeprefix(".")


def sentence(message: str) -> str:
    """What is wrong as a sentence: `is empty` becomes `Is empty.`"""
    begun = message[:1].upper() + message[1:]
    return begun if begun.endswith((".", "?")) else f"{begun}."


def read(path: Path) -> Document:
    """The dossier in file `path`; a file that cannot be read gives an empty tree and the reason in `problems`."""
    document = Document(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        document.complain((), f"cannot be read: {error.strerror or error}")
        return document
    if len(content) > MAX_BYTES:
        document.complain((), f"is larger than {MAX_BYTES // 1_000_000} MB; divide it into several sittings")
        return document
    document.digest = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.complain((), "is not UTF-8 text", line=content.count(b"\n", 0, error.start) + 1)
        return document
    _Builder(document).build(text)
    return document


class _TooDeep(Exception):
    """Reading on would only cost memory: addresses grow with the depth."""


class _Builder:
    """Turns YAML's events into a tree with a stack of its own, so that no nesting exhausts Python's."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: list[_Collection] = []
        self.root: Any = None
        self.documents = 0

    def build(self, text: str) -> None:
        """Fill the document's tree; problems of YAML itself end the reading, all others are collected."""
        try:
            for event in self._events(text):
                self._take(event)
        except _TooDeep:
            pass
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            reason = " ".join(part for part in (error.context, error.problem) if part)
            self.document.complain((), f"is not readable YAML: {reason}", line=line)
        except yaml.YAMLError as error:  # a character that YAML does not know
            reason = str(error).splitlines()[0]
            self.document.complain((), f"is not readable YAML: {reason}", line=_line_of(error, text))
        else:
            self._finish()

    def _events(self, text: str) -> Iterator[Any]:
        loader = Loader(text)
        try:
            while loader.check_event():
                yield loader.get_event()
        finally:
            loader.dispose()

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.document.complain((), "holds a second YAML document (`---`); a dossier is one", line=line)
        if self.documents > 1:
            return
        if isinstance(event, yaml.NodeEvent):
            self._refuse_extras(event, line)
        if isinstance(event, yaml.AliasEvent):
            self._place("", line)
        elif isinstance(event, yaml.ScalarEvent):
            if self._is_merge(event):
                self.document.complain(self._here(), "merge keys (`<<`) are not used in dossiers", line=line)
            self._place(event.value.strip(), line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()

    def _refuse_extras(self, event: Any, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.document.complain(self._here(), f"aliases (`*{event.anchor}`) are not used in dossiers", line=line)
            return
        if event.anchor:
            self.document.complain(self._here(), f"anchors (`&{event.anchor}`) are not used in dossiers", line=line)
        if event.tag:
            self.document.complain(self._here(), f"tags (`{event.tag}`) are not used in dossiers", line=line)

    def _is_merge(self, event: Any) -> bool:
        return bool(event.value == "<<" and not event.style and self.open and self.open[-1].wants_key)

    def _here(self) -> Address:
        """Where the next value will stand."""
        return self.open[-1].next_address() if self.open else ()

    def _begin(self, made: Any, line: int) -> None:
        if self.open and self.open[-1].wants_key:
            self.document.complain(self.open[-1].at, "a key is one word, not a list or mapping", line=line)
        at = self._place(made, line)
        self.open.append(_Collection(at, made))
        if len(self.open) > MAX_DEPTH:
            self.document.complain(at, f"is nested more than {MAX_DEPTH} levels deep", line=line)
            raise _TooDeep

    def _place(self, value: Any, line: int) -> Address:
        """Put a value (or a mapping's key) where it belongs; returns its address."""
        if not self.open:
            self.root = value
            self.document.lines[()] = line
            return ()
        collection = self.open[-1]
        at = collection.next_address()
        if collection.wants_key:
            collection.key = value if isinstance(value, str) else ""
            at = collection.next_address()
            if collection.key in collection.made:
                first = self.document.lines[at]
                self.document.complain(at, f"stands twice; the first is in line {first}", line=line)
            else:
                self.document.lines[at] = line
            return at
        if not isinstance(collection.made, dict):
            self.document.lines[at] = line
        collection.put(value)
        return at

    def _finish(self) -> None:
        if self.documents == 0:
            self.document.complain((), "is empty")
        elif not isinstance(self.root, dict):
            self.document.complain((), "must be a mapping that begins with `dossier:`")
        else:
            self.document.tree = self.root


@dataclass
class _Collection:
    """A list or mapping that is being filled."""

    at: Address
    made: Any
    key: str | None = None  # of a mapping: the key whose value comes next

    @property
    def wants_key(self) -> bool:
        return isinstance(self.made, dict) and self.key is None

    def next_address(self) -> Address:
        if isinstance(self.made, dict):
            return self.at if self.key is None else (*self.at, self.key)
        return (*self.at, len(self.made))

    def put(self, value: Any) -> None:
        if isinstance(self.made, dict):
            self.made.setdefault(self.key, value)
            self.key = None
        else:
            self.made.append(value)


def _line_of(error: yaml.YAMLError, text: str) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
