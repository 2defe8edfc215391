"""Changing one's own password in the back office."""

from __future__ import annotations

from unfold.forms import AdminOwnPasswordChangeForm

from config.clock import now
from config.records.models import Channel
from users.actions.passwords import set_password
from users.actors import Actor
from users.models import User


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Saves through the action, which ends every sign-in of the person, this one too."""

    user: User

    def save(self, commit: bool = True) -> User:
        """Set the password; the session at hand keeps the old one's hash, and so ends."""
        set_password(
            self.user,
            self.cleaned_data["new_password1"],
            current_password=self.cleaned_data["old_password"],
            actor=Actor(self.user, Channel.ADMIN),
            at=now(),
        )
        return self.user
