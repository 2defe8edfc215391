"""The life of a session, exactly as the table says (rules, section 2)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import pytest

from catalog.tests.factories import ItemFactory
from clients.models import Client
from config.clock import instant, start_of, studio_zone
from config.errors import DomainError, InactiveResource, NotAllowed
from config.records.models import AuditEntry, Channel
from sessions_app import lifecycle as table
from sessions_app.actions import lifecycle, lines, planning
from sessions_app.actions.hiding import hide
from sessions_app.errors import (
    EmptySession,
    InvalidSessionDate,
    InvalidTransition,
    MissingSchedule,
    SessionNotFound,
)
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry, Session
from sessions_app.tests.builders import AT, DAY, acting, book, external, priced, taken_to
from users.actors import Override
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SYSTEM = acting(None)
OVERRIDE = Override("agreed by phone")
REACHED = (Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CANCELED)

# The table of section 2, as far as it is built, written out once more by hand.
LEADS = {
    Status.REQUEST: {Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CANCELED},
    Status.NEGOTIATION: {Status.PRE_SCHEDULED, Status.CANCELED},
    Status.PRE_SCHEDULED: {Status.NEGOTIATION, Status.CANCELED},
    Status.CANCELED: set(),
}


@pytest.mark.parametrize(("source", "target"), [*product(REACHED, Status)])
def test_a_coordinator_goes_where_the_table_leads_and_nowhere_else(coordinator, source, target):
    session = taken_to(source)
    if target in LEADS[source]:
        moved = lifecycle.transition(session, target, actor=acting(coordinator), at=AT)
        assert moved.status == target
        return
    with pytest.raises(InvalidTransition) as refusal:
        lifecycle.transition(session, target, actor=acting(coordinator), at=AT)
    assert set(refusal.value.context["allowed"]) == {state.value for state in LEADS[source]}
    session.refresh_from_db()
    assert session.status == source


@pytest.mark.parametrize(("source", "target"), [*product(REACHED, Status)])
def test_a_photographer_of_the_session_is_told_409_only_where_no_right_is_missing(
    photographer, source, target
):
    session = taken_to(source)
    session.assignments.create(photographer=photographer, assigned_at=AT)
    has_rows = bool(table.rights_towards(target))
    expected = NotAllowed if has_rows and target != source else InvalidTransition
    with pytest.raises(expected):
        lifecycle.transition(session, target, actor=acting(photographer), at=AT)


@pytest.mark.parametrize("source", REACHED)
def test_allowed_transitions_are_what_the_table_and_the_rights_allow(
    coordinator, photographer, source
):
    session = taken_to(source)
    session.assignments.create(photographer=photographer, assigned_at=AT)
    assert set(lifecycle.allowed_transitions(session, coordinator)) == LEADS[source]
    assert lifecycle.allowed_transitions(session, photographer) == []


def test_every_change_of_state_leaves_a_row_with_a_name_on_it(coordinator):
    actor = acting(coordinator, Channel.ADMIN)
    session = priced(book(actor))
    later = AT + timedelta(hours=3)
    lifecycle.transition(session, Status.NEGOTIATION, actor=actor, at=later, reason="phone call")
    rows = HistoryEntry.objects.filter(session=session).values_list(
        "from_status", "to_status", "changed_by", "changed_at", "reason", "channel"
    )
    assert list(rows) == [
        ("", "Request", coordinator.pk, AT, "", "admin"),
        ("Request", "Negotiation", coordinator.pk, later, "phone call", "admin"),
    ]


def test_pre_scheduled_from_request_is_two_steps_in_one(coordinator):
    session = priced(book())
    before = session.version
    lifecycle.transition(session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=AT)
    steps = HistoryEntry.objects.filter(session=session).values_list("from_status", "to_status")
    assert list(steps) == [
        ("", "Request"),
        ("Request", "Negotiation"),
        ("Negotiation", "Pre-scheduled"),
    ]
    session.refresh_from_db()
    assert session.version == before + 1


def test_of_the_two_steps_none_is_taken_when_the_second_is_refused(coordinator):
    session = book()
    with pytest.raises(EmptySession):
        lifecycle.transition(session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=AT)
    session.refresh_from_db()
    assert session.status == Status.REQUEST
    assert session.history.count() == 1


def test_instants_of_the_history_never_fall_even_when_clocks_do():
    session = priced(book())
    earlier = AT - timedelta(minutes=5)
    lifecycle.transition(session, Status.NEGOTIATION, actor=SYSTEM, at=earlier)
    assert [row.changed_at for row in session.history.order_by("id")] == [AT, AT]


# Conditions


CONDITIONS = {
    "an inactive client": (
        Status.REQUEST,
        Status.NEGOTIATION,
        lambda s: Client.objects.update(status="Inactive"),
        AT,
        InactiveResource,
    ),
    "a date that is past": (
        Status.REQUEST,
        Status.NEGOTIATION,
        None,
        start_of(DAY + timedelta(days=1)),
        InvalidSessionDate,
    ),
    "a start that is past": (
        Status.NEGOTIATION,
        Status.PRE_SCHEDULED,
        None,
        instant(DAY, time(10, 0, 1)),
        InvalidSessionDate,
    ),
    "no time": (
        Status.NEGOTIATION,
        Status.PRE_SCHEDULED,
        lambda s: planning.change_session(s, {"session_time": None}, actor=SYSTEM, at=AT),
        AT,
        MissingSchedule,
    ),
    "no line": (
        Status.NEGOTIATION,
        Status.PRE_SCHEDULED,
        lambda s: lines.remove_line(s.lines.get(), actor=SYSTEM, at=AT),
        AT,
        EmptySession,
    ),
    "a total of nothing": (
        Status.NEGOTIATION,
        Status.PRE_SCHEDULED,
        lambda s: (
            lines.add_item(s, ItemFactory(unit_price=Decimal("0.00")), 1, actor=SYSTEM, at=AT)
            and lines.remove_line(s.lines.order_by("id").first(), actor=SYSTEM, at=AT)
        ),
        AT,
        EmptySession,
    ),
}


@pytest.mark.parametrize(
    ("source", "target", "spoil", "moment", "refusal"), CONDITIONS.values(), ids=CONDITIONS
)
def test_a_step_is_refused_where_its_condition_fails(
    coordinator, source, target, spoil, moment, refusal
):
    session = taken_to(source)
    if spoil is not None:
        spoil(session)
    with pytest.raises(refusal):
        lifecycle.transition(session, target, actor=acting(coordinator), at=moment)
    session.refresh_from_db()
    assert session.status == source


def test_the_first_condition_in_the_order_of_the_text_is_the_answer(coordinator):
    session = taken_to(Status.NEGOTIATION)
    lines.remove_line(session.lines.get(), actor=SYSTEM, at=AT)
    planning.change_session(session, {"session_time": None}, actor=SYSTEM, at=AT)
    with pytest.raises(MissingSchedule):
        lifecycle.transition(
            session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=start_of(date(2027, 1, 1))
        )


def test_a_session_that_starts_this_very_instant_is_not_past(coordinator):
    session = taken_to(Status.NEGOTIATION)
    lifecycle.transition(
        session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=session.starts_at
    )


# The payment deadline


def test_pre_scheduling_sets_the_payment_deadline_at_the_end_of_its_day():
    session = taken_to(Status.PRE_SCHEDULED)
    assert session.payment_deadline_at == start_of(date(2026, 3, 16))  # 10 March + 5 days, ended
    assert session.payment_deadline == date(2026, 3, 15)
    shown = session.shown_payment_deadline.astimezone(studio_zone())
    assert shown.isoformat() == "2026-03-15T23:59:59-06:00"


def test_the_payment_deadline_is_never_after_the_start():
    session = taken_to(Status.PRE_SCHEDULED, book(session_date=date(2026, 3, 12)))
    assert session.payment_deadline_at == session.starts_at
    assert session.payment_deadline == date(2026, 3, 12)


def test_the_cap_is_taken_anew_whenever_the_session_moves():
    session = taken_to(Status.PRE_SCHEDULED)
    planning.change_session(
        session, {"session_date": date(2026, 3, 13)}, actor=SYSTEM, at=AT + timedelta(days=1)
    )
    session.refresh_from_db()
    assert session.payment_deadline_at == session.starts_at
    planning.change_session(session, {"session_date": DAY}, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.payment_deadline_at == start_of(date(2026, 3, 16))


def test_going_back_clears_the_deadline_and_coming_again_sets_it_anew():
    session = taken_to(Status.PRE_SCHEDULED)
    lifecycle.transition(session, Status.NEGOTIATION, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.payment_deadline_at is None
    later = AT + timedelta(days=4)
    lifecycle.transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=later)
    session.refresh_from_db()
    assert session.payment_deadline == date(2026, 3, 19)


def test_a_later_change_of_the_setting_leaves_the_deadline_alone(business_rules):
    session = taken_to(Status.PRE_SCHEDULED)
    business_rules(payment_deadline_days=30)
    planning.change_session(session, {"session_time": time(12)}, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.payment_deadline == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 11, 5, 59, 59, tzinfo=AT.tzinfo), date(2026, 3, 15)),
        (datetime(2026, 3, 11, 6, 0, 0, tzinfo=AT.tzinfo), date(2026, 3, 16)),
    ],
    ids=["23:59:59 in the studio", "midnight in the studio"],
)
def test_today_is_the_studios_day_wherever_the_server_is(moment, day):
    session = taken_to(Status.NEGOTIATION)
    lifecycle.transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=moment)
    session.refresh_from_db()
    assert session.payment_deadline == day


# Keeping what Pre-scheduled asked for

SPOILERS = {
    "the time": (
        MissingSchedule,
        lambda s: planning.change_session(s, {"session_time": None}, actor=SYSTEM, at=AT),
    ),
    "the duration": (
        MissingSchedule,
        lambda s: planning.change_session(
            s, {"estimated_duration_hours": None}, actor=SYSTEM, at=AT
        ),
    ),
    "the last line": (
        EmptySession,
        lambda s: lines.remove_line(s.lines.get(), actor=SYSTEM, at=AT),
    ),
    "the total": (
        EmptySession,
        lambda s: planning.change_session(
            s, {"discount": Decimal("1000")}, actor=SYSTEM, at=AT, override=OVERRIDE
        ),
    ),
}


@pytest.mark.parametrize(("refusal", "spoil"), SPOILERS.values(), ids=SPOILERS)
def test_from_pre_scheduled_on_nothing_it_asked_for_can_be_taken_away(refusal, spoil):
    session = taken_to(Status.PRE_SCHEDULED)
    with pytest.raises(refusal):
        spoil(session)
    session.refresh_from_db()
    assert (session.total_amount, session.lines.count()) == (Decimal("1000.00"), 1)


# Cancelling and hiding


def test_a_cancellation_says_who_when_why_and_is_audited(coordinator):
    session = taken_to(Status.PRE_SCHEDULED)
    lifecycle.transition(session, Status.CANCELED, actor=acting(coordinator), at=AT, reason="ill")
    session.refresh_from_db()
    assert session.cancelled_by == coordinator
    assert session.cancelled_at == AT
    assert (session.cancellation_initiator, session.cancellation_reason) == ("Client", "ill")
    entry = AuditEntry.objects.get(action="session.cancelled")
    assert (entry.actor, entry.object_id, entry.reason) == (coordinator, session.pk, "ill")


def test_a_cancellation_without_a_reason_gets_the_usual_one():
    session = book()
    lifecycle.transition(session, Status.CANCELED, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.cancellation_reason == "Cancelled by the client."


@pytest.mark.parametrize("state", REACHED)
def test_only_some_states_can_be_hidden(admin_user, state):
    session = taken_to(state)
    if state == Status.PRE_SCHEDULED:
        with pytest.raises(InvalidTransition):
            hide(session, actor=acting(admin_user), at=AT)
        return
    hide(session, actor=acting(admin_user), at=AT)
    assert not Session.objects.visible_to(admin_user).exists()
    assert session.history.exists()
    assert AuditEntry.objects.filter(action="session.hidden", object_id=session.pk).exists()


def test_what_is_hidden_is_gone_for_every_action(admin_user):
    session = book()
    hide(session, actor=acting(admin_user), at=AT)
    with pytest.raises(SessionNotFound):
        lifecycle.transition(session, Status.NEGOTIATION, actor=acting(admin_user), at=AT)


# Booking


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"session_date": date(2026, 3, 9)}, "INVALID_SESSION_DATE"),
        ({"session_date": date(2026, 3, 10), "session_time": time(9, 59)}, "INVALID_SESSION_DATE"),
        ({"client_id": 0}, "VALIDATION_ERROR"),
        ({"room_id": 0}, "VALIDATION_ERROR"),
        ({"responsible_id": 0}, "VALIDATION_ERROR"),
        ({"deposit_percentage": Decimal("49.99")}, "OVERRIDE_NEEDED"),
    ],
)
def test_booking_refuses(asked, refusal):
    with pytest.raises(DomainError) as refused:
        book(**asked)
    assert refused.value.code == refusal
    assert not Session.objects.exists()


def test_booking_today_without_a_time_and_right_now_is_fine():
    assert book(session_date=date(2026, 3, 10), session_time=None).pk
    assert book(session_date=date(2026, 3, 10), session_time=time(10)).pk


def test_a_time_without_a_duration_lasts_an_hour():
    session = book(estimated_duration_hours=None)
    assert session.estimated_duration_hours == 1
    assert session.ends_at - session.starts_at == timedelta(hours=1)


def test_codes_count_up_within_the_year_of_the_request():
    assert book().code == "S-2026-0001"
    assert external().code == "S-2026-0002"
    next_year = datetime(2027, 1, 1, 6, 0, tzinfo=AT.tzinfo)
    assert external(at=next_year, session_date=date(2027, 5, 1)).code == "S-2027-0001"
    assert external().code == "S-2026-0003"


def test_who_books_is_responsible_unless_someone_else_is_named(coordinator):
    other = UserFactory(roles=["coordinator"])
    assert book(acting(coordinator)).responsible == coordinator
    assert book(acting(coordinator), responsible_id=other.pk).responsible == other
