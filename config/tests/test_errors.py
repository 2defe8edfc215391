"""One envelope for every error, and what anyone may ask (contract, sections 0 and 6)."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.clock import now
from config.records.models import Channel, JobRun, RunStatus
from config.tests.test_api_permissions import LINES, split
from config.tests.test_settings import run
from config.tests.unruly import SECRET
from conftest import signed_in

METHODS = ("get", "post", "put", "patch", "delete")
NUL, HALF = "\0", "\ud83d"
ENVELOPE = {"detail", "error_code", "errors", "context"}


def is_error(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert that an answer is an error in the one envelope; return its body."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    body: dict[str, Any] = answer.json()
    assert body["error_code"] == code
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert set(body) <= ENVELOPE
    assert ("errors" in body) <= (code == "VALIDATION_ERROR")
    return body


@pytest.fixture
def office(world, db) -> APIClient:
    return signed_in(world.people["admin"])


# Addresses


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/clients",
        "/api/v1/unknown",
        "/api/v1/clients/",
        "/api/v1/users/me/",
        "/api/v1/auth/login/",
        "/api/v1/sessions/1/",
        "/api/v1/enums/",
        "/api/v1/schema/",
        "/api/v1//clients",
        "/api/v1/clients.json",
        "/api/v1/Clients",
        "/api/v1/clients/%00",
        "/api/v1/clients/1/%FF",
        "/api/v1/" + "x" * 5000,
    ],
)
def test_an_unknown_address_is_a_plain_404_and_never_a_redirect(office, address, method):
    is_error(getattr(office, method)(address), 404, "NOT_FOUND")
    is_error(getattr(APIClient(), method)(address), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "pk",
    ["0", "-1", "abc", "1.0", "1e3", "01", "+1", " 1", "١", "9" * 20, "1" * 300, "null", "%31%00"],
)
@pytest.mark.parametrize(
    "address",
    [
        "clients/{}",
        "clients/{}/reactivate",
        "packages/{}/items",
        "rooms/{}/maintenance",
        "sessions/{}",
        "sessions/{}/details",
        "sessions/{}/photographers/1",
        "sessions/1/details/items/{}",
    ],
)
def test_an_id_that_is_no_positive_integer_is_not_there(office, address, pk):
    for method in METHODS:
        answer = getattr(office, method)(f"/api/v1/{address.format(pk)}")
        is_error(answer, 404, "NOT_FOUND")


@pytest.mark.parametrize("pk", [10**9, 10**17, 2**31, 2**63 - 1, 10**18 - 1])
def test_an_id_that_nothing_has_is_not_there(office, pk):
    for address in ("clients", "items", "packages", "rooms"):
        is_error(office.get(f"/api/v1/{address}/{pk}"), 404, "NOT_FOUND")
    if pk < 10**18:
        is_error(office.get(f"/api/v1/sessions/{pk}"), 404, "SESSION_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("put", "clients"),
        ("post", "clients/1"),
        ("get", "clients/1/reactivate"),
        ("delete", "users/me"),
        ("get", "sessions/1/transition"),
        ("put", "sessions/1"),
        ("post", "enums"),
        ("post", "health"),
        ("get", "auth/login"),
    ],
)
def test_a_method_that_an_address_does_not_know_is_405(office, method, address):
    answer = getattr(office, method)(f"/api/v1/{address}")
    is_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"]


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
    "header", ["Bearer", "Bearer ", "Bearer x", "Bearer x y", "Bearer \xff", "bearer é", "Basic x"]
)
def test_a_strange_token_is_401_and_never_a_failure(db, header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.get("/api/v1/users/me")
    is_error(answer, 401, answer.json()["error_code"])
    assert answer["WWW-Authenticate"] == "Bearer"


def test_without_a_token_one_is_told_to_sign_in(db):
    answer = APIClient().get("/api/v1/users/me")
    is_error(answer, 401, "NOT_AUTHENTICATED")


def test_a_dead_token_does_not_close_what_is_open_to_all(db):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer dead")
    assert client.get("/api/v1/enums").status_code == 200


def test_problems_of_a_form_are_told_by_field_and_the_first_in_words(office):
    body = is_error(
        office.post("/api/v1/clients", {"full_name": "", "email": "no"}), 400, "VALIDATION_ERROR"
    )
    assert body["errors"]["email"] == ["Enter a valid email address."]
    first = next(iter(body["errors"]))
    assert body["detail"] == f"{first}: {body['errors'][first][0]}"


# What goes wrong on our side


@pytest.fixture
def unruly(settings) -> APIClient:
    settings.ROOT_URLCONF = "config.tests.unruly"
    return APIClient(raise_request_exception=False)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unexpected_failure_tells_nothing_internal(unruly, settings, caplog, debug, method):
    settings.DEBUG = debug
    answer = getattr(unruly, method)("/api/v1/broken", {})
    is_error(answer, 500, "SERVER_ERROR")
    text = answer.content.decode()
    assert not re.search(rf"{SECRET}|Traceback|Error\b|\.py|config|KeyError", text)
    assert SECRET in caplog.text  # but in the log it is


@pytest.mark.parametrize("debug", [False, True])
def test_an_unknown_address_tells_no_addresses_under_debug(unruly, settings, debug):
    settings.DEBUG = debug
    answer = unruly.get("/api/v1/unknown")
    is_error(answer, 404, "NOT_FOUND")
    assert "broken" not in answer.content.decode()


def test_a_busy_database_is_503_and_says_when_to_come_back(unruly):
    answer = unruly.get("/api/v1/busy")
    is_error(answer, 503, "BUSY")
    assert int(answer["Retry-After"]) > 0
    assert SECRET not in answer.content.decode()


def test_a_statement_given_up_is_503(unruly, db):
    answer = unruly.get("/api/v1/stuck")
    is_error(answer, 503, "BUSY")
    assert int(answer["Retry-After"]) > 0


def test_who_asks_too_often_is_told_when_to_come_back(unruly):
    answer = unruly.get("/api/v1/throttled")
    is_error(answer, 429, "THROTTLED")
    assert 5 <= int(answer["Retry-After"]) <= 6


# How one asks


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/xml", "nonsense", ""])
@pytest.mark.parametrize("address", ["enums", "unknown", "users/me", "clients/0"])
def test_the_answer_is_json_whatever_is_accepted(db, address, accept):
    answer = APIClient().get(f"/api/v1/{address}", HTTP_ACCEPT=accept)
    assert answer["Content-Type"] == "application/json"
    assert answer.status_code == {"enums": 200, "users/me": 401}.get(address, 404)


@pytest.mark.parametrize(
    "query", ["format=csv", "format=", "unknown=x", "unknown", "&&=", "page=0"]
)
def test_a_parameter_that_nobody_knows_is_ignored(office, query):
    assert office.get(f"/api/v1/clients?{query}").json()["total"] > 0
    assert office.get(f"/api/v1/users/me?{query}").status_code == 200


@pytest.mark.parametrize("language", ["es", "en", "es-GT", "en-US,en;q=0.8", "fr", "xx", "%00", ""])
def test_any_language_may_be_asked_for(db, language):
    answer = APIClient().get("/api/v1/users/me", HTTP_ACCEPT_LANGUAGE=language)
    is_error(answer, 401, "NOT_AUTHENTICATED")


def test_a_browser_that_signed_in_to_the_back_office_is_nobody_to_the_api(world):
    browser = world.browser("admin")
    assert browser.get("/admin/").status_code == 200
    is_error(browser.get("/api/v1/clients"), 401, "NOT_AUTHENTICATED")


# What anyone may ask

PUBLIC = [
    "/health",
    "/health/ready",
    *(
        f"/api/v1/{address}"
        for method, address, _variant, expected in map(split, LINES)
        if method == "GET" and expected[0] == 200
    ),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_needs_no_sign_in(db, address):
    assert Browser().get(address).status_code == 200


def test_the_enums_are_those_of_the_contract():
    values = APIClient().get("/api/v1/enums").json()
    contract = {
        "session_status": "Request|Negotiation|Pre-scheduled|Confirmed|Assigned|Attended|In Editing"
        "|Ready for Delivery|Completed|Canceled",
        "session_type": "Studio|External",
        "client_type": "Individual|Institutional",
        "status": "Active|Inactive",
        "item_type": "Digital Photo|Printed Photo|Album|Video|Other",
        "payment_type": "Deposit|Partial|Balance|Refund",
        "payment_status": "Pending|Verified|Rejected",
        "delivery_method": "Digital|Physical|Both",
        "photographer_role": "Lead|Assistant",
        "assignment_status": "Assigned|Reassigned|Released",
        "line_type": "Item|Package|Adjustment",
        "reference_type": "Item|Package",
        "cancellation_initiator": "Client|Studio|Force Majeure|System",
        "cancellation_category": "no_room|no_photographer|price|no_answer|changed_mind|weather"
        "|studio|other",
    }
    expected = {name: text.split("|") for name, text in contract.items()}
    assert {name: values.get(name) for name in expected} == expected
    assert "Both" in values["package_session_type"]
    assert "Maintenance" in values["room_status"]


@pytest.mark.django_db
def test_the_business_rules_are_told():
    assert APIClient().get("/api/v1/config/business-rules").json() == {
        "payment_deadline_days": 5,
        "changes_deadline_days": 7,
        "default_editing_days": 5,
        "default_deposit_percentage": 50,
        "currency": "GTQ",
        "time_zone": "America/Guatemala",
    }


def test_the_docs_load_nothing_from_other_hosts(client):
    page = client.get("/api/v1/docs").content.decode()
    linked = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)""", page)
    assert linked
    hosts = set(re.findall(r"(?:https?:)?//[\w.-]+", page))
    assert hosts <= {"http://testserver"}
    assert "/static/drf_spectacular_sidecar/" in page


