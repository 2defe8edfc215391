"""From the day of a session to its delivery: attendance, editing, the client at the door."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, datetime, time, timedelta

from config.business_rules import business_rules
from config.clock import end_of, instant
from config.demo import money, phrases
from config.demo.plan import Moment, Turn
from config.demo.story import Story, Wait
from config.records.models import Channel
from sessions_app.actions import attendance, editing
from sessions_app.lifecycle import Status
from sessions_app.models import AssignmentStatus, DeliveryMethod
from users.actors import Actor
from users.models import User
from users.rights import RoleName

SAME_EVENING = 0.7
BY_THE_DESK = 0.15
LATE = 0.1


def take_place(story: Story) -> Wait:
    """Assigned → Attended: each photographer marks their own, the same evening or next morning."""
    ends_at = story.session.ends_at
    assert ends_at is not None  # noqa: S101  (it has a time)
    yield from story.until(ends_at)
    if story.plan.turn is Turn.MARK_FORGOTTEN:
        yield from story.office(1, 2.5, pin=Moment.MARKED)
        story.step(Status.ATTENDED)
        return
    team = story.session.assignments.filter(status=AssignmentStatus.ASSIGNED)
    people = [member.photographer for member in team.select_related("photographer")]
    marks = [(_when_marked(story, ends_at), person) for person in people]
    for marked_at, person in sorted(marks, key=lambda mark: mark[0]):
        yield from story.until(marked_at)
        _mark(story, person, attended=True)
        if story.plan.turn is Turn.MARK_TAKEN_BACK:
            yield from story.a_moment()
            _mark(story, person, attended=False)
            yield from story.until(story.now + timedelta(hours=14))
            _mark(story, person, attended=True)
    if story.chance(0.12):
        observations = story.random.choice(phrases.PHOTOGRAPHERS_OBSERVATIONS)
        story.change({"photographer_observations": observations}, story.as_user(people[0]))


def edit(story: Story) -> Wait:
    """Attended → In Editing → Ready for Delivery."""
    turn = story.plan.turn
    editor = yield from _find_editor(story)
    if turn is Turn.EDITOR_GIVES_BACK:
        yield from story.office(0.5, 1)
        editing.release_editor(story.session, actor=editor, at=story.now, reason=phrases.GIVEN_BACK)
        _hands_full(story, editor, -1)
        editor = yield from _find_editor(story, besides=editor)
    if turn is Turn.EDITOR_NEEDS_LONGER:
        yield from story.office(0.5, 1)
        days = story.session.estimated_editing_days + 3
        story.session = editing.change_editing_days(
            story.session, days, actor=editor, at=story.now, note=phrases.LONGER_NOTE
        )
    yield from _finish(story, editor)
    if turn is Turn.COMES_BACK:
        yield from story.office(0.5, 2)
        story.step(Status.IN_EDITING, reason=phrases.MATERIAL_BACK)
        _hands_full(story, editor, +1)
        yield from _finish(story, editor)


def deliver(story: Story) -> Wait:
    """Ready for Delivery → Completed: the balance first."""
    if story.chance(0.5):
        yield from story.a_moment()
        story.change({"delivery_method": DeliveryMethod.DIGITAL, "delivery_link": _link(story)})
    yield from money.settle(story)
    override = None
    if story.plan.turn is Turn.GETS_MONEY_BACK:
        yield from money.give_money_back(story)
        override = story.override(phrases.BALANCE_OVERRIDE)
    yield from story.a_moment()
    if Moment.DELIVERED in story.plan.pins:
        yield from story.office(0, 0, pin=Moment.DELIVERED)
    by = story.admin if override else story.desk
    story.step(Status.COMPLETED, by, override=override, reason=override.reason if override else "")


def _when_marked(story: Story, ends_at: datetime) -> datetime:
    pinned = story.plan.pins.get(Moment.MARKED)
    if pinned is not None:
        return _morning(story, pinned)
    if story.chance(SAME_EVENING):
        return ends_at + timedelta(minutes=story.random.randint(5, 45))
    return _morning(story, story.session.session_date + timedelta(days=1))


def _morning(story: Story, day: date) -> datetime:
    minutes = timedelta(minutes=story.random.randint(0, 150))
    return instant(day, time(7, 15)) + minutes


def _mark(story: Story, person: User, *, attended: bool) -> None:
    attendance.mark_own(story.session, attended=attended, actor=story.as_user(person), at=story.now)


def _find_editor(story: Story, besides: Actor | None = None) -> Generator[datetime, None, Actor]:
    """Let an editor take the session, or be given it: who has least to do, and room for it."""
    most = business_rules().max_concurrent_editing_sessions
    while True:
        yield from story.office(0.3, 2.2, pin=Moment.TAKEN)
        editors = [
            person
            for person in story.studio.holders(RoleName.EDITOR)
            if besides is None or person != besides.user
        ]
        load = story.studio.editing
        story.random.shuffle(editors)
        editor = min(editors, key=lambda person: load[person.pk])
        if story.plan.editor and besides is None:
            editor = story.studio.people[story.plan.editor]
        if load[editor.pk] < most:
            break
    actor = Actor(editor, Channel.API)
    _hands_full(story, actor, +1)
    if story.chance(BY_THE_DESK):
        story.session = editing.assign_editor(
            story.session, editor.pk, actor=story.desk, at=story.now
        )
    else:
        story.session = editing.take(story.session, actor=actor, at=story.now)
    return actor


def _finish(story: Story, editor: Actor) -> Wait:
    """Finish in time, mostly."""
    session = story.session
    assert session.delivery_deadline is not None  # noqa: S101  (set when it was assigned)
    left = (end_of(session.delivery_deadline) - story.now) / timedelta(days=1)
    share = (1.05, 1.5) if story.chance(LATE) else (0.4, 0.95)
    days = [max(left, 1) * part for part in share]
    yield from story.office(*days, pin=Moment.FINISHED)
    if story.chance(0.1):
        story.change(
            {"editor_observations": story.random.choice(phrases.EDITORS_OBSERVATIONS)}, editor
        )
    story.step(Status.READY, editor)
    _hands_full(story, editor, -1)


def _hands_full(story: Story, editor: Actor, more: int) -> None:
    """Keep count of what an editor has in hand."""
    assert editor.user is not None  # noqa: S101  (a person edits)
    story.studio.editing[editor.user.pk] += more


def _link(story: Story) -> str:
    return f"https://entregas.studio.example/{story.session.code.lower()}"
