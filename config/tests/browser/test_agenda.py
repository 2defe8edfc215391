"""The agenda: dragging asks, a refusal springs back, a free place begins a session."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from config.clock import now
from config.tests.browser.watching import AGENDA, SESSIONS, Visitor
from sessions_app.models import Session
from sessions_app.tests.builders import assign, book
from users.models import User
from users.tests.factories import UserFactory

if TYPE_CHECKING:
    from playwright.sync_api import Locator

HOUR = 72
"""Pixels of an hour in a row of the agenda."""
REFUSED = r"status of 409.*/agenda/move/"
"""The browser itself tells of every answer that is no success."""


@pytest.fixture
def room(transactional_db: None) -> Room:
    return RoomFactory(name="Sala Atitlán")


@pytest.fixture
def carla(transactional_db: None) -> User:
    return UserFactory(full_name="Carla Coordinator", roles=["coordinator"])


def booked(room: Room, day: date, hour: int) -> Session:
    return book(room=room, at=now(), session_date=day, session_time=time(hour))


def opened(visitor: Visitor, day: date) -> Visitor:
    with visitor.page.expect_response("**/agenda/entries/**"):
        visitor.to(f"{AGENDA}?date={day}")
    return visitor


def entry(visitor: Visitor, session: Session) -> Locator:
    """Return what stands for a session in the agenda, in the first row that has it."""
    found = visitor.page.locator(".ec-event:not(.ec-ghost)", has_text=session.code).first
    found.wait_for()
    return found


def left(visitor: Visitor, session: Session) -> float:
    """Return how far to the right a session's entry begins."""
    box = entry(visitor, session).bounding_box()
    assert box is not None
    return box["x"]


def drag(visitor: Visitor, session: Session, *, hours: float) -> None:
    """Take a session's entry with the mouse and put it down some hours later."""
    box = entry(visitor, session).bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 20
    mouse = visitor.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 10, y, steps=3)
    mouse.move(x + hours * HOUR, y, steps=12)
    mouse.up()
    visitor.page.locator("#agenda-question[open]").wait_for()


def answered(visitor: Visitor, button: str) -> None:
    """Answer the question with a button, and see the agenda loaded anew."""
    with visitor.page.expect_response("**/agenda/entries/**"):
        visitor.control(button, within="#agenda-question").click()


def test_a_dragged_session_is_moved_once_one_has_said_yes(visit, carla, room, day):
    session = booked(room, day, 10)
    desk = opened(visit(carla), day)

    drag(desk, session, hours=4)
    question = desk.page.locator("#agenda-question").inner_text()
    assert f"Move {session.code}?" in question
    assert "10:00" in question
    assert "14:00" in question
    session.refresh_from_db()
    assert session.session_time == time(10)

    answered(desk, "Move")
    desk.page.locator("#agenda-done:visible").wait_for()
    assert f"{session.code} is moved." in desk.text()
    session.refresh_from_db()
    assert (session.session_date, session.session_time) == (day, time(14))
    assert session.claims.get(active=True).starts_at == session.starts_at


def test_a_drag_that_one_thinks_better_of_changes_nothing(visit, carla, room, day):
    session = booked(room, day, 10)
    desk = opened(visit(carla), day)
    before = left(desk, session)

    drag(desk, session, hours=4)
    assert left(desk, session) == pytest.approx(before + 4 * HOUR, abs=2)
    desk.control("Leave it", within="#agenda-question").click()

    desk.page.locator("#agenda-question[open]").wait_for(state="hidden")
    assert left(desk, session) == pytest.approx(before, abs=2)
    session.refresh_from_db()
    assert session.session_time == time(10)


def test_a_drag_onto_a_taken_place_springs_back_and_says_why(visit, carla, room, day):
    session, other = booked(room, day, 8), booked(room, day, 12)
    desk = opened(visit(carla), day)
    desk.expects = REFUSED
    before = left(desk, session)

    drag(desk, session, hours=4)
    answered(desk, "Move")

    desk.page.locator("#agenda-problem:visible").wait_for()
    assert f"Sala Atitlán is taken by {other.code}" in desk.said()
    assert left(desk, session) == pytest.approx(before, abs=2)
    session.refresh_from_db()
    assert session.session_time == time(8)


def test_a_session_may_be_given_to_another_photographer_by_dragging(visit, carla, room, day):
    first, second = (
        UserFactory(full_name=name, roles=["photographer"])
        for name in ("Alba Photographer", "Berta Photographer")
    )
    session = booked(room, day, 10)
    assign(session, first, at=now())
    desk = opened(visit(carla), day)
    desk.control("Photographers").click()
    box = entry(desk, session).bounding_box()
    row = desk.page.get_by_text("Berta Photographer", exact=True).bounding_box()
    assert box is not None
    assert row is not None

    mouse = desk.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + 20, box["y"] + 20, steps=3)
    mouse.move(box["x"] + 20, row["y"] + row["height"] / 2, steps=12)
    mouse.up()
    desk.page.locator("#agenda-question[open]").wait_for()
    assert "Berta Photographer" in desk.page.locator("#agenda-question").inner_text()
    answered(desk, "Move")

    desk.page.locator("#agenda-done:visible").wait_for()
    assert session.assignments.latest("id").photographer == second


def test_a_free_place_begins_a_session_of_that_time_and_room(visit, carla, room, day):
    session = booked(room, day, 10)
    desk = opened(visit(carla), day)
    box = entry(desk, session).bounding_box()
    assert box is not None

    desk.page.mouse.click(box["x"] + 4 * HOUR + 5, box["y"] + 20)
    desk.page.wait_for_url(f"**{SESSIONS}add/**")
    shown = {name: desk.field(name).input_value() for name in ("Type", "Date", "Time", "Room")}
    assert shown == {
        "Type": "Studio",
        "Date": f"{day:%d/%m/%Y}",
        "Time": "14:00",
        "Room": str(room.pk),
    }


def test_a_click_opens_what_stands_there(visit, carla, room, day):
    session = booked(room, day, 10)
    desk = opened(visit(carla), day)
    entry(desk, session).click()
    desk.page.wait_for_url(f"**{SESSIONS}{session.pk}/change/")


def test_every_view_shows_the_session(visit, carla, room, day):
    session = booked(room, day, 10)
    desk = opened(visit(carla), day)
    for view in ("columns", "week", "month", "list", "day"):
        desk.control(view).click()
        entry(desk, session)


def test_the_agenda_shows_the_studios_clock_wherever_one_looks(visit, carla, room, day):
    session = booked(room, day, 10)
    desk = opened(visit(carla, time_zone="Asia/Tokyo"), day)
    assert entry(desk, session).inner_text().startswith("10:00")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_photographer_sees_their_own_sessions_and_moves_none(visit, room, day, width):
    pedro = UserFactory(full_name="Pedro Photographer", roles=["photographer"])
    own, others = booked(room, day, 10), booked(room, day, 14)
    assign(own, pedro, at=now())
    window = opened(visit(pedro, width=width), day)
    entry(window, own)
    assert others.code not in window.text()
    assert window.page.locator(".ec-draggable").count() == 0
