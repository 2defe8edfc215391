"""People who hold just some rights, by a role of the studio's own."""

from __future__ import annotations

from config.records.models import Channel
from users.actions.roles import permissions_by_right
from users.actors import Actor
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory


def acting(user: User | None) -> Actor:
    """The person as an actor, with rights read afresh."""
    return Actor(user and User.objects.get(pk=user.pk), Channel.API)


def studio_role(name: str, *rights: Right) -> Role:
    """Make a role that gives these rights."""
    made = Role.objects.create(name=name)
    permissions = permissions_by_right()
    made.permissions.add(*(permissions[right] for right in rights))
    return made


def person_with(*rights: Right) -> User:
    """Make someone who holds these rights and no others."""
    person: User = UserFactory()
    person.roles.add(studio_role(f"role of {person.pk}", *rights))
    return person


def every_right_but(*lacking: Right) -> list[Right]:
    """Return all rights there are, without some."""
    return [right for right in Right if right not in lacking]
