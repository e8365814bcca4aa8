"""Every sourced fact of the bundled research is held by a record or part that the public API serves with its evidence.

`facts.csv` lists each fact by file and path, with the record and the id of the record or part that holds it, what that
says (`value`, as `value_of` puts it) and the sources that the record cites for it (`sources`). Where the files of facts
themselves lie beside the project, every one of them must be listed, and every passage they quote must be among the
citations that the API serves, from the same page.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sites import Site

LISTED = list(csv.DictReader(Path(__file__).with_name("facts.csv").read_text("utf-8").splitlines()))
FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"
KINDS = ("processes", "actors", "places", "issues", "talks", "statements", "positions", "outcomes", "events", "sources")
PLURALS = {kind.removesuffix("es") if kind == "processes" else kind.removesuffix("s"): kind for kind in KINDS}


@pytest.fixture(scope="module")
def served(bundled: Site) -> dict[str, dict[str, Any]]:
    """Every public record, by kind and slug: `talk istanbul-2025-05-16`."""
    records = {}
    for kind, plural in PLURALS.items():
        path: str | None = f"/api/v1/{plural}/?page_size=200"
        while path:
            page = bundled.get(path)
            records.update({f"{kind} {record['slug']}": record for record in page["results"]})
            path = page["next"]
    return records


def rows_in(tree: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `tree`, itself first."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from rows_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from rows_in(value)


# What a row says, in the order in which `value` says it; a reference by its slug.
SAYS = ("field", "state", "word", "amount", "unit", "counting", "date", "time", "zone", "held_on", "value_actor",
        "value_place", "giver", "receiver", "stance", "label", "title", "act", "speaker", "quote", "text", "said_on",
        "party", "person", "descriptor", "number", "actor", "role", "roles", "relation", "start", "end", "kind",
        "status")  # fmt: skip


def value_of(row: dict[str, Any]) -> str:
    """What `row` says, in at most 160 characters: `field=duration; amount=(90,); unit=minutes`."""
    said = []
    for key in SAYS:
        value = row.get(key)
        if isinstance(value, dict):
            value = value.get("slug") or ",".join(f"{name}:{part}" for name, part in sorted(value.items()))
        if value not in (None, "", []):
            said.append(f"{key}={' '.join(str(value).split())}")
    return "; ".join(said)[:160]


def cited_by(record: dict[str, Any], served: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(slug of the source, passage) of each citation in `record`; those of a statement that it rests on are its own."""
    for row in rows_in(record):
        for citation in row.get("citations", []):
            if citation["source"]:
                yield citation["source"]["slug"], citation["excerpt"]
            elif citation["statement"]:
                yield from cited_by(served[f"statement {citation['statement']['slug']}"], served)


@pytest.mark.parametrize("file", sorted({fact["file"] for fact in LISTED}))
def test_each_listed_fact_is_served_with_its_evidence(file: str, served: dict[str, dict[str, Any]]) -> None:
    faults = []
    for fact in LISTED:
        if fact["file"] != file:
            continue
        record = served.get(fact["record"])
        held = next((row for row in rows_in(record) if row.get("id") == fact["id"]), None)
        if record is None or held is None:
            faults.append(f"{fact['path']}: {fact['record']} holds no {fact['id']}")
            continue
        if value_of(held) != fact["value"]:
            faults.append(f"{fact['path']}: {value_of(held)} is served for {fact['value']}")
        lacking = set(fact["sources"].split()) - {source for source, _ in cited_by(record, served)}
        if lacking or not fact["sources"]:
            faults.append(f"{fact['path']}: {fact['record']} does not cite {lacking or 'anything'}")
    assert faults == []


def test_a_stance_of_2022_whose_end_no_source_tells_is_not_in_force_in_2025(bundled: Site) -> None:
    of_2022 = "/api/v1/positions/?process=russia-ukraine-2022"

    assert bundled.get(f"{of_2022}&during=2022-03-29")["count"] > 0
    assert bundled.get(f"{of_2022}&during=2025-05-16")["count"] == 0


