"""Amounts, as people read them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format


def money(amount: Decimal) -> str:
    """Return an amount with the studio's currency, in the language active now: GTQ 1,250.50."""
    shown = number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"{settings.STUDIO_CURRENCY}\N{NO-BREAK SPACE}{shown}"
