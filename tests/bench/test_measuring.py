"""The load harness reckons right, catches who answers otherwise, and says what is missing."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from psycopg.types.numeric import Int4

from bench import comparing, load, measuring, processes, reporting, templates, tools
from bench.contenders import together
from bench.contests import CONTESTS, TARGETS, Contest
from bench.load import Asked, Load
from bench.measuring import Entry, Result, Turn

CURSOR = "WyItc3RhcnQiLCJvbiIsW1siMjAyNS0wNS0xNiIsIjIwMjUtMDUtMTciXSwiMWYiXV0"  # of 16 May 2025, id 1f


def turns(*rates: int, **known: float) -> Result:
    """Turns of a second each."""
    of_each = [
        Load(answers=rate, seconds=1, bytes=rate * 1_000, failed=0, refused=0, p50=1.0, p99=2.0) for rate in rates
    ]
    return Result([Turn(each, known.get("server"), known.get("database")) for each in of_each])


def test_rates_are_medians_and_compared_round_by_round() -> None:
    ours, theirs = turns(100, 10, 40), turns(50, 10, 10)

    assert ours.rate == 40
    assert ours.times(theirs) == 2  # of 2, 1 and 4; the medians' own ratio would be 4


def test_who_answers_nothing_has_no_ratio_and_costs_nothing() -> None:
    none = turns(0, server=1.0)

    assert turns(5).times(none) is None
    assert none.turns[0].milliseconds(1.0) is None


def test_processor_time_is_reckoned_for_one_answer() -> None:
    (turn,) = turns(200, server=1.5, database=0.5).turns

    assert turn.milliseconds(turn.server) == 7.5
    assert turn.milliseconds(turn.database) == 2.5


def test_turns_of_the_slow_are_longer_within_limits() -> None:
    assert measuring.length(1_000, 3) == 3
    assert measuring.length(10, 3) == 6
    assert measuring.length(1, 3) == measuring.length(0, 3) == 9


def test_tools_are_told_whole_seconds() -> None:
    assert [load.whole(seconds) for seconds in (0.2, 2, 6.8)] == [1, 2, 7]


def test_processor_time_and_memory_of_children_are_counted() -> None:
    busy = "import sys\nfor _ in range(3_000_000): pass\nprint(flush=True)\nsys.stdin.read()"
    shell = subprocess.Popen(
        ["sh", "-c", f"{sys.executable} -c '{busy}'; true"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert shell.stdout
    assert shell.stdin
    shell.stdout.readline()

    running, used, memory = (
        processes.tree(shell.pid),
        processes.processor_seconds(shell.pid),
        processes.memory(shell.pid),
    )
    shell.stdin.close()
    shell.wait()
    shell.stdout.close()

    assert len(running) == 2
    assert used > 0
    assert memory > 2**20
    assert processes.processor_seconds(shell.pid) == 0  # nobody is left


def test_what_wrk_and_pgbench_say_is_read() -> None:
    wrk = 'Running 2s test\n{"answers": 40, "microseconds": 2000000, "bytes": 80, "failed": 1, "refused": 2,' \
        ' "p50": 1.5, "p99": 9.0}\n'  # fmt: skip
    pgbench = (
        "number of transactions actually processed: 90\nnumber of failed transactions: 0 (0.000%)\n"
        "latency average = 3.250 ms\n"
    )

    assert load.of_wrk(wrk) == Load(40, 2.0, 80, 1, 2, 1.5, 9.0)
    assert load.of_pgbench(pgbench, 3) == Load(90, 3, 0, 0, 0, 3.25, None)
    with pytest.raises(ValueError, match="pgbench said nothing"):
        load.of_pgbench("fatal", 3)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"count": None, "results": [{"id": "a", "label": "Talks"}], "next": "elsewhere"}, None),
        ({"count": None, "results": [{"id": "a", "label": "talks"}]}, '.results[0].label is "talks", not "Talks"'),
        ({"count": None, "results": [{"id": "a"}]}, ".results[0].label is missing"),
        ({"count": None, "results": [{"id": "a", "label": "Talks", "draft": 1}]}, ".results[0].draft is not in ours"),
        ({"count": None, "results": []}, ".results has 0 members, not 1"),
        ({"count": 0, "results": []}, ".count is 0, not null"),
    ],
)
def test_a_peer_that_answers_otherwise_is_caught(found: object, said: str | None) -> None:
    ours = {"meta": {"revision": 3}, "count": None, "next": "here", "results": [{"id": "a", "label": "Talks"}]}

    assert comparing.difference(json.dumps(ours).encode(), json.dumps(found).encode()) == said


def test_an_answer_that_is_no_json_is_caught() -> None:
    assert comparing.difference(b"{}", b"<html>") == "no JSON: b'<html>'"


def test_the_order_counts_unless_nobody_promised_it() -> None:
    ours, theirs = b'{"results": [{"id": "b"}, {"id": "a"}]}', b'{"results": [{"id": "a"}, {"id": "b"}]}'

    assert comparing.difference(ours, theirs) == '.results[0].id is "a", not "b"'
    assert comparing.difference(ours, theirs, in_order=False) is None


def test_one_and_true_are_not_the_same() -> None:
    assert comparing.difference(b'{"a": 1}', b'{"a": true}') == ".a is true, not 1"


def test_a_missing_tool_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tools, "_path", lambda: str(tmp_path))
    monkeypatch.setattr(tools, "PEERS", tmp_path)

    with pytest.raises(tools.MissingToolError, match="wrk is not installed: apt-get install wrk"):
        tools.program("wrk")
    with pytest.raises(tools.MissingToolError, match="peers is not installed: make bench-peers"):
        tools.peers_python()


def test_without_wrk_the_bench_says_so_and_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from bench import run, tools; tools._path = lambda: ''; raise SystemExit(run.main())"],
        env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (
        2, "Nothing can be measured: wrk is not installed: apt-get install wrk\n",
    )  # fmt: skip


def test_a_statement_becomes_a_template_for_any_request() -> None:
    brought = templates.inputs_of(f"/api/v1/talks/?party=russia&cursor={CURSOR}")
    sql = "SELECT id FROM t WHERE party = %s AND during <= %s AND kind = %s AND label LIKE %s || '%%'"

    found = templates.template(sql, ["russia", "[2025-05-16,2025-05-17)", "round", "a"], brought, [])

    assert found.sql == "SELECT id FROM t WHERE party = $1 AND during <= $2 AND kind = $3 AND label LIKE $4 || '%'"
    assert found.values == [["input", "party"], ["input", "during"], ["constant", "round"], ["constant", "a"]]


def test_named_places_and_ids_that_were_found_are_bound() -> None:
    sql = "SELECT %(root)s || id FROM t WHERE id = ANY (%(asked)s) AND %(root)s <> ''"

    found = templates.template(sql, {"root": "http://x/", "asked": ["a", "b"]}, {}, ["a", "b"])

    assert found.sql == "SELECT $1 || id FROM t WHERE id = ANY ($2) AND $1 <> ''"
    assert found.values == [["constant", "http://x/"], ["ids"]]


def test_what_is_no_text_is_cast_wherever_it_stands() -> None:
    id = UUID("3807137d-5eb1-4bb6-aaf2-4a281f3e1a49")

    found = templates.template("SELECT %(n)s WHERE id = %(id)s OR %(id)s IS NULL", {"n": Int4(1), "id": id}, {}, [])

    assert found.sql == "SELECT $1::int WHERE id = $2::text::uuid OR $2::text::uuid IS NULL"
    assert found.values == [["constant", 1], ["constant", str(id)]]


def test_statements_are_put_together_as_one_for_pgbench() -> None:
    picks = templates.Template("SELECT id FROM t WHERE kind = $1", [["input", "kind"]])
    behind = templates.Template("SELECT 1 FROM t", [])
    writes = templates.Template("SELECT id, row_to_json(t) FROM t WHERE id = ANY ($1) AND '' <> $2",
                                [["ids"], ["constant", "it's"]])  # fmt: skip

    found, count = together([picks, behind, writes], [Asked("/api/v1/talks/?kind=a"), Asked("/api/v1/talks/"),
                                                      Asked("/api/v1/talks/?kind=b")])  # fmt: skip

    assert count == 2
    assert found == (
        "SELECT id, row_to_json(t) FROM t WHERE id = ANY (ARRAY(SELECT id FROM (SELECT id FROM t WHERE kind ="
        " (ARRAY['a', 'b'])[:n]) picked(id) LIMIT 50)) AND '' <> 'it''s'"
    )


def test_pgbench_finds_no_variables_in_texts() -> None:
    statement = "SELECT to_char(t, 'HH24:MI'),\n 'it''s', 'a\\b:c', x::text FROM t WHERE n = (ARRAY['a'])[:n]"

    assert load.for_pgbench(statement) == (
        "SELECT to_char(t, U&'HH24\\003AMI'), 'it''s', U&'a\\\\b\\003Ac', x::text FROM t WHERE n = (ARRAY['a'])[:n]"
    )


class Clumsy:
    """Who takes part once and then fails."""

    pid = None
    in_order = True

    def __init__(self) -> None:
        self.turns = 0

    def answer(self, asked: Asked, place: int) -> tuple[int, bytes]:
        return 200, b""

    def bear(self, asked: Sequence[Asked], seconds: float) -> Load:
        self.turns += 1
        if self.turns == 2:
            raise load.LoadError("fell over")
        return Load(10, seconds, 0, 0, 0, None, None)


class Steady(Clumsy):
    def bear(self, asked: Sequence[Asked], seconds: float) -> Load:
        return Load(1_000, seconds, 0, 0, 0, None, None)


def test_rounds_alternate_and_go_on_without_whoever_fails() -> None:
    told: list[str] = []
    entries = {name: Entry(who, [], None) for name, who in (("a", Steady()), ("b", Clumsy()), ("c", Steady()))}

    results = measuring.rounds(entries, 2, 0.5, tell=told.append, leave_out=told.append)

    assert [sentence.partition(" 2,000")[0] for sentence in told] == [
        "round 1 of 2: a", "b: fell over", "round 1 of 2: c", "round 2 of 2: a", "round 2 of 2: c",
    ]  # fmt: skip
    assert {name: len(result.turns) for name, result in results.items()} == {"a": 2, "c": 2}


def test_a_report_says_which_targets_are_missed(tmp_path: Path) -> None:
    contest = next(each for each in CONTESTS if each.name == "list")
    target = next(each for each in TARGETS if each.contest == "list" and each.least == 8)
    results = {contest.by[0]: turns(60, 60), target.against: turns(10, 10)}

    text = reporting.Report({"list": (contest, results)}, ["nginx: not installed"], {}, {"code": "abc"}).text()

    assert "| list, against our own serializers | 8.00 x | 8.00 x | 6.00 x | missed by 25% |" in text
    assert f"| {target.against} | 10.0 (10.0 to 10.0) | 6.00 x |" in text
    assert "- nginx: not installed" in text
    assert reporting.verdict(target, 8) == "aim reached"


def test_a_report_takes_its_place_in_the_document(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"Before.\n{reporting.BEGIN}\nold\n{reporting.END}\nAfter.\n")

    reporting.write_into(document, "new")
    reporting.write_into(document, "newer")

    assert document.read_text() == f"Before.\n{reporting.BEGIN}\n\nnewer\n\n{reporting.END}\nAfter.\n"
    document.write_text("without marks")
    with pytest.raises(ValueError, match="lacks the marks"):
        reporting.write_into(document, "new")


def test_every_target_is_of_a_contest_in_which_both_take_part() -> None:
    by = {contest.name: contest.by for contest in CONTESTS}

    assert [target for target in TARGETS if target.against not in by[target.contest]] == []


def test_contests_are_told_apart_by_name() -> None:
    assert len({contest.name for contest in CONTESTS}) == len(CONTESTS)
    assert all(isinstance(contest, Contest) and len(contest.by) > 1 for contest in CONTESTS)
