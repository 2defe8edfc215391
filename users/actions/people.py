"""Creating, changing and deactivating people, and giving them roles (rules, section 1).

Nobody grants a right that they lack, nor takes over someone who holds one that they lack; at least
one active admin remains, also when two people act at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from config.activation import ActiveStatus, refuse_while_needed
from config.constraints import translated
from config.errors import Duplicate, LastAdmin, ValidationFailed
from config.records.audit import record
from users.actions.signing_in import sign_out_everywhere
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
    user = User(email=User.objects.normalize_email(email), full_name=full_name, phone=phone)
    user.language = language or user.language
    user.created_at = at
    _refuse_taken_email(user)
    _take_password(user, password)
    with translated(_TAKEN):
        user.save(force_insert=True)
    record("user.created", user, actor=actor, at=at)
    for role in roles:
        assign_role(user, role, actor=actor, at=at)
    return user


@transaction.atomic
def change_user(user: User, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> User:
    """Change name, e-mail, phone, language of someone.

    Raises NotAllowed (also for the e-mail of someone who holds a right the actor lacks), Duplicate.
    """
    actor.require(Right.USER_EDIT)
    user = _lock(user)
    changed = {name: value for name, value in changes.items() if getattr(user, name) != value}
    if "email" in changed:
        _refuse_take_over(actor, user)
        changed["email"] = User.objects.normalize_email(changed["email"])
    if not changed:
        return user
    for name, value in changed.items():
        setattr(user, name, value)
    _refuse_taken_email(user)
    with translated(_TAKEN):
        user.save(update_fields=[*changed, "updated_at"])
    record("user.changed", user, actor=actor, at=at, changes=changed)
    return user


@transaction.atomic
def change_own_profile(changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> User:
    """Change one's own name, phone or language; anything else is ignored."""
    assert actor.user is not None  # noqa: S101  (the system has no profile)
    user = _lock(actor.user)
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
def set_password(
    user: User,
    password: str,
    *,
    actor: Actor,
    at: datetime,
    current_password: str | None = None,
) -> None:
    """Set someone's password and end all their sign-ins; one's own needs the current one.

    Raises NotAllowed (without user.edit for another person, or for one who holds a right the actor
    lacks), ValidationFailed (`current_password`, `new_password`).
    """
    user = _lock(user)
    if actor.user is None or actor.user.pk != user.pk:
        actor.require(Right.USER_EDIT)
        _refuse_take_over(actor, user)
    elif not user.check_password(current_password or ""):
        raise ValidationFailed({"current_password": _("This is not your current password.")})
    _take_password(user, password, field="new_password")
    user.save(update_fields=["password", "updated_at"])
    sign_out_everywhere(user, at=at)
    record("user.password_set", user, actor=actor, at=at)


@transaction.atomic
def assign_role(user: User, role: Role, *, actor: Actor, at: datetime) -> None:
    """Give a role; one already held is no change.

    Raises NotAllowed without user.assign-role, or when the role holds a right the actor lacks.
    """
    actor.require(Right.USER_ASSIGN_ROLE)
    _refuse_beyond(actor, _permissions_of(role), role)
    user = _lock(user)
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
    actor.require(Right.USER_ASSIGN_ROLE)
    _refuse_beyond(actor, _permissions_of(role), role)
    user = _lock(user)
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
    user = _lock(user)
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
    user = _lock(user)
    return user if user.is_active else _set_status(user, ActiveStatus.ACTIVE, actor=actor, at=at)


def _set_status(user: User, status: ActiveStatus, *, actor: Actor, at: datetime) -> User:
    user.status = status
    user.save(update_fields=["status", "updated_at"])
    record("user.status_changed", user, actor=actor, at=at, changes={"status": status})
    return user


def _lock(user: User) -> User:
    """Lock the person; rows that only refer to them (the audit trail's) need not wait for it."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _refuse_oneself(actor: Actor, user: User, sentence: str) -> None:
    if actor.user is not None and actor.user.pk == user.pk:
        actor.refuse("oneself", user, sentence)


def _refuse_without_admin(user: User) -> None:
    """Raise LastAdmin unless another active admin remains; the role's row serialises the askers."""
    admin = Role.objects.select_for_update(no_key=True).get(name=RoleName.ADMIN)
    if not admin.users.filter(status=ActiveStatus.ACTIVE).exclude(pk=user.pk).exists():
        raise LastAdmin


def _refuse_take_over(actor: Actor, user: User) -> None:
    _refuse_beyond(actor, user.get_all_permissions(), user)


def _refuse_beyond(actor: Actor, permissions: set[str], obj: User | Role) -> None:
    if actor.user is not None and not permissions <= actor.user.get_all_permissions():
        actor.refuse("escalation", obj, _("That needs rights which you do not hold yourself."))


def _permissions_of(role: Role) -> set[str]:
    rows = role.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def _email_taken() -> Duplicate:
    return Duplicate(_("Someone with this e-mail already exists."))


# What the database says when two people take the same e-mail at once.
_TAKEN = dict.fromkeys(("users_user_email_key", "user_email_unique"), _email_taken)


def _refuse_taken_email(user: User) -> None:
    if User.objects.filter(email=user.email).exclude(pk=user.pk).exists():
        raise _email_taken()


def _take_password(user: User, password: str, *, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationFailed({field: error.messages}) from None
    user.set_password(password)
