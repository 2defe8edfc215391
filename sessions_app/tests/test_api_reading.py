"""Reading and listing sessions on the wire (contract, section 4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.tests.factories import ItemFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from conftest import signed_in
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import acting, assign, book, external, priced
from sessions_app.tests.wire import (
    DETAIL,
    PRIVATE,
    SESSIONS,
    arrived,
    assert_shape,
    error,
    holding,
    names_in,
)
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# Reading


def test_one_session_is_shown_whole(desk, session):
    assign(session, role="Lead")
    body = desk.get(f"{SESSIONS}/{session.pk}").json()
    assert_shape(body, DETAIL)
    assert body["total_amount"] == 1000
    assert body["deposit_amount"] == 500
    assert body["balance_amount"] == 1000
    assert body["estimated_duration_hours"] == 2
    assert body["photographers"][0]["role"] == "Lead"
    assert set(body["allowed_transitions"]) == {"Negotiation", "Pre-scheduled", "Canceled"}


def test_who_covers_a_session_sees_neither_money_nor_private_notes(session, photographer):
    assign(session, photographer)
    session.lines.update(group=1)
    mine = signed_in(photographer)
    body = mine.get(f"{SESSIONS}/{session.pk}").json()
    assert_shape(body, {name: kind for name, kind in DETAIL.items() if name not in PRIVATE})
    assert body["allowed_transitions"] == []
    listed = mine.get(SESSIONS).json()["items"][0]
    assert not PRIVATE & listed.keys()
    lines = mine.get(f"{SESSIONS}/{session.pk}/details").json()
    assert not {"unit_price", "line_subtotal"} & lines[0].keys()
    history = mine.get(f"{SESSIONS}/{session.pk}/history").json()
    assert not {"reason", "notes"} & history[0].keys()


@pytest.mark.parametrize("pk", ["0", "-1", "abc", "1.5", "99999999999999999999", "01"])
def test_an_id_that_is_none_is_404(desk, pk):
    answer = desk.get(f"{SESSIONS}/{pk}")
    assert answer.status_code == 404
    assert answer.json()["error_code"] in {"NOT_FOUND", "SESSION_NOT_FOUND"}


def test_what_one_may_not_see_is_not_there(session, photographer, editor):
    for person in (photographer, editor):
        answer = signed_in(person).get(f"{SESSIONS}/{session.pk}")
        assert error(answer) == (404, "SESSION_NOT_FOUND")


# Lists


@pytest.fixture
def three(coordinator: User, day: date) -> list[Session]:
    first = book(acting(coordinator), at=now(), session_date=day)
    second = external(
        acting(coordinator),
        at=now(),
        session_date=day + timedelta(days=2),
        location="Jardín Botánico",
        client=ClientFactory(full_name="Íngrid Pérez"),
    )
    third = priced(
        book(acting(coordinator), at=now(), session_date=day + timedelta(days=1)), at=now()
    )
    transition(third, Status.NEGOTIATION, actor=acting(coordinator), at=now())
    return [first, second, third]


def listed(client: APIClient, query: str = "") -> list[int]:
    answer = client.get(f"{SESSIONS}?{query}")
    assert answer.status_code == 200, answer.json()
    return [item["id"] for item in answer.json()["items"]]


def test_the_list_is_latest_first_in_pages(desk, three):
    first, second, third = three
    assert listed(desk) == [second.pk, third.pk, first.pk]
    page = desk.get(f"{SESSIONS}?limit=2&offset=1").json()
    assert {name: page[name] for name in ("total", "limit", "offset", "has_more")} == {
        "total": 3,
        "limit": 2,
        "offset": 1,
        "has_more": False,
    }
    assert [item["id"] for item in page["items"]] == [third.pk, first.pk]


def test_the_filters_combine(desk, three, day):
    first, second, third = three
    photographer = UserFactory(roles=["photographer"])
    assign(third, photographer)
    ids = {
        f"client_id={first.client_id}": [first],
        "status=Negotiation": [third],
        "status=Negotiation&status=Request": [second, third, first],
        "status=Negotiation,Request": [second, third, first],
        "session_type=External": [second],
        f"start_date={day + timedelta(days=1)}": [second, third],
        f"end_date={day + timedelta(days=1)}": [third, first],
        f"photographer_id={photographer.pk}": [third],
        f"room_id={first.room_id}": [first],
        f"search={first.code.lower()}": [first],
        "search=ingrid": [second],
        "search=botanico jardin": [second],
        "search=%25": [],
        "ordering=session_date": [first, third, second],
        "ordering=-code": [third, second, first],
        f"session_type=Studio&start_date={day + timedelta(days=1)}": [third],
        "editor_id=1": [],
    }
    for query, expected in ids.items():
        assert listed(desk, query) == [session.pk for session in expected], query


@pytest.mark.parametrize(
    "query",
    [
        "status=Nowhere",
        "session_type=Both",
        "start_date=soon",
        "client_id=x",
        "limit=0",
        "limit=x",
        "ordering=password",
        "client_id=99999999999999999999",
        "client_id=1.5",
        "photographer_id=1e5",
    ],
)
def test_a_filter_that_is_none_is_a_wrong_form(desk, query):
    assert error(desk.get(f"{SESSIONS}?{query}")) == (400, "VALIDATION_ERROR")


def test_pages_are_clamped_but_all_of_one_client_may_be_had(desk, session):
    assert desk.get(f"{SESSIONS}?limit=1000").json()["limit"] == 100
    of_client = f"{SESSIONS}?limit=1000&client_id={session.client_id}"
    assert desk.get(of_client).json()["limit"] == 1000


def test_an_order_by_amounts_tells_nothing_to_who_sees_no_amounts(photographer, day):
    cheap = priced(book(at=now(), session_date=day), "1.00", at=now())
    dear = priced(book(at=now(), session_date=day + timedelta(days=1)), "9.00", at=now())
    for session in (cheap, dear):
        assign(session, photographer)
    mine = signed_in(photographer)
    assert listed(mine, "ordering=total_amount") == listed(mine, "ordering=-total_amount")


def test_the_list_takes_8_queries_at_most_for_1_and_30_rows(
    desk, coordinator, day, django_assert_max_num_queries
):
    def add(number: int) -> None:
        session = priced(
            book(acting(coordinator), at=now(), session_date=day + timedelta(days=number)), at=now()
        )
        assign(session)

    add(0)
    with django_assert_max_num_queries(8) as one:
        assert len(listed(desk)) == 1
    for number in range(1, 30):
        add(number)
    with django_assert_max_num_queries(8) as thirty:
        assert len(listed(desk)) == 30
    assert len(one) == len(thirty)


def test_the_page_takes_10_queries_at_most_however_much_is_on_it(
    desk, session, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10) as bare:
        desk.get(f"{SESSIONS}/{session.pk}")
    for _ in range(5):
        assign(session)
        priced(session, at=now())
    with django_assert_max_num_queries(10) as full:
        assert len(desk.get(f"{SESSIONS}/{session.pk}").json()["photographers"]) == 5
    assert len(bare) == len(full)


def test_who_cancelled_is_told_only_to_those_who_see_all(desk, session, photographer):
    assign(session, photographer)
    desk.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Canceled"})
    history = f"{SESSIONS}/{session.pk}/history"
    assert desk.get(history).json()[-1]["changed_by_name"] == "Carla Coordinator"
    seen = signed_in(photographer).get(history).json()
    assert seen[0]["changed_by_name"] == "Carla Coordinator"
    assert (seen[-1]["changed_by"], seen[-1]["changed_by_name"]) == (None, "")


# What those with some other right, but not that of seeing all, are told


def told(answer: Any, session: Session) -> list[str]:
    """Return what an answer tells of a session's money: fields, facts, or numbers in its words."""
    body = answer.json() if answer.content else {}
    facts = body.get("context", {})
    amounts = (session.total_amount, session.deposit_amount, session.balance_amount)
    return [
        *sorted(names_in(body) & (PRIVATE | {"unit_price", "line_subtotal", "amount"})),
        *sorted(name for name, value in facts.items() if isinstance(value, int | float)),
        *(str(amount) for amount in amounts if amount and str(amount) in str(body)),
    ]


