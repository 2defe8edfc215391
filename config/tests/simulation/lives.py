"""The life of a simulated session: what is tried, and when, as its course says."""

from __future__ import annotations

from random import Random

from config.demo.opening import Studio
from config.demo.timeline import Life
from config.tests.simulation.afterwards import edit, take_place
from config.tests.simulation.cancelling import cancel
from config.tests.simulation.doing import Affair
from config.tests.simulation.plans import NEVER_CONFIRMED, Course, Paying, Turn
from config.tests.simulation.until_confirmed import PAYING, pay_at_once
from config.tests.simulation.until_its_day import BEFORE, go_on
from sessions_app.actions import booking, lines
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, SessionType

NOT_STAFFED_AT_FIRST = {
    Turn.STAFFED_LATE,
    Turn.NEVER_STAFFED,
    Turn.CANCELS_UNSTAFFED,
    Turn.STUDIO_CANCELS_UNSTAFFED,
}
ENDING = {
    Turn.NEVER_STAFFED,
    Turn.CANCELS_EARLY,
    Turn.CANCELS_AT_MIDNIGHT,
    Turn.CANCELS_LATE,
    Turn.CANCELS_UNSTAFFED,
    Turn.STUDIO_CANCELS,
    Turn.STUDIO_CANCELS_UNSTAFFED,
    Turn.STORM,
}


def begin(studio: Studio, course: Course) -> tuple[Affair, Life]:
    """Return a session to be, and its life, to be lived by `timeline.live`."""
    affair = Affair(studio, course, Random(course.plan.key), course.plan.asked_at)
    return affair, _live(affair)


def _live(one: Affair) -> Life:
    yield one.now
    _book(one)
    if one.course.paying is Paying.NEVER_ANSWERED:
        return
    yield one.after(0.1, 0.8, by=one.beginning)
    one.steps(Status.NEGOTIATION)
    yield one.after(0.1, 1.5, by=one.beginning)
    if one.course.paying is Paying.LOSES_INTEREST:
        yield from cancel(one, Initiator.CLIENT)
        return
    _order(one)
    if one.course.turn not in NOT_STAFFED_AT_FIRST:
        one.staffs()
    one.pre_schedules()
    yield from PAYING.get(one.course.paying, pay_at_once)(one)
    if one.course.paying in NEVER_CONFIRMED:
        return
    yield one.after(0.05, 0.5, by=one.beginning)
    one.steps(Status.CONFIRMED)
    yield from BEFORE.get(one.course.turn, go_on)(one)
    if one.course.turn in ENDING:
        return
    yield from take_place(one)
    if one.course.turn is not Turn.NEVER_MARKED:
        yield from edit(one)


def _book(one: Affair) -> None:
    plan, studio = one.course.plan, one.studio
    known = [client for client in studio.clients if client.created_at <= one.now]
    request = booking.Request(
        client_id=known[one.course.client % len(known)].pk,
        session_type=SessionType.STUDIO if plan.is_studio else SessionType.EXTERNAL,
        session_date=plan.day,
        session_time=plan.clock,
        estimated_duration_hours=plan.hours,
        location="" if plan.is_studio else "Antigua",
        room_id=studio.room_id(plan.room),
        photographers_needed=one.course.needed,
    )
    one.pk = booking.book(request, actor=one.desk, at=one.now).pk


def _order(one: Affair) -> None:
    package = one.studio.package(one.session.session_type, one.course.plan.hours, "", one.random)
    one.tries("order", lines.add_package, one.session, package, 1, actor=one.desk)
