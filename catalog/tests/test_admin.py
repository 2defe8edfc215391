"""The catalog in the back office."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser

from catalog.models import Item, Package, PackageItem, Room
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from config.amounts import money
from users.models import User
from users.tests.factories import UserFactory

ITEMS, PACKAGES = "/admin/catalog/item/", "/admin/catalog/package/"
ITEM = {"name": "Album", "code": "ALBUM", "item_type": "Album", "unit_price": "850.50"} | {
    "unit_measure": "piece"
}
PACKAGE = {"name": "Gold", "code": "GOLD", "session_type": "Both", "base_price": "0"} | {
    "estimated_editing_days": "5"
}


def browser(user: User) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def composition(*rows: dict[str, Any], saved: int = 0) -> dict[str, Any]:
    """The inline's part of the form."""
    form: dict[str, Any] = {"items-TOTAL_FORMS": len(rows), "items-INITIAL_FORMS": saved}
    for index, row in enumerate(rows):
        form |= {f"items-{index}-{name}": value for name, value in row.items()}
    return form


@pytest.mark.parametrize("url", [ITEMS, PACKAGES])
@pytest.mark.parametrize(
    ("role", "sees", "edits"),
    [
        ("admin", True, True),
        ("coordinator", True, False),
        ("photographer", False, False),
        ("editor", False, False),
    ],
)
def test_each_role_opens_what_it_may(db, url, role, sees, edits):
    desk = browser(UserFactory(roles=[role]))
    row = PackageItemFactory()
    pk = row.item_id if url == ITEMS else row.package_id
    assert desk.get(url).status_code == (200 if sees else 403)
    assert desk.get(f"{url}add/").status_code == (200 if edits else 403)
    page = desk.get(f"{url}{pk}/change/")
    assert page.status_code == (200 if sees else 403)
    assert ('name="_save"' in page.content.decode()) is edits
    assert (url in desk.get("/admin/").content.decode()) is sees
    if not edits:
        assert desk.post(f"{url}{pk}/change/", {}).status_code == 403


def test_an_item_is_added_and_changed(admin_user):
    desk = browser(admin_user)
    assert desk.post(f"{ITEMS}add/", ITEM).status_code == 302
    item = Item.objects.get()
    desk.post(f"{ITEMS}{item.pk}/change/", ITEM | {"unit_price": "900"})
    item.refresh_from_db()
    assert item.unit_price == 900


def test_a_code_in_use_is_said_on_the_form(admin_user):
    ItemFactory(code="album")
    page = browser(admin_user).post(f"{ITEMS}add/", ITEM)
    assert "An item with this code already exists." in page.content.decode()


def test_a_package_is_composed_on_its_page(admin_user):
    photo, album = ItemFactory(), ItemFactory()
    desk = browser(admin_user)
    form = PACKAGE | composition({"item": photo.pk, "quantity": 10})
    answer = desk.post(f"{PACKAGES}add/", form)
    assert answer.status_code == 302, answer.context["errors"]
    part = PackageItem.objects.get()
    assert (part.item, part.quantity) == (photo, 10)

    kept = {"id": part.pk, "package": part.package_id, "item": photo.pk, "quantity": 12}
    added = {"item": album.pk, "quantity": 1, "display_order": 1}
    url = f"{PACKAGES}{part.package_id}/change/"
    desk.post(url, PACKAGE | composition(kept, added, saved=1))
    quantities = PackageItem.objects.values_list("item", "quantity")
    assert set(quantities) == {(photo.pk, 12), (album.pk, 1)}

    desk.post(url, PACKAGE | composition(kept | {"DELETE": "on"}, saved=1))
    assert [part.item for part in PackageItem.objects.all()] == [album]


def test_the_same_item_twice_is_said_on_the_form(admin_user):
    item = ItemFactory()
    row = {"item": item.pk, "quantity": 1}
    page = browser(admin_user).post(f"{PACKAGES}add/", PACKAGE | composition(row, row))
    assert page.status_code == 200
    assert not Package.objects.exists()


def test_who_may_not_compose_cannot_smuggle_rows_in(coordinator):
    package, item = PackageFactory(), ItemFactory()
    row = {"item": item.pk, "quantity": 1}
    url = f"{PACKAGES}{package.pk}/change/"
    assert browser(coordinator).post(url, PACKAGE | composition(row)).status_code == 403
    assert not PackageItem.objects.exists()


def test_a_row_that_someone_else_has_removed_meanwhile_is_no_error(admin_user):
    part = PackageItemFactory()
    row = {"id": part.pk, "package": part.package_id, "item": part.item_id, "quantity": 1}
    form = PACKAGE | composition(row | {"DELETE": "on"}, saved=1)
    for _round in range(2):
        answer = browser(admin_user).post(f"{PACKAGES}{part.package_id}/change/", form)
        assert answer.status_code == 302
    assert not PackageItem.objects.exists()


def test_the_price_stands_against_the_sum(admin_user):
    package = PackageFactory(base_price="1500")
    PackageItemFactory(package=package, item=ItemFactory(unit_price="850.50"), quantity=2)
    desk = browser(admin_user)
    for page in (desk.get(PACKAGES), desk.get(f"{PACKAGES}{package.pk}/change/")):
        text = page.content.decode()
        assert money(Decimal("1701")) in text
        assert money(Decimal("201")) in text


@pytest.mark.parametrize("url", [ITEMS, PACKAGES])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    admin_user, django_assert_max_num_queries, url
):
    desk = browser(admin_user)
    PackageItemFactory()
    with django_assert_max_num_queries(12) as one:
        desk.get(url)
    PackageItemFactory()
    PackageItemFactory()
    with django_assert_max_num_queries(len(one)):
        desk.get(url)


def test_a_package_page_takes_as_many_queries_for_three_items_as_for_one(
    admin_user, django_assert_max_num_queries
):
    desk, part = browser(admin_user), PackageItemFactory()
    url = f"{PACKAGES}{part.package_id}/change/"
    with django_assert_max_num_queries(20) as one:
        desk.get(url)
    PackageItemFactory(package=part.package)
    PackageItemFactory(package=part.package)
    with django_assert_max_num_queries(len(one) + 2):  # a choice field asks for its one choice
        desk.get(url)


def test_an_inactive_package_is_reactivated_by_its_button(admin_user):
    package = PackageFactory(name="Gold", status="Inactive")
    answer = browser(admin_user).post(f"{PACKAGES}{package.pk}/reactivate/")
    assert [str(said) for said in get_messages(answer.wsgi_request)] == ["“Gold” is active again."]
    package.refresh_from_db()
    assert package.is_active


def test_a_room_made_in_the_back_office_gets_a_code(admin_user):
    for _round in range(2):
        browser(admin_user).post("/admin/catalog/room/add/", {"name": "Salón", "code": ""})
    assert set(Room.objects.values_list("code", flat=True)) == {"SALON", "SALON-2"}


def test_a_room_keeps_its_code_when_the_field_is_emptied(admin_user):
    room = RoomFactory(code="R1")
    page = f"/admin/catalog/room/{room.pk}/change/"
    browser(admin_user).post(page, {"name": "New", "code": ""})
    room.refresh_from_db()
    assert (room.name, room.code) == ("New", "R1")


def test_amounts_are_shown_with_the_currency():
    assert money(Decimal("1250.5")) == "Q\N{NO-BREAK SPACE}1,250.50"
