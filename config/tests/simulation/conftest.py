"""What the tests of the simulated studio share."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the weeks and the year to who asks for them, and say so."""
    if "simulated_year" in config.getoption("-m"):
        return
    for item in items:
        if item.get_closest_marker("simulated_year"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; .ci/full: -m simulated_year"))
