"""A pytest plugin: the tests' database is one that is there already, migrated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

database: str | None = None
"""Its name; None where no test asks for one."""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Go to the database, instead of making one."""
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = database
        yield
        connection.close()
