"""The catalog in the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from catalog.actions import (
    add_package_item,
    change_package_item,
    create_room,
    remove_package_item,
)
from catalog.models import Item, Package, PackageItem, Room
from catalog.queries import packages_with_total
from config.admin.forms import SeenForm
from config.amounts import money
from config.clock import now
from users.admin.actor import actor_of
from users.admin.master_data import RecordAdmin
from users.admin.rights import AsksRights
from users.rights import Right


@admin.register(Item)
class ItemAdmin(RecordAdmin):
    """What the studio sells."""

    list_display = ("name", "code", "item_type", "price", "unit_measure", "status_shown")
    list_filter = ("status", "item_type")
    fieldsets = (
        (None, {"fields": (("name", "code"), "item_type", "description")}),
        (_("Price"), {"fields": (("unit_price", "unit_measure"), "default_quantity")}),
        (_("Status"), {"fields": (("status", "created_at", "updated_at"),)}),
    )

    @display(description=_("unit price"), ordering="unit_price")
    def price(self, item: Item) -> str:
        """The list price."""
        return money(item.unit_price)


class Composition(AsksRights, TabularInline):
    """What a package holds."""

    view_right = Right.PACKAGE_VIEW
    add_right = change_right = delete_right = Right.PACKAGE_EDIT
    model = PackageItem
    fields = ("item", "quantity", "display_order", "unit_price", "sum_price")
    readonly_fields = ("unit_price", "sum_price")
    autocomplete_fields = ("item",)
    extra = 0
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with their items at hand."""
        return super().get_queryset(request).select_related("item")

    @display(description=_("unit price"))
    def unit_price(self, part: PackageItem) -> str:
        """The item's list price."""
        return money(part.item.unit_price) if part.pk else ""

    @display(description=_("sum"))
    def sum_price(self, part: PackageItem) -> str:
        """What that many of it cost."""
        return money(part.item.unit_price * part.quantity) if part.pk else ""


@admin.register(Package)
class PackageAdmin(RecordAdmin):
    """Items sold together, with the price against the sum of what is in it."""

    list_display = (
        "name",
        "code",
        "session_type",
        "price",
        "items_total",
        "saving",
        "status_shown",
    )
    list_filter = ("status", "session_type")
    readonly_fields = (*RecordAdmin.readonly_fields, "items_total", "saving")
    inlines = (Composition,)
    fieldsets = (
        (None, {"fields": (("name", "code"), "session_type", "description")}),
        (
            _("Price"),
            {"fields": (("base_price", "estimated_editing_days"), ("items_total", "saving"))},
        ),
        (_("Status"), {"fields": (("status", "created_at", "updated_at"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return packages with what their items cost one by one."""
        return packages_with_total()

    @display(description=_("package price"), ordering="base_price")
    def price(self, package: Package) -> str:
        """The special price, if it has one."""
        return money(package.base_price) if package.base_price else "–"

    @display(description=_("sum of its items"), ordering="items_total")
    def items_total(self, package: Any) -> str:
        """What its items cost one by one."""
        return money(package.items_total) if package.pk else "–"

    @display(description=_("saving"))
    def saving(self, package: Any) -> str:
        """What the client saves by the special price; negative when it is dearer."""
        has_both = package.pk and package.base_price
        return money(package.items_total - package.base_price) if has_both else "–"

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm[Any], formset: Any, change: bool
    ) -> None:
        """Compose the package through the actions."""
        package, actor = form.instance, actor_of(request)
        formset.save(commit=False)
        for part in formset.deleted_objects:
            remove_package_item(package, part.item_id, actor=actor)
        for part, _fields in formset.changed_objects:
            change_package_item(part, actor=actor)
        for part in formset.new_objects:
            add_package_item(
                package,
                part.item,
                quantity=part.quantity,
                display_order=part.display_order,
                actor=actor,
            )


class RoomForm(SeenForm):
    """A room's facts; a code is made where none is given."""

    def clean_code(self) -> str:
        """Keep the code a room has when the field is emptied."""
        return self.cleaned_data["code"] or self.instance.code


class RoomAdmin(RecordAdmin):
    """Where the studio works.

    Not registered here: the app that keeps the agenda does, with maintenance and its end, and with
    a `reactivate` that ends it.
    """

    form = RoomForm
    list_display = ("name", "code", "capacity", "rate", "status_shown")
    list_filter = ("status",)
    fieldsets = (
        (None, {"fields": (("name", "code"), "description", ("capacity", "hourly_rate"))}),
        (_("Status"), {"fields": (("status", "created_at", "updated_at"),)}),
    )

    @display(description=_("hourly rate"), ordering="hourly_rate")
    def rate(self, room: Room) -> str:
        """The rate per hour."""
        return "–" if room.hourly_rate is None else money(room.hourly_rate)

    def create(self, request: HttpRequest, obj: Room) -> None:
        """Create the room, with a code in any case."""
        create_room(obj, actor=actor_of(request), at=now())
