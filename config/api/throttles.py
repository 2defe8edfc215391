"""How often one may ask: counted by the minute, in the cache that the processes share."""

from __future__ import annotations

import hashlib
import logging
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds
UNKNOWN = (RedisError, ValueError)
"""Redis does not answer, or holds what is no number; or the minute was over just now."""


def count(key: str) -> int:
    """Count one more and return how many in the minute since the first; 0 where nothing counts."""
    counter, cache = _counter(key), caches["counts"]
    try:
        if cache.add(counter, 0, WINDOW):
            cache.set(f"{counter}-since", time.time(), WINDOW)
        return cache.incr(counter)
    except UNKNOWN:  # which closes nobody out
        logger.warning("throttles cannot count")
        return 0


def counted(key: str) -> int:
    """Return how many were counted in the minute since the first."""
    try:
        return int(caches["counts"].get(_counter(key), 0))
    except UNKNOWN:
        logger.warning("throttles cannot count")
        return 0


def seconds_left(key: str) -> int:
    """Return in how many whole seconds the minute that is being counted will be over."""
    try:
        since = caches["counts"].get(f"{_counter(key)}-since")
    except UNKNOWN:
        since = None
    return max(1, int((since or time.time()) + WINDOW - time.time()) + 1)


def _counter(key: str) -> str:
    """Return the cache's name of a counter: people write what they like into some keys."""
    return f"throttle:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"


class Limited(BaseThrottle, ABC):
    """So many requests a minute of whatever the key names."""

    key: str | None = None

    @abstractmethod
    def key_of(self, request: Request | HttpRequest) -> str | None:
        """Return what is counted; None for a request that is not."""

    @abstractmethod
    def limit(self) -> int:
        """Return how many a minute."""

    def allow_request(self, request: Request | HttpRequest, view: APIView | None = None) -> bool:
        """Count the request; refuse it beyond the limit."""
        self.key = self.key_of(request)
        return self.key is None or count(self.key) <= self.limit()

    def wait(self) -> float | None:
        """Return in how many seconds to come back."""
        return seconds_left(self.key) if self.key else None


class PerPerson(Limited):
    """A generous limit for who is signed in, so that a runaway script slows only itself."""

    def key_of(self, request: Request | HttpRequest) -> str | None:
        """Count people."""
        return f"person:{request.user.pk}" if request.user.pk else None

    def limit(self) -> int:
        """Return the limit of the settings."""
        return settings.REQUESTS_PER_MINUTE


class PerAddress(Limited):
    """60 a minute of one address, for what anybody may try: signing in, registering, resetting."""

    def key_of(self, request: Request | HttpRequest) -> str:
        """Count addresses."""
        return f"address:{request.META['REMOTE_ADDR']}"

    def limit(self) -> int:
        """Return the limit of the contract."""
        return 60
