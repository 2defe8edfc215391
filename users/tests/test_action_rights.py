"""The right that each action about people asks for itself, whatever its door has asked before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from config.errors import NotAllowed
from users.actions.inviting import invite, revoke_invitation
from users.actions.passwords import set_password
from users.actions.people import (
    assign_role,
    change_user,
    create_user,
    deactivate_user,
    reactivate_user,
    remove_role,
)
from users.actions.second_factor import remove_second_factor
from users.actors import Actor
from users.models import User
from users.rights import Right
from users.tests.authenticators import set_up
from users.tests.factories import PASSWORD, UserFactory, role
from users.tests.holders import acting, every_right_but, person_with

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "Other-Horse-2026!"
NEW = "new@studio.example"


def revoke(user: User, actor: Actor, at: Any) -> None:
    issued = invite(NEW, actor=acting(None), at=at)
    revoke_invitation(issued.invitation, actor=actor, at=at)


def remove_factor(user: User, actor: Actor, at: Any) -> None:
    set_up(user, at=at)
    remove_second_factor(user, actor=actor, at=at)


ACTIONS: dict[str, tuple[Right, Callable[[User, Actor, Any], Any]]] = {
    "create": (
        Right.USER_CREATE,
        lambda user, actor, at: create_user(
            email=NEW, full_name="New", password=PASSWORD, actor=actor, at=at
        ),
    ),
    "invite": (Right.USER_CREATE, lambda user, actor, at: invite(NEW, actor=actor, at=at)),
    "revoke an invitation": (Right.USER_CREATE, revoke),
    "change": (
        Right.USER_EDIT,
        lambda user, actor, at: change_user(user, {"phone": "1"}, actor=actor, at=at),
    ),
    "set a password": (
        Right.USER_EDIT,
        lambda user, actor, at: set_password(user, NEW_PASSWORD, actor=actor, at=at),
    ),
    "remove a second factor": (Right.USER_EDIT, remove_factor),
    "deactivate": (
        Right.USER_DELETE,
        lambda user, actor, at: deactivate_user(user, actor=actor, at=at),
    ),
    "reactivate": (
        Right.USER_DELETE,
        lambda user, actor, at: reactivate_user(user, actor=actor, at=at),
    ),
    "give a role": (
        Right.USER_ASSIGN_ROLE,
        lambda user, actor, at: assign_role(user, role("user"), actor=actor, at=at),
    ),
    "take a role": (
        Right.USER_ASSIGN_ROLE,
        lambda user, actor, at: remove_role(user, role("user"), actor=actor, at=at),
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_asks_for_its_right(at, action):
    right, call = ACTIONS[action]
    with pytest.raises(NotAllowed):
        call(UserFactory(), acting(person_with(*every_right_but(right))), at)
    call(UserFactory(), acting(person_with(right)), at)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", ["coordinator", "photographer", "editor", "user"])
def test_only_admins_manage_people(at, action, name):
    with pytest.raises(NotAllowed):
        ACTIONS[action][1](UserFactory(), acting(UserFactory(roles=[name])), at)
