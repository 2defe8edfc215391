"""What differs between two years of the same studio, and which of it the rules account for.

The rules name the day, or the night, on which a job does its work. Hence, of the same people's same
deeds, this may differ and nothing else:

* the instant at which the system cancels, or assigns; and whether a night had assigned, and given a
  delivery date to, what somebody cancelled or assigned by hand (`facts` leaves these out);
* reminders, and what staff is told by jobs or by the count of past cancellations (left out too);
* what people did between a payment deadline and the night that looked at it, and all that follows
  of it: who pays too late is refused by then, or else “covered late, to be reopened” (section 7);
  who calls it off is refused by then, or else is its initiator.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from config.tests.simulation.facts import Outcome, Year
from sessions_app.lifecycle import Status

CANCELS_UNPAID, ASSIGNS = "cancel_unpaid_sessions", "assign_confirmed_sessions"


def differences(one: Year, other: Year) -> Iterator[str]:
    """Yield what differs and is not accounted for, a sentence for each session."""
    for key, first in one.outcomes.items():
        second = other.outcomes[key]
        if [(deed.at, deed.what) for deed in first.deeds] != [
            (deed.at, deed.what) for deed in second.deeds
        ]:
            yield f"{first.facts['code']} ({first.course}): not the same was tried"
        elif is_accounted_for(first, second, one, other):
            yield from _of_the_accounted(first)
            yield from _of_the_accounted(second)
        else:
            yield from _of_facts(first, second)


def accounted_for(one: Year, other: Year) -> list[Outcome]:
    """Return the sessions that differ as the rules account for, as they were in the one year."""
    return [
        first
        for key, first in one.outcomes.items()
        if is_accounted_for(first, other.outcomes[key], one, other)
    ]


def is_accounted_for(first: Outcome, second: Outcome, one: Year, other: Year) -> bool:
    """Tell whether people did something about a session in one year that was too late in the other.

    The first deed that was done here and refused there must lie between the two nights on which the
    job looked at its payment deadline; what differs later follows from it.
    """
    apart = _first_apart(first, second)
    if apart is None:
        return False
    past = [deadline for deadline in first.payment_deadlines if deadline <= apart]
    looked = [
        [year.nights.first_run(CANCELS_UNPAID, deadline) for year in (one, other)]
        for deadline in past
    ]
    return any(min(nights) <= apart < max(nights) for nights in looked)


def _first_apart(first: Outcome, second: Outcome) -> datetime | None:
    for here, there in zip(first.deeds, second.deeds, strict=True):
        if bool(here.refusal) != bool(there.refusal):
            return here.at
    return None


def _of_the_accounted(outcome: Outcome) -> Iterator[str]:
    """Yield what is wrong with a session that may differ: whoever cancelled, all is returned."""
    is_canceled = outcome.facts["status"] == Status.CANCELED
    was_confirmed = Status.CONFIRMED in outcome.facts["path"]
    is_owed = outcome.facts["paid"] or outcome.facts["refund due"]
    if is_canceled and not was_confirmed and is_owed:
        yield f"{outcome.facts['code']} ({outcome.course}): not all was returned"


def _of_facts(first: Outcome, second: Outcome) -> Iterator[str]:
    differing = [
        f"{name}: {fact} / {second.facts[name]}"
        for name, fact in first.facts.items()
        if fact != second.facts[name]
    ]
    if _first_apart(first, second) is not None:
        differing.append(f"done / refused from {_first_apart(first, second)} on")
    if differing:
        yield f"{first.facts['code']} ({first.course}): {'; '.join(differing)}"
