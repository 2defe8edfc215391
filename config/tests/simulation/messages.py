"""What clients must have been told, and when no more, by the history of their sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from config.clock import end_of, studio_day
from config.tests.simulation.facts import Outcome, Year
from config.tests.simulation.plans import MOVING, Paying
from sessions_app.lifecycle import Status
from sessions_app.queries.due import SETTLED

DAY = timedelta(days=1)
REMINDS = "send_reminders"

TRUE_IN = {
    "session_confirmed": SETTLED,
    "session_tomorrow": SETTLED,
    "session_moved": SETTLED,
    "photographer_changed": SETTLED,
    "payment_reminder": (Status.PRE_SCHEDULED,),
    "material_ready": (Status.READY, Status.COMPLETED),
    "delivery_date_changed": (Status.IN_EDITING,),
    "session_cancelled": (Status.CANCELED,),
    "refund_paid": tuple(Status),
}
"""In which states what a kind of message tells is still so."""


def told_too_late(year: Year) -> Iterator[str]:
    """Yield the messages that went out when what they tell was over, or not yet."""
    for outcome in year.outcomes.values():
        for kind, at in outcome.sent:
            if at is None or outcome.state(at) not in TRUE_IN[kind]:
                yield f"{outcome.facts['code']} ({outcome.course}): {kind} at {at}"


def wrong_reminders(year: Year) -> Iterator[str]:
    """Yield the sessions whose client was reminded of a day that no run was for, or was not."""
    for outcome in year.outcomes.values():
        for kind, is_due in (
            ("session_tomorrow", _is_tomorrow_told(outcome, year)),
            ("payment_reminder", _is_payment_due_told(outcome, year)),
        ):
            told = outcome.reminders.count(kind)
            if is_due is not None and told != is_due:
                yield f"{outcome.facts['code']} ({outcome.course}): {told} × {kind}"


def _is_tomorrow_told(outcome: Outcome, year: Year) -> bool | None:
    """Whether a run of the day before found it settled; None for one that may have moved."""
    if outcome.turn in MOVING:
        return None
    eve = outcome.session_date - DAY
    return any(
        studio_day(run) == eve and outcome.state(run) in SETTLED
        for run in year.nights.runs[REMINDS]
    )


def _is_payment_due_told(outcome: Outcome, year: Year) -> bool | None:
    """Whether a run found it unpaid, and due that day or the next; None for who pays something."""
    if outcome.paying is not Paying.NEVER:
        return None
    (deadline,) = outcome.payment_deadlines
    return any(
        run < deadline <= end_of(studio_day(run) + DAY)
        and outcome.state(run) == Status.PRE_SCHEDULED
        for run in year.nights.runs[REMINDS]
    )
