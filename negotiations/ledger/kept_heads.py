"""Heads kept elsewhere: a file of lines `number moment hash`, written after a verification and compared at later ones.

The hash covers number and moment, so a comparison looks at number and hash; the moment is for people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"(?P<number>[1-9][0-9]{0,17}) (?P<moment>[0-9TZ:.+-]+) (?P<hash>[0-9a-f]{64})")
HOW = "a line reads `number moment hash`, as `verify_ledger --write-head FILE` writes it"


@dataclass(frozen=True)
class KeptHead:
    """What the newest revision was at some time: its number, its moment as text, its hash in hexadecimal."""

    number: int
    moment: str
    hash: str

    def __str__(self) -> str:
        return f"{self.number} {self.moment} {self.hash}"


class NotAHead(ValueError):
    """A file of kept heads that cannot be read; the message says what to do."""


def read(path: Path) -> list[KeptHead]:
    """The heads in the file, in its order; empty lines are passed over. Raises NotAHead, naming the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise NotAHead(
            f"{path} cannot be read ({error.strerror}); name a file that `verify_ledger --write-head FILE` has written."
        ) from error
    except UnicodeDecodeError as error:
        raise NotAHead(f"{path} is no file of heads: {HOW}.") from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            if not (head := LINE.fullmatch(line.strip())):
                raise NotAHead(f"{path}, line {number} is no head: {HOW}. Restore it from where it was kept.")
            found.append(KeptHead(int(head["number"]), head["moment"], head["hash"]))
    if not found:
        raise NotAHead(f"{path} holds no head, so there is nothing to compare with: {HOW}.")
    return found


def append(path: Path, head: KeptHead) -> None:
    """Adds `head` to the file unless it is there; makes the file if needed. Raises NotAHead as `read` does."""
    if path.exists() and path.stat().st_size and head in read(path):
        return
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{head}\n")
    except OSError as error:
        raise NotAHead(f"{path} cannot be written ({error.strerror}); name a file that you may write.") from error
