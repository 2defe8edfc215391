"""The studio's jobs (rules, section 7): which sessions, and the one action for each.

Times are in `settings.JOB_TIMES`; `config.jobs` runs them, for beat, commands and the demo alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.jobs.registry import Case, Job, Trouble
from config.jobs.registry import register as register_job
from config.records.models import Channel
from sessions_app.actions import nightly, reminding
from sessions_app.actions.integrity import prove
from sessions_app.models import Session
from sessions_app.queries import due
from sessions_app.queries.checking import Check
from sessions_app.queries.integrity import CHECKS
from users.actors import Actor

Due = Callable[[datetime], QuerySet[Session]]
Doing = Callable[..., str | None]


def register() -> None:
    """Let the jobs be run."""
    for job in JOBS:
        register_job(job)


def _each(*what: tuple[Due, Doing]) -> Callable[[datetime, Channel], Iterator[Case]]:
    """Return what yields a case for each session that is due, one kind after the other."""

    def cases(at: datetime, channel: Channel) -> Iterator[Case]:
        actor = Actor(None, channel)
        for is_due, do in what:
            # All ids at once: they are few, and what a case changes must not hide the next one.
            for session in list(is_due(at).only("pk", "code")):
                yield Case(session.code, partial(do, session, actor=actor, at=at))

    return cases


def _checks(at: datetime, channel: Channel) -> Iterator[Case]:
    for check in CHECKS:
        yield Case(check.code, partial(_prove, check, Actor(None, channel), at))


def _prove(check: Check, actor: Actor, at: datetime) -> str:
    """Return that a check holds; raise Trouble, once admins are told, where it does not."""
    finding = prove(check, actor=actor, at=at)
    if finding is not None:
        raise Trouble(finding.in_words)
    return f"holds: {check.sentence}"


JOBS = (
    Job(
        name="cancel_unpaid_sessions",
        sentence=_("Cancels what was not paid by its deadline, or tells who must decide."),
        cases=_each((due.unpaid, nightly.cancel_unpaid)),
    ),
    Job(
        name="assign_confirmed_sessions",
        sentence=_("Assigns what is confirmed and staffed once its changes deadline is past."),
        cases=_each((due.to_assign, nightly.assign_confirmed)),
    ),
    Job(
        name="send_reminders",
        sentence=_("Reminds of payments, sessions of tomorrow, requests and attendance."),
        cases=_each(
            (due.payment_due, reminding.remind_of_payment),
            (due.tomorrow, reminding.remind_of_session),
            (due.stale, reminding.report_stale),
            (due.without_attendance, reminding.ask_for_attendance),
        ),
    ),
    Job(
        name="check_integrity",
        sentence=_("Derives anew from the data what must always hold."),
        cases=_checks,
    ),
)
