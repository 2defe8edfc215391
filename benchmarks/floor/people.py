"""`/users/me`, `/users/me/permissions` and `/users/with-roles`."""

from __future__ import annotations

from typing import Any

from benchmarks.floor.asking import FORBIDDEN, OK, Answer, Asking, listed
from benchmarks.floor.clients import ACCENTED, PLAIN
from users.rights import ALIASES, RIGHTS_BY_PERMISSION

CODES = {permission: str(right) for permission, right in RIGHTS_BY_PERMISSION.items()}
ALSO = {str(right): alias for alias, right in ALIASES.items()}

ROLES = """
    SELECT held.user_id, role.group_ptr_id, named.name, role.description, role.status,
           role.created_at, role.updated_at
    FROM users_user_roles held
    JOIN users_role role ON role.group_ptr_id = held.role_id
    JOIN auth_group named ON named.id = held.role_id
    WHERE held.user_id = ANY(%s)
    ORDER BY role.group_ptr_id
"""
PEOPLE = f"""
    SELECT id, full_name, email, phone, language, status, created_at, updated_at
    FROM users_user
    ORDER BY status, lower(translate(full_name, '{ACCENTED}', '{PLAIN}')), id
    LIMIT %s OFFSET %s
"""  # noqa: S608  (constants)


def me(asking: Asking) -> Answer:
    """Answer who is signed in."""
    person = _person(asking.person, _roles(asking, [asking.person[0]]))
    person["permissions"] = _codes(asking.permissions)
    return OK, person


def my_permissions(asking: Asking) -> Answer:
    """Answer the codes of one's rights."""
    return OK, _codes(asking.permissions)


def page_with_roles(asking: Asking) -> Answer:
    """Answer a page of people."""
    if asking.permissions.isdisjoint({"users.list_user", "sessions_app.assign_resources"}):
        return FORBIDDEN
    limit, offset = asking.window()
    (total,) = asking.connection.execute("SELECT count(*) FROM users_user").fetchone() or (0,)
    rows = asking.connection.execute(PEOPLE, [limit, offset]).fetchall()
    roles = _roles(asking, [row[0] for row in rows])
    return listed([_person(row, roles) for row in rows], total, limit, offset)


def _codes(permissions: frozenset[str]) -> list[str]:
    codes = [CODES[permission] for permission in permissions if permission in CODES]
    codes += [ALSO[code] for code in codes if code in ALSO]
    codes.sort()
    return codes


def _roles(asking: Asking, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    roles: dict[int, list[dict[str, Any]]] = {}
    for user, pk, name, description, status, created_at, updated_at in asking.connection.execute(
        ROLES, [ids]
    ):
        roles.setdefault(user, []).append(
            {
                "id": pk,
                "name": name,
                "description": description or None,
                "status": status,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
    return roles


def _person(row: tuple[Any, ...], roles: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    pk, full_name, email, phone, language, status, created_at, updated_at = row
    return {
        "id": pk,
        "full_name": full_name,
        "email": email,
        "phone": phone or None,
        "language": language,
        "status": status,
        "created_at": created_at,
        "updated_at": updated_at,
        "roles": roles.get(pk, []),
    }
