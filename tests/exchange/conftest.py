"""Dossiers for the tests of the exchange layer: one small and sound, and a way to write others."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]

# Process and event refer to each other, and so do the statements; the talk has parts of parts with citations.
SMALL = """
dossier: small
title: A small meeting
revision: {kind: new, note: "A small meeting."}
actors:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0001, slug: ukraine, name: Ukraine, kind: state, iso3: UKR}
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0002, slug: russia, name: Russia, kind: state, iso3: RUS}
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0003, slug: outlet, name: The Outlet, kind: media}
  - id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0004
    slug: rustem-umerov
    name: Rustem Umerov
    kind: person
    affiliations:
      - {organisation: ukraine, title: Defence Minister, during: 2023-09/..}
      - {organisation: ukraine}
    names:
      - {text: Рустем Умєров, language: uk, kind: transliteration}
issues:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0005, slug: ceasefire, name: Ceasefire}
sources:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0006, slug: page, kind: news, publisher: outlet,
     page_url: "https://outlet.example/page", published: 2025-05, title: yes}
processes:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0007, slug: direct-talks, title: Direct talks, conflict: war}
talks:
  - id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0008
    slug: meeting
    title: The meeting
    process: direct-talks
    kind: round
    status: held
    track: 1
    start: 2025-05-16
    start_time: 13:30
    cite: page [¶1] "they met"
    assertions:
      - {field: duration, amount: "(90,)", unit: minutes, approximate: true, cite: statement first}
    delegations:
      - party: ukraine
        roles: [party]
        members:
          - {person: rustem-umerov, affiliation: Defence Minister, capacity: head, cite: "page [¶2]"}
      - {party: russia, roles: [party], sits_with: ukraine}
statements:
  - id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0009
    slug: first
    speaker: rustem-umerov
    attribution: on_record
    act: demand
    text: Asked for a ceasefire.
    occasion: meeting
    cite: {source: page, locator: ¶3, attribution: on_record, speaker: rustem-umerov}
    links:
      - {relation: contradicts, to: statement second}
      - {relation: addressed_to, to: delegation meeting/russia}
  - id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0010
    slug: second
    descriptor: a source
    attribution: background
    act: denial
    text: Denied it.
    cite: ["page [¶4]"]
    links:
      - {relation: contradicts, to: statement first}
outcomes:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0011, slug: none, process: direct-talks, talk: meeting, kind: no_agreement,
     title: No agreement, issues: [ceasefire], cite: "page [¶5]"}
events:
  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0012, slug: war, process: direct-talks, kind: armed_conflict, title: The war,
     start: 2022-02-24, cite: "page [¶6]"}
"""

TALK_ID = "0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0008"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a dossier of this name and returns its file; a text without a head gets one."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / f"{name}.yaml"
        if not text.lstrip().startswith("dossier:"):
            text = f'dossier: {name}\ntitle: Some dossier\nrevision: {{kind: new_fact, note: "More."}}\n{text}'
        path.write_text(text, "utf-8")
        return path

    return written


@pytest.fixture
def small(write: Write) -> Path:
    """The small sound dossier as a file."""
    return write("small", SMALL)
