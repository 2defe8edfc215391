"""The pages of the back office ask as often for much as for little."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.clock import now
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import acting, assign, book, paid, priced
from sessions_app.tests.pages import SESSIONS, arrived, browser, page
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST_AT_MOST = 12
PAGE_AT_MOST = 16
BUTTON_AT_MOST = 8


def grow(session: Session) -> None:
    """Give a session one more line, member and payment, and its history one more refund."""
    priced(session, "100.00", at=now())
    assign(session, at=now())
    paid(session, "100.00", PaymentType.PARTIAL, at=now(), transaction_reference=_number(session))
    paid(
        session, "10.00", PaymentType.REFUND, at=now(), reason="too much",
        transaction_reference=_number(session),
    )  # fmt: skip


def _number(session: Session) -> str:
    return f"B-{session.payments.count()}"


def test_the_list_takes_the_same_queries_for_1_and_20_rows(
    at_the_desk, coordinator, day, django_assert_max_num_queries
):
    assign(priced(book(acting(coordinator), at=now(), session_date=day), at=now()), at=now())
    at_the_desk.get(SESSIONS)
    with django_assert_max_num_queries(LIST_AT_MOST) as one:
        at_the_desk.get(SESSIONS)
    for number in range(1, 20):
        later = day + timedelta(days=number)
        assign(priced(book(acting(coordinator), at=now(), session_date=later), at=now()), at=now())
    with django_assert_max_num_queries(LIST_AT_MOST) as twenty:
        at_the_desk.get(SESSIONS)
    assert len(one) == len(twenty)


def test_the_list_takes_the_same_queries_for_1_and_5_payments_lines_and_members(
    at_the_desk, session, django_assert_max_num_queries
):
    grow(session)
    at_the_desk.get(SESSIONS)
    with django_assert_max_num_queries(LIST_AT_MOST) as one:
        at_the_desk.get(SESSIONS)
    for _again in range(4):
        grow(session)
    with django_assert_max_num_queries(LIST_AT_MOST) as five:
        at_the_desk.get(SESSIONS)
    assert len(one) == len(five)


@pytest.mark.parametrize("role", ["admin", "coordinator", "photographer"])
def test_a_sessions_page_takes_the_same_queries_for_1_and_5_payments_lines_and_members(
    session, role, django_assert_max_num_queries
):
    person = UserFactory(roles=[role])
    if role == "photographer":
        assign(session, person, at=now())
    grow(session)
    mine = browser(person)
    mine.get(page(session))
    with django_assert_max_num_queries(PAGE_AT_MOST) as one:
        mine.get(page(session))
    for _again in range(4):
        grow(session)
    with django_assert_max_num_queries(PAGE_AT_MOST) as five:
        mine.get(page(session))
    assert session.payments.count() == 10
    assert len(one) == len(five)


@pytest.mark.parametrize(
    ("state", "days"),
    [(Status.CONFIRMED, 4), (Status.IN_EDITING, -3), (Status.COMPLETED, -3), (Status.CANCELED, 20)],
)
def test_no_state_makes_a_sessions_page_ask_much_more(
    at_the_desk, state, days, django_assert_max_num_queries
):
    session = arrived(state, days)
    at_the_desk.get(page(session))
    with django_assert_max_num_queries(PAGE_AT_MOST + 2):
        at_the_desk.get(page(session))


@pytest.mark.parametrize("button", ["confirm", "cancel", "record-payment", "assign-photographer"])
def test_a_buttons_page_takes_the_same_queries_for_1_and_5_payments_lines_and_members(
    at_the_desk, button, django_assert_max_num_queries
):
    session = arrived(Status.PRE_SCHEDULED, 20)
    grow(session)
    at_the_desk.get(page(session, button))
    with django_assert_max_num_queries(BUTTON_AT_MOST) as one:
        at_the_desk.get(page(session, button))
    for _again in range(4):
        grow(session)
    with django_assert_max_num_queries(BUTTON_AT_MOST) as five:
        at_the_desk.get(page(session, button))
    assert len(one) == len(five)


def test_the_list_of_payments_takes_the_same_queries_for_1_and_10(
    at_the_desk, session, django_assert_max_num_queries
):
    address = "/admin/sessions_app/payment/"
    paid(session, "100.00", PaymentType.PARTIAL, at=now(), status=PaymentStatus.PENDING)
    at_the_desk.get(address)
    with django_assert_max_num_queries(LIST_AT_MOST) as one:
        at_the_desk.get(address)
    for _again in range(5):
        grow(session)
    with django_assert_max_num_queries(LIST_AT_MOST) as many:
        at_the_desk.get(address)
    assert len(one) == len(many)
