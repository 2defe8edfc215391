"""What the tests of the sessions share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now
from sessions_app.models import Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import acting, book, priced
from sessions_app.tests.pages import browser
from sessions_app.tests.telling_staff import Staff
from users.models import User


@pytest.fixture
def business_rules(settings: Any) -> Callable[..., None]:
    """Return a function that changes business rules for the length of a test."""

    def change(**rules: Any) -> None:
        settings.BUSINESS_RULES = replace(settings.BUSINESS_RULES, **rules)

    return change


@pytest.fixture
def asked(day: date) -> dict[str, Any]:
    return {
        "client_id": ClientFactory(full_name="Álvaro Yax").pk,
        "session_type": "Studio",
        "session_date": day.isoformat(),
        "session_time": "10:00",
        "estimated_duration_hours": 1.5,
        "room_id": RoomFactory(name="Sala Azul").pk,
        "client_requirements": "Fondo claro",
    }


@pytest.fixture
def session(coordinator: User, day: date) -> Session:
    return priced(book(acting(coordinator), at=now(), session_date=day), at=now())


@pytest.fixture
def at_the_desk(coordinator: User) -> Browser:
    return browser(coordinator)


@pytest.fixture
def as_the_boss(admin_user: User) -> Browser:
    return browser(admin_user)


@pytest.fixture
def all_holds(admin_user: User) -> Iterator[None]:
    """Have an admin; whatever a test has done, nothing is left that must not be."""
    yield
    assert list(findings()) == []


@pytest.fixture(scope="module")
def hired(django_db_setup: None, django_db_blocker: Any) -> Iterator[Staff]:
    """The staff, hired once for a module, within a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Staff()
        transaction.set_rollback(True)


@pytest.fixture
def staff(hired: Staff, db: None) -> Staff:
    """The staff as they were hired, whatever the test before has made of them."""
    hired.look_again()
    return hired
