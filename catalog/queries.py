"""Reads of the catalog that span models."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import DecimalField, F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from catalog.models import Package

_AMOUNT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=2)


def packages_with_total() -> QuerySet[Package]:
    """Return all packages, each with `items_total`: what its items cost one by one."""
    total = Sum(F("items__quantity") * F("items__item__unit_price"), output_field=_AMOUNT)
    return Package.objects.annotate(
        items_total=Coalesce(total, Value(Decimal("0.00")), output_field=_AMOUNT)
    )
