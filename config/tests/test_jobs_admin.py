"""The runs of jobs in the back office."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from config.clock import now
from config.jobs.registry import Case, Trouble
from config.jobs.running import run
from config.records.models import Channel, JobRun

pytestmark = pytest.mark.django_db

RUNS = "/admin/records/jobrun/"


def wrong() -> str:
    raise Trouble("Two <rooms> overlap.")


@pytest.fixture
def desk(admin_user):
    browser = Browser()
    browser.force_login(admin_user)
    return browser


@pytest.fixture
def runs(a_job):
    good = a_job(Case("one", lambda: "Done."), name="tidy_up")
    bad = a_job(Case("two", wrong), name="look_round")
    for job in (good, bad):
        run(job, at=now(), channel=Channel.JOB)
    return JobRun.objects.get(job="tidy_up"), JobRun.objects.get(job="look_round")


def test_the_list_shows_the_newest_first_and_is_filtered_by_job_and_outcome(desk, runs):
    assert list(desk.get(RUNS).context["cl"].queryset) == [runs[1], runs[0]]
    assert list(desk.get(f"{RUNS}?job=tidy_up").context["cl"].queryset) == [runs[0]]
    failed = desk.get(f"{RUNS}?status__exact=Failed")
    assert list(failed.context["cl"].queryset) == [runs[1]]


def test_a_run_is_only_read_and_tells_what_failed(desk, runs):
    page = desk.get(f"{RUNS}{runs[1].pk}/change/")
    text = page.content.decode()
    assert "two: Two &lt;rooms&gt; overlap." in text
    assert re.search(r"Outcome.*?>\s*failed\s*<", text, re.DOTALL)
    assert "Save" not in text
    assert desk.post(f"{RUNS}{runs[1].pk}/change/", {"job": "x"}).status_code == 403


def test_the_list_takes_a_constant_number_of_queries(desk, runs):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(RUNS)
        return len(queries)

    asked()
    few = asked()
    for minutes in range(1, 9):
        runs[0].pk, runs[0].started_at = None, runs[0].started_at - timedelta(minutes=minutes)
        runs[0].save()
    assert asked() == few
