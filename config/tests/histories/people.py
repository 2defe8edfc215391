"""People who act: what they could do, what they choose, and what they know of the studio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Thread
from typing import Any

from config.tests.histories.admin_door import AdminDoor, links
from config.tests.histories.journal import DONE, NOTHING, Journal, Step
from config.tests.histories.rest_door import Answer, RestDoor
from config.tests.histories.studio import Studio
from sessions_app.lifecycle import Status

Row = dict[str, Any]
DESK, BOSS = frozenset({"coordinator", "admin"}), frozenset({"admin"})
PHOTOGRAPHER, EDITOR = frozenset({"photographer"}), frozenset({"editor"})
EVERYWHERE = tuple(Status)

LOOKS_AT: dict[str, dict[Status, int]] = {
    "coordinator": {
        Status.REQUEST: 4,
        Status.NEGOTIATION: 4,
        Status.PRE_SCHEDULED: 7,
        Status.CONFIRMED: 6,
        Status.ASSIGNED: 5,
        Status.ATTENDED: 3,
        Status.IN_EDITING: 2,
        Status.READY: 4,
        Status.COMPLETED: 1,
        Status.CANCELED: 2,
    },
    "photographer": {Status.ASSIGNED: 6, Status.ATTENDED: 2, Status.CONFIRMED: 1, Status.READY: 1},
    "editor": {Status.ATTENDED: 4, Status.IN_EDITING: 6, Status.READY: 1},
}
LOOKS_AT["admin"] = LOOKS_AT["coordinator"]

GENERAL = 0.25
"""How often somebody does something that is about no session at hand."""
OUT_OF_PLACE = 0.06
"""How often somebody tries what the state is not for."""

LOOKS = 3
"""At how many states somebody looks who finds nothing."""

DAYS = (0, 0, 1, 3, 8, 9)
CLOCK = ("10:00", "10:30", "15:00")
HOURS = (0.5, 1, 1, 2)


@dataclass(frozen=True)
class Deed:
    """Something that people of some roles do, most of them to a session in some states.

    `act` is given the person, and the session where there are `states`; it returns an answer, or
    what came of it, or None where there was no occasion.
    """

    name: str
    act: Callable[..., Answer | str | None]
    roles: frozenset[str]
    states: Sequence[Status] = ()
    weight: float = 1


@dataclass
class Person:
    """Somebody with a role, choices of their own, and one of the doors."""

    name: str
    role: str
    random: Random
    studio: Studio
    journal: Journal
    deeds: Sequence[Deed]
    alone: bool
    """Whether nobody acts beside them, not even they themselves in a second window."""
    deed: str = field(default="", init=False)
    steps: int = field(default=0, init=False)

    door_name = ""

    def sign_in(self, email: str, password: str) -> None:
        """Enter through the person's door."""
        raise NotImplementedError

    def sessions(self, state: Status) -> list[Row]:
        """Return a few sessions of a state as the person sees them: those that all look at."""
        raise NotImplementedError

    def act(self) -> None:
        """Choose one deed, do it, and keep what came of it."""
        self.steps += 1
        deed, session = self._chosen()
        self.deed = deed.name
        came = deed.act(self, session) if deed.states else deed.act(self)
        outcome = came.code or DONE if isinstance(came, Answer) else came or NOTHING
        if isinstance(came, Answer) and not came.ok and not came.code:
            outcome = f"HTTP {came.status}"
        self.journal.stepped(Step(self.name, self.door_name, deed.name, outcome))

    def chance(self, probability: float) -> bool:
        """Toss a coin."""
        return self.random.random() < probability

    def one_of(self, things: Sequence[Any]) -> Any:
        """Choose; None where there is nothing to choose from."""
        return self.random.choice(things) if things else None

    def day(self) -> str:
        """Choose a day to come, often today."""
        return (self.studio.today + timedelta(days=self.one_of(DAYS))).isoformat()

    def when(self) -> tuple[str, str, float]:
        """Choose a day, a time and a length; today only the last minute is surely to come."""
        day, clock, hours = self.day(), self.one_of(CLOCK), self.one_of(HOURS)
        if day == self.studio.today.isoformat():
            return day, "23:59", 0.25
        return day, clock, hours

    def words(self) -> str:
        """Say something that nobody has said before."""
        return f"{self.name} {self.steps}.{self.random.randrange(10**6)}"

    def document(self) -> str | None:
        """Return the number of a bank slip; now and then there is none, or an old one.

        Always a new one where all must come out the same again: what has none is refused as a
        duplicate within a minute, and a machine is not always as fast.
        """
        if self.alone:
            return self.words()
        return self.one_of([None, f"S-{self.random.randrange(8)}", *[self.words()] * 3])

    def _chosen(self) -> tuple[Deed, Row | None]:
        mine = [deed for deed in self.deeds if self.role in deed.roles]
        if not self.chance(GENERAL):
            state, session = self._found()
            anywhere = self.chance(OUT_OF_PLACE)
            about = [deed for deed in mine if deed.states and (anywhere or state in deed.states)]
            if session is not None and about:
                return self._drawn(about), session
        return self._drawn([deed for deed in mine if not deed.states]), None

    def _found(self) -> tuple[Status, Row | None]:
        """Look at a state, and at another one where there is nothing in it."""
        looks_at = LOOKS_AT[self.role]
        for state in self.random.choices(list(looks_at), list(looks_at.values()), k=LOOKS):
            sessions = self.sessions(state)
            if sessions:
                return state, self.one_of(sessions)
        return state, None

    def _drawn(self, deeds: Sequence[Deed]) -> Deed:
        (deed,) = self.random.choices(deeds, [deed.weight for deed in deeds])
        return deed


