"""What arrives in strange wrappings: chunks, charsets, thousands of parameters (section 0)."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client as Browser
from django.test import RequestFactory

from config.middleware.bodies import whole_body
from config.wsgi import application
from conftest import signed_in

LOGIN = "/api/v1/auth/login"


def test_a_chunked_body_gets_the_length_that_it_has():
    body = b'{"email": "ana@example.com", "password": "x"}'
    request = RequestFactory().post(LOGIN, content_type="application/json")
    request.META |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(body)}
    seen = []
    whole_body(lambda one: seen.append(one.read()))(request)
    assert seen == [body]
    assert request.META["CONTENT_LENGTH"] == str(len(body))


@pytest.mark.parametrize(
    "charset", ["hex", "zlib", "idna", "undefined", "no-such", '"hex"', "utf-8; charset=hex"]
)
@pytest.mark.django_db
def test_a_charset_that_makes_no_text_is_taken_for_utf_8(charset):
    environ = RequestFactory().get("/api/v1/enums?x=%C3%A1").environ
    environ["CONTENT_TYPE"] = f"application/json; charset={charset}"
    said = []
    answer = application(environ, lambda status, headers: said.append(status))
    assert b"".join(answer).startswith(b"{")
    assert said == ["200 OK"]


@pytest.mark.parametrize("address", ["clients", "dashboard/stats", "sessions"])
def test_thousands_of_parameters_are_a_wrong_request_and_no_failure(admin_user, address):
    answer = signed_in(admin_user).get(f"/api/v1/{address}?" + "a=1&" * 2000)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("body", [b'{"a": ' + b"9" * 5000 + b"}", b"\xff", b"{", b'{"a": 1}x'])
@pytest.mark.django_db
def test_what_is_wrong_with_a_body_tells_nothing_internal(body):
    answer = Browser().post(LOGIN, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "The body is not valid JSON."
