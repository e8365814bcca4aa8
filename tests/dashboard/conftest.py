"""A reader with a real browser, before a public process of its own that holds the bundled dossiers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dashboard.reader import Reader, browser
from tests.sites import Site

__all__ = ["browser"]  # a fixture


@pytest.fixture
def reader(browser: object, bundled: Site) -> Iterator[Reader]:
    with Reader.at(browser, bundled) as found:
        yield found
