"""`/items`, `/packages`, `/rooms` (contract, section 3)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.actions import add_package_item, remove_package_item
from catalog.api.serializers import (
    ItemSerializer,
    NewPackageItemSerializer,
    PackageDetailSerializer,
    PackageItemSerializer,
    PackageSerializer,
    RoomSerializer,
)
from catalog.models import Item, ItemType, Package, PackageItem, PackageType, Room
from catalog.queries import packages_with_total
from config.api.ids import ID
from config.api.printing import Rows
from config.api.serializers import checked
from config.constraints import duplicates_of
from users.api.doors import actor_of
from users.api.master_data import RecordFilter, RecordViewSet

PARTS = Rows(PackageItemSerializer, PackageItem.objects.all, key="package")


class ItemFilter(RecordFilter):
    """The filters of `GET /items`."""

    item_type = filters.ChoiceFilter(choices=ItemType.choices)


class PackageFilter(RecordFilter):
    """The filters of `GET /packages`."""

    session_type = filters.ChoiceFilter(choices=PackageType.choices, method="keep_fitting")

    def keep_fitting(self, packages: QuerySet[Package], name: str, value: str) -> QuerySet[Package]:
        """Keep what fits sessions of that type: `Both` fits all."""
        return packages.filter(session_type__in={value, PackageType.BOTH})


class ItemViewSet(RecordViewSet[Item]):
    """What the studio sells: active first, then by name."""

    rights = RecordViewSet.rights_table(Item)
    serializer_class = ItemSerializer
    rows = Rows(ItemSerializer, Item.objects.all)
    filterset_class = ItemFilter
    duplicates = duplicates_of(Item)
    queryset = Item.objects.all()


class PackageViewSet(RecordViewSet[Package]):
    """Items sold together: active first, then by name; one package tells what it holds."""

    rights = RecordViewSet.rights_table(Package) | {
        "items": Package.rights.view,
        "add_item": Package.rights.edit,
        "remove_item": Package.rights.edit,
    }
    serializer_class = PackageDetailSerializer
    filterset_class = PackageFilter
    rows = Rows(PackageSerializer, Package.objects.all)
    rows_of_one = Rows(PackageDetailSerializer, packages_with_total, items=PARTS)
    duplicates = duplicates_of(Package)
    queryset = Package.objects.all()

    def get_serializer_class(self) -> Any:
        """Return the short form for the list, the long one for one package."""
        return PackageSerializer if self.action == "list" else super().get_serializer_class()

    def get_rows(self) -> Rows:
        """Return the short form for the list, the long one for one package."""
        return self.rows if self.action == "list" else self.rows_of_one

    @extend_schema(operation_id="listPackageItems", responses=PackageItemSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def items(self, request: Request, pk: str) -> Response:
        """Answer what a package holds, in its order."""
        items = self.get_object().items.select_related("item")
        return Response(PackageItemSerializer(items, many=True).data)

    @extend_schema(
        operation_id="addPackageItem",
        request=NewPackageItemSerializer,
        responses={201: PackageItemSerializer},
    )
    @items.mapping.post
    def add_item(self, request: Request, pk: str) -> Response:
        """Put an item in; when it is in already, the quantity is added."""
        package = self.get_object()
        form = checked(NewPackageItemSerializer, request.data)
        part = add_package_item(package, actor=actor_of(request), **form)
        return Response(PackageItemSerializer(part).data, status.HTTP_201_CREATED)

    @extend_schema(operation_id="removePackageItem", responses={204: None})
    @action(detail=True, methods=["delete"], url_path=f"items/(?P<item_id>{ID})")
    def remove_item(self, request: Request, pk: str, item_id: str) -> Response:
        """Take an item out."""
        remove_package_item(self.get_object(), int(item_id), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RoomViewSet(RecordViewSet[Room]):
    """Where the studio works: active first, then by name.

    Maintenance changes the agenda; it is routed by the app that keeps it.
    """

    rights = RecordViewSet.rights_table(Room)
    serializer_class = RoomSerializer
    rows = Rows(RoomSerializer, Room.objects.all)
    duplicates = duplicates_of(Room)
    queryset = Room.objects.all()
