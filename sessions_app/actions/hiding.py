"""Deleting a session hides it (rules, section 2): gone from every list, kept in the records."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import InUse
from config.records.audit import record
from sessions_app.actions import claims
from sessions_app.actions.lifecycle import not_now
from sessions_app.actions.locking import lock
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.models.claim import EndCause
from users.actors import Actor
from users.rights import Right

HIDEABLE = frozenset({Status.REQUEST, Status.NEGOTIATION, Status.CANCELED})


@transaction.atomic
def hide(session: Session, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Hide a session in Request, Negotiation or Canceled and free what it holds.

    Raises NotAllowed without session.delete, InvalidTransition in another state, InUse when
    something was paid.
    """
    session = lock(session)
    actor.require(Right.SESSION_DELETE, session)
    if session.status not in HIDEABLE:
        sentence = _("Only in Request, Negotiation or Canceled can a session be deleted.")
        raise not_now(session, actor, sentence)
    if session.payments.live().exists():
        raise InUse(_("There are payments: a session that was paid for is not deleted."))
    claims.free(session, EndCause.HIDDEN, at=at)
    session.hidden_at = at
    session.save_changes("hidden_at", by=actor.user, at=at)
    record("session.hidden", session, actor=actor, at=at, reason=reason)
