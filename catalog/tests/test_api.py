"""`/items`, `/packages`, `/rooms` (contract, section 3)."""

from __future__ import annotations

import pytest

from catalog.models import Room
from catalog.tests.factories import ItemFactory, PackageFactory, RoomFactory
from catalog.tests.wire import API, FIELDS, ROLES, assert_fields, names
from conftest import signed_in
from users.tests.factories import UserFactory

ITEM = {"code": "ALBUM", "name": "Album", "item_type": "Album", "unit_price": 850.5} | {
    "unit_measure": "piece"
}
PACKAGE = {"code": "GOLD", "name": "Gold", "session_type": "Studio"}
ROOM = {"name": "Salón Grande"}
FORMS = {"items": ITEM, "packages": PACKAGE, "rooms": ROOM}
FACTORIES = {"items": ItemFactory, "packages": PackageFactory, "rooms": RoomFactory}
NOUNS = list(FORMS)

MAY = {
    ("get", "/{noun}", 200): {"admin", "coordinator"},
    ("get", "/{noun}/{id}", 200): {"admin", "coordinator"},
    ("post", "/{noun}", 201): {"admin"},
    ("patch", "/{noun}/{id}", 200): {"admin"},
    ("delete", "/{noun}/{id}", 200): {"admin"},
}


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
