"""Tokens of the letters that let one in: to register, to set a new password."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.crypto import salted_hmac

from users.models import User


class NewPasswordToken(PasswordResetTokenGenerator):
    """Signed over the password that it replaces: it dies with it, or after an hour.

    Not over the last sign-in, as Django's own: who remembers the old password meanwhile may still
    want a new one.
    """

    key_salt = "users.letter_tokens.NewPasswordToken"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk}{user.password}{timestamp}{user.email}"


new_password_token = NewPasswordToken()


def invitation_token(seed: str) -> str:
    """Return the token made of a seed and the secret key: neither alone opens anything."""
    digest = salted_hmac("users.letter_tokens.invitation", seed, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
