"""People for tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import factory
from factory.django import DjangoModelFactory

from config.clock import now
from config.records.models import Channel
from users.actions.roles import set_up_roles
from users.actors import Actor
from users.models import Role, User

PASSWORD = "Right-Horse-2026!"


def set_up_tests_roles() -> None:
    """Make the built-in roles, where they are not there yet."""
    set_up_roles(actor=Actor(None, Channel.COMMAND), at=now())


def role(name: str) -> Role:
    """Return a built-in role; after a flushed database the roles are set up again."""
    found = Role.objects.filter(name=name).first()
    if found is None:
        set_up_tests_roles()
        found = Role.objects.get(name=name)
    return found


class UserFactory(DjangoModelFactory[User]):
    """An active person; `roles` takes names of built-in roles."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    full_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@studio.example")
    password = ""

    @factory.post_generation
    def roles(self: User, create: bool, extracted: Iterable[str] | None, **kwargs: Any) -> None:
        for name in extracted or ():
            self.roles.add(role(name))
