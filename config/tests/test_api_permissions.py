"""Role × endpoint × object: what each kind of person is answered at every address (rules, 1).

What one may not see is not there (404, whatever the method), then comes the right (403).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from config.clock import now
from config.tests.addresses import LINES, NEW_PERSON, PEOPLE, split, template
from config.tests.world import World
from conftest import signed_in
from sessions_app.models import Payment, Session
from sessions_app.tests.builders import acting
from sessions_app.tests.wire import PRIVATE, names_in
from users import tokens
from users.actions import inviting
from users.letter_tokens import new_password_token
from users.models import SignIn
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

SEEN_BY_ALL = {
    *("session", "away", "offered", "confirmed", "late", "covered", "due", "pool", "marked"),
    *("edited", "ready", "completed", "canceled"),
}
PARTS = (
    *("", "/transition", "/recalculate", "/history", "/details", "/photographers", "/postpone"),
    *("/payments", "/payments/1/verify", "/payments/1/void", "/photographers/1/attended"),
    *("/cancellation-preview", "/cancel", "/cancellation", "/my-attendance", "/take", "/editing"),
    *("/assign-editor", "/release-editor", "/mark-ready"),
)
"""Every address below a session."""


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.split()[:-8]))
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
        ("admin", SEEN_BY_ALL),
        ("coordinator", SEEN_BY_ALL),
        ("covering", SEEN_BY_ALL - {"pool", "away"}),
        ("other", set()),
        ("editor", {"pool", "marked"}),
        ("editing", {"pool", "marked", "edited", "ready", "completed"}),
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
    for part in PARTS:
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


KEPT = {"to_status", "payment_type", "override", "status"}
"""What says which right is asked for; a wrong value of the others is a wrong form."""


BODIED = [
    line
    for line in LINES
    if line.split()[1].startswith("sessions") and set(template(*split(line)[:3]) or ()) - KEPT
]


@pytest.mark.parametrize("line", BODIED, ids=lambda line: " ".join(line.split()[:-8]))
def test_a_wrong_form_is_told_after_a_missing_right_and_before_anything_else(world, line):
    method, address, variant, expected = split(line)
    body = body_of(world, method, address, variant) or {}
    wrong = {name: value if name in KEPT else {"a": []} for name, value in body.items()}
    answered = []
    for person in PEOPLE:
        with transaction.atomic():
            ask = getattr(signed_in(world.people[person]), method.lower())
            answered.append(ask(f"/api/v1/{world.address(address)}", wrong).status_code)
            transaction.set_rollback(True)
    told = [status if status in {401, 403, 404} else 400 for status in expected]
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, told, strict=True))


JUNK: tuple[Any, ...] = (
    *(None, True, -1, 1e300, 10**30, "", "x", "NaN", "1e999999", "\0", "٣", "0001-01-01"),
    *("x" * 10_000, [], [None], {}, {"a": None}),
)
EACH_FORM = {
    (line.split()[1].rpartition("/")[2], *(template(*split(line)[:3]) or ())): line
    for line in BODIED
}


@pytest.mark.fuzz
@pytest.mark.parametrize("line", EACH_FORM.values(), ids=lambda line: " ".join(line.split()[:-8]))
def test_no_value_of_any_field_makes_us_fail(world, line):
    method, address, variant, _expected = split(line)
    client = signed_in(world.people["admin"])
    body = body_of(world, method, address, variant) or {}
    for name, junk in product(body, JUNK):
        with transaction.atomic():
            ask = getattr(client, method.lower())
            answer = ask(f"/api/v1/{world.address(address)}", body | {name: junk})
            transaction.set_rollback(True)
        assert answer.status_code < 500, (name, junk)


AMOUNTS = {"amount", "refund_amount", "paid", "unit_price", "line_subtotal", "split"}
SECRETS = ("1234.56", "617.28", "100.1", "50.05", "the wedding is off", "paid too much")


@pytest.mark.parametrize("person", ["covering", "editor", "editing"])
def test_no_answer_tells_an_amount_or_a_reason_to_who_does_not_see_all(world, person):
    asked = {(method, address, variant) for method, address, variant, _ in map(split, LINES)}
    for method, address, variant in sorted(asked):
        if not address.startswith(("sessions", "editing", "agenda", "time-off")):
            continue
        with transaction.atomic():
            body = body_of(world, method, address, variant)
            ask = getattr(signed_in(world.people[person]), method.lower())
            answer = ask(f"/api/v1/{world.address(address)}", body)
            transaction.set_rollback(True)
        if answer.content:
            assert not names_in(answer.json()) & (PRIVATE | AMOUNTS), (method, address, variant)
        text = answer.content.decode()
        assert [secret for secret in SECRETS if secret in text] == [], (method, address, variant)


def body_of(world: World, method: str, address: str, variant: str) -> dict[str, Any] | None:
    """Return a valid body: what the table of bodies says, or fresh tokens and passwords."""
    if address == "auth/login":
        person = UserFactory(password=hashed())
        return {"email": person.email, "password": PASSWORD}
    if address in {"auth/refresh", "auth/logout"}:
        at = now()
        family = SignIn.objects.create(user=UserFactory(), created_at=at, rotated_at=at)
        return {"refresh_token": tokens.issue(family, at).refresh_token}
    if address == "auth/register":
        issued = inviting.invite("late@example.com", actor=acting(None), at=now())
        token = issued.url.partition("=")[2]
        return NEW_PERSON | {"email": "late@example.com", "invitation_token": token}
    if address == "auth/password/reset":
        person = UserFactory()
        token = f"{person.pk}-{new_password_token.make_token(person)}"
        return {"token": token, "new_password": NEW_PERSON["password"]}
    filled: dict[str, Any] | None = fill(world, template(method, address, variant))
    return filled


def fill(world: World, value: Any) -> Any:
    """Return a value of a body with the ids of this world in it."""
    if isinstance(value, dict):
        return {name: fill(world, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(world, inner) for inner in value]
    return world.address(value) if isinstance(value, str) else value


def state_of(world: World) -> list[Any]:
    """Return all that a table of the domain holds: each of its rows."""
    rows: list[Any] = []
    for name in ("session", *sorted(SEEN_BY_ALL - {"session"})):
        session = world.session(name)
        parts = (session.lines, session.assignments, session.history, session.claims)
        rows += [vars(session)["version"], *(list(part.order_by("id").values()) for part in parts)]
        rows.append(list(type(session).objects.filter(pk=session.pk).values()))
    for model in (type(world.session().client), type(world.session().room)):
        rows.append(list(model.objects.order_by("id").values()))
    rows.append(list(Payment.objects.order_by("id").values()))
    rows.append(Session.objects.count())
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
