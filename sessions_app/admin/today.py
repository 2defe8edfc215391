"""Today: the start page, which tells each person what to do now.

Who sees all sessions gets the figures and what wants attention; who photographs, their day and
week; who edits, what comes first. Who does several of these gets several parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.clock import now, studio_day
from sessions_app import rules
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, Session
from sessions_app.queries import dashboard, editing_queue, own_sessions
from sessions_app.queries.attention import Attention, Wanting, wanting
from sessions_app.templatetags.studio import STATE_COLORS
from users.admin.actor import person_of
from users.models import User
from users.rights import Right, RoleName

MONTHS_SHOWN = 6
QUEUE_SHOWN = 8
AHEAD = timedelta(days=6)
"""A week, today included."""

WAYS_TO_ACT: dict[Attention, tuple[Any, str, Right]] = {
    Attention.UNCONFIRMED: (_("Confirm"), "confirm", Right.SESSION_EDIT_PRE_ASSIGNED),
    Attention.DEPOSITS_DUE: (_("Record payment"), "record-payment", Right.SESSION_PAYMENT),
    Attention.UNSTAFFED: (
        _("Assign photographer"),
        "assign-photographer",
        Right.SESSION_ASSIGN_RESOURCES,
    ),
    Attention.ATTENDANCE_MISSING: (_("Mark as attended"), "attend", Right.SESSION_MARK_ATTENDED),
    Attention.EDITING_OVERDUE: (
        _("Assign editor"),
        "assign-editor",
        Right.SESSION_ASSIGN_RESOURCES,
    ),
}
"""What is done about a kind: the page of a session on which one does it, and the right for it. All
else is seen to on the session's own page."""


@dataclass(frozen=True)
class Alert:
    """Sessions that want to be looked at for one reason: the first of them, and the list of all."""

    title: Any
    count: int
    rows: list[tuple[Wanting, Any, str]]
    list_url: str


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; `share` is its length in hundredths of the longest."""

    label: Any
    value: Any
    share: int
    color: str = ""


@dataclass(frozen=True)
class Edited:
    """A session that is edited or waits for it, and how many days are left."""

    session: Session
    days_left: int | None


def today(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the start page's context (the setting `UNFOLD["DASHBOARD_CALLBACK"]` names this)."""
    user, at = person_of(request), now()
    day = studio_day(at)
    parts: dict[str, Any] = {"day": day, "title": _("Today"), "page_title": _("Today")}
    if rules.sees_whole(user):
        parts["office"] = _office(user, day, at)
    if RoleName.PHOTOGRAPHER in user.role_names:
        coming, parts["unmarked"] = own_sessions.at_hand(user, day, day + AHEAD)
        parts["own_days"] = [(key, list(of_day)) for key, of_day in groupby(coming, _day_of)]
        parts["markable"] = rules.MARKING_STATES
    if RoleName.EDITOR in user.role_names and user.may(Right.SESSION_MARK_READY):
        parts["editing"] = _editing(user, day)
    return {**context, **parts}


def _office(user: User, day: date, at: datetime) -> dict[str, Any]:
    found = dashboard.figures(user, day.year, day.month, at)
    income = dashboard.income_by_month(day, MONTHS_SHOWN)
    return {
        "figures": found,
        "asks": any(user.may(right) for right in rules.BOOKING_RIGHTS),
        "books": user.may(Right.SESSION_CREATE),
        "income_before": income[-2][1],
        "alerts": _alerts(user, {one.of: one.count for one in found.alerts}, at),
        "states": _bars(
            [
                (Status(one.of).label, one.count, STATE_COLORS[Status(one.of)])
                for one in found.sessions_by_status
            ]
        ),
        "income": _bars([(first, amount, "") for first, amount in income]),
    }


def _alerts(user: User, counts: dict[str, int], at: datetime) -> list[Alert]:
    kinds = [kind for kind in Attention if counts.get(kind)]
    listed = reverse("admin:sessions_app_session_changelist")
    rows = {
        kind: list(found)
        for kind, found in groupby(wanting(user, kinds, at), key=lambda one: one.kind)
    }
    return [
        Alert(
            title=kind.label,
            count=counts[kind],
            rows=[(one, *_way(user, one, kind)) for one in rows.get(kind, ())],
            list_url=f"{listed}?attention={kind.value}",
        )
        for kind in kinds
    ]


def _way(user: User, one: Wanting, kind: Attention) -> tuple[Any, str]:
    """Return what this person can do about it, and where."""
    sessions = reverse("admin:sessions_app_session_changelist")
    label, page, right = WAYS_TO_ACT.get(kind, (None, "", None))
    is_edited = kind is Attention.EDITING_OVERDUE and one.status == Status.IN_EDITING
    if right is None or is_edited or not user.may(right):
        return _("Open"), f"{sessions}{one.id}/change/"
    return label, f"{sessions}{one.id}/{page}/"


def _bars(rows: list[tuple[Any, Any, str]]) -> list[Bar]:
    most = max((value for _label, value, _color in rows), default=0) or 1
    return [
        Bar(label, value, max(0, int(Decimal(value) * 100 / most)), color)
        for label, value, color in rows
    ]


def _day_of(part: Assignment) -> date:
    return part.session.session_date


def _editing(user: User, day: date) -> dict[str, Any]:
    def shown(sessions: Any) -> list[Edited]:
        return [
            Edited(one, editing_queue.days_left(one.delivery_deadline, day)) for one in sessions
        ]

    waiting = editing_queue.waiting(Session.objects.visible_to(user)).select_related("client")
    first = shown(waiting[: QUEUE_SHOWN + 1])
    return {
        "own": shown(editing_queue.editing_of(user).select_related("client")),
        "waiting": first[:QUEUE_SHOWN],
        "has_more": len(first) > QUEUE_SHOWN,
    }
