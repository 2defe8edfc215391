"""People on the wire, and what nobody may do to them (contract, section 2; rules, section 1)."""

from __future__ import annotations

from typing import Any

import pytest

from config.tests.contract.shapes import (
    ME,
    TEXT,
    USER,
    USER_WITH_ROLES,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import assign
from sessions_app.tests.wire import arrived, holding
from users.rights import Right
from users.tests.factories import PASSWORD, UserFactory, role

pytestmark = pytest.mark.django_db

USERS = "/api/v1/users"
NEW = {
    "full_name": "Nora Nueva",
    "email": "nora@studio.example",
    "phone": "5555-4321",
    "password": PASSWORD,
    "roles": ["photographer"],
}
DENIED = 403, "PERMISSION_DENIED"


def names(body: dict[str, Any]) -> set[str]:
    return {one["name"] for one in body["roles"]}


def logs_in(email: str, password: str) -> bool:
    body = {"email": email, "password": password}
    return bool(signed_in().post("/api/v1/auth/login", body).status_code == 200)


# People


def test_a_person_is_made_and_read_with_roles(boss):
    made = assert_answer(boss.post(USERS, NEW), USER, status=201)
    assert (made["full_name"], made["email"], made["phone"], made["status"]) == (
        "Nora Nueva",
        "nora@studio.example",
        "5555-4321",
        "Active",
    )
    one = assert_answer(boss.get(f"{USERS}/{made['id']}"), USER_WITH_ROLES)
    assert names(one) == {"photographer"}
    assert logs_in("nora@studio.example", PASSWORD)


def test_phone_and_roles_may_be_left_out_or_null(boss):
    short = {name: NEW[name] for name in ("full_name", "email", "password")}
    assert assert_answer(boss.post(USERS, short), USER, status=201)["phone"] is None
    nulls = short | {"email": "other@studio.example", "phone": None, "roles": None}
    assert_answer(boss.post(USERS, nulls), USER, status=201)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("full_name", None),
        ("full_name", ""),
        ("email", None),
        ("email", "nobody"),
        ("password", None),
        ("password", "weak"),
        ("password", "nouppercase-2026!"),
        ("roles", ["pilot"]),
        ("roles", "admin"),
    ],
)
def test_a_wrong_person_is_400_with_its_field(boss, field, wrong):
    assert_wrong_form(boss.post(USERS, NEW | {field: wrong}), field)


def test_an_address_in_use_is_409_whatever_its_case(boss):
    other = UserFactory(email="nora@studio.example")
    answer = boss.post(USERS, NEW | {"email": "NORA@Studio.Example"})
    assert_refused(answer, 409, "DUPLICATE")
    second = UserFactory()
    change = {"email": other.email.upper()}
    assert_refused(boss.patch(f"{USERS}/{second.pk}", change), 409, "DUPLICATE")


def test_a_person_is_changed(boss, photographer):
    change = {"full_name": "Pedro P.", "email": "pp@studio.example", "phone": "1"}
    body = assert_answer(boss.patch(f"{USERS}/{photographer.pk}", change), USER)
    assert {name: body[name] for name in change} == change


def test_a_person_is_deactivated_and_reactivated(boss, photographer):
    url = f"{USERS}/{photographer.pk}"
    assert assert_answer(boss.delete(url), USER)["status"] == "Inactive"
    assert assert_answer(boss.put(f"{url}/reactivate"), USER)["status"] == "Active"
    assert assert_answer(boss.patch(url, {"status": "Inactive"}), USER)["status"] == "Inactive"


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("pk", ["987654321", "0", "abc"])
def test_an_unknown_person_is_404(boss, method, pk):
    assert_refused(getattr(boss, method)(f"{USERS}/{pk}"), 404, "NOT_FOUND")


def test_people_by_role_and_standing(boss, photographer, editor):
    gone = UserFactory(roles=["editor"], status="Inactive")
    for address, shape in ((USERS, USER), (f"{USERS}/with-roles", USER_WITH_ROLES)):
        for query, expected in (
            ({"role": "editor"}, {editor.pk, gone.pk}),
            ({"role": "editor", "active_only": "true"}, {editor.pk}),
            ({"role": "photographer", "search": "pedro"}, {photographer.pk}),
            ({"role": "photographer", "search": "elena"}, set()),
        ):
            entries = assert_list(boss.get(address, query), shape)
            assert {one["id"] for one in entries} == expected


