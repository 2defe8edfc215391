"""Request ids: taken or made, returned, and in every log line (contract, section 0)."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config.logs import WithContext
from config.middleware.request_ids import NONE, current_request_id, request_id
from conftest import signed_in

logger = logging.getLogger("config.tests.of_request_ids")


def says(request: HttpRequest) -> HttpResponse:
    logger.warning("said in a view")
    return HttpResponse()


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [path("says", says), path("breaks", breaks)]


def lines_of(stream: io.StringIO) -> list[str]:
    return [line for line in stream.getvalue().splitlines() if " [" in line]


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """Return a function that reads the log lines as the console's own handler writes them."""
    [handler] = [
        one
        for one in logging.getLogger().handlers
        if isinstance(one, logging.StreamHandler)
        and any(isinstance(kept, WithContext) for kept in one.filters)
    ]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield lambda: lines_of(stream)
    handler.setStream(before)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def answered(asked: str | None) -> str:
    """Return the id that an answer carries, of a request with this header."""
    headers = {} if asked is None else {"X-Request-ID": asked}
    answer = request_id(lambda request: HttpResponse())(RequestFactory().get("/", headers=headers))
    return str(answer["X-Request-ID"])


# Taken or made


@pytest.mark.parametrize("asked", ["a", "Az09._:-", "0b5c8d0e-1d0c-4e1f", "x" * 100])
def test_an_acceptable_id_is_taken_as_it_is(asked):
    assert answered(asked) == asked


@pytest.mark.parametrize(
    "hostile",
    ["", " ", "a b", "x" * 101, "a\n", "a\r\nSet-Cookie: b=c", "é", "{0}", "a%0a", "<b>", "a\x00"],
)
def test_a_hostile_id_is_replaced_and_not_repaired(hostile):
    made = answered(hostile)
    assert len(made) == 32
    assert int(made, 16)


def test_ids_that_are_made_differ():
    assert len({answered(None) for _ in range(50)}) == 50


# In the log


@pytest.mark.urls(__name__)
def test_what_a_view_logs_carries_the_id(lines, browser):
    browser.get("/says", headers={"X-Request-ID": "of-a-view"})
    [line] = lines()
    assert "WARNING [of-a-view] config.tests.of_request_ids: said in a view" in line


@pytest.mark.urls(__name__)
def test_a_made_id_is_the_same_in_the_answer_and_in_the_line(lines, browser):
    answer = browser.get("/says")
    [line] = lines()
    assert f"[{answer['X-Request-ID']}]" in line


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("/api/v1/nothing", "Not Found: /api/v1/nothing"), ("/nothing", "Not Found: /nothing")],
)
def test_the_line_that_django_writes_of_an_unknown_address_carries_it(
    lines, browser, address, sentence
):
    answer = browser.get(address, headers={"X-Request-ID": "lost"})
    assert answer.status_code == 404
    [line] = [line for line in lines() if sentence in line]
    assert "[lost] django.request:" in line


def test_every_line_of_a_refused_request_carries_it(plain_user, lines):
    answer = signed_in(plain_user).get("/api/v1/roles", headers={"X-Request-ID": "not-for-you"})
    assert answer.status_code == 403
    written = lines()
    assert [True for line in written if "users.actors: refused:" in line] == [True]
    assert [True for line in written if "Forbidden: /api/v1/roles" in line] == [True]
    assert all(" [not-for-you] " in line for line in written)


@pytest.mark.urls(__name__)
def test_the_line_of_a_request_that_broke_carries_it(lines, browser):
    answer = browser.get("/breaks", headers={"X-Request-ID": "broken-42"})
    assert answer.status_code == 500
    assert answer["X-Request-ID"] == "broken-42"
    [line] = [line for line in lines() if "Internal Server Error" in line]
    assert " [broken-42] " in line


@pytest.mark.urls(__name__)
def test_no_hostile_id_comes_into_the_log(lines, browser):
    browser.get("/says", headers={"X-Request-ID": "x\nWARNING [forged] all is well"})
    [line] = lines()
    assert "forged" not in line


@pytest.mark.urls(__name__)
def test_outside_of_requests_lines_belong_to_none(lines, browser):
    logger.warning("before")
    browser.get("/says", headers={"X-Request-ID": "one"})
    logger.warning("after")
    browser.get("/breaks", headers={"X-Request-ID": "two"})
    logger.warning("after the broken one")
    outside = [line for line in lines() if "before" in line or "after" in line]
    assert len(outside) == 3
    assert all(f" [{NONE}] " in line for line in outside)


def test_requests_at_once_do_not_mix_up_their_ids(lines):
    all_have_begun, all_have_logged = threading.Barrier(4), threading.Barrier(4)
    kept: dict[str, str] = {}

    def view(request: HttpRequest) -> HttpResponse:
        all_have_begun.wait(timeout=10)
        logger.warning("from %s", request.path)
        all_have_logged.wait(timeout=10)
        kept[request.path] = current_request_id.get()
        return HttpResponse()

    def ask(name: str) -> None:
        request = RequestFactory().get(f"/{name}", headers={"X-Request-ID": f"id-of-{name}"})
        request_id(view)(request)

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert kept == {f"/{name}": f"id-of-{name}" for name in "abcd"}
    assert len(lines()) == 4
    for name in "abcd":
        assert [line for line in lines() if f" [id-of-{name}] " in line and f"from /{name}" in line]
