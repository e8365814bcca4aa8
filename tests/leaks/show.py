"""Shows whether the code it lies beside leaks: asks the one request that was written by hand for a leak.

    python -m tests.leaks.show [--prepare] NAME

It needs an empty database in the environment, set up and migrated or with `--prepare`, and works as the demo does: both
doors in one process, over the two real connections. Prints `leaks` or `tight`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from tracker.environment import ROOT


def prepare() -> None:
    """Roles, rights and tables by the code beside this, so that a patch of these counts too."""
    for command in (["set_up_database"], ["migrate", "-v0"]):
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], check=True, stdout=subprocess.DEVNULL)


def show(name: str) -> bool:
    """Whether the request written for the leak `name` shows it; only in a process that has not set up Django yet."""
    os.environ.update(
        TRACKER_SERVES="both",
        TRACKER_CACHE_MEGABYTES="0",  # an answer from memory would hide what changed
        TRACKER_SECRET_KEY="of this process only",
        DJANGO_SETTINGS_MODULE="tracker.settings",
    )
    import django

    django.setup()
    from django.db import connections
    from django.test import Client

    from tests import scenery
    from tests.leaks import scenarios

    try:
        site = scenarios.Site(Client(raise_request_exception=False), scenery.public_scenery())
        scenario: Any = getattr(scenarios, name.replace("-", "_"))
        return bool(scenario(site))
    finally:
        for connection in connections.all():
            connection.close()
            connection.close_pool()


if __name__ == "__main__":
    if "--prepare" in sys.argv:
        prepare()
    print("leaks" if show(sys.argv[-1]) else "tight")
