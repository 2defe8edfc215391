"""Entering a session that has already taken place (rules, section 2, *Retroactive entry*)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Item, Package
from config.clock import studio_day
from config.errors import ValidationFailed
from config.records.audit import record
from notifications.writing import silence
from sessions_app.actions import booking, effects, lifecycle, lines, payments
from sessions_app.actions.booking import Request
from sessions_app.actions.conditions import (
    has_lines_and_total,
    has_schedule,
    nothing_is_left_to_pay,
    refuse_unfit_editor,
)
from sessions_app.actions.locking import lock_people
from sessions_app.actions.overriding import override_or_raise
from sessions_app.actions.payments import Receipt
from sessions_app.actions.team import refuse_unfit_photographer
from sessions_app.actions.totals import refuse_low_deposit
from sessions_app.errors import InsufficientPayment, InvalidSessionDate, MissingResources
from sessions_app.lifecycle import RETROACTIVE, Status, since
from sessions_app.models import Assignment, Session
from users.actors import Actor, Override
from users.models import User
from users.rights import Right


@dataclass(frozen=True)
class Ordered:
    """An item or a package of the catalog, and how many of it."""

    what: Item | Package
    quantity: int = 1


@dataclass(frozen=True, kw_only=True)
class Past:
    """What became of a session, besides what was asked for."""

    status: Status
    photographer_ids: Sequence[int]
    ordered: Sequence[Ordered]
    receipts: Sequence[Receipt] = ()
    editor_id: int | None = None


@silence()
@transaction.atomic
def enter(
    request: Request,
    past: Past,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    override: Override | None = None,
) -> Session:
    """Create a session in the state that it has reached, with people, lines and payments.

    All of it or nothing; one history row; nothing is held. For admins, with a reason, which is on
    record. Raises NotAllowed, ValidationFailed, InvalidSessionDate (it has not begun yet),
    MissingSchedule, MissingResources (no photographer; from In Editing on no editor),
    InactiveResource, WrongRole, EmptySession, InsufficientPayment (Completed with a balance, but by
    override), and what lines and payments raise.
    """
    actor.require(Right.SESSION_EDIT_ALL)
    if past.status not in RETROACTIVE:
        raise ValidationFailed({"status": _("Afterwards a session is entered from Attended on.")})
    if not reason.strip():
        raise ValidationFailed({"reason": _("Say why it is entered afterwards.")})
    session = booking.draft(request, actor=actor, at=at)
    session.is_retroactive = True
    _refuse_unknown_people(past)
    has_schedule(session, at)
    _refuse_future(session, at)
    session.code = booking.next_code(at)
    session.save(force_insert=True)
    refuse_low_deposit(session, override, actor=actor, at=at)
    _order(session, past, override, actor=actor, at=at)
    session.refresh_from_db()
    has_lines_and_total(session, at)
    _settle(session, past, actor=actor, at=at)
    for receipt in past.receipts:
        noted = replace(receipt, notes=receipt.notes or reason)
        payments.record(session, noted, actor=actor, at=at, reason=reason, override=override)
    session.refresh_from_db()
    _arrive(session, past, override, actor=actor, at=at, reason=reason)
    record(
        "session.entered_afterwards",
        session,
        actor=actor,
        at=at,
        reason=reason,
        changes={"status": past.status},
    )
    return session


def _refuse_unknown_people(past: Past) -> None:
    problems: dict[str, str] = {}
    named = [pk for pk in (*past.photographer_ids, past.editor_id) if pk is not None]
    known = set(User.objects.filter(pk__in=named).values_list("pk", flat=True))
    if not known.issuperset(past.photographer_ids):
        problems["photographer_ids"] = _("There is no such person.")
    if past.editor_id is not None and past.editor_id not in known:
        problems["editor_id"] = _("There is no such person.")
    if past.editor_id is not None and past.status == Status.ATTENDED:
        problems["editor_id"] = _("An Attended session has no editor yet.")
    if problems:
        raise ValidationFailed(problems)


def _refuse_future(session: Session, at: datetime) -> None:
    ends_at = session.ends_at
    if session.session_date > studio_day(at) or (ends_at is not None and ends_at > at):
        raise InvalidSessionDate(_("Only a session that is over can be entered afterwards."))


def _order(
    session: Session, past: Past, override: Override | None, *, actor: Actor, at: datetime
) -> None:
    for one in past.ordered:
        if isinstance(one.what, Item):
            lines.add_item(session, one.what, one.quantity, actor=actor, at=at, override=override)
        else:
            lines.add_package(
                session, one.what, one.quantity, actor=actor, at=at, override=override
            )


def _settle(session: Session, past: Past, *, actor: Actor, at: datetime) -> None:
    """Set the people, the terms and the delivery date."""
    people = lock_people([*past.photographer_ids, past.editor_id])
    if not past.photographer_ids:
        raise MissingResources(_("Say who photographed it."))
    needs_editor = past.status in since(Status.IN_EDITING)
    if needs_editor and past.editor_id is None:
        raise MissingResources(_("Say who edited it."))
    for pk in dict.fromkeys(past.photographer_ids):
        refuse_unfit_photographer(people[pk])
        Assignment.objects.create(
            session=session,
            photographer=people[pk],
            assigned_at=at,
            assigned_by=actor.user,
            coverage_start=session.starts_at,
            coverage_end=session.ends_at,
            attended=True,
            attended_at=at,
        )
    if needs_editor and past.editor_id is not None:
        refuse_unfit_editor(people[past.editor_id])
    touched = {*effects.settle_terms(session, at), *effects.estimate_delivery(session, at)}
    session.save(update_fields=list(touched))


def _arrive(
    session: Session,
    past: Past,
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Take the session to its state, by one row of history."""
    if past.status == Status.COMPLETED:
        try:
            nothing_is_left_to_pay(session, actor.user)
        except InsufficientPayment as refusal:
            override_or_raise(refusal, override, session, actor=actor, at=at)
    if past.status in since(Status.IN_EDITING):
        session.editing_assigned_to_id, session.editing_started_at = past.editor_id, at
    if past.status in since(Status.READY):
        session.editing_completed_at = at
    if past.status == Status.COMPLETED:
        session.delivered_at = at
    lifecycle.begin(session, past.status, actor=actor, at=at, reason=reason)
    session.save_changes(
        "status",
        "editing_assigned_to",
        "editing_started_at",
        "editing_completed_at",
        "delivered_at",
        by=actor.user,
        at=at,
    )
