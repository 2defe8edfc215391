"""Lists of one's own work, and how many queries an answer takes (contract, section 4)."""

from __future__ import annotations

import pytest

from clients.tests.factories import ClientFactory
from config.clock import now
from config.tests.contract.shapes import list_of
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.tests.builders import assign, paid, priced
from sessions_app.tests.wire import (
    SESSION,
    SESSIONS,
    ahead,
    arrived,
    assert_shape,
    refused,
    without_private,
)
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# Lists of one's own


@pytest.mark.parametrize("name", ["my-assignments", "my-editing"])
def test_the_lists_of_ones_own_are_lists_of_sessions_with_their_filters(photographer, editor, name):
    person: User = photographer if name == "my-assignments" else editor
    other = ClientFactory(full_name="Íngrid Pérez")
    first = arrived(Status.IN_EDITING, photographer, editor, days=-3)
    second = arrived(Status.READY, photographer, editor, days=-1, client=other)
    arrived(Status.IN_EDITING)  # somebody else's
    arrived(Status.ATTENDED)
    mine = signed_in(person)

    def listed(query: str = "") -> list[int]:
        answer = mine.get(f"{SESSIONS}/{name}?{query}")
        assert answer.status_code == 200, answer.json()
        return [row["id"] for row in answer.json()["items"]]

    page = mine.get(f"{SESSIONS}/{name}?limit=1").json()
    assert_shape(page, list_of(without_private(SESSION)))
    assert_shape(page["items"][0], without_private(SESSION))
    assert (page["total"], page["limit"], page["has_more"]) == (2, 1, True)
    assert listed() == [second.pk, first.pk]
    assert listed("ordering=session_date") == [first.pk, second.pk]
    assert listed("status=In Editing") == [first.pk]
    assert listed("status=In Editing,Ready for Delivery") == [second.pk, first.pk]
    assert listed(f"end_date={ahead(-2)}") == [first.pk]
    assert listed("search=ingrid") == [second.pk]
    assert listed("session_type=External") == []
    for wrong in ("status=Nowhere", "limit=0", "start_date=soon"):
        refused(mine.get(f"{SESSIONS}/{name}?{wrong}"), 400, "VALIDATION_ERROR")
    stranger = UserFactory(roles=sorted(person.role_names))
    assert signed_in(stranger).get(f"{SESSIONS}/{name}").json()["items"] == []


# Queries


@pytest.mark.parametrize("name", ["my-assignments", "my-editing", ""])
def test_a_list_takes_the_same_queries_for_1_and_for_5_rows(
    photographer, editor, name, django_assert_max_num_queries
):
    mine = signed_in(photographer if name == "my-assignments" else editor)
    url = f"{SESSIONS}/{name}".rstrip("/")
    arrived(Status.IN_EDITING, photographer, editor)
    with django_assert_max_num_queries(8) as one:
        assert len(mine.get(url).json()["items"]) == 1
    for days in range(2, 6):
        session = arrived(Status.IN_EDITING, photographer, editor, days=-days)
        assign(session, at=now())
    with django_assert_max_num_queries(8) as five:
        assert len(mine.get(url).json()["items"]) == 5
    assert len(one) == len(five)


def test_payments_take_the_same_queries_for_1_and_for_5_rows(desk, django_assert_max_num_queries):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    url = f"{SESSIONS}/{session.pk}/payments"

    def pay(amount: int) -> None:
        paid(session, str(amount), PaymentType.PARTIAL, at=now(), by=None)

    pay(10)
    with django_assert_max_num_queries(6) as one:
        assert len(desk.get(url).json()) == 1
    for amount in range(11, 15):
        pay(amount)
    with django_assert_max_num_queries(6) as five:
        assert len(desk.get(url).json()) == 5
    assert len(one) == len(five)


@pytest.mark.parametrize("kind", ["coordinator", "photographer", "editor"])
def test_the_page_of_a_session_takes_10_queries_at_most_for_whoever_sees_it(
    kind, django_assert_max_num_queries
):
    person: User = UserFactory(roles=[kind])
    covers, edits = (person if kind == role else None for role in ("photographer", "editor"))
    session: Session = arrived(Status.IN_EDITING, covers, edits)
    reads = signed_in(person)
    with django_assert_max_num_queries(10) as bare:
        assert reads.get(f"{SESSIONS}/{session.pk}").status_code == 200
    for _ in range(4):
        assign(session, at=now())
    paid(session, "100.00", PaymentType.BALANCE, at=now())
    with django_assert_max_num_queries(10) as full:
        assert len(reads.get(f"{SESSIONS}/{session.pk}").json()["photographers"]) == 5
    assert len(bare) == len(full)


@pytest.mark.parametrize("state", [s for s in Status if s != Status.CANCELED])
def test_in_no_state_does_the_page_take_more(photographer, state, django_assert_max_num_queries):
    early = {Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED}
    session = arrived(state, photographer, days=30 if state in early else -1)
    mine = signed_in(photographer)
    with django_assert_max_num_queries(10):
        assert mine.get(f"{SESSIONS}/{session.pk}").status_code == 200


def test_a_preview_takes_the_same_queries_however_much_was_paid(
    desk, django_assert_max_num_queries
):
    session = arrived(Status.CONFIRMED, days=30)
    url = f"{SESSIONS}/{session.pk}/cancellation-preview"
    with django_assert_max_num_queries(8) as one:
        desk.get(url)
    for amount in range(10, 15):
        paid(session, str(amount), PaymentType.BALANCE, at=now())
        assign(session, at=now())
    priced(session, at=now())
    with django_assert_max_num_queries(8) as many:
        desk.get(url)
    assert len(one) == len(many)
