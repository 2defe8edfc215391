"""`check_integrity` is clean on what the actions made, and finds what is broken by other means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from config.clock import now
from notifications.models import Email
from sessions_app.actions import planning, team
from sessions_app.actions.hiding import hide
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import void
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, Claim, HistoryEntry, Payment, Session
from sessions_app.queries.integrity import CHECKS, findings
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    TEN,
    acting,
    assign,
    attended_at,
    book,
    external,
    priced,
    taken_to,
)
from users.actors import Override
from users.models import Role, User

pytestmark = pytest.mark.django_db

LONG_AFTER = now() + timedelta(days=1)


@pytest.fixture(autouse=True)
def studio(admin_user: User) -> None:
    """Have an admin, as every studio has."""


@pytest.fixture
def session() -> Session:
    """A Pre-scheduled session with a lead."""
    session = taken_to(Status.PRE_SCHEDULED)
    assign(session, role="Lead")
    return session


def broken() -> set[str]:
    return {finding.check.code for finding in findings()}


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def put(session: Session, **columns: object) -> int:
    """Write columns past every action."""
    return Session.objects.filter(pk=session.pk).update(**columns)


def money(session: Session, kind: str, amount: int, status: str = "Verified") -> Payment:
    """Write a row into the ledger past every action."""
    verified_at = AT if status == "Verified" else None
    return Payment.objects.create(
        session=session, payment_type=kind, payment_method="Cash", amount=amount, status=status,
        transaction_reference="1", payment_date=DAY, created_at=AT, verified_at=verified_at,
    )  # fmt: skip


def told_again(session: Session) -> Email:
    """Write the same message once more, past its unique key."""
    message = Email.objects.get(session_id=session.pk)
    message.pk, message.key = None, "again"
    message.save(force_insert=True)
    return message


def test_all_holds_after_a_bit_of_everything(session):
    external()
    hide(book(), actor=SYSTEM, at=AT)
    moved = book()
    team.release(assign(moved), actor=SYSTEM, at=AT)
    planning.change_session(
        moved, {"session_date": moved.session_date + timedelta(days=1)}, actor=SYSTEM, at=AT
    )
    transition(session, Status.NEGOTIATION, actor=SYSTEM, at=AT)
    assert broken() == set()


@pytest.mark.parametrize("state", Status)
def test_all_holds_in_every_state(state):
    taken_to(state)
    assert broken() == set()


def test_all_holds_after_every_way_back():
    noon = attended_at(taken_to(Status.ASSIGNED))
    ways = {
        Status.CONFIRMED: Status.NEGOTIATION,
        Status.ATTENDED: Status.ASSIGNED,
        Status.IN_EDITING: Status.ATTENDED,
        Status.READY: Status.IN_EDITING,
    }
    for source, target in ways.items():
        session = taken_to(source)
        at = AT if source == Status.CONFIRMED else noon
        transition(session, target, actor=SYSTEM, at=at, reason="a mistake")
        assert broken() == set(), source
    postponed = taken_to(Status.ASSIGNED)
    postpone(postponed, DAY + timedelta(days=9), TEN, reason="rain", actor=SYSTEM, at=noon)
    assert broken() == set()


# What is broken past the actions: the check that finds it, the state, how it is broken

BREAKAGES: dict[str, tuple[str, Status, Callable[[Session], object]]] = {
    "a claim is missing": (
        "I2",
        Status.REQUEST,
        lambda s: s.claims.filter(kind="session").delete(),
    ),
    "a claim covers another time": (
        "I2",
        Status.REQUEST,
        lambda s: s.claims.update(starts_at=s.starts_at - timedelta(hours=1)),
    ),
    "a claim outlives its session": ("I2", Status.REQUEST, lambda s: put(s, hidden_at=AT)),
    "a released photographer is still held": (
        "I2",
        Status.CONFIRMED,
        lambda s: s.assignments.update(status="Released"),
    ),
    "what is delivered is still held": (
        "I2",
        Status.COMPLETED,
        lambda s: s.claims.update(active=True, ended_at=None, end_cause=""),
    ),
    "what was entered afterwards holds its room": (
        "I2",
        Status.ATTENDED,
        lambda s: put(s, is_retroactive=True),
    ),
    "a state without history": ("I3", Status.REQUEST, lambda s: put(s, status="Negotiation")),
    "a step that the table does not have": (
        "I3",
        Status.REQUEST,
        lambda s: HistoryEntry.objects.create(
            session=s, from_status="Request", to_status="Request", changed_at=AT, channel="api"
        ),
    ),
    "a second beginning": (
        "I3",
        Status.ATTENDED,
        lambda s: HistoryEntry.objects.create(
            session=s,
            from_status="",
            to_status="Attended",
            changed_at=attended_at(s),
            channel="api",
        ),
    ),
    "an instant that falls": (
        "I3",
        Status.REQUEST,
        lambda s: (
            put(s, status="Negotiation")
            and HistoryEntry.objects.create(
                session=s,
                from_status="Request",
                to_status="Negotiation",
                changed_at=AT - timedelta(days=1),
                channel="api",
            )
        ),
    ),
    "a total that no longer follows the lines": (
        "I4",
        Status.COMPLETED,
        lambda s: s.lines.all().delete(),
    ),
    "a deposit beside the formula": (
        "I4",
        Status.PRE_SCHEDULED,
        lambda s: put(s, deposit_amount=1),
    ),
    "more paid than the total": ("I5", Status.CONFIRMED, lambda s: money(s, "Balance", 501)),
    "refunds on their way beyond what was paid": (
        "I5",
        Status.CONFIRMED,
        lambda s: money(s, "Refund", 501, "Pending"),
    ),
    "a payment that is not shown": ("I5", Status.CONFIRMED, lambda s: money(s, "Balance", 1)),
    "paid, as is shown, more than the ledger says": (
        "I5",
        Status.CONFIRMED,
        lambda s: put(s, paid_amount=501),
    ),
    "a refund shown that is not on its way": (
        "I5",
        Status.CONFIRMED,
        lambda s: put(s, refund_due=1),
    ),
    "a deposit that is not covered": (
        "I6",
        Status.CONFIRMED,
        lambda s: put(s, deposit_amount=501),
    ),
    "nobody photographs it": (
        "I7",
        Status.ASSIGNED,
        lambda s: s.assignments.update(status="Released"),
    ),
    "a payment deadline beside the formula": (
        "I9",
        Status.PRE_SCHEDULED,
        lambda s: put(s, payment_deadline_days=9),
    ),
    "a changes deadline beside the formula": (
        "I9",
        Status.CONFIRMED,
        lambda s: put(s, changes_deadline_for=DAY + timedelta(days=1)),
    ),
    "a changes deadline at another hour than midnight": (
        "I9",
        Status.CONFIRMED,
        lambda s: put(s, changes_deadline_at=s.changes_deadline_at + timedelta(hours=1)),
    ),
    "no changes deadline at all": (
        "I9",
        Status.READY,
        lambda s: put(s, **dict.fromkeys(TERMS)),
    ),
    "a delivery date beside the formula": (
        "I9",
        Status.ASSIGNED,
        lambda s: put(s, estimated_editing_days=9),
    ),
    "no delivery date": ("I9", Status.ASSIGNED, lambda s: put(s, delivery_deadline=None)),
    "a message about a session that is none": (
        "I10",
        Status.CONFIRMED,
        lambda s: Email.objects.update(session_id=s.pk + 1000),
    ),
    "a fact that is told twice": ("I10", Status.CONFIRMED, lambda s: told_again(s)),
    "a message sent once its fact was dead": (
        "I10",
        Status.ATTENDED,
        lambda s: Email.objects.filter(kind="session_confirmed").update(
            status="Sent", sent_at=LONG_AFTER, claimed_at=LONG_AFTER
        ),
    ),
    "no active admin": ("I12", Status.REQUEST, lambda s: User.objects.update(status="Inactive")),
    "an admin role that lacks a right": (
        "I12",
        Status.REQUEST,
        lambda s: Role.objects.get(name="admin").permissions.first().delete(),
    ),
}
TERMS = (
    "changes_deadline_at",
    "changes_deadline_for",
    "changes_deadline_days",
    "refund_within_deadline",
    "refund_after_deadline",
    "refund_force_majeure",
    "refund_client_after_assigned",
)


@pytest.mark.parametrize(("code", "state", "break_it"), BREAKAGES.values(), ids=BREAKAGES)
def test_what_is_broken_behind_the_actions_is_found(code, state, break_it):
    session = taken_to(state)
    assert broken() == set()
    assert break_it(session)
    assert code in broken()


WITHOUT_CONSTRAINT = {
    "claims that overlap": (
        "I1",
        "ALTER TABLE sessions_app_claim DROP CONSTRAINT claim_room_never_twice",
        lambda s: Claim.objects.create(
            kind="maintenance", room=s.room, starts_at=s.starts_at, ends_at=s.ends_at
        ),
    ),
    "a line that is not quantity × price": (
        "I4",
        "ALTER TABLE sessions_app_line DROP CONSTRAINT line_subtotal_by_formula",
        lambda s: s.lines.update(line_subtotal=5),
    ),
    "a total beside the formula": (
        "I4",
        "ALTER TABLE sessions_app_session DROP CONSTRAINT session_total_by_formula",
        lambda s: put(s, total_amount=1001),
    ),
    "no room": (
        "I7",
        "ALTER TABLE sessions_app_session DROP CONSTRAINT session_room_or_location",
        lambda s: put(s, room=None),
    ),
    "no editor": (
        "I8",
        "ALTER TABLE sessions_app_session DROP CONSTRAINT session_editor_present",
        lambda s: put(s, editing_assigned_to=None),
    ),
    "two leads": (
        "I11",
        "DROP INDEX assignment_one_lead",
        lambda s: assign(s) and Assignment.objects.update(role="Lead"),
    ),
    "a person twice": (
        "I11",
        "DROP INDEX assignment_person_once",
        lambda s: Assignment.objects.create(
            session=s, photographer=s.assignments.get().photographer, assigned_at=AT
        ),
    ),
    "two deposits": (
        "I11",
        "DROP INDEX payment_one_live_deposit",
        lambda s: money(s, "Deposit", 1, "Pending"),
    ),
}


@pytest.mark.parametrize(
    ("code", "drop", "break_it"), WITHOUT_CONSTRAINT.values(), ids=WITHOUT_CONSTRAINT
)
def test_what_the_constraints_forbid_would_be_found_without_them(code, drop, break_it):
    session = taken_to(Status.IN_EDITING)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(drop)
    assert break_it(session)
    assert code in broken()


def test_every_check_has_been_seen_to_fail():
    tried = {code for code, *_ in [*BREAKAGES.values(), *WITHOUT_CONSTRAINT.values()]}
    assert tried == {check.code for check in CHECKS}


def test_an_uncovered_deposit_is_no_finding_where_an_override_says_why(admin_user):
    session = taken_to(Status.CONFIRMED)
    actor, override = acting(admin_user), Override("the bank was at fault")
    void(session.payments.get(), reason="bounced", actor=actor, at=AT, override=override)
    session.refresh_from_db()
    assert session.paid_amount < session.deposit_amount
    assert broken() == set()


def test_an_override_of_something_else_explains_no_uncovered_deposit():
    session, override = priced(book()), Override("an old friend")
    planning.change_session(
        session, {"discount": Decimal("300.00")}, actor=SYSTEM, at=AT, override=override
    )
    taken_to(Status.CONFIRMED, session)
    assert broken() == set()
    put(session, deposit_amount=session.paid_amount + 1)
    assert broken() == {"I6"}


def test_the_command_exits_1_and_names_what_is_broken(session):
    session.lines.all().delete()
    out = StringIO()
    with pytest.raises(SystemExit) as exit_status:
        call_command("check_integrity", stdout=out)
    assert exit_status.value.code == 1
    assert "I4 broken" in out.getvalue()
    assert session.code in out.getvalue()


def test_the_command_says_that_everything_holds():
    priced(book())
    out = StringIO()
    call_command("check_integrity", stdout=out)
    assert "Everything holds." in out.getvalue()
    quiet = StringIO()
    call_command("check_integrity", "--quiet", stdout=quiet)
    assert quiet.getvalue() == ""
