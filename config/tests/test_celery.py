"""Celery as it is set up: what beat asks for and when, and what a task may and may not."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import time

import pytest
from celery.schedules import crontab
from django.conf import settings

from config.business_rules import business_rules, first_rules
from config.celery import app
from config.clock import now
from config.environment import BASE_DIR
from config.jobs import tasks
from config.jobs.registry import Case
from config.records.models import Channel, JobRun, StudioSettings, columns_of

NIGHTLY = {name: at for name, at in settings.JOB_TIMES.items() if at}


@pytest.fixture
def at_once():
    """Let who asks for a task do it."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


# Beat


def test_the_studio_s_times_are_those_of_the_rules():
    times = {
        "cancel_unpaid_sessions": time(0, 0),
        "assign_confirmed_sessions": time(0, 5),
        "check_integrity": time(2, 0),
        "send_reminders": time(9, 0),
        "send_pending_messages": None,
    }
    assert times == settings.JOB_TIMES


@pytest.mark.parametrize("name", NIGHTLY)
def test_beat_asks_for_a_job_at_its_time_in_the_studio(name):
    entry = app.conf.beat_schedule[name]
    assert (entry["task"], entry["args"]) == (tasks.run_job.name, [name])
    schedule: crontab = entry["schedule"]
    assert (schedule.hour, schedule.minute) == ({NIGHTLY[name].hour}, {NIGHTLY[name].minute})
    assert str(app.timezone) == settings.TIME_ZONE


def test_beat_asks_for_messages_each_minute_and_for_what_was_missed_every_ten():
    asked = app.conf.beat_schedule
    assert len(asked["send_pending_messages"]["schedule"].minute) == 60
    assert asked["catch_up"]["task"] == tasks.catch_up.name
    assert asked["catch_up"]["schedule"].minute == {0, 10, 20, 30, 40, 50}


def test_what_beat_asks_for_while_no_worker_is_there_does_not_pile_up():
    for name, entry in app.conf.beat_schedule.items():
        assert entry["options"]["expires"] <= (60 if name == "send_pending_messages" else 600)


def test_beat_leaves_no_file():
    assert app.conf.beat_scheduler == "celery.beat.Scheduler"


# Tasks


def test_a_task_speaks_json_is_given_out_again_when_lost_and_has_its_limits():
    conf = app.conf
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_ignore_result
    limits = conf.task_soft_time_limit, conf.task_time_limit
    assert limits == (540, 600)
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
    assert not conf.worker_hijack_root_logger


def test_a_broker_that_is_away_is_tried_for_ever():
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None


def test_the_worker_knows_the_tasks_of_the_apps():
    app.loader.import_default_modules()
    assert {tasks.run_job.name, tasks.catch_up.name} <= app.tasks.keys()


@pytest.mark.django_db
def test_a_job_that_is_asked_for_twice_runs_once(a_job, at_once):
    done = []
    job = a_job(Case("one", lambda: done.append("one")))
    tasks.run_job.delay(job.name)
    tasks.run_job.delay(job.name)
    assert done == ["one"]
    assert JobRun.objects.get().channel == Channel.JOB


@pytest.mark.django_db
def test_catching_up_asks_for_what_is_overdue_and_for_nothing_else(a_job, at_once):
    done = []
    for name in ("first", "second"):
        a_job(Case("one", lambda name=name: done.append(name)), name=name)
    tasks.run_job.delay("second")
    tasks.catch_up.delay()
    tasks.catch_up.delay()
    assert done == ["second", "first"]


@pytest.mark.django_db
def test_each_task_goes_by_the_settings_in_force_when_it_begins(a_job, at_once):
    days = business_rules().request_hold_days
    facts = columns_of(first_rules()) | {"request_hold_days": days + 1}
    StudioSettings.objects.create(at=now(), **facts)
    seen = []

    @app.task(name="look")
    def look() -> None:
        seen.append(business_rules().request_hold_days)

    look.delay()
    app.tasks.unregister("look")
    assert seen == [days + 1]


# The programs


@pytest.mark.parametrize("program", ["worker", "beat"])
def test_without_redis_a_worker_or_a_beat_says_that_it_is_not_needed(program):
    ended = subprocess.run(
        [sys.executable, "-m", "celery", "--quiet", "-A", "config", program],
        cwd=BASE_DIR,
        env=os.environ | {"REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "REDIS_URL is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
