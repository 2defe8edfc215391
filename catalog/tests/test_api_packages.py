"""`/packages/{id}/items`: what a package holds (contract, section 3)."""

from __future__ import annotations

import pytest

from catalog.models import Item, Package, PackageItem
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from catalog.tests.wire import API, FIELDS, NUMBER, PACKAGE_ITEM_FIELDS, ROLES, assert_fields
from conftest import signed_in
from users.tests.factories import UserFactory

MAY_COMPOSE = {
    ("get", "/packages/{package}/items", 200): {"admin", "coordinator"},
    ("post", "/packages/{package}/items", 201): {"admin"},
    ("delete", "/packages/{package}/items/{item}", 204): {"admin"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path", "success"), MAY_COMPOSE)
def test_each_role_may_compose_packages_as_the_rules_say(db, role, method, path, success):
    part = PackageItemFactory()
    url = API + path.format(package=part.package_id, item=part.item_id)
    body = {"item_id": part.item_id} if method == "post" else {}
    answer = getattr(signed_in(UserFactory(roles=[role])), method)(url, body)
    may = role in MAY_COMPOSE[method, path, success]
    assert answer.status_code == (success if may else 403)


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


def test_a_package_in_use_is_deactivated_with_what_it_holds(admin_user):
    part = PackageItemFactory()
    body = signed_in(admin_user).delete(f"{API}/packages/{part.package_id}").json()
    assert len(body["items"]) == 1
    assert Package.objects.get().status == "Inactive"
