"""The conditions of the table of states (rules, section 2): each raises its own refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.models import Room, RoomStatus
from clients.models import Client
from config.amounts import money as shown
from config.business_rules import business_rules
from config.clock import as_wire, studio_day, studio_zone
from config.errors import InactiveResource, in_readers_language
from sessions_app.actions.locking import lock_people
from sessions_app.errors import (
    ChangesDeadlineExpired,
    ChangesDeadlineNotReached,
    EmptySession,
    InsufficientPayment,
    InvalidSessionDate,
    MissingResources,
    MissingSchedule,
    PaymentDeadlineExpired,
    PhotographerNotAvailable,
    WrongRole,
)
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.policy import deadlines, money
from sessions_app.queries import conflicts, staffing
from sessions_app.queries.ledger import ledger
from users.models import User
from users.rights import RoleName

Condition = Callable[[Session, datetime], None]
Guard = Callable[[Session, User | None], None]
"""Is told who looks: a refusal names others' sessions as far as they may see them."""


def client_is_active(session: Session, at: datetime) -> None:
    """An inactive client books nothing new."""
    refuse_inactive_client(session.client)


def date_is_not_past(session: Session, at: datetime) -> None:
    """The day is today or later."""
    if session.session_date < studio_day(at):
        raise InvalidSessionDate


def start_is_not_past(session: Session, at: datetime) -> None:
    """The day is today or later; where a time is set, the start is still to come."""
    date_is_not_past(session, at)
    if session.starts_at is not None and session.starts_at < at:
        raise InvalidSessionDate


def has_schedule(session: Session, at: datetime) -> None:
    """Date, time and duration are set."""
    if session.starts_at is None:
        raise MissingSchedule


def has_lines_and_total(session: Session, at: datetime) -> None:
    """There is something to sell, for more than nothing."""
    if session.total_amount <= 0 or not session.lines.exists():
        raise EmptySession


def editor_is_fit(session: Session, at: datetime) -> None:
    """Whoever it goes back to still edits; otherwise another editor is assigned first."""
    if session.editing_assigned_to is not None:
        refuse_unfit_editor(session.editing_assigned_to)


def refuse_unfit_editor(editor: User) -> None:
    """Raise InactiveResource or WrongRole for someone who cannot edit."""
    if not editor.is_active:
        raise InactiveResource(_("%(name)s is inactive.") % {"name": editor.full_name})
    if RoleName.EDITOR not in editor.role_names:
        raise WrongRole(_("%(name)s is no editor.") % {"name": editor.full_name})


def refuse_inactive_client(client: Client) -> None:
    """Raise InactiveResource for a client who books nothing new."""
    if not client.is_active:
        raise InactiveResource(
            _("%(name)s is inactive. Reactivate the client first.") % {"name": client.full_name}
        )


def refuse_closed_room(room: Room) -> None:
    """Raise InactiveResource for a room that takes no new booking."""
    if room.status == RoomStatus.ACTIVE:
        return
    sentence = (
        _("%(name)s is in maintenance and takes no new booking. Choose another room.")
        if room.status == RoomStatus.MAINTENANCE
        else _("%(name)s is inactive. Choose another room.")
    )
    raise InactiveResource(sentence % {"name": room.name})


def deposit_is_covered_in_time(session: Session, at: datetime) -> None:
    """Verified payments recorded by the payment deadline reach the deposit (section 4)."""
    deadline = session.payment_deadline_at
    assert deadline is not None  # noqa: S101  (a session that is Pre-scheduled has one)
    paid = ledger(session)
    if paid.covers_in_time(session.deposit_amount, deadline):
        return
    facts = {
        "required": money.as_wire(session.deposit_amount),
        "paid": money.as_wire(paid.refundable),
        "deadline": as_wire(deadlines.shown_deadline(deadline)),
    }
    was_in_time = paid.received_by(deadline) >= session.deposit_amount
    if at < deadline or was_in_time:
        sentence = _("The deposit is %(required)s; verified payments come to %(paid)s.")
        amounts = {"required": shown(session.deposit_amount), "paid": shown(paid.refundable)}
        raise InsufficientPayment(sentence % amounts, **facts)
    raise PaymentDeadlineExpired(
        _(
            "The deposit was not covered by the payment deadline. Take the session back to "
            "Negotiation to give it a new one."
        ),
        **facts,
    )


