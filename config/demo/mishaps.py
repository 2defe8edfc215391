"""What comes between in the demo studio: cancellations, second thoughts, storms, the flu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from config.clock import start_of
from config.demo import money, office, phrases
from config.demo.opening import Wish
from config.demo.phrases import Said
from config.demo.plan import Moment, Turn
from config.demo.story import Story, Wait
from sessions_app.actions import cancelling, postponing, team
from sessions_app.errors import PaymentDeadlineExpired, PhotographerNotAvailable
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    CancellationCategory,
    Initiator,
    SessionType,
)

BEFORE_IT_BEGINS = timedelta(hours=2)


def call_off(story: Story, initiator: Initiator, said: Said) -> Wait:
    """Cancel the session now, and pay back what is due."""
    category, reason = said
    story.session = cancelling.cancel(
        story.session,
        initiator=initiator,
        category=CancellationCategory(category),
        reason=reason,
        actor=story.desk,
        at=story.now,
    )
    yield from money.pay_out(story)


def happen_early(story: Story) -> Wait:
    """Let happen what happens to a confirmed session while its client may still change it."""
    turn = story.plan.turn
    if turn is Turn.CANCELS:
        yield from _somewhere_before(story, Moment.CANCELED, _changes_deadline(story))
        said = story.random.choice(phrases.CANCELED_BY_CLIENT)
        yield from call_off(story, Initiator.CLIENT, said)
    elif turn is Turn.STUDIO_CANCELS:
        yield from _somewhere_before(story, Moment.CANCELED, _beginning(story))
        is_inside = story.session.room_id is not None
        said = phrases.CANCELED_BY_STUDIO if is_inside else phrases.CANCELED_ON_THE_ROAD
        yield from call_off(story, Initiator.STUDIO, said)
    elif turn is Turn.DEPOSIT_IS_VOIDED:
        yield from money.void_deposit(story)


def reopen(story: Story) -> Wait:
    """Let a client who wants another day have one, while there is time for it."""
    if story.plan.turn is not Turn.REOPENS:
        return
    deadline = _changes_deadline(story)
    yield from _somewhere_before(story, Moment.REOPENED, deadline)
    if story.now >= deadline:
        return
    story.step(Status.NEGOTIATION, reason=phrases.REOPENED)
    yield from story.office(0.5, 2, pin=Moment.AGREED_AGAIN)
    day, clock = _another_time(story, first=4)
    story.change({"session_date": day, "session_time": clock})
    yield from story.a_moment()
    story.step(Status.PRE_SCHEDULED)
    yield from story.a_moment()
    yield from confirm(story)


def happen_late(story: Story) -> Wait:
    """Let happen what happens when the plan is settled and the team assigned."""
    turn = story.plan.turn
    if turn is Turn.CANCELS_LATE:
        yield from _somewhere_before(story, Moment.CANCELED, _beginning(story))
        said = story.random.choice(phrases.CANCELED_BY_CLIENT)
        yield from call_off(story, Initiator.CLIENT, said)
    elif turn is Turn.STORM:
        warned_at = office.last_before(_beginning(story) - 2 * BEFORE_IT_BEGINS)
        some_time_before = timedelta(minutes=story.random.randint(5, 90))
        yield from story.until(office.nearest(warned_at - some_time_before, story.random))
        yield from call_off(story, Initiator.FORCE_MAJEURE, phrases.STORM)
    elif turn in CHANGES:
        moment, change = CHANGES[turn]
        yield from _somewhere_before(story, moment, _beginning(story))
        change(story)


def confirm(story: Story) -> Wait:
    """Confirm the session now, if it was paid in time and there are photographers for it."""
    try:
        story.step(Status.CONFIRMED)
    except PaymentDeadlineExpired:
        yield from money.expire(story)
    except PhotographerNotAvailable:
        yield from give_up(story)


def give_up(story: Story) -> Wait:
    """Cancel on the studio's side a session for which no photographer was found."""
    yield from call_off(story, Initiator.STUDIO, phrases.NOBODY_FREE)


def cancel_unstaffed(story: Story) -> Wait:
    """Let the client cancel after the changes deadline what has no photographer yet."""
    yield from story.until(_changes_deadline(story))
    yield from _somewhere_before(story, Moment.CANCELED, _beginning(story))
    said = story.random.choice(phrases.CANCELED_BY_CLIENT)
    yield from call_off(story, Initiator.CLIENT, said)


def _postpone(story: Story) -> None:
    day, clock = _another_time(story, first=6)
    story.session = postponing.postpone(
        story.session,
        day,
        clock,
        reason=phrases.POSTPONED,
        actor=story.desk,
        at=story.now,
    )


def _reassign(story: Story) -> None:
    """Put another photographer in the place of one who is ill, where one is free."""
    session = story.session
    assert session.period is not None  # noqa: S101  (it is assigned)
    is_studio = session.session_type == SessionType.STUDIO
    free = story.studio.free_photographers(session.period, is_studio=is_studio)
    ill = _team(story)[0]
    if free:
        other = story.random.choice(free)
        team.reassign(ill, other.pk, actor=story.desk, at=story.now, reason=phrases.REASSIGNED)


CHANGES: dict[Turn, tuple[Moment, Callable[[Story], None]]] = {
    Turn.POSTPONED: (Moment.POSTPONED, _postpone),
    Turn.REASSIGNED: (Moment.REASSIGNED, _reassign),
}


def _another_time(story: Story, first: int) -> tuple[date, time]:
    """Return the first day, from some days after the session's, on which all of it fits again."""
    session = story.session
    wish = Wish(
        is_studio=session.session_type == SessionType.STUDIO,
        hours=story.plan.hours,
        clock=session.session_time,
        team=[member.photographer_id for member in _team(story)],
        photographers=session.photographers_needed,
        room_id=session.room_id,
    )
    day = session.session_date + timedelta(days=first)
    while True:
        found = None
        if office.is_open(day):
            found = story.studio.free_time(day, wish, story.random)
        if found:
            return day, found[0]
        day += timedelta(days=1)


def _team(story: Story) -> list[Assignment]:
    return list(story.session.assignments.filter(status=AssignmentStatus.ASSIGNED))


def _somewhere_before(story: Story, moment: Moment, end: datetime) -> Wait:
    """Let time pass until somewhere on the way to an instant, in office hours."""
    days = max((end - story.now) / timedelta(days=1), 0)
    yield from story.office(days * 0.2, days * 0.7, pin=moment, latest=end - BEFORE_IT_BEGINS)


def _beginning(story: Story) -> datetime:
    return story.session.starts_at or start_of(story.session.session_date)


def _changes_deadline(story: Story) -> datetime:
    deadline = story.session.changes_deadline_at
    assert deadline is not None  # noqa: S101  (set at confirmation)
    return deadline