PAY = {
    "payment_type": "Balance",
    "payment_method": "Cash",
    "amount": 1,
    "payment_date": studio_day(now()).isoformat(),
}
CURIOUS: dict[str, Any] = {
    "completing": (Right.SESSION_COMPLETE, Status.READY, "post", "transition", "Completed", 422),
    "confirming": (
        *(Right.SESSION_EDIT_PRE_ASSIGNED, Status.PRE_SCHEDULED, "post", "transition"),
        *("Confirmed", 422),
    ),
    "recalculating": (
        *(Right.SESSION_EDIT_PRE_ASSIGNED, Status.PRE_SCHEDULED, "post", "recalculate", {}, 403),
    ),
    "a new item": (
        *(Right.SESSION_EDIT_PRE_ASSIGNED, Status.REQUEST, "post", "details/items/{item}", {}, 201),
    ),
    "another quantity": (
        *(Right.SESSION_EDIT_PRE_ASSIGNED, Status.REQUEST, "patch", "details/{line}"),
        *({"quantity": 2}, 200),
    ),
    "no more lines": (
        *(Right.SESSION_EDIT_PRE_ASSIGNED, Status.CONFIRMED, "delete", "details/{line}", {}, 422),
    ),
    "reading payments": (Right.SESSION_PAYMENT, Status.CONFIRMED, "get", "payments", {}, 403),
    "paying": (Right.SESSION_PAYMENT, Status.CONFIRMED, "post", "payments", PAY, 403),
    "refunding": (
        *(Right.PAYMENT_REFUND, Status.CONFIRMED, "post", "payments"),
        *(PAY | {"payment_type": "Refund", "reason": "x"}, 403),
    ),
    "verifying": (
        *(Right.SESSION_PAYMENT, Status.CONFIRMED, "post", "payments/{payment}/verify", {}, 403),
    ),
    "a preview": (Right.SESSION_CANCEL, Status.CONFIRMED, "get", "cancellation-preview", {}, 403),
    "cancelling": (
        *(Right.SESSION_CANCEL, Status.CONFIRMED, "post", "cancel"),
        *({"cancellation_reason": "x", "initiated_by": "Client"}, 200),
    ),
    "another refund": (
        *(Right.SESSION_CANCEL, Status.CONFIRMED, "post", "cancel"),
        *({"cancellation_reason": "x", "initiated_by": "Client", "refund_amount": 9}, 400),
    ),
    "deleting": (Right.SESSION_DELETE, Status.CANCELED, "delete", "", {}, 409),
}


