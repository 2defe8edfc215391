"""The product with its locks out, for the negative control alone: the judge must find something.

Rows are read without a lock, and there is a pause after each such read and before claims are
written, as on a busy day. Numbers come from the clock: who waits for the counter's row waits for
the booking before them. The constraints against overlaps are taken out by the test.
"""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet

from config.wsgi import application
from sessions_app.actions import booking, claims, locking

PAUSE = 0.3  # seconds

_read, _write = locking._locked, claims._write


def _not_locked(self: QuerySet[Any, Any], *_args: Any, **_options: Any) -> QuerySet[Any, Any]:
    return self.all()


def _read_and_wait(model: Any, ids: Any) -> Any:
    rows = _read(model, ids)
    time.sleep(PAUSE)
    return rows


def _number_of_the_moment(year: int) -> int:
    return time.time_ns() // 1000 % 10**9


def _wait_and_write(*args: Any) -> None:
    time.sleep(PAUSE)
    _write(*args)


QuerySet.select_for_update = _not_locked
locking._locked = _read_and_wait
claims._write = _wait_and_write
booking.next_number = _number_of_the_moment

__all__ = ["application"]
