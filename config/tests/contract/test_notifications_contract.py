"""What staff are told, as the app asks for it (section 6)."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from config.tests.contract.shapes import (
    COUNT,
    NOTIFICATION,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from sessions_app.models import Session
from users.models import User

pytestmark = pytest.mark.django_db

NOTIFICATIONS = "/api/v1/notifications"


@pytest.fixture
def mine(photographer: User) -> APIClient:
    return signed_in(photographer)


@pytest.fixture
def told(desk: APIClient, session: Session, photographer: User) -> Session:
    """A session on which the photographer was put, and from which they were taken again."""
    team = f"/api/v1/sessions/{session.pk}/photographers"
    part = desk.post(team, {"photographer_id": photographer.pk}).json()
    assert desk.delete(f"{team}/{part['id']}").status_code == 204
    return session


def listed(client: APIClient, **query: Any) -> list[Any]:
    return assert_list(client.get(NOTIFICATIONS, query), NOTIFICATION)


def unread(client: APIClient) -> int:
    answer = assert_answer(client.get(f"{NOTIFICATIONS}/unread-count"), {"count": COUNT})
    return int(answer["count"])


def test_who_was_told_nothing_has_an_empty_list(mine):
    assert (listed(mine), unread(mine)) == ([], 0)


def test_the_newest_comes_first_and_tells_its_session(mine, told):
    released, assigned = listed(mine)
    assert released["created_at"] >= assigned["created_at"]
    assert released["kind"] != assigned["kind"]
    for one in (released, assigned):
        assert (one["session_id"], one["session_code"]) == (told.pk, told.code)
        assert told.code in one["title"]
        assert one["read_at"] is None


def test_nobody_sees_what_others_are_told(desk, boss, told, editor):
    for client in (desk, boss, signed_in(editor)):
        assert [one for one in listed(client) if "photograph" in one["title"]] == []


def test_reading_one_takes_it_from_the_count_and_once_is_enough(mine, told):
    first, second = listed(mine)
    assert unread(mine) == 2
    read = assert_answer(mine.post(f"{NOTIFICATIONS}/{first['id']}/read"), NOTIFICATION)
    assert read["id"] == first["id"]
    assert read["read_at"] is not None
    assert unread(mine) == 1
    again = assert_answer(mine.post(f"{NOTIFICATIONS}/{first['id']}/read"), NOTIFICATION)
    assert again["read_at"] == read["read_at"]
    assert listed(mine) == [read, second]


@pytest.mark.parametrize(("value", "kept"), [("true", 1), ("1", 1), ("false", 2), ("0", 2)])
def test_only_the_unread_ones_on_demand(mine, told, value, kept):
    mine.post(f"{NOTIFICATIONS}/{listed(mine)[0]['id']}/read")
    assert len(listed(mine, unread_only=value)) == kept


def test_reading_all_leaves_none_unread(mine, told):
    answer = mine.post(f"{NOTIFICATIONS}/read-all")
    assert 200 <= answer.status_code < 300
    assert unread(mine) == 0
    assert listed(mine, unread_only="true") == []
    assert all(one["read_at"] for one in listed(mine))


@pytest.mark.parametrize("body", ["", "null", "{}"])
@pytest.mark.parametrize("what", ["{id}/read", "read-all"])
def test_an_empty_body_may_be_written_in_any_way(mine, told, body, what):
    address = f"{NOTIFICATIONS}/{what.format(**listed(mine)[0])}"
    answer = mine.post(address, body, content_type="application/json")
    assert 200 <= answer.status_code < 300, answer.content


def test_pages_as_of_every_list(mine, told):
    body = mine.get(NOTIFICATIONS, {"limit": 1, "skip": 1}).json()
    assert (body["total"], body["limit"], body["offset"], body["has_more"]) == (2, 1, 1, False)
    assert body["items"] == listed(mine)[1:]
    assert_wrong_form(mine.get(NOTIFICATIONS, {"limit": 0}), "limit")


@pytest.mark.parametrize("who", ["desk", "boss"])
def test_what_others_are_told_is_not_there(request, mine, told, who):
    client, theirs = request.getfixturevalue(who), listed(mine)[0]
    assert_refused(client.post(f"{NOTIFICATIONS}/{theirs['id']}/read"), 404, "NOT_FOUND")
    client.post(f"{NOTIFICATIONS}/read-all")
    assert unread(mine) == 2


@pytest.mark.parametrize("pk", ["0", "-1", "abc", "987654321", "9" * 30])
def test_what_does_not_exist_is_not_there(mine, pk):
    assert_refused(mine.post(f"{NOTIFICATIONS}/{pk}/read"), 404, "NOT_FOUND")


def test_anyone_signed_in_may_ask_and_nobody_else(plain_user, api):
    assert (listed(signed_in(plain_user)), unread(signed_in(plain_user))) == ([], 0)
    nobody = api(None)
    for answer in (
        nobody.get(NOTIFICATIONS),
        nobody.get(f"{NOTIFICATIONS}/unread-count"),
        nobody.post(f"{NOTIFICATIONS}/1/read"),
        nobody.post(f"{NOTIFICATIONS}/read-all"),
    ):
        assert_refused(answer, 401, "NOT_AUTHENTICATED")


def test_reading_is_asked_for_by_post_alone(mine, told):
    for what in (f"{listed(mine)[0]['id']}/read", "read-all"):
        assert_refused(mine.get(f"{NOTIFICATIONS}/{what}"), 405, "METHOD_NOT_ALLOWED")
    assert unread(mine) == 2
