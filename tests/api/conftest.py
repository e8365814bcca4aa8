"""Who asks: the developer of a dashboard, anonymous as everybody is at the public door."""

import pytest

from tests.api.client import Dashboard


@pytest.fixture
def dashboard(db: None) -> Dashboard:
    return Dashboard()
