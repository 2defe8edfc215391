"""What the REST door costs, and what is said only there (contract, section 6)."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import signed_in
from notifications.tests.telling import tell, tell_often

pytestmark = pytest.mark.django_db

NOTIFICATIONS = "/api/v1/notifications"


@pytest.mark.parametrize("query", [{}, {"unread_only": "true"}])
@pytest.mark.parametrize("times", [1, 9])
def test_a_list_takes_as_many_queries_whatever_there_is(
    photographer, django_assert_num_queries, times, query
):
    tell_often(photographer, times, session_id=7, session_code="S-2026-0007")
    mine = signed_in(photographer)
    with django_assert_num_queries(3):  # the sign-in, the page, what is printed of it
        answer = mine.get(NOTIFICATIONS, query)
    assert len(answer.json()["items"]) == times


@pytest.mark.parametrize("times", [0, 9])
def test_the_count_is_one_query(photographer, django_assert_num_queries, times):
    tell_often(photographer, times)
    mine = signed_in(photographer)
    with django_assert_num_queries(2):  # the sign-in, the count
        assert mine.get(f"{NOTIFICATIONS}/unread-count").json() == {"count": times}


def test_what_is_about_no_session_says_so(admin_user):
    tell(admin_user, "Integrity: I5 is broken", kind="integrity_problem", body="")
    [told] = signed_in(admin_user).get(NOTIFICATIONS).json()["items"]
    told.pop("created_at")
    assert told == {
        "id": told["id"],
        "kind": "integrity_problem",
        "title": "Integrity: I5 is broken",
        "body": "",
        "session_id": None,
        "session_code": None,
        "read_at": None,
    }


def test_one_is_read_whatever_the_query_says(photographer):
    told, mine = tell(photographer), signed_in(photographer)
    for _ in range(2):
        answer: Any = mine.post(f"{NOTIFICATIONS}/{told.pk}/read?unread_only=true", {})
        assert answer.status_code == 200
    assert answer.json()["read_at"] is not None


def test_what_was_told_in_the_same_instant_keeps_its_order(photographer, at):
    told = [tell(photographer, str(number), created_at=at) for number in range(3)]
    answer = signed_in(photographer).get(NOTIFICATIONS).json()
    assert [one["id"] for one in answer["items"]] == [one.pk for one in reversed(told)]
