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


def copy_of_the_project(place: Path) -> None:
    """What a clone holds, changes that are not committed included."""
    ignored = shutil.ignore_patterns(".git", ".venv", ".tracker", "__pycache__", ".*_cache")
    shutil.copytree(start.ROOT, place, ignore=ignored)


def venv_that_all_may_use(place: Path, who: list[str]) -> Path:
    """A copy of the packages with a Python of the same version that `who` may run; returns that Python."""
    shutil.copytree(sys.prefix, place, symlinks=True, copy_function=link_or_copy)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    there = [Path(sys.executable).resolve(), *(Path(folder, version) for folder in ("/usr/bin", "/usr/local/bin"))]
    for real in there:
        # By way of a shell, since setpriv itself still reaches what only root may.
        runs = ["sh", "-c", '"$0" -c ""', real]
        if subprocess.run([*who, *runs], capture_output=True, check=False).returncode == 0:
            python = place / "bin" / "python"
            python.unlink()
            python.symlink_to(real)
            (place / "pyvenv.cfg").unlink()  # a link to our own
            (place / "pyvenv.cfg").write_text(f"home = {real.parent}\n")
            return python
    pytest.skip(f"No {version} lies where others than root may run it.")


def link_or_copy(one: str, other: str) -> None:
    try:
        os.link(one, other)
    except OSError:
        shutil.copy2(one, other)


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
@pytest.mark.long
def test_a_disk_that_fills_up_under_a_running_database_is_said(open_folder: Path) -> None:
    """Room enough to make the data folder, not enough for what is loaded into it."""
    disk = open_folder / "disk"
    disk.mkdir()
    script = f"""
        mount -t tmpfs -o size=60m tmpfs "{disk}" || exit 77
        exec "{sys.executable}" -m tracker.start run --folder "{disk}/data"
    """

    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=WITHOUT_DATABASE, cwd=start.ROOT, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    if done.returncode == 77:
        pytest.skip("This machine lets nobody mount a disk.")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "has less than 64 MB left: make room, then start again." in done.stderr.splitlines()[-1], done.stderr
    assert "Traceback" not in done.stderr


def test_packages_that_cannot_be_installed_leave_no_half_made_venv(open_folder: Path) -> None:
    """A full disk leaves files cut off that pip believes to be whole; every later start would fall over them."""
    shutil.copy(start.ROOT / "Makefile", open_folder)
    (open_folder / "requirements.txt").write_text("a-package-that-nobody-has==1\n")
    (open_folder / "requirements-dev.txt").write_text("")

    done = subprocess.run(
        ["make", "install", f"PYTHON={sys.executable}"], env=os.environ | {"PIP_NO_INDEX": "1"},
        cwd=open_folder, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "Error: .venv could not be made and was removed" in done.stderr
    assert not (open_folder / ".venv").exists()


@as_root
def test_an_ordinary_user_starts_it_in_a_folder_of_their_own(open_folder: Path) -> None:
    """In a copy of the project, which may itself lie where only root may read it."""
    project = open_folder / "project"
    copy_of_the_project(project)
    for place in (project, *project.iterdir()):
        os.chown(place, 65534, 65534, follow_symlinks=False)
    who = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    python = venv_that_all_may_use(project / ".venv", who)

    done = subprocess.run(
        [*who, python, "-m", "tracker.start", "manage", "shell", "-c", "print(6 * 7)"],
        env=WITHOUT_DATABASE | {"HOME": str(open_folder), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=project, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    assert (done.returncode, "42" in done.stdout) == (0, True), done.stdout + done.stderr
    assert (project / ".tracker" / "postgres").stat().st_uid == 65534


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
