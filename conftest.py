"""What the tests of every app share: people of each role, and clients of the REST door."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from config.business_rules import forget_rules
from config.clock import now, studio_day
from config.tests.lock_watch import watching_locks
from notifications import post
from users import tokens
from users.models import SignIn, User
from users.tests.factories import UserFactory, set_up_tests_roles

hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Pages and rows are made by the thousand and thrown away: looking for cycles among them as often as
# a program usually does is a fifteenth of what the tests cost.
gc.set_threshold(100_000, 10, 10)

AT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # a Tuesday, 10:00 in the studio


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Iterator[None]:
    """Hold the tests' own database server, where they have one, while tests run.

    With `-n` the workers do, each with a database of its own on the one server that the process
    which started them holds.
    """
    with settings.DATABASE_SERVER:
        return (yield)


LONG = ("fuzz", "parallel_histories", "slow_faults", "simulated_year")
"""Markers, explained in pytest.ini, of what `.ci/full` alone has the time for."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what takes minutes to who asks for it by its marker, and say so."""
    asked = config.getoption("-m")
    for name in LONG:
        if name in asked:
            continue
        left = pytest.mark.skip(reason=f"takes minutes; .ci/full: -m {name}")
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(left)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Let the messages that a test has written go out before its database is emptied."""
    post.wait_until_done()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Make the tests' database, with the built-in roles in it as in every studio.

    Made in each test anew, they would be a fifth of what the tests cost.
    """
    with django_db_blocker.unblock():
        set_up_tests_roles()


@pytest.fixture(autouse=True)
def _locks_first() -> Iterator[None]:
    """Fail each request of a test that writes what it has not locked."""
    with watching_locks():
        yield


@pytest.fixture(autouse=True)
def _settings_read_anew() -> Iterator[None]:
    """Let each test read the studio's settings anew: what another wrote is rolled back."""
    forget_rules()
    yield
    forget_rules()


@pytest.fixture
def at() -> datetime:
    """The frozen instant that tests pass to actions."""
    return AT


@pytest.fixture
def admin_user(db: None) -> User:
    return UserFactory(full_name="Ana Admin", roles=["admin"])


@pytest.fixture
def coordinator(db: None) -> User:
    return UserFactory(full_name="Carla Coordinator", roles=["coordinator"])


@pytest.fixture
def photographer(db: None) -> User:
    return UserFactory(full_name="Pedro Photographer", roles=["photographer"])


@pytest.fixture
def editor(db: None) -> User:
    return UserFactory(full_name="Elena Editor", roles=["editor"])


@pytest.fixture
def plain_user(db: None) -> User:
    return UserFactory(full_name="Ulises User", roles=["user"])


@pytest.fixture
def desk(coordinator: User) -> APIClient:
    return signed_in(coordinator)


@pytest.fixture
def boss(admin_user: User) -> APIClient:
    return signed_in(admin_user)


@pytest.fixture
def day() -> date:
    """A Monday, about a month from the real today, since the doors ask the real clock."""
    today = studio_day(now())
    return today + timedelta(days=35 - today.weekday())


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """Return a maker of REST clients: signed in with a real token, or anonymous for None."""
    return signed_in


def signed_in(user: User | None = None) -> APIClient:
    """Return a REST client of one person."""
    client = APIClient()
    if user is not None:
        at = now()
        family = SignIn.objects.create(user=user, created_at=at, rotated_at=at)
        access = tokens.issue(family, at).access_token
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client