def test_who_assigns_people_sees_them_with_roles_but_no_more(desk, photographer):
    entries = assert_list(
        desk.get(f"{USERS}/with-roles", {"role": "photographer"}), USER_WITH_ROLES
    )
    assert [names(one) for one in entries] == [{"photographer"}]
    for answer in (
        desk.get(USERS),
        desk.get(f"{USERS}/{photographer.pk}"),
        desk.post(USERS, NEW),
        desk.patch(f"{USERS}/{photographer.pk}", {"phone": "1"}),
        desk.delete(f"{USERS}/{photographer.pk}"),
        desk.put(f"{USERS}/{photographer.pk}/reactivate"),
        desk.post(f"{USERS}/{photographer.pk}/roles/{role('editor').pk}"),
        desk.delete(f"{USERS}/{photographer.pk}/roles/{role('photographer').pk}"),
    ):
        assert_refused(answer, *DENIED)


def test_others_see_nobody(photographer, editor, plain_user):
    for person in (photographer, editor, plain_user):
        for address in (USERS, f"{USERS}/with-roles", f"{USERS}/{photographer.pk}"):
            answer = signed_in(person).get(address)
            if address.endswith(str(person.pk)):
                continue
            assert_refused(answer, *DENIED)


# Oneself


def test_everyone_sees_themselves_with_roles_and_permissions(photographer, plain_user):
    for person, expected in ((photographer, {"photographer"}), (plain_user, {"user"})):
        body = assert_answer(signed_in(person).get(f"{USERS}/me"), ME)
        assert (body["id"], names(body)) == (person.pk, expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photographer", {"session.view.own", "session.mark-attended"}),
        ("editor", {"session.view.own", "session.mark-ready"}),
        ("user", set()),
        (
            "coordinator",
            {
                "session.create",
                "session.view.all",
                "session.edit.pre-assigned",
                "session.assign-resources",
                "session.cancel",
                "session.complete",
                "session.payment",
                "payment.refund",
                "session.view.own",
                "session.mark-attended",
                "session.mark-ready",
                "client.create",
                "client.view",
                "client.edit",
                "item.view",
                "package.view",
                "room.view",
                "report.session",
                "report.financial",
                "report.performance",
            },
        ),
    ],
)
def test_the_permissions_of_each_role_are_an_array_of_codes(db, name, expected):
    mine = signed_in(UserFactory(roles=[name]))
    codes = assert_answer(mine.get(f"{USERS}/me/permissions"), [TEXT])
    assert set(codes) == expected
    assert len(codes) == len(expected)


def test_several_roles_give_the_union_and_an_admin_has_all(boss):
    both = signed_in(UserFactory(roles=["photographer", "editor"]))
    codes = both.get(f"{USERS}/me/permissions").json()
    assert set(codes) == {"session.view.own", "session.mark-attended", "session.mark-ready"}
    assert {"user.assign-role", "system.settings", "session.edit.all", "room.delete"} <= set(
        boss.get(f"{USERS}/me/permissions").json()
    )


def test_one_changes_ones_own_name_phone_and_language_and_nothing_else(photographer):
    mine = signed_in(photographer)
    change = {"full_name": "Pedro P.", "phone": "1", "language": "es"}
    more = {"email": "boss@studio.example", "status": "Inactive", "roles": ["admin"], "id": 1}
    answer = mine.patch(f"{USERS}/me", change | more)
    assert_answer(answer, USER)
    body = assert_answer(mine.get(f"{USERS}/me"), ME)
    assert (body["full_name"], body["phone"]) == ("Pedro P.", "1")
    assert (body["email"], body["status"]) == (photographer.email, "Active")
    assert names(body) == {"photographer"}
    assert_wrong_form(mine.patch(f"{USERS}/me", {"language": "tlh"}), "language")
    assert_wrong_form(mine.patch(f"{USERS}/me", {"full_name": None}), "full_name")


def test_nobody_unknown_has_a_me(api, db):
    for address in ("me", "me/permissions"):
        assert_refused(api(None).get(f"{USERS}/{address}"), 401, "NOT_AUTHENTICATED")


# Passwords


def test_ones_own_password_needs_the_current_one(person):
    url, new = f"{USERS}/{person.pk}/password", "Other-Horse-2027!"
    mine = signed_in(person)
    for wrong in ({}, {"current_password": None}, {"current_password": "Wrong-Horse-2026!"}):
        answer = mine.patch(url, {"new_password": new} | wrong)
        assert answer.status_code in (400, 401, 403)
        assert answer.json()["detail"]
    assert_wrong_form(
        mine.patch(url, {"current_password": PASSWORD, "new_password": "weak"}), "new_password"
    )
    answer = mine.patch(url, {"current_password": PASSWORD, "new_password": new})
    assert answer.status_code in (200, 204)
    assert logs_in(person.email, new)


