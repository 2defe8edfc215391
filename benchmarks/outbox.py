"""Writes messages that wait, or drains them; a process for each, as with web server and worker.

Every message is a confirmation, whose session, step and client are read anew when it is sent.
"""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import django

WARM_UP = 50
"""Messages that are sent before anything is measured: all is imported, every template read."""
CHUNK = 1000


def write(count: int) -> None:
    """Write so many messages to warm up and to drain; the one in the middle cannot be made."""
    from config.clock import now
    from notifications.models import Email
    from sessions_app.lifecycle import Status
    from sessions_app.models import HistoryEntry

    at = now()
    Email.objects.all().delete()
    steps = HistoryEntry.objects.filter(
        to_status=Status.CONFIRMED, session__status__in=[Status.CONFIRMED, Status.ASSIGNED]
    )
    known = cycle(steps.values_list("session", "session__code", "id"))
    messages = (
        Email(
            kind="session_confirmed",
            key=f"drained:{number}",
            to="client@example.com",
            session_id=session,
            session_code=code,
            facts={} if number == WARM_UP + count // 2 else {"step": step},
            created_at=at,
            due_at=at if number < WARM_UP else at + timedelta(seconds=1),
        )
        for number, (session, code, step) in enumerate(islice(known, WARM_UP + count))
    )
    while chunk := list(islice(messages, CHUNK)):
        Email.objects.bulk_create(chunk)


def drain() -> dict[str, float]:
    """Send what waits; return seconds, CPU seconds, what was sent or left, and the memory in MB."""
    from notifications.models import Email, EmailStatus
    from notifications.sending import send_due

    at = Email.objects.earliest("due_at").due_at
    send_due(lambda: at)
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    begun, used = time.perf_counter(), time.process_time()
    send_due(lambda: at + timedelta(seconds=1))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    sent = Email.objects.filter(status=EmailStatus.SENT).count()
    return {
        "seconds": seconds,
        "cpu": cpu,
        "before": before,
        "peak": _memory("VmHWM"),
        "sent": sent - WARM_UP,
        "left": Email.objects.count() - sent,
    }


def _memory(name: str) -> float:
    """Return what Linux says of this process's memory, in MB."""
    found = re.search(rf"^{name}:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None  # noqa: S101  (Linux says both)
    return int(found[1]) / 1024


def main() -> None:
    """Do what the arguments say: `write COUNT`, or `drain`."""
    django.setup()
    if sys.argv[1] == "write":
        write(int(sys.argv[2]))
    else:
        json.dump(drain(), sys.stdout)


if __name__ == "__main__":
    main()
