"""The leaks: patches that make the public API tell something of the desk, each by a mistake somebody could make.

Before the diff each patch says its name, its class, what the mistake is and what request shows it. Only the standard
library is needed here, so that a runner outside of Django can read them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
HEAD = re.compile(r"Leak: (.+)\nClass: (.+)\nMistake: ((?s:.+?))\nShown by: ((?s:.+?))\n\ndiff --git ")
CLASSES = (
    "wrong alias",
    "after the window",
    "view without its condition",
    "grant too wide",
    "count",
    "search",
    "include",
    "error text",
    "cache key or ETag",
    "feed or export",
    "desk text in a public field",
    "temporary table",
)


@dataclass(frozen=True)
class Leak:
    """One patch, as its head describes it."""

    number: str
    name: str
    kind: str
    mistake: str
    shown_by: str
    path: Path


def leaks() -> list[Leak]:
    """All patches by number; raises ValueError when one has no head, or another name than its file."""
    found = []
    for path in sorted(FOLDER.glob("*.patch")):
        head = HEAD.match(path.read_text("utf-8"))
        number, _, name = path.stem.partition("-")
        if head is None or head[1] != name or head[2] not in CLASSES:
            raise ValueError(f"{path.name} must begin with Leak, Class, Mistake and Shown by, and be called so.")
        mistake, shown_by = (" ".join(text.split()) for text in (head[3], head[4]))
        found.append(Leak(number, name, head[2], mistake, shown_by, path))
    return found


def apply(leak: Leak, folder: Path, *, check: bool = False) -> str:
    """Applies the patch in `folder`, or only tries to; returns what git has against it."""
    # Inside a repository git would skip what lies outside of the folder it believes to be in.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    command = ["git", "apply", *(["--check"] if check else []), str(leak.path)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stderr


@contextmanager
def copy_of_the_project(leak: Leak | None = None) -> Iterator[Path]:
    """The project as it lies in the working tree, in a folder that is thrown away, with `leak` applied to it."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-leak-"))
    try:
        folder.chmod(0o755)  # PostgreSQL may run as another user
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        if leak and (said := apply(leak, folder)):
            raise ValueError(f"{leak.path.name} does not apply: {said}")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