def test_an_admin_needs_the_current_password_for_their_own_too(admin_user, with_a_password):
    with_a_password(admin_user)
    answer = signed_in(admin_user).patch(
        f"{USERS}/{admin_user.pk}/password", {"new_password": "Other-Horse-2027!"}
    )
    assert answer.status_code in (400, 401, 403)
    assert logs_in(admin_user.email, PASSWORD)


def test_someone_elses_password_needs_the_right_and_no_current_one(boss, desk, photographer):
    url, body = f"{USERS}/{photographer.pk}/password", {"new_password": "Other-Horse-2027!"}
    assert desk.patch(url, body).status_code in (403, 404)
    assert boss.patch(url, body).status_code in (200, 204)
    assert logs_in(photographer.email, "Other-Horse-2027!")


# What nobody may do


def test_roles_in_a_body_need_the_right_to_assign_roles(db):
    maker = signed_in(holding(Right.USER_CREATE, beside="coordinator"))
    assert_refused(maker.post(USERS, NEW), *DENIED)
    short = {name: value for name, value in NEW.items() if name != "roles"}
    assert_answer(maker.post(USERS, short), USER, status=201)


def test_nobody_grants_a_role_with_more_rights_than_their_own(plain_user):
    giver = signed_in(
        holding(Right.USER_CREATE, Right.USER_ASSIGN_ROLE, Right.USER_LIST, beside="coordinator")
    )
    assert_refused(giver.post(USERS, NEW | {"roles": ["admin"]}), *DENIED)
    url = f"{USERS}/{plain_user.pk}/roles"
    assert_refused(giver.post(f"{url}/{role('admin').pk}"), *DENIED)
    assert giver.post(f"{url}/{role('editor').pk}").status_code == 200


def test_nobody_takes_over_someone_with_more_rights(admin_user, photographer):
    holder = signed_in(holding(Right.USER_EDIT, Right.USER_VIEW, beside="coordinator"))
    url = f"{USERS}/{admin_user.pk}"
    refusals = [
        holder.patch(f"{url}/password", {"new_password": "Other-Horse-2027!"}),
        holder.patch(url, {"email": "mine@studio.example"}),
    ]
    for refusal in refusals:
        assert_refused(refusal, *DENIED)
    answer = holder.patch(f"{USERS}/{photographer.pk}", {"email": "pp@studio.example"})
    assert answer.status_code == 200


def test_a_change_of_status_needs_the_right_to_delete(photographer):
    holder = signed_in(holding(Right.USER_EDIT, beside="coordinator"))
    url = f"{USERS}/{photographer.pk}"
    for answer in (
        holder.patch(url, {"status": "Inactive"}),
        holder.delete(url),
        holder.put(f"{url}/reactivate"),
    ):
        assert_refused(answer, *DENIED)
    assert holder.patch(url, {"status": "Active", "phone": "1"}).status_code == 200


def test_nobody_deactivates_themselves_or_drops_their_own_admin_role(boss, admin_user):
    UserFactory(roles=["admin"])
    url = f"{USERS}/{admin_user.pk}"
    for answer in (
        boss.delete(url),
        boss.patch(url, {"status": "Inactive"}),
        boss.delete(f"{url}/roles/{role('admin').pk}"),
    ):
        assert answer.status_code in (403, 409, 422)
        assert answer.json()["detail"]
    body = assert_answer(boss.get(url), USER_WITH_ROLES)
    assert (body["status"], names(body)) == ("Active", {"admin"})


def test_the_last_admin_stays(admin_user):
    holder = signed_in(holding(Right.USER_DELETE, beside="coordinator"))
    assert_refused(holder.delete(f"{USERS}/{admin_user.pk}"), 409, "LAST_ADMIN")


def test_who_is_needed_stays(boss, session, photographer, editor):
    assign(session, photographer)
    editing = arrived(Status.IN_EDITING, editor=editor)
    for needed, name, work in (
        (photographer, "photographer", session),
        (editor, "editor", editing),
    ):
        url = f"{USERS}/{needed.pk}"
        for answer in (
            boss.delete(url),
            boss.patch(url, {"status": "Inactive"}),
            boss.delete(f"{url}/roles/{role(name).pk}"),
        ):
            assert work.code in str(assert_refused(answer, 409, "IN_USE")["context"])
