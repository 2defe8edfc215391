"""What the tests of the contract share: people at the REST door, a session, a clock to move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import caches
from django.utils import timezone

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, start_of, studio_day
from sessions_app.models import Session
from sessions_app.tests.builders import acting, book, priced
from users.models import User
from users.tests.factories import PASSWORD, UserFactory


@pytest.fixture(autouse=True)
def nothing_is_throttled_yet() -> Iterator[None]:
    """Throttles count in the cache, which no transaction rolls back."""
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return a function that moves the clock of the doors on.

    Those of Django's links that end and of JWTs are others; the former moves along.
    """
    real = timezone.now

    def move(by: timedelta) -> None:
        def moved() -> datetime:
            return real() + by

        def moved_here(_: Any) -> datetime:
            return timezone.make_naive(moved())

        monkeypatch.setattr(timezone, "now", moved)
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", moved_here)

    return move


@pytest.fixture
def this_morning() -> datetime:
    """The first instant of today: a session of today at ten could be booked then."""
    return start_of(studio_day(now()))


@pytest.fixture
def asked(day: date) -> dict[str, Any]:
    """The body of a booking."""
    return {
        "client_id": ClientFactory(full_name="Álvaro Yax").pk,
        "session_type": "Studio",
        "session_date": day.isoformat(),
        "session_time": "10:00",
        "estimated_duration_hours": 1.5,
        "room_id": RoomFactory(name="Sala Azul").pk,
    }


@pytest.fixture
def session(coordinator: User, day: date) -> Session:
    """A Studio session of 1000.00 in Request."""
    return priced(book(acting(coordinator), at=now(), session_date=day), at=now())


@pytest.fixture
def person(db: None) -> User:
    """A coordinator who can sign in with PASSWORD."""
    return with_password(UserFactory(email="berta@studio.example", roles=["coordinator"]))


@pytest.fixture
def with_a_password() -> Callable[[User], User]:
    return with_password


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user
