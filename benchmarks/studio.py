"""The studio that is measured: 5,000 sessions of 200 clients over three years, in every state.

Written in bulk, but as the actions would have left it: `check_integrity` finds nothing in it. A
longer past makes it one of 50,000 sessions.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count

from benchmarks.life import Life, Rows, Studio
from benchmarks.past import SETTLED, lengthen
from benchmarks.told import tell
from catalog.models import Item, Room
from clients.models import Client, ClientType
from config.clock import instant, now, studio_day
from config.records.models import Channel
from notifications.models import Email, Notification
from sessions_app.models import Claim, ClaimKind, Session
from sessions_app.models.session import SessionCounter
from users.actions.roles import set_up_roles
from users.actors import Actor
from users.models import Role, SignIn, User
from users.tokens import issue

SESSIONS, CLIENTS, ROOMS, PHOTOGRAPHERS, EDITORS = 5000, 200, 5, 10, 4
PER_DAY, DAYS = 5, 1095
DAYS_AHEAD = 240
MANY_SESSIONS = 50_000
YOUNG_FROM, YOUNG_UNTIL = timedelta(days=-14), timedelta(days=31)
"""Of a young studio's sessions: as many days as pages show, so that they show as much."""
SEED = 20260101
FIRST_NAMES = (
    "Ana",
    "José",
    "Lucía",
    "María",
    "Óscar",
    "Sofía",
    "Andrés",
    "Elena",
    "Íñigo",
    "Rosa",
)
LAST_NAMES = (
    *("Álvarez", "Batres", "Castañeda", "Díaz", "Estrada"),
    *("Figueroa", "García", "Hernández", "Ibáñez", "Juárez"),
)
SEARCHED_NAME = "castaneda"
PASSWORD = "Studio-Benchmark-2026!"  # noqa: S105  (of a studio that is dropped)


def fill(*, is_young: bool = False) -> None:
    """Fill the database.

    A young studio has the same people, rooms and clients, but only the sessions around today.
    """
    call_command("migrate", verbosity=0)
    at = now()
    with transaction.atomic():
        set_up_roles(actor=Actor(None, Channel.COMMAND), at=at)
        _sessions(_studio(at), studio_day(at), at, is_young=is_young)
        tell(at)
    _vacuum()


def grow() -> None:
    """Give a studio that is filled the past of one that has had 50,000 sessions."""
    at = now()
    weeks = (timedelta(days=DAYS - DAYS_AHEAD) - SETTLED) // timedelta(weeks=1)
    with transaction.atomic():
        lengthen(MANY_SESSIONS, studio_day(at), (weeks + 1) * timedelta(weeks=1))
        tell(at)
    _vacuum()


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _studio(at: datetime) -> Studio:
    password = make_password(PASSWORD)

    def people(role: str, count: int) -> list[User]:
        rows = [
            User(
                full_name=_name(n + len(role)),
                email=f"{role}{n}@studio.example",
                password=password,
            )
            for n in range(count)
        ]
        User.objects.bulk_create(rows)
        Role.objects.get(name=role).users.add(*rows)
        return rows

    rooms = [Room(code=f"R{n}", name=f"Sala {n}", capacity=10) for n in range(1, ROOMS + 1)]
    items = [
        Item(
            code=f"I{n}",
            name=f"Fotografía {n}",
            item_type="Digital Photo",
            unit_price=Decimal(50 * n),
            unit_measure="unidad",
        )
        for n in range(1, 21)
    ]
    clients = [
        Client(
            full_name=_name(n),
            email=f"client{n}@example.com",
            primary_phone=f"5555-{n:04d}",
            client_type=list(ClientType)[n % 8 == 0],
            notes="Prefiere las mañanas." if n % 3 == 0 else "",
            delivery_address=f"Zona {n % 21 + 1}, Guatemala" if n % 2 else "",
            status="Inactive" if n % 25 == 24 else "Active",
            created_at=at - timedelta(days=DAYS, minutes=-n),
        )
        for n in range(CLIENTS)
    ]
    Room.objects.bulk_create(rooms)
    Item.objects.bulk_create(items)
    Client.objects.bulk_create(clients)
    admin, *_rest = people("admin", 2)
    coordinator, *_rest = people("coordinator", 4)
    return Studio(
        admin,
        coordinator,
        people("photographer", PHOTOGRAPHERS),
        people("editor", EDITORS),
        rooms,
        items,
        clients,
    )


