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


class SecondFactorRequired(DomainError):
    """The password is right; the account asks for a code besides."""

    code = "SECOND_FACTOR_REQUIRED"
    sentence = _(
        "This account asks for a second factor. Type the code of your authenticator app "
        "directly after the password."
    )


class SecondFactorInvalid(DomainError):
    """The code is wrong, too old, or was used already."""

    code = "SECOND_FACTOR_INVALID"
    sentence = _("This code is wrong, or was used already. Wait for the next one.")


class SecondFactorMissing(DomainError):
    """The studio asks its admins for a second factor, and this one has none."""

    code = "SECOND_FACTOR_MISSING"
    sentence = _(
        "Admins of this studio sign in with a second factor. "
        "Sign in to the back office first and set it up there."
    )


class SealBroken(Exception):
    """A sealed secret opens with none of the keys: SECRET_KEY was changed without a fallback."""


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


class TooManyAtOnce(DomainError):
    """So many are signing in right now that one more would make everybody else wait."""

    code = "THROTTLED"
    sentence = _("Many people are signing in right now. Please try again in a moment.")
    retry_after = 2


class LockedOut(DomainError):
    """Too many failures in a row: this account is closed to this address for a while."""

    code = "LOCKED_OUT"
    sentence = _("Too many failed attempts. Sign-in is closed for a quarter of an hour.")

    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.retry_after = int(pause.total_seconds())
