"""The life of a session in the demo studio, from the request to the client's door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from random import Random

from config.business_rules import business_rules
from config.demo import cast, mishaps, money, office, phrases
from config.demo.afterwards import enter, enter_from_paper
from config.demo.deliveries import deliver, edit, take_place
from config.demo.mishaps import BEFORE_IT_BEGINS
from config.demo.opening import NIGHTLY, Studio, Wish
from config.demo.plan import LAPSES, Moment, Plan, Turn
from config.demo.story import Story, Wait
from config.demo.timeline import Life
from config.records.models import Channel
from sessions_app.actions import booking, lines, team
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PhotographerRole, SessionType
from users.actors import Actor, Override
from users.rights import Right, RoleName

LOW_DEPOSIT = Decimal("30")
SMALL_DISCOUNT = Decimal("50.00")
BIG_DISCOUNT = Decimal("0.30")
LATE_STAFFING = 0.12


def life(studio: Studio, plan: Plan) -> Life:
    """Live one session, by the actions that people use; see `timeline.live`."""
    yield plan.asked_at
    if plan.turn is Turn.ON_PAPER:
        enter_from_paper(studio, plan)
        return
    is_late = plan.turn is Turn.ENTERED_AFTERWARDS
    story = enter(studio, plan) if is_late else _book(studio, plan)
    if story is None:
        return
    for chapter in AFTER_THE_DAY if is_late else (*BEFORE_THE_DAY, *AFTER_THE_DAY):
        yield from chapter(story)
        if story.is_over:
            return


def _book(studio: Studio, plan: Plan) -> Story | None:
    """Book at the time wished for or another one of that day; where there is none, say no."""
    random = Random(plan.key)  # noqa: S311
    named = [studio.people[name].pk for name in plan.team]
    wish = Wish(
        is_studio=plan.is_studio,
        hours=plan.hours,
        clock=plan.clock,
        photographers=plan.photographers_needed,
        team=named,
        room_id=studio.room_id(plan.room),
    )
    found = studio.free_time(plan.day, wish, random)
    if found is None:
        return None
    clock, room = found
    client = studio.client(plan.client, plan.asked_at, random, lapses=plan.turn in LAPSES)
    desk = Actor(random.choice(studio.holders(RoleName.COORDINATOR)), Channel.ADMIN)
    has_low_deposit = plan.turn is Turn.GETS_A_LOW_DEPOSIT
    by = Actor(studio.people["admin"], Channel.ADMIN) if has_low_deposit else desk
    request = booking.Request(
        client_id=client.pk,
        session_type=SessionType.STUDIO if plan.is_studio else SessionType.EXTERNAL,
        session_date=plan.day,
        session_time=clock,
        estimated_duration_hours=plan.hours,
        location="" if plan.is_studio else random.choice(cast.PLACES),
        room_id=room.pk if room else None,
        client_requirements=random.choice(cast.WISHES),
        photographers_needed=plan.photographers_needed,
        deposit_percentage=LOW_DEPOSIT if has_low_deposit else None,
    )
    override = None
    if has_low_deposit:
        override = Override.asked(
            by, override=True, reason=phrases.LOW_DEPOSIT_OVERRIDE, right=Right.SESSION_EDIT_ALL
        )
    session = booking.book(request, actor=by, at=plan.asked_at, override=override)
    story = Story(studio, plan, random, desk, plan.asked_at, session)
    for pk in named:
        team.assign(session, pk, actor=desk, at=story.now)
        story.team_size += 1
    return story


def _answer(story: Story) -> Wait:
    """Request → Negotiation."""
    latest = _beginning(story)
    yield from story.office(0.05, 1.5 * story.plan.pace, pin=Moment.ANSWERED, latest=latest)
    if story.plan.turn is Turn.LOSES_INTEREST and story.chance(0.3):
        yield from _lose_interest(story)
        return
    story.step(Status.NEGOTIATION)


def _agree(story: Story) -> Wait:
    """Negotiation → Pre-scheduled: what is ordered, and who is to photograph it."""
    yield from story.a_moment()
    _order(story)
    turn, pace = story.plan.turn, story.plan.pace
    least, most = (4.0, 20.0) if turn is Turn.THINKS_IT_OVER else (0.2, 2.5 * pace)
    if turn is Turn.LOSES_INTEREST:
        yield from story.office(least, most, pin=Moment.CANCELED, latest=_beginning(story))
        yield from _lose_interest(story)
        return
    yield from story.office(least, most, pin=Moment.AGREED, latest=_beginning(story))
    if not _is_staffed_late(story):
        _staff(story)
    story.step(Status.PRE_SCHEDULED)


def _secure(story: Story) -> Wait:
    """Pre-scheduled: the deposit."""
    if story.plan.turn is Turn.CALLS_OFF:
        yield from story.office(0.5, 3, pin=Moment.CANCELED, latest=_beginning(story))
        said = story.random.choice(phrases.CALLED_OFF)
        yield from mishaps.call_off(story, Initiator.CLIENT, said)
        return
    yield from money.pay_deposit(story)


def _confirm(story: Story) -> Wait:
    """Pre-scheduled → Confirmed, as long as there are photographers for it."""
    yield from story.office(
        0.02, 0.8 * story.plan.pace, pin=Moment.CONFIRMED, latest=_beginning(story)
    )
    yield from mishaps.confirm(story)


def _prepare(story: Story) -> Wait:
    """Confirmed → Assigned: the team, and the changes deadline."""
    if story.plan.turn is Turn.CANCELS_UNSTAFFED:
        yield from mishaps.cancel_unstaffed(story)
        return
    if story.team_size:
        _staff(story)  # who was not free before
    while not story.team_size:
        yield from story.office(0.8, 3, pin=Moment.STAFFED, latest=_beginning(story))
        _staff(story)
        if not story.team_size and story.now >= office.last_before(_beginning(story)):
            yield from mishaps.give_up(story)
            return
    deadline = story.session.changes_deadline_at
    assert deadline is not None  # noqa: S101  (set at confirmation)
    if story.now < deadline:
        yield from story.until(deadline)
        story.step(Status.ASSIGNED, NIGHTLY)
    elif story.session.status == Status.CONFIRMED:
        yield from story.a_moment()
        story.step(Status.ASSIGNED)


def _lose_interest(story: Story) -> Wait:
    said = story.random.choice(phrases.LOST_INTEREST)
    yield from mishaps.call_off(story, Initiator.CLIENT, said)


def _order(story: Story) -> None:
    """Add a package that fits, now and then something besides, transportation, a discount."""
    session, studio, random = story.session, story.studio, story.random
    package = studio.package(session.session_type, story.plan.hours, story.plan.package, random)
    lines.add_package(session, package, 1, actor=story.desk, at=story.now)
    if story.chance(0.35):
        item, quantity = random.choice(studio.items), random.randint(1, 4)
        lines.add_item(session, item, quantity, actor=story.desk, at=story.now)
    changes: dict[str, Decimal] = {}
    if session.session_type == SessionType.EXTERNAL and story.chance(0.4):
        changes["transportation_cost"] = business_rules().remote_transportation_cost
    if story.chance(0.15) and business_rules().max_discount_percentage >= 10:
        changes["discount"] = SMALL_DISCOUNT
    if changes:
        story.change(changes)
    if story.plan.turn is Turn.GETS_A_DISCOUNT:
        session.refresh_from_db()
        discount = (session.subtotal * BIG_DISCOUNT).quantize(Decimal("0.01"))
        override = story.override(phrases.DISCOUNT_OVERRIDE)
        story.change({"discount": discount}, story.admin, override)


def _is_staffed_late(story: Story) -> bool:
    plan = story.plan
    if plan.turn is Turn.CANCELS_UNSTAFFED or Moment.STAFFED in plan.pins:
        return True
    return plan.pace == 1 and plan.turn is Turn.ORDINARY and story.chance(LATE_STAFFING)


def _staff(story: Story) -> None:
    """Put on as many photographers as are missing, as far as they are free."""
    session = story.session
    assert session.period is not None  # noqa: S101  (requests of the demo have a time)
    missing = session.photographers_needed - story.team_size
    if missing <= 0:
        return
    is_studio = session.session_type == SessionType.STUDIO
    free = story.studio.free_photographers(session.period, is_studio=is_studio)
    chosen = story.random.sample(free, min(missing, len(free)))
    for number, person in enumerate(chosen):
        leads = session.photographers_needed > 1 and number == 0
        team.assign(
            session,
            person.pk,
            role=PhotographerRole.LEAD if leads else None,
            actor=story.desk,
            at=story.now,
        )
    story.team_size += len(chosen)
    if session.status == Status.CONFIRMED:
        session.refresh_from_db()  # with its team, it may be Assigned by now


def _beginning(story: Story) -> datetime:
    """Return the last moment at which something could still be agreed."""
    assert story.session.starts_at is not None  # noqa: S101  (requests of the demo have a time)
    return story.session.starts_at - BEFORE_IT_BEGINS


BEFORE_THE_DAY: tuple[Callable[[Story], Wait], ...] = (
    _answer,
    _agree,
    _secure,
    _confirm,
    mishaps.happen_early,
    mishaps.reopen,
    _prepare,
    mishaps.happen_late,
    take_place,
)
AFTER_THE_DAY: tuple[Callable[[Story], Wait], ...] = (edit, deliver)
