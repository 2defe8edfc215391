"""Creating, changing and deactivating people, and giving them roles (rules, section 1).

Nobody grants a right that they lack, nor takes over someone who holds one that they lack; at least
one active admin remains, also when two people act at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.activation import ActiveStatus, refuse_while_needed
from config.constraints import translated
from config.errors import Duplicate, LastAdmin
from config.records.audit import record
from users.actions.escalation import lock, refuse_granting, refuse_take_over
from users.actions.passwords import take_password
from users.actions.signing_out import sign_out_everywhere
from users.actors import Actor
from users.models import Role, User
from users.rights import Right, RoleName

PROFILE_FIELDS = ("full_name", "phone", "language")


@transaction.atomic
def create_user(
    *,
    email: str,
    full_name: str,
    password: str,
    actor: Actor,
    at: datetime,
    phone: str = "",
    roles: Collection[Role] = (),
    language: str | None = None,
) -> User:
    """Create an active person; roles besides need user.assign-role.

    Raises NotAllowed, Duplicate (e-mail in use), ValidationFailed (`password`).
    """
    actor.require(Right.USER_CREATE)
    user = add_person(
        email=email,
        full_name=full_name,
        phone=phone,
        password=password,
        language=language,
        at=at,
    )
    record("user.created", user, actor=actor, at=at)
    for role in roles:
        assign_role(user, role, actor=actor, at=at)
    return user


def add_person(
    *,
    email: str,
    full_name: str,
    password: str,
    at: datetime,
    phone: str = "",
    language: str | None = None,
) -> User:
    """Store an active person without roles; part of an action that knows who does it.

    Raises Duplicate (e-mail in use), ValidationFailed (`password`).
    """
    user = User(email=User.objects.normalize_email(email), full_name=full_name, phone=phone)
    user.language = language or user.language
    user.created_at = at
    take_password(user, password)
    with translated(_TAKEN):
        user.save(force_insert=True)
    return user


@transaction.atomic
def change_user(user: User, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> User:
    """Change name, e-mail, phone, language of someone.

    Raises NotAllowed (also for the e-mail of someone who holds a right the actor lacks), Duplicate.
    """
    actor.require(Right.USER_EDIT)
    user = lock(user)
    changed = {name: value for name, value in changes.items() if getattr(user, name) != value}
    if "email" in changed:
        refuse_take_over(actor, user)
        changed["email"] = User.objects.normalize_email(changed["email"])
    if not changed:
        return user
    for name, value in changed.items():
        setattr(user, name, value)
    with translated(_TAKEN):
        user.save(update_fields=[*changed, "updated_at"])
    record("user.changed", user, actor=actor, at=at, changes=changed)
    return user


@transaction.atomic
def change_own_profile(changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> User:
    """Change one's own name, phone or language; anything else is ignored."""
    assert actor.user is not None  # noqa: S101  (the system has no profile)
    user = lock(actor.user)
    mine = {
        name: changes[name]
        for name in PROFILE_FIELDS
        if name in changes and getattr(user, name) != changes[name]
    }
    if not mine:
        return user
    for name, value in mine.items():
        setattr(user, name, value)
    user.save(update_fields=[*mine, "updated_at"])
    record("user.changed", user, actor=actor, at=at, changes=mine)
    return user


@transaction.atomic
def assign_role(user: User, role: Role, *, actor: Actor, at: datetime) -> None:
    """Give a role; one already held is no change.

    Raises NotAllowed without user.assign-role, or when the role holds a right the actor lacks.
    """
    refuse_granting(role, actor=actor)
    user = lock(user)
    if user.roles.filter(pk=role.pk).exists():
        return
    user.roles.add(role)
    record("role.assigned", user, actor=actor, at=at, changes={"role": role.name})


@transaction.atomic
def remove_role(user: User, role: Role, *, actor: Actor, at: datetime) -> None:
    """Take a role away; one not held is no change.

    Raises NotAllowed (without the right, beyond one's own rights, one's own admin role), LastAdmin,
    InUse (bookings from now on need the person in that role).
    """
    refuse_granting(role, actor=actor)
    user = lock(user)
    if not user.roles.filter(pk=role.pk).exists():
        return
    if role.name == RoleName.ADMIN:
        _refuse_without_admin(user)
        _refuse_oneself(actor, user, _("You cannot take the admin role from yourself."))
    refuse_while_needed(user, at, viewer=actor.user, capacity=role.name)
    user.roles.remove(role)
    record("role.removed", user, actor=actor, at=at, changes={"role": role.name})


@transaction.atomic
def deactivate_user(user: User, *, actor: Actor, at: datetime) -> User:
    """Deactivate someone, at once: every sign-in of theirs ends.

    Raises NotAllowed (without user.delete, oneself), LastAdmin, InUse.
    """
    actor.require(Right.USER_DELETE)
    user = lock(user)
    if not user.is_active:
        return user
    if RoleName.ADMIN in user.role_names:
        _refuse_without_admin(user)
    _refuse_oneself(actor, user, _("You cannot deactivate yourself."))
    refuse_while_needed(user, at, viewer=actor.user)
    sign_out_everywhere(user, at=at)
    return _set_status(user, ActiveStatus.INACTIVE, actor=actor, at=at)


@transaction.atomic
def reactivate_user(user: User, *, actor: Actor, at: datetime) -> User:
    """Let someone in again. Raises NotAllowed without user.delete."""
    actor.require(Right.USER_DELETE)
    user = lock(user)
    return user if user.is_active else _set_status(user, ActiveStatus.ACTIVE, actor=actor, at=at)


def _set_status(user: User, status: ActiveStatus, *, actor: Actor, at: datetime) -> User:
    user.status = status
    user.save(update_fields=["status", "updated_at"])
    record("user.status_changed", user, actor=actor, at=at, changes={"status": status})
    return user


def _refuse_oneself(actor: Actor, user: User, sentence: str) -> None:
    if actor.user is not None and actor.user.pk == user.pk:
        actor.refuse("oneself", user, sentence)


def _refuse_without_admin(user: User) -> None:
    """Raise LastAdmin unless another active admin remains; the role's row serialises the askers."""
    admin = Role.objects.select_for_update(no_key=True).get(name=RoleName.ADMIN)
    if not admin.users.filter(status=ActiveStatus.ACTIVE).exclude(pk=user.pk).exists():
        raise LastAdmin


def _email_taken() -> Duplicate:
    return Duplicate(_("Someone with this e-mail already exists."))


# What the database says when an e-mail is taken.
_TAKEN = dict.fromkeys(("users_user_email_key", "user_email_unique"), _email_taken)
