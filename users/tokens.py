"""The JWTs of a sign-in: made from its row and never stored, so equal facts give equal tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from users.errors import TokenInvalid
from users.models import SignIn

FAMILY_CLAIM = "sid"


@dataclass(frozen=True)
class TokenPair:
    """What the app gets at login and at each refresh; `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True)
class Claims:
    """What a valid token says: its sign-in and its own id."""

    family: UUID
    jti: UUID


def issue(sign_in: SignIn, at: datetime) -> TokenPair:
    """Return a fresh access token and the sign-in's current refresh token."""
    lifetime: timedelta = settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"]  # type: ignore[assignment]
    access = _filled(AccessToken(), sign_in, at)
    refresh = _filled(RefreshToken(), sign_in, sign_in.rotated_at)
    refresh["jti"] = sign_in.current_jti.hex
    return TokenPair(str(access), str(refresh), int(lifetime.total_seconds()))


def read_access(token: str) -> Claims:
    """Check an access token's signature, times and kind; raise TokenInvalid."""
    return _read(AccessToken, token)


def read_refresh(token: str) -> Claims:
    """Check a refresh token's signature, times and kind; raise TokenInvalid."""
    return _read(RefreshToken, token)


def _filled(token: Token, sign_in: SignIn, at: datetime) -> Token:
    token.set_iat(at_time=at)
    token.set_exp(from_time=at)
    token["sub"] = str(sign_in.user_id)
    token[FAMILY_CLAIM] = sign_in.pk.hex
    return token


def _read(kind: Any, token: str) -> Claims:
    try:
        claims = kind(token)
        return Claims(UUID(claims[FAMILY_CLAIM]), UUID(claims["jti"]))
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        raise TokenInvalid from None
