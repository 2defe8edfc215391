"""Requests that schemathesis draws from the schema, led to what there really is.

A drawn id hardly ever exists and a drawn day is hardly ever near: such requests end at the first
look. So most of them start as a good request of the table of rights, of which some fields are drawn
anew, or are given ids, days, times and secrets of the world that the tests have built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db.models import Model, QuerySet
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode

from catalog.models import Item, Package, PackageItem, Room
from clients.models import Client
from config.clock import now, studio_day
from config.tests.addresses import LINES, split
from config.tests.test_api_permissions import blank, body_of
from config.tests.world import World
from notifications.models import Notification
from sessions_app.models import Assignment, Line, Payment, Session, TimeOff
from sessions_app.tests.builders import acting
from users.actions import inviting
from users.actions.roles import create_role
from users.models import Invitation, Role, User
from users.rights import Right
from users.tests.factories import PASSWORD, UserFactory
from users.tokens import TokenPair

Ids = dict[str, list[Any]]

ROWS: dict[str, type[Model]] = {
    "clients": Client,
    "items": Item,
    "packages": Package,
    "rooms": Room,
    "users": User,
    "roles": Role,
    "invitations": Invitation,
    "time-off": TimeOff,
    "notifications": Notification,
}
"""What an id of an address names, by the word before it."""

PARTS: dict[tuple[str, str], tuple[type[Model], str, str]] = {
    ("sessions", "details"): (Line, "session_id", "pk"),
    ("sessions", "payments"): (Payment, "session_id", "pk"),
    ("sessions", "photographers"): (Assignment, "session_id", "pk"),
    ("packages", "items"): (PackageItem, "package_id", "item_id"),
}
"""What two ids of an address name together, by the words before them."""

DAYS = (-400, -10, -4, -2, -1, 0, 1, 3, 4, 8, 20, 25, 26, 30, 31, 60, 400)
GUEST = "guest@studio.example"


@dataclass(frozen=True)
class Known:
    """What one person may write into a request: values by the name of their field."""

    ids: Ids
    pairs: dict[tuple[str, str], list[tuple[int, int]]]
    values: dict[str, st.SearchStrategy[Any]]


@dataclass(frozen=True)
class Letters:
    """What the letters to two people hold: the secrets that let them in."""

    invitation: str
    new_password: str


def letters_written() -> Letters:
    """Invite a guest and let a person ask for a new password."""
    issued = inviting.invite(GUEST, actor=acting(None), at=now())
    person = UserFactory(full_name="Flora Forgetful", roles=["user"])
    signed = default_token_generator.make_token(person)
    return Letters(issued.url.rpartition("=")[2], f"{person.pk}-{signed}")


def known_to(person: User, pair: TokenPair) -> Known:
    """Read what there is, the sessions that the person may see more often than the others."""
    letters = letters_written()
    create_role("retoucher", actor=acting(None), at=now())  # the built-in ones hardly change
    ids: Ids = {word: pks(model.objects.all()) for word, model in ROWS.items()}  # type: ignore[attr-defined]
    ids["sessions"] = pks(Session.objects.all()) + 2 * pks(Session.objects.visible_to(person))
    pairs = {
        words: list(model.objects.order_by("pk").values_list(first, second))  # type: ignore[attr-defined]
        for words, (model, first, second) in PARTS.items()
    }
    today = studio_day(now())
    days = st.sampled_from([(today + timedelta(days=days)).isoformat() for days in DAYS])
    times = st.sampled_from(["00:00", "08:00", "10:00", "12:30", "23:59"])
    instants = st.builds("{}T{}:00-06:00".format, days, times)
    ids |= {"invitations": pks(Invitation.objects.all()), "validate": [letters.invitation]}
    users = st.sampled_from(ids["users"])
    roles = st.sampled_from(sorted(Role.objects.values_list("name", flat=True)))
    values = {
        "client_id": st.sampled_from(ids["clients"]),
        "room_id": st.sampled_from(ids["rooms"]),
        "item_id": st.sampled_from(ids["items"]),
        "package_id": st.sampled_from(ids["packages"]),
        "email": st.sampled_from([GUEST, person.email.upper(), "someone.new@studio.example"]),
        "password": st.just(PASSWORD),
        "current_password": st.just(PASSWORD),
        "new_password": st.just("Another-Horse-2027!"),
        "token": st.just(letters.new_password),
        "invitation_token": st.just(letters.invitation),
        "refresh_token": st.sampled_from([pair.refresh_token, pair.access_token]),
    }
    values |= dict.fromkeys(
        ("photographer_id", "editor_id", "responsible_id", "user_id", "person_id"), users
    )
    values |= dict.fromkeys(
        ("session_date", "payment_date", "start_date", "end_date", "date", "from", "to"), days
    )
    values |= dict.fromkeys(("session_time", "time"), times)
    values["photographer_ids"] = st.lists(users, max_size=3)
    values["roles"] = st.lists(roles, max_size=2)
    values["codes"] = st.lists(st.sampled_from([right.value for right in Right]), max_size=3)
    values |= dict.fromkeys(("coverage_start", "coverage_end", "starts_at", "ends_at"), instants)
    return Known(ids, pairs, values)


def pks(rows: QuerySet[Any]) -> list[int]:
    """Return the ids of rows, always in the same order."""
    return list(rows.order_by("pk").values_list("pk", flat=True))


def words_of(path: str) -> list[tuple[str, str]]:
    """Return each word of an address that an id follows, and the name of that id."""
    return re.findall(r"/([^/{}]+)/\{([^{}]+)\}", path)


@dataclass(frozen=True)
class Told:
    """A good request of the table of rights."""

    ids: dict[str, str]
    body: dict[str, Any] | None
    query: dict[str, Any]

    def case(self, operation: APIOperation) -> Case:
        """Return the request just as the table tells it."""
        form = {} if self.body is None else {"body": self.body, "media_type": "application/json"}
        return operation.Case(path_parameters=self.ids, query=self.query, **form)


def told(world: World, operation: APIOperation) -> list[Told]:
    """Return the requests of the table that are for an operation."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path))
    requests = []
    for line in LINES:
        method, address, variant, _expected = split(line)
        address = f"/api/v1/{address}"
        if (method, blank(address)) == (operation.method.upper(), blank(operation.path)):
            match = pattern.fullmatch(world.address(address))
            assert match is not None
            body = body_of(world, method, address.removeprefix("/api/v1/"), variant)
            asks = method == "GET"
            told_of = Told(match.groupdict(), None if asks else body, (body or {}) if asks else {})
            requests.append(told_of)
    return requests


