"""Time off (rules, section 3): one's own, or anybody's for who assigns photographers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import NotFound, ValidationFailed
from sessions_app.actions import claims
from sessions_app.actions.locking import lock_people
from sessions_app.models import Claim, ClaimKind
from sessions_app.policy.periods import Period
from users.actors import Actor
from users.rights import Right


@transaction.atomic
def take_time_off(
    person_id: int, period: Period, *, actor: Actor, at: datetime, reason: str = ""
) -> Claim:
    """Let a person take no session for a period.

    Over what they cover already it is refused with the list of it. Raises NotAllowed,
    ValidationFailed (`user_id` for who is not there or inactive, `ends_at`),
    PhotographerNotAvailable.
    """
    require_time_off_right(person_id, actor=actor)
    person = lock_people([person_id]).get(person_id)
    if person is None or not person.is_active:
        raise ValidationFailed({"user_id": _("There is no such active person.")})
    return claims.block(ClaimKind.TIME_OFF, person, period, reason=reason, actor=actor, at=at)


@transaction.atomic
def give_time_off_back(time_off: Claim, *, actor: Actor, at: datetime) -> None:
    """Let a person take sessions again in what was their time off.

    Raises NotAllowed, and NotFound where somebody else was faster.
    """
    require_time_off_right(time_off.person_id, actor=actor)
    rows = Claim.objects.select_for_update(no_key=True)
    present = rows.filter(pk=time_off.pk, kind=ClaimKind.TIME_OFF, active=True).first()
    if present is None:
        raise NotFound
    claims.unblock(present, at=at)


def require_time_off_right(person_id: int | None, *, actor: Actor) -> None:
    """Raise NotAllowed unless it is the actor's own, or they assign photographers."""
    is_own = actor.user is not None and actor.user.pk == person_id
    own = (Right.SESSION_VIEW_OWN,) if is_own else ()
    actor.require_any(*own, Right.SESSION_ASSIGN_RESOURCES)
