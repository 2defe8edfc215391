"""Telling staff, in the transaction of the fact (rules, section 6); each person once per fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.amounts import money
from config.clock import studio_day
from notifications.kinds import Kind
from notifications.writing import About, notify
from sessions_app.messages import facts, recipients, staff_kinds
from sessions_app.models import Assignment, Initiator, Payment, Session
from sessions_app.policy.periods import Period
from sessions_app.queries.checking import Finding
from users.actors import Actor
from users.models import User
from users.rights import Right


def assigned(session: Session, assignment: Assignment, *, actor: Actor, at: datetime) -> None:
    """A photographer is to cover the session."""
    people = recipients.only([assignment.photographer], besides=actor)
    pk = assignment.pk
    _tell(staff_kinds.ASSIGNED, session, people, at, f"{pk}", remember={"assignment": pk})


def reassigned(
    session: Session, old: Assignment, new: Assignment, *, actor: Actor, at: datetime
) -> None:
    """One photographer takes another's place: both are told."""
    people = recipients.only([old.photographer], besides=actor)
    name = new.photographer.full_name
    _tell(staff_kinds.REASSIGNED, session, people, at, f"{old.pk}", name=name)
    assigned(session, new, actor=actor, at=at)


def released(session: Session, assignment: Assignment, *, actor: Actor, at: datetime) -> None:
    """A photographer is taken off the session."""
    people = recipients.only([assignment.photographer], besides=actor)
    _tell(staff_kinds.RELEASED, session, people, at, f"{assignment.pk}")


def editing_assigned(session: Session, before: User | None, *, actor: Actor, at: datetime) -> None:
    """The session is in an editor's hands, and out of those who had it before."""
    present = recipients.only([session.editing_assigned_to], besides=actor)
    _tell(staff_kinds.EDITING_ASSIGNED, session, present, at, f"{session.version}")
    editing_released(session, before, actor=actor, at=at)


def editing_released(session: Session, before: User | None, *, actor: Actor, at: datetime) -> None:
    """The session is taken out of an editor's hands."""
    past = recipients.only([before], besides=actor)
    _tell(staff_kinds.EDITING_RELEASED, session, past, at, f"{session.version}")


def cancelled(session: Session, *, actor: Actor, at: datetime) -> None:
    """The session is cancelled: whose work it was is told."""
    crew = recipients.crew(session, besides=actor)
    _tell(staff_kinds.CANCELLED, session, crew, at, f"{session.version}")


def cancelled_late(session: Session, reason: str, *, actor: Actor, at: datetime) -> None:
    """The studio or force majeure cancels a late session: admins are told (section 5)."""
    _tell(
        staff_kinds.COSTLY_CANCELLATION,
        session,
        recipients.admins(besides=actor),
        at,
        f"{session.version}",
        initiator=lambda: str(Initiator(session.cancellation_initiator).label),
        why=reason,
    )


def moved(session: Session, was: Session, *, actor: Actor, at: datetime) -> None:
    """Day, hours, room or place of the session are others: whose work it is are told."""
    is_at_another_time = (was.session_date, was.period) != (session.session_date, session.period)
    is_elsewhere = (was.room_id, was.location) != (session.room_id, session.location)
    if is_at_another_time or is_elsewhere:
        kind = staff_kinds.MOVED if is_at_another_time else staff_kinds.CHANGED
        crew = recipients.crew(session, besides=actor)
        _tell(kind, session, crew, at, f"{session.version}", was=lambda: _place_and_time(was))


def coverage_changed(
    session: Session, assignment: Assignment, was: Period | None, *, actor: Actor, at: datetime
) -> None:
    """A photographer's hours are others."""
    if assignment.coverage == was:
        return
    _tell(
        staff_kinds.CHANGED,
        session,
        recipients.only([assignment.photographer], besides=actor),
        at,
        f"{session.version}",
        what=lambda: _hours(session, assignment.coverage),
        was=lambda: _hours(session, was),
    )


def tomorrow(session: Session, *, actor: Actor, at: datetime) -> bool:
    """The session is tomorrow: its photographers are told, once per day it is on."""
    day = session.session_date.isoformat()
    people = recipients.photographers(session, besides=actor)
    return _tell(staff_kinds.TOMORROW, session, people, at, day, remember={"date": day})


def awaits_editing(session: Session, *, actor: Actor, at: datetime) -> None:
    """The session may be taken to edit."""
    people = recipients.editors(besides=actor)
    _tell(staff_kinds.AWAITS_EDITING, session, people, at, f"{session.version}")


def material_ready(session: Session, *, actor: Actor, at: datetime) -> None:
    """The material is ready: who delivers it is told."""
    people = recipients.office(Right.SESSION_COMPLETE, besides=actor)
    _tell(staff_kinds.READY, session, people, at, f"{session.version}")


def unstaffed(session: Session, *, actor: Actor, at: datetime) -> bool:
    """The changes deadline is past, and it has no photographer or no room; told once a day."""
    people = recipients.office(Right.SESSION_ASSIGN_RESOURCES, besides=actor)
    return _tell(staff_kinds.UNSTAFFED, session, people, at, studio_day(at).isoformat())


