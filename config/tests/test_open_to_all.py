"""What anyone may ask (contract, sections 0 and 6): the schema and its pages besides."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser

from config.tests.test_api_permissions import LINES, split

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


def test_the_schema_is_told_in_the_language_that_is_asked_for(db):
    english = Browser().get("/api/v1/schema", HTTP_ACCEPT_LANGUAGE="en").json()
    assert Browser().get("/api/v1/schema", HTTP_ACCEPT_LANGUAGE="es").status_code == 200
    assert Browser().get("/api/v1/schema", HTTP_ACCEPT_LANGUAGE="en").json() == english
