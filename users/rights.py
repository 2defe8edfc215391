"""Roles and rights (rules, section 1): the table of who may do what at all, as data.

A right is a Django permission; REST speaks of it by its code. `PERMISSIONS` maps one to the other,
`BUILT_IN_ROLES` says which role holds which. To which *objects* a right reaches is said by the
apps that own them (`users.object_rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import Permission


class RoleName(StrEnum):
    """The built-in roles, as they are named on the wire."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    PHOTOGRAPHER = "photographer"
    EDITOR = "editor"
    USER = "user"


STAFF_ROLES = (RoleName.ADMIN, RoleName.COORDINATOR, RoleName.PHOTOGRAPHER, RoleName.EDITOR)

ROLE_DESCRIPTIONS = {
    RoleName.ADMIN: _("Holds every right."),
    RoleName.COORDINATOR: _("Runs the studio's day: clients, sessions, payments."),
    RoleName.PHOTOGRAPHER: _("Covers sessions."),
    RoleName.EDITOR: _("Edits the material."),
    RoleName.USER: _("Invited, no rights yet."),
}


class Right(StrEnum):
    """Every right, by the code REST knows it by."""

    SESSION_CREATE = "session.create"
    SESSION_VIEW_ALL = "session.view.all"
    SESSION_VIEW_OWN = "session.view.own"
    SESSION_EDIT_PRE_ASSIGNED = "session.edit.pre-assigned"
    SESSION_EDIT_ALL = "session.edit.all"
    SESSION_ASSIGN_RESOURCES = "session.assign-resources"
    SESSION_CANCEL = "session.cancel"
    SESSION_COMPLETE = "session.complete"
    SESSION_PAYMENT = "session.payment"
    SESSION_DELETE = "session.delete"
    SESSION_MARK_ATTENDED = "session.mark-attended"
    SESSION_MARK_READY = "session.mark-ready"
    PAYMENT_REFUND = "payment.refund"
    CLIENT_CREATE = "client.create"
    CLIENT_VIEW = "client.view"
    CLIENT_EDIT = "client.edit"
    CLIENT_DELETE = "client.delete"
    ITEM_VIEW = "item.view"
    ITEM_CREATE = "item.create"
    ITEM_EDIT = "item.edit"
    ITEM_DELETE = "item.delete"
    PACKAGE_VIEW = "package.view"
    PACKAGE_CREATE = "package.create"
    PACKAGE_EDIT = "package.edit"
    PACKAGE_DELETE = "package.delete"
    ROOM_VIEW = "room.view"
    ROOM_CREATE = "room.create"
    ROOM_EDIT = "room.edit"
    ROOM_DELETE = "room.delete"
    USER_LIST = "user.list"
    USER_VIEW = "user.view"
    USER_CREATE = "user.create"
    USER_EDIT = "user.edit"
    USER_DELETE = "user.delete"
    USER_ASSIGN_ROLE = "user.assign-role"
    ROLE_LIST = "role.list"
    ROLE_READ = "role.read"
    ROLE_CREATE = "role.create"
    ROLE_EDIT = "role.edit"
    ROLE_DELETE = "role.delete"
    PERMISSION_LIST = "permission.list"
    PERMISSION_READ = "permission.read"
    REPORT_SESSION = "report.session"
    REPORT_FINANCIAL = "report.financial"
    REPORT_PERFORMANCE = "report.performance"
    SYSTEM_SETTINGS = "system.settings"
    SYSTEM_AUDIT_LOG = "system.audit-log"

    @property
    def permission(self) -> str:
        """The Django permission (`app_label.codename`) behind the code."""
        return PERMISSIONS[self]


