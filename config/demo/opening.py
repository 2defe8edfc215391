"""The demo studio opens: its people, clients, rooms and catalog, and who of them is free when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from catalog.models import Item, Package, PackageItem, PackageType, Room
from clients.models import Client, ClientType
from config.business_rules import business_rules
from config.clock import end_of, instant, start_of
from config.demo import cast, office
from config.demo.plan import starts
from config.records.models import Channel
from config.search import fold
from sessions_app.models import Claim
from sessions_app.policy import periods
from sessions_app.policy.periods import Period
from sessions_app.queries.conflicts import overlapping
from users.actions.people import create_user
from users.actors import Actor
from users.models import Role, User
from users.rights import RoleName

SYSTEM = Actor(None, Channel.COMMAND)
NIGHTLY = Actor(None, Channel.JOB)

MOST_PER_HOUR = Decimal("1500")
"""So that nobody is wed within an hour."""

AMONG_NEWCOMERS = timedelta(hours=53)
"""Between one new client and the next, in years past."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What time is looked for: the one wished for first, else another one of the same day."""

    is_studio: bool
    hours: Decimal
    clock: time | None
    """Taken where the studio is open then."""
    photographers: int = 1
    team: Collection[int] = ()
    room_id: int | None = None


@dataclass
class Studio:
    """The demo studio: whom and what it has."""

    people: dict[str, User]
    clients: list[Client]
    rooms: list[Room]
    packages: list[Package]
    items: list[Item]
    editing: Counter[int] = field(default_factory=Counter)
    """How many sessions each editor has in editing."""
    lapses: Counter[int] = field(default_factory=Counter)
    """How many sessions each client let go after they were agreed."""

    def holders(self, role: RoleName) -> list[User]:
        """Return who holds a role."""
        return [person for person in self.people.values() if role in person.role_names]

    def person(self, pk: int) -> User:
        """Return somebody by id."""
        return next(person for person in self.people.values() if person.pk == pk)

    def room_id(self, code: str) -> int | None:
        """Return the id of the room with a code; None for none."""
        return next((room.pk for room in self.rooms if room.code == code), None)

    def package(self, session_type: str, hours: Decimal, code: str, random: Random) -> Package:
        """Return the package with a code, or any that fits the type and the time there is."""
        fitting = [
            package
            for package in self.packages
            if package.session_type in (PackageType.BOTH, session_type)
            and package.base_price <= MOST_PER_HOUR * hours
        ]
        named = [package for package in self.packages if package.code == code]
        return random.choice(named or fitting)

    def client(self, name: str, at: datetime, random: Random, *, lapses: bool) -> Client:
        """Return the client with a name, or any who was one by then.

        Who lets sessions go is somebody else each time, as far as there are people.
        """
        if name:
            return next(client for client in self.clients if client.full_name == name)
        known = [
            client
            for client in self.clients
            if client.created_at <= at and client.full_name != cast.UNRELIABLE
        ]
        if lapses:
            fewest = min(self.lapses[client.pk] for client in known)
            known = [client for client in known if self.lapses[client.pk] == fewest]
        client = random.choice(known)
        self.lapses[client.pk] += lapses
        return client

    def free_time(self, day: date, wish: Wish, random: Random) -> tuple[time, Room | None] | None:
        """Return a time of the day, and a room, at which a session could be; None for none."""
        times = starts(day, wish.hours, is_studio=wish.is_studio)
        random.shuffle(times)
        busy = list(
            Claim.objects.filter(
                overlapping(Period(start_of(day), end_of(day + timedelta(days=1)))), active=True
            )
        )
        rooms: list[Room | None] = [None]
        if wish.is_studio:
            rooms = [room for room in self.rooms if wish.room_id in (None, room.pk)]
            random.shuffle(rooms)
        for clock in sorted(times, key=lambda one: one != wish.clock):
            period = periods.session_period(instant(day, clock), wish.hours)
            people = self._free_people(busy, period, wish)
            if len(people) < wish.photographers or not people.issuperset(wish.team):
                continue
            for room in rooms:
                if room is None or not _hits(busy, room_period(period), room_id=room.pk):
                    return clock, room
        return None

    def free_photographers(self, period: Period, *, is_studio: bool) -> list[User]:
        """Return the photographers who could cover a session of that time."""
        covered = coverage(period, is_studio=is_studio)
        busy = set(
            Claim.objects.filter(overlapping(covered), active=True).values_list(
                "person_id", flat=True
            )
        )
        return [one for one in self.holders(RoleName.PHOTOGRAPHER) if one.pk not in busy]

    def _free_people(self, busy: list[Claim], period: Period, wish: Wish) -> set[int]:
        covered = coverage(period, is_studio=wish.is_studio)
        return {
            person.pk
            for person in self.holders(RoleName.PHOTOGRAPHER)
            if not _hits(busy, covered, person_id=person.pk)
        }


