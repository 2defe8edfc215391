"""How numbers and ids of the contract look on the wire (contract, section 0)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def as_number(value: Decimal) -> int | float:
    """Return a decimal as the JSON number a person would write: 1250.5, not "1250.50"."""
    return int(value) if value == value.to_integral_value() else float(value)


@extend_schema_field(OpenApiTypes.DOUBLE)
class NumberField(serializers.DecimalField):
    """A decimal that is a JSON number in answers; numbers and strings are taken in requests."""

    def to_representation(self, value: Any) -> Any:
        """Return the number."""
        return as_number(Decimal(value))


class MoneyField(NumberField):
    """An amount in the studio's currency, at most two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 10)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)


class NullableTextField(serializers.CharField):
    """Text that the database keeps as "" and the wire knows as null."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 5000)
        super().__init__(allow_null=True, allow_blank=True, **kwargs)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        """Return the text, or None where there is none."""
        return value or None

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the text, "" for null."""
        value = super().run_validation(data)
        return "" if value is None else value
