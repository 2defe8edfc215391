"""How numbers and ids of the contract look on the wire (contract, section 0)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def as_number(value: Decimal | float) -> int | float:
    """Return a decimal as the JSON number a person would write: 1250.5, not "1250.50"."""
    number = float(value)
    return int(number) if number.is_integer() else number


@extend_schema_field(OpenApiTypes.DOUBLE)
class NumberField(serializers.DecimalField):
    """A decimal that is a JSON number in answers; numbers and strings are taken in requests."""

    printed = staticmethod(as_number)


class MoneyField(NumberField):
    """An amount in the studio's currency, at most two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 10)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)


def text_or_null(text: str) -> str | None:
    """Return the text, or None where the database has none: ""."""
    return text or None


class NullableChoiceField(serializers.ChoiceField):
    """One of some values that the database keeps as "" and the wire knows as null."""

    printed = staticmethod(text_or_null)

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, allow_null=True, **kwargs)


class NullableTextField(serializers.CharField):
    """Text that the database keeps as "" and the wire knows as null."""

    printed = staticmethod(text_or_null)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 5000)
        super().__init__(allow_null=True, allow_blank=True, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the text, "" for null."""
        value = super().run_validation(data)
        return "" if value is None else value
