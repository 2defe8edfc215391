"""Hashing passwords: slow on purpose for who guesses, never slow for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from users.errors import TooManyAtOnce

_places = BoundedSemaphore(settings.SIGN_INS_AT_ONCE)
_turn = Lock()


class OneAtATime(Argon2PasswordHasher):
    """Argon2id with the cost OWASP advises (19 MiB, 2 passes, 1 lane), one hash at a time.

    A hash takes a whole core for its some 20 ms. Ten at once would take every core and 200 MB from
    the requests of everybody else; so those who sign in wait for each other, and only for each
    other: while it computes, Argon2 lets other threads run. Nor may those who wait take all threads
    of the process: who comes when `SIGN_INS_AT_ONCE` are there is refused at once (TooManyAtOnce).
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password; raise TooManyAtOnce."""
        with _in_turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one behind a hash; raise TooManyAtOnce."""
        with _in_turn():
            return super().verify(password, encoded)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        with _turn:
            yield
    finally:
        _places.release()