def covered(session: Session, *, in_time: bool, actor: Actor, at: datetime) -> bool:
    """The payment deadline is past, the deposit covered: somebody must confirm, or reopen."""
    assert session.payment_deadline_at is not None  # noqa: S101  (it is Pre-scheduled)
    people = recipients.office(Right.SESSION_EDIT_PRE_ASSIGNED, besides=actor)
    key = f"{session.payment_deadline_at.isoformat()}:{in_time}"
    return _tell(
        staff_kinds.COVERED, session, people, at, key, why=lambda: _what_to_do(in_time=in_time)
    )


def to_verify(
    session: Session, payment: Payment, *, actor: Actor, at: datetime, is_overdue: bool = False
) -> bool:
    """A payment, or a refund on its way, waits for somebody; once more when it is overdue."""
    kind = staff_kinds.REFUND_TO_PAY if payment.is_refund else staff_kinds.PAYMENT_TO_VERIFY
    right = Right.PAYMENT_REFUND if payment.is_refund else Right.SESSION_PAYMENT
    return _tell(
        kind,
        session,
        recipients.office(right, besides=actor),
        at,
        f"{payment.pk}:overdue" if is_overdue else f"{payment.pk}",
        remember={"payment": payment.pk},
        amount=money(payment.amount),
    )


def stale(session: Session, *, actor: Actor, at: datetime) -> bool:
    """Nobody has touched a request for long; told once until somebody does."""
    since = session.updated_at
    return _tell(
        staff_kinds.STALE_REQUEST,
        session,
        recipients.office(Right.SESSION_EDIT_PRE_ASSIGNED, besides=actor),
        at,
        since.isoformat(),
        remember={"untouched_since": since.isoformat()},
        since=lambda: date_format(studio_day(since), "SHORT_DATE_FORMAT"),
    )


def attendance_missing(session: Session, *, actor: Actor, at: datetime) -> bool:
    """The day is past and nobody has said who was there: who can say so are told, once."""
    office = recipients.office(Right.SESSION_MARK_ATTENDED, besides=actor)
    covering = recipients.unmarked(session, besides=actor)
    people = {one.pk: one for one in [*office, *covering]}.values()
    key = session.session_date.isoformat()
    return _tell(staff_kinds.ATTENDANCE_MISSING, session, list(people), at, key)


def high_risk_booking(session: Session, *, actor: Actor, at: datetime) -> None:
    """A client of high risk has booked (section 9)."""
    people = recipients.office(Right.SESSION_EDIT_PRE_ASSIGNED, besides=actor)
    _tell(staff_kinds.HIGH_RISK, session, people, at, "booked")


def overridden(
    session: Session, guard: Any, reason: str, *, key: int, actor: Actor, at: datetime
) -> None:
    """A guard (its refusal, or lazy text) was overridden: the other admins are told.

    `key` tells this override from others, also in the same stroke: the id of its audit entry.
    """
    _tell(
        staff_kinds.OVERRIDE,
        session,
        recipients.admins(besides=actor),
        at,
        f"{key}",
        name=str(actor.user or ""),
        guard=lambda: str(guard),
        why=reason,
    )


def uncovered(session: Session, reason: str, *, actor: Actor, at: datetime) -> None:
    """A void has uncovered the deposit of a confirmed session (section 4)."""
    people = recipients.office(Right.SESSION_PAYMENT, besides=actor)
    _tell(staff_kinds.UNCOVERED, session, people, at, f"{session.version}", why=reason)


def integrity_problem(finding: Finding, *, actor: Actor, at: datetime) -> None:
    """A check has found what must never be; admins are told, once a day for each."""
    check = finding.check
    day = studio_day(at).isoformat()
    about = About(key=f"{staff_kinds.INTEGRITY.name}:{check.code}:{check.sentence}:{day}")
    people = recipients.admins(besides=actor)
    said = {"code": check.code, "what": finding.in_words}
    notify(staff_kinds.INTEGRITY, about, people=people, at=at, **said)


def _tell(
    kind: Kind,
    session: Session,
    people: Iterable[User],
    at: datetime,
    key: str,
    *,
    remember: dict[str, Any] | None = None,
    **said: Any,
) -> bool:
    """Tell people of a session; `remember` is what an e-mail is asked by before it is sent.

    Return whether anybody was told who had not been.
    """
    about = About(
        key=f"{kind.name}:{session.pk}:{key}",
        session_id=session.pk,
        session_code=session.code,
        facts=remember or {},
    )
    sentences = {"code": session.code, "what": lambda: _what(session), **said}
    return notify(kind, about, people=people, at=at, **sentences)


def _what_to_do(*, in_time: bool) -> str:
    if in_time:
        return _("The deposit was covered by the payment deadline: confirm it.")
    return _(
        "The deposit was covered after the payment deadline: take the session back to Negotiation, "
        "then it can be confirmed with a new one."
    )


def _what(session: Session) -> str:
    """Return when and where it is, and whose: what a photographer may know."""
    return f"{_place_and_time(session)} · {session.client.full_name}"


def _place_and_time(session: Session) -> str:
    return f"{facts.when(session)} · {facts.place(session)}"


def _hours(session: Session, coverage: Period | None) -> str:
    if coverage is None:
        return facts.when(session)
    return facts.moment(session.session_date, coverage.starts_at, coverage.ends_at)
