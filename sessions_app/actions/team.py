"""Who photographs a session (rules, sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import Duplicate, InactiveResource, NotFound, ValidationFailed
from config.records.audit import record
from sessions_app import rules
from sessions_app.actions import claims, lifecycle
from sessions_app.actions.attendance import follow_marks
from sessions_app.actions.lifecycle import not_now
from sessions_app.actions.locking import lock, lock_people
from sessions_app.actions.scheduling import cover
from sessions_app.errors import (
    ChangesDeadlineNotReached,
    MissingResources,
    MissingSchedule,
    WrongRole,
)
from sessions_app.lifecycle import Status, path, since
from sessions_app.messages import clients, staff
from sessions_app.models import Assignment, AssignmentStatus, PhotographerRole, Session
from sessions_app.policy import periods
from sessions_app.policy.periods import Period
from sessions_app.queries.staffing import usual_coverage
from users.actors import Actor
from users.models import User
from users.rights import Right, RoleName


@transaction.atomic
def assign(
    session: Session,
    photographer_id: int,
    *,
    actor: Actor,
    at: datetime,
    role: PhotographerRole | None = None,
    coverage: Period | None = None,
) -> Assignment:
    """Add a photographer; without a coverage it is the session's time (External: and travel).

    Raises NotAllowed, ValidationFailed (unknown person, coverage beside the session),
    InvalidTransition (from Ready for Delivery on), InactiveResource, WrongRole, MissingSchedule
    (a coverage without a time), Duplicate (the person, or a lead, is there), and
    PhotographerNotAvailable. A Confirmed session that may be Assigned now, is.
    """
    session = _open(session, rules.TEAM_STATES, actor)
    photographer = _lock_photographer(photographer_id)
    _refuse_coverage(session, coverage)
    refuse_unfit_photographer(photographer)
    _refuse_second(session, photographer, role)
    assignment = _join(session, photographer, role or "", coverage, actor=actor, at=at)
    staff.assigned(session, assignment, actor=actor, at=at)
    _move_on(session, actor=actor, at=at)
    return assignment


@transaction.atomic
def change_assignment(
    assignment: Assignment, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Assignment:
    """Change `role`, `coverage_start`, `coverage_end` or `notes` of an active assignment.

    Raises NotAllowed, NotFound, ValidationFailed, InvalidTransition, MissingSchedule, Duplicate (a
    second lead), PhotographerNotAvailable.
    """
    session = _open(assignment.session, rules.TEAM_STATES, actor)
    assignment = _active(session, assignment)
    lock_people([assignment.photographer_id])
    was = assignment.coverage
    changed = {name for name, value in changes.items() if getattr(assignment, name) != value}
    if not changed:
        return assignment
    for name in changed:
        setattr(assignment, name, changes[name])
    _refuse_coverage(session, assignment.coverage)
    if assignment.coverage is None:
        cover(assignment, usual_coverage(session))
    if "role" in changed and assignment.role == PhotographerRole.LEAD:
        _refuse_second_lead(session, except_for=assignment)
    assignment.save(update_fields=["role", "coverage_start", "coverage_end", "notes"])
    session.save_changes(by=actor.user, at=at)
    claims.hold(session, actor=actor, at=at)
    staff.coverage_changed(session, assignment, was, actor=actor, at=at)
    return assignment


@transaction.atomic
def release(assignment: Assignment, *, actor: Actor, at: datetime) -> None:
    """Take a photographer off the session; the row stays as *Released*.

    Raises NotAllowed, NotFound, InvalidTransition (from Ready for Delivery on), MissingResources
    (the last one of an Assigned or later session: reassign instead).
    """
    session = _open(assignment.session, rules.TEAM_STATES, actor)
    assignment = _active(session, assignment)
    others = session.assignments.filter(status=AssignmentStatus.ASSIGNED).exclude(pk=assignment.pk)
    if session.status in since(Status.ASSIGNED) and not others.exists():
        raise MissingResources(_("The last photographer can only be replaced: reassign instead."))
    _end(assignment, AssignmentStatus.RELEASED)
    session.save_changes(by=actor.user, at=at)
    claims.hold(session, actor=actor, at=at)
    staff.released(session, assignment, actor=actor, at=at)
    follow_marks(session, actor=actor, at=at)


@transaction.atomic
def reassign(
    assignment: Assignment,
    photographer_id: int,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Assignment:
    """Put another photographer in someone's place, with the same role and coverage.

    The old row stays as *Reassigned*, the reason in the audit trail. Raises NotAllowed, NotFound,
    ValidationFailed, and InvalidTransition (from Completed on, or once they have attended),
    InactiveResource, WrongRole, Duplicate, PhotographerNotAvailable.
    """
    session = _open(assignment.session, rules.REASSIGNMENT_STATES, actor)
    assignment = _active(session, assignment)
    if assignment.attended:
        raise not_now(session, actor, _("Who has attended can no longer be replaced."))
    photographer = _lock_photographer(photographer_id)
    refuse_unfit_photographer(photographer)
    _refuse_second(session, photographer, None)
    _end(assignment, AssignmentStatus.REASSIGNED)
    record("assignment.reassigned", assignment, actor=actor, at=at, reason=reason)
    joined = _join(session, photographer, assignment.role, assignment.coverage, actor=actor, at=at)
    staff.reassigned(session, assignment, joined, actor=actor, at=at)
    clients.photographer_changed(session, joined, at=at)
    return joined


def _open(session: Session, states: Container[Status], actor: Actor) -> Session:
    session = lock(session)
    actor.require(Right.SESSION_ASSIGN_RESOURCES, session)
    if session.status not in states:
        raise not_now(session, actor, _("The team of this session can no longer be changed."))
    return session


def _active(session: Session, assignment: Assignment) -> Assignment:
    present: Assignment | None = (
        session.assignments.select_related("photographer")
        .filter(pk=assignment.pk, status=AssignmentStatus.ASSIGNED)
        .first()
    )
    if present is None:
        raise NotFound
    return present


def _end(assignment: Assignment, status: AssignmentStatus) -> None:
    assignment.status = status
    assignment.save(update_fields=["status"])


def _move_on(session: Session, *, actor: Actor, at: datetime) -> None:
    """Take a Confirmed session to Assigned where all is there that the step asks for."""
    if session.status != Status.CONFIRMED:
        return
    (step,) = path(Status.CONFIRMED, Status.ASSIGNED)
    with suppress(ChangesDeadlineNotReached, MissingResources):
        lifecycle.take(session, step, actor=actor, at=at)


def _join(
    session: Session,
    photographer: User,
    role: str,
    coverage: Period | None,
    *,
    actor: Actor,
    at: datetime,
) -> Assignment:
    assignment = Assignment(
        session=session,
        photographer=photographer,
        role=role,
        assigned_at=at,
        assigned_by=actor.user,
    )
    cover(assignment, coverage or usual_coverage(session))
    assignment.save(force_insert=True)
    session.save_changes(by=actor.user, at=at)
    claims.hold(session, actor=actor, at=at)
    return assignment


def _lock_photographer(user_id: int) -> User:
    photographer = lock_people([user_id]).get(user_id)
    if photographer is None:
        raise ValidationFailed({"photographer_id": _("There is no such person.")})
    return photographer


def refuse_unfit_photographer(photographer: User) -> None:
    """Raise InactiveResource or WrongRole for someone who cannot cover."""
    if not photographer.is_active:
        raise InactiveResource(_("%(name)s is inactive.") % {"name": photographer.full_name})
    if RoleName.PHOTOGRAPHER not in photographer.role_names:
        raise WrongRole(_("%(name)s is no photographer.") % {"name": photographer.full_name})


def _refuse_second(session: Session, photographer: User, role: PhotographerRole | None) -> None:
    if session.is_covered_by(photographer):
        raise Duplicate(
            _("%(name)s covers this session already.") % {"name": photographer.full_name}
        )
    if role == PhotographerRole.LEAD:
        _refuse_second_lead(session)


def _refuse_second_lead(session: Session, except_for: Assignment | None = None) -> None:
    leads = session.assignments.filter(status=AssignmentStatus.ASSIGNED, role=PhotographerRole.LEAD)
    if except_for is not None:
        leads = leads.exclude(pk=except_for.pk)
    if leads.exists():
        raise Duplicate(_("This session has a lead already."))


def _refuse_coverage(session: Session, coverage: Period | None) -> None:
    if coverage is None:
        return
    if coverage.ends_at is None or coverage.ends_at <= coverage.starts_at:
        raise ValidationFailed({"coverage_end": _("The coverage must end after it begins.")})
    if session.period is None:
        raise MissingSchedule(_("The session needs a time before a coverage can be agreed."))
    if not coverage.overlaps(session.period):
        raise ValidationFailed({"coverage_start": _("The coverage must overlap the session.")})
    if not periods.is_near(coverage, session.period):
        raise ValidationFailed(
            {"coverage_end": _("The coverage may begin and end a day beside the session at most.")}
        )
