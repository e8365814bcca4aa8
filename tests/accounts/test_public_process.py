"""The public process holds nothing that signs anybody in."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tracker.environment import ROOT

ASK = """
import json, sys, django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(HTTP_HOST="127.0.0.1")
paths = ["/admin/", "/admin/login/", "/admin/account/session/", "/admin/account/link/MQ/x/", "/accounts/login/"]
answers = [client.get(path) for path in paths] + [client.post("/admin/login/", {"login": "x", "password": "y"})]
foreign = ("allauth", "negotiations.accounts", "negotiations.admin", "fido2", "qrcode")
print(json.dumps({
    "statuses": [answer.status_code for answer in answers],
    "cookies": [len(answer.cookies) for answer in answers],
    "loaded": sorted(name for name in sys.modules if name.startswith(foreign)),
    "installed": sorted(set(settings.DESK_APPS) & set(settings.INSTALLED_APPS)),
}))
"""


def test_it_has_no_page_cookie_or_module_of_accounts() -> None:
    environment = {**os.environ, "TRACKER_SERVES": "public", "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    environment.pop("DATABASE_URL")

    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"statuses": [404] * 6, "cookies": [0] * 6, "loaded": [], "installed": []}
