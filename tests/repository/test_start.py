import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from psycopg.conninfo import make_conninfo

from tests import sites
from tracker import demo_server, start

WITHOUT_DATABASE = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
SAY_WHO = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    role = connection.execute("SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
    print(*role.fetchone(), connection.info.dbname, flush=True)
"""


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "tracker.start", *map(str, words)]


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        env=WITHOUT_DATABASE | variables,
        cwd=start.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which a stranger listens."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        yield stranger.getsockname()[1]


def test_a_command_gets_a_database_as_an_owner_without_superpowers() -> None:
    done = run("with-postgres", sys.executable, "-c", SAY_WHO)

    assert (done.returncode, done.stdout, done.stderr) == (0, "tracker_owner False True tracker\n", "")


def test_the_exit_code_is_the_commands_own_and_its_data_is_thrown_away(tmp_path: Path) -> None:
    done = run("with-postgres", "sh", "-c", "exit 7", TMPDIR=str(tmp_path))

    assert done.returncode == 7
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_command_and_stops_the_database(number: signal.Signals, tmp_path: Path) -> None:
    whole = subprocess.Popen(
        command("with-postgres", "sh", "-c", "echo up; exec sleep 600"),
        env=WITHOUT_DATABASE | {"TMPDIR": str(tmp_path)},
        cwd=start.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert whole.stdout is not None
    with whole, whole.stdout:
        assert whole.stdout.readline() == "up\n"
        whole.send_signal(number)

    assert whole.returncode == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_the_environment_is_used_as_it_is() -> None:
    done = run("with-postgres", "env", DATABASE_URL="postgresql://a/b", PUBLIC_DATABASE_URL="postgresql://c/b")

    assert "DATABASE_URL=postgresql://a/b" in done.stdout.splitlines()
    assert "PUBLIC_DATABASE_URL=postgresql://c/b" in done.stdout.splitlines()


def test_a_missing_public_address_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = run("run", "--folder", tmp_path, DATABASE_URL="postgresql://a/b")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: DATABASE_URL is set, so PUBLIC_DATABASE_URL is needed too")
    assert done.stderr.count("\n") == 1


def test_a_wrong_address_is_said_in_one_sentence(tmp_path: Path) -> None:
    nowhere = f"postgresql://tracker@/tracker?host={tmp_path}"

    done = run("run", "--folder", tmp_path, DATABASE_URL=nowhere, PUBLIC_DATABASE_URL=nowhere)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: DATABASE_URL does not work: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.django_db  # else the roles are not there when this is run alone
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PUBLIC_DATABASE_URL": "dbname=no_such_database"}, "Error: PUBLIC_DATABASE_URL does not work: "),
        ({"PUBLIC_DATABASE_URL": "dbname=postgres"}, "Error: PUBLIC_DATABASE_URL is the address of another database"),
        ({"DATABASE_URL": "dbname=no_such_database"}, "Error: DATABASE_URL does not work: "),
        ({"DATABASE_URL": "user=tracker_desk"}, "Error: DATABASE_URL connects as tracker_desk, who does not own"),
    ],
)
def test_a_wrong_database_or_user_is_said_in_one_sentence(
    wrong: dict[str, str], said: str, tmp_path: Path, worker_id: str
) -> None:
    name = f"tracker_wrong_address_{worker_id}"
    with sites.database(name):
        found = {
            variable: make_conninfo(os.environ[variable], dbname=name)
            for variable in ("DATABASE_URL", "PUBLIC_DATABASE_URL")
        }
        changed = {key: make_conninfo(found[key], **dict([change.split("=")])) for key, change in wrong.items()}
        done = run("run", "--folder", tmp_path, **{**found, **changed})

    assert done.returncode == 1
    assert done.stderr.startswith(said), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("asker", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), ("", 403)])
def test_the_demo_answers_its_own_machine_only(asker: str, status: int) -> None:
    door = demo_server.LoopbackOnlyMiddleware(lambda request: HttpResponse("here"))

    assert door(RequestFactory().get("/", REMOTE_ADDR=asker)).status_code == status


def test_the_demo_refuses_hosts_that_others_reach() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=start.ROOT, capture_output=True, text=True, check=False,
        env=WITHOUT_DATABASE | {"TRACKER_DEMO": "1", "TRACKER_HOSTS": "tracker.example"},
    )  # fmt: skip

    assert done.returncode != 0
    assert "the demo serves loopback only" in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_the_demo_serves_no_address_that_others_reach(host: str, tmp_path: Path) -> None:
    done = run("run", "--host", host, "--folder", tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("Error: the demo serves only 127.0.0.1, localhost, ::1")
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_gives_the_next_one(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_server, "PORTS", range(taken, taken + 20))

    with demo_server.claimed_port("127.0.0.1", None) as port:
        assert taken < port < taken + 20


def test_a_taken_port_that_was_asked_for_is_refused(taken: int, tmp_path: Path) -> None:
    done = run("run", "--port", str(taken), "--folder", tmp_path)

    assert done.returncode == 1
    assert done.stderr == f"Error: Port {taken} is taken; leave out --port to get a free one.\n"


def test_two_starts_at_once_never_share_a_port(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_server, "PORTS", range(taken, taken + 20))

    with demo_server.claimed_port("127.0.0.1", None) as one, demo_server.claimed_port("127.0.0.1", None) as other:
        assert one != other


def test_a_port_is_free_again_right_after(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_server, "PORTS", range(taken, taken + 20))
    with demo_server.claimed_port("127.0.0.1", None) as first:
        pass

    with demo_server.claimed_port("127.0.0.1", None) as again:
        assert again == first


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = demo_server.secret_key(tmp_path / "secret_key")

    assert len(key) >= 50
    assert demo_server.secret_key(tmp_path / "secret_key") == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_manage_starts_the_database_or_joins_the_running_one(tmp_path: Path) -> None:
    ask = ("manage", "--folder", tmp_path, "shell", "--no-imports", "-c", SAY_WHO)
    expected = "tracker_owner False True tracker\n"

    assert run(*ask).stdout == expected

    waits = "import time; from pathlib import Path; Path('ready').touch()\nwhile True: time.sleep(0.05)"
    holder = subprocess.Popen(
        command(
            "manage", "--folder", tmp_path, "shell", "--no-imports", "-c", waits.replace("ready", f"{tmp_path}/up")
        ),
        env=WITHOUT_DATABASE,
        cwd=start.ROOT,
    )
    with holder:
        while not (tmp_path / "up").exists() and holder.poll() is None:
            time.sleep(0.05)
        joined = run(*ask)
        holder.terminate()
    assert joined.stdout == expected
    assert holder.returncode == 128 + signal.SIGTERM


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """The demo on `folder`, once it has printed its last line: the process, all it said, and the seconds it took."""
    began = time.monotonic()
    demo = subprocess.Popen(
        command("run", "--folder", folder), env=WITHOUT_DATABASE, cwd=start.ROOT, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    said = ""
    with demo:
        for line in demo.stdout:
            said += line
            if line.startswith("Stop"):
                break
        try:
            yield demo, said, time.monotonic() - began
        finally:
            demo.terminate()


def test_the_demo_serves_twice_on_the_same_data_and_stops_when_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as (demo, said, _):
        assert "editor" in said
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=60) == 0

    with serving(tmp_path) as (demo, said, _):  # how long that takes is measured by .ci/run, on a machine at rest
        assert "accounts exist" in said
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/api/v1/$", said, re.MULTILINE)
        with urlopen(address) as answer:
            assert answer.status == 200
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(timeout=60) == 0

    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
