"""Jobs without Redis: a thread of the process runs what is due."""

from __future__ import annotations

import threading
import time

import pytest

from config.jobs.in_process import JobsInProcess
from config.jobs.registry import Case
from config.records.models import Channel, JobRun

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not come about")


def test_what_was_missed_is_caught_up_with_at_the_beginning_and_it_ends_with_its_block(a_job):
    done: list[str] = []
    for name in ("nightly", "morning"):
        a_job(Case("one", lambda name=name: done.append(name)), name=name)
    with JobsInProcess() as jobs:
        wait_for(lambda: len(done) == 2)
    assert not jobs.is_alive()
    assert sorted(done) == ["morning", "nightly"]
    assert set(JobRun.objects.values_list("channel", flat=True)) == {Channel.JOB}


def test_a_job_that_cannot_be_run_stops_no_other(a_job):
    done = threading.Event()

    def broken(at, channel):
        raise ValueError

    a_job(cases=broken, name="broken")
    a_job(Case("one", lambda: done.set()), name="sound")
    with JobsInProcess():
        assert done.wait(5)


def test_a_run_in_progress_comes_to_its_end_before_the_block_does(a_job):
    begun = threading.Event()

    def slow() -> str:
        begun.set()
        time.sleep(0.5)
        return "Done."

    a_job(Case("one", slow))
    with JobsInProcess():
        assert begun.wait(5)
    assert JobRun.objects.get().status == "Succeeded"
