"""The one back end that answers who someone is and what they may do, for every door."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.http import HttpRequest

from config.activation import ActiveStatus
from users import object_rules
from users.models import User


class RightsBackend(BaseBackend):
    """E-mail sign-in; rights from active roles; object rules of the apps."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the active person with that e-mail and password, or None."""
        user = find_by_password(username, password)
        return user if user is not None and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the active person behind a sign-in of the admin site, or None."""
        people = User.objects.select_related("second_factor")  # where admins must have one
        return people.filter(pk=user_id, status=ActiveStatus.ACTIVE).first()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return every permission of the person's active roles, asked once per instance."""
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        held: set[str] | None = getattr(user_obj, "_held_permissions", None)
        if held is None:
            rows = Permission.objects.filter(
                group__role__users=user_obj, group__role__status=ActiveStatus.ACTIVE
            ).values_list("content_type__app_label", "codename")
            held = {f"{app}.{codename}" for app, codename in rows}
            user_obj.hold(held)
        return held

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Tell whether the person holds the permission and, given an object, it reaches it."""
        if perm not in self.get_all_permissions(user_obj):
            return False
        return obj is None or object_rules.reaches(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Tell whether the person holds any permission of an app."""
        held = self.get_all_permissions(user_obj)
        return any(permission.startswith(f"{app_label}.") for permission in held)


def find_by_password(email: str | None, password: str | None) -> User | None:
    """Return the person with that e-mail and password, active or not, or None.

    An unknown e-mail costs as much time as a wrong password, so that nobody learns who exists.
    """
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        make_password(password)
        return None
    return user if user.check_password(password or "") else None
