"""What is to be seen in the demo studio on any day: sessions planned one by one. Plain data.

Days are counted from today. A pin of 0 or more is still to come: today, or later, somebody has to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from config.clock import start_of
from config.demo import cast, office
from config.demo.plan import Moment, Plan, Turn, starts

Pins = Mapping[Moment, int]
M = Moment

FOUNDATION, UNIVERSITY = "Fundación Manos Mayas", "Universidad del Altiplano"


@dataclass(frozen=True)
class Scene:
    """A session's day, the day it was asked for, how it turns out, and what is pinned."""

    day: int
    asked: int
    turn: Turn = Turn.ORDINARY
    pins: Pins = field(default_factory=dict)
    package: str = ""
    client: str = ""
    photographer: str = ""
    editor: str = ""
    is_outside: bool = False
    clock: time | None = None


TO_BE_DONE_TODAY = (
    # each photographer has a session
    Scene(0, -27, photographer="photographer"),
    Scene(0, -27, photographer="photographer2"),
    Scene(0, -27, photographer="photographer3"),
    # attendance of yesterday is not marked
    Scene(-1, -24, pins={M.MARKED: 0}),
    Scene(-1, -23, pins={M.MARKED: 0}),
    # the pool
    Scene(-2, -25, pins={M.MARKED: -1, M.TAKEN: 0}),
    Scene(-3, -25, pins={M.TAKEN: 0}),
    # each editor has something due, and something overdue
    Scene(-5, -26, pins={M.TAKEN: -3, M.FINISHED: 0}, package="PQ-FAMILIA", editor="editor"),
    Scene(-8, -28, pins={M.TAKEN: -6, M.FINISHED: 0}, package="PQ-QUINCE", editor="editor2"),
    Scene(-3, -24, pins={M.TAKEN: -1, M.FINISHED: 0}, package="PQ-EMPRESA", editor="editor3"),
    Scene(-8, -30, pins={M.TAKEN: -5, M.FINISHED: 0}, package="PQ-FAMILIA", editor="editor"),
    Scene(-6, -30, pins={M.TAKEN: -4, M.FINISHED: 1}, package="PQ-EMPRESA", editor="editor2"),
    # ready for delivery: fetched today, paid yesterday but not verified, not fetched at all
    Scene(-12, -30, pins={M.FINISHED: -4, M.SETTLED: 0}, package="PQ-FAMILIA"),
    Scene(-10, -30, pins={M.FINISHED: -3, M.SETTLED: -1, M.DELIVERED: 0}, package="PQ-EMPRESA"),
    Scene(-26, -50, pins={M.FINISHED: -18, M.SETTLED: 3}, package="PQ-FAMILIA"),
    # requests: two fresh ones, a stale one; a negotiation that goes on
    Scene(25, -1, pins={M.ANSWERED: 0}),
    Scene(33, -1, pins={M.ANSWERED: 0}),
    Scene(45, -20, pins={M.ANSWERED: 0}),
    Scene(30, -10, pins={M.ANSWERED: -9, M.AGREED: 2}),
    # deposits due: today, tomorrow, and before a late booking begins
    Scene(15, -9, pins={M.ANSWERED: -7, M.AGREED: -5, M.PAID: 0}),
    Scene(18, -9, pins={M.ANSWERED: -6, M.AGREED: -4, M.PAID: 1}),
    Scene(0, -2, pins={M.ANSWERED: -1, M.AGREED: -1, M.PAID: 0}, is_outside=True, clock=time(15)),
    # payments to verify; sessions to confirm
    Scene(12, -9, Turn.PAYS_BY_TRANSFER, {M.AGREED: -3, M.PAID: -1, M.VERIFIED: 0}),
    Scene(13, -9, Turn.PAYS_BY_TRANSFER, {M.AGREED: -4, M.PAID: -2, M.VERIFIED: 0}),
    Scene(
        14, -10, Turn.PAYS_BY_TRANSFER, {M.AGREED: -4, M.PAID: -2, M.VERIFIED: -1, M.CONFIRMED: 0}
    ),
    Scene(20, -10, pins={M.AGREED: -4, M.PAID: -1, M.CONFIRMED: 0}),
    # refunds to pay out
    Scene(
        16,
        -15,
        Turn.CANCELS,
        {M.AGREED: -12, M.PAID: -11, M.CONFIRMED: -10, M.CANCELED: -1, M.REFUNDED: 0},
    ),
    Scene(-4, -26, Turn.STORM, {M.REFUNDED: 1}, is_outside=True),
    Scene(
        -16,
        -40,
        Turn.GETS_MONEY_BACK,
        {M.FINISHED: -5, M.SETTLED: -3, M.REFUNDED: 1},
        package="PQ-FAMILIA",
    ),
    # late, and without a photographer yet
    Scene(4, -17, pins={M.AGREED: -14, M.PAID: -13, M.STAFFED: 0}),
    Scene(2, -16, pins={M.AGREED: -13, M.PAID: -12, M.STAFFED: 0}),
    Scene(5, -18, pins={M.AGREED: -14, M.PAID: -13, M.STAFFED: 1}, is_outside=True),
)

