"""What belongs to others is out of reach at every door, and nothing of it changes (rules, 1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse

from catalog.models import PackageItem
from config.clock import now, studio_day
from config.tests.hostile.foreign import BODIES, LINES, PEOPLE
from config.tests.test_admin_permissions import everything, outcome
from config.tests.world import World
from conftest import signed_in
from sessions_app.models import Assignment, Line, Payment, Session
from users import tokens
from users.models import SignIn

pytestmark = pytest.mark.django_db

TOLD_BY = {
    "notification": ('"id":{notification},', 'name="notification" value="{notification}"'),
    "session": ("{code}",),
    "hidden": ("{hidden_code}",),
    "edited": ("{edited_code}",),
    "time_off": ('"id":{time_off},',),
    "client": ("{client_email}",),
    "invitation": ("invited@example.com",),
    "person": ("{admin_email}", "ana admin"),
    "secret_letter": ("invited@example.com",),
}
"""By what an answer that is said to be kept would tell of a thing all the same."""


@pytest.fixture(scope="module")
def known(world: World) -> dict[str, Any]:
    """Return what fills the table: ids, days, names and somebody's access token."""
    today = studio_day(now())
    at = now()
    covering = world.people["covering"]
    family = SignIn.objects.create(user=covering, created_at=at, rotated_at=at)
    admin_user = world.people["admin"]
    assert covering is not None
    assert admin_user is not None
    return world.ids | {
        "name": world.session().client.full_name,
        "code": world.session().code,
        "edited_code": world.session("edited").code,
        "hidden_code": world.session("hidden").code,
        "from": today.isoformat(),
        "to": (today + timedelta(days=40)).isoformat(),
        "client_email": world.session().client.email,
        "admin_email": admin_user.email,
        "foreign_access": tokens.issue(family, at).access_token,
    }


@pytest.fixture(scope="module", autouse=True)
def _database(world: World, django_db_blocker: Any) -> Iterator[None]:
    """Let the module's own rows be made within the world's transaction."""
    with django_db_blocker.unblock():
        yield


def reach(world: World, known: dict[str, Any], person: str, method: str, address: str) -> Any:
    """Reach for something as somebody, at the door that the address stands for."""
    body: dict[str, Any] = {}
    if method != "GET":
        word = address.rstrip("/").rpartition("/")[2]
        body = BODIES.get(address) or BODIES.get(word) or {"notes": "forged"}
        body = {
            name: value.format(**known) if isinstance(value, str) else value
            for name, value in body.items()
        }
    target = ("/admin" if address.startswith("/") else "/api/v1/") + address.format(**known)
    if target.startswith("/api/"):
        client = signed_in(world.people[person])
        ask = getattr(client, method.lower())
        return ask(target) if method == "GET" else ask(target, body)
    browser = world.browser(person)
    return browser.get(target) if method == "GET" else browser.post(target, body)


def answered(kind: str, known: dict[str, Any], answer: HttpResponse) -> str:
    """Return the word of the table for an answer; “told” where it holds what it must not."""
    if answer.status_code not in {200, 204}:
        return outcome(answer)
    text = answer.content.decode().lower()
    names = [name.format(**known).lower() for name in TOLD_BY.get(kind, ())]
    return "told" if any(name in text for name in names) else "kept"


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.split()[:3]))
def test_what_is_of_others_is_out_of_reach(world, known, line):
    kind, method, address, *expected = line.split()
    before, found = everything(), []
    for person, told in zip(PEOPLE, expected, strict=True):
        answer = None if told == "-" else reach(world, known, person, method, address)
        found.append("-" if answer is None else answered(kind, known, answer))
    changed = {name for name, rows in everything().items() if rows != before[name]}
    assert changed <= {"users_signin"}  # each request of the API comes with a sign-in of its own
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


def test_who_may_reach_is_told_what_others_are_not(world, known):
    """Or “kept” would prove nothing: the same question by who may see it holds its name."""
    silent = []
    for line in LINES:
        kind, method, address, *expected = line.split()
        if "/search/" in address:
            continue  # the palette knows pages alone, for nobody any rows
        if method == "GET" and "kept" in expected and "-" in expected:
            person = PEOPLE[expected.index("-")]
            answer = reach(world, known, person, method, address)
            if answered(kind, known, answer) != "told":
                silent.append(line)
    assert silent == []


# Parts by the path of what they are no part of

