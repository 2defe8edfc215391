"""What the app asks right after the sign-in, and how many questions that is to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import Channel
from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from sessions_app.models import Session
from sessions_app.tests.builders import acting, assign, external
from users.actions import inviting
from users.actors import Actor
from users.models import Role, User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"
ROLES = ("admin", "coordinator", "photographer", "editor", "user")
EVERYBODY = frozenset(ROLES)
OFFICE = frozenset({"admin", "coordinator"})
MANY = 30

START = {
    "roles": {"admin"},
    "users/me": EVERYBODY,
    "users/me/permissions": EVERYBODY,
    "dashboard/stats": EVERYBODY,
    "clients": OFFICE,
    "users/with-roles": OFFICE,
}
"""Each address with the roles that may ask; the others are told 403, nobody 401."""

LISTS = {
    "users": "admin",
    "users/with-roles?active_only=true": "coordinator",
    "users?role=photographer&search=perez": "admin",
    "roles": "admin",
    "invitations": "admin",
    "permissions": "admin",
    "permissions/by-module": "admin",
    "photographers/sessions": "photographer",
    "photographers/stats": "photographer",
}


@pytest.fixture(autouse=True)
def nothing_is_throttled_yet() -> Iterator[None]:
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def people() -> dict[str, User]:
    return {name: UserFactory(full_name=f"{name} Pérez", roles=[name]) for name in ROLES}


def queries_of(client: APIClient, address: str) -> tuple[int, Any]:
    """Return how many questions an answer took, and the answer: not that of the first time."""
    client.get(f"{API}/{address}")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{API}/{address}")
    return len(asked), answer


def grow(people: dict[str, User], times: int) -> None:
    """Let the studio grow by so many of everything that the lists hold."""
    at, admin = now(), Actor(User.objects.get(pk=people["admin"].pk), Channel.API)
    begun = Session.objects.count()
    for number in range(begun, begun + times):
        ClientFactory(full_name=f"Client Pérez {number}")
        one = UserFactory(full_name=f"Person Pérez {number}", roles=["editor", "photographer"])
        made = Role.objects.create(name=f"made {one.pk}")
        one.roles.add(made)
        people["photographer"].roles.add(made)
        inviting.invite(f"new{one.pk}@x.example", roles=[made], actor=admin, at=at)
        session = external(
            acting(admin.user),
            at=at,
            client=ClientFactory(),
            session_date=studio_day(at) + timedelta(days=3 + number),
        )
        assign(session, people["photographer"], at=at)
        assign(session, one, at=at)


@pytest.mark.parametrize("address", START)
def test_the_app_starts_for_each_role_as_far_as_its_rights_go(people, address):
    for name, person in people.items():
        answer = signed_in(person).get(f"{API}/{address}")
        if name in START[address]:
            assert answer.status_code == 200, (name, answer.content)
        else:
            assert_refused(answer, 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("address", START)
def test_nobody_unknown_starts_it_and_is_told_so_without_a_question(address):
    asked, answer = queries_of(signed_in(None), address)
    assert_refused(answer, 401, "NOT_AUTHENTICATED")
    assert asked == 0


@pytest.mark.parametrize("name", ["photographer", "editor"])
def test_who_sees_only_their_own_has_a_dashboard_too(people, name):
    body = signed_in(people[name]).get(f"{API}/dashboard/stats").json()
    assert body["active_sessions_count"] == body["total_revenue_this_month"] == 0
    assert body["pending_balance"] == 0


@pytest.mark.parametrize("name", ROLES)
def test_the_start_takes_10_questions_at_most_and_no_more_in_a_grown_studio(people, name):
    client = signed_in(people[name])
    grow(people, 1)
    small = {address: queries_of(client, address)[0] for address in START}
    grow(people, MANY - 1)
    grown = {address: queries_of(client, address)[0] for address in START}
    assert grown == small
    assert max(small.values()) <= 10, small


def test_the_two_that_the_app_waits_for_are_the_fastest(people):
    grow(people, 1)
    for name in ROLES:
        client = signed_in(people[name])
        assert queries_of(client, "users/me/permissions")[0] == 1
        assert queries_of(client, "users/me")[0] <= 3


@pytest.mark.parametrize("address", LISTS)
def test_a_list_takes_as_many_questions_with_30_rows_as_with_1(people, address):
    client = signed_in(people[LISTS[address]])
    grow(people, 1)
    few, answer = queries_of(client, address)
    assert answer.status_code == 200, answer.content
    before = len(answer.content)
    grow(people, MANY - 1)
    many, answer = queries_of(client, address)
    assert many == few <= 10
    if not address.startswith(("permissions", "photographers/stats")):
        assert len(answer.content) > 3 * before


def test_the_page_of_a_role_takes_the_same_questions_whatever_it_allows(people):
    client = signed_in(people["admin"])
    told = {
        name: queries_of(client, f"roles/{Role.objects.get(name=name).pk}")
        for name in ("user", "admin")
    }
    assert [len(answer.json()["permissions"]) > 0 for _, answer in told.values()] == [False, True]
    assert told["user"][0] == told["admin"][0]


def test_the_page_of_a_person_takes_the_same_questions_however_many_roles_they_hold(people):
    client = signed_in(people["admin"])
    person = people["photographer"]
    for address in (f"users/{person.pk}", f"users/{person.pk}/roles"):
        few, _ = queries_of(client, address)
        person.roles.add(*(Role.objects.create(name=f"{address} {n}") for n in range(10)))
        many, answer = queries_of(client, address)
        assert answer.status_code == 200
        assert many == few


def test_the_page_of_a_photographers_session_takes_the_same_questions_for_a_large_team(people):
    client = signed_in(people["photographer"])
    at = now()
    session = external(at=at, session_date=studio_day(at) + timedelta(days=3))
    assign(session, people["photographer"], at=at)
    pages: list[Callable[[], str]] = [
        lambda: f"photographers/sessions/{session.pk}",
        lambda: f"photographers/sessions/{session.pk}/team",
        lambda: f"photographers/sessions/{session.pk}/client",
    ]
    few = [queries_of(client, page())[0] for page in pages]
    for _ in range(10):
        assign(session, at=at)
    assert [queries_of(client, page())[0] for page in pages] == few
    assert max(few) <= 10
