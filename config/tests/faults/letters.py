"""Letters that a test has written: to staff who ask for a new password, each of them another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from config.clock import now
from notifications.models import Email, EmailStatus
from notifications.sending import LEASE
from users.actions.passwords import ask_for_new_password
from users.tests.factories import UserFactory

FOR_LONG = LEASE + timedelta(minutes=1)
"""After that, who has a message in hand is taken for dead."""


def asked_for(count: int = 1, *, at: datetime | None = None) -> list[Email]:
    """Write letters in one transaction, and return them."""
    people = [UserFactory() for _ in range(count)]
    with transaction.atomic():
        for person in people:
            ask_for_new_password(person.email, at=at or now())
    return list(Email.objects.filter(to__in=[one.email for one in people]).order_by("id"))


def statuses(letters: Collection[Email]) -> list[str]:
    """Return what became of each, as the database says now."""
    return [EmailStatus(now_is(letter).status) for letter in letters]


def now_is(letter: Email) -> Email:
    """Return a letter as the database has it now."""
    letter.refresh_from_db()
    return letter