PERMISSIONS: dict[Right, str] = {
    Right.SESSION_CREATE: "sessions_app.create_session",
    Right.SESSION_VIEW_ALL: "sessions_app.view_all_sessions",
    Right.SESSION_VIEW_OWN: "sessions_app.view_own_sessions",
    Right.SESSION_EDIT_PRE_ASSIGNED: "sessions_app.edit_pre_assigned_session",
    Right.SESSION_EDIT_ALL: "sessions_app.edit_all_sessions",
    Right.SESSION_ASSIGN_RESOURCES: "sessions_app.assign_resources",
    Right.SESSION_CANCEL: "sessions_app.cancel_session",
    Right.SESSION_COMPLETE: "sessions_app.complete_session",
    Right.SESSION_PAYMENT: "sessions_app.record_payment",
    Right.SESSION_DELETE: "sessions_app.delete_session",
    Right.SESSION_MARK_ATTENDED: "sessions_app.mark_attended",
    Right.SESSION_MARK_READY: "sessions_app.mark_ready",
    Right.PAYMENT_REFUND: "sessions_app.refund_payment",
    Right.REPORT_SESSION: "sessions_app.report_sessions",
    Right.REPORT_FINANCIAL: "sessions_app.report_financial",
    Right.REPORT_PERFORMANCE: "sessions_app.report_performance",
    Right.SYSTEM_SETTINGS: "records.change_settings",
    Right.SYSTEM_AUDIT_LOG: "records.view_audit_log",
    Right.USER_ASSIGN_ROLE: "users.assign_role",
    **{
        Right(f"{noun}.{verb}"): f"{app}.{verb}_{noun}"
        for app, noun, verbs in (
            ("clients", "client", "create view edit delete"),
            ("catalog", "item", "create view edit delete"),
            ("catalog", "package", "create view edit delete"),
            ("catalog", "room", "create view edit delete"),
            ("users", "user", "list view create edit delete"),
            ("users", "role", "list read create edit delete"),
            ("users", "permission", "list read"),
        )
        for verb in verbs.split()
    },
}

RIGHTS_BY_PERMISSION = {permission: right for right, permission in PERMISSIONS.items()}

ALIASES = {"role.assign": Right.USER_ASSIGN_ROLE}

_COORDINATOR = frozenset(
    {
        Right.SESSION_CREATE,
        Right.SESSION_VIEW_ALL,
        Right.SESSION_VIEW_OWN,
        Right.SESSION_EDIT_PRE_ASSIGNED,
        Right.SESSION_ASSIGN_RESOURCES,
        Right.SESSION_CANCEL,
        Right.SESSION_COMPLETE,
        Right.SESSION_PAYMENT,
        Right.PAYMENT_REFUND,
        Right.SESSION_MARK_ATTENDED,
        Right.SESSION_MARK_READY,
        Right.CLIENT_CREATE,
        Right.CLIENT_VIEW,
        Right.CLIENT_EDIT,
        Right.ITEM_VIEW,
        Right.PACKAGE_VIEW,
        Right.ROOM_VIEW,
        Right.REPORT_SESSION,
        Right.REPORT_FINANCIAL,
        Right.REPORT_PERFORMANCE,
    }
)

BUILT_IN_ROLES: dict[RoleName, frozenset[Right]] = {
    RoleName.ADMIN: frozenset(Right),
    RoleName.COORDINATOR: _COORDINATOR,
    RoleName.PHOTOGRAPHER: frozenset({Right.SESSION_VIEW_OWN, Right.SESSION_MARK_ATTENDED}),
    RoleName.EDITOR: frozenset({Right.SESSION_VIEW_OWN, Right.SESSION_MARK_READY}),
    RoleName.USER: frozenset(),
}


def code_of(permission: Permission) -> str:
    """Return the code of a Django permission that stands for a right."""
    return RIGHTS_BY_PERMISSION[full_name(permission)].value


def full_name(permission: Permission) -> str:
    """Return a Django permission's name as it is asked for: `app_label.codename`."""
    return f"{permission.content_type.app_label}.{permission.codename}"


def codes_of(permissions: set[str]) -> list[str]:
    """Return the sorted codes, aliases included, behind a person's Django permissions."""
    held = {RIGHTS_BY_PERMISSION[name] for name in permissions if name in RIGHTS_BY_PERMISSION}
    return sorted([*held, *(alias for alias, right in ALIASES.items() if right in held)])


@dataclass(frozen=True)
class ModelRights:
    """The four rights of a plain record; `delete` is the one that changes its status."""

    view: Right
    create: Right
    edit: Right
    delete: Right

    @classmethod
    def of(cls, noun: str) -> ModelRights:
        """Return the rights `noun.view`, `noun.create`, `noun.edit` and `noun.delete`."""
        return cls(*(Right(f"{noun}.{verb}") for verb in ("view", "create", "edit", "delete")))
