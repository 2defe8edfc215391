"""Sessions in the back office: booked, changed, refused in a sentence, found in the list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import AuditEntry
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, HistoryEntry, Line, Session
from sessions_app.tests.builders import assign, book, external
from sessions_app.tests.pages import (
    SESSIONS,
    arrived,
    browser,
    form_of,
    page,
    press,
    problems,
    said,
    text,
    typed,
)
from users.models import User

pytestmark = pytest.mark.django_db


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
    sent = form_of(at_the_desk, session, session_time="15:00", discount="100")
    answer = at_the_desk.post(page(session), sent)
    assert answer.status_code == 302, problems(answer)
    session.refresh_from_db()
    assert str(session.session_time) == "15:00:00"
    assert session.total_amount == 900
    assert session.version == before + 1
    assert Claim.objects.get().starts_at == session.starts_at


def test_moving_onto_another_session_is_refused_in_a_sentence(at_the_desk, session, day):
    other = book(at=now(), session_date=day + timedelta(days=1), room=session.room)
    sent = form_of(at_the_desk, other, session_date=day.isoformat())
    assert f"taken by {session.code}" in problems(at_the_desk.post(page(other), sent))


def test_only_an_admin_is_offered_an_override_and_it_is_audited(at_the_desk, as_the_boss, session):
    assert "override" not in form_of(at_the_desk, session)
    assert {"override", "reason"} <= set(form_of(as_the_boss, session))
    change = {"discount": "900", "override": "on", "reason": "mine"}
    crafted = form_of(at_the_desk, session, **change)
    assert "not allowed" in problems(at_the_desk.post(page(session), crafted))
    answer = as_the_boss.post(page(session), form_of(as_the_boss, session, **change))
    assert answer.status_code == 302, problems(answer)
    assert AuditEntry.objects.get(action="session.override").reason == "mine"


def test_a_plan_that_is_settled_is_changed_by_an_admins_override_alone(
    at_the_desk, as_the_boss, photographer
):
    session = arrived(Status.ASSIGNED, 3, photographer)
    assert "client_requirements" not in form_of(at_the_desk, session)
    assert "deposit_percentage" not in form_of(as_the_boss, session)
    sent = form_of(as_the_boss, session, client_requirements="a red backdrop")
    answer = as_the_boss.post(page(session), sent)
    assert "can no longer be changed" in problems(answer)
    assert "a red backdrop" in text(answer)
    sent |= {"override": "on", "reason": "asked on the phone"}
    answer = as_the_boss.post(page(session), sent)
    assert answer.status_code == 302, problems(answer)
    session.refresh_from_db()
    assert session.client_requirements == "a red backdrop"


def test_a_page_that_was_opened_before_a_change_overwrites_nothing(at_the_desk, session, desk):
    opened = form_of(at_the_desk, session)
    assert opened["seen"] == str(session.version)
    desk.patch(f"/api/v1/sessions/{session.pk}", {"session_time": "16:00"})
    answer = at_the_desk.post(page(session), opened | {"internal_notes": "mine"})
    assert "You have changed this yourself meanwhile" in problems(answer)
    session.refresh_from_db()
    assert (str(session.session_time), session.internal_notes) == ("16:00:00", "")
    fresh = form_of(at_the_desk, session, internal_notes="mine")
    assert at_the_desk.post(page(session), fresh).status_code == 302


def test_a_page_that_was_opened_before_a_payment_overwrites_nothing(at_the_desk, session):
    opened = form_of(at_the_desk, session)
    press(
        at_the_desk, session, "record-payment", payment_type="Deposit", amount="500",
        payment_method="Cash", payment_date=studio_day(now()), status="Pending",
    )  # fmt: skip
    answer = at_the_desk.post(page(session), opened | {"discount": "100"})
    assert "You have changed this yourself meanwhile" in problems(answer)


def test_an_address_may_name_the_client_and_nonsense_in_it_is_ignored(at_the_desk):
    known = ClientFactory()
    form = at_the_desk.get(f"{SESSIONS}add/?client={known.pk}").context["adminform"].form
    assert form["client"].value() == str(known.pk)
    assert at_the_desk.get(f"{SESSIONS}add/?client=abc&room=%00").status_code == 200


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
    answer = at_the_desk.post(page(session), form_of(at_the_desk, session, **{field: value}))
    assert list(answer.context["adminform"].form.errors) == [field]


# The order


def test_the_order_is_made_changed_and_removed(at_the_desk, session):
    item = ItemFactory(unit_price="45.00")
    press(at_the_desk, session, "add-item", item=item.pk, quantity=2)
    line = session.lines.get(item_code=item.code)
    assert at_the_desk.get(page(line)).status_code == 200
    press(at_the_desk, line, "quantity", quantity=5)
    session.refresh_from_db()
    assert session.total_amount == 1225
    press(at_the_desk, line, "delivered")
    assert Line.objects.get(pk=line.pk).is_delivered
    press(at_the_desk, line, "remove")
    package = PackageItemFactory(package=PackageFactory(base_price="80.00")).package
    press(at_the_desk, session, "add-package", package=package.pk, quantity=1)
    session.refresh_from_db()
    assert session.total_amount == 1080


def test_an_order_that_is_settled_is_changed_by_an_admins_override_alone(
    at_the_desk, as_the_boss, photographer
):
    session = arrived(Status.ASSIGNED, 3, photographer)
    added = {"item": ItemFactory(unit_price="45.00").pk, "quantity": 1}
    crafted = added | {"override": "on", "reason": "asked on the phone"}
    answer = at_the_desk.post(page(session, "add-item"), crafted)
    assert "can no longer be changed" in said(answer)
    fields = as_the_boss.get(page(session, "add-item")).context["form"].fields
    assert {"override", "reason"} <= set(fields)
    assert "can no longer be changed" in problems(
        as_the_boss.post(page(session, "add-item"), added)
    )
    press(as_the_boss, session, "add-item", **crafted)
    session.refresh_from_db()
    assert session.total_amount == 1045


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
    assert "1,000.00" not in mine.get(page(session.lines.get())).content.decode()


def test_a_photographer_writes_observations_only_from_assigned_on(photographer, day):
    crafted = {"session_time": "16:00", "photographer_observations": "windy"}
    mine = browser(photographer)
    early = arrived(Status.CONFIRMED, 4, photographer)
    assert mine.post(page(early), typed(mine.get(page(early))) | crafted).status_code == 403
    session = arrived(Status.ASSIGNED, 3, photographer)
    answer = mine.post(page(session), form_of(mine, session, **crafted))
    assert answer.status_code == 302, problems(answer)
    session.refresh_from_db()
    assert session.photographer_observations == "windy"
    assert str(session.session_time) == "10:00:00"


# The list


@pytest.mark.parametrize("query", ["status__exact=%00", "status__regex=(", "status__contains=a"])
def test_a_list_answers_only_what_its_filters_ask(at_the_desk, query):
    assert at_the_desk.get(f"{SESSIONS}?{query}").status_code == 400


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
