"""`/items`, `/packages`, `/rooms` (contract, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Item, Package, PackageItem, Room
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from conftest import signed_in
from users.tests.factories import UserFactory

API = "/api/v1"
NUMBER = (int, float)
OPTIONAL_TEXT = (str, type(None))
TIMES = {"created_at": str, "updated_at": str}

ITEM = {"code": "ALBUM", "name": "Album", "item_type": "Album", "unit_price": 850.5} | {
    "unit_measure": "piece"
}
PACKAGE = {"code": "GOLD", "name": "Gold", "session_type": "Studio"}
ROOM = {"name": "Salón Grande"}
FORMS = {"items": ITEM, "packages": PACKAGE, "rooms": ROOM}
FACTORIES = {"items": ItemFactory, "packages": PackageFactory, "rooms": RoomFactory}
NOUNS = list(FORMS)

FIELDS: dict[str, dict[str, Any]] = {
    "items": {
        "id": int,
        "code": str,
        "name": str,
        "description": OPTIONAL_TEXT,
        "item_type": str,
        "unit_price": NUMBER,
        "unit_measure": str,
        "default_quantity": (int, type(None)),
        "status": str,
        **TIMES,
    },
    "packages": {
        "id": int,
        "code": str,
        "name": str,
        "description": OPTIONAL_TEXT,
        "session_type": str,
        "base_price": NUMBER,
        "estimated_editing_days": int,
        "status": str,
        **TIMES,
    },
    "rooms": {
        "id": int,
        "code": str,
        "name": str,
        "description": OPTIONAL_TEXT,
        "capacity": (int, type(None)),
        "hourly_rate": (*NUMBER, type(None)),
        "status": str,
        **TIMES,
    },
}
PACKAGE_ITEM_FIELDS = {
    "item_id": int,
    "item_code": str,
    "item_name": str,
    "item_type": str,
    "item_unit_price": NUMBER,
    "quantity": int,
    "display_order": (int, type(None)),
}

MAY = {
    ("get", "/{noun}", 200): {"admin", "coordinator"},
    ("get", "/{noun}/{id}", 200): {"admin", "coordinator"},
    ("post", "/{noun}", 201): {"admin"},
    ("patch", "/{noun}/{id}", 200): {"admin"},
    ("delete", "/{noun}/{id}", 200): {"admin"},
}
MAY_COMPOSE = {
    ("get", "/packages/{package}/items", 200): {"admin", "coordinator"},
    ("post", "/packages/{package}/items", 201): {"admin"},
    ("delete", "/packages/{package}/items/{item}", 204): {"admin"},
}
ROLES = ["admin", "coordinator", "photographer", "editor", "user"]


def assert_fields(body: dict[str, Any], fields: dict[str, Any]) -> None:
    assert set(body) == set(fields)
    for field, kind in fields.items():
        assert isinstance(body[field], kind), field


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["items"]]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(("method", "path", "success"), MAY)
def test_each_role_may_what_the_rules_say(db, role, noun, method, path, success):
    url = API + path.format(noun=noun, id=FACTORIES[noun]().pk)
    person = UserFactory(roles=[role])
    answer = getattr(signed_in(person), method)(url, FORMS[noun] if method == "post" else {})
    may = role in MAY[method, path, success]
    assert answer.status_code == (success if may else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("noun", ["items", "packages"])
def test_reactivating_needs_the_delete_right(db, role, noun):
    row = FACTORIES[noun](status="Inactive")
    answer = signed_in(UserFactory(roles=[role])).put(f"{API}/{noun}/{row.pk}/reactivate")
    assert answer.status_code == (200 if role == "admin" else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path", "success"), MAY_COMPOSE)
def test_each_role_may_compose_packages_as_the_rules_say(db, role, method, path, success):
    part = PackageItemFactory()
    url = API + path.format(package=part.package_id, item=part.item_id)
    body = {"item_id": part.item_id} if method == "post" else {}
    answer = getattr(signed_in(UserFactory(roles=[role])), method)(url, body)
    may = role in MAY_COMPOSE[method, path, success]
    assert answer.status_code == (success if may else 403)


@pytest.mark.parametrize("noun", NOUNS)
def test_nobody_gets_in_without_a_token(db, noun):
    assert signed_in().get(f"{API}/{noun}").status_code == 401


@pytest.mark.parametrize("noun", NOUNS)
def test_rows_have_the_fields_of_the_contract(admin_user, noun):
    api = signed_in(admin_user)
    answer = api.post(f"{API}/{noun}", FORMS[noun])
    assert answer.status_code == 201
    assert_fields(api.get(f"{API}/{noun}").json()["items"][0], FIELDS[noun])
    assert api.get(f"{API}/{noun}/{answer.json()['id']}").json() == answer.json()
    assert answer.json()["description"] is None


def test_money_is_a_number_and_is_taken_as_number_or_text(admin_user):
    api = signed_in(admin_user)
    body = api.post(f"{API}/items", ITEM).json()
    assert body["unit_price"] == 850.5
    url = f"{API}/items/{body['id']}"
    assert api.patch(url, {"unit_price": "1000.00"}).json()["unit_price"] == 1000
    room = api.post(f"{API}/rooms", {"name": "A", "hourly_rate": "99.90"}).json()
    assert room["hourly_rate"] == 99.9
    emptied = api.patch(f"{API}/rooms/{room['id']}", {"hourly_rate": None, "capacity": None})
    assert emptied.json()["hourly_rate"] is None


def test_optional_fields_take_null(admin_user):
    api = signed_in(admin_user)
    item = api.post(f"{API}/items", ITEM | {"description": None, "default_quantity": None})
    assert item.status_code == 201
    nothing = dict.fromkeys(["description", "base_price", "estimated_editing_days", "status"])
    package = api.post(f"{API}/packages", PACKAGE | nothing).json()
    assert (package["base_price"], package["estimated_editing_days"]) == (0, 5)
    room = api.post(f"{API}/rooms", ROOM | dict.fromkeys(["code", "capacity", "hourly_rate"]))
    assert room.json()["code"] == "SALON-GRANDE"


@pytest.mark.parametrize(
    ("noun", "field", "value"),
    [
        ("items", "name", None),
        ("items", "code", ""),
        ("items", "code", "x" * 31),
        ("items", "item_type", "Poster"),
        ("items", "unit_price", -1),
        ("items", "unit_price", "1.005"),
        ("items", "unit_price", None),
        ("items", "unit_price", "many"),
        ("items", "unit_price", 10**9),
        ("items", "unit_measure", None),
        ("items", "default_quantity", 0),
        ("items", "default_quantity", 2**31),
        ("items", "status", "Maintenance"),
        ("packages", "session_type", "Wedding"),
        ("packages", "base_price", -0.01),
        ("packages", "estimated_editing_days", 0),
        ("packages", "estimated_editing_days", 366),
        ("packages", "name", "a\0b"),
        ("rooms", "name", ""),
        ("rooms", "capacity", 0),
        ("rooms", "capacity", "x"),
        ("rooms", "hourly_rate", -1),
        ("rooms", "status", "Closed"),
        ("rooms", "status", "Maintenance"),
    ],
)
def test_a_wrong_form_names_the_field(admin_user, noun, field, value):
    answer = signed_in(admin_user).post(f"{API}/{noun}", FORMS[noun] | {field: value})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "VALIDATION_ERROR"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_code_in_use_is_a_duplicate_whatever_its_case(admin_user, noun):
    FACTORIES[noun](code="Gold")
    answer = signed_in(admin_user).post(f"{API}/{noun}", FORMS[noun] | {"code": "gOLD"})
    assert (answer.status_code, answer.json()["error_code"]) == (409, "DUPLICATE")
    assert answer.json()["detail"].endswith("with this code already exists.")


@pytest.mark.parametrize("noun", NOUNS)
def test_deleting_deactivates_and_answers_the_row(admin_user, noun):
    row = FACTORIES[noun]()
    answer = signed_in(admin_user).delete(f"{API}/{noun}/{row.pk}")
    assert (answer.status_code, answer.json()["status"]) == (200, "Inactive")
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("noun", ["items", "packages"])
def test_reactivating_puts_back_into_business(admin_user, noun):
    row = FACTORIES[noun](status="Inactive")
    answer = signed_in(admin_user).put(f"{API}/{noun}/{row.pk}/reactivate", {})
    assert (answer.status_code, answer.json()["status"]) == (200, "Active")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_status_in_a_patch_is_a_change_of_status(admin_user, noun):
    url = f"{API}/{noun}/{FACTORIES[noun]().pk}"
    api = signed_in(admin_user)
    assert api.patch(url, {"status": "Inactive"}).json()["status"] == "Inactive"
    assert api.patch(url, {"status": "Active"}).json()["status"] == "Active"


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_are_active_first_then_by_name(admin_user, noun):
    for name, status in (("B", "Active"), ("A", "Inactive"), ("A", "Active"), ("C", "Active")):
        FACTORIES[noun](name=name, status=status)
    rows = signed_in(admin_user).get(f"{API}/{noun}").json()["items"]
    assert [(row["name"], row["status"]) for row in rows] == [
        ("A", "Active"),
        ("B", "Active"),
        ("C", "Active"),
        ("A", "Inactive"),
    ]


@pytest.mark.parametrize("noun", NOUNS)
def test_the_search_is_blind_to_case_and_accents(admin_user, noun):
    FACTORIES[noun](name="Álbum Clásico", code="X-77", description="Tapa dura")
    FACTORIES[noun](name="Other")
    api = signed_in(admin_user)
    for term in ("album", "CLASICO", "bum", "x-77", "dura album"):
        assert names(api.get(f"{API}/{noun}?search={term}")) == ["Álbum Clásico"]
    assert names(api.get(f"{API}/{noun}?search=album other")) == []


@pytest.mark.parametrize("noun", NOUNS)
def test_active_only_leaves_the_others_out(admin_user, noun):
    FACTORIES[noun](name="On")
    FACTORIES[noun](name="Off", status="Inactive")
    assert names(signed_in(admin_user).get(f"{API}/{noun}?active_only=true")) == ["On"]


def test_items_can_be_filtered_by_type(admin_user):
    ItemFactory(name="Album", item_type="Album")
    ItemFactory(name="Video", item_type="Video")
    api = signed_in(admin_user)
    assert names(api.get(f"{API}/items?item_type=Album")) == ["Album"]
    assert api.get(f"{API}/items?item_type=Poster").status_code == 400


@pytest.mark.parametrize(
    ("asked", "given"),
    [("Studio", ["Both", "Studio"]), ("External", ["Both", "External"]), ("Both", ["Both"])],
)
def test_packages_for_a_type_include_those_for_both(admin_user, asked, given):
    for session_type in ("Studio", "External", "Both"):
        PackageFactory(name=session_type, session_type=session_type)
    url = f"{API}/packages?session_type={asked}"
    assert names(signed_in(admin_user).get(url)) == given


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(("asked", "given"), [("1000", 100), ("1", 1)])
def test_pages_have_the_envelope_of_the_contract(admin_user, noun, asked, given):
    FACTORIES[noun]()
    body = signed_in(admin_user).get(f"{API}/{noun}?limit={asked}").json()
    assert len(body.pop("items")) == 1
    assert body == {"total": 1, "limit": given, "offset": 0, "has_more": False}
    assert signed_in(admin_user).get(f"{API}/{noun}?limit=0").status_code == 400


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    admin_user, django_assert_num_queries, noun
):
    api = signed_in(admin_user)
    for _round in range(3):
        FACTORIES[noun]()
        with django_assert_num_queries(3):  # the sign-in, the page, its facts
            assert api.get(f"{API}/{noun}").status_code == 200


def test_one_package_takes_as_many_queries_for_three_items_as_for_one(
    admin_user, django_assert_num_queries
):
    api, package = signed_in(admin_user), PackageFactory()
    for _round in range(3):
        PackageItemFactory(package=package)
        # The sign-in, the package; then its facts and its parts, or its parts alone.
        for path, queries in (("", 4), ("/items", 3)):
            with django_assert_num_queries(queries):
                assert api.get(f"{API}/packages/{package.pk}{path}").status_code == 200


def test_one_package_tells_what_it_holds_and_what_that_costs(admin_user):
    package = PackageFactory()
    photo, album = ItemFactory(unit_price="12.50"), ItemFactory(unit_price="850.00")
    PackageItemFactory(package=package, item=photo, quantity=10)
    PackageItemFactory(package=package, item=album, display_order=1)
    api = signed_in(admin_user)
    body = api.get(f"{API}/packages/{package.pk}").json()
    assert_fields(body, FIELDS["packages"] | {"items": list, "items_total": NUMBER})
    assert body["items_total"] == 975
    assert [part["item_id"] for part in body["items"]] == [album.pk, photo.pk]
    for part in body["items"]:
        assert_fields(part, PACKAGE_ITEM_FIELDS)
    assert api.get(f"{API}/packages/{package.pk}/items").json() == body["items"]


def test_an_empty_package_costs_nothing(admin_user):
    body = signed_in(admin_user).get(f"{API}/packages/{PackageFactory().pk}").json()
    assert (body["items"], body["items_total"]) == ([], 0)


def test_an_item_put_in_twice_adds_its_quantity(admin_user):
    package, item = PackageFactory(), ItemFactory()
    url = f"{API}/packages/{package.pk}/items"
    api = signed_in(admin_user)
    first = api.post(url, {"item_id": item.pk})
    assert first.status_code == 201
    assert_fields(first.json(), PACKAGE_ITEM_FIELDS)
    second = api.post(url, {"item_id": str(item.pk), "quantity": 3, "display_order": 2})
    assert (second.status_code, second.json()["quantity"]) == (201, 4)
    assert PackageItem.objects.get().display_order == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "item_id"),
        ({"item_id": None}, "item_id"),
        ({"item_id": 999999}, "item_id"),
        ({"item_id": 10**30}, "item_id"),
        ({"item_id": True}, "item_id"),
        ({"item_id": 1.5}, "item_id"),
        ({"item_id": {}}, "item_id"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10_001}, "quantity"),
        ({"quantity": "x"}, "quantity"),
        ({"display_order": -1}, "display_order"),
    ],
)
def test_what_cannot_be_put_into_a_package_is_a_wrong_form(admin_user, body, field):
    valid = {"item_id": ItemFactory().pk} if field != "item_id" else {}
    url = f"{API}/packages/{PackageFactory().pk}/items"
    answer = signed_in(admin_user).post(url, valid | body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not PackageItem.objects.exists()


def test_an_item_is_taken_out_of_a_package_once(admin_user):
    part = PackageItemFactory()
    url = f"{API}/packages/{part.package_id}/items/{part.item_id}"
    api = signed_in(admin_user)
    answer = api.delete(url)
    assert (answer.status_code, answer.content) == (204, b"")
    again = api.delete(url)
    assert (again.status_code, again.json()["error_code"]) == (404, "NOT_FOUND")
    assert Item.objects.filter(pk=part.item_id).exists()


@pytest.mark.parametrize("path", ["999/items", "x/items", "999/items/1"])
def test_the_parts_of_an_unknown_package_are_not_found(admin_user, path):
    api = signed_in(admin_user)
    method = api.delete if path.endswith("/1") else api.get
    assert method(f"{API}/packages/{path}").status_code == 404


def test_rooms_get_codes_made_from_their_names(admin_user):
    api = signed_in(admin_user)
    codes = [api.post(f"{API}/rooms", ROOM).json()["code"] for _round in range(3)]
    assert codes == ["SALON-GRANDE", "SALON-GRANDE-2", "SALON-GRANDE-3"]


@pytest.mark.parametrize("code", ["", None])
def test_a_room_keeps_its_code_when_an_empty_one_is_sent(admin_user, code):
    room = RoomFactory(code="R1")
    url = f"{API}/rooms/{room.pk}"
    assert signed_in(admin_user).patch(url, {"code": code}).json()["code"] == "R1"


def test_maintenance_does_not_begin_in_passing(admin_user):
    room = RoomFactory()
    answer = signed_in(admin_user).patch(f"{API}/rooms/{room.pk}", {"status": "Maintenance"})
    assert answer.status_code == 400
    assert "PUT /rooms/{id}/maintenance" in answer.json()["errors"]["status"][0]
    room.refresh_from_db()
    assert room.status == "Active"


def test_a_room_in_maintenance_can_be_changed_otherwise(admin_user):
    room = RoomFactory(status="Maintenance")
    change = {"name": "New", "status": "Maintenance"}
    body = signed_in(admin_user).patch(f"{API}/rooms/{room.pk}", change).json()
    assert (body["name"], body["status"]) == ("New", "Maintenance")


def test_only_active_rooms_are_active(admin_user):
    RoomFactory(name="Works")
    RoomFactory(name="Paint", status="Maintenance")
    assert names(signed_in(admin_user).get(f"{API}/rooms?active_only=true")) == ["Works"]
    assert Room.objects.count() == 2


def test_a_package_in_use_is_deactivated_with_what_it_holds(admin_user):
    part = PackageItemFactory()
    body = signed_in(admin_user).delete(f"{API}/packages/{part.package_id}").json()
    assert len(body["items"]) == 1
    assert Package.objects.get().status == "Inactive"
