"""The studio in which histories happen: few of everything, and sessions in every state of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from catalog.models import Room
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day, studio_zone
from sessions_app.actions import editing
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import SYSTEM, assign, attended_at, book, external, taken_to
from users.models import User
from users.tests.factories import PASSWORD, UserFactory

REST, ADMIN = "api", "admin"

CAST: dict[str, tuple[str, str]] = {
    "carla": ("coordinator", REST),
    "cesar": ("coordinator", REST),
    "celso": ("coordinator", REST),
    "ana": ("admin", REST),
    "pedro": ("photographer", REST),
    "elena": ("editor", REST),
    "clara": ("coordinator", ADMIN),
    "cora": ("coordinator", ADMIN),
    "alma": ("admin", ADMIN),
    "pilar": ("photographer", ADMIN),
    "elsa": ("editor", ADMIN),
}
"""Who acts: their role, and the door through which they come."""

SPARE = {
    "paz": "photographer",
    "perla": "photographer",
    "pepe": "photographer",
    "emilio": "editor",
    "edgar": "editor",
    "celia": "coordinator",
}
"""Who never acts, but is assigned, deactivated, and given and taken away roles."""


@dataclass(frozen=True)
class Studio:
    """The ids by which people name things; what is true of them, they have to ask."""

    today: date
    roles: dict[str, int]
    people: dict[str, int]
    clients: Sequence[int]
    rooms: Sequence[int]
    items: Sequence[int]
    packages: Sequence[int]

    @property
    def photographers(self) -> list[int]:
        """Those who act, and those who do not."""
        return [self.people[name] for name in ("pedro", "pilar", "paz", "perla", "pepe")]

    @property
    def editors(self) -> list[int]:
        """Those who act, and those who do not."""
        return [self.people[name] for name in ("elena", "elsa", "emilio", "edgar")]

    @property
    def spare(self) -> list[int]:
        """People who never act."""
        return [self.people[name] for name in SPARE]


def found(*, alone: bool = False) -> Studio:
    """Write the studio into an empty database, by the actions that people use.

    Where people will act one by one, nothing in it waits for the clock to go on.
    """
    at = now()
    hashed = make_password(PASSWORD)
    people = {
        name: UserFactory(
            full_name=name.title(), email=f"{name}@studio.example", password=hashed, roles=[role]
        )
        for name, role in {**{name: role for name, (role, _) in CAST.items()}, **SPARE}.items()
    }
    clients = [ClientFactory(full_name=f"Client {number}") for number in range(5)]
    rooms = [RoomFactory(name=f"Room {number}") for number in range(2)]
    items = [ItemFactory(unit_price=price) for price in ("250.00", "333.33", "80.00")]
    packages = [PackageFactory(base_price=price) for price in ("900.00", "0.00")]
    for package in packages:
        for item in items[:2]:
            PackageItemFactory(package=package, item=item, quantity=2)
    prepared = _Prepared(clients, rooms, people, at)
    prepared.overdue()
    if not alone:
        prepared.about_to_begin()
    prepared.settled()
    prepared.taken_place()
    return Studio(
        today=studio_day(at),
        roles={role.name: role.pk for user in people.values() for role in user.roles.all()},
        people={name: person.pk for name, person in people.items()},
        clients=[client.pk for client in clients],
        rooms=[room.pk for room in rooms],
        items=[item.pk for item in items],
        packages=[package.pk for package in packages],
    )


@dataclass(frozen=True)
class _Prepared:
    """Sessions that people of today could not bring about: some of their life lies in the past."""

    clients: Sequence[Client]
    rooms: Sequence[Room]
    people: dict[str, User]
    at: datetime

    def overdue(self) -> None:
        """Not paid in time: the night cancels them, unless somebody is quicker."""
        for number in range(4):
            self._booked(30 + number, since=10, to=Status.PRE_SCHEDULED)

    def about_to_begin(self) -> None:
        """Payment is due at the start, which comes while people act."""
        for number in range(8):
            start = (self.at + timedelta(seconds=20 + 15 * number)).astimezone(studio_zone())
            session = external(
                at=self.at - timedelta(days=1),
                client=self.clients[number % len(self.clients)],
                session_date=start.date(),
                session_time=start.time().replace(microsecond=0),
                estimated_duration_hours=Decimal("0.25"),
            )
            taken_to(Status.PRE_SCHEDULED, session, at=self.at - timedelta(days=1))

    def settled(self) -> None:
        """Confirmed too late to be changed, with somebody to cover them: the night assigns them."""
        for number, name in enumerate(("pedro", "paz", "perla")):
            self._booked(3 + number, name, since=2, to=Status.CONFIRMED)

    def taken_place(self) -> None:
        """Of the last days: to be marked, to be edited, to be delivered."""
        for number, name in enumerate(("pedro", "paz", "pilar", "pedro", "pilar", "paz")):
            self._booked(-1 - number, name, since=21, to=Status.ASSIGNED)
        for number in range(4):
            self._booked(-10 - number, "perla", since=21, to=Status.ATTENDED)
        for number, name in enumerate(("elena", "emilio", "elsa", "edgar")):
            session = self._booked(-20 - number, "pepe", since=40, to=Status.ATTENDED)
            moment = attended_at(session)
            editing.assign_editor(session, self.people[name].pk, actor=SYSTEM, at=moment)
            if number % 2:
                transition(session, Status.READY, actor=SYSTEM, at=moment)

    def _booked(self, days: int, *team: str, since: int, to: Status) -> Session:
        at = self.at - timedelta(days=since)
        session = book(
            at=at,
            client=self.clients[days % len(self.clients)],
            room=self.rooms[days % len(self.rooms)],
            session_date=studio_day(self.at) + timedelta(days=days),
        )
        for name in team:
            assign(session, self.people[name], at=at)
        return taken_to(to, session, at=at)
