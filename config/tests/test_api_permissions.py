"""Role × endpoint × object: what each kind of person is answered at every address (rules, 1).

What one may not see is not there (404, whatever the method), then comes the right (403).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from config.clock import now
from config.tests.world import IN_TIME, PEOPLE, World
from conftest import signed_in
from users import tokens
from users.models import SignIn
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

# One line per method and address; a third word names a body of BODIES where several are tried.
# Answers to:                                                    nobody   coordinator  other   user
#                                                                    admin    covering    editor
TABLE = """
POST   auth/login                                                 200 200 200 200 200 200 200
POST   auth/refresh                                               200 200 200 200 200 200 200
POST   auth/logout                                                204 204 204 204 204 204 204
GET    enums                                                      200 200 200 200 200 200 200
GET    config/business-rules                                      200 200 200 200 200 200 200
GET    schema                                                     200 200 200 200 200 200 200
GET    docs                                                       200 200 200 200 200 200 200
GET    health                                                     200 200 200 200 200 200 200
GET    health/ready                                               200 200 200 200 200 200 200

GET    users/me                                                   401 200 200 200 200 200 200
PATCH  users/me                                                   401 200 200 200 200 200 200
GET    users/me/permissions                                       401 200 200 200 200 200 200

GET    clients                                                    401 200 200 403 403 403 403
POST   clients                                                    401 201 201 403 403 403 403
POST   clients                            inactive                401 201 403 403 403 403 403
GET    clients/{client}                                           401 200 200 403 403 403 403
PATCH  clients/{client}                                           401 200 200 403 403 403 403
PATCH  clients/{spare_client}             inactive                401 200 403 403 403 403 403
PATCH  clients/{closed_client}            active                  401 200 403 403 403 403 403
PATCH  clients/{client}                   active                  401 200 200 403 403 403 403
DELETE clients/{spare_client}                                     401 200 403 403 403 403 403
PUT    clients/{closed_client}/reactivate                         401 200 403 403 403 403 403

GET    items                                                      401 200 200 403 403 403 403
POST   items                                                      401 201 403 403 403 403 403
GET    items/{item}                                               401 200 200 403 403 403 403
PATCH  items/{item}                                               401 200 403 403 403 403 403
DELETE items/{item}                                               401 200 403 403 403 403 403
PUT    items/{closed_item}/reactivate                             401 200 403 403 403 403 403
GET    packages                                                   401 200 200 403 403 403 403
POST   packages                                                   401 201 403 403 403 403 403
GET    packages/{package}                                         401 200 200 403 403 403 403
PATCH  packages/{package}                                         401 200 403 403 403 403 403
DELETE packages/{package}                                         401 200 403 403 403 403 403
PUT    packages/{closed_package}/reactivate                       401 200 403 403 403 403 403
GET    packages/{package}/items                                   401 200 200 403 403 403 403
POST   packages/{package}/items                                   401 201 403 403 403 403 403
DELETE packages/{package}/items/{item}                            401 204 403 403 403 403 403
GET    rooms                                                      401 200 200 403 403 403 403
POST   rooms                                                      401 201 403 403 403 403 403
GET    rooms/{room}                                               401 200 200 403 403 403 403
PATCH  rooms/{room}                                               401 200 403 403 403 403 403
DELETE rooms/{spare_room}                                         401 200 403 403 403 403 403
PUT    rooms/{spare_room}/maintenance                             401 200 403 403 403 403 403
PUT    rooms/{closed_room}/reactivate                             401 200 403 403 403 403 403

