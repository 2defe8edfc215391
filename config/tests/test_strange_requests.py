"""Bodies, characters and queries that nobody should send: each is refused, or does no harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from config.tests.envelope import is_error
from conftest import signed_in

NUL, HALF = "\0", "\ud83d"


@pytest.fixture
def office(world, db) -> APIClient:
    return signed_in(world.people["admin"])


# Bodies


def send(client: APIClient, body: bytes | str, content_type: str = "application/json") -> Any:
    return client.generic("POST", "/api/v1/clients", body, content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "nonsense",
    ],
)
def test_a_body_that_is_not_json_is_415(office, content_type):
    is_error(send(office, "full_name=Ana", content_type), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"full_name": "Ana"',
        b"{'full_name': 'Ana'}",
        b'{"full_name": NaN}',
        b'{"full_name": Infinity}',
        b'{"full_name": -Infinity}',
        b"[]",
        b'[{"full_name": "Ana"}]',
        b'"text"',
        b"1",
        b"true",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"\xff\xfe",
        b'{"full_name": "\xff"}',
        b'{"full_name": "\\ud83d"}',
        b'{"\\ud83d": "Ana"}',
        b'{"full_name": "Ana"} and more',
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_no_json_object_is_a_wrong_form(office, body):
    is_error(send(office, body), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("body", [b"[]", b'["override"]', b'"override"', b"0", b"true"])
@pytest.mark.parametrize(
    "address",
    ["sessions", "sessions/{session}/cancel", "sessions/{session}/transition", "invitations"],
)
def test_what_is_no_object_is_a_wrong_form_also_where_a_field_is_looked_at_first(
    world, office, address, body
):
    answer = office.post(f"/api/v1/{world.address(address)}", body, content_type="application/json")
    is_error(answer, 400, "VALIDATION_ERROR")


def test_a_body_that_is_too_long_is_413(office):
    body = b'{"full_name": "' + b"x" * 3_000_000 + b'"}'
    is_error(send(office, body), 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_where_fields_are_required_an_empty_body_names_them(office, body):
    errors = is_error(send(office, body), 400, "VALIDATION_ERROR")["errors"]
    assert set(errors) == {"full_name", "email", "primary_phone"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", ""),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b"{}", "application/json"),
    ],
)
@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("PUT", "clients/{closed_client}/reactivate", 200),
        ("PUT", "items/{closed_item}/reactivate", 200),
        ("PUT", "rooms/{spare_room}/maintenance", 200),
        ("PUT", "rooms/{closed_room}/reactivate", 200),
        ("POST", "sessions/{session}/recalculate", 200),
        ("POST", "sessions/{session}/details/items/{item}", 201),
        ("POST", "sessions/{session}/details/packages/{package}", 201),
        ("PATCH", "sessions/{session}", 200),
        ("PATCH", "sessions/{session}/details/{line}", 200),
        ("PATCH", "sessions/{session}/photographers/{assignment}", 200),
        ("PATCH", "clients/{client}", 200),
        ("PATCH", "users/me", 200),
        ("DELETE", "sessions/{session}/details/{line}", 204),
    ],
)
def test_where_no_field_is_required_any_empty_body_is_fine(
    world, office, method, address, status, body, content_type
):
    answer = office.generic(method, f"/api/v1/{world.address(address)}", body, content_type)
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize("value", [NUL, f"Ana{NUL}", HALF, f"Ana{HALF}"])
@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("post", "auth/login", {"email": "?", "password": "x"}),
        ("post", "auth/login", {"email": "a@example.com", "password": "?"}),
        ("post", "auth/refresh", {"refresh_token": "?"}),
        ("post", "auth/logout", {"refresh_token": "?"}),
        ("patch", "users/me", {"full_name": "?"}),
        ("patch", "users/me", {"phone": "?"}),
        ("patch", "users/me", {"language": "?"}),
        ("patch", "clients/{client}", {"notes": "?"}),
        ("patch", "clients/{client}", {"email": "?"}),
        ("patch", "items/{item}", {"name": "?"}),
        ("patch", "packages/{package}", {"code": "?"}),
        ("patch", "rooms/{room}", {"description": "?"}),
        ("put", "rooms/{spare_room}/maintenance", {"reason": "?"}),
        ("patch", "sessions/{session}", {"internal_notes": "?"}),
        ("patch", "sessions/{session}", {"location": "?"}),
        ("patch", "sessions/{session}", {"delivery_link": "?"}),
        ("patch", "sessions/{session}", {"session_date": "?"}),
        ("post", "sessions/{session}/transition", {"to_status": "Negotiation", "notes": "?"}),
        ("post", "sessions/{session}/transition", {"to_status": "?"}),
        ("patch", "sessions/{session}/photographers/{assignment}", {"notes": "?"}),
    ],
)
def test_characters_that_nothing_can_store_are_no_failure_of_ours(
    world, office, method, address, body, value
):
    sent = json.dumps({name: value if text == "?" else text for name, text in body.items()})
    answer = office.generic(
        method.upper(), f"/api/v1/{world.address(address)}", sent, "application/json"
    )
    assert answer.status_code in {204, 400, 401}, answer.content
    if answer.status_code != 204:
        assert answer.json()["error_code"] in {
            "VALIDATION_ERROR",
            "TOKEN_INVALID",
            "INVALID_CREDENTIALS",
        }


# Queries

QUERIES = [
    ("clients", ("search", "client_type", "active_only", "limit", "offset", "skip", "unknown")),
    ("items", ("search", "item_type")),
    ("packages", ("search", "session_type")),
    ("rooms", ("search",)),
    (
        "sessions",
        ("search", "status", "client_id", "start_date", "photographer_id", "room_id", "ordering"),
    ),
    ("sessions/{session}/photographers", ("all",)),
]


@pytest.mark.parametrize("value", ["%00", "a%00b", "%FF", "%ED%A0%BD", "%25", "'", "9" * 30, "-1"])
@pytest.mark.parametrize(
    ("address", "name"), [(address, name) for address, names in QUERIES for name in names]
)
def test_no_query_makes_us_fail(world, office, address, name, value):
    answer = office.get(f"/api/v1/{world.address(address)}?{name}={value}")
    assert answer.status_code in {200, 400}, answer.content
    if answer.status_code == 400:
        body = is_error(answer, 400, "VALIDATION_ERROR")
        assert set(body["errors"]) == {name}
        assert body["detail"].startswith(f"{name}: ")


@pytest.mark.parametrize("query", ["quantity=%00", "quantity=0", "quantity=x", "quantity=-1"])
def test_a_wrong_quantity_is_a_wrong_form(world, office, query):
    address = world.address("/api/v1/sessions/{session}/details/items/{item}")
    body = is_error(office.post(f"{address}?{query}"), 400, "VALIDATION_ERROR")
    assert set(body["errors"]) == {"quantity"}


@pytest.mark.parametrize("query", ["override=%00", "override=true&reason=%00", "reason=%FF"])
def test_a_wrong_override_in_the_address_is_no_failure_of_ours(world, office, query):
    address = world.address("/api/v1/sessions/{session}/details/{line}")
    assert office.delete(f"{address}?{query}").status_code in {204, 400}


@pytest.mark.parametrize("query", ["reason=%00", "reason=%FF", "override=%00"])
def test_a_strange_reason_for_deleting_is_no_failure_of_ours(world, office, query):
    address = world.address("/api/v1/sessions/{session}")
    assert office.delete(f"{address}?{query}").status_code in {204, 400}


@pytest.mark.parametrize(
    "query", ["format=csv", "format=", "unknown=x", "unknown", "&&=", "page=0"]
)
def test_a_parameter_that_nobody_knows_is_ignored(office, query):
    assert office.get(f"/api/v1/clients?{query}").json()["total"] > 0
    assert office.get(f"/api/v1/users/me?{query}").status_code == 200
