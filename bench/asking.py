"""What is asked: for each endpoint a hundred and more different addresses, found by reading the API itself."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from bench.load import Asked
from bench.peers.cursors import place
from bench.servers import Running

ROOT = "/api/v1/"
MOST = 120  # addresses of an endpoint; fewer where the data has no more
PAGE = 200


class Reader:
    """Reads lists of a running server, to find addresses in them."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def get(self, path: str) -> Any:
        status, body, _ = self.running.get(ROOT + path)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}: {body[:300]!r}")
        return json.loads(body)

    def pages(self, path: str, most: int = MOST) -> Iterator[Any]:
        """The pages of a list, up to `most`."""
        cursor = ""
        for _ in range(most):
            page = self.get(f"{path}&count=none{cursor}")
            yield page
            if not page["next"]:
                return
            cursor = f"&cursor={parse_qs(urlsplit(page['next']).query)['cursor'][0]}"

    def newest(self) -> int:
        return int(self.get("talks/?page_size=1&count=none")["meta"]["revision"])

    def rows(self, path: str, pages: int = 10) -> Iterator[Any]:
        return itertools.chain.from_iterable(page["results"] for page in self.pages(f"{path}&page_size={PAGE}", pages))


def lists(reader: Reader, *, page_size: int = 50, more: str = "") -> list[Asked]:
    """Full pages of all talks, evenly, as far as these have days: those without come in statements of their own."""
    count = reader.get("talks/?page_size=1")["count"]
    step = max(1, min(PAGE, count // MOST))
    cursors = [parse_qs(urlsplit(page["next"]).query)["cursor"][0]
               for page in reader.pages(f"talks/?fields=id&page_size={step}") if page["next"]]  # fmt: skip
    dated = list(itertools.takewhile(lambda cursor: any(place(cursor)[0]), cursors))
    cursors = dated[: -math.ceil(page_size / step)]
    first = f"talks/?count=none&page_size={page_size}{more}"
    return _asked([first, *(f"{first}&cursor={cursor}" for cursor in cursors)])


def at_the_middle(reader: Reader, *, page_size: int = 50) -> list[Asked]:
    """The same pages of the revision in the middle of the history."""
    return lists(reader, page_size=page_size, more=f"&as_of={max(1, reader.newest() // 2)}")


def short_lists(reader: Reader) -> list[Asked]:
    """Pages that a small set can fill too."""
    return lists(reader, page_size=20)


def light_lists(reader: Reader) -> list[Asked]:
    """Pages of some 120 KB, of which a cache of the usual size holds all."""
    return lists(reader, page_size=12)


def short_at_the_middle(reader: Reader) -> list[Asked]:
    return at_the_middle(reader, page_size=20)


def filtered(reader: Reader) -> list[Asked]:
    """Talks of one kind at which one party sat; the pairs that are most common."""
    talks = reader.rows("talks/?fields=kind,delegations.party")
    pairs = Counter((sat["party"]["slug"], talk["kind"]) for talk in talks for sat in talk["delegations"])
    return _asked(f"talks/?count=none&party={party}&kind={kind}" for (party, kind), _ in pairs.most_common(MOST))


def details(reader: Reader) -> list[Asked]:
    return _asked(f"talks/{talk['slug']}/" for talk in _spread(reader.rows("talks/?fields=slug", MOST)))


def positions(reader: Reader) -> list[Asked]:
    """Positions of a party in a process; the pairs that are most common."""
    rows = reader.rows("positions/?fields=process,party", pages=40)
    pairs = Counter((row["process"]["slug"], row["party"]["slug"]) for row in rows)
    return _asked(f"positions/?count=none&process={process}&party={party}"
                  for (process, party), _ in pairs.most_common(MOST))  # fmt: skip


def matrices(reader: Reader) -> list[Asked]:
    """The matrix of each process that has positions, on days on which some were taken up."""
    days: dict[str, set[str]] = {}
    for row in reader.rows("positions/?fields=process,in_force"):
        if day := re.match(r"\d{4}-\d{2}-\d{2}", row["in_force"] or ""):
            days.setdefault(row["process"]["slug"], set()).add(day[0])
    found = [[f"processes/{slug}/matrix/?on={day}" for day in sorted(of_it)] for slug, of_it in sorted(days.items())]
    return _asked(itertools.islice(_in_turn(found), MOST))


def searches(reader: Reader) -> list[Asked]:
    """Two words that stand together in a position's label."""
    words = (re.findall(r"\w{5,}", row["label"]) for row in _spread(reader.rows("positions/?fields=label")))
    pairs = {f"{found[0]} {found[1]}": None for found in words if len(found) > 1}
    return _asked(f"search/?q={quote(pair)}" for pair in itertools.islice(pairs, MOST))


def validated(running: Running, asked: Iterable[Asked]) -> list[Asked]:
    """The same, with the validators that `running` gives them."""
    return [Asked(each.path, running.get(each.path)[2]) for each in asked]


def _asked(paths: Iterable[str]) -> list[Asked]:
    return [Asked(ROOT + path) for path in paths]


def _spread(rows: Iterable[Any]) -> list[Any]:
    """MOST of the rows, evenly."""
    found = list(rows)
    return found[:: max(1, len(found) // MOST)][:MOST]


def _in_turn(lists: list[list[str]]) -> Iterator[str]:
    """The first of each, the second of each, …"""
    for row in itertools.zip_longest(*lists):
        yield from filter(None, row)