GET    sessions                                                   401 200 200 200 200 200 200
POST   sessions                                                   401 201 201 403 403 403 403
POST   sessions                           override                401 201 403 403 403 403 403
GET    sessions/{session}                                         401 200 200 200 404 404 404
GET    sessions/{pool}                                            401 200 200 404 404 200 404
GET    sessions/{hidden}                                          401 404 404 404 404 404 404
PATCH  sessions/{session}                 plan                    401 200 200 403 404 404 404
PATCH  sessions/{session}                 money                   401 200 200 403 404 404 404
PATCH  sessions/{session}                 override                401 200 403 403 404 404 404
PATCH  sessions/{session}                 room                    401 200 200 403 404 404 404
PATCH  sessions/{session}                 notes                   401 200 200 403 404 404 404
PATCH  sessions/{covered}                 plan                    401 422 422 403 404 404 404
PATCH  sessions/{covered}                 observations            401 403 403 200 404 404 404
PATCH  sessions/{covered}                 observations_and_plan   401 403 403 403 404 404 404
PATCH  sessions/{covered}                 editor_observations     401 403 403 403 404 404 404
PATCH  sessions/{pool}                    plan                    401 422 422 404 404 403 404
PATCH  sessions/{pool}                    editor_observations     401 403 403 404 404 403 404
PATCH  sessions/{hidden}                  plan                    401 404 404 404 404 404 404
DELETE sessions/{session}                                         401 204 403 403 404 404 404
DELETE sessions/{pool}                                            401 409 403 404 404 403 404
DELETE sessions/{hidden}                                          401 404 404 404 404 404 404
GET    sessions/{session}/history                                 401 200 200 200 404 404 404
GET    sessions/{pool}/history                                    401 200 200 404 404 200 404
POST   sessions/{session}/transition      negotiation             401 200 200 403 404 404 404
POST   sessions/{session}/transition      pre_scheduled           401 200 200 403 404 404 404
POST   sessions/{session}/transition      canceled                401 200 200 403 404 404 404
POST   sessions/{pool}/transition         negotiation             401 409 409 404 404 403 404
POST   sessions/{hidden}/transition       canceled                401 404 404 404 404 404 404
POST   sessions/{session}/recalculate                             401 200 200 403 404 404 404

GET    sessions/{session}/details                                 401 200 200 200 404 404 404
GET    sessions/{pool}/details                                    401 200 200 404 404 200 404
POST   sessions/{session}/details/items/{item}                    401 201 201 403 404 404 404
POST   sessions/{pool}/details/items/{item}                       401 422 422 404 404 403 404
POST   sessions/{session}/details/packages/{package}              401 201 201 403 404 404 404
PATCH  sessions/{session}/details/{line}                          401 200 200 403 404 404 404
PATCH  sessions/{session}/details/{line}  delivered               401 200 200 403 404 404 404
PATCH  sessions/{session}/details/{away_line}                     401 404 404 403 404 404 404
DELETE sessions/{session}/details/{line}                          401 204 204 403 404 404 404
DELETE sessions/{session}/details/{away_line}                     401 404 404 403 404 404 404

