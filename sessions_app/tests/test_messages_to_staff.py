"""Who of the staff is told what: by their rights and their work, each once, in their language."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import translation

from notifications.models import Email, Notification
from sessions_app.actions import attendance, booking, editing, planning, team
from sessions_app.actions.booking import Request
from sessions_app.actions.payments import Receipt, record
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify
from sessions_app.lifecycle import Status
from sessions_app.messages.staff_kinds import KINDS
from sessions_app.models import Initiator, PaymentStatus, PaymentType, SessionType
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    TEN,
    acting,
    assign,
    attended_at,
    book,
    paid,
    taken_to,
)
from sessions_app.tests.telling_staff import (
    ADMINS,
    HOUR,
    LATE,
    REASON,
    SECRETS,
    TOLD,
    awaits_editing,
    call_off,
    of,
    somebody,
    stale,
)
from users.actors import Override
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ONES_OWN = ("covering", "other photographer", "editor", "other editor")
"""Those who see a session only where it is theirs, hence never its money."""

every_fact = pytest.mark.parametrize(
    ("kind", "fact", "who"), TOLD, ids=[f"{kind}, {fact.__name__}" for kind, fact, _who in TOLD]
)


def test_there_is_a_fact_of_every_kind():
    assert {kind for kind, _fact, _who in TOLD} == {kind.name for kind in KINDS}


# Every kind


@every_fact
def test_who_is_told_and_each_of_them_once(staff, kind, fact, who):
    session = fact(staff)
    assert staff.told(kind) == sorted(who)
    if kind != "integrity_problem":
        for told in Notification.objects.filter(kind=kind):
            assert session.code in told.title
            assert (told.session_id, told.session_code) == (session.pk, session.code)
    assert not Email.objects.exclude(person=None).exists()  # nobody has wished for one


@every_fact
def test_each_is_told_in_their_own_language_and_nothing_they_may_not_see(staff, kind, fact, who):
    User.objects.filter(pk=staff[who[0]].pk).update(language="es")
    staff[who[0]].refresh_from_db()
    fact(staff)
    own = [staff[name].pk for name in ONES_OWN]
    for told in Notification.objects.all():
        if told.recipient_id in own:
            words = f"{told.title}\n{told.body}"
            assert not any(secret in words for secret in SECRETS)
            assert "Q\N{NO-BREAK SPACE}" not in words
        if told.session_id:
            is_spanish = told.recipient_id == staff[who[0]].pk
            assert (" de abril de 2026" in told.body) == is_spanish
            assert (" April 2026" in told.body) != is_spanish


def test_what_is_rolled_back_is_told_nobody(staff):
    for _kind, fact, _who in TOLD[::5]:
        with transaction.atomic():
            fact(staff)
            assert Notification.objects.exists()
            transaction.set_rollback(True)
        assert not Notification.objects.exists()


# What one does oneself is no news


def test_who_assigns_themselves_is_not_told(staff):
    both = UserFactory(roles=["coordinator", "photographer"])
    session = taken_to(Status.PRE_SCHEDULED)
    team.assign(session, both.pk, actor=acting(both), at=AT)
    assert staff.told("assigned") == []


def test_who_hands_their_own_session_on_is_not_told_but_who_gets_it_is(staff):
    both = UserFactory(roles=["coordinator", "photographer"])
    session = taken_to(Status.PRE_SCHEDULED)
    own = team.assign(session, both.pk, actor=acting(both), at=AT)
    team.reassign(own, staff["covering"].pk, actor=acting(both), at=AT)
    assert staff.told("reassigned") == []
    assert staff.told("assigned") == ["covering"]


def test_who_takes_a_session_to_edit_is_not_told(staff):
    session = of(staff, Status.ATTENDED)
    editing.take(session, actor=staff.acting("editor"), at=attended_at(session))
    assert not Notification.objects.exists()


def test_who_gives_a_session_back_is_not_told_that_it_awaits_editing(staff):
    session = of(staff, Status.IN_EDITING)
    editor, at = staff.acting("editor"), attended_at(session)
    editing.release_editor(session, actor=editor, at=at, reason=REASON)
    assert staff.told("editing_released") == []
    assert "editor" not in staff.told("awaits_editing")
    assert "other editor" in staff.told("awaits_editing")


def test_who_moves_their_own_session_is_not_told_but_the_others_are(staff):
    session = of(staff, Status.CONFIRMED)
    both = UserFactory(roles=["coordinator", "photographer"])
    assign(session, both)
    Notification.objects.all().delete()
    changes = {"session_date": DAY + timedelta(days=1)}
    planning.change_session(session, changes, actor=acting(both), at=AT)
    assert staff.told("moved") == ["covering"]


# Where somebody is told, and where nobody


def test_a_photographer_s_mark_that_completes_the_attendance_tells_the_editors(staff):
    session = of(staff, Status.ASSIGNED)
    noon = attended_at(session)
    attendance.mark_own(session, attended=True, actor=staff.acting("covering"), at=noon)
    assert "editor" in staff.told("awaits_editing")


def test_a_mark_that_leaves_others_missing_tells_nobody(staff):
    session = of(staff, Status.CONFIRMED)
    assign(session)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=LATE)
    Notification.objects.all().delete()
    noon = attended_at(session)
    attendance.mark_own(session, attended=True, actor=staff.acting("covering"), at=noon)
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("kind", "fact"), [("stale_request", stale), ("awaits_editing", awaits_editing)]
)
def test_who_holds_a_right_by_several_roles_is_told_once(staff, kind, fact):
    person = UserFactory(roles=["admin", "coordinator", "editor", "photographer"])
    fact(staff)
    assert Notification.objects.filter(kind=kind, recipient=person).count() == 1


def test_a_released_photographer_is_told_nothing_more(staff):
    session = of(staff, Status.CONFIRMED)
    team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    Notification.objects.all().delete()
    call_off(session, staff, Initiator.CLIENT)
    assert staff.told("cancelled") == []


@pytest.mark.parametrize(
    ("state", "at", "initiator", "who"),
    [
        (Status.CONFIRMED, AT, Initiator.STUDIO, ()),
        (Status.CONFIRMED, LATE, Initiator.CLIENT, ()),
        (Status.CONFIRMED, LATE, Initiator.STUDIO, ADMINS),
        (Status.CONFIRMED, LATE, Initiator.FORCE_MAJEURE, ADMINS),
        (Status.ASSIGNED, LATE, Initiator.CLIENT, ()),
        (Status.ASSIGNED, LATE, Initiator.STUDIO, ADMINS),
        (Status.ASSIGNED, LATE, Initiator.FORCE_MAJEURE, ADMINS),
        (Status.PRE_SCHEDULED, AT, Initiator.STUDIO, ()),
    ],
)
def test_admins_are_alerted_where_the_studio_or_force_majeure_cancels_late(
    staff, state, at, initiator, who
):
    session = of(staff, state)
    call_off(session, staff, initiator, at)
    assert staff.told("costly_cancellation") == sorted(who)


@pytest.mark.parametrize(
    ("status", "who"), [("Pending", ["accountant", "admin"]), ("Verified", [])]
)
def test_a_payment_is_told_where_it_waits(staff, status, who):
    session = of(staff, Status.PRE_SCHEDULED)
    paid(session, "400.00", by=staff.acting("coordinator"), status=PaymentStatus(status))
    assert [name for name in staff.told("payment_to_verify") if name in who] == who
    assert bool(staff.told("payment_to_verify")) == bool(who)


def test_each_part_of_a_payment_is_told_with_its_amount(staff):
    session = of(staff, Status.PRE_SCHEDULED)
    receipt = Receipt(
        payment_type=PaymentType.DEPOSIT,
        payment_method="Transfer",
        amount=Decimal("700.00"),
        payment_date=AT.date(),
        status=PaymentStatus.PENDING,
    )
    record(session, receipt, actor=staff.acting("coordinator"), at=AT)
    told = Notification.objects.filter(recipient=staff["admin"], kind="payment_to_verify")
    amounts = {one.title.partition("payment of Q\N{NO-BREAK SPACE}")[2][:6] for one in told}
    assert amounts == {"500.00", "200.00"}


def test_a_refund_that_grows_is_told_anew(staff):
    session = of(staff, Status.CONFIRMED)
    waiting = paid(session, "200.00", PaymentType.BALANCE, status=PaymentStatus.PENDING)
    call_off(session, staff, Initiator.STUDIO)
    Notification.objects.all().delete()
    verify(waiting, actor=staff.acting("coordinator"), at=AT + HOUR)
    assert staff.told("refund_to_pay") == ["admin", "other admin", "other coordinator"]
    assert "Q\N{NO-BREAK SPACE}700.00" in Notification.objects.first().title


@pytest.mark.parametrize("changes", [{"client_requirements": "light"}, {"internal_notes": "…"}])
def test_what_changes_neither_time_nor_place_is_told_nobody(staff, changes):
    session = of(staff, Status.CONFIRMED)
    planning.change_session(session, changes, actor=staff.acting("coordinator"), at=AT)
    assert not Notification.objects.exists()


def test_a_coverage_that_stays_is_told_nobody(staff):
    part = of(staff, Status.CONFIRMED).assignments.get()
    team.change_assignment(part, {"role": "Lead"}, actor=staff.acting("coordinator"), at=AT)
    assert not Notification.objects.exists()


def test_a_move_says_what_it_was(staff):
    session = of(staff, Status.CONFIRMED)
    planning.change_session(session, {"session_date": DAY + timedelta(days=1)}, actor=SYSTEM, at=AT)
    now_at, before = Notification.objects.get(kind="moved").body.splitlines()
    assert "21 April 2026, 10:00–12:00" in now_at
    assert "20 April 2026, 10:00–12:00" in before


@pytest.mark.parametrize("state", ["Request", "Negotiation", "Pre-scheduled", "Confirmed"])
def test_photographers_are_told_of_moves_from_the_request_on(staff, state):
    session = of(staff, Status(state))
    planning.change_session(session, {"session_date": DAY + timedelta(days=1)}, actor=SYSTEM, at=AT)
    assert staff.told("moved") == ["covering"]


def test_a_booking_of_an_ordinary_client_is_told_nobody(staff):
    book(staff.acting("coordinator"), client=somebody())
    assert not Notification.objects.exists()


# Overrides


def test_every_override_is_told_also_the_next_one(staff):
    boss, session = staff.acting("admin"), book(client=somebody())
    request = Request(
        client_id=session.client_id,
        session_type=SessionType.STUDIO,
        session_date=DAY + timedelta(days=3),
        session_time=TEN,
        room_id=session.room_id,
        deposit_percentage=Decimal(10),
    )
    booked = booking.book(request, actor=boss, at=AT, override=Override("a friend"))
    planning.change_session(
        booked, {"deposit_percentage": Decimal(5)}, actor=boss, at=AT, override=Override("of old")
    )
    whys = [one.body.splitlines()[-1] for one in Notification.objects.order_by("id")]
    assert whys == ["a friend", "of old"]


def test_the_overridden_rule_is_told_in_the_reader_s_language(staff):
    User.objects.filter(pk=staff["other admin"].pk).update(language="es")
    session, override = of(staff, Status.ATTENDED), Override("a friend")
    with translation.override("en"):
        planning.change_session(
            session,
            {"client_requirements": "more light"},
            actor=staff.acting("admin"), at=attended_at(session), override=override,
        )  # fmt: skip
    told = Notification.objects.get(kind="override_used")
    with translation.override("es"):
        spanish = str(
            translation.gettext(
                "In its present state this part of the session can no longer be changed."
            )
        )
    assert told.recipient == staff["other admin"]
    assert spanish in told.body
