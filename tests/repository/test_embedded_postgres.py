import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tracker import embedded_postgres, unprivileged
from tracker.embedded_postgres import AlreadyStartedError, Cluster, EmbeddedPostgresError

HOLD = """
import sys, time
from pathlib import Path
from tracker import embedded_postgres, unprivileged
cluster = embedded_postgres.start(Path(sys.argv[1]), durable=False)
print(cluster._process.pid, flush=True)
time.sleep(600)
"""


def start(folder: Path) -> Cluster:
    return embedded_postgres.start(folder, durable=False)


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(cluster.url("postgres", "postgres")) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def process_lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been started and stopped, to copy."""
    folder = tmp_path_factory.mktemp("made once")
    start(folder).stop()
    return folder


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", made_once, copy], check=True)
    return copy


@pytest.fixture
def holder(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another Python that has the server of `folder` running, and the server's number."""
    python = subprocess.Popen([sys.executable, "-c", HOLD, folder], stdout=subprocess.PIPE, text=True)
    assert python.stdout is not None
    with python, python.stdout:
        yield python, int(python.stdout.readline())
        python.kill()
    start(folder).stop()  # which also removes what the killed one could not


def test_cyrillic_folds_whatever_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")

    with start(tmp_path) as cluster:
        assert ask(cluster, "SELECT lower('ЗЕЛЕНСЬКИЙ')") == "зеленський"


