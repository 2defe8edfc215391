"""`check_integrity` is clean on what the actions made, and finds what is broken by other means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from sessions_app.actions import lifecycle, planning, team
from sessions_app.actions.hiding import hide
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, Claim, HistoryEntry, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import AT, acting, assign, book, external, priced, taken_to
from users.models import Role, User

pytestmark = pytest.mark.django_db

SYSTEM = acting(None)


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


def test_all_holds_after_a_bit_of_everything(session):
    external()
    taken_to(Status.CANCELED)
    hide(book(), actor=SYSTEM, at=AT)
    moved = book()
    team.release(assign(moved), actor=SYSTEM, at=AT)
    planning.change_session(
        moved, {"session_date": moved.session_date + timedelta(days=1)}, actor=SYSTEM, at=AT
    )
    lifecycle.transition(session, Status.NEGOTIATION, actor=SYSTEM, at=AT)
    assert broken() == set()


BREAKAGES: dict[str, tuple[str, Callable[[Session], object]]] = {
    "a claim is missing": ("I2", lambda s: s.claims.filter(kind="session").delete()),
    "a claim covers another time": (
        "I2",
        lambda s: s.claims.update(starts_at=s.starts_at - timedelta(hours=1)),
    ),
    "a claim outlives its session": (
        "I2",
        lambda s: Session.objects.filter(pk=s.pk).update(hidden_at=AT),
    ),
    "a released photographer is still held": (
        "I2",
        lambda s: Assignment.objects.filter(session=s).update(status="Released"),
    ),
    "a state without history": (
        "I3",
        lambda s: Session.objects.filter(pk=s.pk).update(status="Negotiation"),
    ),
    "a step that the table does not have": (
        "I3",
        lambda s: HistoryEntry.objects.create(
            session=s,
            from_status="Pre-scheduled",
            to_status="Pre-scheduled",
            changed_at=AT,
            channel="api",
        ),
    ),
    "an instant that falls": (
        "I3",
        lambda s: HistoryEntry.objects.create(
            session=s,
            from_status="Pre-scheduled",
            to_status="Negotiation",
            changed_at=AT - timedelta(days=1),
            channel="api",
        ),
    ),
    "a total that no longer follows the lines": ("I4", lambda s: s.lines.all().delete()),
    "a deposit beside the formula": (
        "I4",
        lambda s: Session.objects.filter(pk=s.pk).update(deposit_amount=1),
    ),
    "a deadline beside the formula": (
        "I9",
        lambda s: Session.objects.filter(pk=s.pk).update(payment_deadline_days=9),
    ),
    "no active admin": ("I12", lambda s: User.objects.update(status="Inactive")),
    "an admin role that lacks a right": (
        "I12",
        lambda s: Role.objects.get(name="admin").permissions.first().delete(),
    ),
}


@pytest.mark.parametrize(("code", "break_it"), BREAKAGES.values(), ids=BREAKAGES)
def test_what_is_broken_behind_the_actions_is_found(session, code, break_it):
    break_it(session)
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
}


@pytest.mark.parametrize(
    ("code", "drop", "break_it"), WITHOUT_CONSTRAINT.values(), ids=WITHOUT_CONSTRAINT
)
def test_what_the_constraints_forbid_would_be_found_without_them(session, code, drop, break_it):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(drop)
    break_it(session)
    assert code in broken()


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
