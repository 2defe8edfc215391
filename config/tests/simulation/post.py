"""The mail of the simulated studio, and a mail server that is down now and then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import ClassVar

from django.core.mail.backends.locmem import EmailBackend

from config.clock import instant, start_of
from config.demo.timeline import Life
from config.tests.simulation.plans import close_of, spans
from notifications.sending import send_due

HOURS = (8, 11, 14, 17, 20)
APART, DOWN = (8.0, 30.0), (0.5, 3.0)
"""How many days the mail server is up and down."""
QUIET_END = timedelta(days=6)
"""Before the end it stays up, so that all can go out."""


class MailServerOfTheStudio(EmailBackend):
    """Keeps messages in memory, except while nobody can reach it."""

    is_down: ClassVar[bool] = False

    def open(self) -> bool:
        """Connect. Raises ConnectionRefusedError while it is down."""
        if self.is_down:
            raise ConnectionRefusedError("The simulated mail server is down.")
        return True


def carry(first: date, last: date, seed: str) -> Life:
    """Send what is due, some times a day, and once more at the end."""
    end = close_of(last)
    down = spans(start_of(first), end - QUIET_END, Random(f"{seed} post"), APART, DOWN)
    for at in [*_rounds(first, last), end]:
        yield at
        MailServerOfTheStudio.is_down = any(one.starts_at <= at < one.ends_at for one in down)
        _send_at(at)
    MailServerOfTheStudio.is_down = False


def _send_at(at: datetime) -> None:
    send_due(lambda: at)


def _rounds(first: date, last: date) -> list[datetime]:
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [instant(day, time(hour)) for day in days for hour in HOURS]
