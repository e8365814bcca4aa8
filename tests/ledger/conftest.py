"""What tests that write the ledger by hand stand on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.ledger.by_hand import tell_the_story


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Told once for a module, whose tests take back what they do."""
    with django_db_blocker.unblock(), transaction.atomic():
        tell_the_story()
        yield
        transaction.set_rollback(True)
