"""One session as it is lived in the demo studio: who looks after it, and what time it is."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from config.demo import office
from config.demo.opening import Studio
from config.demo.plan import Moment, Plan
from config.records.models import Channel
from sessions_app.actions import planning
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from users.actors import Actor, Override
from users.models import User
from users.rights import Right, RoleName

Wait = Generator[datetime, None, None]
"""What takes time: it yields the instants of what comes next, and acts when it is woken."""


@dataclass
class Story:
    """A session of the demo studio, the desk that looks after it, and its present."""

    studio: Studio
    plan: Plan
    random: Random
    desk: Actor
    now: datetime
    session: Session
    team_size: int = 0

    @property
    def is_over(self) -> bool:
        """Whether it was cancelled."""
        return self.session.status == Status.CANCELED

    @property
    def colleague(self) -> Actor:
        """The other desk: who looks at what this one did."""
        (other,) = [
            person
            for person in self.studio.holders(RoleName.COORDINATOR)
            if self.desk.user is not None and person.pk != self.desk.user.pk
        ]
        return Actor(other, Channel.ADMIN)

    @property
    def admin(self) -> Actor:
        """Who may override."""
        (admin,) = self.studio.holders(RoleName.ADMIN)
        return Actor(admin, Channel.ADMIN)

    def override(self, reason: str) -> Override | None:
        """Return the admin's leave to pass a guard."""
        return Override.asked(
            self.admin, override=True, reason=reason, right=Right.SESSION_EDIT_ALL
        )

    def chance(self, share: float) -> bool:
        """Decide something that happens in a share of the cases."""
        return self.random.random() < share

    def until(self, instant: datetime) -> Wait:
        """Let time pass until an instant; it never goes back."""
        self.now = max(self.now, instant)
        yield self.now

    def a_moment(self) -> Wait:
        """Let the time pass that something else takes the same person."""
        yield from self.until(self.now + office.A_MOMENT)

    def office(
        self,
        least: float,
        most: float,
        *,
        pin: Moment | None = None,
        latest: datetime | None = None,
    ) -> Wait:
        """Let time pass until the office gets to something: in some days, or by `latest`.

        Where the plan pins the moment to a day, on that day instead.
        """
        pinned = self.plan.pins.get(pin) if pin else None
        if pinned is not None:
            instant = office.on(pinned, self.random, after=self.now)
        else:
            days = self.random.uniform(least, most)
            instant = office.nearest(self.now + timedelta(days=days), self.random)
            if latest is not None and instant > latest:
                instant = max(office.last_before(latest), self.now + office.A_MOMENT)
        yield from self.until(instant)

    def step(self, to: Status, actor: Actor | None = None, **said: Any) -> None:
        """Take the session to a state, now."""
        self.session = transition(self.session, to, actor=actor or self.desk, at=self.now, **said)

    def change(
        self,
        changes: Mapping[str, Any],
        actor: Actor | None = None,
        override: Override | None = None,
    ) -> None:
        """Write fields of the session, now."""
        self.session = planning.change_session(
            self.session, changes, actor=actor or self.desk, at=self.now, override=override
        )

    def as_user(self, person: User) -> Actor:
        """Return somebody of the studio as they act in the app."""
        return Actor(self.studio.person(person.pk), Channel.API)
