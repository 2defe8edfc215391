"""Every write to the catalog that is more than filling in a form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import count

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.models import Item, Package, PackageItem, Room
from config.constraints import duplicates_of, translated
from config.errors import Duplicate, NotFound, ValidationFailed
from users.actors import Actor
from users.rights import Right

MAX_QUANTITY = 10_000


@transaction.atomic
def create_room(room: Room, *, actor: Actor, at: datetime) -> Room:
    """Add a room (an unsaved one); where it has no code, one is made from its name.

    Raises NotAllowed, Duplicate (the given code is in use).
    """
    actor.require(Right.ROOM_CREATE)
    room.created_at, room.updated_by = at, actor.user
    if room.code:
        _insert(room)
        return room
    for code in _free_codes(room.name):
        room.code = code
        with suppress(Duplicate):  # someone may take it between the look and the write
            _insert(room)
            break
    return room


@transaction.atomic
def add_package_item(
    package: Package,
    item: Item,
    *,
    actor: Actor,
    quantity: int = 1,
    display_order: int | None = None,
) -> PackageItem:
    """Put an item into a package; when it is in it already, the quantity is added.

    Raises NotAllowed, ValidationFailed (`quantity`: more than 10,000 in all).
    """
    package = _lock_for_composing(package, actor)
    part = PackageItem.objects.filter(package=package, item=item).first()
    part = part or PackageItem(package=package, item=item, quantity=0)
    part.quantity += quantity
    if part.quantity > MAX_QUANTITY:
        limit = _("A package holds at most %(limit)d of an item.") % {"limit": MAX_QUANTITY}
        raise ValidationFailed({"quantity": limit})
    if display_order is not None:
        part.display_order = display_order
    part.save()
    return part


@transaction.atomic
def change_package_item(part: PackageItem, *, actor: Actor) -> None:
    """Write a changed part of a package: its item, quantity or order.

    Raises NotAllowed, Duplicate (the package holds that item already).
    """
    _lock_for_composing(part.package, actor)
    with translated(duplicates_of(PackageItem)):
        part.save(update_fields=["item", "quantity", "display_order"])


@transaction.atomic
def remove_package_item(package: Package, item_id: int, *, actor: Actor) -> None:
    """Take an item out of a package. Raises NotAllowed, NotFound (the package does not hold it)."""
    package = _lock_for_composing(package, actor)
    removed, _per_model = PackageItem.objects.filter(package=package, item_id=item_id).delete()
    if not removed:
        raise NotFound(_("The package does not hold this item."))


def _insert(room: Room) -> None:
    with translated(duplicates_of(Room)):
        room.save(force_insert=True)


def _free_codes(name: str) -> Iterator[str]:
    """Yield SALON-A, SALON-A-2, SALON-A-3, …: those that no room had at the time of looking."""
    longest = Room._meta.get_field("code").max_length or 0
    stem = slugify(name).upper()[:longest].strip("-") or "ROOM"
    taken = {code.upper() for code in Room.objects.values_list("code", flat=True)}
    for number in count(1):
        suffix = f"-{number}" if number > 1 else ""
        code = stem[: longest - len(suffix)].rstrip("-") + suffix
        if code not in taken:
            yield code


def _lock_for_composing(package: Package, actor: Actor) -> Package:
    actor.require(Right.PACKAGE_EDIT, package)
    locked = Package.objects.select_for_update(no_key=True).get(pk=package.pk)
    locked.save_changes(by=actor.user)
    return locked
