"""What the studio sells (items, packages) and where it works (rooms)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from config.activation import ActiveStatus
from config.search import folded, folded_text
from users.master_data import GuardedRecord
from users.rights import ModelRights

NOT_NEGATIVE = MinValueValidator(Decimal("0"))
AT_LEAST_ONE = MinValueValidator(1)


class ItemType(models.TextChoices):
    """What kind of thing an item is."""

    DIGITAL_PHOTO = "Digital Photo", _("Digital photo")
    PRINTED_PHOTO = "Printed Photo", _("Printed photo")
    ALBUM = "Album", _("Album")
    VIDEO = "Video", _("Video")
    OTHER = "Other", _("Other")


class PackageType(models.TextChoices):
    """Which sessions a package is for."""

    STUDIO = "Studio", _("Studio")
    EXTERNAL = "External", _("External")
    BOTH = "Both", _("Both")


class RoomStatus(models.TextChoices):
    """Whether a room takes new sessions."""

    ACTIVE = "Active", _("Active")
    INACTIVE = "Inactive", _("Inactive")
    MAINTENANCE = "Maintenance", _("Maintenance")


class CatalogEntry(GuardedRecord):
    """What is found in the catalog by its code and its name, what is active first."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    search_text = folded("code", "name", "description")

    class Meta:
        abstract = True
        ordering = ["status", folded_text("name"), "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Item(CatalogEntry):
    """One thing the studio sells, at its list price."""

    rights: ClassVar[ModelRights] = ModelRights.of("item")

    item_type = models.CharField(_("type"), max_length=20, choices=ItemType.choices)
    unit_price = models.DecimalField(
        _("unit price"), max_digits=10, decimal_places=2, validators=[NOT_NEGATIVE]
    )
    unit_measure = models.CharField(_("unit of measure"), max_length=30)
    default_quantity = models.PositiveIntegerField(
        _("default quantity"), null=True, blank=True, validators=[AT_LEAST_ONE]
    )

    class Meta(CatalogEntry.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")
        permissions = [
            ("create_item", "Create items"),
            ("view_item", "See items"),
            ("edit_item", "Edit items"),
            ("delete_item", "Deactivate items"),
        ]
        indexes = [models.Index(fields=["item_type"], name="item_type")]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="item_code_unique",
                violation_error_message=_("An item with this code already exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(item_type__in=ItemType.values), name="item_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ActiveStatus.values), name="item_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_price__gte=0), name="item_price_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(default_quantity=None) | models.Q(default_quantity__gte=1),
                name="item_quantity_positive",
            ),
        ]


class Package(CatalogEntry):
    """Items sold together; a `base_price` of 0 means no special price."""

    rights: ClassVar[ModelRights] = ModelRights.of("package")

    session_type = models.CharField(_("for sessions"), max_length=10, choices=PackageType.choices)
    base_price = models.DecimalField(
        _("package price"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[NOT_NEGATIVE],
        help_text=_("0: no special price, the sum of its items."),
    )
    estimated_editing_days = models.PositiveSmallIntegerField(
        _("editing days"), default=5, validators=[AT_LEAST_ONE, MaxValueValidator(365)]
    )

    class Meta(CatalogEntry.Meta):
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        permissions = [
            ("create_package", "Create packages"),
            ("view_package", "See packages"),
            ("edit_package", "Edit packages"),
            ("delete_package", "Deactivate packages"),
        ]
        indexes = [models.Index(fields=["session_type"], name="package_session_type")]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="package_code_unique",
                violation_error_message=_("A package with this code already exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(session_type__in=PackageType.values), name="package_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ActiveStatus.values), name="package_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(base_price__gte=0), name="package_price_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(estimated_editing_days__range=(1, 365)),
                name="package_editing_days_1_to_365",
            ),
        ]


class PackageItem(models.Model):
    """How many of an item a package holds."""

    package = models.ForeignKey(
        Package, verbose_name=_("package"), on_delete=models.CASCADE, related_name="items"
    )
    item = models.ForeignKey(
        Item, verbose_name=_("item"), on_delete=models.PROTECT, related_name="packages"
    )
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[AT_LEAST_ONE, MaxValueValidator(10_000)]
    )
    display_order = models.PositiveIntegerField(_("order"), null=True, blank=True)

    class Meta:
        verbose_name = _("item of the package")
        verbose_name_plural = _("items of the package")
        ordering = [models.F("display_order").asc(nulls_last=True), "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["package", "item"],
                name="package_item_unique",
                violation_error_message=_("The package already holds this item."),
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="package_item_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"


class Room(CatalogEntry):
    """A room of the studio; serves one session at a time."""

    rights: ClassVar[ModelRights] = ModelRights.of("room")

    status = models.CharField(
        _("status"),
        max_length=12,
        choices=RoomStatus.choices,
        default=RoomStatus.ACTIVE,
        db_index=True,
    )
    code = models.CharField(
        _("code"), max_length=30, blank=True, help_text=_("Made from the name when left empty.")
    )
    capacity = models.PositiveIntegerField(
        _("capacity (people)"), null=True, blank=True, validators=[AT_LEAST_ONE]
    )
    hourly_rate = models.DecimalField(
        _("hourly rate"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[NOT_NEGATIVE],
    )

    class Meta(CatalogEntry.Meta):
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        permissions = [
            ("create_room", "Create rooms"),
            ("view_room", "See rooms"),
            ("edit_room", "Edit rooms"),
            ("delete_room", "Deactivate rooms"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="room_code_unique",
                violation_error_message=_("A room with this code already exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RoomStatus.values), name="room_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity=None) | models.Q(capacity__gte=1),
                name="room_capacity_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(hourly_rate=None) | models.Q(hourly_rate__gte=0),
                name="room_rate_not_negative",
            ),
        ]
