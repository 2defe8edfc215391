"""Trying passwords, codes and tokens: how often, before one has to wait (contract, section 0).

Three limits, at every door. Each address asks 60 times a minute (`PerAddress`); an account that was
tried in vain five times from an address within a minute waits for the next; ten failures in a row
from an address lock it out of that account for a quarter of an hour (django-axes).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from config.api.throttles import PerAddress, count, counted, seconds_left
from users.errors import (
    InvalidCredentials,
    LockedOut,
    SecondFactorInvalid,
    TokenInvalid,
    TooManyFailures,
    WrongCurrentPassword,
)
from users.models import User

FAILURES_A_MINUTE = 5
MAX_ACCOUNT = 254  # the longest e-mail; whatever is typed beyond


def account_tried(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Return the account that someone tries to enter; other case makes no other account."""
    named = (credentials or {}).get("username")
    if named is None and request is not None:
        named = request.POST.get("username")
    return _known_as(named)


def refuse_flood(request: HttpRequest) -> None:
    """Count one more try of an address at the back office, in one number with the app's.

    Raises TooManyFailures beyond 60 in a minute.
    """
    address = PerAddress()
    if not address.allow_request(request):
        raise TooManyFailures(seconds_left(address.key_of(request)))


@contextmanager
def attempt(request: HttpRequest, account: str) -> Iterator[None]:
    """Hold one try at a secret of an account; a failed one counts.

    Raises TooManyFailures, LockedOut before anything is tried.
    """
    account = _known_as(account)
    key = f"failures:{account}:{request.META['REMOTE_ADDR']}"
    if not AxesProxyHandler.is_allowed(request, {"username": account}):
        raise LockedOut(settings.AXES_COOLOFF_TIME)
    if counted(key) >= FAILURES_A_MINUTE:
        raise TooManyFailures(seconds_left(key))
    try:
        yield
    except (InvalidCredentials, SecondFactorInvalid, TokenInvalid, WrongCurrentPassword):
        count(key)
        user_login_failed.send(__name__, credentials={"username": account}, request=request)
        raise
    AxesProxyHandler.reset_attempts(username=account, ip_address=request.META["REMOTE_ADDR"])


def _known_as(account: str | None) -> str:
    return User.objects.normalize_email(account)[:MAX_ACCOUNT]
