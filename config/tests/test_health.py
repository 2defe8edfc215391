"""Whether the process is up, and whether it is ready: what it asks of others, it names."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from config.clock import now
from config.records.models import Channel, JobRun, RunStatus
from config.tests.test_settings import run


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
