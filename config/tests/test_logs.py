"""Log lines: what they tell, in both formats, and that nobody's data is in any of them."""

from __future__ import annotations

import io
import json
import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import include, path
from rest_framework.test import APIClient

from config import urls
from config.logs import (
    JsonLines,
    TextLines,
    WithContext,
    discreet,
    in_job,
    working_for,
    working_on,
)
from config.middleware.request_ids import NONE
from conftest import signed_in
from users.models import User
from users.tests.factories import PASSWORD, UserFactory

logger = logging.getLogger("config.tests.of_logs")
TOKEN = "Zq3-vX9_wB7zR2mT8sLp4nYc6dFg1hJe5uAoVi0QxWb"
QUOTED = "Doña Inés Hidden, ines@hidden.example, +502 5555 0199"
Read = Callable[[], str]


def says(request: HttpRequest) -> HttpResponse:
    working_on("2026-0042")
    logger.info("said in a view")
    return HttpResponse()


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError(QUOTED)


urlpatterns = [
    path("says", says),
    path("breaks", breaks),
    path("api/v1/", include(urls.api)),
    path("admin/", urls.admin.site.urls),
]


@pytest.fixture
def console() -> Iterator[logging.StreamHandler[io.StringIO]]:
    """Return the handler that every line leaves by, writing to where a test can read."""
    [handler] = [
        one
        for one in logging.getLogger().handlers
        if isinstance(one, logging.StreamHandler)
        and any(isinstance(kept, WithContext) for kept in one.filters)
    ]
    formatter, stream = handler.formatter, handler.setStream(io.StringIO())
    yield handler
    handler.setFormatter(formatter)
    handler.setStream(stream)


@pytest.fixture(params=[TextLines, JsonLines])
def read(request: pytest.FixtureRequest, console: logging.StreamHandler[io.StringIO]) -> Read:
    """Return a function that reads what was logged, in one format and then in the other."""
    console.setFormatter(request.param())
    return lambda: console.stream.getvalue()


@pytest.fixture
def text(console: logging.StreamHandler[io.StringIO]) -> Read:
    console.setFormatter(TextLines())
    return lambda: console.stream.getvalue()


@pytest.fixture
def objects(console: logging.StreamHandler[io.StringIO]) -> Callable[[], list[dict[str, str]]]:
    """Return a function that reads the JSON objects that were logged."""
    console.setFormatter(JsonLines())
    return lambda: [json.loads(line) for line in console.stream.getvalue().splitlines()]


# What a line tells


def test_a_json_line_has_the_fields_that_are_known_and_no_others(objects):
    before = datetime.now(UTC)
    logger.warning("a room is missing", extra={"request": "GET /?token=secret", "secret": "x"})
    [line] = objects()
    assert list(line) == ["level", "logger", "message", "time"]
    assert (line["level"], line["logger"]) == ("WARNING", "config.tests.of_logs")
    assert line["message"] == "a room is missing"
    assert line["time"].endswith("+00:00")
    assert before <= datetime.fromisoformat(line["time"]) <= datetime.now(UTC)


@pytest.mark.urls(__name__)
def test_a_line_within_a_request_names_request_person_and_session(objects, coordinator):
    browser = Browser()
    browser.force_login(coordinator)
    browser.get("/says", headers={"X-Request-ID": "one-request"})
    logger.warning("afterwards")
    said, afterwards = objects()
    assert said["request_id"] == "one-request"
    assert said["person"] == str(coordinator.pk)
    assert said["session"] == "2026-0042"
    assert {"request_id", "person", "session"}.isdisjoint(afterwards)


def test_a_line_of_the_api_names_the_person_by_number(objects, plain_user):
    assert signed_in(plain_user).get("/api/v1/roles").status_code == 403
    assert {line["person"] for line in objects()} == {str(plain_user.pk)}
    signed_in().get("/api/v1/roles")
    assert "person" not in objects()[-1]


