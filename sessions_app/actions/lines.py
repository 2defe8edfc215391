"""What a session is made of: items and packages, copied from the catalog (rules, section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import Item, Package, PackageItem, PackageType
from config.errors import InactiveResource, NotFound, ValidationFailed
from sessions_app import rules
from sessions_app.actions.locking import lock, lock_item, lock_package
from sessions_app.actions.overriding import refuse_closed
from sessions_app.actions.totals import MAX_AMOUNT, TOTAL_FIELDS, retotal
from sessions_app.errors import EmptyPackage, EmptySession, WrongSessionType
from sessions_app.models import Line, LineType, ReferenceType, Session
from sessions_app.policy import money
from users.actors import Actor, Override
from users.rights import Right

MAX_QUANTITY = 10_000


@transaction.atomic
def add_item(
    session: Session,
    item: Item,
    quantity: int,
    *,
    actor: Actor,
    at: datetime,
    override: Override | None = None,
) -> Line:
    """Add an item at today's list price.

    Raises NotAllowed, ValidationFailed (`quantity`), ImmutableSession, InactiveResource, and what
    the new total raises (`totals.retotal`).
    """
    session = _open(session, override, actor=actor, at=at)
    _refuse_quantity(quantity)
    item = lock_item(item)
    if not item.is_active:
        raise InactiveResource(_("%(name)s is no longer sold.") % {"name": item.name})
    line = _drafted(session, item, quantity, at)
    line.reference_id, line.reference_type = item.pk, ReferenceType.ITEM
    _append(session, [line])
    _follow(session, override, actor=actor, at=at)
    return line


@transaction.atomic
def add_package(
    session: Session,
    package: Package,
    quantity: int,
    *,
    actor: Actor,
    at: datetime,
    override: Override | None = None,
) -> list[Line]:
    """Explode a package into one line per item and, for a special price, one adjustment.

    The lines are one *group*: changed or removed only as a whole. Raises what `add_item` does, and
    WrongSessionType, EmptyPackage.
    """
    session = _open(session, override, actor=actor, at=at)
    _refuse_quantity(quantity)
    package = lock_package(package)
    parts = list(package.items.select_related("item"))
    _refuse_unfit(session, package, parts)
    lines = [_drafted(session, part.item, part.quantity * quantity, at) for part in parts]
    adjustment = money.package_adjustment(
        package.base_price,
        [money.PackageLine(part.quantity, part.item.unit_price) for part in parts],
    )
    if adjustment:
        lines.append(_adjusting(session, package, quantity, adjustment, at))
    group = (session.lines.aggregate(last=Max("group"))["last"] or 0) + 1
    for line in lines:
        line.reference_id, line.reference_type = package.pk, ReferenceType.PACKAGE
        line.group, line.editing_days = group, package.estimated_editing_days
    _append(session, lines)
    _follow(session, override, actor=actor, at=at)
    return lines


@transaction.atomic
def change_line(
    line: Line,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    override: Override | None = None,
) -> Line:
    """Change a line's `quantity`, or note with `is_delivered` that it has reached the client.

    A value that is already there is no change; a package's lines change only as a whole. Raises
    NotAllowed, NotFound, ValidationFailed (`quantity`), ImmutableSession, and what the new total
    raises.
    """
    session = lock(line.session)
    actor.require(rules.PLAN_AND_MONEY.right, session)
    line = _present(session, line)
    if changes.get("quantity", line.quantity) != line.quantity:
        refuse_closed(session, rules.PLAN_AND_MONEY, override, actor=actor, at=at)
        _change_quantity(line, changes["quantity"])
        _follow(session, override, actor=actor, at=at)
    if changes.get("is_delivered", line.is_delivered) != line.is_delivered:
        refuse_closed(session, rules.NOTES_AND_DELIVERY, override, actor=actor, at=at)
        line.is_delivered = changes["is_delivered"]
        line.delivered_at = at if line.is_delivered else None
        line.save(update_fields=["is_delivered", "delivered_at"])
        session.save_changes(by=actor.user, at=at)
    return line


@transaction.atomic
def remove_line(
    line: Line, *, actor: Actor, at: datetime, override: Override | None = None
) -> None:
    """Remove a line; of a package, its whole group.

    Raises NotAllowed, ImmutableSession, NotFound, and what the new total raises.
    """
    session = _open(line.session, override, actor=actor, at=at)
    line = _present(session, line)
    if line.group is None:
        line.delete()
    else:
        session.lines.filter(group=line.group).delete()
    _follow(session, override, actor=actor, at=at)


@transaction.atomic
def recalculate(session: Session, *, actor: Actor, at: datetime) -> Session:
    """Compute the sums anew from the lines; they follow at once anyway.

    Raises NotAllowed, ImmutableSession.
    """
    actor.require(Right.SESSION_VIEW_ALL, session)
    session = _open(session, None, actor=actor, at=at)
    _follow(session, None, actor=actor, at=at, looks_at_discount=False)
    return session


def _open(session: Session, override: Override | None, *, actor: Actor, at: datetime) -> Session:
    """Lock the session and refuse where the actor or its state does not allow to change lines."""
    session = lock(session)
    actor.require(rules.PLAN_AND_MONEY.right, session)
    refuse_closed(session, rules.PLAN_AND_MONEY, override, actor=actor, at=at)
    return session


def _change_quantity(line: Line, quantity: int) -> None:
    if line.group is not None:
        raise ValidationFailed(
            {"quantity": _("A package is changed as a whole: remove it and add it again.")}
        )
    _refuse_quantity(quantity)
    line.quantity = quantity
    _price(line)
    line.save(update_fields=["quantity", "line_subtotal"])


def _follow(
    session: Session,
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
    looks_at_discount: bool = True,
) -> None:
    """Let the sums of the session follow its lines."""
    retotal(
        session,
        negative=EmptySession(_("With this change the discount would be more than the total.")),
        looks_at_discount=looks_at_discount,
        override=override,
        actor=actor,
        at=at,
    )
    session.save_changes(*TOTAL_FIELDS, by=actor.user, at=at)


def _present(session: Session, line: Line) -> Line:
    """Return the line as it is under the session's lock; it may have been removed meanwhile."""
    present: Line | None = session.lines.filter(pk=line.pk).first()
    if present is None:
        raise NotFound
    return present


