"""Messages and jobs without Redis: a thread of the process does what beat and worker would."""

from __future__ import annotations

import logging
import threading
from typing import Self

from django.db import connection

from config.clock import now
from config.jobs.registry import registered
from config.jobs.schedule import MINUTE, run_if_due

log = logging.getLogger("studio.jobs")

FAREWELL = 10
"""Seconds that a run in progress is given when the process ends."""


class JobsInProcess(threading.Thread):
    """Runs what is due, now and then at the beginning of each minute, while it is entered."""

    def __init__(self) -> None:
        super().__init__(name="jobs", daemon=True)
        self._ending = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ending.set()
        self.join(FAREWELL)

    def run(self) -> None:
        """Run what is due, minute by minute, until the process ends."""
        while True:
            self._run_due()
            past = now()
            rest = MINUTE.total_seconds() - past.second - past.microsecond / 1e6
            if self._ending.wait(rest):
                return

    def _run_due(self) -> None:
        for job in registered():
            if self._ending.is_set():
                break
            try:
                run_if_due(job.name, now())
            except Exception:
                log.exception("it could not be run", extra={"job": job.name})
        # Not kept until the next minute: the database may be stopped meanwhile.
        connection.close()
