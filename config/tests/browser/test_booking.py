"""The coordinator on the telephone: from “are you free?” to a confirmed session."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog.models import Room
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now
from config.tests.browser.watching import AVAILABILITY, SESSIONS
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import TEN, book
from users.models import User
from users.tests.factories import PASSWORD, UserFactory


@pytest.fixture
def room(transactional_db: None) -> Room:
    return RoomFactory(name="Sala Atitlán")


@pytest.fixture
def coordinator(transactional_db: None) -> User:
    carla = UserFactory(
        full_name="Carla Coordinator", email="carla@studio.example", roles=["coordinator"]
    )
    carla.set_password(PASSWORD)
    carla.save()
    return carla


def test_from_are_you_free_to_a_confirmed_session(visit, coordinator, room, day):
    UserFactory(full_name="Pedro Photographer", roles=["photographer"])
    client = ClientFactory(full_name="María José Ixcot")
    package = PackageFactory(name="Sesión familiar", base_price=Decimal("1450.00"))
    PackageItemFactory(package=package, item=ItemFactory())
    carla = visit()

    carla.to("/admin/")
    carla.page.get_by_label("E-mail").fill(coordinator.email)
    carla.page.get_by_label("Password").fill(PASSWORD)
    carla.press("Log in")
    assert carla.page.get_by_role("heading", level=1).inner_text() == "Today"

    carla.press("Are you free?", within="#content")
    carla.field("Date").fill(f"{day:%d/%m/%Y}")
    carla.field("Time").fill("10:00")
    carla.field("Duration (hours)").fill("2")
    carla.press("Look")
    assert "Yes, it is free." in carla.text()
    carla.press("New request for this time")

    carla.choose("Client", "ixcot")
    carla.press("Save and continue editing")
    session = Session.objects.get()
    assert (session.client, session.room, session.status) == (client, room, Status.REQUEST)
    assert (session.session_date, session.session_time) == (day, TEN)
    assert session.estimated_duration_hours == 2
    assert f"{SESSIONS}{session.pk}/change/" in carla.page.url

    carla.page.locator("nav:visible >> text=Order").first.click()
    carla.press("Add package")
    carla.page.get_by_label("Package").select_option(label=str(package))
    carla.submit()
    assert "Q 1,450.00" in carla.text()

    carla.press("Pre-schedule")
    carla.submit()
    assert "is now in “Pre-scheduled”" in carla.said()

    carla.press("Payments")
    carla.press("Record payment", within="#content")
    assert carla.field("Amount").input_value() == "725.00"
    carla.field("Method").fill("Transfer")
    carla.submit()

    carla.press("Confirm")
    carla.submit()
    assert "is now in “Confirmed”" in carla.said()
    session.refresh_from_db()
    assert session.status == Status.CONFIRMED
    assert session.paid_amount == Decimal("725.00")


def test_a_double_booking_is_refused_and_what_was_typed_stays(visit, coordinator, room, day):
    taken = book(room=room, at=now(), session_date=day)
    ClientFactory(full_name="Óscar Batz")
    carla = visit(coordinator)

    carla.to(f"{SESSIONS}add/")
    carla.choose("Client", "batz")
    carla.field("Date").fill(f"{day:%d/%m/%Y}")
    carla.field("Time").fill("11:00")
    carla.field("Duration (hours)").fill("1.5")
    carla.field("Room").select_option(label=str(room))
    carla.field("What the client wants").fill("Fondo claro")
    carla.press("Save")

    said = carla.said()
    assert f"Sala Atitlán is taken by {taken.code}" in said
    assert re.search(r"(Next free|Free next): \S.*12:00", said)
    assert carla.page.locator("#id_client option:checked").inner_text() == "Óscar Batz"
    kept = {label: carla.field(label).input_value() for label in ("Date", "Time", "Room")}
    assert kept == {"Date": f"{day:%d/%m/%Y}", "Time": "11:00", "Room": str(room.pk)}
    assert carla.field("What the client wants").input_value() == "Fondo claro"
    assert Session.objects.get() == taken


def test_a_taken_time_is_answered_with_the_next_ones_each_a_click_from_booking(
    visit, coordinator, room, day: date
):
    UserFactory(full_name="Pedro Photographer", roles=["photographer"])
    taken = book(room=room, at=now(), session_date=day)
    carla = visit(coordinator)

    carla.to(
        f"{AVAILABILITY}?date={day}&time=11:00&duration_hours=1&session_type=Studio&photographers=1"
    )
    shown = carla.text()
    assert "No, not at that time." in shown
    assert taken.code in shown
    carla.page.get_by_role("link", name="New request").first.click()
    assert carla.field("Date").input_value() == f"{day:%d/%m/%Y}"
    assert carla.field("Time").input_value() in {"12:00", "09:00"}
    assert carla.field("Room").input_value() == str(room.pk)


def test_free_times_of_several_days_are_offered(visit, coordinator, room, day: date):
    UserFactory(roles=["photographer"])
    carla = visit(coordinator)
    until = day + timedelta(days=1)

    carla.to(AVAILABILITY)
    carla.field("Date").fill(f"{day:%d/%m/%Y}")
    carla.field("Until").fill(f"{until:%d/%m/%Y}")
    carla.press("Look")
    assert f"Monday {day.day} {day:%B}" in carla.text()
    assert f"Tuesday {until.day} {until:%B}" in carla.text()