def test_no_fact_is_listed_twice() -> None:
    places = [(fact["file"], fact["path"]) for fact in LISTED]

    assert sorted({place for place in places if places.count(place) > 1}) == []
    assert len(places) == 483


def facts_in(tree: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, fact) of every entry with citations; entries with an id are named by it, others by their place."""
    if isinstance(tree, dict):
        if tree.get("cites"):
            yield path, tree
        for key, value in tree.items():
            if key not in ("cites", "sources"):
                yield from facts_in(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            named = value.get("id") if isinstance(value, dict) else None
            yield from facts_in(value, f"{path}.{named}" if named else f"{path}[{place}]")


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    if not FACTS.is_dir():
        pytest.skip("The files of facts do not lie beside the project, so that none is missing cannot be shown here.")
    return {path.stem: yaml.load(path.read_text("utf-8"), yaml.BaseLoader) for path in sorted(FACTS.glob("*.yaml"))}


def test_every_fact_is_listed(files: dict[str, Any]) -> None:
    listed = {(fact["file"], fact["path"]) for fact in LISTED}
    there = {(name, path) for name, tree in files.items() for path, _ in facts_in(tree)}

    assert there - listed == set()
    assert listed - there == set()


def bare(passage: str) -> str:
    """The words of a passage without the quotation marks around it; a record may cite them in two halves."""
    return " ".join(passage.split()).strip("\"'“”‘’.,")


def test_every_quoted_passage_is_cited_from_its_page(files: dict[str, Any], served: dict[str, dict[str, Any]]) -> None:
    pages = {record["slug"]: record["page_url"] for name, record in served.items() if name.startswith("source ")}
    cited: dict[str, set[str]] = defaultdict(set)
    for record in served.values():
        for row in rows_in(record):
            for citation in row.get("citations", []):
                if citation["source"] and citation["excerpt"]:
                    cited[pages[citation["source"]["slug"]]].add(bare(citation["excerpt"]))
    missing = []
    for name, tree in files.items():
        addresses = {source["id"]: source["url"] for source in tree["sources"]}
        for path, fact in facts_in(tree):
            for cite in fact["cites"]:
                passage = bare(cite["excerpt"])
                near = cited[addresses[cite["source"]]]
                if passage not in ("null", "") and not any(passage in other or other in passage for other in near):
                    missing.append((name, path, passage))
    assert missing == []


def shares_words(passage: str, excerpt: str) -> bool:
    """Whether half the words of one stand in the other, which may cut the same sentence elsewhere."""
    words, there = (set(re.findall(r"\w+", text.casefold())) for text in (passage, excerpt))
    return 2 * len(words & there) >= min(len(words), len(there) or len(words))


def test_every_fact_is_cited_where_it_is_listed(files: dict[str, Any], served: dict[str, dict[str, Any]]) -> None:
    """From its page and in its words, by the record that holds it or one that its line of `facts.csv` names."""
    pages = {record["slug"]: record["page_url"] for name, record in served.items() if name.startswith("source ")}
    by_slug = {name.partition(" ")[2]: record for name, record in served.items()}
    facts = {(name, path): fact for name, tree in files.items() for path, fact in facts_in(tree)}
    addresses = {name: {source["id"]: source["url"] for source in tree["sources"]} for name, tree in files.items()}
    missing = []
    for line in LISTED:
        named = [by_slug[slug] for slug in re.findall(r"[a-z0-9-]+", line["why"]) if slug in by_slug]
        near = [each for record in (served[line["record"]], *named) for each in cited_by(record, served)]
        for cite in facts[line["file"], line["path"]]["cites"]:
            url = addresses[line["file"]][cite["source"]]
            passage = "" if cite["excerpt"] == "null" else cite["excerpt"]
            if not any(pages[slug] == url and shares_words(passage, excerpt) for slug, excerpt in near):
                missing.append((line["file"], line["path"], passage or cite["locator"]))
    assert missing == []
