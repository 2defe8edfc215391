"""Nobody gives what they lack, nor takes over someone who holds it (rules, section 1)."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from users.actors import Actor
from users.models import Role, User
from users.rights import Right, full_name


def lock(user: User) -> User:
    """Lock a person; rows that only refer to them (the audit trail's) need not wait for it."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def refuse_granting(role: Role, *, actor: Actor) -> None:
    """Raise NotAllowed unless the actor may give roles, and holds every right of this one."""
    actor.require(Right.USER_ASSIGN_ROLE)
    refuse_beyond(actor, permissions_of(role), role)


def refuse_take_over(actor: Actor, user: User) -> None:
    """Raise NotAllowed where the person holds a right that the actor lacks.

    Also one that is asleep, with the person or the role: it may wake up again.
    """
    rows = Permission.objects.filter(group__role__users=user).select_related("content_type")
    refuse_beyond(actor, {full_name(permission) for permission in rows}, user)


def refuse_beyond(actor: Actor, permissions: set[str], obj: User | Role) -> None:
    """Raise NotAllowed where the actor lacks one of the permissions; the system lacks none."""
    if actor.user is not None and not permissions <= actor.user.get_all_permissions():
        actor.refuse("escalation", obj, _("That needs rights which you do not hold yourself."))


def permissions_of(role: Role) -> set[str]:
    """Return the permissions (`app_label.codename`) that a role gives while it is active."""
    rows = role.permissions.select_related("content_type")
    return {full_name(permission) for permission in rows}