@pytest.mark.parametrize(
    ("right", "state", "method", "path", "body", "status"), CURIOUS.values(), ids=CURIOUS
)
def test_who_does_not_see_all_is_told_no_amount_whatever_else_they_may(
    right, state, method, path, body, status
):
    person = holding(right, beside="photographer")
    early = {Status.REQUEST, Status.PRE_SCHEDULED, Status.CONFIRMED, Status.CANCELED}
    session = arrived(state, person, days=30 if state in early else -1)
    path = path.format(
        item=ItemFactory(unit_price="77.77").pk,
        line=session.lines.values_list("pk", flat=True).first(),
        payment=session.payments.values_list("pk", flat=True).first(),
    )
    sent = {"to_status": body} if isinstance(body, str) else body
    answer = getattr(signed_in(person), method)(f"{SESSIONS}/{session.pk}/{path}".rstrip("/"), sent)
    assert answer.status_code == status, answer.content
    assert told(answer, session) == []


def test_no_total_is_told_by_the_refusal_of_a_smaller_order():
    person = holding(Right.SESSION_EDIT_PRE_ASSIGNED, beside="photographer")
    session = arrived(Status.CONFIRMED, person, days=30)
    dear = session.lines.get()
    priced(session, "123.45", at=now())
    answer = signed_in(person).delete(f"{SESSIONS}/{session.pk}/details/{dear.pk}")
    assert error(answer) == (422, "PAYMENT_EXCEEDS_TOTAL")
    assert told(answer, session) == []