def test_the_schema_describes_every_address_of_the_contract(client):
    schema = client.get("/api/v1/schema", HTTP_ACCEPT="application/json").json()
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", address.removeprefix("/api/v1/")))
        for address, methods in schema["paths"].items()
        for method in methods
    }
    expected = {
        (method, re.sub(r"\{\w+\}", "{}", address)) for method, address, _, _ in map(split, LINES)
    }
    assert expected - described <= {("GET", "schema"), ("GET", "docs")}
    assert described <= expected


@pytest.fixture(scope="module")
def without_database() -> dict[str, Any]:
    """What a process answers whose database does not: nothing listens at its port."""
    script = """if True:
        import django, json
        django.setup()
        from django.test import Client
        from config.clock import now
        from users import tokens
        from users.models import SignIn
        at = now()
        pair = tokens.issue(SignIn(user_id=1, created_at=at, rotated_at=at), at)
        signed = {"HTTP_AUTHORIZATION": "Bearer " + pair.access_token}
        ask = Client(raise_request_exception=False).get
        asked = ["/health", "/api/v1/health", "/health/ready", "/api/v1/health/ready",
                 "/api/v1/clients", "/api/v1/enums"]
        answers = {at: [ask(at).status_code, ask(at).json()] for at in asked}
        answers["signed in"] = ask("/api/v1/clients", **signed).json()
        print(json.dumps(answers))
        """
    here = {"HTTPS": "false", "ALLOWED_HOSTS": "testserver", "STUDIO_LANGUAGE": "en"}
    ended = run("-c", script, DJANGO_SETTINGS_MODULE="config.settings", **here)
    assert ended.returncode == 0, ended.stderr
    answers: dict[str, Any] = json.loads(ended.stdout)
    return answers


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_health_says_that_the_process_is_up_whatever_the_database_does(without_database, prefix):
    assert without_database[f"{prefix}/health"] == [200, {"status": "ok"}]


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_readiness_names_the_database_that_does_not_answer(without_database, prefix):
    failed = {"status": "failed", "failed": ["database"]}
    assert without_database[f"{prefix}/health/ready"] == [503, failed]


