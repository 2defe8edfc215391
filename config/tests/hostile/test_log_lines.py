"""What somebody writes into a request becomes no line of the log, and no field of one."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.logs import FIELDS, JsonLines, TextLines, WithContext
from conftest import signed_in

pytestmark = pytest.mark.django_db

FORGERY = (
    '\r\n2026-01-01T00:00:00.000Z CRITICAL [-] all: is lost\n{"level": "CRITICAL", "hostile": 1}'
    "\x1b[2J\x1b[31m\x9b31m\x00\u2028\u2029\x85\x0b\x0c\x08\u202e"
)
JSON_PIECES = '", "level": "CRITICAL", "hostile": "1'
WORDS = (
    FORGERY,
    JSON_PIECES,
    "%s %(name)s {0} {request_id} $(id)",
    "x" * 20_000,
    "\ud83d",
    "\u202ehostile",
)

OURS = r"20\d\d-\d\d-\d\dT[\d:.]+Z (WARNING|ERROR|INFO) \[[\w-]+\] "

Read = Callable[[], str]


@pytest.fixture(params=[TextLines, JsonLines], ids=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[Read]:
    """Return a function that reads what the console's own handler wrote, in either format."""
    [handler] = [
        one
        for one in logging.getLogger().handlers
        if isinstance(one, logging.StreamHandler)
        and any(isinstance(kept, WithContext) for kept in one.filters)
    ]
    stream, formatter = io.StringIO(), handler.formatter
    handler.setFormatter(request.param())
    before = handler.setStream(stream)
    level = logging.getLogger().level
    yield stream.getvalue
    handler.setStream(before)
    handler.setFormatter(formatter)
    logging.getLogger().setLevel(level)


def in_a_path(word: str, person: Any) -> None:
    environ = {"PATH_INFO": f"/api/v1/{word}".encode("utf-8", "replace").decode("latin-1")}
    APIClient().get("/", **environ)
    Browser().get(
        "/", PATH_INFO=f"/admin/nowhere{word}".encode("utf-8", "replace").decode("latin-1")
    )


def in_headers(word: str, person: Any) -> None:
    sent = word.encode("utf-8", "replace").decode("latin-1")
    names = ("X-Request-ID", "User-Agent", "Referer", "X-Forwarded-For", "Origin", "Host")
    headers = dict.fromkeys(names, sent)
    Browser(raise_request_exception=False).get("/admin/nowhere/", headers=headers)
    signed_in(person).get("/api/v1/roles", headers={**headers, "Host": "testserver"})


def at_the_api(word: str, person: Any) -> None:
    for body in (
        {"email": word, "password": word},
        {"email": f"{word}@x.example", "password": "x"},
    ):
        APIClient().generic(
            "POST", "/api/v1/auth/login", json.dumps(body).encode(), "application/json"
        )


def at_the_back_office(word: str, person: Any) -> None:
    form = {"username": word.encode("utf-8", "replace").decode(), "password": "x"}
    for _ in range(3):
        Browser().post("/admin/login/", form)


def as_a_method(word: str, person: Any) -> None:
    verb = word.encode("utf-8", "replace").decode("latin-1")
    APIClient().generic(verb, "/api/v1/clients")


def as_what_is_refused(word: str, person: Any) -> None:
    client = signed_in(person)
    client.post("/api/v1/clients", {"full_name": word.encode("utf-8", "replace").decode()})
    client.delete("/api/v1/rooms/1", {"reason": "x"})


DOORS = (in_a_path, in_headers, at_the_api, at_the_back_office, as_a_method, as_what_is_refused)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_line_is_ours_whatever_is_sent(written, editor, door):
    for word in WORDS:
        door(word, editor)
    text = written()
    assert text, "nothing was logged, hence nothing is proven"
    are_ours(text)


def are_ours(text: str) -> None:
    """Hold that whatever was sent stands within a line of ours, and moves no cursor."""
    # \n alone ends a line here: splitlines() would believe in the others too
    for line in text.removesuffix("\n").split("\n"):
        assert line.isprintable(), repr(line)
        if line.startswith("{"):
            facts = json.loads(line)
            assert facts["level"] != "CRITICAL"
            assert facts.keys() <= {*FIELDS, "level", "logger", "time", "exception"}
            assert "hostile" not in facts
        elif "CRITICAL" in line or "hostile" in line:
            assert re.match(OURS, line), line


@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()], ids=["text", "json"])
def test_a_line_that_was_not_cleaned_would_be_found(formatter):
    """The same by Python's own formatter."""
    record = logging.makeLogRecord({"msg": f"Not Found: {FORGERY}", "levelname": "WARNING"})
    with pytest.raises((AssertionError, ValueError)):
        are_ours(f"{logging.Formatter().format(record)}\n")
    WithContext().filter(record)
    are_ours(f"{formatter.format(record)}\n")
