"""What is more than filling in a form: codes of rooms, and composing packages."""

from __future__ import annotations

import pytest

from catalog.actions import (
    add_package_item,
    change_package_item,
    create_room,
    remove_package_item,
)
from catalog.models import Package, PackageItem, Room
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from config.errors import Duplicate, NotAllowed, NotFound, ValidationFailed
from config.records.models import Channel
from users.actors import Actor
from users.models import User
from users.tests.factories import UserFactory
from users.tests.races import at_once

SYSTEM = Actor(None, Channel.COMMAND)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Salón Grande", "SALON-GRANDE"),
        ("  Set #2 / white  ", "SET-2-WHITE"),
        ("★", "ROOM"),
        ("x" * 40, "X" * 30),
    ],
)
def test_a_room_gets_a_code_made_from_its_name(db, at, name, code):
    assert create_room(Room(name=name), actor=SYSTEM, at=at).code == code


def test_codes_in_use_are_avoided_whatever_their_case(db, at):
    RoomFactory(code="salon")
    RoomFactory(code="SALON-2")
    assert create_room(Room(name="Salón"), actor=SYSTEM, at=at).code == "SALON-3"


def test_a_long_code_makes_place_for_its_number(db, at):
    RoomFactory(code="X" * 30)
    code = create_room(Room(name="x" * 40), actor=SYSTEM, at=at).code
    assert code == "X" * 28 + "-2"


def test_a_given_code_is_kept_or_refused(db, at):
    assert create_room(Room(name="A", code="b1"), actor=SYSTEM, at=at).code == "b1"
    with pytest.raises(Duplicate):
        create_room(Room(name="A", code="B1"), actor=SYSTEM, at=at)


def test_a_room_carries_the_instant_it_was_made(db, at):
    assert create_room(Room(name="A"), actor=SYSTEM, at=at).created_at == at


@pytest.mark.django_db(transaction=True)
def test_rooms_made_at_once_get_codes_of_their_own(at):
    made = at_once(*[lambda: create_room(Room(name="Hall"), actor=SYSTEM, at=at)] * 5)
    codes = sorted(room.code for room in made)
    assert codes == ["HALL", "HALL-2", "HALL-3", "HALL-4", "HALL-5"]


@pytest.mark.django_db(transaction=True)
def test_an_item_put_in_ten_times_at_once_is_counted_ten_times(at):
    package, item = PackageFactory(), ItemFactory()
    outcomes = at_once(*[lambda: add_package_item(package, item, actor=SYSTEM)] * 10)
    assert all(isinstance(outcome, PackageItem) for outcome in outcomes), outcomes
    assert PackageItem.objects.get().quantity == 10


def test_a_package_holds_at_most_ten_thousand_of_an_item(db):
    part = PackageItemFactory(quantity=9_999)
    add_package_item(part.package, part.item, actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refusal:
        add_package_item(part.package, part.item, actor=SYSTEM)
    assert list(refusal.value.errors) == ["quantity"]


def test_the_order_stays_when_an_item_is_added_without_one(db):
    part = PackageItemFactory(display_order=3)
    assert add_package_item(part.package, part.item, actor=SYSTEM).display_order == 3


def test_composing_shows_in_when_the_package_was_last_changed(db):
    part = PackageItemFactory()
    before = part.package.updated_at
    add_package_item(part.package, part.item, actor=SYSTEM)
    part.package.refresh_from_db()
    assert part.package.updated_at > before


def test_what_a_package_does_not_hold_cannot_be_taken_out(db):
    part = PackageItemFactory()
    with pytest.raises(NotFound):
        remove_package_item(PackageFactory(), part.item_id, actor=SYSTEM)
    remove_package_item(part.package, part.item_id, actor=SYSTEM)
    with pytest.raises(NotFound):
        remove_package_item(part.package, part.item_id, actor=SYSTEM)


@pytest.mark.parametrize("role", ["coordinator", "photographer", "editor", "user"])
def test_only_who_holds_the_right_composes_or_creates(db, at, role):
    user: User = UserFactory(roles=[role])
    actor, part = Actor(user, Channel.API), PackageItemFactory()
    for call in (
        lambda: add_package_item(part.package, part.item, actor=actor),
        lambda: remove_package_item(part.package, part.item_id, actor=actor),
        lambda: create_room(Room(name="A"), actor=actor, at=at),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert not Room.objects.exists()


def test_changing_a_part_needs_the_right_and_says_that_the_package_changed(admin_user, coordinator):
    part = PackageItemFactory()
    before = part.package.updated_at
    part.quantity = 4
    with pytest.raises(NotAllowed):
        change_package_item(part, actor=Actor(coordinator, Channel.ADMIN))
    change_package_item(part, actor=Actor(admin_user, Channel.ADMIN))
    assert PackageItem.objects.get(pk=part.pk).quantity == 4
    assert Package.objects.get(pk=part.package_id).updated_at > before


def test_a_part_cannot_become_an_item_that_the_package_holds_already(admin_user):
    part = PackageItemFactory()
    other = PackageItemFactory(package=part.package)
    other.item = part.item
    with pytest.raises(Duplicate):
        change_package_item(other, actor=Actor(admin_user, Channel.ADMIN))
