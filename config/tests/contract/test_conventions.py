"""Addresses, bodies, values and errors, the same everywhere (contract, section 0)."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.tests.contract.session_shapes import SESSION
from config.tests.contract.shapes import (
    CLIENT,
    ITEM,
    PACKAGE,
    ROOM,
    assert_answer,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.wire import arrived
from users.tests.factories import role

pytestmark = pytest.mark.django_db

API = "/api/v1"
JSON = "application/json"
NOTHING = ["", "null", "{}"]
NEW_CLIENT = {
    "full_name": "Luz Pérez",
    "email": "luz@example.com",
    "primary_phone": "5555-1234",
    "client_type": "Individual",
}
NEW_ITEM = {
    "code": "NEW-1",
    "name": "New",
    "item_type": "Album",
    "unit_price": 10,
    "unit_measure": "piece",
}


# Addresses


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "address", ["clients/", "sessions/", "auth/login/", "users/me/", "nothing", "sessions/1/none"]
)
def test_an_unknown_address_is_404_and_never_a_redirect(boss, method, address):
    assert_refused(getattr(boss, method)(f"{API}/{address}"), 404, "NOT_FOUND")


def test_an_unknown_address_is_404_also_for_nobody(api, db):
    assert_refused(api(None).get(f"{API}/nothing"), 404, "NOT_FOUND")


@pytest.mark.parametrize("kind", ["clients", "items", "packages", "rooms", "sessions"])
@pytest.mark.parametrize("pk", ["0", "-1", "abc", "1.5", "9" * 30, "987654321"])
def test_what_is_no_id_of_anything_is_404(boss, kind, pk):
    assert_refused(boss.get(f"{API}/{kind}/{pk}"), 404, "NOT_FOUND", "SESSION_NOT_FOUND")


@pytest.mark.parametrize("kind", ["clients", "items", "sessions", "auth/login", "enums"])
def test_a_method_that_an_address_does_not_know_is_405(boss, kind):
    answer = boss.put(f"{API}/{kind}", {})
    assert_refused(answer, 405, "METHOD_NOT_ALLOWED")


# Bodies


@pytest.mark.parametrize("body", NOTHING)
def test_an_empty_body_is_fine_where_no_field_is_required(boss, session, body):
    client, room = ClientFactory(status="Inactive"), RoomFactory()
    send = {"data": body, "content_type": JSON}
    assert_answer(boss.put(f"{API}/clients/{client.pk}/reactivate", **send), CLIENT)
    assert_answer(boss.put(f"{API}/rooms/{room.pk}/maintenance", **send), ROOM)
    assert_answer(boss.put(f"{API}/rooms/{room.pk}/reactivate", **send), ROOM)
    assert_answer(boss.post(f"{API}/sessions/{session.pk}/recalculate", **send), SESSION)


@pytest.mark.parametrize("body", NOTHING)
def test_an_empty_body_is_fine_for_what_is_done_to_people(boss, plain_user, editor, body):
    send = {"data": body, "content_type": JSON}
    person = f"{API}/users/{plain_user.pk}"
    assert boss.post(f"{person}/roles/{role('editor').pk}", **send).status_code == 200
    assert boss.delete(person, **send).status_code == 200
    assert boss.put(f"{person}/reactivate", **send).status_code == 200
    take = f"{API}/sessions/{arrived(Status.ATTENDED).pk}"
    assert signed_in(editor).post(f"{take}/take", **send).status_code == 200
    assert signed_in(editor).post(f"{take}/mark-ready", **send).status_code == 200


@pytest.mark.parametrize("body", NOTHING)
@pytest.mark.parametrize(
    ("address", "required"),
    [
        ("clients", ["full_name", "email", "primary_phone"]),
        ("items", ["code", "name", "item_type", "unit_price", "unit_measure"]),
        ("sessions", ["client_id", "session_type", "session_date"]),
        ("auth/login", ["email", "password"]),
        ("auth/refresh", ["refresh_token"]),
        ("auth/logout", ["refresh_token"]),
        ("auth/password/forgot", ["email"]),
        ("auth/password/reset", ["token", "new_password"]),
        ("users", ["full_name", "email", "password"]),
        ("roles", ["name"]),
        ("invitations", ["email"]),
    ],
)
def test_an_empty_body_is_400_where_fields_are_required(boss, address, required, body):
    answer = boss.post(f"{API}/{address}", data=body, content_type=JSON)
    assert_wrong_form(answer, *required)


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("clients", NEW_CLIENT),
        ("items", NEW_ITEM),
        ("packages", {"code": "P-1", "name": "P", "session_type": "Both", "base_price": 1}),
        ("rooms", {"name": "Sala"}),
    ],
)
def test_null_for_a_required_field_is_400(boss, address, body):
    required = {"clients": ["full_name", "email", "primary_phone"], "items": list(NEW_ITEM)}
    for field in required.get(address, ["name"]):
        assert_wrong_form(boss.post(f"{API}/{address}", body | {field: None}), field)


def test_null_for_a_required_field_of_a_booking_is_400(desk, asked):
    for field in ("client_id", "session_type", "session_date"):
        assert_wrong_form(desk.post(f"{API}/sessions", asked | {field: None}), field)


def test_null_for_a_required_field_is_400_in_a_change_too(boss):
    client = ClientFactory()
    for field in ("full_name", "email", "primary_phone"):
        assert_wrong_form(boss.patch(f"{API}/clients/{client.pk}", {field: None}), field)


@pytest.mark.parametrize(
    ("address", "body", "optional", "shape"),
    [
        (
            "clients",
            NEW_CLIENT,
            ["secondary_phone", "delivery_address", "notes", "tax_id", "billing_name"],
            CLIENT,
        ),
        ("items", NEW_ITEM, ["description", "default_quantity"], ITEM),
        (
            "packages",
            {
                "code": "P-1",
                "name": "P",
                "session_type": "Both",
                "base_price": 1,
                "estimated_editing_days": 5,
            },
            ["description"],
            PACKAGE,
        ),
        ("rooms", {"name": "Sala"}, ["code", "description", "capacity", "hourly_rate"], ROOM),
    ],
)
def test_null_is_fine_for_every_optional_field(boss, address, body, optional, shape):
    made = assert_answer(
        boss.post(f"{API}/{address}", body | dict.fromkeys(optional)), shape, status=201
    )
    assert all(made[field] is None for field in optional if field != "code")


def test_null_is_fine_for_every_optional_field_of_a_booking(desk, asked):
    optional = [
        "session_time",
        "estimated_duration_hours",
        "location",
        "client_requirements",
        "deposit_percentage",
        "photographers_needed",
        "responsible_id",
    ]
    answer = desk.post(f"{API}/sessions", asked | dict.fromkeys(optional))
    body = assert_answer(answer, SESSION, status=201)
    assert body["session_time"] is None
    assert body["photographers_needed"] == 1
    assert body["deposit_percentage"] == 50


def test_unknown_fields_are_ignored(boss, desk, asked):
    unknown = {"no_such_field": 1, "another": {"deep": [1]}}
    assert_answer(boss.post(f"{API}/clients", NEW_CLIENT | unknown), CLIENT, status=201)
    session = assert_answer(desk.post(f"{API}/sessions", asked | unknown), SESSION, status=201)
    changed = desk.patch(f"{API}/sessions/{session['id']}", unknown)
    assert changed.status_code == 200


def test_a_change_touches_only_what_is_sent(boss):
    before = assert_answer(boss.post(f"{API}/clients", NEW_CLIENT | {"notes": "n"}), CLIENT, 201)
    after = assert_answer(boss.patch(f"{API}/clients/{before['id']}", {"notes": "m"}), CLIENT)
    assert after == before | {"notes": "m", "updated_at": after["updated_at"]}


@pytest.mark.parametrize("price", [1250.5, "1250.50", "1250.5"])
def test_money_is_taken_as_number_or_string_and_answered_as_number(boss, price):
    answer = boss.post(f"{API}/items", NEW_ITEM | {"unit_price": price})
    assert assert_answer(answer, ITEM, status=201)["unit_price"] == 1250.5
    assert b'"unit_price":1250.5' in answer.content.replace(b": ", b":")


@pytest.mark.parametrize("yes", ["true", "1"])
@pytest.mark.parametrize("no", ["false", "0"])
def test_booleans_in_queries(boss, yes, no):
    ItemFactory()
    ItemFactory(status="Inactive")
    assert boss.get(f"{API}/items", {"active_only": yes}).json()["total"] == 1
    assert boss.get(f"{API}/items", {"active_only": no}).json()["total"] == 2


# Errors


def test_without_a_token_it_is_401(api, db):
    for address in ("clients", "sessions", "users/me", "items/1"):
        assert_refused(api(None).get(f"{API}/{address}"), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize("header", ["Bearer x", "Bearer a.b.c", "Bearer " + "é" * 9])
def test_a_token_that_is_none_is_401(api, db, header):
    answer = api(None).get(f"{API}/clients", HTTP_AUTHORIZATION=header)
    assert_refused(answer, 401, "TOKEN_INVALID", "NOT_AUTHENTICATED")


def test_without_the_right_it_is_403(photographer):
    assert_refused(signed_in(photographer).get(f"{API}/clients"), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("body", ["{", "[1]", '"text"', "1", "\x00", "{'a': 1}"])
def test_a_body_that_is_no_json_object_is_400(desk, body):
    answer = desk.post(f"{API}/clients", data=body, content_type=JSON)
    assert_refused(answer, 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/csv"])
def test_another_kind_of_body_is_415(desk, kind):
    answer = desk.post(f"{API}/clients", data="full_name", content_type=kind)
    assert_refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_of_twenty_megabytes_is_413(desk):
    body = b'{"notes": "' + b"x" * 20_000_000 + b'"}'
    answer = desk.post(f"{API}/clients", data=body, content_type=JSON)
    assert_refused(answer, 413, "PAYLOAD_TOO_LARGE")


def test_the_first_problem_of_a_form_is_told_in_a_sentence_that_names_its_field(desk):
    body = {name: value for name, value in NEW_CLIENT.items() if name != "primary_phone"}
    error = assert_wrong_form(desk.post(f"{API}/clients", body), "primary_phone")
    assert "phone" in error["detail"].lower()
    assert error["errors"].keys() == {"primary_phone"}


@pytest.mark.parametrize(
    "change", [{"client_type": "Company"}, {"client_type": 1}, {"client_type": []}]
)
def test_a_wrong_enum_is_400_with_its_field(desk, change):
    assert_wrong_form(desk.post(f"{API}/clients", NEW_CLIENT | change), *change)


@pytest.mark.parametrize(
    ("address", "status"), [("nothing", 404), ("clients/987654321", 404), ("clients", 400)]
)
def test_errors_speak_the_language_that_is_asked_for(desk, address, status):
    def detail(language: str) -> str:
        send: Any = desk.post if status == 400 else desk.get
        error = send(f"{API}/{address}", headers={"Accept-Language": language})
        assert error.status_code == status
        return str(error.json()["detail"])

    assert detail("en") != detail("es")
    assert detail("es-GT,es;q=0.9") == detail("es")


def test_an_unknown_language_gets_a_sentence_all_the_same(desk):
    answer = desk.get(f"{API}/clients/987654321", headers={"Accept-Language": "tlh, ***"})
    assert_refused(answer, 404, "NOT_FOUND")


def test_a_submitted_password_never_comes_back(api, person):
    for body in (
        {"email": person.email, "password": "Tell-Nobody-77!"},
        {"email": "not an address", "password": "Tell-Nobody-77!"},
        {"password": "Tell-Nobody-77!"},
        {"email": 1, "password": ["Tell-Nobody-77!"]},
    ):
        answer = api(None).post(f"{API}/auth/login", body)
        assert answer.status_code in (400, 401)
        assert b"Tell-Nobody" not in answer.content


# Documents


def test_the_schema_is_open_to_all_and_complete_in_addresses(api, db):
    answer = api(None).get(f"{API}/schema", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert api(None).get(f"{API}/docs").status_code == 200
