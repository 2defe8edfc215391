"""The figures of a month (contract, section 6): as much of them as the asker may see.

Four queries, whatever there is: the month by state, what is open, the month's money, what is next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When

from config.clock import studio_day
from config.prepared import Given, Prepared
from sessions_app import rules
from sessions_app.lifecycle import OPEN, Status, since
from sessions_app.models import Payment, PaymentStatus, PaymentType, Session
from users.models import User

ZERO = Decimal(0)
NEXT_SHOWN = 5
NEXT_FACTS = (
    *("id", "code", "session_type", "session_date", "session_time", "location", "status"),
    *("client__full_name", "room__name"),
)
OWING = Q(status__in=OPEN & since(Status.CONFIRMED))


ALERTS = ("deposits_due", "unstaffed", "attendance_missing", "editing_overdue")
ABOUT_MONEY = frozenset({"deposits_due"})
OPEN_FACTS = ("active", "pending_balance", *ALERTS)


@dataclass(frozen=True)
class Counted:
    """How many sessions there are of something."""

    of: str
    count: int


class Next(NamedTuple):
    """A session that is coming up."""

    id: int
    code: str
    session_type: str
    session_date: date
    session_time: time | None
    location: str
    status: str
    client_name: str
    room_name: str | None


@dataclass(frozen=True)
class Figures:
    """What the dashboard tells; amounts in the studio's currency."""

    active_sessions_count: int
    sessions_this_month: int
    total_revenue_this_month: Decimal
    pending_balance: Decimal
    sessions_by_status: list[Counted]
    alerts: list[Counted]
    next_sessions: list[Next]


def figures(viewer: User, year: int, month: int, at: datetime) -> Figures:
    """Return the figures of a month of the studio's calendar, seen at an instant.

    Who may not see all gets those of their own sessions, and zero money. Active sessions, pending
    balances and alerts are of no month; sessions and states go by session date, revenue by payment
    date.
    """
    sees_money = rules.sees_whole(viewer)
    sessions = Session.objects.visible_to(viewer)
    own = None if sees_money else list(sessions.values_list("pk", flat=True))
    today = studio_day(at)
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    states = dict(_states.rows(own, first=first, after=after))
    standing = dict(
        zip(OPEN_FACTS, next(iter(_open.rows(own, at=at, today=today)), ()), strict=False)
    )
    revenue = _revenue.rows(first=first, after=after)[0][0] if sees_money else ZERO
    return Figures(
        active_sessions_count=standing.get("active", 0),
        sessions_this_month=sum(states.values()),
        total_revenue_this_month=revenue or ZERO,
        pending_balance=standing.get("pending_balance") or ZERO if sees_money else ZERO,
        sessions_by_status=[Counted(state.value, states.get(state, 0)) for state in Status],
        alerts=[
            Counted(kind, standing[kind])
            for kind in ALERTS
            if standing.get(kind) and (sees_money or kind not in ABOUT_MONEY)
        ],
        next_sessions=[Next(*facts) for facts in _next.rows(own, today=today)],
    )


class Scoped:
    """One question about all sessions, or about some."""

    def __init__(
        self, queryset: Callable[[], QuerySet[Any, Any]], *columns: str, limit: int | None = None
    ) -> None:
        self._of_all = Prepared(queryset, *columns, key=None, limit=limit)
        self._of_some = Prepared(queryset, *columns, limit=limit)

    def rows(self, ids: Collection[int] | None, **given: Any) -> list[tuple[Any, ...]]:
        """Return the rows about the sessions of these ids; None: about all."""
        return self._of_all.rows(**given) if ids is None else self._of_some.rows(ids, **given)


def _shown() -> QuerySet[Any, Any]:
    return Session.objects.filter(hidden_at=None).order_by()


def _month_by_state() -> Any:
    of_month = _shown().filter(session_date__gte=Given("first"), session_date__lt=Given("after"))
    return of_month.values("status").annotate(count=Count("id"))


def _what_is_open() -> Any:
    """Return what is open: how many, what they owe, and what wants to be looked at."""

    def counted(**condition: Any) -> Count:
        return Count("id", filter=Q(**condition))

    one = _shown().filter(status__in=OPEN).annotate(one=Value(1)).values("one")
    return one.annotate(
        active=Count("id"),
        pending_balance=Sum(F("total_amount") - F("paid_amount"), filter=OWING),
        deposits_due=counted(status=Status.PRE_SCHEDULED, payment_deadline_at__gt=Given("at")),
        unstaffed=counted(status=Status.CONFIRMED, changes_deadline_at__lte=Given("at")),
        attendance_missing=counted(status=Status.ASSIGNED, session_date__lt=Given("today")),
        editing_overdue=counted(status=Status.IN_EDITING, delivery_deadline__lt=Given("today")),
    )


def _money_of_month() -> Any:
    """Return verified payments less verified refunds, by payment date."""
    counted = Payment.objects.filter(
        status=PaymentStatus.VERIFIED,
        payment_date__gte=Given("first"),
        payment_date__lt=Given("after"),
        session__hidden_at=None,
    )
    signed = Case(When(payment_type=PaymentType.REFUND, then=-F("amount")), default=F("amount"))
    return counted.order_by().annotate(one=Value(1)).values("one").annotate(sum=Sum(signed))


def _coming() -> QuerySet[Any, Any]:
    coming = _shown().filter(session_date__gte=Given("today"), status__in=OPEN)
    return coming.order_by("session_date", F("session_time").asc(nulls_last=True), "id")


_states = Scoped(_month_by_state, "status", "count")
_open = Scoped(_what_is_open, *OPEN_FACTS)
_revenue = Prepared(_money_of_month, "sum", key=None)
_next = Scoped(_coming, *NEXT_FACTS, limit=NEXT_SHOWN)
