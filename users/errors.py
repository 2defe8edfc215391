"""Refusals about signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.errors import DomainError


class InvalidCredentials(DomainError):
    """E-mail or password is wrong; which one is not said."""

    code = "INVALID_CREDENTIALS"
    sentence = _("E-mail or password is wrong.")


class InactiveUser(DomainError):
    """The password is right, the person is deactivated."""

    code = "INACTIVE_USER"
    sentence = _("This account is inactive. Ask an admin of the studio.")


class TokenInvalid(DomainError):
    """The token is forged, expired, revoked, or of the wrong kind."""

    code = "TOKEN_INVALID"
    sentence = _("Please sign in again.")
