"""The built-in roles and their rights (rules, section 1)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction

from config.records.audit import record
from users.actors import Actor
from users.models import Role
from users.rights import (
    BUILT_IN_ROLES,
    RIGHTS_BY_PERMISSION,
    ROLE_DESCRIPTIONS,
    Right,
    RoleName,
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
    named = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
    return {right: named[permission] for permission, right in RIGHTS_BY_PERMISSION.items()}
