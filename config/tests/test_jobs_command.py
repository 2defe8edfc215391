"""The operator's doors: a job's command, and `manage.py jobs`."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import now, start_of, studio_day
from config.jobs.command import JobCommand
from config.jobs.registry import Case, Trouble
from config.jobs.running import run
from config.jobs.sole_runner import SoleRunner
from config.records.models import Channel, JobRun
from users.tests.races import at_once

pytestmark = pytest.mark.django_db


class TidyUp(JobCommand):
    job_name = "tidy_up"


def done() -> str:
    ClientFactory(full_name="New")
    return "Tidied."


def wrong() -> str:
    raise Trouble("Two rooms overlap.")


def fail() -> str:
    raise ValueError("Ana Client")


DONE, IDLE = Case("one", done), Case("two", lambda: None)
WRONG, FAILED = Case("three", wrong), Case("four", fail)


def ask(*arguments: str) -> tuple[str, int]:
    """Return what the command prints and its exit status."""
    printed = StringIO()
    try:
        call_command(TidyUp(stdout=printed, stderr=StringIO(), no_color=True), *arguments)
    except SystemExit as end:
        return printed.getvalue(), end.code
    return printed.getvalue(), 0


def test_it_prints_a_line_for_what_was_done_and_a_summary(a_job):
    a_job(DONE, IDLE)
    assert ask() == ("one: Tidied.\ntidy_up: 1 done, 0 failed, 1 with nothing to do.\n", 0)
    assert JobRun.objects.get().channel == Channel.COMMAND


def test_it_exits_with_1_where_a_case_failed_after_the_others_were_done(a_job):
    a_job(FAILED, WRONG, DONE)
    printed, status = ask()
    assert printed.splitlines() == [
        "four: ValueError",
        "three: Two rooms overlap.",
        "one: Tidied.",
        "tidy_up: 1 done, 2 failed, 0 with nothing to do.",
    ]
    assert status == 1


def test_a_quiet_one_prints_only_what_went_wrong(a_job):
    a_job(DONE, IDLE)
    assert ask("--quiet") == ("", 0)
    a_job(DONE, IDLE, WRONG, name="other")
    printed, status = ask_other("--quiet")
    assert printed.splitlines()[0] == "three: Two rooms overlap."
    assert "Tidied" not in printed
    assert status == 1


def ask_other(*arguments: str) -> tuple[str, int]:
    TidyUp.job_name = "other"
    try:
        return ask(*arguments)
    finally:
        TidyUp.job_name = "tidy_up"


def test_a_dry_run_says_so_and_leaves_nothing(a_job):
    a_job(DONE, IDLE)
    printed, status = ask("--dry-run")
    assert printed.splitlines() == [
        "one: Tidied.",
        "tidy_up: 1 would be done, 0 failed, 1 with nothing to do. Dry run: nothing has changed.",
    ]
    assert status == 0
    assert not Client.objects.exists()
    assert not JobRun.objects.exists()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-10", datetime(2026, 3, 10, 6, tzinfo=UTC)),
        ("2026-03-10T09:00", datetime(2026, 3, 10, 15, tzinfo=UTC)),
        ("2026-03-10 09:00", datetime(2026, 3, 10, 15, tzinfo=UTC)),
        ("2026-03-10T09:00+02:00", datetime(2026, 3, 10, 7, tzinfo=UTC)),
    ],
)
def test_as_of_is_in_the_studio_s_time_unless_it_says_otherwise(a_job, text, instant):
    asked = []
    a_job(cases=lambda at, channel: asked.append(at) or [])
    ask("--as-of", text)
    assert asked == [instant]
    assert JobRun.objects.get().as_of == instant


def test_the_future_is_only_for_dry_runs(a_job):
    asked = []
    a_job(cases=lambda at, channel: asked.append(at) or [])
    tomorrow = studio_day(now()) + timedelta(days=1)
    with pytest.raises(CommandError, match="--as-of is in the future: add --dry-run") as refused:
        ask("--as-of", tomorrow.isoformat())
    assert refused.value.returncode == 2
    assert asked == []
    ask("--as-of", tomorrow.isoformat(), "--dry-run")
    assert asked == [start_of(tomorrow)]


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2026-02-30", "10/03/2026", "2026-03-10T25:00", "0001-01-01", "9999-12-31"],
)
def test_an_instant_that_is_none_is_refused_in_a_sentence(a_job, text):
    a_job(DONE)
    with pytest.raises(CommandError, match=rf"--as-of: “{re.escape(text)}” is no day"):
        ask(f"--as-of={text}")
    assert not JobRun.objects.exists()


def test_the_help_says_what_it_does_and_what_a_dry_run_would(a_job, capsys):
    a_job(DONE)
    with pytest.raises(SystemExit):
        call_command(TidyUp(), "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert "Tidies up. Exit status: 0 all is well" in told
    assert "do each case and take it back" in told


@pytest.mark.django_db(transaction=True)
def test_one_that_runs_already_is_said_and_is_no_failure(a_job):
    job = a_job(DONE)
    with SoleRunner(job):
        answers = at_once(ask, lambda: ask("--quiet"))
    assert answers == [("tidy_up is already running. Nothing was done here.\n", 0), ("", 0)]
    assert not Client.objects.exists()


# manage.py jobs


def table() -> tuple[list[str], int]:
    printed = StringIO()
    try:
        call_command("jobs", stdout=printed)
    except SystemExit as end:
        return printed.getvalue().splitlines(), end.code
    return printed.getvalue().splitlines(), 0


def test_the_table_shows_the_last_and_the_next_run_of_each_job(a_job):
    for job in (a_job(DONE), a_job(WRONG, name="check")):
        run(job, at=now(), channel=Channel.JOB)
    lines, status = table()
    when = r"\d\d/\d\d/\d{4} \d\d:\d\d"
    assert re.fullmatch(r"job +last run +outcome +done +failed +next run", lines[0])
    assert re.fullmatch(rf"tidy_up +{when} +Succeeded +1 +0 +{when}", lines[1])
    assert re.fullmatch(rf"check +{when} +Failed +0 +1 +{when}", lines[2])
    assert lines[3] == "Beat: none (REDIS_URL is not set)."
    assert status == 0


def test_the_table_says_what_is_overdue_and_exits_with_1(a_job):
    a_job(DONE)
    lines, status = table()
    assert re.fullmatch(r"tidy_up +never +- +- +- .* +OVERDUE", lines[1])
    assert status == 1


@pytest.mark.parametrize(
    ("channel", "said", "expected"),
    [
        (Channel.JOB, "Beat: lives.", 0),
        (Channel.COMMAND, "Beat: DEAD, or no worker takes what it asks for.", 1),
    ],
)
def test_with_redis_the_table_says_whether_beat_lives(a_job, settings, channel, said, expected):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    run(a_job(due=None), at=now(), channel=channel)
    lines, status = table()
    assert (lines[-1], status) == (said, expected)


class Terminal(StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("out", "logged"), [(Terminal(), False), (StringIO(), True)])
def test_a_terminal_is_told_of_each_case_once(caplog, out, logged):
    caplog.set_level("INFO")
    with suppress(SystemExit):  # there is no admin here
        call_command("check_integrity", "--dry-run", stdout=out, stderr=StringIO())
    assert "I1 holds" in out.getvalue()
    infos = [line for line in caplog.records if line.levelname == "INFO"]
    assert any(line.name == "studio.jobs" for line in infos) == logged