PARTS = (
    (Line, "details/{}", ("patch", "delete")),
    (Payment, "payments/{}/verify", ("post",)),
    (Payment, "payments/{}/void", ("post",)),
    (Assignment, "photographers/{}", ("patch", "delete")),
    (Assignment, "photographers/{}/reassign", ("post",)),
    (Assignment, "photographers/{}/attended", ("patch",)),
)
FORM = {
    "quantity": 2, "is_delivered": True, "transaction_reference": "B-77", "reason": "forged",
    "role": "Lead", "photographer_id": 1, "attended": True, "override": True,
}  # fmt: skip


@pytest.mark.fuzz
@pytest.mark.parametrize(("kind", "path", "methods"), PARTS, ids=[one[1] for one in PARTS])
def test_no_part_is_reached_through_another_session(world, kind, path, methods):
    """Not even by admins with an override: each part by the path of each session."""
    before = everything()
    client = signed_in(world.people["admin"])
    tried = 0
    parts = list(kind.objects.order_by("pk")[:6])
    for session, part in product(Session.objects.order_by("pk"), parts):
        if part.session_id == session.pk:
            continue
        for method in methods:
            address = f"/api/v1/sessions/{session.pk}/{path.format(part.pk)}"
            answer = getattr(client, method)(f"{address}?override=true&reason=x", FORM)
            assert answer.status_code == 404, (address, answer.content)
            tried += 1
    assert tried > 50
    after = everything()
    assert {name for name in after if after[name] != before[name]} == {"users_signin"}


def test_no_item_is_taken_out_of_a_package_that_has_it_not(world):
    before = PackageItem.objects.count()
    client = signed_in(world.people["admin"])
    for package, item in (
        (world.ids["closed_package"], world.ids["item"]),
        (world.ids["package"], world.ids["spare_item"]),
    ):
        assert client.delete(f"/api/v1/packages/{package}/items/{item}").status_code == 404
    assert PackageItem.objects.count() == before


def test_ids_in_a_body_never_count_more_than_those_of_the_path(world, known):
    ids = {
        "id": world.ids["offered"], "pk": world.ids["offered"], "session": world.ids["offered"],
        "session_id": world.ids["offered"], "version": 99, "client_id": world.ids["spare_client"],
    }  # fmt: skip
    client = signed_in(world.people["coordinator"])
    before = Session.objects.filter(pk=world.ids["offered"]).values().get()
    path = f"/api/v1/sessions/{world.ids['session']}"
    assert client.patch(path, ids | {"location": None}).status_code == 200
    item = f"{path}/details/items/{world.ids['item']}"
    assert client.post(item, ids).json()["session_id"] == world.ids["session"]
    after = Session.objects.filter(pk=world.ids["offered"]).values().get()
    assert after == before
    assert world.session().client_id == world.ids["client"]


# What a list of the back office offers or takes along


@pytest.mark.parametrize("person", ["covering", "other", "editor", "editing"])
def test_no_action_of_a_list_reaches_rows_that_one_does_not_see(world, person):
    """Chosen by hand, or all of them at once."""
    before = everything()
    browser = world.browser(person)
    for model, page in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        shown = browser.get(address)
        if shown.status_code != 200 or "cl" not in (shown.context or {}):
            continue
        seen = set(shown.context["cl"].queryset.values_list("pk", flat=True))
        unseen = model._default_manager.exclude(pk__in=seen).values_list("pk", flat=True)
        for name, chosen in product(page.get_actions(shown.wsgi_request), (unseen, [])):
            with transaction.atomic():
                form = {
                    "action": name, "_selected_action": list(chosen), "index": 0,
                    "select_across": 0 if len(chosen) else 1,
                }  # fmt: skip
                answer = browser.post(address, form)
                assert answer.status_code in {200, 302, 403}
                if len(chosen):
                    changed = {one for one, rows in everything().items() if rows != before[one]}
                    assert changed == set(), (address, name, changed)
                transaction.set_rollback(True)


def test_search_boxes_offer_nothing_of_what_one_may_not_list(world):
    """Each column that points at something, asked of each person, by name and by part of it."""
    offered: dict[str, set[str]] = {}
    for model in admin.site._registry:
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete):
                continue
            asked = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field.name,
            }
            for person in PEOPLE:
                answer = world.browser(person).get("/admin/autocomplete/", asked | {"term": ""})
                if answer.status_code == 200:
                    target = apps.get_model(field.related_model._meta.label)._meta.model_name
                    offered.setdefault(person, set()).add(str(target))
                    assert "@" not in json.dumps(answer.json()) or person in {
                        "admin",
                        "coordinator",
                    }
                else:
                    assert outcome(answer) in {"403", "404", "door"}
    assert offered.get("nobody") is None
    assert offered.get("user") is None
    for person in ("covering", "other", "editor", "editing"):
        assert offered.get(person, set()) <= {"session"}, person
