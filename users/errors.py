"""Refusals about signing in."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from config.errors import DomainError, ValidationFailed


class InvalidCredentials(DomainError):
    """E-mail or password is wrong; which one is not said."""

    code = "INVALID_CREDENTIALS"
    sentence = _("E-mail or password is wrong.")


class WrongCurrentPassword(ValidationFailed):
    """One's own password is changed only by who knows the present one."""

    def __init__(self) -> None:
        super().__init__({"current_password": _("This is not your current password.")})


class InactiveUser(DomainError):
    """The password is right, the person is deactivated."""

    code = "INACTIVE_USER"
    sentence = _("This account is inactive. Ask an admin of the studio.")


class TokenInvalid(DomainError):
    """The token is forged, expired, revoked, or of the wrong kind."""

    code = "TOKEN_INVALID"
    sentence = _("Please sign in again.")


class TooManyFailures(DomainError):
    """Too many wrong passwords or tokens within a minute."""

    code = "THROTTLED"
    sentence = _("Too many failed attempts. Please wait a minute.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.retry_after = seconds


class LockedOut(DomainError):
    """Too many failures in a row: this account is closed to this address for a while."""

    code = "LOCKED_OUT"
    sentence = _("Too many failed attempts. Sign-in is closed for a quarter of an hour.")

    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.retry_after = int(pause.total_seconds())
