"""A catalog for tests."""

from __future__ import annotations

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from catalog.models import Item, Package, PackageItem, Room


class ItemFactory(DjangoModelFactory[Item]):
    class Meta:
        model = Item

    code = factory.Sequence(lambda n: f"ITEM-{n}")
    name = factory.Sequence(lambda n: f"Item {n}")
    item_type = "Digital Photo"
    unit_price = Decimal("100.00")
    unit_measure = "piece"


class PackageFactory(DjangoModelFactory[Package]):
    class Meta:
        model = Package

    code = factory.Sequence(lambda n: f"PACK-{n}")
    name = factory.Sequence(lambda n: f"Package {n}")
    session_type = "Both"
    base_price = Decimal("0.00")
    estimated_editing_days = 7


class PackageItemFactory(DjangoModelFactory[PackageItem]):
    class Meta:
        model = PackageItem

    package = factory.SubFactory(PackageFactory)
    item = factory.SubFactory(ItemFactory)
    quantity = 1


class RoomFactory(DjangoModelFactory[Room]):
    class Meta:
        model = Room

    code = factory.Sequence(lambda n: f"ROOM-{n}")
    name = factory.Sequence(lambda n: f"Room {n}")
