"""Clients generated from the contract: each type-checks strictly, and a program with it prints the same of a server."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sites import Site
from tracker.environment import ROOT

HERE = Path(__file__).parent
CONTRACT = str(ROOT / "openapi.yaml")
MEETING = (HERE / "meeting.txt").read_text("utf-8")
PYTHON_TOOLS = Path(sys.executable).parent


def run(*command: str | Path, folder: Path) -> str:
    """What `command` prints in `folder`; fails with all it said unless it ends well."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"MYPY_CACHE_DIR": os.devnull, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_typescript_client_compiles_and_reads_the_meeting(bundled: Site, tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed.")
    shutil.copytree(HERE / "typescript", tmp_path, dirs_exist_ok=True)
    tools = tmp_path / "node_modules" / ".bin"
    run("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", folder=tmp_path)

    names = ("--root-types", "--root-types-no-schema-prefix")
    run(tools / "openapi-typescript", CONTRACT, "--output", "tracker.d.ts", *names, folder=tmp_path)
    run(tools / "tsc", folder=tmp_path)

    assert run("node", "meeting.js", bundled.address, folder=tmp_path) == MEETING


def test_a_python_client_type_checks_and_reads_the_meeting(bundled: Site, tmp_path: Path) -> None:
    shutil.copytree(HERE / "python", tmp_path, dirs_exist_ok=True)
    generate = (PYTHON_TOOLS / "openapi-python-client", "generate", "--path", CONTRACT, "--meta", "none")
    check = (PYTHON_TOOLS / "mypy", "--strict", "--config-file=", "--follow-imports=silent")

    run(
        *generate, "--output-path", "tracker_client", "--config", "generator.yaml", "--fail-on-warning", folder=tmp_path
    )
    run(*check, "meeting.py", folder=tmp_path)

    assert run(sys.executable, "-W", "error", "meeting.py", bundled.address, folder=tmp_path) == MEETING


def test_the_locked_packages_come_from_whichever_registry_is_asked() -> None:
    lock = json.loads((HERE / "typescript" / "package-lock.json").read_text("utf-8"))

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