def test_a_line_within_a_job_names_it_and_the_session_it_is_at(objects):
    with in_job("send_reminders"):
        working_on("2026-0001")
        logger.warning("one")
        working_on("2026-0002")
        logger.warning("two")
    logger.warning("after")
    one, two, after = objects()
    assert (one["job"], one["session"]) == ("send_reminders", "2026-0001")
    assert (two["job"], two["session"]) == ("send_reminders", "2026-0002")
    assert {"job", "session"}.isdisjoint(after)


def test_a_text_line_tells_the_same(text):
    with in_job("send_reminders"):
        working_on("2026-0001")
        logger.warning("one")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING \[-\] config\.tests\.of_logs: one"
        r" session=2026-0001 job=send_reminders\n",
        text(),
    )


@pytest.mark.urls(__name__)
def test_who_asked_last_is_forgotten_with_the_request(objects, coordinator, db):
    working_for(coordinator.pk)
    Browser().get("/says")
    logger.warning("by nobody")
    assert "person" not in objects()[-1]


def test_an_event_is_one_line_whatever_is_in_it(text):
    logger.warning("GET %s", "/x\n2026-01-01 ERROR [-] all: is lost\r\x1b[31m")
    assert len(text().splitlines()) == 1
    assert "\x1b" not in text()


# What no line tells


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("GET /a/b?token=abc&q=Ana HTTP/1.1", "GET /a/b HTTP/1.1"),
        ('"GET /admin/clients/client/?q=Ana+Gil" 200', '"GET /admin/clients/client/" 200'),
        (
            f"Gone: /api/v1/invitations/validate/{TOKEN}",
            "Gone: /api/v1/invitations/validate/[secret]",
        ),
        ("refused <ana.gil@example.com>", "refused <[e-mail]>"),
        ("is this all right? yes", "is this all right? yes"),
        ("celery@host ready", "celery@host ready"),
        ("task 0b5c8d0e-1d0c-4e1f-9d57-3f1b9a0f2c11", "task 0b5c8d0e-1d0c-4e1f-9d57-3f1b9a0f2c11"),
    ],
)
def test_queries_tokens_and_addresses_are_left_out(message, told):
    assert discreet(message) == told


def test_of_an_exception_its_kind_and_place_are_told_but_not_what_it_says(read):
    try:
        try:
            raise smtplib.SMTPDataError(550, QUOTED)
        except smtplib.SMTPDataError as refused:
            raise RuntimeError(QUOTED) from refused
    except RuntimeError:
        logger.exception("a letter could not be delivered")
    for told in ("smtplib.SMTPDataError", "which led to", "builtins.RuntimeError", "test_logs.py"):
        assert told in read()
    assert "Hidden" not in read()
    assert "hidden" not in read()


@pytest.mark.django_db
def test_of_a_broken_constraint_its_name_is_told_but_not_the_row(read, plain_user):
    try:
        with transaction.atomic():
            User.objects.create(email=plain_user.email, full_name="Somebody")
    except IntegrityError:
        logger.exception("this exists")
    assert "psycopg.errors.UniqueViolation (" in read()
    assert plain_user.email not in read()


def test_what_another_handler_made_of_the_exception_is_not_used(read):
    try:
        raise ValueError("Inés Hidden")
    except ValueError as error:
        record = logger.makeRecord(
            "n", logging.ERROR, "f", 1, "broken", (), (ValueError, error, error.__traceback__)
        )
    record.exc_text = "ValueError: Inés Hidden"
    logger.handle(record)
    assert "builtins.ValueError" in read()
    assert "ValueError: Inés" not in read()


def test_a_failed_task_is_told_without_what_its_exception_says(read):
    facts = {"name": "notifications.send_due", "id": "7", "exc": "ValueError('Inés Hidden')"}
    logging.getLogger("celery.app.trace").error("Task %(name)s[%(id)s] raised: %(exc)s", facts)
    assert "Task notifications.send_due[7] raised: ValueError" in read()
    assert "Hidden" not in read()