GET    sessions/{session}/photographers                           401 200 200 200 404 404 404
GET    sessions/{pool}/photographers                              401 200 200 404 404 200 404
POST   sessions/{session}/photographers                           401 201 201 403 404 404 404
POST   sessions/{pool}/photographers                              401 201 201 404 404 403 404
PATCH  sessions/{session}/photographers/{assignment}              401 200 200 403 404 404 404
PATCH  sessions/{away}/photographers/{assignment}                 401 404 404 404 404 404 404
DELETE sessions/{session}/photographers/{assignment}              401 204 204 403 404 404 404
POST   sessions/{session}/photographers/{assignment}/reassign     401 201 201 403 404 404 404
"""

NEW_CLIENT = {"full_name": "New", "email": "new@example.com", "primary_phone": "5555-1234"}
LOW_DEPOSIT = {"deposit_percentage": 10, "override": True, "reason": "an old friend"}

BODIES: dict[str, dict[str, Any]] = {
    "PATCH users/me": {"phone": "5555-1234"},
    "POST clients": NEW_CLIENT,
    "POST clients inactive": {**NEW_CLIENT, "status": "Inactive"},
    "PATCH clients/{client}": {"notes": "prefers mornings"},
    "PATCH clients/{client} active": {"status": "Active", "notes": "the status is no change"},
    "PATCH clients/{spare_client} inactive": {"status": "Inactive"},
    "PATCH clients/{closed_client} active": {"status": "Active"},
    "POST items": {
        "code": "NEW-1",
        "name": "New",
        "item_type": "Album",
        "unit_price": 10,
        "unit_measure": "piece",
    },
    "PATCH items/{item}": {"name": "Other"},
    "POST packages": {"code": "NEW-1", "name": "New", "session_type": "Both"},
    "PATCH packages/{package}": {"name": "Other"},
    "POST packages/{package}/items": {"item_id": "{spare_item}"},
    "POST rooms": {"name": "New"},
    "PATCH rooms/{room}": {"name": "Other"},
    "POST sessions": {
        "client_id": "{client}",
        "session_type": "Studio",
        "session_date": IN_TIME,
        "session_time": "10:00",
        "room_id": "{room}",
    },
    "PATCH sessions/{session} plan": {"session_time": "15:00"},
    "PATCH sessions/{session} money": {"discount": 1, "deposit_percentage": 60},
    "PATCH sessions/{session} override": LOW_DEPOSIT,
    "PATCH sessions/{session} room": {"room_id": "{spare_room}"},
    "PATCH sessions/{session} notes": {"internal_notes": "paid cash", "delivery_method": "Both"},
    "PATCH sessions/{covered} plan": {"session_time": "15:00"},
    "PATCH sessions/{covered} observations": {"photographer_observations": "rain"},
    "PATCH sessions/{covered} observations_and_plan": {
        "photographer_observations": "rain",
        "session_time": "15:00",
    },
    "PATCH sessions/{covered} editor_observations": {"editor_observations": "dark"},
    "PATCH sessions/{pool} plan": {"session_time": "15:00"},
    "PATCH sessions/{pool} editor_observations": {"editor_observations": "dark"},
    "PATCH sessions/{hidden} plan": {"session_time": "15:00"},
    "POST sessions/{session}/transition negotiation": {"to_status": "Negotiation"},
    "POST sessions/{session}/transition pre_scheduled": {"to_status": "Pre-scheduled"},
    "POST sessions/{session}/transition canceled": {"to_status": "Canceled"},
    "POST sessions/{pool}/transition negotiation": {"to_status": "Negotiation"},
    "POST sessions/{hidden}/transition canceled": {"to_status": "Canceled"},
    "PATCH sessions/{session}/details/{line}": {"quantity": 3},
    "PATCH sessions/{session}/details/{line} delivered": {"is_delivered": True},
    "PATCH sessions/{session}/details/{away_line}": {"quantity": 3},
    "POST sessions/{session}/photographers": {"photographer_id": "{free_photographer}"},
    "POST sessions/{pool}/photographers": {"photographer_id": "{free_photographer}"},
    "PATCH sessions/{session}/photographers/{assignment}": {"role": "Lead"},
    "PATCH sessions/{away}/photographers/{assignment}": {"role": "Lead"},
    "POST sessions/{session}/photographers/{assignment}/reassign": {
        "photographer_id": "{free_photographer}"
    },
}
BODIES["POST sessions override"] = BODIES["POST sessions"] | LOW_DEPOSIT

LINES = [line for line in TABLE.splitlines() if line]


def split(line: str) -> tuple[str, str, str, list[int]]:
    """Return method, address, name of the body and expected answers of a line."""
    method, address, *rest = line.split()
    variant = "" if rest[0].isdigit() else rest.pop(0)
    return method, address, variant, [int(status) for status in rest]


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.split()[:-7]))
def test_each_person_is_answered_as_the_rules_say(world, line):
    method, address, variant, expected = split(line)
    answered = []
    for person in PEOPLE:
        with transaction.atomic():
            body = body_of(world, method, address, variant)
            ask = getattr(signed_in(world.people[person]), method.lower())
            answer = ask(f"/api/v1/{world.address(address)}", body)
            answered.append(answer.status_code)
            transaction.set_rollback(True)
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


def test_every_address_is_in_the_table_and_the_table_holds_nothing_else():
    in_table = {(method, blank(address)) for method, address, _, _ in map(split, LINES)}
    assert in_table == set(endpoints())


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("admin", {"session", "pool", "covered", "away"}),
        ("coordinator", {"session", "pool", "covered", "away"}),
        ("covering", {"session", "covered"}),
        ("other", set()),
        ("editor", {"pool"}),
        ("user", set()),
    ],
)
def test_each_person_lists_the_sessions_that_exist_for_them(world, person, seen):
    answer = signed_in(world.people[person]).get("/api/v1/sessions").json()
    assert {row["id"] for row in answer["items"]} == {world.ids[name] for name in seen}
    assert answer["total"] == len(seen)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("person", ["other", "editor", "user"])
def test_no_method_tells_that_an_invisible_session_exists(world, person, method):
    client = signed_in(world.people[person])
    unknown = 10**12
    for part in ("", "/transition", "/recalculate", "/history", "/details", "/photographers"):
        real = getattr(client, method)(f"/api/v1/sessions/{world.ids['session']}{part}", {})
        made_up = getattr(client, method)(f"/api/v1/sessions/{unknown}{part}", {})
        assert real.status_code in {404, 405}
        assert (real.status_code, real.content) == (made_up.status_code, made_up.content)


def test_a_refused_request_changes_nothing(world):
    before = state_of(world)
    for line in LINES:
        method, address, variant, expected = split(line)
        for person, status in zip(PEOPLE, expected, strict=True):
            if status in {401, 403, 404}:
                body = body_of(world, method, address, variant)
                ask = getattr(signed_in(world.people[person]), method.lower())
                ask(f"/api/v1/{world.address(address)}", body)
    assert state_of(world) == before


def body_of(world: World, method: str, address: str, variant: str) -> dict[str, Any] | None:
    """Return a valid body: what the table of bodies says, or fresh tokens and passwords."""
    if address == "auth/login":
        person = UserFactory(password=hashed())
        return {"email": person.email, "password": PASSWORD}
    if address in {"auth/refresh", "auth/logout"}:
        at = now()
        family = SignIn.objects.create(user=UserFactory(), created_at=at, rotated_at=at)
        return {"refresh_token": tokens.issue(family, at).refresh_token}
    body = BODIES.get(f"{method} {address} {variant}".strip())
    if body is None:
        return None if method == "GET" else {}
    return {
        name: world.address(value) if isinstance(value, str) else value
        for name, value in body.items()
    }


def state_of(world: World) -> list[Any]:
    """Return all that a table of the domain holds: each of its rows."""
    rows: list[Any] = []
    for name in ("session", "pool", "covered", "away"):
        session = world.session(name)
        parts = (session.lines, session.assignments, session.history, session.claims)
        rows += [vars(session)["version"], *(list(part.order_by("id").values()) for part in parts)]
        rows.append(list(type(session).objects.filter(pk=session.pk).values()))
    for model in (type(world.session().client), type(world.session().room)):
        rows.append(list(model.objects.order_by("id").values()))
    return rows


@cache
def hashed() -> str:
    """Return the hash of the tests' password: made once, for it is slow on purpose."""
    return make_password(PASSWORD)


def blank(address: str) -> str:
    """Return an address whose parameters have no names."""
    return re.sub(r"\{\w+\}", "{}", address)


def endpoints() -> Iterator[tuple[str, str]]:
    """Yield every method and address below /api/v1 that the URL configuration knows."""
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/")
    assert isinstance(api, URLResolver)
    for address, pattern in walk(api):
        view = pattern.callback
        actions = getattr(view, "actions", None)
        methods = set(actions or ()) - {"head"} or [
            name
            for name in ("get", "post", "put", "patch", "delete")
            if hasattr(view.cls, name)  # every view of the API is a class of the framework
        ]
        for method in methods:
            yield method.upper(), address


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield the addresses below a resolver, parameters as `{}`, with their patterns."""
    for pattern in resolver.url_patterns:
        text = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "{}", str(pattern.pattern))
        address = prefix + text.removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, address)
        else:
            yield address, pattern
