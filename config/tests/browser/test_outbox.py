"""The outbox: a letter is seen in its frame, under the strict policy of the page around it."""

from __future__ import annotations

import pytest

from config.tests.browser.watching import Visitor
from notifications.models import Email
from sessions_app.lifecycle import Status
from sessions_app.tests.pages import arrived
from users.models import User
from users.tests.factories import UserFactory

OUTBOX = "/admin/notifications/email/"


@pytest.fixture
def carla(transactional_db: None) -> User:
    return UserFactory(full_name="Carla Coordinator", roles=["coordinator"])


def fits(visitor: Visitor, place: str = "") -> bool:
    """Whether nothing of the page, or of the letter in its frame, reaches beyond its width."""
    root = "document.documentElement"
    page = visitor.page.frame_locator(place).locator("html") if place else visitor.page
    asked = f"{root}.scrollWidth <= {root}.clientWidth"
    return bool(page.evaluate(f"() => {asked}" if not place else f"(html) => {asked}"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_letter_is_seen_as_its_reader_sees_it(visit, carla, width):
    session = arrived(Status.CONFIRMED, 30)
    Email.objects.update(language="en")
    visitor = visit(carla, width=width)
    visitor.to(f"{OUTBOX}?q={session.code}")
    visitor.page.locator("#result_list").get_by_role("link", name="Confirmation").first.click()
    letter = visitor.page.frame_locator("iframe.studio-letter")
    letter.get_by_text("Your session is confirmed. We look forward to it!").wait_for()
    words = letter.locator("td", has_text=session.room.name).last
    assert words.evaluate("(one) => getComputedStyle(one).fontWeight") == "700"
    assert fits(visitor)
    assert fits(visitor, "iframe.studio-letter")


@pytest.mark.parametrize("width", [1440, 390])
def test_one_chooses_which_kind_to_look_at(visit, carla, width):
    visitor = visit(carla, width=width)
    visitor.to(OUTBOX)
    visitor.press("How messages look")
    visitor.field("Kind").select_option("Refund paid")
    visitor.press("Show")
    in_english = visitor.page.frame_locator("iframe.studio-letter >> nth=1")
    in_english.get_by_role("cell", name="TR-10422").wait_for()
    assert fits(visitor)
    assert fits(visitor, "iframe.studio-letter >> nth=1")
