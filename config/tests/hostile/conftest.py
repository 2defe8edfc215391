"""What the tests of hostile input share: somebody robbed, and the browser of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from config.tests.browser.conftest import browser_at_hand, visit
from config.tests.hostile.stolen import Stolen, robbed

__all__ = ["browser_at_hand", "visit"]


@pytest.fixture(autouse=True)
def nothing_tried_yet() -> Iterator[None]:
    """Throttles count in the cache, which no transaction rolls back."""
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def stolen(db: None) -> Stolen:
    return robbed("coordinator", "editor")
