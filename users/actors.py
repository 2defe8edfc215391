"""Who acts, and through which door: every action is told, and asks it for rights."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from config.errors import NotAllowed, ValidationFailed
from config.records.models import Channel
from users.models import User
from users.rights import Right

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Actor:
    """A person behind a door; `user` None is the system itself, which may everything."""

    user: User | None
    channel: Channel

    def can(self, right: Right, obj: Any = None) -> bool:
        """Tell whether the actor holds the right and, given an object, it reaches it."""
        return self.user is None or self.user.may(right, obj)

    def require(self, right: Right, obj: Any = None) -> None:
        """Raise NotAllowed, and log who was refused what, unless the actor `can`."""
        if not self.can(right, obj):
            self.refuse(right, obj)

    def require_any(self, *rights: Right) -> None:
        """Raise NotAllowed, as `require` does, unless the actor holds one of the rights."""
        if not any(self.can(right) for right in rights):
            self.refuse(rights[0])

    def refuse(self, right: Right | str, obj: Any = None, sentence: str | None = None) -> NoReturn:
        """Log the refused attempt (rules, section 1) and raise NotAllowed."""
        logger.warning(
            "refused: user=%s right=%s object=%s:%s",
            self.user and self.user.pk,
            right,
            getattr(getattr(obj, "_meta", None), "label", None),
            getattr(obj, "pk", None),
        )
        raise NotAllowed(sentence, right=str(right))


@dataclass(frozen=True)
class Override:
    """Leave, given by someone who may, to pass a guard; the reason goes to the audit trail."""

    reason: str

    @classmethod
    def asked(
        cls, actor: Actor, *, override: bool, reason: str | None, right: Right
    ) -> Override | None:
        """Return the override that a form asks for, or None where it asks for none.

        Without the right it is refused (403) whether needed or not; without a reason the form is
        wrong (400). A reason alone is only a remark (rules, *Words*).
        """
        if not override:
            return None
        actor.require(right)
        if not (reason or "").strip():
            raise ValidationFailed({"reason": _("An override needs a reason.")})
        return cls((reason or "").strip())
