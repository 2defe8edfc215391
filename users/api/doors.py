"""What every REST door of the apps shares: the actor behind a request, and rights per action."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from config.records.models import Channel
from users.actors import Actor
from users.models import User
from users.rights import Right


def person_of(request: Request) -> User:
    """Return the person signed in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (the permission class has let nobody else in)
    return user


def actor_of(request: Request) -> Actor:
    """Return the signed-in person as the actor of an action."""
    return Actor(person_of(request), Channel.API)


class HoldsRight(BasePermission):
    """Asks for the right that the view names for the action at hand.

    Views say `rights = {"list": Right.…, …}`; an action that is not in the table is for everyone
    signed in, because its queryset or its action decides.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the person holds it; refused attempts are logged."""
        right = rights_of(view).get(getattr(view, "action", ""))
        if right is not None:
            actor_of(request).require(right)
        return True


def rights_of(view: Any) -> dict[str, Right]:
    """Return the view's table of rights by action."""
    table: dict[str, Right] = getattr(view, "rights", {})
    return table


class RightsMixin:
    """A view whose `rights` table is asked after the sign-in."""

    rights: ClassVar[dict[str, Right]] = {}

    def get_permissions(self) -> list[Any]:
        """Return sign-in first (401), then the right (403)."""
        return [*super().get_permissions(), HoldsRight()]  # type: ignore[misc]
