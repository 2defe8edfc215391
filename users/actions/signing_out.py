"""Ending all that someone is signed in with (contract, section 1: at once)."""

from __future__ import annotations

from datetime import datetime

from users.models import SignIn, User


def sign_out_everywhere(user: User, *, at: datetime) -> None:
    """End every sign-in of a person, of the app and of the back office, for good.

    A new password, a deactivation and a change of the second factor ask for it; the caller has
    locked the person.
    """
    SignIn.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    user.signed_out_at = at  # what sign-ins of the back office are tied to
    user.save(update_fields=["signed_out_at"])
