"""What the tests of the sessions share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now
from sessions_app.models import Session
from sessions_app.tests.builders import acting, book, priced
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
