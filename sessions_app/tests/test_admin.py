"""Sessions in the back office: booked, refused in a sentence, taken through their states."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now
from config.records.models import AuditEntry
from sessions_app.models import Assignment, Claim, HistoryEntry, Line, Session
from sessions_app.tests.builders import acting, assign, book, external, priced
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SESSIONS = "/admin/sessions_app/session/"


def browser(user: User) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def page(session: Session, button: str = "change") -> str:
    return f"{SESSIONS}{session.pk}/{button}/"


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def problems(answer: Any) -> str:
    assert answer.status_code == 200, "the form was accepted"
    context = answer.context
    form = context["adminform"].form if "adminform" in context else context["form"]
    return str(form.errors)


@pytest.fixture
def at_the_desk(coordinator: User) -> Browser:
    return browser(coordinator)


@pytest.fixture
def as_the_boss(admin_user: User) -> Browser:
    return browser(admin_user)


@pytest.fixture
def booking(day: date, coordinator: User) -> dict[str, Any]:
    return {
        "client": ClientFactory().pk,
        "session_type": "Studio",
        "session_date": day.isoformat(),
        "session_time": "10:00",
        "estimated_duration_hours": "2",
        "room": RoomFactory(name="Sala Azul").pk,
        "location": "",
        "client_requirements": "",
        "photographers_needed": "1",
        "deposit_percentage": "50",
        "responsible": coordinator.pk,
    }


def form_of(session: Session, **changes: Any) -> dict[str, Any]:
    """Return what the change page posts."""
    return {
        "session_date": session.session_date.isoformat(),
        "session_time": session.session_time.isoformat() if session.session_time else "",
        "estimated_duration_hours": session.estimated_duration_hours or "",
        "room": session.room_id or "",
        "location": session.location,
        "client_requirements": session.client_requirements,
        "photographers_needed": session.photographers_needed,
        "discount": session.discount,
        "transportation_cost": session.transportation_cost,
        "deposit_percentage": session.deposit_percentage,
        "responsible": session.responsible_id or "",
        "internal_notes": session.internal_notes,
        "delivery_method": "",
        "delivery_link": "",
        "delivery_address": "",
        "reported_incidents": "",
        **{
            f"{prefix}-{name}": 0
            for prefix in ("lines", "assignments", "history")
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        },
        **changes,
    }


# Booking


def test_a_session_is_booked_with_history_and_claim(at_the_desk, booking, coordinator):
    answer = at_the_desk.post(f"{SESSIONS}add/", booking)
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    assert (session.status, session.created_by) == ("Request", coordinator)
    assert HistoryEntry.objects.get().channel == "admin"
    assert Claim.objects.get().room_id == booking["room"]


def test_a_double_booking_is_refused_in_a_sentence_and_what_was_typed_stays(at_the_desk, booking):
    at_the_desk.post(f"{SESSIONS}add/", booking)
    first = Session.objects.get()
    answer = at_the_desk.post(f"{SESSIONS}add/", booking | {"client_requirements": "red backdrop"})
    sentence = problems(answer)
    assert "Sala Azul is taken by" in sentence
    assert first.code in sentence
    assert "Next free" in sentence
    assert "red backdrop" in answer.content.decode()
    assert Session.objects.count() == 1


def test_what_is_wrong_with_a_field_is_said_beside_it(at_the_desk, booking):
    answer = at_the_desk.post(f"{SESSIONS}add/", booking | {"room": ""})
    errors = answer.context["adminform"].form.errors
    assert errors == {"room": ["A Studio session needs a room."]}


def test_booking_outside_the_opening_hours_is_noticed(at_the_desk, booking):
    answer = at_the_desk.post(f"{SESSIONS}add/", booking | {"session_time": "20:00"})
    assert "outside the opening hours" in said(answer)


# Changing


def test_a_change_goes_through_the_action(at_the_desk, session):
    before = session.version
    answer = at_the_desk.post(page(session), form_of(session, session_time="15:00", discount="100"))
    assert answer.status_code == 302, problems(answer)
    session.refresh_from_db()
    assert str(session.session_time) == "15:00:00"
    assert session.total_amount == 900
    assert session.version == before + 1
    assert Claim.objects.get().starts_at == session.starts_at


def test_moving_onto_another_session_is_refused_in_a_sentence(at_the_desk, session, day):
    other = book(at=now(), session_date=day + timedelta(days=1), room=session.room)
    answer = at_the_desk.post(page(other), form_of(other, session_date=day.isoformat()))
    assert f"taken by {session.code}" in problems(answer)


def test_only_an_admin_is_offered_an_override_and_it_is_audited(at_the_desk, as_the_boss, session):
    assert "override" not in at_the_desk.get(page(session)).content.decode()
    crafted = form_of(session, discount="900", override="on", reason="mine")
    assert "not allowed" in problems(at_the_desk.post(page(session), crafted))
    answer = as_the_boss.post(page(session), crafted)
    assert answer.status_code == 302, problems(answer)
    assert AuditEntry.objects.get(action="session.override").reason == "mine"


def test_a_page_that_was_opened_before_someone_elses_change_overwrites_nothing(
    at_the_desk, session, desk
):
    opened = at_the_desk.get(page(session)).context["adminform"].form["seen"].value()
    assert opened == str(session.version)
    stale = form_of(session, internal_notes="mine", seen=opened)
    desk.patch(f"/api/v1/sessions/{session.pk}", {"session_time": "16:00"})
    answer = at_the_desk.post(page(session), stale)
    assert "Someone else has changed this meanwhile" in problems(answer)
    session.refresh_from_db()
    assert (str(session.session_time), session.internal_notes) == ("16:00:00", "")
    fresh = form_of(session, internal_notes="mine", seen=str(session.version))
    assert at_the_desk.post(page(session), fresh).status_code == 302


def test_an_address_may_name_the_client_and_nonsense_in_it_is_ignored(at_the_desk):
    known = ClientFactory()
    form = at_the_desk.get(f"{SESSIONS}add/?client={known.pk}").context["adminform"].form
    assert form["client"].value() == str(known.pk)
    assert at_the_desk.get(f"{SESSIONS}add/?client=abc&room=%00").status_code == 200


@pytest.mark.parametrize("query", ["status__exact=%00", "status__regex=(", "status__contains=a"])
def test_a_list_answers_only_what_its_filters_ask(at_the_desk, query):
    assert at_the_desk.get(f"{SESSIONS}?{query}").status_code == 400


CRAFTED = {
    "status": "Completed",
    "subtotal": "1",
    "total_amount": "1",
    "deposit_amount": "1",
    "paid_amount": "1000",
    "refund_due": "5",
    "payment_deadline_at_0": "2030-01-01",
    "payment_deadline_at_1": "00:00",
    "version": "99",
    "code": "S-0000-0000",
    "hidden_at": "2030-01-01",
    "client": "1",
    "session_type": "External",
    "lines-TOTAL_FORMS": "1",
    "lines-0-quantity": "99",
    "lines-0-unit_price": "0.01",
    "history-TOTAL_FORMS": "1",
    "history-0-to_status": "Completed",
}


def test_crafted_fields_change_neither_state_nor_money_nor_history(as_the_boss, session):
    before = Session.objects.filter(pk=session.pk).values().get()
    history, lines = list(session.history.values()), list(session.lines.values())
    as_the_boss.post(page(session), form_of(session, **CRAFTED))
    assert Session.objects.filter(pk=session.pk).values().get() == before
    assert list(session.history.values()) == history
    assert list(session.lines.values()) == lines


# Buttons


def test_opening_a_buttons_page_changes_nothing(at_the_desk, session):
    before = Session.objects.filter(pk=session.pk).values().get()
    for button in ("negotiate", "pre-schedule", "cancel", "add-item", "add-package"):
        assert at_the_desk.get(page(session, button)).status_code == 200, button
    assert at_the_desk.get(page(session, "assign-photographer")).status_code == 200
    assert Session.objects.filter(pk=session.pk).values().get() == before


def test_a_session_is_taken_forth_back_and_cancelled(at_the_desk, session):
    assert at_the_desk.post(page(session, "pre-schedule"), {"reason": "agreed"}).status_code == 302
    session.refresh_from_db()
    assert session.status == "Pre-scheduled"
    assert at_the_desk.post(page(session, "negotiate"), {}).status_code == 302
    cancelled = at_the_desk.post(
        page(session, "cancel"),
        {"initiator": "Force Majeure", "category": "weather", "reason": "storm"},
    )
    assert cancelled.status_code == 302
    session.refresh_from_db()
    assert session.status == "Canceled"
    assert (session.cancellation_category, session.cancellation_reason) == ("weather", "storm")
    assert [row.reason for row in session.history.order_by("id")][1:] == [
        "agreed", "agreed", "", "storm",
    ]  # fmt: skip


def test_a_refused_step_is_said_in_a_sentence(at_the_desk, day):
    bare = book(at=now(), session_date=day)
    answer = at_the_desk.post(page(bare, "pre-schedule"), {})
    assert "at least one line" in problems(answer)
    bare.refresh_from_db()
    assert bare.status == "Request"


def test_only_the_steps_that_the_table_allows_are_buttons(at_the_desk, session):
    at_the_desk.post(page(session, "cancel"), {"initiator": "Client", "reason": "x"})
    shown = at_the_desk.get(page(session)).content.decode()
    for button in ("negotiate", "pre-schedule", "cancel", "add-item", "assign-photographer"):
        assert page(session, button) not in shown, button
    answer = at_the_desk.post(page(session, "negotiate"), {})
    assert "cannot go to" in said(answer)


def test_the_order_is_made_changed_and_removed(at_the_desk, session):
    item = ItemFactory(unit_price="45.00")
    assert (
        at_the_desk.post(page(session, "add-item"), {"item": item.pk, "quantity": 2}).status_code
        == 302
    )
    line = session.lines.get(item_code=item.code)
    own = f"/admin/sessions_app/line/{line.pk}/"
    assert at_the_desk.get(f"{own}change/").status_code == 200
    assert at_the_desk.post(f"{own}quantity/", {"quantity": 5}).status_code == 302
    session.refresh_from_db()
    assert session.total_amount == 1225
    assert at_the_desk.post(f"{own}delivered/", {}).status_code == 302
    assert Line.objects.get(pk=line.pk).is_delivered
    assert at_the_desk.post(f"{own}remove/", {}).status_code == 302
    package = PackageItemFactory(package=PackageFactory(base_price="80.00")).package
    added = at_the_desk.post(page(session, "add-package"), {"package": package.pk, "quantity": 1})
    assert added.status_code == 302
    session.refresh_from_db()
    assert session.total_amount == 1080


def test_the_team_is_made_changed_and_released(at_the_desk, session, photographer):
    answer = at_the_desk.post(
        page(session, "assign-photographer"),
        {"photographer_id": photographer.pk, "role": "Lead"},
    )
    assert answer.status_code == 302
    member = Assignment.objects.get()
    own = f"/admin/sessions_app/assignment/{member.pk}/"
    changed = {
        "role": "Assistant",
        "coverage_start_0": session.session_date.isoformat(),
        "coverage_start_1": "09:00",
        "coverage_end_0": session.session_date.isoformat(),
        "coverage_end_1": "13:00",
        "notes": "lights",
    }
    assert at_the_desk.post(f"{own}change-coverage/", changed).status_code == 302
    member.refresh_from_db()
    assert (member.role, member.notes) == ("Assistant", "lights")
    assert member.coverage.starts_at == session.starts_at - timedelta(hours=1)
    other = UserFactory(roles=["photographer"])
    assert at_the_desk.post(f"{own}reassign/", {"photographer_id": other.pk}).status_code == 302
    successor = Assignment.objects.get(status="Assigned")
    assert successor.photographer == other
    released = at_the_desk.post(f"/admin/sessions_app/assignment/{successor.pk}/release/", {})
    assert released.status_code == 302
    assert not Claim.objects.filter(kind="assignment", active=True).exists()


def test_a_taken_photographer_is_refused_in_a_sentence(at_the_desk, session, photographer, day):
    assign(external(at=now(), session_date=day), photographer)
    answer = at_the_desk.post(
        page(session, "assign-photographer"), {"photographer_id": photographer.pk, "role": ""}
    )
    assert "is busy with" in problems(answer)


def test_deleting_is_for_admins_and_hides(at_the_desk, as_the_boss, session):
    assert "not allowed" in said(at_the_desk.post(page(session, "hide"), {}))
    session.refresh_from_db()
    assert session.hidden_at is None
    answer = as_the_boss.post(page(session, "hide"), {"reason": "entered twice"})
    assert answer.status_code == 302
    assert as_the_boss.get(answer.url).status_code == 200
    session.refresh_from_db()
    assert session.hidden_at is not None
    assert session.code not in as_the_boss.get(SESSIONS).content.decode()


# What others see


def test_a_photographer_sees_their_sessions_and_no_amount(photographer, session, day):
    other = book(at=now(), session_date=day)
    assign(session, photographer)
    mine = browser(photographer)
    listed = mine.get(SESSIONS).content.decode()
    assert session.code in listed
    assert other.code not in listed
    shown = mine.get(page(session)).content.decode()
    for private in ("1,000.00", "500.00", "Discount", "Internal notes"):
        assert private not in shown
    assert mine.get(page(other)).status_code == 302  # as for any object that is not there
    line = session.lines.get()
    assert (
        "1,000.00" not in mine.get(f"/admin/sessions_app/line/{line.pk}/change/").content.decode()
    )


def test_a_photographer_writes_observations_only_from_assigned_on(photographer, session):
    assign(session, photographer)
    mine = browser(photographer)
    crafted = form_of(session, session_time="16:00", photographer_observations="windy")
    assert mine.post(page(session), crafted).status_code == 403
    Session.objects.filter(pk=session.pk).update(status="Assigned")
    mine.post(page(session), crafted)
    session.refresh_from_db()
    assert session.photographer_observations == "windy"
    assert str(session.session_time) == "10:00:00"


def test_search_finds_by_code_place_client_and_for_the_desk_by_phone(
    at_the_desk, photographer, session, day
):
    known = ClientFactory(full_name="Íngrid Yax", secondary_phone="7777-1234")
    there = external(at=now(), session_date=day, client=known, location="Jardín Botánico")
    assign(there, photographer)

    def found(who: Browser, term: str) -> bool:
        return there.code in who.get(SESSIONS, {"q": term}).content.decode()

    for term in (there.code.lower(), "ingrid", "botanico", "7777-1234"):
        assert found(at_the_desk, term), term
    assert not found(at_the_desk, "nobody")
    assert found(browser(photographer), "ingrid")
    assert not found(browser(photographer), "7777-1234")


def test_the_list_takes_the_same_queries_for_1_and_20_rows(
    at_the_desk, coordinator, day, django_assert_max_num_queries
):
    assign(priced(book(acting(coordinator), at=now(), session_date=day), at=now()))
    at_the_desk.get(SESSIONS)
    with django_assert_max_num_queries(12) as one:
        at_the_desk.get(SESSIONS)
    for number in range(1, 20):
        later = day + timedelta(days=number)
        assign(priced(book(acting(coordinator), at=now(), session_date=later), at=now()))
    with django_assert_max_num_queries(12) as twenty:
        at_the_desk.get(SESSIONS)
    assert len(one) == len(twenty)


# Rooms


def test_a_room_goes_into_maintenance_and_back(as_the_boss, session):
    room = session.room
    own = f"/admin/catalog/room/{room.pk}/"
    answer = as_the_boss.post(f"{own}maintenance/", {"reason": "paint"})
    assert answer.status_code == 302
    assert session.code in said(answer)
    room.refresh_from_db()
    assert room.status == "Maintenance"
    assert Claim.objects.get(kind="maintenance").ends_at == session.starts_at
    assert as_the_boss.post(f"{own}reactivate/", {}).status_code == 302
    room.refresh_from_db()
    assert room.status == "Active"
    assert not Claim.objects.filter(kind="maintenance", active=True).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("discount", "-1"),
        ("photographers_needed", "0"),
        ("estimated_duration_hours", "99"),
        ("deposit_percentage", "101"),
        ("session_time", "25:00"),
        ("delivery_link", "javascript:alert(1)"),
        ("room", "987654321"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_changes_nothing(
    at_the_desk, session, field, value
):
    answer = at_the_desk.post(page(session), form_of(session, **{field: value}))
    assert list(answer.context["adminform"].form.errors) == [field]
