"""What a server costs: processor time and memory of a process and all below it, as /proc tells."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def tree(root: int) -> list[int]:
    """The process `root` and all that descend from it, as they are at the moment."""
    children: dict[int, list[int]] = {}
    for number in map(int, filter(str.isdigit, os.listdir(PROC))):
        if stat := _stat(number):
            children.setdefault(int(stat[1]), []).append(number)
    found = [root]
    for number in found:  # which grows on the way
        found += children.get(number, [])
    return found


def processor_seconds(root: int) -> float:
    """What the tree of `root` has used so far; of those that ended, what whoever waited for them was told."""
    ticks = 0
    for number in tree(root):
        if stat := _stat(number):
            ticks += sum(map(int, stat[11:15]))  # own and of children waited for, in user and in system
    return ticks / TICKS


def memory(root: int) -> int:
    """Bytes of the tree of `root`, pages that several share counted in parts (PSS)."""
    return sum(map(_proportional, tree(root)))


def parent(number: int) -> int | None:
    stat = _stat(number)
    return int(stat[1]) if stat else None


def name(number: int) -> str:
    try:
        return (PROC / str(number) / "comm").read_text().strip()
    except OSError:
        return ""


def _stat(number: int) -> list[str] | None:
    """The fields after the name, which may hold anything: state, parent, …; None for a process that has ended."""
    try:
        return (PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _proportional(number: int) -> int:
    try:
        lines = (PROC / str(number) / "smaps_rollup").read_text().splitlines()
    except OSError:  # ended, or another user's
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