@dataclass
class RestPerson(Person):
    """Somebody at the studio's app."""

    door: RestDoor
    door_name = "api"

    def sign_in(self, email: str, password: str) -> None:
        """Get a token."""
        self.door.sign_in(email, password)

    def ask(self, method: str, path: str, sent: Row | None = None, **headers: str) -> Answer:
        """Send one request of the deed at hand."""
        return self.door.send(self.deed, method, path, sent, **headers)

    def in_windows(self, *asks: Callable[[], Answer]) -> Answer:
        """Ask several things at the same moment, in windows side by side; return the best answer.

        One after the other where all must come out the same again.
        """
        answers: list[Answer] = []
        windows = [Thread(target=lambda ask=ask: answers.append(ask())) for ask in asks]
        for window in windows:
            window.start()
            if self.alone:
                window.join()
        for window in windows:
            window.join()
        return min(answers, key=lambda answer: answer.status)

    def rows(self, path: str, **query: Any) -> list[Row]:
        """Return what an address lists; nothing where it refuses to."""
        answer = self.ask("GET", path, query)
        if not answer.ok:
            return []
        found: list[Row] = answer.json if isinstance(answer.json, list) else answer.json["items"]
        return found

    def sessions(self, state: Status) -> list[Row]:
        """Return the first or the last few by date."""
        self.deed = "look"
        ordering = self.one_of(["session_date", "-session_date"])
        return self.rows("sessions", status=state.value, limit=6, ordering=ordering)


@dataclass
class AdminPerson(Person):
    """Somebody at the back office."""

    door: AdminDoor
    door_name = "admin"

    def sign_in(self, email: str, password: str) -> None:
        """Fill in the form at the door."""
        self.door.sign_in(email, password)

    def sessions(self, state: Status) -> list[Row]:
        """Return the first sessions that the list shows of a state."""
        order = self.one_of(["3", "-3"])
        query = {"status__exact": state.value, "o": order}
        page = self.door.get("look", "sessions_app/session/", query)
        return [{"id": pk, "status": state} for pk in links(page, "session", "change")[:6]]
