"""Overrides on the wire: in the body of POST and PATCH, in the query of DELETE (small print)."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.tests.factories import ItemFactory
from config.tests.contract.session_shapes import ASSIGNMENT, LINE, SESSION
from config.tests.contract.shapes import assert_answer, assert_refused, assert_wrong_form
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.wire import arrived

pytestmark = pytest.mark.django_db

OVERRIDE = {"override": True, "reason": "an old friend"}
DENIED = 403, "PERMISSION_DENIED"


@pytest.fixture
def fixed() -> Session:
    """An Assigned session: its lines and plan are no longer the desk's to change."""
    return arrived(Status.ASSIGNED, days=3)


def one(session: Session, *parts: Any) -> str:
    return "/".join(map(str, ("/api/v1/sessions", session.pk, *parts)))


def test_a_line_is_added_by_override(boss, desk, fixed):
    url = one(fixed, "details", "items", ItemFactory().pk)
    assert_refused(boss.post(url), 422, "IMMUTABLE_SESSION")
    assert_refused(desk.post(url, OVERRIDE), *DENIED)
    assert_wrong_form(boss.post(url, {"override": True}), "reason")
    assert_wrong_form(boss.post(url, {"override": True, "reason": None}), "reason")
    assert_answer(boss.post(url, OVERRIDE), LINE, status=201)


def test_a_line_is_changed_and_removed_by_override(boss, desk, fixed):
    made = boss.post(one(fixed, "details", "items", ItemFactory().pk), OVERRIDE).json()
    url = one(fixed, "details", made["id"])
    assert_refused(boss.patch(url, {"quantity": 2}), 422, "IMMUTABLE_SESSION")
    assert_answer(boss.patch(url, {"quantity": 2} | OVERRIDE), LINE)
    assert_refused(boss.delete(url), 422, "IMMUTABLE_SESSION")
    assert_refused(desk.delete(f"{url}?override=true&reason=old"), *DENIED)
    assert_wrong_form(boss.delete(f"{url}?override=true"), "reason")
    assert boss.delete(f"{url}?override=true&reason=an+old+friend").status_code == 204


def test_the_plan_is_changed_by_override(boss, desk, fixed):
    plan = {"session_time": "15:00"}
    assert_refused(boss.patch(one(fixed), plan), 422, "IMMUTABLE_SESSION")
    assert_refused(desk.patch(one(fixed), plan | OVERRIDE), *DENIED)
    assert_wrong_form(boss.patch(one(fixed), plan | {"override": True}), "reason")
    body = assert_answer(boss.patch(one(fixed), plan | OVERRIDE), SESSION)
    assert body["session_time"] == "15:00"


def test_a_reason_alone_is_only_a_remark(desk, session):
    body = {"session_time": "15:00", "reason": "they asked", "override": False}
    assert_answer(desk.patch(one(session), body), SESSION)


def test_an_override_where_none_is_needed_still_needs_the_right(desk, boss, session, photographer):
    url, body = one(session, "photographers"), {"photographer_id": photographer.pk}
    assert_refused(desk.post(url, body | OVERRIDE), *DENIED)
    assert_answer(boss.post(url, body | OVERRIDE), ASSIGNMENT, status=201)


def test_no_override_reaches_what_is_booked(boss, asked):
    assert boss.post("/api/v1/sessions", asked).status_code == 201
    answer = boss.post("/api/v1/sessions", asked | OVERRIDE)
    assert_refused(answer, 409, "ROOM_NOT_AVAILABLE")


def test_a_refund_is_set_by_override(boss, desk):
    session = arrived(Status.CONFIRMED, days=30)
    body = {"cancellation_reason": "off", "initiated_by": "Client", "refund_amount": 123.45}
    assert_refused(desk.post(one(session, "cancel"), body | OVERRIDE), *DENIED)
    answer = boss.post(one(session, "cancel"), body | OVERRIDE)
    assert answer.status_code == 200
    assert answer.json()["refund_due"] == 123.45