def _drafted(session: Session, item: Item, quantity: int, at: datetime) -> Line:
    line = Line(
        session=session,
        line_type=LineType.ITEM,
        item_code=item.code,
        item_name=item.name,
        item_description=item.description,
        quantity=quantity,
        unit_price=item.unit_price,
        created_at=at,
    )
    _price(line)
    return line


def _adjusting(
    session: Session, package: Package, quantity: int, per_package: Decimal, at: datetime
) -> Line:
    line = Line(
        session=session,
        line_type=LineType.ADJUSTMENT,
        item_code=package.code,
        item_name=_("Package price: %(name)s") % {"name": package.name},
        quantity=quantity,
        unit_price=per_package,
        created_at=at,
    )
    _price(line)
    return line


def _price(line: Line) -> None:
    line.line_subtotal = money.line_subtotal(line.quantity, line.unit_price)
    if abs(line.line_subtotal) > MAX_AMOUNT:
        raise ValidationFailed({"quantity": _("The amount of this line becomes too large.")})


def _append(session: Session, lines: Iterable[Line]) -> None:
    order = session.lines.aggregate(last=Max("display_order"))["last"] or 0
    for line in lines:
        order += 1
        line.display_order = order
        line.save(force_insert=True)


def _refuse_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise ValidationFailed(
            {"quantity": _("Between 1 and %(most)d, please.") % {"most": MAX_QUANTITY}}
        )


def _refuse_unfit(session: Session, package: Package, parts: list[PackageItem]) -> None:
    if not package.is_active:
        raise InactiveResource(_("%(name)s is no longer sold.") % {"name": package.name})
    if package.session_type not in (PackageType.BOTH, session.session_type):
        raise WrongSessionType(
            _("%(name)s is for %(type)s sessions.")
            % {"name": package.name, "type": package.get_session_type_display()}
        )
    if not parts:
        raise EmptyPackage
    inactive = [part.item.name for part in parts if not part.item.is_active]
    if inactive:
        raise InactiveResource(
            _("%(name)s contains what is no longer sold: %(items)s.")
            % {"name": package.name, "items": ", ".join(inactive)}
        )