HIDDEN = {
    "full_name": "Inés Hidden",
    "email": "ines@hidden.example",
    "primary_phone": "+502 5555 0199",
    "delivery_address": "Avenida Hidden 7",
    "tax_id": "9988776-5",
}
WRONG_PASSWORD = "Wrong-Hidden-Horse-7!"


@pytest.fixture
def person(db: None) -> User:
    person = UserFactory(
        full_name="Ramón Hidden", email="ramon@hidden.example", roles=["coordinator"]
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.mark.urls(__name__)
def test_a_day_s_work_leaves_nobody_s_data_in_the_log(read, person, boss, mailoutbox):
    nobody, browser = APIClient(), Browser(raise_request_exception=False)
    api = "/api/v1"
    answers: list[int] = []

    def asked(answer: HttpResponse) -> HttpResponse:
        answers.append(answer.status_code)
        return answer

    # Signing in, at both doors, wrong until one is locked out, and right
    wrong = {"email": person.email, "password": WRONG_PASSWORD}
    for _ in range(4):
        asked(nobody.post(f"{api}/auth/login", wrong))
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        asked(browser.post("/admin/login/", {"username": person.email, "password": WRONG_PASSWORD}))
    asked(nobody.post(f"{api}/auth/login", {"email": "ines@hidden.example", "password": PASSWORD}))
    asked(nobody.post(f"{api}/auth/refresh", {"refresh_token": TOKEN}))

    # Getting in again, and in for the first time
    asked(nobody.post(f"{api}/auth/password/forgot", {"email": person.email}))
    asked(nobody.post(f"{api}/auth/password/reset", {"token": TOKEN, "new_password": PASSWORD}))
    invited = asked(boss.post(f"{api}/invitations", {"email": "new@hidden.example"}))
    asked(nobody.get(f"{api}/invitations/validate/{TOKEN}"))
    asked(nobody.get(f"{api}/invitations/validate?token={TOKEN}"))
    registration = {"token": TOKEN, "full_name": "Inés Hidden", "password": PASSWORD}
    asked(nobody.post(f"{api}/auth/register", registration))

    # A client: made, made twice, looked for, and with what nobody is called
    desk = signed_in(person)
    for client in (HIDDEN, HIDDEN, HIDDEN | {"email": "ines@hidden"}):
        asked(desk.post(f"{api}/clients", client))
    asked(desk.get(f"{api}/clients?search=Hidden&nothing=ines@hidden.example"))
    asked(desk.get(f"{api}/clients/0?name=Hidden"))
    asked(desk.post(f"{api}/users", {"email": "ines@hidden.example"}))

    # What goes wrong
    asked(browser.get("/breaks?name=Hidden"))
    asked(browser.get("/says", headers={"Host": "elsewhere.example"}))
    asked(browser.get("/nothing?email=ines@hidden.example"))

    written = read()
    assert invited.status_code == 201
    assert {200, 201, 400, 401, 403, 404, 429, 500} <= set(answers)
    for expected in (
        "AXES: ",
        "refused: ",
        "Internal Server Error: /breaks",
        "builtins.ValueError",
    ):
        assert expected in written
    for secret in ("hidden", "5555 0199", "9988776", WRONG_PASSWORD, PASSWORD, TOKEN):
        found = [line for line in written.splitlines() if secret.lower() in line.lower()]
        assert found == []


# How it is set up


@pytest.mark.parametrize(
    "name", ["django", "django.request", "django.server", "axes", "gunicorn.access"]
)
def test_every_logger_leaves_its_lines_to_the_one_handler(name):
    one: logging.Logger | None = logging.getLogger(name)
    while one is not None and one.parent is not None:
        assert one.handlers == []
        assert one.propagate
        one = one.parent


def test_queries_with_their_values_are_not_logged_at_any_level():
    assert settings.LOGGING["loggers"]["django.db.backends"] == {"level": "INFO"}


def test_what_is_not_known_is_the_same_dash_everywhere(console):
    record = logger.makeRecord("n", logging.INFO, "f", 1, "m", (), None)
    assert all(one.filter(record) for one in console.filters)
    assert {record.request_id, record.person, record.session, record.job, record.task} == {NONE}
