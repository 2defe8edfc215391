"""Photographers on their phone and editors at their desk: what Today lets them do."""

from __future__ import annotations

import pytest

from sessions_app.lifecycle import Status
from sessions_app.tests.pages import arrived
from users.models import User
from users.tests.factories import UserFactory

PHONE = 390


@pytest.fixture
def pedro(transactional_db: None) -> User:
    return UserFactory(full_name="Pedro Photographer", roles=["photographer"])


@pytest.fixture
def elena(transactional_db: None) -> User:
    return UserFactory(full_name="Elena Editor", roles=["editor"])


def is_too_wide(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_photographer_marks_on_the_phone_that_they_were_there(visit, pedro):
    session = arrived(Status.ASSIGNED, 0, pedro, booked_ago=21)
    phone = visit(pedro, width=PHONE)

    page = phone.to("/admin/")
    shown = phone.text()
    assert session.client.full_name in shown
    assert session.room.name in shown
    assert "10:00–12:00" in shown
    call = page.get_by_role("link", name=session.client.primary_phone)
    assert call.get_attribute("href") == f"tel:{session.client.primary_phone}"
    assert "Q " not in shown
    assert not is_too_wide(page)

    phone.press("I attended")
    assert not is_too_wide(page)
    phone.submit()
    assert "Your attendance is noted." in phone.said()
    assert not is_too_wide(page)
    session.refresh_from_db()
    assert session.status == Status.ATTENDED
    assert session.assignments.get().attended

    phone.to("/admin/")
    assert "✓ Attended" in phone.text()


def test_a_photographer_is_asked_about_a_day_they_forgot_to_mark(visit, pedro):
    arrived(Status.ASSIGNED, -2, pedro)
    phone = visit(pedro, width=PHONE)
    phone.to("/admin/")
    assert "Were you there?" in phone.text()
    phone.press("I attended")
    phone.submit()
    phone.to("/admin/")
    assert "Were you there?" not in phone.text()


def test_an_editor_takes_the_next_one_and_finishes_it(visit, elena):
    urgent, other = arrived(Status.ATTENDED, -9), arrived(Status.ATTENDED, -2)
    desk = visit(elena)

    desk.to("/admin/")
    desk.press("Take the next one")
    assert f"{urgent.code} is yours to edit." in desk.said()
    urgent.refresh_from_db()
    other.refresh_from_db()
    assert (urgent.status, urgent.editing_assigned_to) == (Status.IN_EDITING, elena)
    assert other.status == Status.ATTENDED

    desk.to("/admin/")
    assert f"I am editing 1 {urgent.code}" in desk.text()
    desk.page.get_by_role("link", name=f"Ready {urgent.code}").click()
    desk.field("Notes").fill("38 pictures")
    desk.submit()
    assert "is now in “Ready for delivery”" in desk.said()
    urgent.refresh_from_db()
    assert urgent.status == Status.READY


def test_nothing_to_take_is_said_kindly(visit, elena):
    desk = visit(elena)
    desk.to("/admin/")
    assert "Nothing waits. Well done." in desk.text()
    assert desk.page.get_by_role("button", name="Take the next one").count() == 0
