"""From the day of a simulated session to its delivery."""

from __future__ import annotations

from datetime import timedelta

from config.demo.timeline import Life
from config.tests.simulation.cancelling import cancel
from config.tests.simulation.doing import Affair
from config.tests.simulation.plans import MOVING, Turn
from sessions_app.actions import attendance, editing
from sessions_app.lifecycle import Status
from sessions_app.models import DeliveryMethod, Initiator, PaymentStatus, PaymentType
from users.rights import RoleName


def take_place(one: Affair) -> Life:
    """Assigned → Attended: each marks their own, or the desk for all, or nobody."""
    plan = one.course.plan
    ends_at = one.end
    if one.course.turn in MOVING:
        ends_at += timedelta(days=(one.course.later_day - plan.day).days)
    yield one.at(ends_at + timedelta(minutes=one.random.randint(5, 60)))
    if one.course.turn is Turn.NEVER_MARKED:
        return
    one.assigns_if_no_night_did()
    if one.course.turn is Turn.MARKED_BY_THE_DESK:
        yield one.after(0.5, 2)
        one.steps(Status.ATTENDED)
        return
    for member in range(one.course.needed):
        yield one.at(one.now + timedelta(minutes=one.random.randint(1, 600)))
        _mark(one, member, attended=True)
    if one.course.turn is Turn.MARK_IS_TAKEN_BACK:
        _mark(one, 0, attended=False)
        yield one.after(0.5, 1)
        _mark(one, 0, attended=True)


def _mark(one: Affair, member: int, *, attended: bool) -> None:
    team = one.team()
    if member < len(team):
        photographer = one.as_user(team[member].photographer)
        word = "mark" if attended else "take back"
        one.tries(
            f"{word} {member}",
            attendance.mark_own,
            one.session,
            attended=attended,
            actor=photographer,
        )


def edit(one: Affair) -> Life:
    """Attended → In Editing → Ready for Delivery → Completed."""
    editors = one.studio.holders(RoleName.EDITOR)
    editor = one.as_user(one.random.choice(editors))
    turn = one.course.turn
    yield one.after(0.2, 1.5)
    one.tries("take", editing.take, one.session, actor=editor)
    if turn is Turn.EDITOR_GIVES_BACK:
        yield one.after(0.2, 1)
        one.tries("give back", editing.release_editor, one.session, actor=editor, reason="Lleno.")
        editor = one.as_user(one.random.choice(editors))
        yield one.after(0.2, 1)
        one.tries("take", editing.take, one.session, actor=editor)
    if turn is Turn.EDITOR_NEEDS_LONGER:
        yield one.after(0.2, 1)
        one.tries(
            "more days",
            editing.change_editing_days,
            one.session,
            one.session.estimated_editing_days + 3,
            actor=editor,
            note="Más fotos.",
        )
    yield one.after(0.5, 3)
    one.steps(Status.READY, editor)
    if turn is Turn.COMES_BACK:
        yield one.after(0.5, 1)
        one.steps(Status.IN_EDITING, reason="Faltan retoques.")
        yield one.after(0.5, 2)
        one.steps(Status.READY, editor)
    yield from _deliver(one)


def _deliver(one: Affair) -> Life:
    if one.course.turn is Turn.NEVER_FETCHED:
        return
    if one.course.turn is Turn.CANCELS_AFTERWARDS:
        yield from cancel(one, Initiator.CLIENT)
        return
    one.changes("link", delivery_method=DeliveryMethod.DIGITAL, delivery_link="https://a.example/x")
    yield one.after(0.5, 5)
    if one.random.random() < 0.4:
        one.pays(
            PaymentType.BALANCE,
            one.session.balance_amount,
            "Depósito bancario",
            PaymentStatus.PENDING,
        )
        yield one.after(0.5, 1.5)
        one.verifies()
    else:
        one.pays(PaymentType.BALANCE, one.session.balance_amount)
    one.steps(Status.COMPLETED)