def _name(n: int) -> str:
    return f"{FIRST_NAMES[n % 10]} {LAST_NAMES[n // 10 % 10]} {LAST_NAMES[n * 7 % 10]}"


def _sessions(studio: Studio, today: date, at: datetime, *, is_young: bool) -> None:
    numbers, rows = Counter[int](), Rows()
    first = today - timedelta(days=DAYS - DAYS_AHEAD)
    for n in range(SESSIONS):
        day = first + timedelta(days=n // PER_DAY * DAYS * PER_DAY // SESSIONS)
        if not is_young or YOUNG_FROM <= day - today <= YOUNG_UNTIL:
            # Of its own, so that both studios have had the same luck on the same day.
            chance = random.Random(f"{SEED} {n}")  # noqa: S311
            Life(studio, rows, chance, at, day, n % PER_DAY).lived(today, numbers)
    rows.claims += _absences(studio, today)
    rows.write()
    SessionCounter.objects.bulk_create(
        SessionCounter(year=year, last_number=number) for year, number in numbers.items()
    )


def _absences(studio: Studio, today: date) -> Iterator[Claim]:
    """Yield what takes people and rooms besides sessions: evenings off, rooms being painted."""
    for n in range(DAYS_AHEAD):
        day = today + timedelta(days=n)
        common = {"starts_at": instant(day, time(17)), "ends_at": instant(day, time(20))}
        if n % 3 == 0:
            person = studio.photographers[n % PHOTOGRAPHERS]
            reason = "Clase de inglés" if n % 2 else ""
            yield Claim(kind=ClaimKind.TIME_OFF, person=person, reason=reason, **common)
        if n % 10 == 0:
            room = studio.rooms[n // 10 % ROOMS]
            yield Claim(kind=ClaimKind.MAINTENANCE, room=room, reason="Pintura", **common)


def facts() -> dict[str, Any]:
    """Return tokens, sign-ins and ids that the requests need; signs people in."""
    at = now()
    today = studio_day(at)
    monday = today + timedelta(days=7 - today.weekday())
    shown = Session.objects.filter(status="Assigned").order_by("id").first()
    assert shown is not None  # noqa: S101  (there are hundreds)
    return {
        "token": _token("admin", at),
        "photographer_token": _token("photographer", at),
        "session_id": shown.pk,
        "cookie": _signed_in("coordinator"),
        "photographer_cookie": _signed_in("photographer"),
        "usual_session_id": _usual().pk,
        "client_ids": list(
            Client.objects.filter(status="Active").order_by("pk").values_list("pk", flat=True)
        ),
        "sessions": Session.objects.count(),
        "clients": Client.objects.count(),
        "letters": Email.objects.count(),
        "notifications": Notification.objects.filter(recipient=_first("admin")).count(),
        "code": Session.objects.order_by("session_date", "id")[SESSIONS // 2].code,
        "client_id": Session.objects.order_by("-session_date", "-id")[0].client_id,
        "photographer_id": _first("photographer").pk,
        "room_id": Room.objects.order_by("id")[0].pk,
        "photographed": Session.objects.visible_to(_first("photographer")).count(),
        "people": list(User.objects.values_list("email", flat=True)),
        "password": PASSWORD,
        "search": SEARCHED_NAME,
        "from": today.isoformat(),
        "until": (today + timedelta(days=60)).isoformat(),
        "year": today.year,
        "month": today.month,
        "monday": monday.isoformat(),
        "sunday": (monday + timedelta(days=6)).isoformat(),
        "asked_day": (monday + timedelta(days=1)).isoformat(),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "in_30_days": (today + timedelta(days=30)).isoformat(),
        "first_free_day": (today + timedelta(days=DAYS_AHEAD + 30)).isoformat(),
    }


def _usual() -> Session:
    """Return a session with a room, a deposit, three lines and two photographers."""
    rows = Session.objects.filter(status="Assigned", session_type="Studio").annotate(
        order=Count("lines", distinct=True), size=Count("assignments", distinct=True)
    )
    return rows.filter(order=3, size=2).order_by("session_date", "id")[0]


def _token(role: str, at: datetime) -> str:
    """Return what the API lets the first person of a role in by."""
    return issue(SignIn.objects.create(user=_first(role), rotated_at=at), at).access_token


def _signed_in(role: str) -> str:
    """Return the key of a sign-in to the back office."""
    person, store = _first(role), SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "users.backends.RightsBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def _first(role: str) -> User:
    return User.objects.get(email=f"{role}0@studio.example")
