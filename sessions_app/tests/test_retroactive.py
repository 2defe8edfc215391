"""Entering a session that has already taken place (rules, section 2, *Retroactive entry*)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.errors import DomainError
from config.records.models import AuditEntry
from sessions_app.actions import editing, retroactive
from sessions_app.actions.booking import Request
from sessions_app.actions.payments import Receipt
from sessions_app.actions.retroactive import Ordered, Past
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    Claim,
    HistoryEntry,
    Line,
    Payment,
    PaymentType,
    Session,
    SessionType,
)
from sessions_app.tests.builders import AT, acting, assign, book, taken_to
from users.actors import Actor, Override
from users.models import User
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

BEFORE = date(2026, 2, 20)  # today is 10 March, 10:00
RETROACTIVE = [Status.ATTENDED, Status.IN_EDITING, Status.READY, Status.COMPLETED]
REASON = "shot before the system came"


@pytest.fixture
def boss(admin_user: User) -> Actor:
    return acting(admin_user)


def asked(**facts) -> Request:
    room = facts.pop("room", None) or RoomFactory()
    return Request(
        **{
            "client_id": ClientFactory().pk,
            "session_type": SessionType.STUDIO,
            "session_date": BEFORE,
            "session_time": time(10),
            "estimated_duration_hours": Decimal(2),
            "room_id": room.pk,
        }
        | facts
    )


def receipt(amount: str, kind: PaymentType = PaymentType.DEPOSIT, **facts) -> Receipt:
    facts = {"payment_method": "Cash", "payment_date": date(2026, 1, 15)} | facts
    return Receipt(payment_type=kind, amount=Decimal(amount), **facts)


def past(status: Status = Status.COMPLETED, **facts) -> Past:
    """What became of a session of 1000.00, all of it paid in one."""
    return Past(
        **{
            "status": status,
            "photographer_ids": [UserFactory(roles=["photographer"]).pk],
            "editor_id": UserFactory(roles=["editor"]).pk if status != Status.ATTENDED else None,
            "ordered": [Ordered(ItemFactory(unit_price=Decimal("1000.00")))],
            "receipts": [receipt("1000.00")],
        }
        | facts
    )


def enter(actor: Actor, request: Request | None = None, what: Past | None = None, **facts):
    facts = {"at": AT, "reason": REASON} | facts
    session = retroactive.enter(request or asked(), what or past(), actor=actor, **facts)
    session.refresh_from_db()
    return session


# What it leaves


@pytest.mark.parametrize("status", RETROACTIVE)
def test_it_arrives_in_its_state_by_one_row_of_history(boss, status):
    session = enter(boss, what=past(status))
    assert session.status == status
    rows = session.history.values_list("from_status", "to_status", "changed_by", "changed_at")
    assert list(rows) == [("", status.value, boss.user.pk, AT)]
    assert session.history.get().reason == REASON


@pytest.mark.parametrize("status", RETROACTIVE)
def test_it_holds_nothing(boss, status):
    enter(boss, what=past(status))
    assert not Claim.objects.exists()


def test_people_lines_and_payments_come_along(boss):
    package = PackageFactory(estimated_editing_days=12, base_price=Decimal("700.00"))
    PackageItemFactory(package=package)
    first, second, editor = (UserFactory(roles=[r]) for r in ("photographer",) * 2 + ("editor",))
    session = enter(
        boss,
        what=past(
            photographer_ids=[first.pk, second.pk],
            editor_id=editor.pk,
            ordered=[Ordered(package), Ordered(ItemFactory(unit_price=Decimal("150.00")), 2)],
            receipts=[receipt("500.00"), receipt("500.00", PaymentType.BALANCE)],
        ),
    )
    team = session.assignments.values_list("photographer", "attended", "status")
    assert set(team) == {(first.pk, True, "Assigned"), (second.pk, True, "Assigned")}
    assert session.editing_assigned_to == editor
    assert (session.total_amount, session.paid_amount) == (Decimal("1000.00"), Decimal("1000.00"))
    assert session.delivery_deadline == date(2026, 3, 4)  # 20 February + 12 days
    assert session.delivered_at == AT


def test_it_says_in_the_audit_trail_who_entered_it_and_why(boss):
    session = enter(boss)
    entry = AuditEntry.objects.get(action="session.entered_afterwards")
    assert (entry.actor, entry.object_id, entry.reason) == (boss.user, session.pk, REASON)


def test_what_is_booked_at_that_time_does_not_stand_in_its_way(boss):
    earlier = AT - timedelta(days=60)
    other = book(at=earlier, session_date=BEFORE)
    photographer = assign(other, at=earlier).photographer
    session = enter(boss, asked(room=other.room), past(photographer_ids=[photographer.pk]))
    assert session.room == other.room
    assert set(Claim.objects.values_list("session", flat=True)) == {other.pk}


def test_payments_are_older_than_the_entry_and_any_deposit_does(boss):
    what = past(Status.ATTENDED, receipts=[receipt("1.00", payment_date=date(2025, 3, 1))])
    assert enter(boss, what=what).paid_amount == Decimal("1.00")


def test_its_life_goes_on_from_there(boss, editor, coordinator):
    session = enter(boss, what=past(Status.ATTENDED))
    editing.take(session, actor=acting(editor), at=AT)
    transition(session, Status.READY, actor=acting(editor), at=AT)
    done = transition(session, Status.COMPLETED, actor=acting(coordinator), at=AT)
    assert (done.status, done.history.count()) == ("Completed", 4)
    assert not Claim.objects.exists()


def test_a_session_that_is_over_since_this_moment_can_be_entered(boss):
    request = asked(session_date=date(2026, 3, 10), session_time=time(8))
    assert enter(boss, request).ends_at == AT


# Who


@pytest.mark.parametrize("role", ["coordinator", "photographer", "editor", "user"])
def test_only_an_admin_enters_it(role):
    with pytest.raises(DomainError) as refusal:
        enter(acting(UserFactory(roles=[role])))
    assert refusal.value.code == "PERMISSION_DENIED"


# What is refused: what is asked for, what became of it, the code


def without_room() -> Request:
    return replace(asked(), room_id=None)


REFUSED = {
    "a day to come": (lambda: asked(session_date=date(2026, 3, 11)), past, "INVALID_SESSION_DATE"),
    "a session not over yet": (
        lambda: asked(session_date=date(2026, 3, 10), session_time=time(8, 1)),
        past,
        "INVALID_SESSION_DATE",
    ),
    "no time": (lambda: asked(session_time=None), past, "MISSING_SCHEDULE"),
    "no room": (without_room, past, "VALIDATION_ERROR"),
    "an unknown client": (lambda: asked(client_id=0), past, "VALIDATION_ERROR"),
    "a low deposit": (lambda: asked(deposit_percentage=Decimal(10)), past, "OVERRIDE_NEEDED"),
    "nothing sold": (asked, lambda: past(ordered=[]), "EMPTY_SESSION"),
    "sold for nothing": (
        asked,
        lambda: past(ordered=[Ordered(ItemFactory(unit_price=Decimal(0)))], receipts=[]),
        "EMPTY_SESSION",
    ),
    "something no longer sold": (
        asked,
        lambda: past(ordered=[Ordered(ItemFactory(status="Inactive"))]),
        "INACTIVE_RESOURCE",
    ),
    "an empty package": (
        asked,
        lambda: past(ordered=[Ordered(PackageFactory())]),
        "EMPTY_PACKAGE",
    ),
    "nobody photographed it": (asked, lambda: past(photographer_ids=[]), "MISSING_RESOURCES"),
    "an unknown photographer": (asked, lambda: past(photographer_ids=[0]), "VALIDATION_ERROR"),
    "an editor photographed it": (
        asked,
        lambda: past(photographer_ids=[UserFactory(roles=["editor"]).pk]),
        "WRONG_ROLE",
    ),
    "an inactive photographer": (
        asked,
        lambda: past(photographer_ids=[UserFactory(roles=["photographer"], status="Inactive").pk]),
        "INACTIVE_RESOURCE",
    ),
    "nobody edits it": (
        asked,
        lambda: past(Status.IN_EDITING, editor_id=None),
        "MISSING_RESOURCES",
    ),
    "an unknown editor": (asked, lambda: past(editor_id=0), "VALIDATION_ERROR"),
    "a photographer edits it": (
        asked,
        lambda: past(editor_id=UserFactory(roles=["photographer"]).pk),
        "WRONG_ROLE",
    ),
    "a balance, and delivered": (
        asked,
        lambda: past(receipts=[receipt("999.99")]),
        "INSUFFICIENT_PAYMENT",
    ),
    "more paid than it comes to": (
        asked,
        lambda: past(receipts=[receipt("1000.01")]),
        "PAYMENT_EXCEEDS_TOTAL",
    ),
    "two deposits": (
        asked,
        lambda: past(receipts=[receipt("500.00"), receipt("400.00")]),
        "DUPLICATE",
    ),
    "a payment to come": (
        asked,
        lambda: past(receipts=[receipt("1000.00", payment_date=date(2026, 3, 11))]),
        "VALIDATION_ERROR",
    ),
}


@pytest.mark.parametrize(("request_of", "what", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_leaves_nothing_behind(boss, request_of, what, code):
    with pytest.raises(DomainError) as refusal:
        enter(boss, request_of(), what())
    assert refusal.value.code == code
    for model in (Session, Line, Payment, Assignment, Claim, HistoryEntry):
        assert not model.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="session.").exists()
    assert book().code == "S-2026-0001"


@pytest.mark.parametrize("status", [one for one in Status if one not in RETROACTIVE])
def test_only_what_has_taken_place_is_entered_afterwards(boss, status):
    with pytest.raises(DomainError) as refusal:
        enter(boss, what=past(status))
    assert refusal.value.code == "VALIDATION_ERROR"
    assert set(refusal.value.errors) == {"status"}


@pytest.mark.parametrize("reason", ["", " "])
def test_it_needs_a_reason(boss, reason):
    with pytest.raises(DomainError) as refusal:
        enter(boss, reason=reason)
    assert set(refusal.value.errors) == {"reason"}


def test_a_balance_passes_by_override_which_is_on_record(boss):
    session = enter(boss, what=past(receipts=[]), override=Override("a gift to the parish"))
    assert (session.status, session.balance_amount) == ("Completed", Decimal("1000.00"))
    entry = AuditEntry.objects.get(action="session.override")
    assert (entry.object_id, entry.changes["guard"]) == (session.pk, "INSUFFICIENT_PAYMENT")


def test_an_ordinary_session_is_none(boss):
    assert not taken_to(Status.ATTENDED).is_retroactive
    assert enter(boss).is_retroactive
    assert Session.objects.filter(is_retroactive=True, created_by=boss.user).count() == 1
