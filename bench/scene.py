"""Everything that takes part, started and checked: databases, servers, requests, and who answers them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench import asking, comparing, contests, servers, small
from bench.asking import Reader
from bench.contenders import NOT_ASKED, Contender, Files, Served, Statements, write_files
from bench.contests import Contest
from bench.load import Asked
from bench.measuring import Entry, evenly, postmaster
from bench.servers import Running, Server, ServerError, started
from bench.templates import Template, writes_documents
from bench.tools import MissingToolError

CHECKED = 12  # requests that each must answer as we do before anything is timed
COUNTED = ("talk", "delegationmember", "position", "outcome", "citation")


@dataclass
class Scene:
    """What a run has at hand; `left_out` are sentences for people, `liars` those who answered otherwise than we do."""

    stack: ExitStack
    folder: Path
    owner: str
    public: str
    small: str = ""  # the address of the small set, where a contest asks for it
    running: dict[str, Running] = field(default_factory=dict)
    asked: dict[tuple[str, bool], list[Asked]] = field(default_factory=dict)
    templates: dict[str, list[Template]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    liars: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def opened(cls, wanted: Sequence[Contest], owner: str, public: str) -> Iterator[Scene]:
        """Start and check all that `wanted` needs; stopped at the end of the block."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-bench-")))
            scene = cls(stack, folder, owner, public)
            scene.start(contests.OURS)  # of whom the requests are learnt
            scene.look_for_requests(wanted)
            scene.look_for_statements()
            for name in dict.fromkeys(name for contest in wanted for name in contest.by):
                scene.start(name)
            for contest in wanted:
                scene.check(contest)
            yield scene

    # Starting

    def start(self, name: str) -> None:
        """Start a contender's server; one that cannot be is left out by name."""
        if name in self.running or name == contests.PGBENCH:
            return
        try:
            if (server := self._server(name)) is not None:
                self.running[name] = self.stack.enter_context(started(server))
                print(f"{name} answers on port {self.running[name].port}", flush=True)
        except (MissingToolError, ServerError) as error:
            if name == contests.OURS:
                raise
            self.leave_out(f"{name}: {error}")

    def _server(self, name: str) -> Server | None:
        templates = str(self.folder / "templates.json")
        makers: dict[str, Callable[[], Server]] = {
            contests.OURS: lambda: servers.tracker(self.public),
            contests.SERIALIZERS: lambda: servers.tracker(self.public, compiled=False),
            contests.CACHED: lambda: servers.tracker(self.public, cache=True),
            contests.SMALL: self._of_the_small_set,
            contests.SAME_SQL: lambda: servers.fastapi("same_sql", self.public, BENCH_TEMPLATES=templates),
            contests.FLAT: lambda: servers.fastapi("flat", self.public),
            contests.EMPTY: lambda: servers.fastapi("empty", self.public),
            contests.NINJA: lambda: servers.ninja(self.public),
            contests.NGINX: self._of_files,
        }
        if name == contests.DIRECTUS and "directus" not in os.environ.get("PEERS", "").split(","):
            return None  # which is not asked for
        if name not in makers:
            raise ServerError("its recipe is in docs/performance.md; nothing starts it yet")
        return makers[name]()

    def _of_the_small_set(self) -> Server:
        self.small = self.stack.enter_context(small.opened())
        return servers.tracker(self.small)

    def _of_files(self) -> Server:
        ours, folder = self.running[contests.CACHED], self.folder / "nginx"
        write_files(folder, [ours.get(each.path)[1] for each in self.asked["cached", False]])
        (folder / "files" / "ready.json").write_text("{}")
        return servers.nginx(folder)

    # Asking

    def look_for_requests(self, wanted: Sequence[Contest]) -> None:
        """What each contest asks; found by reading the large set."""
        reader = Reader(self.running[contests.OURS])
        for contest in wanted:
            self.asked[contest.name, False] = contest.asked(reader)
            print(f"{contest.name}: {len(self.asked[contest.name, False])} different requests", flush=True)

    def look_for_statements(self) -> None:
        """The statements by which we answer, for the peers that run them too."""
        examples = {}
        for name in ("list", "filtered", "detail", "positions", "matrix"):
            if asked := self.asked.get((name, False)):
                first, second = asked[0].path, asked[min(1, len(asked) - 1)].path
                examples |= {name: [second], "list, first page": [first]} if name == "list" else {name: [first]}
        environment = {**os.environ, **servers.ours(self.public), "TRACKER_CACHE_MEGABYTES": "0"}
        done = subprocess.run(
            [sys.executable, "-m", "bench.templates"], input=json.dumps(examples), env=environment, cwd=servers.ROOT,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServerError(f"Our statements cannot be listened to:\n{done.stderr[-1500:]}")
        found = {name: of_each[0] for name, of_each in json.loads(done.stdout).items()}
        for name, statements in found.items():
            templates = [Template(**each) for each in statements]
            if writes_documents(templates):
                self.templates[name] = templates
            else:
                self.leave_out(
                    f"{contests.SAME_SQL} and {contests.PGBENCH} in {name}: PostgreSQL writes no JSON for us"
                )
        (self.folder / "templates.json").write_text(json.dumps(found))

    def asked_of(self, name: str, contest: Contest) -> list[Asked]:
        """What a contender is asked: the small set has addresses of its own, and only a server can have validators."""
        key = contest.name, name == contests.SMALL
        if key not in self.asked:
            self.asked[key] = contest.asked(Reader(self.running[name]))
        if contest.with_etags and name in self.running:
            return asking.validated(self.running[name], self.asked[key])
        return self.asked[key]

    # Taking part

    def taking_part(self, contest: Contest) -> list[str]:
        """Who answers in a contest, of those that are there and tell the truth."""
        able = set(self.running) | {contests.PGBENCH}
        if contest.statements not in self.templates:
            able -= {contests.SAME_SQL, contests.PGBENCH}
        return [name for name in contest.by if name in able and f"{contest.name}: {name}" not in self.liars]

    def contender(self, name: str, contest: Contest) -> Contender:
        if name == contests.PGBENCH:
            return Statements(self.public, tuple(self.templates[contest.statements]))
        return (Files if name == contests.NGINX else Served)(self.running[name])

    def check(self, contest: Contest) -> None:
        """Ask everyone some of the requests; whoever does not answer as the first does is left out."""
        first, *others = self.taking_part(contest) or [""]
        if not contest.compared or not first:
            return
        some = list(evenly(self.asked[contest.name, False], CHECKED))
        ours = [self.contender(first, contest).answer(asked, place) for place, asked in some]
        for name in others:
            if said := self._difference(some, ours, self.contender(name, contest)):
                self.liars.append(f"{contest.name}: {name}")
                self.leave_out(f"{name} in {contest.name}: answers otherwise than we do: {said}")
        print(f"{contest.name}: {len(some)} answers of each compared", flush=True)

    @staticmethod
    def _difference(
        some: Sequence[tuple[int, Asked]], ours: Sequence[tuple[int, bytes]], other: Contender
    ) -> str | None:
        for (place, asked), expected in zip(some, ours, strict=True):
            try:
                status, body = other.answer(asked, place)
            except (OSError, psycopg.Error) as error:
                return f"{asked.path} fails: {error}"
            if expected[0] != 200 or status not in (200, NOT_ASKED):
                return f"{asked.path} is answered with {status}, by us with {expected[0]}: {body[:200]!r}"
            if status and (said := comparing.difference(expected[1], body, in_order=other.in_order)):
                return f"{asked.path}: {said}"
        return None

    def entered(self, contest: Contest) -> dict[str, Entry]:
        """Who takes part in a contest, with what each is asked and the PostgreSQL that it asks."""
        return {
            name: Entry(self.contender(name, contest), self.asked_of(name, contest), self._postgres(name))
            for name in self.taking_part(contest)
        }

    def _postgres(self, name: str) -> int | None:
        if name in (contests.NGINX, contests.EMPTY):
            return None
        return postmaster(self.small if name == contests.SMALL else self.public)

    # Telling

    def processes(self) -> dict[str, int]:
        found = {name: running.pid for name, running in self.running.items()}
        postgres = postmaster(self.public)
        return found | ({"PostgreSQL, large set": postgres} if postgres else {})

    def sizes(self) -> str:
        """How many rows the large set holds."""
        with psycopg.connect(self.owner) as connection:
            found = [connection.execute(f"SELECT count(*) FROM window_now.negotiations_{name}") for name in COUNTED]
            counts = [f"{cursor.fetchall()[0][0]:,} {name}s" for name, cursor in zip(COUNTED, found, strict=True)]
        return ", ".join(counts)

    def leave_out(self, sentence: str) -> None:
        """Say, now and in the report, who is left out and why."""
        print(f"Left out: {sentence}", flush=True)
        self.left_out.append(sentence)
