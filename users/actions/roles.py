"""Roles and their rights (rules, section 1).

The five built-in ones keep their names and stay active; `admin` holds every right, always. The
studio may make others. Nobody gives a role a right that they lack.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext as _

from config.activation import ActiveStatus
from config.constraints import translated
from config.errors import Duplicate
from config.records.audit import record
from users.actions.escalation import permissions_of, refuse_beyond
from users.actors import Actor
from users.models import Role
from users.rights import (
    BUILT_IN_ROLES,
    RIGHTS_BY_PERMISSION,
    ROLE_DESCRIPTIONS,
    Right,
    RoleName,
    code_of,
    full_name,
)


@transaction.atomic
def set_up_roles(*, actor: Actor, at: datetime) -> None:
    """Create the built-in roles and give each the rights of the table; idempotent.

    Rights which the studio gave to a role besides, and roles it made itself, stay. `admin` holds
    every right, also one that a new version has added.
    """
    permissions = permissions_by_right()
    for name, rights in BUILT_IN_ROLES.items():
        role, created = Role.objects.get_or_create(
            name=name, defaults={"description": str(ROLE_DESCRIPTIONS[name])}
        )
        if created:
            role.permissions.add(*(permissions[right] for right in rights))
        elif name == RoleName.ADMIN:
            _give_back(role, set(permissions.values()), actor=actor, at=at)


@transaction.atomic
def create_role(name: str, description: str = "", *, actor: Actor, at: datetime) -> Role:
    """Make a role that allows nothing yet. Raises NotAllowed, Duplicate."""
    actor.require(Right.ROLE_CREATE)
    with translated(_TAKEN):
        role = Role.objects.create(name=name, description=description, created_at=at)
    record("role.created", role, actor=actor, at=at)
    return role


@transaction.atomic
def change_role(role: Role, changes: Mapping[str, Any], *, actor: Actor, at: datetime) -> Role:
    """Change name or description. Raises NotAllowed (also for a built-in name), Duplicate."""
    actor.require(Right.ROLE_EDIT)
    role = _lock(role)
    changed = {name: value for name, value in changes.items() if getattr(role, name) != value}
    if "name" in changed:
        _refuse_built_in(role, actor)
    if not changed:
        return role
    for name, value in changed.items():
        setattr(role, name, value)
    with translated(_TAKEN):
        role.save(update_fields=[*changed, "updated_at"])
    record("role.changed", role, actor=actor, at=at, changes=changed)
    return role


@transaction.atomic
def set_rights(
    role: Role, permissions: Collection[Permission], *, actor: Actor, at: datetime
) -> Role:
    """Let a role allow exactly these rights, at once for all who hold it.

    Raises NotAllowed: without role.edit, for `admin`, for a right that the actor lacks.
    """
    actor.require(Right.ROLE_EDIT)
    role = _lock(role)
    if role.name == RoleName.ADMIN:
        actor.refuse(Right.ROLE_EDIT, role, _("The admin role holds every right, always."))
    held, asked = set(role.permissions.select_related("content_type")), set(permissions)
    refuse_beyond(actor, {full_name(permission) for permission in asked - held}, role)
    if asked == held:
        return role
    role.permissions.set(asked)
    role.save(update_fields=["updated_at"])
    changes = {
        "granted": sorted(map(code_of, asked - held)),
        "withdrawn": sorted(map(code_of, held - asked)),
    }
    record("role.rights_changed", role, actor=actor, at=at, changes=changes)
    return role


@transaction.atomic
def deactivate_role(role: Role, *, actor: Actor, at: datetime) -> Role:
    """Let a role of the studio's own give nothing any more. Raises NotAllowed."""
    actor.require(Right.ROLE_DELETE)
    role = _lock(role)
    _refuse_built_in(role, actor)
    return _set_status(role, ActiveStatus.INACTIVE, actor=actor, at=at)


@transaction.atomic
def reactivate_role(role: Role, *, actor: Actor, at: datetime) -> Role:
    """Let a role give its rights again; that is granting them. Raises NotAllowed."""
    actor.require(Right.ROLE_DELETE)
    role = _lock(role)
    refuse_beyond(actor, permissions_of(role), role)
    return _set_status(role, ActiveStatus.ACTIVE, actor=actor, at=at)


def _set_status(role: Role, status: ActiveStatus, *, actor: Actor, at: datetime) -> Role:
    if role.status != status:
        role.status = status
        role.save(update_fields=["status", "updated_at"])
        record("role.status_changed", role, actor=actor, at=at, changes={"status": status})
    return role


def _lock(role: Role) -> Role:
    return Role.objects.select_for_update(no_key=True, of=("self",)).get(pk=role.pk)


def _refuse_built_in(role: Role, actor: Actor) -> None:
    if role.name in list(RoleName):
        actor.refuse(Right.ROLE_EDIT, role, _("The built-in roles keep their names and stay."))


def _name_taken() -> Duplicate:
    return Duplicate(_("There is a role of this name already."))


_TAKEN = {"auth_group_name_key": _name_taken}


def _give_back(role: Role, permissions: set[Permission], *, actor: Actor, at: datetime) -> None:
    missing = permissions - set(role.permissions.all())
    if not missing:
        return
    role.permissions.add(*missing)
    rights = sorted(permission.codename for permission in missing)
    record("role.rights_granted", role, actor=actor, at=at, changes={"rights": rights})


def permissions_by_right() -> dict[Right, Permission]:
    """Return the Django permission of every right; they exist once the apps are migrated."""
    rows = Permission.objects.select_related("content_type")
    named = {full_name(row): row for row in rows}
    return {right: named[permission] for permission, right in RIGHTS_BY_PERMISSION.items()}
