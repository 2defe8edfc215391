"""Pages of lists: every row once, in the list's order, and exactly how many there are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.clock import now
from sessions_app.admin.sessions import SessionAdmin
from sessions_app.models import Session
from sessions_app.tests.builders import acting, book
from sessions_app.tests.pages import SESSIONS, browser
from sessions_app.tests.wire import SESSIONS as WIRE
from users.models import User

pytestmark = pytest.mark.django_db

COUNT = 5


@pytest.fixture
def sessions(coordinator: User, day: date) -> list[str]:
    """The codes of some sessions, latest date first."""
    days = [day + timedelta(days=n) for n in range(COUNT)]
    booked = [book(acting(coordinator), at=now(), session_date=one) for one in days]
    return [session.code for session in reversed(booked)]


@pytest.fixture
def two_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionAdmin, "list_per_page", 2)


@pytest.mark.usefixtures("two_on_a_page")
def test_the_pages_of_the_back_office_hold_every_session_once_and_in_order(coordinator, sessions):
    desk = browser(coordinator)
    pages = [desk.get(SESSIONS, {"p": page}).context["cl"] for page in (1, 2, 3)]
    assert [one.code for page in pages for one in page.result_list] == sessions
    assert {page.result_count for page in pages} == {COUNT}


@pytest.mark.usefixtures("two_on_a_page", "sessions")
def test_a_late_page_asks_how_clients_stand_for_its_own_rows_alone(coordinator):
    desk = browser(coordinator)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        desk.get(SESSIONS, {"p": 2})
    (shown,) = (one["sql"] for one in asked if '"is_high_risk"' in one["sql"])
    assert "OFFSET 2" in shown
    assert '"is_high_risk"' not in shown[shown.rindex(" IN (SELECT") :]


@pytest.mark.parametrize("asked", ["", "&session_type=Studio", "&session_type=External"])
@pytest.mark.parametrize("limit", [1, 2, COUNT, COUNT + 1])
@pytest.mark.parametrize("offset", [0, 1, COUNT - 1, COUNT, COUNT + 1])
def test_wherever_a_page_begins_and_ends_the_total_is_exact(desk, sessions, asked, limit, offset):
    wanted = Session.objects.filter(session_type="Studio") if "Studio" in asked else Session.objects
    total = 0 if "External" in asked else wanted.count()
    page = desk.get(f"{WIRE}?limit={limit}&offset={offset}{asked}").json()
    shown = sessions[offset : offset + limit] if total else []
    assert [one["code"] for one in page["items"]] == shown
    assert (page["total"], page["has_more"]) == (total, offset + len(shown) < total)
