"""From Confirmed on: what comes between, around the changes deadline above all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from config.demo.timeline import Life
from config.tests.simulation.cancelling import cancel
from config.tests.simulation.doing import Affair
from config.tests.simulation.plans import Turn
from sessions_app.actions import lines, postponing, team
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator

MIDNIGHT_PLUS = timedelta(minutes=2)
"""After the job that cancels, before the one that assigns."""


def go_on(one: Affair) -> Life:
    """Let nothing come between."""
    yield from ()


def _be_staffed_late(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    one.staffs()


def _be_given_up(one: Affair) -> Life:
    yield one.at(one.beginning - timedelta(hours=5))
    yield from cancel(one, Initiator.STUDIO)


def _cancel_early(one: Affair) -> Life:
    yield one.between(one.now, one.changes_deadline)
    yield from cancel(one, Initiator.CLIENT)


def _cancel_at_midnight(one: Affair) -> Life:
    yield one.at(one.changes_deadline + MIDNIGHT_PLUS)
    yield from cancel(one, Initiator.CLIENT)


def _cancel_late(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    yield from cancel(one, Initiator.CLIENT)


def _let_the_studio_cancel(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    yield from cancel(one, Initiator.STUDIO)


def _be_rained_off(one: Affair) -> Life:
    yield one.at(one.beginning - timedelta(hours=3))
    yield from cancel(one, Initiator.FORCE_MAJEURE)


def _reopen(one: Affair) -> Life:
    yield one.between(one.now, one.changes_deadline)
    one.steps(Status.NEGOTIATION)
    one.moves("move while reopened")
    yield one.after(0.1, 0.5)
    one.pre_schedules()
    yield one.after(0.05, 0.2, by=one.beginning)
    one.steps(Status.CONFIRMED)


def _reopen_too_late(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    one.steps(Status.NEGOTIATION)


def _move(one: Affair) -> Life:
    yield one.between(one.now, one.changes_deadline)
    one.moves("move")


def _postpone(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    one.tries(
        "postpone",
        postponing.postpone,
        one.session,
        one.course.later_day,
        one.course.plan.clock,
        reason="Lluvia.",
        actor=one.desk,
    )


def _order_more_in_time(one: Affair) -> Life:
    yield one.between(one.now, one.changes_deadline)
    _order_more(one)


def _order_more_too_late(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    _order_more(one)


def _reassign(one: Affair) -> Life:
    yield one.between(one.changes_deadline, one.beginning)
    member, substitute = one.team()[0], one.studio.people[one.course.substitute]
    one.tries("reassign", team.reassign, member, substitute.pk, actor=one.desk)


def _have_the_deposit_voided(one: Affair) -> Life:
    yield one.after(0.5, 1.5, by=one.beginning)
    one.voids_deposit()
    yield one.after(0.5, 1.5)
    one.pays_deposit()


BEFORE: dict[Turn, Callable[[Affair], Life]] = {
    Turn.STAFFED_LATE: _be_staffed_late,
    Turn.NEVER_STAFFED: _be_given_up,
    Turn.CANCELS_EARLY: _cancel_early,
    Turn.CANCELS_AT_MIDNIGHT: _cancel_at_midnight,
    Turn.CANCELS_LATE: _cancel_late,
    Turn.CANCELS_UNSTAFFED: _cancel_late,
    Turn.STUDIO_CANCELS: _let_the_studio_cancel,
    Turn.STUDIO_CANCELS_UNSTAFFED: _let_the_studio_cancel,
    Turn.STORM: _be_rained_off,
    Turn.REOPENS: _reopen,
    Turn.REOPENS_TOO_LATE: _reopen_too_late,
    Turn.MOVES: _move,
    Turn.POSTPONED: _postpone,
    Turn.ORDERS_MORE: _order_more_in_time,
    Turn.ORDERS_MORE_TOO_LATE: _order_more_too_late,
    Turn.REASSIGNED: _reassign,
    Turn.DEPOSIT_IS_VOIDED: _have_the_deposit_voided,
}


def _order_more(one: Affair) -> None:
    item = one.random.choice(one.studio.items)
    one.tries("order more", lines.add_item, one.session, item, 2, actor=one.desk)
