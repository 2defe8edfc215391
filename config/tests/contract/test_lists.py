"""Lists: envelope, paging, order, filters, search (contract, section 0)."""

from __future__ import annotations

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now
from config.tests.contract.session_shapes import SESSION
from config.tests.contract.shapes import (
    CLIENT,
    ITEM,
    PACKAGE,
    PERMISSION,
    ROLE,
    ROOM,
    USER,
    USER_WITH_ROLES,
    assert_list,
    assert_refused,
)
from sessions_app.tests.builders import acting, external
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"
LISTS = {
    "clients": CLIENT,
    "items": ITEM,
    "packages": PACKAGE,
    "rooms": ROOM,
    "sessions": SESSION,
    "sessions/my-assignments": SESSION,
    "sessions/my-editing": SESSION,
    "users": USER,
    "users/with-roles": USER_WITH_ROLES,
    "roles": ROLE,
    "permissions": PERMISSION,
}
by_name = pytest.mark.parametrize("name", LISTS)


@pytest.fixture
def one_of_each(session):
    ClientFactory()
    ItemFactory()
    PackageFactory()


@by_name
def test_a_list_comes_in_its_envelope(boss, one_of_each, name):
    answer = boss.get(f"{API}/{name}")
    entries = assert_list(answer, LISTS[name])
    body = answer.json()
    assert (body["limit"], body["offset"]) == (50, 0)
    assert body["total"] >= len(entries)
    assert entries or name.startswith("sessions/my")


@by_name
def test_a_limit_above_100_is_clamped(boss, name):
    for asked, used in ((1, 1), (100, 100), (101, 100), (1000, 100), (10**30, 100)):
        assert boss.get(f"{API}/{name}", {"limit": asked}).json()["limit"] == used


@by_name
def test_a_limit_below_1_or_no_number_is_400(boss, name):
    for limit in ("0", "-1", "many", "1.5"):
        assert_refused(boss.get(f"{API}/{name}", {"limit": limit}), 400, "VALIDATION_ERROR")


def test_a_thousand_sessions_of_one_client_come_at_once(desk, session):
    answer = desk.get(f"{API}/sessions", {"client_id": session.client_id, "limit": 1000})
    assert assert_list(answer, SESSION)[0]["id"] == session.pk
    assert answer.json()["limit"] == 1000
    assert desk.get(f"{API}/sessions", {"limit": 1000}).json()["limit"] == 100


@pytest.mark.parametrize("word", ["offset", "skip"])
def test_pages_are_told_by_offset_or_skip_and_miss_nothing(desk, word):
    made = {ClientFactory(full_name="Same Name").pk for _ in range(5)}
    met = []
    for start in (0, 2, 4):
        answer = desk.get(f"{API}/clients", {"limit": 2, word: start})
        met += [client["id"] for client in assert_list(answer, CLIENT)]
        body = answer.json()
        assert (body["total"], body["limit"], body["offset"]) == (5, 2, start)
        assert body["has_more"] == (start < 4)
    assert len(met) == 5
    assert set(met) == made


def test_a_page_beyond_the_end_is_empty(desk):
    ClientFactory()
    answer = desk.get(f"{API}/clients", {"offset": 7})
    assert assert_list(answer, CLIENT) == []
    assert (answer.json()["total"], answer.json()["has_more"]) == (1, False)


# Order


def test_clients_come_newest_first(desk):
    made = [ClientFactory(full_name=name).pk for name in ("B", "A", "C")]
    entries = assert_list(desk.get(f"{API}/clients"), CLIENT)
    assert [client["id"] for client in entries] == made[::-1]


@pytest.mark.parametrize(
    ("name", "factory"),
    [("items", ItemFactory), ("packages", PackageFactory), ("rooms", RoomFactory)],
)
def test_the_catalog_comes_active_first_then_by_name(boss, name, factory):
    for word, status in (("B", "Active"), ("A", "Inactive"), ("C", "Inactive"), ("D", "Active")):
        factory(name=word, status=status)
    entries = assert_list(boss.get(f"{API}/{name}"), LISTS[name])
    assert [one["name"] for one in entries] == ["B", "D", "A", "C"]


@pytest.mark.parametrize("name", ["users", "users/with-roles"])
def test_people_come_active_first_then_by_name(boss, admin_user, name):
    for word, status in (("B", "Active"), ("A", "Inactive"), ("C", "Inactive"), ("D", "Active")):
        UserFactory(full_name=word, status=status)
    entries = assert_list(boss.get(f"{API}/{name}"), LISTS[name])
    names = [one["full_name"] for one in entries]
    assert names == [admin_user.full_name, "B", "D", "A", "C"]


# Search and filters


@pytest.mark.parametrize("word", ["alvaro", "ÁLVARO", "nez", "NUNEZ", "@Lens", "7788", "4412-9"])
def test_a_client_is_found_by_part_of_name_address_or_phone(desk, word):
    ClientFactory()
    found = ClientFactory(
        full_name="Álvaro Núñez",
        email="boda@lens.example",
        primary_phone="5566-7788",
        secondary_phone="4412-9900",
    )
    entries = assert_list(desk.get(f"{API}/clients", {"search": word}), CLIENT)
    assert [client["id"] for client in entries] == [found.pk]


@pytest.mark.parametrize(
    ("name", "factory"),
    [("items", ItemFactory), ("packages", PackageFactory), ("rooms", RoomFactory)],
)
@pytest.mark.parametrize("word", ["album", "ÁLB", "qx-7", "Terciopelo"])
def test_the_catalog_is_found_by_name_code_or_description(boss, name, factory, word):
    factory()
    found = factory(name="Álbum grande", code="QX-77", description="De terciopelo")
    entries = assert_list(boss.get(f"{API}/{name}", {"search": word}), LISTS[name])
    assert [one["id"] for one in entries] == [found.pk]


@pytest.mark.parametrize("name", ["users", "users/with-roles"])
@pytest.mark.parametrize("word", ["jose", "JOSÉ", "@ojo", "3344"])
def test_a_person_is_found_by_part_of_name_address_or_phone(boss, name, word):
    found = UserFactory(full_name="José Ixchel", email="jx@ojo.example", phone="2233-3344")
    entries = assert_list(boss.get(f"{API}/{name}", {"search": word}), LISTS[name])
    assert [one["id"] for one in entries] == [found.pk]


@pytest.mark.parametrize("word", ["alvaro", "tikal", "TEMPLO"])
def test_a_session_is_found_by_client_or_place(desk, coordinator, session, day, word):
    found = external(
        acting(coordinator),
        at=now(),
        session_date=day,
        client=ClientFactory(full_name="Álvaro Yax"),
        location="Templo IV, Tikal",
    )
    entries = assert_list(desk.get(f"{API}/sessions", {"search": word}), SESSION)
    assert [one["id"] for one in entries] == [found.pk]


def test_a_session_is_found_by_its_code(desk, session):
    for word in (session.code, session.code.lower(), session.code[2:]):
        entries = assert_list(desk.get(f"{API}/sessions", {"search": word}), SESSION)
        assert [one["id"] for one in entries] == [session.pk]


def test_filters_combine_with_and(desk):
    ClientFactory(client_type="Institutional", status="Inactive", full_name="Uno")
    ClientFactory(client_type="Individual", full_name="Uno")
    ClientFactory(client_type="Institutional", full_name="Dos")
    found = ClientFactory(client_type="Institutional", full_name="Uno")
    query = {"client_type": "Institutional", "active_only": "true", "search": "uno"}
    entries = assert_list(desk.get(f"{API}/clients", query), CLIENT)
    assert [client["id"] for client in entries] == [found.pk]
