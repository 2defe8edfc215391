"""Clients, items, packages, rooms on the wire (contract, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.tests.contract.shapes import (
    CLIENT,
    ITEM,
    PACKAGE,
    PACKAGE_ITEM,
    ROOM,
    WHOLE_PACKAGE,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.wire import arrived

pytestmark = pytest.mark.django_db

API = "/api/v1"
BODIES: dict[str, dict[str, Any]] = {
    "clients": {
        "full_name": "Luz Pérez",
        "email": "Luz@Example.com",
        "primary_phone": "5555-1234",
        "secondary_phone": "5555-9999",
        "delivery_address": "Zona 1",
        "client_type": "Institutional",
        "notes": "by the window",
        "tax_id": "12345-6",
        "billing_name": "Luz S.A.",
        "language": "es",
    },
    "items": {
        "code": "ALB-1",
        "name": "Album",
        "description": "30 pages",
        "item_type": "Album",
        "unit_price": 350.25,
        "unit_measure": "piece",
        "default_quantity": 1,
    },
    "packages": {
        "code": "WED-1",
        "name": "Wedding",
        "description": "All day",
        "session_type": "External",
        "base_price": 5000,
        "estimated_editing_days": 20,
    },
    "rooms": {
        "code": "A-1",
        "name": "Sala Azul",
        "description": "North light",
        "capacity": 8,
        "hourly_rate": 75.5,
    },
}
SHAPES = {"clients": CLIENT, "items": ITEM, "packages": PACKAGE, "rooms": ROOM}
FACTORIES: dict[str, Any] = {
    "clients": ClientFactory,
    "items": ItemFactory,
    "packages": PackageFactory,
    "rooms": RoomFactory,
}
each_kind = pytest.mark.parametrize("kind", SHAPES)


# The verbs they share


@each_kind
def test_what_is_made_is_answered_whole(boss, kind):
    made = assert_answer(boss.post(f"{API}/{kind}", BODIES[kind]), SHAPES[kind], status=201)
    expected = BODIES[kind] | {"status": "Active"}
    assert {name: made[name] for name in expected if name != "email"} == {
        name: value for name, value in expected.items() if name != "email"
    }
    one = assert_answer(boss.get(f"{API}/{kind}/{made['id']}"), SHAPES[kind])
    assert {name: one[name] for name in SHAPES[kind]} == {name: made[name] for name in SHAPES[kind]}


@each_kind
def test_a_change_is_answered_whole(boss, kind):
    thing = FACTORIES[kind]()
    name = "full_name" if kind == "clients" else "name"
    answer = boss.patch(f"{API}/{kind}/{thing.pk}", {name: "Other"})
    assert assert_answer(answer, SHAPES[kind])[name] == "Other"


@each_kind
def test_deleting_deactivates_and_reactivating_takes_it_back(boss, kind):
    thing = FACTORIES[kind]()
    url = f"{API}/{kind}/{thing.pk}"
    assert assert_answer(boss.delete(url), SHAPES[kind])["status"] == "Inactive"
    assert assert_answer(boss.get(url), SHAPES[kind])["status"] == "Inactive"
    assert assert_answer(boss.put(f"{url}/reactivate"), SHAPES[kind])["status"] == "Active"


@each_kind
def test_an_inactive_one_is_out_of_the_list_of_active_ones(boss, kind):
    active, inactive = FACTORIES[kind](), FACTORIES[kind](status="Inactive")
    query = {"active_only": "true"}
    entries = assert_list(boss.get(f"{API}/{kind}", query), SHAPES[kind])
    assert [one["id"] for one in entries] == [active.pk]
    entries = assert_list(boss.get(f"{API}/{kind}", {"active_only": "false"}), SHAPES[kind])
    assert {one["id"] for one in entries} == {active.pk, inactive.pk}


@each_kind
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_one_is_404(boss, kind, method):
    answer = getattr(boss, method)(f"{API}/{kind}/987654321")
    assert_refused(answer, 404, "NOT_FOUND")
    assert_refused(boss.put(f"{API}/{kind}/987654321/reactivate"), 404, "NOT_FOUND")


@each_kind
def test_a_change_of_status_needs_the_right_to_delete(desk, boss, kind):
    thing = FACTORIES[kind]()
    url = f"{API}/{kind}/{thing.pk}"
    refusals = [
        desk.delete(url),
        desk.patch(url, {"status": "Inactive"}),
        desk.put(f"{url}/reactivate"),
    ]
    for refusal in refusals:
        assert_refused(refusal, 403, "PERMISSION_DENIED")
    changed = assert_answer(boss.patch(url, {"status": "Inactive"}), SHAPES[kind])
    assert changed["status"] == "Inactive"


def test_an_unchanged_status_is_no_change(desk):
    client = ClientFactory()
    body = {"status": "Active", "notes": "prefers mornings"}
    changed = assert_answer(desk.patch(f"{API}/clients/{client.pk}", body), CLIENT)
    assert changed["notes"] == "prefers mornings"


@pytest.mark.parametrize("kind", ["items", "packages", "rooms"])
def test_a_code_in_use_is_409(boss, kind):
    FACTORIES[kind](code=BODIES[kind]["code"])
    assert_refused(boss.post(f"{API}/{kind}", BODIES[kind]), 409, "DUPLICATE")
    other = FACTORIES[kind]()
    answer = boss.patch(f"{API}/{kind}/{other.pk}", {"code": BODIES[kind]["code"]})
    assert_refused(answer, 409, "DUPLICATE")


@each_kind
def test_who_covers_sessions_does_not_enter(photographer, editor, plain_user, kind):
    for person in (photographer, editor, plain_user):
        assert_refused(signed_in(person).get(f"{API}/{kind}"), 403, "PERMISSION_DENIED")


def test_the_desk_reads_the_catalog_but_does_not_write_it(desk):
    for kind in ("items", "packages", "rooms"):
        assert desk.get(f"{API}/{kind}").status_code == 200
        answer = desk.post(f"{API}/{kind}", BODIES[kind])
        assert_refused(answer, 403, "PERMISSION_DENIED")


# Clients


def test_an_address_in_use_is_409_whatever_its_case(desk):
    ClientFactory(email="luz@example.com")
    body = BODIES["clients"] | {"email": "LUZ@example.COM"}
    assert_refused(desk.post(f"{API}/clients", body), 409, "DUPLICATE")
    other = ClientFactory()
    answer = desk.patch(f"{API}/clients/{other.pk}", {"email": "Luz@Example.com"})
    assert_refused(answer, 409, "DUPLICATE")


@pytest.mark.parametrize("email", ["", "nobody", "a@b", 7, ["a@example.com"]])
def test_an_address_that_is_none_is_400(desk, email):
    assert_wrong_form(desk.post(f"{API}/clients", BODIES["clients"] | {"email": email}), "email")


def test_clients_by_type(desk):
    ClientFactory()
    found = ClientFactory(client_type="Institutional")
    answer = desk.get(f"{API}/clients", {"client_type": "Institutional"})
    assert [client["id"] for client in assert_list(answer, CLIENT)] == [found.pk]


def test_a_client_counts_its_sessions(desk, session):
    answer = desk.get(f"{API}/clients/{session.client_id}")
    body = assert_answer(answer, CLIENT)
    assert (body["sessions_count"], body["is_high_risk"]) == (1, False)


def test_a_client_with_an_open_session_is_not_deactivated(boss, session):
    assert_refused(boss.delete(f"{API}/clients/{session.client_id}"), 409, "IN_USE")


def test_a_client_whose_sessions_are_over_is_deactivated(boss):
    session = arrived(Status.COMPLETED)
    gone = assert_answer(boss.delete(f"{API}/clients/{session.client_id}"), CLIENT)
    assert gone["status"] == "Inactive"


# Items


def test_items_by_type(desk):
    ItemFactory()
    found = ItemFactory(item_type="Video")
    answer = desk.get(f"{API}/items", {"item_type": "Video"})
    assert [item["id"] for item in assert_list(answer, ITEM)] == [found.pk]


@pytest.mark.parametrize(
    "wrong",
    [{"unit_price": "ten"}, {"unit_price": 1.234}, {"unit_price": 1e30}, {"item_type": "Song"}],
)
def test_a_wrong_item_is_400(boss, wrong):
    assert_wrong_form(boss.post(f"{API}/items", BODIES["items"] | wrong), *wrong)


# Packages


def test_a_package_shows_what_is_in_it(desk):
    entry = PackageItemFactory(quantity=3)
    body = assert_answer(desk.get(f"{API}/packages/{entry.package_id}"), WHOLE_PACKAGE)
    assert body["items_total"] == 300
    [shown] = body["items"]
    assert (shown["item_id"], shown["quantity"], shown["item_unit_price"]) == (
        entry.item_id,
        3,
        100,
    )
    listed = assert_answer(desk.get(f"{API}/packages/{entry.package_id}/items"), [PACKAGE_ITEM])
    assert listed == body["items"]


def test_packages_of_one_kind_are_also_those_of_both(desk):
    both = PackageFactory(session_type="Both").pk
    studio = PackageFactory(session_type="Studio").pk
    external = PackageFactory(session_type="External").pk
    for kind, expected in (("Studio", {both, studio}), ("External", {both, external})):
        answer = desk.get(f"{API}/packages", {"session_type": kind})
        assert {one["id"] for one in assert_list(answer, PACKAGE)} == expected


def test_an_item_is_put_in_a_package_and_more_of_it_is_added(boss):
    url, item = f"{API}/packages/{PackageFactory().pk}/items", ItemFactory()
    first = assert_answer(boss.post(url, {"item_id": item.pk}), PACKAGE_ITEM, status=201)
    assert (first["item_id"], first["quantity"]) == (item.pk, 1)
    body = {"item_id": item.pk, "quantity": 4, "display_order": 2}
    again = assert_answer(boss.post(url, body), PACKAGE_ITEM, status=201)
    assert again["quantity"] == 5
    assert len(assert_answer(boss.get(url), [PACKAGE_ITEM])) == 1


@pytest.mark.parametrize(
    "wrong", [{"item_id": 987654321}, {"item_id": None}, {"item_id": "x"}, {"quantity": 0}]
)
def test_a_wrong_entry_of_a_package_is_400(boss, wrong):
    body = {"item_id": ItemFactory().pk} | wrong
    answer = boss.post(f"{API}/packages/{PackageFactory().pk}/items", body)
    assert_wrong_form(answer, *wrong)


def test_an_item_is_taken_out_of_a_package_once(boss):
    entry = PackageItemFactory()
    url = f"{API}/packages/{entry.package_id}/items/{entry.item_id}"
    gone = boss.delete(url)
    assert (gone.status_code, gone.content) == (204, b"")
    assert_refused(boss.delete(url), 404, "NOT_FOUND")


@pytest.mark.parametrize("days", [0, 366, -1, "many"])
def test_editing_takes_1_to_365_days(boss, days):
    answer = boss.post(f"{API}/packages", BODIES["packages"] | {"estimated_editing_days": days})
    assert_wrong_form(answer, "estimated_editing_days")


# Rooms


def test_a_room_without_a_code_gets_one_of_its_name(boss):
    codes = set()
    for name in ("Sala Verde", "Sala Verde"):
        made = assert_answer(boss.post(f"{API}/rooms", {"name": name}), ROOM, status=201)
        codes.add(made["code"])
    assert len(codes) == 2
    assert all("VERDE" in code.upper() for code in codes)


def test_a_room_in_maintenance_takes_no_booking_until_it_is_reactivated(boss, desk, asked):
    url = f"{API}/rooms/{asked['room_id']}"
    room = assert_answer(boss.put(f"{url}/maintenance", {}), ROOM)
    assert room["status"] == "Maintenance"
    assert_refused(desk.post(f"{API}/sessions", asked), 422, "INACTIVE_RESOURCE")
    assert assert_answer(boss.put(f"{url}/reactivate"), ROOM)["status"] == "Active"
    assert desk.post(f"{API}/sessions", asked).status_code == 201


def test_a_room_that_an_open_session_needs_is_not_deactivated(boss, session):
    body = assert_refused(boss.delete(f"{API}/rooms/{session.room_id}"), 409, "IN_USE")
    assert session.code in str(body["context"])