RECENTLY = (
    Scene(3, -25, Turn.POSTPONED, {M.POSTPONED: -1}, is_outside=True),
    Scene(5, -25, Turn.REASSIGNED, {M.REASSIGNED: -1}),
    Scene(
        24,
        -20,
        Turn.REOPENS,
        {M.AGREED: -16, M.PAID: -15, M.CONFIRMED: -14, M.REOPENED: -2, M.AGREED_AGAIN: 1},
    ),
    Scene(-9, -28, Turn.EDITOR_NEEDS_LONGER, {M.TAKEN: -7, M.FINISHED: 2}, package="PQ-FAMILIA"),
)

IN_THE_PAST = (
    Scene(-19, -42, Turn.POSTPONED, is_outside=True),
    Scene(-11, -32, Turn.REASSIGNED),
    Scene(-25, -60, Turn.REOPENS),
    Scene(-28, -52, Turn.CHECK_BOUNCES),
    Scene(-33, -58, Turn.SLIP_IS_FALSE),
    Scene(-30, -60, Turn.DEPOSIT_IS_VOIDED),
    Scene(-40, -58, Turn.PAYS_TOO_LITTLE),
    Scene(-36, -57, Turn.NEVER_PAYS),
    Scene(-21, -45, Turn.CANCELS),
    Scene(-14, -40, Turn.CANCELS_UNSTAFFED, {M.AGREED: -37, M.PAID: -36, M.CONFIRMED: -35}),
    Scene(-23, -45, Turn.CANCELS_LATE),
    Scene(-22, -45, Turn.STUDIO_CANCELS),
    Scene(-35, -60, Turn.GETS_A_DISCOUNT, client=FOUNDATION),
    Scene(-29, -55, Turn.GETS_A_LOW_DEPOSIT, client=UNIVERSITY),
    Scene(-45, -70, Turn.GETS_MONEY_BACK, package="PQ-FAMILIA"),
    Scene(-27, -50, Turn.COMES_BACK),
    Scene(-18, -40, Turn.EDITOR_GIVES_BACK),
    Scene(-24, -44, Turn.MARK_TAKEN_BACK),
    Scene(-17, -39, Turn.MARK_FORGOTTEN),
    Scene(-31, -54, Turn.PAYS_IN_PARTS),
    Scene(-32, -55, Turn.PAYS_MORE),
    Scene(-38, -34, Turn.ENTERED_AFTERWARDS, package="PQ-QUINCE", is_outside=True),
)

OF_THE_UNRELIABLE = (
    Scene(-104, -125, client=cast.UNRELIABLE),
    Scene(-80, -100, Turn.NEVER_PAYS, client=cast.UNRELIABLE),
    Scene(-60, -85, Turn.CANCELS, client=cast.UNRELIABLE),
    Scene(-44, -65, Turn.CALLS_OFF, client=cast.UNRELIABLE),
    Scene(-20, -45, Turn.CANCELS_LATE, client=cast.UNRELIABLE),
    Scene(28, -1, pins={M.ANSWERED: 0}, client=cast.UNRELIABLE),
)

SCENES = (*TO_BE_DONE_TODAY, *RECENTLY, *IN_THE_PAST, *OF_THE_UNRELIABLE)


def plans(today: date, seed: int) -> list[Plan]:
    """Return the scenes as plans around a day."""
    return [_plan(f"{seed} scene {n}", scene, today) for n, scene in enumerate(SCENES)]


def _plan(key: str, scene: Scene, today: date) -> Plan:
    random = Random(key)  # noqa: S311  (a believable studio, not a secret)
    day = today + timedelta(days=scene.day)
    is_studio = not scene.is_outside and office.is_open(day)
    hours = Decimal("1.5") if is_studio else Decimal("2")
    asked_on = office.day_near(today, scene.asked)
    return Plan(
        key=key,
        is_studio=is_studio,
        day=day,
        clock=scene.clock or random.choice(starts(day, hours, is_studio=is_studio)),
        hours=hours,
        asked_at=office.on(asked_on, random, after=start_of(asked_on)),
        turn=scene.turn,
        pins={moment: office.day_near(today, offset) for moment, offset in scene.pins.items()},
        package=scene.package,
        client=scene.client,
        team=(scene.photographer,) if scene.photographer else (),
        editor=scene.editor,
    )
