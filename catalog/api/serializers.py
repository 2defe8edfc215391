"""The catalog on the wire (contract, section 3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.actions import MAX_QUANTITY, create_room
from catalog.models import Item, ItemType, Package, PackageItem, Room, RoomStatus
from config.api.fields import MoneyField, NullableTextField
from config.api.printing import Printed
from config.api.serializers import NullIsAbsent
from config.clock import now
from users.api.doors import actor_of

NOT_NEGATIVE = Decimal("0")


class ItemSerializer(Printed, NullIsAbsent, serializers.ModelSerializer[Item]):
    """`Item` of the contract."""

    description = NullableTextField()
    unit_price = MoneyField(min_value=NOT_NEGATIVE)

    class Meta:
        model = Item
        fields: ClassVar[list[str]] = [
            "id",
            "code",
            "name",
            "description",
            "item_type",
            "unit_price",
            "unit_measure",
            "default_quantity",
            "status",
            "created_at",
            "updated_at",
        ]


class PackageItemSerializer(Printed, serializers.ModelSerializer[PackageItem]):
    """`PackageItem` of the contract."""

    item_code = serializers.CharField(source="item.code", read_only=True)
    item_name = serializers.CharField(source="item.name", read_only=True)
    item_type = serializers.ChoiceField(
        source="item.item_type", choices=ItemType.choices, read_only=True
    )
    item_unit_price = MoneyField(source="item.unit_price", read_only=True)

    class Meta:
        model = PackageItem
        fields: ClassVar[list[str]] = [
            "item_id",
            "item_code",
            "item_name",
            "item_type",
            "item_unit_price",
            "quantity",
            "display_order",
        ]
        read_only_fields = fields


class NewPackageItemSerializer(NullIsAbsent, serializers.ModelSerializer[PackageItem]):
    """What is put into a package."""

    item_id = serializers.PrimaryKeyRelatedField(
        source="item",
        queryset=Item.objects.all(),
        pk_field=serializers.IntegerField(),
        error_messages={"does_not_exist": _("There is no such item.")},
    )
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    class Meta:
        model = PackageItem
        fields: ClassVar[list[str]] = ["item_id", "quantity", "display_order"]


class PackageSerializer(Printed, NullIsAbsent, serializers.ModelSerializer[Package]):
    """`Package` of the contract, as the list shows it."""

    description = NullableTextField()
    base_price = MoneyField(required=False, min_value=NOT_NEGATIVE)

    class Meta:
        model = Package
        fields: ClassVar[list[str]] = [
            "id",
            "code",
            "name",
            "description",
            "session_type",
            "base_price",
            "estimated_editing_days",
            "status",
            "created_at",
            "updated_at",
        ]


class PackageDetailSerializer(PackageSerializer):
    """One package, with what it holds."""

    items = PackageItemSerializer(many=True, read_only=True)
    items_total = MoneyField(max_digits=14, read_only=True)

    class Meta(PackageSerializer.Meta):
        fields: ClassVar[list[str]] = [*PackageSerializer.Meta.fields, "items", "items_total"]


class RoomSerializer(Printed, NullIsAbsent, serializers.ModelSerializer[Room]):
    """`Room` of the contract."""

    code = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=30,
        help_text=_("Made from the name when not given."),
    )
    description = NullableTextField()
    hourly_rate = MoneyField(required=False, allow_null=True, min_value=NOT_NEGATIVE)

    class Meta:
        model = Room
        fields: ClassVar[list[str]] = [
            "id",
            "code",
            "name",
            "description",
            "capacity",
            "hourly_rate",
            "status",
            "created_at",
            "updated_at",
        ]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Keep the code a room has when an empty one is sent."""
        if not attrs.get("code"):
            attrs.pop("code", None)
        return attrs

    def validate_status(self, status: str) -> str:
        """Refuse to begin maintenance in passing: it changes the agenda."""
        before = self.instance.status if isinstance(self.instance, Room) else None
        if status == RoomStatus.MAINTENANCE != before:
            raise serializers.ValidationError(
                _("Maintenance begins with PUT /rooms/{id}/maintenance.")
            )
        return status

    def create(self, validated_data: dict[str, Any]) -> Room:
        """Create the room, with a code in any case."""
        actor = actor_of(self.context["request"])
        return create_room(Room(**validated_data), actor=actor, at=now())
