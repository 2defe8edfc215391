"""One run of a job at a time, among all processes that use the database.

A lock of the database's session says so: it is gone when the process or its connection is, so that
nobody has to find out whether a lock is a dead one's. A connection pooler in between must pool by
session, not by transaction.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import connection

from config.jobs.registry import Job


class JobRunning(Exception):
    """Another process, or thread, runs this job right now."""


class LockLost(Exception):
    """The connection was renewed, and meanwhile another process took the job over."""


class SoleRunner:
    """Holds a job for this thread; entering raises JobRunning where another has it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._held_on: Any = None

    def __enter__(self) -> Self:
        if not self._lock():
            raise JobRunning(f"{self.job.name} is already running.")
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._still_holds():
            self._ask("SELECT pg_advisory_unlock(hashtextextended(%s, 0))")
        self._held_on = None

    def keep(self) -> None:
        """Renew a connection that broke, and the lock with it.

        Raises LockLost where another has it by then, OperationalError where no database answers.
        """
        if self._still_holds():
            return
        connection.close()
        if not self._lock():
            raise LockLost(
                f"The database connection of {self.job.name} broke, and another run has begun."
            )

    def _lock(self) -> bool:
        locked = self._ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))")
        if locked:
            self._held_on = connection.connection
        return locked

    def _still_holds(self) -> bool:
        """Whether the connection that took the lock is still the one in use, and answers."""
        return (
            self._held_on is not None
            and connection.connection is self._held_on
            and not self._held_on.closed
        )

    def _ask(self, statement: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, [f"studio job {self.job.name}"])
            (answer,) = cursor.fetchone()
        return bool(answer)
