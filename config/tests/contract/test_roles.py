"""Roles and permissions on the wire (contract, section 2; rules, section 1)."""

from __future__ import annotations

from typing import Any

import pytest

from config.tests.contract.shapes import (
    PERMISSION,
    ROLE,
    ROLE_WITH_PERMISSIONS,
    USER_WITH_ROLES,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
    problems,
)
from conftest import signed_in
from sessions_app.tests.wire import holding
from users.rights import Right
from users.tests.factories import UserFactory, role
from users.tests.races import at_once

pytestmark = pytest.mark.django_db

API = "/api/v1"
ROLES = f"{API}/roles"
BUILT_IN = {"admin", "coordinator", "photographer", "editor", "user"}
DENIED = 403, "PERMISSION_DENIED"


def codes(body: dict[str, Any]) -> set[str]:
    """Return the codes of a role's permissions, told as objects or as codes."""
    told = body["permissions"]
    return {one["code"] if isinstance(one, dict) else one for one in told}


def names(body: Any) -> set[str]:
    return {one["name"] for one in body}


# Roles


def test_the_built_in_roles_are_listed(boss):
    assert names(assert_list(boss.get(ROLES), ROLE)) == BUILT_IN


def test_who_is_nobody_gets_401_and_who_may_not_403(api, desk, plain_user):
    for address in (ROLES, f"{API}/permissions", f"{API}/permissions/by-module"):
        assert_refused(api(None).get(address), 401, "NOT_AUTHENTICATED")
        assert_refused(desk.get(address), *DENIED)
        assert_refused(signed_in(plain_user).get(address), *DENIED)


def test_a_role_is_shown_with_its_permissions(boss):
    body = assert_answer(boss.get(f"{ROLES}/{role('editor').pk}"), ROLE_WITH_PERMISSIONS)
    assert body["name"] == "editor"
    assert codes(body) == {"session.view.own", "session.mark-ready"}
    assert_refused(boss.get(f"{ROLES}/987654321"), 404, "NOT_FOUND")


def test_a_role_is_made_changed_filled_and_deleted(boss):
    body = {"name": "accountant", "description": "Looks after the money"}
    made = assert_answer(boss.post(ROLES, body), ROLE, status=201)
    assert {name: made[name] for name in body} == body
    url = f"{ROLES}/{made['id']}"
    changed = assert_answer(boss.patch(url, {"description": None}), ROLE)
    assert (changed["name"], changed["description"]) == ("accountant", None)
    given = {"session.view.all", "report.financial"}
    assert boss.put(f"{url}/permissions", {"codes": sorted(given)}).status_code == 200
    assert codes(boss.get(url).json()) == given
    assert boss.put(f"{url}/permissions", {"codes": []}).status_code == 200
    assert codes(boss.get(url).json()) == set()
    assert boss.delete(url).status_code in (200, 204)


def test_what_a_role_allows_counts_at_once(boss):
    made = boss.post(ROLES, {"name": "accountant"}).json()
    person = UserFactory(roles=["editor"])
    assert boss.post(f"{API}/users/{person.pk}/roles/{made['id']}").status_code == 200
    theirs = signed_in(person)
    assert_refused(theirs.get(f"{API}/clients"), *DENIED)
    boss.put(f"{ROLES}/{made['id']}/permissions", {"codes": ["client.view"]})
    assert theirs.get(f"{API}/clients").status_code == 200
    boss.put(f"{ROLES}/{made['id']}/permissions", {"codes": []})
    assert_refused(theirs.get(f"{API}/clients"), *DENIED)


def test_a_wrong_role_is_400_with_its_field(boss):
    for wrong in (None, ""):
        assert_wrong_form(boss.post(ROLES, {"name": wrong}), "name")
    made = boss.post(ROLES, {"name": "accountant"}).json()
    for wrong in (["no.such.code"], None, "session.create"):
        answer = boss.put(f"{ROLES}/{made['id']}/permissions", {"codes": wrong})
        assert_wrong_form(answer, "codes")


