"""Whether everybody can use these pages: labels, headings, focus, contrast."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import now, studio_day
from config.tests.browser.watching import AGENDA, AVAILABILITY, SESSIONS, Visitor
from sessions_app.actions.time_off import take_time_off
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.policy.periods import Period
from sessions_app.tests.builders import SYSTEM
from sessions_app.tests.pages import arrived
from users.models import User
from users.tests.factories import UserFactory

LOOK = (Path(__file__).parent / "seeing.js").read_text()
OURS = "[class*=studio-], [class*=studio-] *, [class*=agenda-], [class*=agenda-] *"
"""The styles that are the studio's own; the others are the theme's."""

FOCUS = """() => {
    const one = document.activeElement;
    const look = () => {
        const style = getComputedStyle(one);
        return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
    };
    const seen = look();
    one.blur();
    const unseen = look();
    one.focus({focusVisible: true, preventScroll: true});
    return seen === unseen ? one.outerHTML.replace(/\\s+/g, " ").slice(0, 120) : "";
}"""
"""The focused element where nothing tells it from one that is not focused."""


@pytest.fixture
def person(transactional_db: None) -> User:
    """Somebody of all roles, whose Today has every part."""
    return UserFactory(full_name="Paula", roles=["coordinator", "photographer", "editor"])


@pytest.fixture
def session(person: User) -> Session:
    """A session still to come, in a studio in which a bit of everything has happened."""
    UserFactory(full_name="Elmer", roles=["editor"])
    arrived(Status.ASSIGNED, 0, person, booked_ago=21)
    arrived(Status.ASSIGNED, -2, person)
    arrived(Status.ATTENDED, -20, person, booked_ago=40)
    arrived(Status.REQUEST, 5)
    away = Period(now() + timedelta(days=1), now() + timedelta(days=2))
    take_time_off(person.pk, away, reason="", actor=SYSTEM, at=now())
    return arrived(Status.PRE_SCHEDULED, 4)


def addresses(session: Session) -> list[str]:
    day = studio_day(now()) + timedelta(days=4)
    asked = f"date={day}&time=10:00&duration_hours=2&session_type=Studio&photographers=1"
    return [
        "/admin/",
        AGENDA,
        f"{AGENDA}?date={day}",
        AVAILABILITY,
        f"{AVAILABILITY}?{asked}",
        f"{SESSIONS}editing-queue/",
        f"{SESSIONS}{session.pk}/change/",
        f"{SESSIONS}{session.pk}/change/#payments",
        f"{SESSIONS}{session.pk}/change/#assignments",
        f"{SESSIONS}{session.pk}/change/#history",
        f"{SESSIONS}{session.pk}/record-payment/",
        "/admin/notifications/notification/",
        "/admin/notifications/notification/by-email/",
        "/admin/notifications/email/how-they-look/",
    ]


def shown(visitor: Visitor, address: str) -> Visitor:
    visitor.to("about:blank")  # so that another tab of a page is a page anew
    visitor.to(address)
    if address.startswith(AGENDA):
        visitor.page.locator(".ec-toolbar").wait_for()
        visitor.page.wait_for_load_state("networkidle")
    return visitor


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_everybody_can_read_what_is_on_the_pages(visit, person, session, theme, width):
    window = visit(person, theme=theme, width=width)
    found = []
    for address in addresses(session):
        page = shown(window, address).page
        problems = page.evaluate(f"({LOOK})", OURS)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append("wider than its window")
        found += [f"{address}: {problem}" for problem in problems]
    assert window.page.locator("html.dark").count() == (theme == "dark")
    assert found == []


def test_who_uses_the_keyboard_sees_where_they_are(visit, person, session):
    desk = visit(person)
    lost = []
    for address in addresses(session)[::3]:
        shown(desk, address)
        for _ in range(20):
            desk.page.keyboard.press("Tab")
            lost.append(desk.page.evaluate(FOCUS))
    assert set(lost) == {""}


def test_the_look_itself_sees_what_is_wrong(visit, person):
    """The negative control: a page made bad on purpose."""
    desk = visit(person)
    desk.to("/admin/")
    desk.page.evaluate(
        """() => {
            const bad = document.createElement("div");
            bad.innerHTML = '<h1>Two</h1><input name="x"><button></button>'
                + '<p class="studio-subtle" style="color: #aaa">pale</p>';
            document.querySelector("#content").append(bad);
        }"""
    )
    found = " ".join(desk.page.evaluate(f"({LOOK})", OURS))
    for kind in ("2 headings h1", "no label", "no name", "contrast"):
        assert kind in found


def test_the_watch_itself_hears_what_a_page_complains_about(visit, person):
    """The negative control: a script that the policy forbids, and one that fails."""
    desk = visit(person)
    desk.to("/admin/")
    desk.page.evaluate(
        """() => {
            const forbidden = document.createElement("script");
            forbidden.textContent = "window.forbidden = true";
            document.body.append(forbidden);
            setTimeout(() => { throw new Error("broken on purpose"); });
        }"""
    )
    desk.page.wait_for_timeout(200)
    heard, desk.complaints = " ".join(desk.complaints), []
    assert "Content Security Policy" in heard
    assert "broken on purpose" in heard
    assert desk.page.evaluate("window.forbidden") is None
