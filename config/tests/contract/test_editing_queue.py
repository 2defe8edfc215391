"""`/editing/queue` and `/editing/take-next` as the contract tells them (section 4; rules, 9)."""

from __future__ import annotations

from datetime import date

import pytest

from config.clock import now, studio_day
from config.tests.contract.session_shapes import (
    PRIVATE_FIELDS,
    SESSION,
    names_in,
    without_private,
)
from config.tests.contract.shapes import (
    BOOLEAN,
    INTEGER,
    Maybe,
    assert_answer,
    assert_list,
    assert_refused,
)
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.wire import arrived

pytestmark = pytest.mark.django_db

QUEUE = "/api/v1/editing/queue"
NEXT = "/api/v1/editing/take-next"
URGENCY = {"days_left": Maybe(INTEGER), "is_overdue": BOOLEAN}


def test_the_queue_is_a_list_of_sessions_with_their_urgency(desk):
    waiting = arrived(Status.ATTENDED, days=-2)
    (told,) = assert_list(desk.get(QUEUE), SESSION | URGENCY)
    assert told["id"] == waiting.pk
    left = (date.fromisoformat(told["delivery_deadline"]) - studio_day(now())).days
    assert (told["days_left"], told["is_overdue"]) == (left, False)


def test_the_most_urgent_comes_first_and_what_is_late_is_overdue(desk, editor):
    days = (-2, -16, -9)
    by_day = {back: arrived(Status.ATTENDED, days=back) for back in days}
    for person in (desk, signed_in(editor)):
        rows = person.get(QUEUE).json()["items"]
        assert [row["id"] for row in rows] == [by_day[back].pk for back in sorted(days)]
        assert [row["is_overdue"] for row in rows] == [True, True, False]
        assert [row["days_left"] for row in rows] == [-11, -4, 3]


def test_it_holds_what_is_attended_and_has_no_editor(desk):
    for state in (Status.ASSIGNED, Status.IN_EDITING, Status.READY, Status.COMPLETED):
        arrived(state)
    assert assert_list(desk.get(QUEUE), SESSION | URGENCY) == []


def test_it_comes_in_pages(desk):
    for back in (-2, -3, -4):
        arrived(Status.ATTENDED, days=back)
    page = desk.get(QUEUE, {"limit": 2}).json()
    assert (len(page["items"]), page["total"], page["has_more"]) == (2, 3, True)
    rest = desk.get(QUEUE, {"limit": 2, "offset": 2}).json()
    assert len(rest["items"]) == 1


def test_an_editor_is_told_no_amount(editor):
    arrived(Status.ATTENDED)
    (told,) = assert_list(signed_in(editor).get(QUEUE), without_private(SESSION) | URGENCY)
    assert not names_in(told) & PRIVATE_FIELDS


def test_it_is_for_who_edits_and_who_assigns(photographer, plain_user, boss):
    assert boss.get(QUEUE).status_code == 200
    for person in (photographer, plain_user):
        assert_refused(signed_in(person).get(QUEUE), 403, "PERMISSION_DENIED")
        assert_refused(signed_in(person).post(NEXT), 403, "PERMISSION_DENIED")
    assert_refused(signed_in().get(QUEUE), 401, "NOT_AUTHENTICATED")
    assert_refused(signed_in().post(NEXT), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize("body", [None, {}])
def test_an_editor_takes_what_comes_first(editor, body):
    arrived(Status.ATTENDED, days=-2)
    first = arrived(Status.ATTENDED, days=-9)
    answer = signed_in(editor).post(NEXT, body)
    taken = assert_answer(answer, without_private(SESSION))
    assert (taken["id"], taken["status"]) == (first.pk, "In Editing")
    assert taken["editing_assigned_to"] == editor.pk
    assert answer["ETag"] == f'"{taken["version"]}"'


def test_who_only_assigns_editors_is_told_to_name_one(desk, boss):
    arrived(Status.ATTENDED)
    for person in (desk, boss):
        assert_refused(person.post(NEXT), 422, "MISSING_RESOURCES")


def test_nothing_waits(editor):
    assert_refused(signed_in(editor).post(NEXT), 404, "NOT_FOUND")


def test_who_has_their_hands_full_takes_no_more(editor):
    for back in range(2, 13):
        arrived(Status.ATTENDED, days=-back)
    own = signed_in(editor)
    assert [own.post(NEXT).status_code for _ in range(10)] == [200] * 10
    assert_refused(own.post(NEXT), 422, "EDITOR_OVERLOADED")
    assert own.get(QUEUE).json()["total"] == 1
