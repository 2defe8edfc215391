"""Authenticator apps for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.records.models import Channel
from users.actions.second_factor import set_up_second_factor
from users.actors import Actor
from users.models import User
from users.one_time_codes import code_at, new_secret
from users.tests.factories import PASSWORD


@dataclass
class Authenticator:
    """A telephone whose app knows a person's secret, and the codes on a sheet in the drawer."""

    secret: bytes
    recovery_codes: list[str]

    def shows(self, at: datetime) -> str:
        """Return the code at an instant."""
        return code_at(self.secret, at)


def set_up(user: User, *, at: datetime, password: str = PASSWORD) -> Authenticator:
    """Give a person a second factor; who has no password gets the tests' own."""
    if not user.password:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    secret = new_secret()
    codes = set_up_second_factor(
        secret,
        code_at(secret, at),
        current_password=password,
        actor=Actor(user, Channel.ADMIN),
        at=at,
    )
    return Authenticator(secret, codes)
