"""Random walks of actions, people and instants, each step judged by a small pure model."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sessions_app.tests import model
from sessions_app.tests.racing import broken
from sessions_app.tests.walking import PRICES, Desk, instant

PROFILE = hypothesis.settings()
BEGIN = datetime(2028, 2, 24, 10)  # noqa: DTZ001  (the model's clock; a leap day is near)
SECOND = timedelta(seconds=1)
CHECK_EACH = 6  # steps between two looks at the integrity of everything; and at the end
TRIES = 12
DULL = ("PERMISSION_DENIED", "SESSION_NOT_FOUND")  # answers that are found everywhere

ANYBODY = [*model.PEOPLE, *["carla"] * 7, *["ana"] * 3]
TIMES = [time(10), time(11), time(14), time(23)]
SIDES = ["Client", "Studio", "Force Majeure"]
TERMS = [("discount", 0), ("discount", 150), ("discount", 400), ("discount", 3000)]
TERMS += [("transport", 0), ("transport", 200)]
TERMS += [("percentage", 30), ("percentage", 50), ("percentage", 75)]

MONEY = [*["pay", "refund", "verify", "void"] * 2, "cancel", "correct", "terms"]
TEAM = ["assign", "release", "reassign", "mark", "need"]
EDITING = ["take", "assign_editor", "release_editor", "change_editing_days"]
PLAN = ["move", "postpone", "add", "change_line", "remove", "terms"]
LIFE = ["transition", "go on", "wait"]
THEMES = [MONEY, MONEY, TEAM, [*TEAM, *EDITING], PLAN, [*MONEY, *TEAM, *EDITING, *PLAN, "cancel"]]
"""What most of a walk is about, so that it gets somewhere; the life goes on in each."""

Drawn = tuple[str, tuple[Any, ...], bool]
"""Who does something, with which facts, and whether by override."""


class Walk(RuleBasedStateMachine):
    """Two sessions that share a room, photographers and editors."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.desk.sessions = []
        self.model = model.Studio(BEGIN)
        self.steps = 0
        self.seen: set[tuple[str, str, str]] = set()

    def teardown(self) -> None:
        try:
            assert broken() == []
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def do(self, name: str, who: str, which: int, *facts: Any, override: bool = False) -> None:
        """Take one step here and in the model, and compare what is answered and what is left."""
        at = instant(self.model.now)
        answer = self.desk.answer(name, who, which, *facts, at=at, override=override)
        expected = self.model.answer(name, who, which, *facts, override=override)
        step = f"{self.model.now} {who} {name} {which} {facts} {override=}"
        hypothesis.note(f"    {step}: {expected}")
        assert answer == expected, f"{step}: {answer}, but by the rules {expected}"
        self.compare(which, step)
        self.steps += 1
        if self.steps % CHECK_EACH == 0:
            self.compare(1 - which, step)
            assert broken() == [], step

    def compare(self, which: int, step: str) -> None:
        assert self.desk.facts(which) == self.model.sessions[which].facts(), step

    @initialize(
        theme=st.sampled_from(range(len(THEMES))),
        kinds=st.sampled_from([(True, True), (True, False), (False, False)]),
        days=st.integers(0, 12).flatmap(
            lambda day: st.tuples(st.just(day), st.just(day) | st.integers(0, 12))
        ),
        steps=st.tuples(st.integers(0, 13), st.integers(0, 13)),
    )
    def begin(
        self,
        theme: int,
        kinds: tuple[bool, bool],
        days: tuple[int, int],
        steps: tuple[int, int],
    ) -> None:
        """Book both, and take each some steps along its natural way."""
        self.theme = THEMES[theme]
        for is_studio, ahead in zip(kinds, days, strict=True):
            day = BEGIN.date() + timedelta(days=ahead)
            is_taken = all(kinds) and days[0] == days[1] and bool(self.model.sessions)
            at = None if is_taken else time(10)
            self.desk.open(is_studio, day, at, instant(BEGIN))
            self.model.sessions.append(model.Session(is_studio, day, at, BEGIN.date()))
        for which in (0, 1):
            for _ in range(steps[which]):
                self.go_on(which)

    @rule(
        choice=st.integers(0, 99),
        which=st.integers(0, 1),
        seed=st.integers(0, 2**32),
        succeeds=st.booleans(),
    )
    def act(self, choice: int, which: int, seed: int, succeeds: bool) -> None:
        """Let time pass, let life go on, or let someone do something."""
        names = [*self.theme, *LIFE]
        name = names[choice % len(names)]
        chance = Random(f"{seed} {name} {self.model.now} {self.model.sessions[which]}")
        if name == "wait":
            self.wait(which, chance)
        elif name == "go on":
            self.go_on(which)
        else:
            self.try_something(name, which, chance, succeeds)

    def try_something(self, name: str, which: int, chance: Random, succeeds: bool) -> None:
        """Of some tries take one that succeeds by the model, or one answered as never before."""
        state = self.model.sessions[which].state
        ways: dict[str, Drawn] = {}
        for drawn in filter(None, (self.drawn(name, which, chance) for _ in range(TRIES))):
            who, facts, override = drawn
            answer = self.model.would(name, who, which, *facts, override=override)
            ways[f"{answer} {facts[0] if name == 'transition' else ''}"] = drawn
        good = [way for way in ways if way.startswith("done")]
        fresh = [way for way in ways if (state, name, way) not in self.seen]
        telling = [way for way in fresh if not way.startswith(DULL)]
        pool = sorted((good if succeeds else telling) or fresh or ways)
        if pool:
            way = chance.choice(pool)
            self.seen.add((state, name, way))
            who, facts, override = ways[way]
            self.do(name, who, which, *facts, override=override)

    def drawn(self, name: str, which: int, chance: Random) -> Drawn | None:
        """Draw who does it and with which facts; None where there is nothing to do it with."""
        session = self.model.sessions[which]
        facts = self.facts(name, session, chance)
        if facts is None:
            return None
        involved = [*session.team, *([session.editor] if session.editor else [])]
        involved += model.EDITORS if name == "take" else []
        who = chance.choice([*ANYBODY, *involved * 3])
        return who, facts, chance.random() < 0.15

    def facts(self, name: str, s: model.Session, chance: Random) -> tuple[Any, ...] | None:
        some, often = chance.choice, chance.random() < 0.8
        team, (day, at) = sorted(s.team), self.moment(s, chance)
        if name in ("verify", "void"):
            waiting = [index for index, pay in enumerate(s.pays) if pay.status == "Pending"]
            indexes = waiting if waiting and often else range(len(s.pays))
            return (some(indexes),) if s.pays else None
        if name in ("change_line", "remove"):
            index = (some(range(len(s.lines))),) if s.lines else None
            return index if name == "remove" or index is None else (*index, some([1, 2, 3]))
        if name in ("mark", "release", "reassign") and not team:
            return None
        return {
            "transition": lambda: (some([*model.LIFE * 4, "Canceled"]), often),
            "pay": lambda: (
                some(["Deposit", "Partial", "Balance"]),
                some([*PRICES, *self.exact(s.deposit - s.net), *self.exact(s.total - s.net)]),
                some(["Verified", "Verified", "Pending"]),
                often,
                some([0, 0, 0, 0, 1, -1, 8]),
            ),
            "refund": lambda: (some([*PRICES, *self.exact(s.left)]),),
            "cancel": lambda: (some(SIDES), None if often else some(PRICES)),
            "correct": lambda: (some(SIDES),),
            "terms": lambda: some(TERMS),
            "assign": lambda: (some([*model.PHOTOGRAPHERS, "elena"]),),
            "release": lambda: (some(team),),
            "reassign": lambda: (some(team), some([*model.PHOTOGRAPHERS, "elena"])),
            "mark": lambda: (some(team), chance.random() < 0.5),
            "need": lambda: (some([1, 2, 3]),),
            "take": lambda: (),
            "assign_editor": lambda: (some([*model.EDITORS, "carla"]),),
            "release_editor": lambda: (often,),
            "change_editing_days": lambda: (some(range(1, 9)),),
            "move": lambda: (day, at if often else None),
            "postpone": lambda: (day, at, often),
            "add": lambda: (some(PRICES), some([1, 2, 3])),
        }[name]()

    def moment(self, s: model.Session, chance: Random) -> tuple[date, time]:
        """Return a day and a time: some day around today, or just when the other session is."""
        (other,) = self.model.others(s)
        if other.time and chance.random() < 0.4:
            return other.day, other.time
        ahead = timedelta(days=chance.choice([-1, 0, 1, 7, 8, 12, 20]))
        return self.model.today + ahead, chance.choice(TIMES)

    def exact(self, amount: Decimal) -> list[Decimal]:
        """Return an amount that just fits, and one that just does not."""
        return [amount, amount + Decimal("0.01")] if amount > 0 else []

    def go_on(self, which: int) -> None:
        """Do what would come next in the life of a session."""
        session = self.model.sessions[which]
        due = session.deposit - session.net
        free = [one for one in model.PHOTOGRAPHERS if one not in session.team]
        settled_at, today = session.change_by, self.model.today
        is_past = session.start is not None and session.start <= self.model.now
        is_late = session.is_late(self.model.now)
        if session.time is None:
            self.do("move", "carla", which, None, time(15 + 3 * which))
        elif not session.lines:
            self.do("add", "carla", which, Decimal(1000), 1)
        elif session.state in model.LIFE[:3] and is_past:
            day = today + timedelta(days=9 + which)
            self.do("move", "carla", which, day, session.time)
        elif session.state in ("Request", "Negotiation"):
            self.do("transition", "carla", which, "Pre-scheduled", False)
        elif session.state == "Pre-scheduled" and is_late:
            self.do("transition", "carla", which, "Negotiation", False)
        elif session.state == "Pre-scheduled" and due > 0:
            self.do("pay", "carla", which, "Partial", due, "Verified", True, 0)
        elif session.state in ("Pre-scheduled", "Confirmed") and not session.team:
            self.do("assign", "carla", which, free[which])
        elif session.state == "Pre-scheduled":
            self.do("transition", "carla", which, "Confirmed", False)
        elif session.state == "Confirmed" and self.model.now < settled_at:
            self.model.now = settled_at
        elif session.state == "Confirmed":
            self.do("transition", "carla", which, "Assigned", False)
        elif session.state == "Assigned" and today < session.day:
            self.model.now = datetime.combine(session.day, time.min)
        elif session.state == "Assigned" and which:
            self.do("transition", "carla", which, "Attended", False)
        elif session.state == "Assigned":
            who = next((one for one, marked in session.team.items() if not marked), "carla")
            self.do("transition", who, which, "Attended", False)
        elif session.state == "Attended":
            self.do("take", ("elena", "pablo")[which], which)
        elif session.state == "In Editing":
            self.do("transition", session.editor, which, "Ready for Delivery", False)
        elif session.state == "Ready for Delivery" and session.net < session.total:
            rest = session.total - session.net
            self.do("pay", "carla", which, "Balance", rest, "Verified", True, 0)
        elif session.state == "Ready for Delivery":
            self.do("transition", "carla", which, "Completed", False)

    def wait(self, which: int, chance: Random) -> None:
        """Let time pass, up to the second before an instant that matters, or up to it."""
        session, now = self.model.sessions[which], self.model.now
        moments = [
            now + timedelta(seconds=60),
            datetime.combine(now.date() + timedelta(days=1), time.min),
            datetime.combine(session.day, time.min),
            session.pay_by,
            session.change_by,
            session.start,
        ]
        early = chance.choice([timedelta(0), SECOND])
        moments = [one - early for one in moments if one and one - early > now]
        self.model.now = chance.choice(moments)


@pytest.mark.django_db
def test_random_walks_answer_and_leave_what_the_rules_say(
    business_rules: Callable[..., None], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.ERROR)  # refused attempts are logged, and here they are thousands
    business_rules(
        max_concurrent_editing_sessions=1,
        refund_within_deadline=Decimal(90),
        refund_after_deadline=Decimal(50),
        refund_force_majeure=Decimal(80),
        refund_client_after_assigned=Decimal(10),
    )
    Walk.desk = Desk()
    run_state_machine_as_test(
        Walk,
        settings=hypothesis.settings(
            max_examples=PROFILE.max_examples // 10,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
