"""Each door passes Django's checks for deployment, the contract's among them, with the environment that it needs."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

import pytest

from tracker.environment import ROOT

# What is left to whoever terminates TLS; docs/operations.md says how.
OF_THE_PROXY = {"security.W004", "security.W008", "security.W010", "security.W012", "security.W016"}
# A page of the public door has frame-ancestors in its policy, and no form or cookie that another site could use.
OF_PAGES = {"security.W002", "security.W003"}
NEEDED = {"desk": {"DATABASE_URL"}, "public": {"PUBLIC_DATABASE_URL"}, "both": {"DATABASE_URL", "PUBLIC_DATABASE_URL"}}


@pytest.mark.parametrize("door", NEEDED)
def test_a_door_passes_the_checks_for_deployment(door: str) -> None:
    foreign = {"DATABASE_URL", "PUBLIC_DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"} - NEEDED[door]  # or of a browser's
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment |= {"TRACKER_SERVES": door, "TRACKER_SECRET_KEY": secrets.token_urlsafe(50)}

    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    told = {line.partition("(")[2].partition(")")[0] for line in done.stderr.splitlines() if line.startswith("?: (")}
    assert told <= OF_THE_PROXY | (OF_PAGES if door == "public" else set()), done.stderr