def test_a_path_with_spaces_and_letters_beyond_ascii_works(made_once: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Мирні переговори, İstanbul 'x' %20"
    subprocess.run(["cp", "-a", made_once, folder], check=True)

    with start(folder) as cluster:
        assert ask(cluster, "SHOW data_directory") == str(folder / "postgres")


def test_only_the_private_socket_is_open(folder: Path) -> None:
    with start(folder) as cluster:
        assert ask(cluster, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
        assert len(os.fsencode(cluster.socket_folder / ".s.PGSQL.5432")) <= 107

    assert not cluster.socket_folder.exists()


def test_no_folder_above_changes_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    modes = {parent: parent.stat() for parent in [home, *home.parents]}

    with contextlib.suppress(EmbeddedPostgresError):  # root without user namespaces cannot get in, and says so
        start(home / "project").stop()

    for parent, before in modes.items():
        after = parent.stat()
        assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_a_second_start_is_refused_while_the_first_runs(folder: Path) -> None:
    with start(folder) as cluster:
        with pytest.raises(AlreadyStartedError, match="already started by another process; stop that one first"):
            start(folder)

        assert ask(cluster, "SELECT 1") == 1


def test_another_process_finds_the_running_server(folder: Path, holder: tuple[subprocess.Popen[str], int]) -> None:
    found = embedded_postgres.running(folder)

    assert found is not None
    assert ask(found, "SELECT 1") == 1
    found.stop()
    assert ask(found, "SELECT 2") == 2


def test_none_is_found_where_none_runs(folder: Path) -> None:
    assert embedded_postgres.running(folder) is None


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with us."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("rest", ["", "\n/elsewhere\n0\n5432\n/tmp\n\n0 0\nready\n"])
def test_a_stranger_named_by_a_stale_pid_file_is_left_alone(
    folder: Path, stranger: subprocess.Popen[bytes], rest: str
) -> None:
    (folder / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}{rest}")

    with start(folder) as cluster:
        assert ask(cluster, "SELECT 1") == 1

    assert stranger.poll() is None


def test_a_garbled_pid_file_does_not_hinder(folder: Path) -> None:
    (folder / "postgres" / "postmaster.pid").write_bytes(b"\xff\x00")

    with start(folder) as cluster:
        assert ask(cluster, "SELECT 1") == 1


def test_a_server_of_another_folder_is_left_alone(folder: Path, tmp_path: Path, made_once: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["cp", "-a", made_once, other], check=True)
    with start(other) as innocent:
        shutil.copy(other / "postgres" / "postmaster.pid", folder / "postgres" / "postmaster.pid")

        with start(folder) as cluster:
            assert ask(cluster, "SELECT 1") == 1

        assert ask(innocent, "SELECT 1") == 1


def test_the_server_ends_when_its_python_is_killed(holder: tuple[subprocess.Popen[str], int]) -> None:
    if not shutil.which("setpriv"):
        pytest.skip("without setpriv nothing tells the server; the next start ends it")
    python, server = holder

    python.kill()

    deadline = time.monotonic() + 10
    while process_lives(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not process_lives(server)


def test_after_kill_9_of_everything_the_next_start_recovers(
    folder: Path, holder: tuple[subprocess.Popen[str], int]
) -> None:
    python, server = holder

    os.kill(server, signal.SIGKILL)
    python.kill()
    python.wait()

    with start(folder) as cluster:
        assert ask(cluster, "SELECT 1") == 1


def test_a_server_left_behind_is_shut_down_and_started_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)  # a machine without setpriv
    python = subprocess.Popen(
        [sys.executable, "-c", "import shutil; shutil.which = lambda name: None\n" + HOLD, folder],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert python.stdout is not None
    with python, python.stdout:
        server = int(python.stdout.readline())
        python.kill()
    assert process_lives(server)

    with start(folder) as cluster:
        assert ask(cluster, "SELECT 1") == 1

    assert not process_lives(server)
    assert "database system was not properly shut down" not in (folder / "postgres.log").read_text()


def test_a_first_start_cut_off_in_the_middle_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "postgres.unfinished" / "base").mkdir(parents=True)
    (tmp_path / "postgres.unfinished" / "PG_VERSION").write_text("18\n")

    with start(tmp_path) as cluster:
        assert ask(cluster, "SELECT 1") == 1

    assert not (tmp_path / "postgres.unfinished").exists()


def test_data_of_another_version_is_refused_and_kept(folder: Path) -> None:
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    before = sorted((path, path.lstat().st_mtime_ns) for path in folder.rglob("postgres/**/*"))

    with pytest.raises(EmbeddedPostgresError, match=r"written by PostgreSQL 17 and this is 18: move the folder away"):
        start(folder)

    assert sorted((path, path.lstat().st_mtime_ns) for path in folder.rglob("postgres/**/*")) == before


def test_a_folder_of_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "letters.txt").write_text("mine")

    with pytest.raises(EmbeddedPostgresError, match="holds no PostgreSQL data; move it away"):
        start(tmp_path)

    assert (tmp_path / "postgres" / "letters.txt").read_text() == "mine"


def test_a_start_that_fails_tells_the_log_and_leaves_nothing(folder: Path) -> None:
    (folder / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(EmbeddedPostgresError, match=r"(?s)ended at its start; its log .*no_such_setting"):
        start(folder)

    (folder / "postgres" / "postgresql.conf").write_text("")
    with start(folder) as cluster:
        assert ask(cluster, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become somebody else")
@pytest.mark.parametrize("mode", [0o711, 0o700])
def test_root_without_user_namespaces_runs_it_as_nobody(mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unprivileged, "mapped", lambda: None)
    home = Path(tempfile.mkdtemp())  # pytest's own is closed to nobody
    home.chmod(mode)
    folder = home / "project"

    with start(folder) as cluster:
        assert ask(cluster, "SELECT 1") == 1
    with start(folder) as cluster:
        assert ask(cluster, "SELECT 2") == 2

    assert (folder / "postgres").stat().st_uid != 0
    assert (home.stat().st_uid, stat.S_IMODE(home.stat().st_mode)) == (0, mode)
    shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become somebody else")
def test_what_cannot_be_reached_without_roots_rights_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unprivileged, "mapped", lambda: None)
    monkeypatch.setattr(unprivileged, "PASSING", ("",))  # as where a container has taken these rights away
    tmp_path.chmod(0o700)

    with pytest.raises(EmbeddedPostgresError, match=r"refuses to run as root.*cannot reach"):
        start(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
