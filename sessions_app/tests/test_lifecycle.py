"""The steps of a session's life: where they lead, what they ask for, what they leave behind.

Who may take them is told cell by cell in `test_life_table` (rules, section 2).
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from catalog.tests.factories import ItemFactory
from clients.models import Client
from config.clock import instant, start_of
from config.errors import InactiveResource, ValidationFailed
from config.records.models import AuditEntry, Channel
from sessions_app import lifecycle as table
from sessions_app.actions import lines, planning, team
from sessions_app.actions.hiding import hide
from sessions_app.actions.transition import transition
from sessions_app.errors import (
    AlreadyTaken,
    ChangesDeadlineExpired,
    ChangesDeadlineNotReached,
    EmptySession,
    InsufficientPayment,
    InvalidSessionDate,
    InvalidTransition,
    MissingResources,
    MissingSchedule,
    PaymentDeadlineExpired,
    SessionNotFound,
)
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry, Session
from sessions_app.tests.builders import (
    AT,
    CHANGES_DEADLINE,
    DAY,
    SYSTEM,
    acting,
    attended_at,
    book,
    paid,
    priced,
    taken_to,
    way_to,
)
from users.actors import Override
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OVERRIDE = Override("agreed by phone")

# The table of section 2, written out once more by hand.
LEADS = {
    Status.REQUEST: {Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CANCELED},
    Status.NEGOTIATION: {Status.PRE_SCHEDULED, Status.CANCELED},
    Status.PRE_SCHEDULED: {Status.CONFIRMED, Status.NEGOTIATION, Status.CANCELED},
    Status.CONFIRMED: {Status.ASSIGNED, Status.NEGOTIATION, Status.CANCELED},
    Status.ASSIGNED: {Status.ATTENDED, Status.CANCELED},
    Status.ATTENDED: {Status.IN_EDITING, Status.ASSIGNED, Status.CANCELED},
    Status.IN_EDITING: {Status.READY, Status.ATTENDED, Status.CANCELED},
    Status.READY: {Status.COMPLETED, Status.IN_EDITING, Status.CANCELED},
    Status.COMPLETED: set(),
    Status.CANCELED: set(),
}


@pytest.mark.parametrize("source", Status)
def test_the_table_leads_where_the_text_says_and_nowhere_else(source):
    assert set(table.reachable(source)) == LEADS[source]


@pytest.mark.parametrize("source", Status)
def test_where_no_row_leads_the_refusal_names_where_one_may_go(coordinator, source):
    session = taken_to(source)
    for target in set(Status) - LEADS[source]:
        with pytest.raises((InvalidTransition, AlreadyTaken)) as refusal:
            transition(session, target, actor=acting(coordinator), at=AT)
        if refusal.type is InvalidTransition:
            assert set(refusal.value.context["allowed"]) == {one.value for one in LEADS[source]}
    session.refresh_from_db()
    assert session.status == source


@pytest.mark.parametrize("state", Status)
def test_a_history_begins_with_a_request_or_with_what_has_taken_place(state):
    begins = {Status.REQUEST, Status.ATTENDED, Status.IN_EDITING, Status.READY, Status.COMPLETED}
    assert table.is_step(None, state) == (state in begins)


def test_every_change_of_state_leaves_a_row_with_a_name_on_it(coordinator):
    actor = acting(coordinator, Channel.ADMIN)
    session = priced(book(actor))
    later = AT + timedelta(hours=3)
    transition(session, Status.NEGOTIATION, actor=actor, at=later, reason="phone call", notes="x")
    rows = HistoryEntry.objects.filter(session=session).values_list(
        "from_status", "to_status", "changed_by", "changed_at", "reason", "notes", "channel"
    )
    assert list(rows) == [
        ("", "Request", coordinator.pk, AT, "", "", "admin"),
        ("Request", "Negotiation", coordinator.pk, later, "phone call", "x", "admin"),
    ]


def test_a_whole_life_is_one_row_for_each_step():
    session = taken_to(Status.COMPLETED)
    steps = session.history.order_by("id").values_list("from_status", "to_status")
    order = [Status.REQUEST, *(step.target for step in way_to(Status.COMPLETED))]
    assert list(steps) == [*zip(["", *order], order, strict=False)]


def test_pre_scheduled_from_request_is_two_steps_in_one(coordinator):
    session = priced(book())
    before = session.version
    transition(session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=AT, reason="agreed")
    steps = session.history.order_by("id").values_list("from_status", "to_status", "reason")
    assert list(steps) == [
        ("", "Request", ""),
        ("Request", "Negotiation", "agreed"),
        ("Negotiation", "Pre-scheduled", "agreed"),
    ]
    session.refresh_from_db()
    assert session.version > before


def test_of_the_two_steps_none_is_taken_when_the_second_is_refused(coordinator):
    session = book()
    with pytest.raises(EmptySession):
        transition(session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=AT)
    session.refresh_from_db()
    assert session.status == Status.REQUEST
    assert session.history.count() == 1


def test_on_its_day_a_request_may_be_negotiated_even_after_the_hour_that_was_asked_for():
    session = book()
    late = instant(DAY, time(23, 59))
    assert transition(session, Status.NEGOTIATION, actor=SYSTEM, at=late).status == "Negotiation"


def test_instants_of_the_history_never_fall_even_when_clocks_do():
    session = priced(book())
    earlier = AT - timedelta(minutes=5)
    transition(session, Status.NEGOTIATION, actor=SYSTEM, at=earlier)
    assert [row.changed_at for row in session.history.order_by("id")] == [AT, AT]


@pytest.mark.parametrize(
    ("source", "target"),
    [(Status.IN_EDITING, Status.ATTENDED), (Status.READY, Status.IN_EDITING)],
    ids=["release", "rework"],
)
def test_giving_back_and_rework_need_a_reason(coordinator, source, target):
    session = taken_to(source)
    noon = attended_at(session)
    with pytest.raises(ValidationFailed) as refusal:
        transition(session, target, actor=acting(coordinator), at=noon, reason=" ")
    assert set(refusal.value.errors) == {"reason"}
    moved = transition(session, target, actor=acting(coordinator), at=noon, reason="too dark")
    assert moved.status == target
    assert moved.history.latest("id").reason == "too dark"


# Conditions: from, to, what spoils it, when it is tried, the refusal

DEADLINE = start_of(date(2026, 3, 16))  # the payment deadline: 10 March + 5 days, ended
INSTANT = timedelta(microseconds=1)


def pay(amount: str):
    return lambda session: paid(session, amount)


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
    "a start that is past, the deposit paid": (
        Status.PRE_SCHEDULED,
        Status.CONFIRMED,
        pay("500.00"),
        instant(DAY, time(10, 0, 1)),
        InvalidSessionDate,
    ),
    "nothing paid": (Status.PRE_SCHEDULED, Status.CONFIRMED, None, AT, InsufficientPayment),
    "a cent short, in the last instant": (
        Status.PRE_SCHEDULED,
        Status.CONFIRMED,
        pay("499.99"),
        DEADLINE - INSTANT,
        InsufficientPayment,
    ),
    "a cent short, when the deadline has ended": (
        Status.PRE_SCHEDULED,
        Status.CONFIRMED,
        pay("499.99"),
        DEADLINE,
        PaymentDeadlineExpired,
    ),
    "paid when the deadline had ended": (
        Status.PRE_SCHEDULED,
        Status.CONFIRMED,
        lambda s: paid(s, "500.00", at=DEADLINE),
        DEADLINE,
        PaymentDeadlineExpired,
    ),
    "reopened when the deadline has ended": (
        Status.CONFIRMED,
        Status.NEGOTIATION,
        None,
        CHANGES_DEADLINE,
        ChangesDeadlineExpired,
    ),
    "assigned in the last instant for changes": (
        Status.CONFIRMED,
        Status.ASSIGNED,
        None,
        CHANGES_DEADLINE - INSTANT,
        ChangesDeadlineNotReached,
    ),
    "assigned without a photographer": (
        Status.CONFIRMED,
        Status.ASSIGNED,
        lambda s: team.release(s.assignments.get(), actor=SYSTEM, at=AT),
        CHANGES_DEADLINE,
        MissingResources,
    ),
    "completed with a balance": (
        Status.READY,
        Status.COMPLETED,
        None,
        instant(DAY, time(18)),
        InsufficientPayment,
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
        transition(session, target, actor=acting(coordinator), at=moment)
    session.refresh_from_db()
    assert session.status == source


LAST_INSTANTS = {
    "confirmed": (Status.PRE_SCHEDULED, Status.CONFIRMED, pay("500.00"), DEADLINE - INSTANT),
    "confirmed later, paid in time": (
        Status.PRE_SCHEDULED,
        Status.CONFIRMED,
        lambda s: paid(s, "500.00", at=DEADLINE - INSTANT),
        DEADLINE + timedelta(days=9),
    ),
    "reopened": (Status.CONFIRMED, Status.NEGOTIATION, None, CHANGES_DEADLINE - INSTANT),
    "assigned": (Status.CONFIRMED, Status.ASSIGNED, None, CHANGES_DEADLINE),
}


@pytest.mark.parametrize(
    ("source", "target", "prepare", "moment"), LAST_INSTANTS.values(), ids=LAST_INSTANTS
)
def test_a_deadline_counts_to_the_instant(coordinator, source, target, prepare, moment):
    UserFactory(roles=["photographer"])
    session = taken_to(source)
    if prepare is not None:
        prepare(session)
    moved = transition(session, target, actor=acting(coordinator), at=moment)
    assert moved.status == target


def test_the_first_condition_in_the_order_of_the_text_is_the_answer(coordinator):
    session = taken_to(Status.NEGOTIATION)
    lines.remove_line(session.lines.get(), actor=SYSTEM, at=AT)
    planning.change_session(session, {"session_time": None}, actor=SYSTEM, at=AT)
    with pytest.raises(MissingSchedule):
        transition(
            session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=start_of(date(2027, 1, 1))
        )


def test_a_session_that_starts_this_very_instant_is_not_past(coordinator):
    session = taken_to(Status.NEGOTIATION)
    transition(session, Status.PRE_SCHEDULED, actor=acting(coordinator), at=session.starts_at)


def test_completing_needs_no_full_payment_where_the_studio_does_not_ask_for_it(
    coordinator, business_rules
):
    business_rules(requires_full_payment=False)
    session = taken_to(Status.READY)
    done = transition(session, Status.COMPLETED, actor=acting(coordinator), at=attended_at(session))
    assert (done.status, done.balance_amount) == ("Completed", Decimal("500.00"))
    assert done.delivered_at == attended_at(session)


# Keeping what Pre-scheduled asked for

SPOILERS = (
    (MissingSchedule, {"session_time": None}),
    (MissingSchedule, {"estimated_duration_hours": None}),
    (EmptySession, {"discount": Decimal("1000.00")}),
)


@pytest.mark.parametrize("state", sorted(table.since(Status.PRE_SCHEDULED)))
def test_from_pre_scheduled_on_nothing_it_asked_for_can_be_taken_away(state):
    session = taken_to(state)
    facts = {"actor": SYSTEM, "at": AT, "override": OVERRIDE}
    for refusal, changes in SPOILERS:
        with pytest.raises(refusal):
            planning.change_session(session, changes, **facts)
    with pytest.raises(EmptySession):
        lines.remove_line(session.lines.get(), **facts)
    session.refresh_from_db()
    assert (session.total_amount, session.lines.count()) == (Decimal("1000.00"), 1)


# Cancelling and hiding


def test_a_cancellation_without_a_reason_gets_the_usual_one():
    session = book()
    transition(session, Status.CANCELED, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.cancellation_reason == "Cancelled by the client."


@pytest.mark.parametrize("state", [Status.REQUEST, Status.NEGOTIATION, Status.CANCELED])
def test_what_is_hidden_is_gone_but_for_history_and_audit(admin_user, state):
    session = taken_to(state)
    hide(session, actor=acting(admin_user), at=AT, reason="a test")
    assert not Session.objects.visible_to(admin_user).exists()
    assert session.history.exists()
    assert not session.claims.filter(active=True).exists()
    entry = AuditEntry.objects.get(action="session.hidden", object_id=session.pk)
    assert (entry.actor, entry.reason) == (admin_user, "a test")


def test_what_is_hidden_is_gone_for_every_action(admin_user):
    session = book()
    hide(session, actor=acting(admin_user), at=AT)
    with pytest.raises(SessionNotFound):
        transition(session, Status.NEGOTIATION, actor=acting(admin_user), at=AT)
