"""Accounts at the same moment: tabs, double clicks, two admins (contract, sections 1 and 2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

from config.tests.contract.shapes import LOGIN, assert_answer
from conftest import signed_in
from users.models import User
from users.tests.factories import PASSWORD, UserFactory
from users.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1"


def sent(*calls: Any) -> list[Any]:
    """Do all this at the same moment and return the answers, none of them an accident."""
    answers = at_once(*calls)
    for answer in answers:
        assert not isinstance(answer, BaseException), answer
        assert answer.status_code < 500, answer.content
    return answers


def test_tabs_that_refresh_at_once_get_the_same_successor(with_a_password):
    person = with_a_password(UserFactory(roles=["coordinator"]))
    body = {"email": person.email, "password": PASSWORD}
    token = APIClient().post(f"{API}/auth/login", body).json()["refresh_token"]

    def refresh() -> Any:
        return APIClient().post(f"{API}/auth/refresh", {"refresh_token": token})

    bodies = [assert_answer(answer, LOGIN) for answer in sent(*[refresh] * 4)]
    successors = {one["refresh_token"] for one in bodies}
    assert len(successors) == 1
    assert successors != {token}


def test_an_invitation_is_used_once_also_at_once():
    boss = signed_in(UserFactory(roles=["admin"]))
    made = boss.post(f"{API}/invitations", {"email": "nora@studio.example"}).json()
    token = parse_qs(urlsplit(made["invitation_url"]).query)["invitation"][0]
    body = {
        "email": "nora@studio.example",
        "full_name": "Nora Nueva",
        "phone": "5555-4321",
        "password": PASSWORD,
        "invitation_token": token,
    }

    def register() -> Any:
        return APIClient().post(f"{API}/auth/register", body)

    statuses = sorted(answer.status_code for answer in sent(*[register] * 3))
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {401, 409}
    assert User.objects.filter(email="nora@studio.example").count() == 1


def test_two_people_with_one_address_are_made_once():
    boss = UserFactory(roles=["admin"])
    body = {"full_name": "Nora", "email": "nora@studio.example", "password": PASSWORD}
    clients = [signed_in(boss) for _ in range(3)]
    makers = [lambda client=client: client.post(f"{API}/users", body) for client in clients]
    statuses = sorted(answer.status_code for answer in sent(*makers))
    assert statuses == [201, 409, 409]


def test_of_two_admins_who_deactivate_each_other_one_remains():
    one, other = UserFactory(roles=["admin"]), UserFactory(roles=["admin"])
    pairs = [(signed_in(one), other.pk), (signed_in(other), one.pk)]
    calls = [
        lambda client=client, pk=pk: client.delete(f"{API}/users/{pk}") for client, pk in pairs
    ]
    statuses = sorted(answer.status_code for answer in sent(*calls))
    assert statuses[0] == 200
    assert statuses[1] in (401, 403, 409)
    assert User.objects.filter(status="Active", roles__name="admin").count() == 1
