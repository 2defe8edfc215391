"""Tokens of the letters that let one set a new password."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator

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
