"""A first start survives what machines do to it: a full disk, an ordinary user, another checkout starting beside it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.test_start import WITHOUT_DATABASE, command
from tracker import start

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk or become somebody else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches; pytest's own is root's alone."""
    made = Path(tempfile.mkdtemp(prefix="tracker-hard-"))
    made.chmod(0o777)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@as_root
def test_a_disk_that_is_full_at_the_first_start_is_said_and_the_next_start_works(open_folder: Path) -> None:
    """On a disk of its own in a namespace of its own, which goes with the process."""
    disk = open_folder / "disk"
    disk.mkdir()
    start_demo = f'"{sys.executable}" -m tracker.start manage --folder "{disk}/data" shell -c "print(6 * 7)"'
    script = f"""
        mount -t tmpfs -o size=12m tmpfs "{disk}" || exit 77
        {start_demo}; echo "first: $?"
        mount -o remount,size=300m "{disk}"
        {start_demo}; echo "second: $?"
    """

    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=WITHOUT_DATABASE, cwd=start.ROOT, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    if done.returncode == 77:
        pytest.skip("This machine lets nobody mount a disk.")
    assert "first: 1" in done.stdout, done.stdout + done.stderr
    assert "second: 0" in done.stdout, done.stdout + done.stderr
    assert "42" in done.stdout
    assert done.stderr.startswith("Error: "), done.stderr
    assert "Traceback" not in done.stderr


@as_root
def test_an_ordinary_user_starts_it_in_a_folder_of_their_own(open_folder: Path) -> None:
    who = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    reach = subprocess.run([*who, "test", "-x", sys.executable, "-a", "-r", str(start.ROOT / "manage.py")], check=False)
    if reach.returncode != 0:
        pytest.skip("The project lies where only root may read it.")

    done = subprocess.run(
        [*who, *command("manage", "--folder", open_folder / "data", "shell", "-c", "print(6 * 7)")],
        env=WITHOUT_DATABASE | {"HOME": str(open_folder), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=start.ROOT, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    assert (done.returncode, "42" in done.stdout) == (0, True), done.stdout + done.stderr
    assert (open_folder / "data" / "postgres").stat().st_uid == 65534


def test_two_checkouts_start_at_once_each_with_its_own_data(tmp_path: Path) -> None:
    script = "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']); print(c.info.host)"
    starts = [
        subprocess.Popen(
            [*command("with-postgres"), sys.executable, "-c", script],
            env=WITHOUT_DATABASE, cwd=start.ROOT, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip

    said = [started.communicate(timeout=90)[0].strip() for started in starts]

    assert [started.returncode for started in starts] == [0, 0]
    assert len(set(said)) == 2
