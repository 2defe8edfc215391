"""The bell: a number that comes after the page, and a link for whoever has no script."""

from __future__ import annotations

import pytest

from config.clock import now
from config.tests.browser.watching import SESSIONS, Visitor
from notifications.tests.telling import tell, tell_often
from users.models import User
from users.tests.factories import UserFactory

PAGE = "/admin/notifications/notification/"


@pytest.fixture
def person(transactional_db: None) -> User:
    return UserFactory(full_name="Elena Editor", roles=["editor"])


def expect_bell(visitor: Visitor, label: str, number: str) -> None:
    """Wait until the bell is called so, and see what it shows."""
    bell = visitor.page.get_by_role("link", name=label, exact=True)
    bell.wait_for()
    count = bell.locator(".studio-bell-count")
    assert (count.inner_text() if count.is_visible() else "") == number


@pytest.mark.parametrize("width", [1440, 390])
def test_it_tells_how_many_are_unread_until_they_are_read(visit, person, width):
    tell_often(person, 2)
    visitor = visit(person, width=width)
    visitor.to(SESSIONS)
    expect_bell(visitor, "2 unread notifications", "2")

    visitor.page.get_by_role("link", name="2 unread notifications").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(f"**{PAGE}")
    visitor.press("Number 0 (unread)")
    expect_bell(visitor, "1 unread notification", "1")
    visitor.press("Mark all as read")
    expect_bell(visitor, "0 unread notifications", "")


def test_it_learns_of_what_is_told_meanwhile(visit, person):
    visitor = visit(person)
    visitor.page.clock.install()
    visitor.to("/admin/")
    expect_bell(visitor, "0 unread notifications", "")
    tell(person, created_at=now())
    visitor.page.clock.run_for(60_000)
    expect_bell(visitor, "1 unread notification", "1")


def test_many_are_shown_as_many(visit, person):
    tell_often(person, 100)
    visitor = visit(person)
    visitor.to("/admin/")
    expect_bell(visitor, "100 unread notifications", "99+")


def test_who_was_signed_out_keeps_a_link(visit, person):
    visitor = visit(person)
    visitor.page.clock.install()
    visitor.to("/admin/")
    expect_bell(visitor, "0 unread notifications", "")
    visitor.page.context.clear_cookies()
    visitor.page.clock.run_for(60_000)
    visitor.page.get_by_role("link", name="0 unread notifications").click()
    visitor.page.wait_for_url("**/admin/login/**")
