"""Every fact that staff are told, brought about by the actions that people use; and the staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import connection

from catalog.tests.factories import RoomFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import instant, start_of
from notifications.models import Notification
from sessions_app.actions import editing, integrity, nightly, planning, reminding, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import void
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentStatus, PaymentType, Session
from sessions_app.queries.integrity import CHECKS
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    acting,
    attended_at,
    book,
    external,
    paid,
    taken_to,
)
from users.actions.roles import permissions_by_right
from users.actors import Actor, Override
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory

HOUR = timedelta(hours=1)
DEADLINE = start_of((AT + timedelta(days=6)).date())  # five days to pay have ended
LATE = start_of(DAY - timedelta(days=6))  # the changes deadline has passed
EVE = instant(DAY - timedelta(days=1), time(9))
NEXT_MORNING = instant(DAY + timedelta(days=1), time(9))
LONG_AFTER = AT + timedelta(days=15)

REASON = "a secret of the house"
SECRETS = ("5555-1111", "1234567-8", "Fernández y Cía.", "difficult", "Zona 10", REASON)


class Staff:
    """The people of a studio, by name; who is gone, or was given nothing, is never told."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}
        for name, roles in {
            "admin": ["admin"],
            "other admin": ["admin"],
            "coordinator": ["coordinator"],
            "other coordinator": ["coordinator"],
            "covering": ["photographer"],
            "other photographer": ["photographer"],
            "editor": ["editor"],
            "other editor": ["editor"],
            "accountant": ["editor"],  # who holds a studio-made role holds one of the four besides
            "plain": ["user"],
            "gone admin": ["admin"],
            "gone coordinator": ["coordinator"],
            "gone editor": ["editor"],
            "with a role that is gone": ["editor"],
        }.items():
            self.people[name] = UserFactory(full_name=name.title(), roles=roles)
        gone = [one.pk for name, one in self.people.items() if name.startswith("gone")]
        User.objects.filter(pk__in=gone).update(status="Inactive")
        rights = (Right.SESSION_VIEW_ALL, Right.SESSION_PAYMENT)
        self["accountant"].roles.add(_made("accounts", rights))
        past = _made("accounts of old", Right)
        Role.objects.filter(pk=past.pk).update(status="Inactive")
        self["with a role that is gone"].roles.add(past)

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def look_again(self) -> None:
        """Let everyone be as they are in the database."""
        for name, person in self.people.items():
            self.people[name] = User.objects.get(pk=person.pk)

    def acting(self, name: str) -> Actor:
        """Return a person as an actor."""
        return acting(self[name])

    def told(self, kind: str) -> list[str]:
        """Return the names of those who were told a kind, one for each notification."""
        names = {person.pk: name for name, person in self.people.items()}
        rows = Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True)
        return sorted(names.get(pk, "somebody else") for pk in rows)


def _made(name: str, rights: Iterable[Right]) -> Role:
    made = Role.objects.create(name=name, created_at=AT)
    known = permissions_by_right()
    made.permissions.add(*(known[right] for right in rights))
    return made


def somebody() -> Client:
    """Return a client of whom much is known that not everybody may see."""
    return ClientFactory(
        full_name="Lucía Fernández",
        secondary_phone="5555-1111",
        tax_id="1234567-8",
        billing_name="Fernández y Cía.",
        notes="difficult",
        delivery_address="Zona 10",
    )


def of(staff: Staff, status: Status, session: Session | None = None) -> Session:
    """Return a session of 1000.00 in a state, covered by `covering`, and edited by `editor`."""
    session = session or book(client=somebody())
    team.assign(session, staff["covering"].pk, actor=SYSTEM, at=AT)
    session = taken_to(status, session)
    if session.editing_assigned_to is not None:
        User.objects.filter(pk=session.editing_assigned_to.pk).update(status="Inactive")
        Session.objects.filter(pk=session.pk).update(editing_assigned_to=staff["editor"])
    session.refresh_from_db()
    Notification.objects.all().delete()
    return session


