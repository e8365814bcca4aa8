"""An anonymous client of the public API that fails with the body when the status is not the expected one.

That each answer is one that openapi.yaml describes is seen to in `tests/conftest.py`, for every client.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

API = "/api/v1/"


class Dashboard:
    """An anonymous client of the public API; addresses are relative to its root, or whole as the API gives them."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def ask(self, path: str, method: str = "GET", **headers: str) -> HttpResponse:
        path = path.removeprefix("http://testserver")
        whole = path if path.startswith("/") else f"{API}{path}"
        return self.client.generic(method, whole, headers=headers)

    def get(self, path: str, expect: int = 200) -> Any:
        """The parsed body of `path`; fails with it unless the status is `expect`."""
        response = self.ask(path)
        assert response.status_code == expect, f"{path}: {response.status_code} {response.content[:2000]!r}"
        return json.loads(response.content)

    def slugs(self, path: str) -> list[str]:
        """The slugs of the records on one page, in order."""
        return [record["slug"] for record in self.get(path)["results"]]

    def refused(self, path: str, parameter: str) -> dict[str, Any]:
        """The one fault of a request that is refused with 400."""
        problem = self.get(path, expect=400)
        assert [fault["parameter"] for fault in problem["errors"]] == [parameter], problem
        fault: dict[str, Any] = problem["errors"][0]
        return fault
