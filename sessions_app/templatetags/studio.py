"""How the pages of the back office print amounts, states and days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.amounts import money as shown_money
from config.version import VERSION
from sessions_app.lifecycle import Status

register = template.Library()

STATE_COLORS = {
    Status.REQUEST: "info",
    Status.NEGOTIATION: "warning",
    Status.PRE_SCHEDULED: "primary",
    Status.CONFIRMED: "success",
    Status.ASSIGNED: "success",
    Status.ATTENDED: "success",
    Status.IN_EDITING: "warning",
    Status.READY: "primary",
    Status.COMPLETED: "",
    Status.CANCELED: "danger",
}
"""The colours of the theme's labels; the agenda's follow them."""


@register.filter
def money(amount: Decimal) -> str:
    """Return an amount with the studio's currency."""
    return shown_money(amount)


@register.inclusion_tag("admin/parts/state.html")
def state(status: str) -> dict[str, Any]:
    """Print a state of a session in its colour."""
    known = Status(status)
    return {"text": known.label, "type": STATE_COLORS[known]}


@register.simple_tag
def version() -> str:
    """Print which version of the studio this is."""
    return VERSION


@register.filter
def day_and_time(session: Any) -> str:
    """Return when a session is: its day, and its time where it has one."""
    day = date_format(session.session_date, "D j M")
    clock = session.session_time
    return f"{day}, {time_format(clock, 'H:i')}" if clock else day


@register.filter
def named_day(day: date, today: date) -> str:
    """Return a day as one speaks of it: today, tomorrow, or its date."""
    distance = (day - today).days
    if distance == 0:
        return _("Today")
    if distance == 1:
        return _("Tomorrow")
    return date_format(day, "LONG_DAY")


@register.filter
def left(days: int | None) -> str:
    """Return how many days are left, or by how many something is overdue."""
    if days is None:
        return ""
    if days < 0:
        late = ngettext("%(days)d day overdue", "%(days)d days overdue", -days)
        return late % {"days": -days}
    if days == 0:
        return _("due today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