def assigned(staff: Staff) -> Session:
    session = taken_to(Status.PRE_SCHEDULED, book(client=somebody()))
    team.assign(session, staff["covering"].pk, actor=staff.acting("coordinator"), at=AT)
    return session


def reassigned(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    present, newcomer = session.assignments.get(), staff["other photographer"]
    team.reassign(present, newcomer.pk, actor=staff.acting("coordinator"), at=AT, reason=REASON)
    return session


def released(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    team.release(session.assignments.get(), actor=staff.acting("coordinator"), at=AT)
    return session


def editing_assigned(staff: Staff) -> Session:
    session = of(staff, Status.ATTENDED)
    desk, at = staff.acting("coordinator"), attended_at(session)
    editing.assign_editor(session, staff["editor"].pk, actor=desk, at=at)
    return session


def editing_handed_on(staff: Staff) -> Session:
    session = of(staff, Status.IN_EDITING)
    desk, at = staff.acting("coordinator"), attended_at(session)
    editing.assign_editor(session, staff["other editor"].pk, actor=desk, at=at)
    return session


def editing_released(staff: Staff) -> Session:
    session = of(staff, Status.IN_EDITING)
    desk, at = staff.acting("coordinator"), attended_at(session)
    editing.release_editor(session, actor=desk, at=at, reason=REASON)
    return session


def cancelled(staff: Staff) -> Session:
    session = of(staff, Status.IN_EDITING)
    call_off(session, staff, Initiator.CLIENT, attended_at(session))
    return session


def moved(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    changes = {"session_date": DAY + timedelta(days=1)}
    planning.change_session(session, changes, actor=staff.acting("coordinator"), at=AT)
    return session


def in_another_room(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    changes = {"room_id": RoomFactory(name="Sala Azul").pk}
    planning.change_session(session, changes, actor=staff.acting("coordinator"), at=AT)
    return session


def at_another_place(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED, external(client=somebody()))
    changes = {"location": "Lake Atitlán"}
    planning.change_session(session, changes, actor=staff.acting("coordinator"), at=AT)
    return session


def with_other_hours(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    part = session.assignments.get()
    changes = {"coverage_end": part.coverage_end + HOUR}
    team.change_assignment(part, changes, actor=staff.acting("coordinator"), at=AT)
    return session


def tomorrow(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    reminding.remind_of_session(session, actor=SYSTEM, at=EVE)
    return session


def awaits_editing(staff: Staff) -> Session:
    session = of(staff, Status.ASSIGNED)
    desk, at = staff.acting("coordinator"), attended_at(session)
    transition(session, Status.ATTENDED, actor=desk, at=at)
    return session


def ready(staff: Staff) -> Session:
    session = of(staff, Status.IN_EDITING)
    transition(session, Status.READY, actor=staff.acting("editor"), at=attended_at(session))
    return session


def unstaffed(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    nightly.assign_confirmed(session, actor=SYSTEM, at=LATE)
    return session


def covered(staff: Staff) -> Session:
    session = of(staff, Status.PRE_SCHEDULED)
    paid(session, "500.00")
    nightly.cancel_unpaid(session, actor=SYSTEM, at=DEADLINE)
    return session


def to_verify(staff: Staff) -> Session:
    session = of(staff, Status.PRE_SCHEDULED)
    paid(session, "400.00", by=staff.acting("coordinator"), status=PaymentStatus.PENDING)
    return session


def to_pay_out(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    call_off(session, staff, Initiator.CLIENT)
    return session


def stale(staff: Staff) -> Session:
    session = of(staff, Status.NEGOTIATION)
    reminding.report_stale(session, actor=SYSTEM, at=LONG_AFTER)
    return session


def without_attendance(staff: Staff) -> Session:
    session = of(staff, Status.ASSIGNED)
    reminding.ask_for_attendance(session, actor=SYSTEM, at=NEXT_MORNING)
    return session


def high_risk(staff: Staff) -> Session:
    client = somebody()
    for days in range(3):
        session = book(client=client, session_date=DAY + timedelta(days=days))
        cancel(
            taken_to(Status.PRE_SCHEDULED, session),
            initiator=Initiator.CLIENT, actor=SYSTEM, at=AT, reason=REASON,
        )  # fmt: skip
    return book(staff.acting("coordinator"), client=client)


def cancelled_late(staff: Staff) -> Session:
    session = of(staff, Status.CONFIRMED)
    call_off(session, staff, Initiator.STUDIO, LATE)
    return session


def overridden(staff: Staff) -> Session:
    session, override = of(staff, Status.NEGOTIATION), Override(REASON)
    changes = {"discount": Decimal("300.00")}
    boss = staff.acting("admin")
    planning.change_session(session, changes, actor=boss, at=AT, override=override)
    return session


def uncovered(staff: Staff) -> Session:
    session, override = of(staff, Status.CONFIRMED), Override(REASON)
    deposit = session.payments.get(payment_type=PaymentType.DEPOSIT)
    void(deposit, reason=REASON, actor=staff.acting("admin"), at=AT, override=override)
    return session


def broken(staff: Staff) -> Session:
    session = of(staff, Status.PRE_SCHEDULED)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sessions_app_line")
    check = next(check for check in CHECKS if check.finding() is not None)
    integrity.prove(check, actor=SYSTEM, at=AT)
    return session


def call_off(session: Session, staff: Staff, initiator: Initiator, at: datetime = AT) -> None:
    """Let the coordinator cancel a session."""
    cancel(session, initiator=initiator, actor=staff.acting("coordinator"), at=at, reason=REASON)


Told = Callable[[Staff], Session]

OFFICE = ("admin", "coordinator", "other admin", "other coordinator")
OTHERS = ("admin", "other admin", "other coordinator")
ADMINS = ("admin", "other admin")
EDITORS = ("accountant", "editor", "other editor", "with a role that is gone")

TOLD: list[tuple[str, Told, tuple[str, ...]]] = [
    ("assigned", assigned, ("covering",)),
    ("reassigned", reassigned, ("covering",)),
    ("assigned", reassigned, ("other photographer",)),
    ("released", released, ("covering",)),
    ("editing_assigned", editing_assigned, ("editor",)),
    ("editing_assigned", editing_handed_on, ("other editor",)),
    ("editing_released", editing_handed_on, ("editor",)),
    ("editing_released", editing_released, ("editor",)),
    ("cancelled", cancelled, ("covering", "editor")),
    ("moved", moved, ("covering",)),
    ("changed", in_another_room, ("covering",)),
    ("changed", at_another_place, ("covering",)),
    ("changed", with_other_hours, ("covering",)),
    ("tomorrow", tomorrow, ("covering",)),
    ("awaits_editing", awaits_editing, EDITORS),
    ("awaits_editing", editing_released, EDITORS),
    ("ready_for_delivery", ready, OFFICE),
    ("unstaffed", unstaffed, OFFICE),
    ("covered_not_confirmed", covered, OFFICE),
    ("payment_to_verify", to_verify, ("accountant", *OTHERS)),
    ("refund_to_pay", to_pay_out, OTHERS),
    ("stale_request", stale, OFFICE),
    ("attendance_missing", without_attendance, (*OFFICE, "covering")),
    ("high_risk_booking", high_risk, OTHERS),
    ("costly_cancellation", cancelled_late, ADMINS),
    ("override_used", overridden, ("other admin",)),
    ("deposit_uncovered", uncovered, ("accountant", "coordinator", *OTHERS[1:])),
    ("integrity_problem", broken, ADMINS),
]
"""Kind, how it comes about, and who is told; the coordinator acts where a person does, or the
editor or the admin."""