def test_without_a_database_what_needs_none_is_answered(without_database):
    assert without_database["/api/v1/enums"][0] == 200
    assert without_database["/api/v1/clients"][0] == 401  # nobody claims to be anyone


def test_without_a_database_what_needs_one_is_busy(without_database):
    assert without_database["signed in"]["error_code"] == "BUSY"


def test_readiness_is_fine_while_the_database_answers(db):
    assert Browser().get("/health/ready").json() == {"status": "ok", "failed": []}


def test_the_schema_is_told_in_the_language_that_is_asked_for(db):
    english = Browser().get("/api/v1/schema", HTTP_ACCEPT_LANGUAGE="en").json()
    assert Browser().get("/api/v1/schema", HTTP_ACCEPT_LANGUAGE="es").status_code == 200
    assert Browser().get("/api/v1/schema", HTTP_ACCEPT_LANGUAGE="en").json() == english


@pytest.fixture
def redis_url(settings, request):
    settings.REDIS_URL = request.param
    return request.param


@pytest.mark.parametrize("redis_url", ["redis://127.0.0.1:1/0"], indirect=True)
def test_readiness_names_the_broker_that_does_not_answer(db, redis_url):
    a_run_by_itself()
    answer = Browser().get("/health/ready")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["broker"])


@pytest.mark.parametrize("redis_url", ["redis://127.0.0.1:1/0"], indirect=True)
def test_readiness_names_the_beat_that_is_not_heard(db, redis_url):
    assert Browser().get("/health/ready").json()["failed"] == ["broker", "beat"]
    a_run_by_itself(started_at=now() - timedelta(minutes=4))
    assert Browser().get("/health/ready").json()["failed"] == ["broker", "beat"]


def test_without_redis_readiness_asks_neither_broker_nor_beat(db, settings):
    settings.REDIS_URL = ""
    assert Browser().get("/health/ready").json() == {"status": "ok", "failed": []}


def a_run_by_itself(started_at: datetime | None = None) -> None:
    """Record a run of the job of each minute, as beat and worker leave it."""
    at = started_at or now()
    JobRun.objects.create(
        job="send_pending_messages",
        channel=Channel.JOB,
        status=RunStatus.SUCCEEDED,
        as_of=at,
        first_started_at=at,
        started_at=at,
        finished_at=at,
        host="localhost",
        pid=1,
    )
