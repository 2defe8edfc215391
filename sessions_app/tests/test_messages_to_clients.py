"""What clients are told, when, where to and in which language; and when not (rules, section 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.models import Client
from notifications.models import Email, EmailStatus, Notification
from notifications.tests.posting import html_of, posted, written
from notifications.writing import silence
from sessions_app.actions import planning, retroactive, team
from sessions_app.actions.booking import Request
from sessions_app.actions.payments import Receipt
from sessions_app.actions.postponing import postpone
from sessions_app.actions.retroactive import Ordered, Past
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import void
from sessions_app.lifecycle import Status
from sessions_app.messages.client_kinds import KINDS
from sessions_app.models import PaymentType, Session, SessionType
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    TEN,
    acting,
    assign,
    attended_at,
    external,
    paid,
    taken_to,
)
from sessions_app.tests.telling import (
    EVE,
    LATER,
    NEXT_DAY,
    TELLINGS,
    Telling,
    call_off,
    client,
    confirm,
    move,
    reassign,
    settled,
)
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LUCIA = "lucia@example.com"
THE_DAY = {"en": "20 April 2026", "es": "20 de abril de 2026"}

told_of_everything = pytest.mark.parametrize("kind", TELLINGS)


def one_letter(at: datetime) -> EmailMultiAlternatives:
    """Send what is due and return the only letter that goes out."""
    [letter] = posted(at)
    return letter


def test_there_is_a_telling_of_every_kind():
    assert set(TELLINGS) == {kind.name for kind in KINDS}


# Every kind


@told_of_everything
def test_the_client_is_told_once(kind):
    telling = TELLINGS[kind]("en")
    assert Email.objects.get(status=EmailStatus.PENDING).kind == kind
    letter = one_letter(telling.at)
    assert letter.to == [LUCIA]
    for part in (str(letter.body), html_of(letter)):
        assert telling.session.code in part
        assert "Lucía Fernández" in part
    assert posted(telling.at + timedelta(minutes=1)) == []
    assert written().count((kind, LUCIA)) == 1


@told_of_everything
@pytest.mark.parametrize("language", THE_DAY)
def test_the_letter_is_in_the_client_s_language(kind, language):
    letter = one_letter(TELLINGS[kind](language).at)
    others = set(THE_DAY.values()) - {THE_DAY[language]}
    for part in (str(letter.body), html_of(letter)):
        assert THE_DAY[language] in part
        assert not any(other in part for other in others)


@told_of_everything
def test_the_letter_goes_to_the_address_that_the_client_has_by_then(kind):
    telling = TELLINGS[kind]("en")
    Client.objects.update(email="corrected@example.com")
    assert one_letter(telling.at).to == ["corrected@example.com"]


@told_of_everything
def test_what_is_rolled_back_is_told_nobody(kind):
    with transaction.atomic():
        TELLINGS[kind]("en")
        transaction.set_rollback(True)
    assert not Email.objects.exists()


@told_of_everything
def test_the_demo_tells_nobody(kind):
    UserFactory(roles=["admin"])
    with silence():
        TELLINGS[kind]("en")
    assert not Email.objects.exists()
    assert not Notification.objects.exists()


# What is told besides


def to_another_place() -> Telling:
    session = taken_to(Status.CONFIRMED, external(client=client()))
    posted(AT)
    move(session, location="Lake Atitlán")
    return Telling(session, AT)


def postponed() -> Telling:
    session, at = settled(Status.ASSIGNED)
    rainy = attended_at(session) - timedelta(hours=4)
    postpone(session, NEXT_DAY, TEN, reason="rain", actor=SYSTEM, at=rainy)
    return Telling(session, at)


def longer() -> Telling:
    session, at = settled(Status.CONFIRMED)
    move(session, estimated_duration_hours=Decimal(3))
    return Telling(session, at)


MOVES: dict[str, tuple[Callable[[], Telling], str, str]] = {
    "to another place": (to_another_place, "Lake Atitlán", "Antigua Guatemala"),
    "postponed": (postponed, "21 April 2026, 10:00–12:00", "20 April 2026, 10:00–12:00"),
    "longer": (longer, "10:00–13:00", "10:00–12:00"),
}


@pytest.mark.parametrize(("moved", "now_at", "before"), MOVES.values(), ids=MOVES)
def test_a_move_is_told_with_where_it_was(moved, now_at, before):
    letter = one_letter(moved().at)
    for part in (str(letter.body), html_of(letter)):
        assert now_at in part
        assert before in part


def test_a_new_photographer_is_named():
    session, at = settled(Status.CONFIRMED)
    reassign(session)
    joined = session.assignments.get(status="Assigned").photographer
    assert joined.full_name in one_letter(at).body


@pytest.mark.parametrize("state", [one for one in Status if one not in ("Completed", "Canceled")])
def test_a_cancellation_is_told_from_every_state(state):
    session, at = settled(state)
    call_off(session, at)
    assert one_letter(at).subject == f"Your session {session.code} is cancelled"


def test_the_link_to_the_material_is_in_the_letter():
    session, at = settled(Status.IN_EDITING)
    planning.change_session(
        session, {"delivery_link": "https://photos.example.com/42"}, actor=SYSTEM, at=at
    )
    transition(session, Status.READY, actor=SYSTEM, at=at)
    letter = one_letter(at)
    assert "https://photos.example.com/42" in letter.body
    assert 'href="https://photos.example.com/42"' in html_of(letter)


def test_a_confirmation_says_what_was_paid_and_what_is_left():
    letter = one_letter(TELLINGS["session_confirmed"]("en").at)
    assert [
        line.partition(": ")[2]
        for line in letter.body.splitlines()
        if line[:5] in ("Total", "Paid:")
    ] == ["Q\N{NO-BREAK SPACE}1,000.00", "Q\N{NO-BREAK SPACE}500.00"]


def test_each_confirmation_is_a_fact_of_its_own():
    telling = TELLINGS["session_confirmed"]("en")
    posted(AT)
    transition(telling.fresh(), Status.NEGOTIATION, actor=SYSTEM, at=LATER)
    transition(telling.fresh(), Status.PRE_SCHEDULED, actor=SYSTEM, at=LATER)
    confirm(telling.fresh(), LATER)
    assert "is confirmed" in one_letter(LATER).subject


def test_each_delivery_after_a_rework_is_a_fact_of_its_own():
    telling = TELLINGS["material_ready"]("en")
    posted(telling.at)
    transition(telling.fresh(), Status.IN_EDITING, actor=SYSTEM, at=telling.at, reason="too dark")
    transition(telling.fresh(), Status.READY, actor=SYSTEM, at=telling.at)
    assert "are ready" in one_letter(telling.at).subject


@pytest.mark.parametrize("address", ["as it was", "corrected"])
def test_of_two_moves_not_yet_sent_one_letter_goes_out(address):
    session, at = settled(Status.CONFIRMED)
    move(session, session_date=NEXT_DAY)
    if address == "corrected":
        Client.objects.update(email="corrected@example.com")
    move(Session.objects.get(pk=session.pk), session_date=NEXT_DAY + timedelta(days=1))
    letter = one_letter(at)
    assert "22 April 2026" in letter.subject
    assert "When it was before: Monday 20 April 2026" in letter.body


def test_moved_there_and_back_before_it_is_told_is_no_news():
    session, at = settled(Status.CONFIRMED)
    move(session, session_date=NEXT_DAY)
    move(Session.objects.get(pk=session.pk), session_date=DAY)
    assert posted(at) == []


def test_moved_back_once_the_move_was_told_is_told_too():
    session, at = settled(Status.CONFIRMED)
    move(session, session_date=NEXT_DAY)
    posted(at)
    move(Session.objects.get(pk=session.pk), session_date=DAY)
    letter = one_letter(at)
    assert "When: Monday 20 April 2026" in letter.body
    assert "When it was before: Tuesday 21 April 2026" in letter.body


# What is not told


@pytest.mark.parametrize("state", ["Request", "Negotiation", "Pre-scheduled"])
def test_before_it_is_confirmed_neither_moves_nor_people_are_told(state):
    session, at = settled(Status(state))
    assign(session)
    move(session, session_date=NEXT_DAY)
    reassign(Session.objects.get(pk=session.pk))
    assert posted(at) == []


PLANS: dict[str, Callable[[Session], dict[str, object]]] = {
    "what it is already": lambda s: {"session_date": s.session_date, "session_time": TEN},
    "what they wish": lambda s: {"client_requirements": "more light"},
    "what it costs": lambda s: {"discount": Decimal("50.00")},
    "notes": lambda s: {"internal_notes": "prefers mornings"},
    "another room": lambda s: {"room_id": RoomFactory().pk},
}


@pytest.mark.parametrize("changes", PLANS.values(), ids=PLANS)
def test_what_moves_nothing_for_the_client_is_not_told(changes):
    session, at = settled(Status.CONFIRMED)
    move(session, **changes(session))
    assert posted(at) == []


@pytest.mark.parametrize("state", ["Assigned", "Attended", "In Editing"])
def test_who_was_to_come_to_a_past_session_is_no_news(state):
    session, at = settled(Status(state))  # noon; it began at ten
    reassign(session, at)
    assert posted(at) == []


def test_a_photographer_more_or_less_is_not_told():
    session, at = settled(Status.CONFIRMED)
    second = assign(session)
    team.release(second, actor=SYSTEM, at=at)
    assert posted(at) == []


STEPS = {
    Status.REQUEST: Status.NEGOTIATION,
    Status.NEGOTIATION: Status.PRE_SCHEDULED,
    Status.PRE_SCHEDULED: Status.NEGOTIATION,
    Status.CONFIRMED: Status.NEGOTIATION,
    Status.ASSIGNED: Status.ATTENDED,
    Status.ATTENDED: Status.ASSIGNED,
    Status.IN_EDITING: Status.ATTENDED,
    Status.READY: Status.IN_EDITING,
}


@pytest.mark.parametrize(("state", "target"), STEPS.items())
def test_steps_that_mean_nothing_to_the_client_are_not_told(state, target):
    session, at = settled(state)
    transition(session, target, actor=SYSTEM, at=at, reason="a mistake")
    assert posted(at) == []


def test_that_it_is_assigned_is_not_told():
    session, _at = settled(Status.CONFIRMED)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=EVE)
    assert posted(EVE) == []


def test_that_it_is_completed_is_not_told():
    session, at = settled(Status.READY)
    paid(session, session.balance_amount, PaymentType.BALANCE, at=at)
    transition(session, Status.COMPLETED, actor=SYSTEM, at=at)
    assert posted(at) == []


def test_payments_and_refunds_on_their_way_are_not_told():
    session, _at = settled(Status.CONFIRMED)
    paid(session, "300.00", PaymentType.BALANCE)
    refund = paid(session, "100.00", PaymentType.REFUND, at=LATER, reason="as agreed")
    void(refund, reason="not agreed", actor=SYSTEM, at=LATER)
    assert posted(LATER) == []


# Retroactive entry


@pytest.mark.parametrize("state", ["Attended", "In Editing", "Ready for Delivery", "Completed"])
def test_what_is_entered_afterwards_is_told_nobody(state, admin_user):
    UserFactory(roles=["admin"])
    entered_afterwards(Status(state), admin_user)
    assert not Email.objects.exists()
    assert not Notification.objects.exists()


def test_what_happens_after_the_entry_is_told_as_ever(admin_user):
    session = entered_afterwards(Status.IN_EDITING, admin_user)
    transition(session, Status.READY, actor=SYSTEM, at=AT)
    assert "are ready" in one_letter(AT).subject


def entered_afterwards(state: Status, admin_user: User) -> Session:
    item = ItemFactory(unit_price=Decimal("1000.00"))
    day = date(2026, 2, 20)
    receipt = Receipt(
        payment_type=PaymentType.DEPOSIT,
        payment_method="Cash",
        amount=Decimal("1000.00"),
        payment_date=day,
    )
    request = Request(
        client_id=client().pk,
        session_type=SessionType.STUDIO,
        session_date=day,
        session_time=time(10),
        estimated_duration_hours=Decimal(2),
        room_id=RoomFactory().pk,
    )
    past = Past(
        status=state,
        photographer_ids=[UserFactory(roles=["photographer"]).pk],
        ordered=[Ordered(item)],
        receipts=[receipt],
        editor_id=None if state == Status.ATTENDED else UserFactory(roles=["editor"]).pk,
    )
    return retroactive.enter(request, past, actor=acting(admin_user), at=AT, reason="on paper")
