"""The figures of the start page against a studio whose books were done by hand (section 6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from config.tests.contract.shapes import DASHBOARD, assert_answer, assert_refused
from conftest import signed_in
from sessions_app.actions import verifying
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import AT, SYSTEM, assign, book, paid, priced, taken_to
from sessions_app.tests.wire import arrived

pytestmark = pytest.mark.django_db

STATS = "/api/v1/dashboard/stats"
MARCH = {"year": 2026, "month": 3}
APRIL = {"year": 2026, "month": 4}
MAY = {"year": 2026, "month": 5}


@pytest.fixture
def books() -> Session:
    """Five sessions asked for on 10 March 2026, each of 1000.00 but for one; return the first.

    20 April: Confirmed. 500 paid on 10 March, 100 on the 11th, 60 of it given back on the 12th.
    21 April: Request, of 300.00. 22 April: Canceled, never paid.
    10 April: Completed. 500 paid on 10 March, 500 on the day itself.
    4 May: Pre-scheduled, a Pending 500.
    """
    confirmed = taken_to(Status.CONFIRMED, session_date=date(2026, 4, 20))
    paid(confirmed, "100.00", PaymentType.BALANCE, at=AT + timedelta(days=1))
    given_back = paid(
        confirmed, "60.00", PaymentType.REFUND, at=AT + timedelta(days=2), reason="too much"
    )
    verifying.verify(
        given_back, transaction_reference="R-1", actor=SYSTEM, at=AT + timedelta(days=2)
    )
    priced(book(session_date=date(2026, 4, 21)), "300.00")
    taken_to(Status.CANCELED, session_date=date(2026, 4, 22))
    taken_to(Status.COMPLETED, session_date=date(2026, 4, 10))
    offered = taken_to(Status.PRE_SCHEDULED, session_date=date(2026, 5, 4))
    paid(offered, "500.00", status=PaymentStatus.PENDING)
    return confirmed


def figures(client: Any, query: dict[str, int]) -> dict[str, Any]:
    return dict(assert_answer(client.get(STATS, query), DASHBOARD))


def by_status(body: dict[str, Any]) -> dict[str, int]:
    """Return the states that are not empty, each of them told once."""
    told = [entry["status"] for entry in body["sessions_by_status"]]
    assert len(told) == len(set(told))
    return {
        entry["status"]: entry["count"] for entry in body["sessions_by_status"] if entry["count"]
    }


def test_an_empty_studio_has_zeros(desk):
    body = assert_answer(desk.get(STATS), DASHBOARD)
    assert body["active_sessions_count"] == body["sessions_this_month"] == 0
    assert body["total_revenue_this_month"] == body["pending_balance"] == 0
    assert by_status(body) == {}


def test_what_is_open_is_counted_whatever_the_month(desk, books):
    for month in (MARCH, APRIL, MAY):
        body = figures(desk, month)
        assert body["active_sessions_count"] == 3
        assert body["pending_balance"] == 460


def test_the_sessions_of_a_month_go_by_their_own_date(desk, books):
    assert by_status(figures(desk, MARCH)) == {}
    assert by_status(figures(desk, APRIL)) == {
        "Confirmed": 1,
        "Request": 1,
        "Canceled": 1,
        "Completed": 1,
    }
    assert by_status(figures(desk, MAY)) == {"Pre-scheduled": 1}
    assert figures(desk, MARCH)["sessions_this_month"] == 0
    assert figures(desk, MAY)["sessions_this_month"] == 1


def test_the_revenue_of_a_month_goes_by_the_date_of_payment(desk, boss, books):
    for client in (desk, boss):
        assert figures(client, MARCH)["total_revenue_this_month"] == 500 + 100 - 60 + 500
        assert figures(client, APRIL)["total_revenue_this_month"] == 500
        assert figures(client, MAY)["total_revenue_this_month"] == 0


def test_a_hidden_session_is_in_no_figure(boss, books):
    request = Session.objects.get(session_date=date(2026, 4, 21))
    assert boss.delete(f"/api/v1/sessions/{request.pk}").status_code == 204
    body = figures(boss, APRIL)
    assert body["active_sessions_count"] == 2
    assert "Request" not in by_status(body)


def test_without_the_right_to_see_all_the_figures_are_ones_own_and_no_money(books, photographer):
    assign(books, photographer)
    mine = signed_in(photographer)
    body = figures(mine, APRIL)
    assert by_status(body) == {"Confirmed": 1}
    assert (body["active_sessions_count"], body["sessions_this_month"]) == (1, 1)
    for month in (MARCH, APRIL, MAY):
        body = figures(mine, month)
        assert body["total_revenue_this_month"] == body["pending_balance"] == 0


def test_anyone_signed_in_may_ask(books, plain_user, editor, api):
    for person in (plain_user, editor):
        body = figures(signed_in(person), APRIL)
        assert body["active_sessions_count"] == body["total_revenue_this_month"] == 0
        assert by_status(body) == {}
    assert_refused(api(None).get(STATS), 401, "NOT_AUTHENTICATED")


def test_without_a_month_it_is_this_one(desk, this_morning):
    arrived(Status.CONFIRMED, days=0, booked_at=this_morning)
    body = assert_answer(desk.get(STATS), DASHBOARD)
    assert (body["sessions_this_month"], body["total_revenue_this_month"]) == (1, 500)
    assert by_status(body) == {"Confirmed": 1}


@pytest.mark.parametrize(
    "query", [{"month": 13}, {"month": 0}, {"month": "May"}, {"year": "x"}, {"year": 10**9}]
)
def test_a_month_that_is_none_is_400(desk, query):
    assert_refused(desk.get(STATS, {"year": 2026, "month": 3} | query), 400, "VALIDATION_ERROR")
