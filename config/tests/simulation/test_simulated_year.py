"""A studio lives the same weeks, or year, twice: with its jobs each night, and with missed nights.

All of it is for `-m simulated_year`. `SIMULATION_SEED` makes another studio of it; the seed
and what was counted are printed (`-s`).
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from config.tests.simulation import living, nights, plans
from config.tests.simulation.comparing import ASSIGNS, CANCELS_UNPAID, accounted_for, differences
from config.tests.simulation.facts import Year
from config.tests.simulation.messages import told_too_late, wrong_reminders
from config.tests.simulation.nights import Nights
from config.tests.simulation.plans import Paying, Turn
from notifications.models import EmailStatus
from sessions_app.lifecycle import Status

pytestmark = [pytest.mark.django_db, pytest.mark.simulated_year]

SEED = os.environ.get("SIMULATION_SEED", "7")
FIRST = date(2023, 10, 2)
"""In the past, and a leap year: the database's own clock, by which it knows when it learnt of
a step (`HistoryEntry.recorded_at`), cannot be simulated."""


class Times:
    """The days that are simulated, and the same sessions on them each time."""

    def __init__(self, days: int) -> None:
        self._days = FIRST, FIRST + timedelta(days=days - 1)
        self.first, self.last = FIRST - living.BEFORE, self._days[1] + living.AFTERWARDS

    def live(self, these: Nights) -> Year:
        """Live them once, with these nights."""
        return living.live(plans.courses(*self._days, SEED), these, self.first, self.last, SEED)


Both = tuple[Year, Year]
Live = Callable[[Times, Nights], Year]
WEEKS, A_YEAR = Times(16), Times(366)


@pytest.fixture(scope="module")
def live(django_db_setup: None, django_db_blocker: Any) -> Live:
    """Return what lives some times with some nights, and leaves nothing in the database."""

    def live(times: Times, these: Nights) -> Year:
        with django_db_blocker.unblock():
            return times.live(these)

    return live


@pytest.fixture(scope="module")
def weeks(live: Live) -> Both:
    return lived_twice(WEEKS, live)


@pytest.fixture(scope="module")
def year(live: Live) -> Both:
    return lived_twice(A_YEAR, live)


@pytest.fixture(params=["weeks", "year"])
def both(request: Any) -> Both:
    return request.getfixturevalue(request.param)


def lived_twice(times: Times, live: Live) -> Both:
    """Return the same times with jobs each night, and with some nights missed."""
    each = live(times, nights.every_night(times.first, times.last))
    some = live(times, nights.some_nights(times.first, times.last, SEED))
    tell(each, some)
    return each, some


def tell(each: Year, some: Year) -> None:
    """Print the seed and what was counted."""
    lines = [f"SIMULATION_SEED={SEED}: {len(each.outcomes)} sessions"]
    for name, year in (("jobs each night", each), ("nights missed", some)):
        runs = {job: len(runs) for job, runs in year.nights.runs.items()}
        by_hand = sum(one.by_hand for one in year.outcomes.values())
        lines += [
            f"{name}: {dict(year.states)}",
            f"  runs {runs}, assigned by hand {by_hand}",
            *(f"  {count:5} {kind} {status}" for (kind, status), count in year.emails.items()),
        ]
    accounted = Counter(one.course for one in accounted_for(each, some))
    lines.append(f"accounted for by the rules: {dict(accounted)}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_missed_nights_change_neither_states_nor_money_but_where_the_rules_name_the_day(both):
    assert list(differences(*both)) == []


def test_only_who_pays_or_calls_off_too_late_may_fare_differently(both):
    too_late = (Paying.TOO_LATE, Paying.CALLS_OFF_LATE)
    assert {one.paying for one in accounted_for(*both)} <= {*too_late}


def test_what_must_always_hold_holds_at_the_end_as_it_did_each_night(both):
    assert [year.findings for year in both] == [[], []]


def test_every_message_is_delivered_once_or_suppressed_though_the_mail_server_was_down(both):
    for year in both:
        assert {status for _, status in year.emails} <= {EmailStatus.SENT, EmailStatus.SUPPRESSED}
        sent = sum(
            count for (_, status), count in year.emails.items() if status == EmailStatus.SENT
        )
        assert sent == len(year.delivered) == year.delivered.total()
        assert year.uncertain == 0


def test_clients_are_reminded_once_of_each_day_for_which_there_was_a_run(both):
    assert [list(wrong_reminders(year)) for year in both] == [[], []]


def test_no_message_tells_what_is_over_when_it_goes_out(both):
    assert [list(told_too_late(year)) for year in both] == [[], []]


def test_the_system_cancels_only_when_the_job_runs_and_never_before_the_deadline(both):
    for year in both:
        by_system = [one for one in year.outcomes.values() if one.cancelled_by_system]
        assert by_system
        for one in by_system:
            assert one.cancelled_at in year.nights.runs[CANCELS_UNPAID]
            assert one.cancelled_at >= one.payment_deadlines[-1]


def test_much_happens_and_many_nights_are_missed(both):
    each, some = both
    assert {Status.COMPLETED, Status.CANCELED, Status.ASSIGNED, Status.REQUEST} <= {*each.states}
    assert {one.turn for one in each.outcomes.values()} == {*Turn}
    assert {one.paying for one in each.outcomes.values()} == {*Paying}
    for job in nights.NIGHTLY:
        assert len(some.nights.runs[job]) < 0.8 * len(each.nights.runs[job])


def test_the_comparison_sees_jobs_that_never_run(weeks, live):
    """A negative control: what is not cancelled, and what is not assigned, both show."""
    never = nights.never((CANCELS_UNPAID, ASSIGNS), WEEKS.first, WEEKS.last)
    found = "\n".join(differences(weeks[0], live(WEEKS, never)))
    assert f"status: {Status.CANCELED} / {Status.PRE_SCHEDULED}" in found
    assert f"status: {Status.ASSIGNED} / {Status.CONFIRMED}" in found
