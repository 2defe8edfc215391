"""Filling an empty database with the demo studio: the same every time, relative to today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from catalog.models import Item, Package, PackageItem, Room
from clients.models import Client, ClientType
from config.clock import start_of, studio_day
from config.demo import cast
from config.demo.rhythm import Plan, plans
from config.records.audit import record
from config.records.models import AuditEntry, Channel
from config.search import fold
from sessions_app.actions import booking, lines, planning, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.errors import PhotographerNotAvailable, RoomNotAvailable
from sessions_app.lifecycle import Status
from sessions_app.models import CancellationCategory, Initiator, Session, SessionType
from users.actions.people import create_user
from users.actions.roles import set_up_roles
from users.actors import Actor
from users.models import Role, User
from users.rights import RoleName

SEED = 20_260
MADE_BY_DEMO = "demo.created"
MADE_BY_MIGRATE: tuple[Any, ...] = (MigrationRecorder.Migration, ContentType, Permission)
SYSTEM = Actor(None, Channel.COMMAND)
Progress = Callable[[int, int], None]


def is_demo() -> bool:
    """Tell whether the demo made what the migrated database holds."""
    return AuditEntry.objects.filter(action=MADE_BY_DEMO).exists()


def is_foreign() -> bool:
    """Tell whether the database, migrated or not, holds anything that the demo did not make."""
    present = set(connection.introspection.table_names())
    models: list[Any] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    ours = {model._meta.db_table for model in models}
    if present - ours:
        return True
    if AuditEntry._meta.db_table in present and is_demo():
        return False
    return any(
        model._meta.db_table in present and model._base_manager.exists()
        for model in models
        if model not in MADE_BY_MIGRATE
    )


@transaction.atomic
def fill(at: datetime, progress: Progress = lambda done, total: None) -> None:
    """Make the studio as it stands on the day of `at`; all of it or, when stopped, nothing.

    Every instant passed to an action lies before that day's midnight. `progress(done, total)` is
    called after each session.
    """
    today = studio_day(at)
    random = Random(SEED)  # noqa: S311  (a believable studio, not a secret)
    opened = start_of(today) - timedelta(days=200)
    set_up_roles(actor=SYSTEM, at=opened)
    studio = Studio(_people(opened), _clients(opened, random), _rooms(), _packages(), random)
    planned = plans(today, random)
    for done, plan in enumerate(planned, start=1):
        studio.live(plan)
        progress(done, len(planned))
    admin = User.objects.get_by_natural_key(cast.PEOPLE[0].email)
    record(MADE_BY_DEMO, admin, actor=SYSTEM, at=at)


@dataclass
class Studio:
    """The demo studio at work."""

    people: list[User]
    clients: list[Client]
    rooms: list[Room]
    packages: list[Package]
    random: Random

    def live(self, plan: Plan) -> None:
        """Take one session as far as planned, by the actions that people use."""
        desk = self._someone(RoleName.COORDINATOR)
        session = self._book(plan, desk)
        if session is None:
            return
        previous = plan.asked_at
        for instant, state in plan.steps[1:]:
            between = previous + (instant - previous) / 2
            if state == Status.NEGOTIATION:
                self._order(session, desk, between)
            if state == Status.PRE_SCHEDULED:
                self._staff(session, desk, between)
            self._advance(session, state, desk, instant)
            previous = instant

    def _book(self, plan: Plan, desk: Actor) -> Session | None:
        """Book in whichever room is free; where none is, the studio has to say no."""
        in_the_studio = self.random.sample(self.rooms, len(self.rooms))
        rooms: list[Room | None] = [*in_the_studio] if plan.is_studio else [None]
        place = "" if plan.is_studio else self.random.choice(cast.PLACES)
        client, wish = self.random.choice(self.clients), self.random.choice(cast.WISHES)
        for room in rooms:
            request = booking.Request(
                client_id=client.pk,
                session_type=SessionType.STUDIO if plan.is_studio else SessionType.EXTERNAL,
                session_date=plan.day,
                session_time=plan.clock,
                estimated_duration_hours=plan.hours,
                location=place,
                room_id=room.pk if room else None,
                client_requirements=wish,
                photographers_needed=1 if plan.is_studio or plan.hours < 5 else 2,
            )
            try:
                return booking.book(request, actor=desk, at=plan.asked_at)
            except RoomNotAvailable:
                continue
        return None

    def _order(self, session: Session, desk: Actor, at: datetime) -> None:
        """Add a package that fits, now and then something besides, transportation, a discount."""
        fitting = [p for p in self.packages if p.session_type in ("Both", session.session_type)]
        package = self.random.choice(fitting)
        lines.add_package(session, package, 1, actor=desk, at=at)
        if self.random.random() < 0.4:
            item = self.random.choice(self._items)
            lines.add_item(session, item, self.random.randint(1, 4), actor=desk, at=at)
        changes: dict[str, Decimal] = {}
        if session.session_type == SessionType.EXTERNAL and self.random.random() < 0.5:
            changes["transportation_cost"] = Decimal("200.00")
        if self.random.random() < 0.2:
            changes["discount"] = Decimal("50.00")
        if changes:
            planning.change_session(session, changes, actor=desk, at=at)

    def _staff(self, session: Session, desk: Actor, at: datetime) -> None:
        """Put on as many photographers as are needed, as far as they are free."""
        free = self._holders(RoleName.PHOTOGRAPHER)
        missing = session.photographers_needed
        for photographer in self.random.sample(free, len(free)):
            if missing == 0:
                return
            try:
                team.assign(session, photographer.pk, actor=desk, at=at)
            except PhotographerNotAvailable:
                continue
            missing -= 1

    def _advance(self, session: Session, state: Status, desk: Actor, at: datetime) -> None:
        if state != Status.CANCELED:
            transition(session, state, actor=desk, at=at)
            return
        category, reason = self.random.choice(cast.CANCELLATIONS)
        is_weather = category == CancellationCategory.WEATHER
        cancel(
            session,
            initiator=Initiator.FORCE_MAJEURE if is_weather else Initiator.CLIENT,
            category=CancellationCategory(category),
            reason=reason,
            actor=desk,
            at=at,
        )

    def _someone(self, role: RoleName) -> Actor:
        return Actor(self.random.choice(self._holders(role)), Channel.ADMIN)

    def _holders(self, role: RoleName) -> list[User]:
        return [person for person in self.people if role in person.role_names]

    @property
    def _items(self) -> list[Item]:
        return list(Item.objects.order_by("code"))


def _people(at: datetime) -> list[User]:
    roles = {role.name: role for role in Role.objects.all()}
    return [
        create_user(
            email=person.email,
            full_name=person.name,
            phone=person.phone,
            password=cast.PASSWORD,
            roles=[roles[name] for name in person.roles],
            actor=SYSTEM,
            at=at,
        )
        for person in cast.PEOPLE
    ]


def _clients(opened: datetime, random: Random) -> list[Client]:
    names = sorted({_name(random) for _ in range(cast.INDIVIDUALS * 3)})
    individuals = [
        (name, f"{fold(name).replace(' ', '.')}@correo.example", "Individual")
        for name in random.sample(names, cast.INDIVIDUALS)
    ]
    institutions = [(name, email, "Institutional") for name, email in cast.INSTITUTIONS]
    everyone = random.sample(individuals + institutions, len(individuals) + len(institutions))
    return [
        Client.objects.create(
            full_name=name,
            email=email,
            primary_phone=f"{random.choice('345')}{random.randint(100, 999)}-{number:04d}",
            client_type=ClientType(kind),
            delivery_address=random.choice(cast.ZONES),
            tax_id=f"{random.randint(1_000_000, 99_999_999)}-{random.randint(0, 9)}",
            billing_name=name,
            created_at=opened + timedelta(hours=10 + 20 * number),
        )
        for number, (name, email, kind) in enumerate(everyone)
    ]


def _name(random: Random) -> str:
    surnames = random.sample(cast.SURNAMES, 2)
    return f"{random.choice(cast.FIRST_NAMES)} {surnames[0]} {surnames[1]}"


def _rooms() -> list[Room]:
    return [
        Room.objects.create(code=code, name=name, capacity=capacity, hourly_rate=Decimal(rate))
        for code, name, capacity, rate in cast.ROOMS
    ]


def _packages() -> list[Package]:
    items = {
        thing.code: Item.objects.create(
            code=thing.code,
            name=thing.name,
            item_type=thing.kind,
            unit_price=Decimal(thing.price),
            unit_measure=thing.measure,
        )
        for thing in cast.ITEMS
    }
    return [_package(offer, items) for offer in cast.PACKAGES]


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