def test_a_name_in_use_is_refused(boss):
    answer = boss.post(ROLES, {"name": "editor"})
    assert_refused(answer, 409, "DUPLICATE")


def test_the_permissions_of_admin_are_never_changed(boss):
    url = f"{ROLES}/{role('admin').pk}"
    before = codes(boss.get(url).json())
    answer = boss.put(f"{url}/permissions", {"codes": ["session.create"]})
    assert answer.status_code in (403, 409, 422)
    assert answer.json()["detail"]
    assert codes(boss.get(url).json()) == before


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_built_in_role_is_never_deleted(boss, name):
    answer = boss.delete(f"{ROLES}/{role(name).pk}")
    assert answer.status_code in (403, 409, 422)
    assert answer.json()["detail"]
    assert name in names(boss.get(ROLES).json()["items"])


def test_nobody_puts_a_right_into_a_role_that_they_lack(db):
    rights = Right.ROLE_LIST, Right.ROLE_READ, Right.ROLE_CREATE, Right.ROLE_EDIT
    mine = signed_in(holding(*rights, beside="coordinator"))
    made = assert_answer(mine.post(ROLES, {"name": "accountant"}), ROLE, status=201)
    url = f"{ROLES}/{made['id']}/permissions"
    assert_refused(mine.put(url, {"codes": ["session.delete"]}), *DENIED)
    assert mine.put(url, {"codes": ["session.create"]}).status_code == 200


# Permissions


def test_the_permissions_are_listed_by_module(boss):
    answer = boss.get(f"{API}/permissions", {"limit": 100})
    entries = assert_list(answer, PERMISSION)
    told = {one["code"] for one in entries}
    assert {"session.view.all", "payment.refund", "user.assign-role", "system.audit-log"} <= told
    module = next(one["module"] for one in entries if one["code"] == "room.view")
    some = assert_list(boss.get(f"{API}/permissions", {"module": module}), PERMISSION)
    assert some
    assert {one["module"] for one in some} == {module}
    groups = boss.get(f"{API}/permissions/by-module").json()
    assert {one["module"] for one in entries} == groups.keys()
    for name, group in groups.items():
        assert problems(group, [PERMISSION]) == []
        assert {one["module"] for one in group} == {name}
    assert {one["code"] for group in groups.values() for one in group} == told


# Roles of people


def test_roles_are_given_and_taken(boss, photographer):
    url = f"{API}/users/{photographer.pk}/roles"
    assert names(assert_answer(boss.get(url), [ROLE])) == {"photographer"}
    body = assert_answer(boss.post(f"{url}/{role('editor').pk}"), USER_WITH_ROLES)
    assert names(body["roles"]) == {"photographer", "editor"}
    body = assert_answer(boss.delete(f"{url}/{role('photographer').pk}"), USER_WITH_ROLES)
    assert names(body["roles"]) == {"editor"}
    for answer in (
        boss.post(f"{url}/987654321"),
        boss.get(f"{API}/users/987654321/roles"),
        boss.post(f"{API}/users/987654321/roles/{role('editor').pk}"),
    ):
        assert_refused(answer, 404, "NOT_FOUND")


def test_giving_what_one_has_changes_nothing(boss, photographer):
    url = f"{API}/users/{photographer.pk}/roles/{role('photographer').pk}"
    body = assert_answer(boss.post(url), USER_WITH_ROLES)
    assert names(body["roles"]) == {"photographer"}


@pytest.mark.django_db(transaction=True)
def test_roles_may_be_given_in_parallel():
    person, admin = UserFactory(), UserFactory(roles=["admin"])
    given = ("coordinator", "photographer", "editor", "user")
    urls = [f"{API}/users/{person.pk}/roles/{role(name).pk}" for name in given]
    calls = [(signed_in(admin), url) for url in urls]
    answers = at_once(*(lambda client=client, url=url: client.post(url) for client, url in calls))
    assert {answer.status_code for answer in answers} == {200}
    assert names(signed_in(admin).get(f"{API}/users/{person.pk}/roles").json()) == set(given)
