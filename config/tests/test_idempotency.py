"""What the ledger of idempotency keys keeps, and for whom (contract, section 0)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now, studio_day
from config.records.models import IdempotencyKey
from conftest import signed_in
from sessions_app.tests.builders import book
from users.models import User
from users.tests.factories import UserFactory, role

pytestmark = pytest.mark.django_db


def sent(person: User, key: str = "k-1", **body: Any) -> Any:
    return signed_in(person).post(
        f"/api/v1/sessions/{body.pop('session').pk}/transition", body, HTTP_IDEMPOTENCY_KEY=key
    )


@pytest.fixture
def session():
    at = now()
    return book(at=at, session_date=studio_day(at) + timedelta(days=30))


def test_who_has_lost_a_right_is_not_told_again_what_it_let_them_see(coordinator, session):
    first = sent(coordinator, session=session, to_status="Negotiation")
    assert first.status_code == 200
    coordinator.roles.set([role("photographer")])
    answer = sent(coordinator, session=session, to_status="Negotiation")
    assert answer.status_code == 403
    assert "total_amount" not in answer.json()


def test_who_has_won_a_right_meanwhile_gets_the_first_answer(coordinator, session):
    first = sent(coordinator, session=session, to_status="Negotiation")
    coordinator.roles.add(role("editor"))
    answer = sent(coordinator, session=session, to_status="Negotiation")
    assert answer.json() == first.json()
    assert answer["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "status", "is_kept"),
    [
        ({"to_status": "Negotiation"}, 200, True),
        ({"to_status": "Completed"}, 409, True),
        ({"to_status": "Pre-scheduled"}, 422, True),
        ({"to_status": "nonsense"}, 400, False),
        ({}, 400, False),
        ({"to_status": "Negotiation", "override": True, "reason": "x"}, 403, False),
    ],
)
def test_an_answer_is_kept_when_it_says_how_things_stand(
    coordinator, session, body, status, is_kept
):
    answer = sent(coordinator, session=session, **body)
    assert answer.status_code == status
    assert IdempotencyKey.objects.exists() == is_kept


def test_a_form_that_was_wrong_is_corrected_under_the_same_key(coordinator, session):
    assert sent(coordinator, session=session, to_status="nonsense").status_code == 400
    assert sent(coordinator, session=session, to_status="Negotiation").status_code == 200


def test_a_key_that_is_too_long_is_a_wrong_form(coordinator, session):
    answer = sent(coordinator, "k" * 201, session=session, to_status="Negotiation")
    assert answer.status_code == 400
    session.refresh_from_db()
    assert session.status == "Request"


def test_keys_older_than_a_day_are_tidied_away(
    coordinator, session, django_capture_on_commit_callbacks
):
    old = now() - timedelta(hours=25)
    IdempotencyKey.objects.create(user=UserFactory(), path="/x", key="old", created_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        sent(coordinator, session=session, to_status="Negotiation")
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["k-1"]


def test_what_is_read_is_asked_anew_each_time(coordinator, session):
    desk = signed_in(coordinator)
    address = f"/api/v1/sessions/{session.pk}"
    for _round in range(2):
        assert "Idempotent-Replayed" not in desk.get(address, HTTP_IDEMPOTENCY_KEY="k-1")
    assert not IdempotencyKey.objects.exists()
