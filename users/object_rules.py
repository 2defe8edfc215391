"""Which objects a right reaches: the apps that own the objects say so at start-up.

A rule is a predicate `rule(user, obj)`; it is asked only for someone who holds the right at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from users.models import User
    from users.rights import Right

ObjectRule = Callable[["User", Any], bool]

_rules: dict[str, ObjectRule] = {}


def register(rights: Iterable[Right], rule: ObjectRule) -> None:
    """Let `rule` decide to which objects each of `rights` reaches."""
    for right in rights:
        _rules[right.permission] = rule


def reaches(user: User, permission: str, obj: Any) -> bool:
    """Tell whether the permission, which the user holds, reaches the object."""
    rule = _rules.get(permission)
    return rule is None or rule(user, obj)