@st.composite
def cases(draw: st.DrawFn, operation: APIOperation, known: Known, good: list[Told]) -> Case:
    """Draw a request, right or wrong in its form, most often about what there is."""
    case: Case = draw(
        st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    )
    if isinstance(case.body, dict):
        case.body = draw(filled(case.body, known))
    case.query = draw(filled(case.query, known))
    for header in set(case.headers) & {"If-Match", "Idempotency-Key"}:
        if draw(often):  # a made-up version is refused before anything else is looked at
            del case.headers[header]
    ids: dict[str, str] = {}
    if good and draw(often):
        start = draw(st.sampled_from(good))
        ids = start.ids
        if start.body is not None and isinstance(case.body, dict):
            case.body = start.body | {name: case.body[name] for name in draw(some_of(case.body))}
        if start.query and isinstance(case.query, dict):
            drawn = {name: case.query[name] for name in draw(some_of(case.query))}
            case.query = start.query | drawn
    elif draw(often):
        ids = draw(existing(operation.path, known))
    case.path_parameters = dict(case.path_parameters) | ids
    return case


often = st.sampled_from([True, True, True, False])


def some_of(names: Iterable[str]) -> st.SearchStrategy[list[str]]:
    """Return a strategy of a few of the names, most often of none or one."""
    all_of_them = sorted(names)
    if not all_of_them:
        return st.just([])
    return st.lists(st.sampled_from(all_of_them), max_size=2, unique=True)


@st.composite
def existing(draw: st.DrawFn, path: str, known: Known) -> dict[str, str]:
    """Draw ids for an address: parts mostly with what they are parts of."""
    named = words_of(path)
    ids = {
        name: draw(st.sampled_from(known.ids[word])) for word, name in named if word in known.ids
    }
    words = tuple(word for word, _ in named)
    if words in known.pairs and (draw(often) or len(ids) < len(named)):
        pair = draw(st.sampled_from(known.pairs[words]))
        ids |= {name: pk for (_, name), pk in zip(named, pair, strict=True)}
    return {name: str(pk) for name, pk in ids.items()}


@st.composite
def filled(draw: st.DrawFn, form: Any, known: Known) -> Any:
    """Draw values that exist in the place of values of a right kind; wrong kinds stay wrong."""
    if isinstance(form, list):
        return [draw(filled(part, known)) for part in form]
    if not isinstance(form, dict):
        return form
    made = {}
    for name, value in form.items():
        if name in known.values and type(value) in {int, float, str, list} and draw(often):
            made[name] = draw(known.values[name])
        else:
            made[name] = draw(filled(value, known))
    return made


def unknown_words(paths: Iterable[str], known: Known) -> set[str]:
    """Return the words before ids of which nothing that exists is known."""
    unknown = set()
    for path in paths:
        words = tuple(word for word, _ in words_of(path))
        if words not in known.pairs:
            unknown |= {word for word in words if not known.ids.get(word)}
    return unknown
