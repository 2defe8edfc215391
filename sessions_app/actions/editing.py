"""Who edits a session (rules, section 2): taking, assigning, giving back, how long it takes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.errors import NotFound, ValidationFailed
from config.records.audit import record
from sessions_app.actions import lifecycle
from sessions_app.actions.conditions import refuse_unfit_editor
from sessions_app.actions.effects import set_delivery_date
from sessions_app.actions.lifecycle import not_now
from sessions_app.actions.locking import lock, lock_people, refuse_stale
from sessions_app.actions.reasons import require_reason
from sessions_app.errors import (
    AlreadyTaken,
    EditorOverloaded,
    InvalidTransition,
    MissingResources,
    SessionNotFound,
)
from sessions_app.lifecycle import Status, path
from sessions_app.messages import clients, staff
from sessions_app.models import Session
from sessions_app.queries.editing_queue import waiting
from users.actors import Actor
from users.models import User
from users.rights import Right, RoleName

MAX_EDITING_DAYS = 365

REASSIGNABLE = (Status.IN_EDITING, Status.READY)
"""States in which a session may be given to another editor."""


@transaction.atomic
def take(
    session: Session, *, actor: Actor, at: datetime, reason: str = "", notes: str = ""
) -> Session:
    """Take an Attended session for oneself to edit.

    Of several who try at once, one gets it. Raises NotAllowed; MissingResources for who may assign
    editors but is none (they name one with `assign_editor`); AlreadyTaken before any other state's
    refusal; InvalidTransition, EditorOverloaded.
    """
    session = lock(session)
    require_taking_right(session, actor=actor)
    if session.editing_assigned_to_id is not None:
        raise AlreadyTaken
    (step,) = lifecycle.steps_to(session, Status.IN_EDITING, actor)
    user = actor.user
    if user is None or RoleName.EDITOR not in user.role_names:
        raise MissingResources(_("You are no editor: name one with “Assign editor”."))
    editor = lock_people([user.pk])[user.pk]
    refuse_unfit_editor(editor)
    _refuse_overload(editor)
    session.editing_assigned_to = editor
    lifecycle.take(session, step, actor=actor, at=at, reason=reason, notes=notes)
    return session


@transaction.atomic
def take_next(*, actor: Actor, at: datetime) -> Session:
    """Take for oneself what comes first in the editing queue (rules, section 9).

    Whoever is faster gets it; the other gets the one after. Raises NotAllowed; NotFound where
    nothing waits; MissingResources, EditorOverloaded as `take` does.
    """
    user = actor.user
    if user is None or RoleName.EDITOR not in user.role_names:
        actor.require(Right.SESSION_ASSIGN_RESOURCES)
        raise MissingResources(_("You are no editor: name one with “Assign editor”."))
    actor.require(Right.SESSION_MARK_READY)
    for session in waiting(Session.objects.visible_to(user)):
        with suppress(AlreadyTaken, InvalidTransition, SessionNotFound):
            return take(session, actor=actor, at=at)
    raise NotFound(_("Nothing waits to be edited."))


@transaction.atomic
def assign_editor(session: Session, editor_id: int, *, actor: Actor, at: datetime) -> Session:
    """Give a session to an editor: an Attended one goes In Editing; later the editor changes.

    Raises NotAllowed, ValidationFailed (unknown person), InvalidTransition, InactiveResource,
    WrongRole, EditorOverloaded.
    """
    session = lock(session)
    actor.require(Right.SESSION_ASSIGN_RESOURCES, session)
    editor = lock_people([editor_id]).get(editor_id)
    if editor is None:
        raise ValidationFailed({"editor_id": _("There is no such person.")})
    if session.status not in (Status.ATTENDED, *REASSIGNABLE):
        raise not_now(session, actor, _("An editor is assigned once the session is Attended."))
    if session.editing_assigned_to_id == editor.pk:
        return session
    refuse_unfit_editor(editor)
    if session.status != Status.READY:
        _refuse_overload(editor)
    before, session.editing_assigned_to = session.editing_assigned_to, editor
    if session.status == Status.ATTENDED:
        (step,) = path(Status.ATTENDED, Status.IN_EDITING)
        lifecycle.take(session, step, actor=actor, at=at)
    else:
        session.save_changes("editing_assigned_to", by=actor.user, at=at)
    staff.editing_assigned(session, before, actor=actor, at=at)
    return session


@transaction.atomic
def release_editor(session: Session, *, actor: Actor, at: datetime, reason: str) -> Session:
    """Give a session In Editing back to the pool: Attended, without an editor.

    Raises NotAllowed, ValidationFailed (no reason), InvalidTransition.
    """
    session = lock(session)
    require_release_right(session, actor=actor)
    require_reason(reason)
    if session.status != Status.IN_EDITING:
        raise not_now(session, actor, _("Only a session in editing can be given back."))
    before = session.editing_assigned_to
    (step,) = path(Status.IN_EDITING, Status.ATTENDED)
    lifecycle.take(session, step, actor=actor, at=at, reason=reason)
    staff.editing_released(session, before, actor=actor, at=at)
    return session


@transaction.atomic
def change_editing_days(
    session: Session,
    days: int,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    seen_version: int | None = None,
) -> Session:
    """Change how many days the editing takes; the delivery date follows.

    Only its editor may, while it is In Editing, with a note, which goes to the audit trail. Raises
    NotAllowed, ValidationFailed (`estimated_editing_days`, `note`), StaleVersion,
    InvalidTransition.
    """
    session = lock(session)
    require_editor(session, actor=actor)
    if not 1 <= days <= MAX_EDITING_DAYS:
        problem = _("Between 1 and %(most)d, please.") % {"most": MAX_EDITING_DAYS}
        raise ValidationFailed({"estimated_editing_days": problem})
    if not note.strip():
        raise ValidationFailed({"note": _("Say why: the client is told the new date.")})
    refuse_stale(session, seen_version, actor=actor, at=at)
    if session.status != Status.IN_EDITING:
        raise not_now(session, actor, _("Editing days are changed while the session is edited."))
    if days == session.estimated_editing_days:
        return session
    changes = {"editing_days": [session.estimated_editing_days, days]}
    session.estimated_editing_days = days
    set_delivery_date(session)
    session.save_changes("estimated_editing_days", "delivery_deadline", by=actor.user, at=at)
    record(
        "session.editing_days_changed", session, actor=actor, at=at, reason=note, changes=changes
    )
    clients.delivery_date_changed(session, at=at)
    return session


def require_taking_right(session: Session, *, actor: Actor) -> None:
    """Raise NotAllowed unless the actor is an editor, or may assign one."""
    user = actor.user
    # Asked without the session: who was faster has taken it out of this editor's sight.
    edits = user is not None and RoleName.EDITOR in user.role_names
    if not (edits and actor.can(Right.SESSION_MARK_READY)):
        actor.require(Right.SESSION_ASSIGN_RESOURCES, session)


def require_release_right(session: Session, *, actor: Actor) -> None:
    """Raise NotAllowed unless the actor is the session's editor or may assign editors."""
    (step,) = path(Status.IN_EDITING, Status.ATTENDED)
    if not lifecycle.may_take(step, session, actor):
        actor.refuse(Right.SESSION_ASSIGN_RESOURCES, session)


def require_editor(session: Session, *, actor: Actor) -> None:
    """Raise NotAllowed unless the actor is the session's editor."""
    if actor.user is not None and session.editing_assigned_to_id != actor.user.pk:
        actor.refuse(Right.SESSION_MARK_READY, session)


def _refuse_overload(editor: User) -> None:
    """Raise EditorOverloaded where a locked editor has as many in editing as one may have."""
    most = business_rules().max_concurrent_editing_sessions
    count = Session.objects.filter(
        editing_assigned_to=editor, status=Status.IN_EDITING, hidden_at=None
    ).count()
    if count >= most:
        sentence = _("%(name)s has %(count)d sessions in editing already; %(most)d is the most.")
        raise EditorOverloaded(
            sentence % {"name": editor.full_name, "count": count, "most": most},
            required=most,
        )
