"""Who acts through the back office."""

from __future__ import annotations

from django.http import HttpRequest

from config.records.models import Channel
from users.actors import Actor
from users.models import User


def person_of(request: HttpRequest) -> User:
    """Return the person signed in to the back office."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (the admin site has let nobody else in)
    return user


def actor_of(request: HttpRequest) -> Actor:
    """Return the person signed in to the back office as the actor of an action."""
    return Actor(person_of(request), Channel.ADMIN)