def open_studio(opened: datetime, random: Random, until: datetime | None = None) -> Studio:
    """Take people on, furnish rooms, make the catalog, and let clients come.

    The first of them within seven weeks; more until an instant, where one is given.
    """
    people = _people(opened)
    clients = _clients(opened, random)
    if until is not None:
        clients += _newcomers(clients, until, random)
    items = _items()
    return Studio(
        people,
        clients,
        _rooms(),
        [_package(offer, items) for offer in cast.PACKAGES],
        [*items.values()],
    )


def _hits(busy: list[Claim], period: Period, **resource: int) -> bool:
    ((name, pk),) = resource.items()
    return any(getattr(claim, name) == pk and claim.period.overlaps(period) for claim in busy)


def room_period(period: Period) -> Period:
    """Return how long the room of a session of that time is taken."""
    return periods.room_period(period, timedelta(minutes=business_rules().room_turnaround_minutes))


def coverage(period: Period, *, is_studio: bool) -> Period:
    """Return how long the photographers of a session of that time are taken."""
    travel = periods.NO_TIME if is_studio else business_rules().travel
    return periods.default_coverage(period, travel=travel)


def _people(at: datetime) -> dict[str, User]:
    roles = {role.name: role for role in Role.objects.all()}
    return {
        person.mailbox: create_user(
            email=person.email,
            full_name=person.name,
            phone=person.phone,
            password=cast.PASSWORD,
            roles=[roles[name] for name in person.roles],
            actor=SYSTEM,
            at=at,
        )
        for person in cast.PEOPLE
    }


def _clients(opened: datetime, random: Random) -> list[Client]:
    names = sorted({_name(random) for _ in range(cast.INDIVIDUALS * 3)} - {cast.UNRELIABLE})
    individuals = [
        (name, _email(name), "Individual")
        for name in [cast.UNRELIABLE, *random.sample(names, cast.INDIVIDUALS - 1)]
    ]
    institutions = [(name, email, "Institutional") for name, email in cast.INSTITUTIONS]
    everyone = random.sample(individuals + institutions, len(individuals) + len(institutions))
    return [
        _client(number, name, email, kind, opened + timedelta(hours=10 + 20 * number), random)
        for number, (name, email, kind) in enumerate(everyone)
    ]


def _newcomers(known: list[Client], until: datetime, random: Random) -> list[Client]:
    """Let clients come, one after the other, from the last of those who are known on."""
    last = known[-1].created_at
    number = (until - last) // AMONG_NEWCOMERS
    taken = {client.full_name for client in known}
    names = sorted({_name(random) for _ in range(number * 2)} - taken)
    return [
        _client(
            len(known) + n, name, _email(name), "Individual", last + AMONG_NEWCOMERS * n, random
        )
        for n, name in enumerate(random.sample(names, number))
    ]


def _client(
    number: int, name: str, email: str, kind: str, came_at: datetime, random: Random
) -> Client:
    return Client.objects.create(
        full_name=name,
        email=email,
        primary_phone=f"{random.choice('345')}{random.randint(100, 999)}-{number:04d}",
        client_type=ClientType(kind),
        delivery_address=random.choice(cast.ZONES),
        tax_id=f"{random.randint(1_000_000, 99_999_999)}-{random.randint(0, 9)}",
        billing_name=name,
        created_at=office.nearest(came_at, random),
    )


def _email(name: str) -> str:
    return f"{fold(name).replace(' ', '.')}@correo.example"


def _name(random: Random) -> str:
    surnames = random.sample(cast.SURNAMES, 2)
    return f"{random.choice(cast.FIRST_NAMES)} {surnames[0]} {surnames[1]}"


def _rooms() -> list[Room]:
    return [
        Room.objects.create(code=code, name=name, capacity=capacity, hourly_rate=Decimal(rate))
        for code, name, capacity, rate in cast.ROOMS
    ]


def _items() -> dict[str, Item]:
    return {
        thing.code: Item.objects.create(
            code=thing.code,
            name=thing.name,
            item_type=thing.kind,
            unit_price=Decimal(thing.price),
            unit_measure=thing.measure,
        )
        for thing in cast.ITEMS
    }


def _package(offer: cast.Offer, items: dict[str, Item]) -> Package:
    package = Package.objects.create(
        code=offer.code,
        name=offer.name,
        session_type=offer.session_type,
        base_price=Decimal(offer.price),
        estimated_editing_days=offer.editing_days,
    )
    for order, (code, quantity) in enumerate(offer.items, start=1):
        PackageItem.objects.create(
            package=package, item=items[code], quantity=quantity, display_order=order
        )
    return package
