"""Amounts, as people read them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format

SYMBOLS = {"GTQ": "Q", "USD": "$", "EUR": "€"}
"""What people write for a currency; of any other its code."""


def money(amount: Decimal) -> str:
    """Return an amount with the studio's currency, in the language active now: Q 1,250.50."""
    shown = number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)
    symbol = SYMBOLS.get(settings.STUDIO_CURRENCY, settings.STUDIO_CURRENCY)
    return f"{symbol}\N{NO-BREAK SPACE}{shown}"
