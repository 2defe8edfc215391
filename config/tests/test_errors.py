"""One envelope for every error (contract, section 0): address, method, form, token, and our own."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.tests.envelope import is_error
from config.tests.unruly import SECRET

METHODS = ("get", "post", "put", "patch", "delete")


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
def test_an_unknown_address_is_a_plain_404_and_never_a_redirect(boss, address, method):
    is_error(getattr(boss, method)(address), 404, "NOT_FOUND")
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
def test_an_id_that_is_no_positive_integer_is_not_there(boss, address, pk):
    for method in METHODS:
        answer = getattr(boss, method)(f"/api/v1/{address.format(pk)}")
        is_error(answer, 404, "NOT_FOUND")


@pytest.mark.parametrize("pk", [10**9, 10**17, 2**31, 2**63 - 1, 10**18 - 1])
def test_an_id_that_nothing_has_is_not_there(boss, pk):
    for address in ("clients", "items", "packages", "rooms"):
        is_error(boss.get(f"/api/v1/{address}/{pk}"), 404, "NOT_FOUND")
    if pk < 10**18:
        is_error(boss.get(f"/api/v1/sessions/{pk}"), 404, "SESSION_NOT_FOUND")


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
def test_a_method_that_an_address_does_not_know_is_405(boss, method, address):
    answer = getattr(boss, method)(f"/api/v1/{address}")
    is_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"]


# Forms and tokens


def test_problems_of_a_form_are_told_by_field_and_the_first_in_words(boss):
    body = is_error(
        boss.post("/api/v1/clients", {"full_name": "", "email": "no"}), 400, "VALIDATION_ERROR"
    )
    assert body["errors"]["email"] == ["Enter a valid email address."]
    first = next(iter(body["errors"]))
    assert body["detail"] == f"{first}: {body['errors'][first][0]}"


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


@pytest.mark.parametrize("language", ["es", "en", "es-GT", "en-US,en;q=0.8", "fr", "xx", "%00", ""])
def test_any_language_may_be_asked_for(db, language):
    answer = APIClient().get("/api/v1/users/me", HTTP_ACCEPT_LANGUAGE=language)
    is_error(answer, 401, "NOT_AUTHENTICATED")


def test_a_browser_that_signed_in_to_the_back_office_is_nobody_to_the_api(admin_user):
    browser = Browser()
    browser.force_login(admin_user)
    assert browser.get("/admin/").status_code == 200
    is_error(browser.get("/api/v1/clients"), 401, "NOT_AUTHENTICATED")
