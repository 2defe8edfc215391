"""Who was there (rules, section 2, *Attendance*): photographers mark it, the session follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.clock import studio_day
from config.errors import NotFound
from sessions_app import rules
from sessions_app.actions import lifecycle
from sessions_app.actions.lifecycle import not_now
from sessions_app.actions.locking import lock
from sessions_app.errors import MissingResources, NotAssigned, TooEarly
from sessions_app.lifecycle import EVERYBODYS_MARK, Status, path
from sessions_app.models import Assignment, AssignmentStatus, Session
from users.actors import Actor
from users.rights import Right


@transaction.atomic
def mark(
    assignment: Assignment,
    *,
    attended: bool,
    actor: Actor,
    at: datetime,
    notes: str | None = None,
) -> Assignment:
    """Mark a photographer's attendance, or take the mark back; the session moves along.

    With the last active photographer's mark it goes to Attended; with any mark taken back before an
    editor has it, to Assigned. `notes`, where given, replace those of the assignment. One's own
    mark needs session.mark-attended, others' session.view.all besides.

    Raises NotAllowed, NotFound, InvalidTransition (before Assigned, from Completed on; a mark is
    not taken back once an editor has the session), TooEarly.
    """
    session = lock(assignment.session)
    team = _team(session)
    present = next((member for member in team if member.pk == assignment.pk), None)
    if present is None:
        raise NotFound
    require_mark_right(present, actor=actor)
    was_marked = present.attended
    _write(present, session, attended=attended, actor=actor, at=at, notes=notes)
    session.save_changes(by=actor.user, at=at)
    if attended and session.status == Status.ASSIGNED and all(one.attended for one in team):
        _step(session, Status.ATTENDED, actor=actor, at=at)
    if was_marked and not attended and session.status == Status.ATTENDED:
        _step(session, Status.ASSIGNED, actor=actor, at=at)
    return present


@transaction.atomic
def mark_own(
    session: Session, *, attended: bool, actor: Actor, at: datetime, notes: str | None = None
) -> Assignment:
    """Mark one's own attendance at a session. Raises what `mark` does, and NotAssigned."""
    session = lock(session)
    actor.require(Right.SESSION_MARK_ATTENDED, session)
    _refuse_wrong_moment(session, attended=attended, actor=actor, at=at)
    own = session.member(actor.user) if actor.user else None
    if own is None:
        raise NotAssigned
    return mark(own, attended=attended, actor=actor, at=at, notes=notes)


@transaction.atomic
def attend(
    session: Session, *, actor: Actor, at: datetime, reason: str = "", notes: str = ""
) -> Session:
    """Take an Assigned session to Attended.

    For who may mark for all, at once; for one of its photographers it is their own mark, after
    which the session returned may still be Assigned, because others' are missing. Raises
    NotAllowed, InvalidTransition, TooEarly.
    """
    session = lock(session)
    (step,) = lifecycle.steps_to(session, Status.ATTENDED, actor)
    _refuse_wrong_moment(session, attended=True, actor=actor, at=at)
    team = _team(session)
    own = [one for one in team if actor.user is not None and one.photographer_id == actor.user.pk]
    for member in own:
        _write(member, session, attended=True, actor=actor, at=at, notes=notes or None)
    if _marks_for_all(session, actor) or all(member.attended for member in team):
        lifecycle.take(session, step, actor=actor, at=at, reason=reason, notes=notes)
    else:
        session.save_changes(by=actor.user, at=at)
    return session


@transaction.atomic
def take_back(
    session: Session, *, actor: Actor, at: datetime, reason: str = "", notes: str = ""
) -> Session:
    """Correct Attended to Assigned: a photographer takes their mark back.

    For who may mark for all their own step is undone, or where everyone has marked, every mark.
    Raises NotAllowed, InvalidTransition.
    """
    session = lock(session)
    (step,) = lifecycle.steps_to(session, Status.ASSIGNED, actor)
    team = _team(session)
    marked = [
        one for one in team if actor.user is not None and one.photographer_id == actor.user.pk
    ]
    if _marks_for_all(session, actor) and all(member.attended for member in team):
        marked = team
    for member in marked:
        _write(member, session, attended=False, actor=actor, at=at)
    lifecycle.take(session, step, actor=actor, at=at, reason=reason, notes=notes)
    return session


def forget_marks(session: Session, team: Iterable[Assignment], at: datetime) -> None:
    """Take every mark back from an Assigned session that was moved to a day still to come."""
    if session.status == Status.ASSIGNED and studio_day(at) < session.session_date:
        for member in team:
            if member.attended:
                _set(member, attended=False, at=at)


def follow_marks(session: Session, *, actor: Actor, at: datetime) -> None:
    """Take an Assigned session to Attended where all who are left on it have marked.

    For when someone who had not was released, by who may mark for all.
    """
    team = _team(session)
    has_come = session.status == Status.ASSIGNED and studio_day(at) >= session.session_date
    if has_come and team and all(one.attended for one in team) and _marks_for_all(session, actor):
        _step(session, Status.ATTENDED, actor=actor, at=at)


def require_mark_right(assignment: Assignment, *, actor: Actor) -> None:
    """Raise NotAllowed unless the actor may mark this attendance: their own, or everybody's."""
    session = assignment.session
    actor.require(Right.SESSION_MARK_ATTENDED, session)
    is_own = actor.user is not None and assignment.photographer_id == actor.user.pk
    if not is_own and not _marks_for_all(session, actor):
        actor.refuse(Right.SESSION_VIEW_ALL, session)


def marks_are_missing() -> MissingResources:
    """Build the answer to who has marked their attendance before others have."""
    return MissingResources(
        _("Your attendance is noted. The session moves on when the others have marked theirs.")
    )


def _write(
    member: Assignment,
    session: Session,
    *,
    attended: bool,
    actor: Actor,
    at: datetime,
    notes: str | None = None,
) -> None:
    _refuse_wrong_moment(session, attended=attended, actor=actor, at=at)
    if notes is not None:
        member.notes = notes
    if member.attended != attended or notes is not None:
        _set(member, attended=attended, at=at)


def _set(member: Assignment, *, attended: bool, at: datetime) -> None:
    if member.attended != attended:
        member.attended, member.attended_at = attended, at if attended else None
    member.save(update_fields=["attended", "attended_at", "notes"])


def _refuse_wrong_moment(session: Session, *, attended: bool, actor: Actor, at: datetime) -> None:
    if session.status not in rules.MARKING_STATES:
        raise not_now(
            session, actor, _("Attendance is marked from Assigned to Ready for Delivery.")
        )
    if not attended and session.editing_assigned_to_id is not None:
        raise not_now(session, actor, _("An editor has the session: no mark is taken back."))
    if attended and studio_day(at) < session.session_date:
        raise TooEarly


def _step(session: Session, to: Status, *, actor: Actor, at: datetime) -> None:
    (step,) = path(Status(session.status), to)
    lifecycle.take(session, step, actor=actor, at=at)


def _marks_for_all(session: Session, actor: Actor) -> bool:
    return actor.user is None or rules.has_leave(actor.user, session, EVERYBODYS_MARK)


def _team(session: Session) -> list[Assignment]:
    active: Iterable[Assignment] = session.assignments.filter(
        status=AssignmentStatus.ASSIGNED
    ).select_related("photographer")
    return list(active)