def changes_deadline_is_to_come(session: Session, at: datetime) -> None:
    """After it the plan is settled."""
    deadline = session.changes_deadline_at
    if deadline is not None and at >= deadline:
        raise ChangesDeadlineExpired(
            _("The changes deadline is past: the session can no longer be reopened."),
            deadline=as_wire(deadlines.shown_deadline(deadline)),
        )


def changes_deadline_is_past(session: Session, at: datetime) -> None:
    """Until then the client may still change their mind."""
    deadline = session.changes_deadline_at
    if deadline is not None and at < deadline:
        last = deadlines.shown_deadline(deadline)
        sentence = _(
            "The changes deadline is still to come. Until %(day)s the client may change their mind."
        )
        day = date_format(last.astimezone(studio_zone()), "D j M Y H:i")
        raise ChangesDeadlineNotReached(sentence % {"day": day}, deadline=as_wire(last))


def is_staffed(session: Session, at: datetime) -> None:
    """At least one photographer; in Studio, a room."""
    if not staffing.is_staffed(session):
        raise MissingResources(_("At least one photographer must be assigned first."))


def there_are_enough_photographers(session: Session, viewer: User | None) -> None:
    """As many as are needed are assigned or still free, others' needs counted (section 3).

    Everyone who could be counted on is locked: two confirmations never count on the same person.
    """
    lock_people(staffing.photographers().values_list("pk", flat=True))
    found = staffing.staffing_of(session)
    if found.is_enough:
        return
    facts = {"missing": found.missing, "free": found.free, "promised": found.promised}
    raise PhotographerNotAvailable(
        in_readers_language(
            lambda: (
                _(
                    "%(missing)d more photographers are needed at that time; %(free)d are free, "
                    "and other confirmed sessions need %(promised)d."
                )
                % facts
            )
        ),
        required=session.photographers_needed,
        conflicts=conflicts.described(found.in_the_way, viewer),
        next_free=[],
    )


def nothing_is_left_to_pay(session: Session, viewer: User | None) -> None:
    """The balance is 0, where the studio asks for full payment before delivery."""
    if business_rules().requires_full_payment and session.balance_amount > 0:
        balance = shown(session.balance_amount)
        raise InsufficientPayment(
            in_readers_language(
                lambda: _("%(balance)s are still to be paid.") % {"balance": balance}
            ),
            required=money.as_wire(session.total_amount),
            paid=money.as_wire(session.paid_amount),
        )


FIT_FOR_THE_AGENDA = (has_schedule, start_is_not_past, has_lines_and_total)

CONDITIONS: dict[tuple[Status, Status], tuple[Condition, ...]] = {
    (Status.REQUEST, Status.NEGOTIATION): (client_is_active, date_is_not_past),
    (Status.NEGOTIATION, Status.PRE_SCHEDULED): FIT_FOR_THE_AGENDA,
    (Status.PRE_SCHEDULED, Status.CONFIRMED): (*FIT_FOR_THE_AGENDA, deposit_is_covered_in_time),
    (Status.CONFIRMED, Status.NEGOTIATION): (changes_deadline_is_to_come,),
    (Status.CONFIRMED, Status.ASSIGNED): (changes_deadline_is_past, is_staffed),
    (Status.READY, Status.IN_EDITING): (editor_is_fit,),
}
"""What each step asks for, in the order of the text: the first that fails is the answer."""

GUARDS: dict[tuple[Status, Status], tuple[Guard, ...]] = {
    (Status.PRE_SCHEDULED, Status.CONFIRMED): (there_are_enough_photographers,),
    (Status.READY, Status.COMPLETED): (nothing_is_left_to_pay,),
}
"""What a step asks for besides, unless an admin overrides it."""
