"""Whatever stands behind the question mark: refused or ignored, never a failure, never a leak."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from config.tests.addresses import LINES as API_LINES
from config.tests.addresses import split, template
from config.tests.admin_pages import LINES as PAGES
from config.tests.hostile.words import IN_ADDRESSES, is_sound
from config.tests.test_api_permissions import blank
from config.tests.world import World
from conftest import signed_in

pytestmark = pytest.mark.django_db

API = "/api/v1/"
PATIENCE = 10.0
"""Seconds within which an answer comes, on a machine with more to do."""
PER_PARAMETER = 2
"""Values that each parameter of the API is asked with outside of the long run."""


@pytest.fixture(scope="module")
def parameters() -> dict[str, set[str]]:
    """What each address of the API may be asked to read, by its method and blank address."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        f"{method} {blank(path.removeprefix('/api/v1/'))}": {
            one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def asked_of_the_api(parameters: dict[str, set[str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each method, address and parameter, those that nobody knows among them."""
    done = set()
    for line in API_LINES:
        method, address, *_rest = split(line)
        asked = f"{method.lower()} {blank(address)}"
        if asked in done:
            continue
        done.add(asked)
        if address.startswith(("auth/", "docs", "schema", "health", "invitations/resend")):
            continue
        known = parameters[asked]
        if method == "GET":
            known = known | {"format", "unknown", "created_by__password__startswith"}
        for name in sorted(known):
            yield method, address, name


def values(number: int, how_many: int) -> list[str]:
    """Return some of the words, others for each number."""
    return list(islice(cycle(IN_ADDRESSES.values()), number * how_many, (number + 1) * how_many))


def ask(world: World, method: str, address: str, query: str) -> None:
    body = None if method == "GET" else template(method, address, "") or {}
    client = signed_in(world.people["admin"])
    target = f"{API}{world.address(address)}"
    began = time.monotonic()
    with transaction.atomic():
        answer = client.generic(
            method, f"{target}?{query}", b"" if body is None else b"{}", "application/json"
        )
        transaction.set_rollback(True)
    assert time.monotonic() - began < PATIENCE, query[:100]
    is_sound(answer, f"{method} {target}?{query[:200]}")
    assert not 300 <= answer.status_code < 400


def test_no_parameter_of_the_api_makes_us_fail(world, parameters):
    asked = list(asked_of_the_api(parameters))
    assert len(asked) > 150
    for number, (method, address, name) in enumerate(asked):
        for value in values(number, PER_PARAMETER):
            ask(world, method, address, f"{name}={value}")


@pytest.mark.fuzz
def test_no_parameter_of_the_api_makes_us_fail_whatever_it_is(world, parameters):
    for method, address, name in asked_of_the_api(parameters):
        for value in IN_ADDRESSES.values():
            ask(world, method, address, f"{name}={value}")


SHAPES = (
    "{0}=1&{0}=2",
    "{0}[]=1",
    "{0}[$ne]=1",
    "{0}.x=1",
    "{0}",
    "&&=&{0}=&",
    "{0}__in=1,2",
    "{0}=%3D%26",
    "{0}=1;{0}=2",
    "%00{0}=1",
    "{0}%00=1",
    "{0}=" + "&{0}=" * 300,
    "%FF={0}",
    "__class__={0}",
)


@pytest.mark.parametrize("address", ["clients", "sessions", "users", "availability", "agenda"])
def test_no_shape_of_a_query_makes_us_fail(world, parameters, address):
    for name in sorted(parameters[f"get {address}"])[:6]:
        for shape in SHAPES:
            ask(world, "GET", address, shape.replace("{0}", name))


# What the API answers is not narrowed by what only the database knows

SECRET_LOOKUPS = (
    "password__startswith",
    "user__password__startswith",
    "created_by__password__startswith",
    "client__notes__contains",
    "payments__amount__gte",
    "token_hash__startswith",
    "sign_ins__current_jti",
    "roles__name",
    "internal_notes__contains",
    "total_amount__gte",
    "pk__in",
    "id__gte",
    "q",
    "order_by",
    "fields",
    "expand",
    "include",
    "select",
)


@pytest.mark.parametrize(
    "address", ["clients", "sessions", "users", "users/with-roles", "items", "packages", "rooms",
                "roles", "invitations", "notifications", "time-off", "sessions/my-assignments"],
)  # fmt: skip
def test_no_lookup_of_the_database_narrows_or_orders_a_list(world, address):
    client = signed_in(world.people["admin"])
    whole = client.get(f"{API}{address}").json()
    for lookup in SECRET_LOOKUPS:
        for value in ("zzz", "a", "0"):
            answer = client.get(f"{API}{address}", {lookup: value})
            assert answer.status_code == 200
            assert answer.json() == whole, lookup


# The back office

LISTS = sorted(
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for model in admin.site._registry
    if model._meta.model_name != "notification"
)
OF_DJANGO = (
    *("q", "o", "p", "all", "e", "ot", "_popup", "_to_field", "_changelist_filters", "_facets"),
    *("next", "unknown", "id", "pk__in", "action", "_save", "_selected_action"),
)
OF_PAGES = {
    "/": ("year", "month", "next"),
    "/search/": ("s", "extended", "q", "page"),
    "/autocomplete/": ("app_label", "model_name", "field_name", "term", "page"),
    "/notifications/notification/": ("page",),
    "/notifications/email/how-they-look/": ("kind",),
    "/sessions_app/session/agenda/": ("date", "view", "room", "person"),
    "/sessions_app/session/agenda/entries/": ("start", "end", "rooms", "people", "room", "person"),
    "/sessions_app/session/availability/": (
        *("date", "time", "duration_hours", "session_type", "photographers", "travel_minutes"),
        *("session_date", "session_time", "estimated_duration_hours"),
    ),
    "/sessions_app/session/editing-queue/": ("editor", "editor_id", "page", "q"),
    "/sessions_app/session/add/": (
        *("client", "room", "session_date", "session_time", "location", "responsible", "status"),
        *("_changelist_filters", "_popup", "_to_field", "discount"),
    ),
    "/sessions_app/session/{session}/change/": ("_changelist_filters", "_popup", "_to_field"),
    "/sessions_app/session/{session}/postpone/": ("session_date", "session_time", "reason"),
    "/clients/client/add/": ("full_name", "email", "_popup", "_to_field"),
    "/users/user/add/": ("roles", "status", "password"),
    "/login/": ("next",),
}
"""What pages read of their address, and what they might."""


def filters_of(world: World, address: str) -> list[str]:
    """Return the parameters by which a list is filtered."""
    page = world.browser("admin").get(address)
    specs = page.context["cl"].filter_specs
    return sorted({name for spec in specs for name in spec.expected_parameters()})


def opened(world: World, address: str, query: str, person: str = "admin") -> None:
    began = time.monotonic()
    answer = world.browser(person).get(f"{address}?{query}")
    assert time.monotonic() - began < PATIENCE, query[:100]
    is_sound(answer, f"{address}?{query[:200]}")
    assert answer.status_code in {200, 302, 400, 403, 404, 405}, (address, query[:200])


@pytest.mark.parametrize("address", LISTS)
def test_no_parameter_of_a_list_of_the_back_office_makes_us_fail(world, address):
    """Its own filters, and of what Django reads a part, at each list another one."""
    start = LISTS.index(address)
    names = [*OF_DJANGO[start % 5 :: 5], *filters_of(world, address)]
    for number, name in enumerate(names):
        [value] = values(number + 7 * start, 1)
        opened(world, address, f"{name}={value}")


@pytest.mark.fuzz
@pytest.mark.parametrize("address", LISTS)
def test_no_parameter_of_a_list_makes_us_fail_whatever_it_is(world, address):
    for name in [*OF_DJANGO, *filters_of(world, address)]:
        for value in IN_ADDRESSES.values():
            opened(world, address, f"{name}={value}")


@pytest.mark.parametrize("page", OF_PAGES)
def test_no_parameter_of_a_page_makes_us_fail(world, page):
    address = f"/admin{world.address(page)}"
    start = 11 * list(OF_PAGES).index(page)
    for number, name in enumerate(OF_PAGES[page]):
        for value in values(start + number, 1):
            opened(world, address, f"{name}={value}")


@pytest.mark.fuzz
@pytest.mark.parametrize("page", OF_PAGES)
def test_no_parameter_of_a_page_makes_us_fail_whatever_it_is(world, page):
    address = f"/admin{world.address(page)}"
    for name in OF_PAGES[page]:
        for value in IN_ADDRESSES.values():
            opened(world, address, f"{name}={value}")


@pytest.mark.fuzz
def test_no_page_fails_because_of_what_others_read(world):
    """Each page of the table with all the parameters of Django's own, odd ones at once."""
    for line in PAGES:
        address = f"/admin{world.address(line.split()[0])}"
        for value in IN_ADDRESSES.values():
            opened(world, address, "&".join(f"{name}={value[:100]}" for name in OF_DJANGO))


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("field", ["password", "token_hash", "roles__id", "id__exact", "x"])
def test_no_window_for_choosing_hands_out_another_column(world, address, field):
    answer = world.browser("admin").get(f"{address}?_popup=1&_to_field={field}")
    assert answer.status_code in {400, 403}


SENSITIVE = re.compile(
    r"password|hash|jti|secret|key|facts|amount|notes|body|fingerprint|session_data|last_login|price"
)


def test_no_filter_of_a_list_reaches_what_only_the_database_knows(rf, world):
    """Each path from each list over two relations to a column that is nobody's business."""
    request = rf.get("/")
    request.user = world.people["admin"]
    tried = []
    for model, page in admin.site._registry.items():
        if f"/admin/{model._meta.app_label}/{model._meta.model_name}/" not in LISTS:
            continue
        for path in paths(model, 3):
            if SENSITIVE.search(path.rpartition("__")[2]):
                for operator in ("", "__startswith", "__contains", "__gte", "__regex", "__in"):
                    assert not page.lookup_allowed(path + operator, "x", request), (model, path)
                    tried.append(path)
    assert len(tried) > 1000
    assert any("password" in path for path in tried)


def paths(model: Any, depth: int) -> Iterator[str]:
    """Yield the lookups of a model's columns, through so many relations, in either direction."""
    for field in model._meta.get_fields():
        is_column = field.concrete or not hasattr(field, "get_accessor_name")
        name = field.name if is_column else field.get_accessor_name()
        yield name
        if field.is_relation and field.related_model and depth > 1:
            for below in paths(field.related_model, depth - 1):
                yield f"{name}__{below}"
