"""Notifications as tests need them: written as they are, whatever happened or did not."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from config.clock import now
from notifications.models import Notification
from users.models import User

_number = count(1)


def tell(person: User, title: str = "S-2026-0042 has moved", **facts: Any) -> Notification:
    """Tell a person something, at this moment unless told otherwise."""
    facts.setdefault("created_at", now())
    facts.setdefault("kind", "moved")
    return Notification.objects.create(
        recipient=person, key=f"test:{next(_number)}", title=title, **facts
    )


def tell_often(person: User, times: int, **facts: Any) -> list[Notification]:
    """Tell a person something each minute until now; return it newest first."""
    at = now()
    return [
        tell(person, f"Number {number}", created_at=at - timedelta(minutes=number), **facts)
        for number in range(times)
    ]
