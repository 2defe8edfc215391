"""The figures of a month (contract, section 6): as much of them as the asker may see.

Five queries, whatever there is: the month by state, what is open, what wants attention, the month's
money, what is next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Count, DateField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, TruncMonth

from config.clock import studio_day
from config.prepared import Given, Prepared
from sessions_app import rules
from sessions_app.lifecycle import OPEN, Status
from sessions_app.models import Payment, PaymentStatus, PaymentType, Session
from sessions_app.queries import attention
from sessions_app.queries.attention import Attention, Moments, kinds_for
from sessions_app.queries.standing import OWING
from users.models import User

ZERO = Decimal(0)
NEXT_SHOWN = 5
NEXT_FACTS = (
    *("id", "code", "session_type", "session_date", "session_time", "location", "status"),
    *("client__full_name", "room__name"),
)


SIGNED = Case(When(payment_type=PaymentType.REFUND, then=-F("amount")), default=F("amount"))
OPEN_FACTS = ("active", "pending_balance")
LIVING = Q(status__in=OPEN) | Q(refund_due__gt=0)
"""Sessions that may want attention; of all others only what fell into the month is told."""
ALERTS = tuple(kind.value for kind in Attention)


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
    sessions_month_before: int
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
    today = studio_day(at)
    first, after = month_of(year, month)
    before, _first = month_of(*_month_before(year, month))
    own = None
    if not sees_money:
        told_of = LIVING | Q(session_date__gte=before, session_date__lt=after)
        sessions = Session.objects.visible_to(viewer).filter(told_of)
        own = list(sessions.values_list("pk", flat=True))
    counts = _states.rows(own, before=before, first=first, after=after)
    states = {status: count for status, is_before, count in counts if not is_before}
    standing = dict(zip(OPEN_FACTS, next(iter(_open.rows(own)), ()), strict=False))
    alerts = dict(
        zip(ALERTS, next(iter(_alerts.rows(own, **asdict(Moments.of(at)))), ()), strict=False)
    )
    revenue = _revenue.rows(first=first, after=after)[0][0] if sees_money else ZERO
    return Figures(
        active_sessions_count=standing.get("active", 0),
        sessions_this_month=sum(states.values()),
        sessions_month_before=sum(count for _status, is_before, count in counts if is_before),
        total_revenue_this_month=revenue or ZERO,
        pending_balance=standing.get("pending_balance") or ZERO if sees_money else ZERO,
        sessions_by_status=[Counted(state.value, states.get(state, 0)) for state in Status],
        alerts=[
            Counted(kind.value, alerts[kind.value])
            for kind in kinds_for(viewer)
            if alerts.get(kind.value)
        ],
        next_sessions=[Next(*facts) for facts in _next.rows(own, today=today, at=at)],
    )


def month_of(year: int, month: int) -> tuple[date, date]:
    """Return the first day of a month, and that of the next."""
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _month_before(year: int, month: int) -> tuple[int, int]:
    return (year, month - 1) if month > 1 else (year - 1, 12)


def income_by_month(day: date, months: int) -> list[tuple[date, Decimal]]:
    """Return the income of some months, that of the day last, each by its first day.

    Verified payments less verified refunds, by payment date, of all sessions.
    """
    firsts = [day.replace(day=1)]
    while len(firsts) < months:
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    _first, after = month_of(day.year, day.month)
    by_month = dict(_incomes.rows(first=firsts[0], after=after))
    return [(first, by_month.get(first) or ZERO) for first in firsts]


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
    """Return how many sessions of a month, and of the one before it, are in each state."""
    is_before = Case(When(session_date__lt=Given("first"), then=True), default=False)
    of_both = _shown().filter(session_date__gte=Given("before"), session_date__lt=Given("after"))
    by_state = of_both.annotate(is_before=is_before).values("status", "is_before")
    return by_state.annotate(count=Count("id"))


def _what_is_open() -> Any:
    """Return what is open: how many, and what they owe."""
    one = _shown().filter(status__in=OPEN).annotate(one=Value(1)).values("one")
    return one.annotate(
        active=Count("id"),
        pending_balance=Sum(F("total_amount") - F("paid_amount"), filter=OWING),
    )


def _what_wants_attention() -> Any:
    """Return how many sessions want to be looked at, for each reason."""
    one = _shown().filter(LIVING).annotate(one=Value(1)).values("one")
    kinds = attention.conditions(attention.GIVEN).items()
    return one.annotate(**{kind.value: Count("id", filter=wanted) for kind, wanted in kinds})


def _money_counted() -> Any:
    """Return the payments of a period that count, by payment date."""
    return Payment.objects.filter(
        status=PaymentStatus.VERIFIED,
        payment_date__gte=Given("first"),
        payment_date__lt=Given("after"),
        session__hidden_at=None,
    ).order_by()


def _money_of_month() -> Any:
    """Return verified payments less verified refunds."""
    return _money_counted().annotate(one=Value(1)).values("one").annotate(sum=Sum(SIGNED))


def _money_by_month() -> Any:
    """Return verified payments less verified refunds of each month."""
    month = Cast(TruncMonth("payment_date"), DateField())
    by_month = _money_counted().annotate(month=month).values("month")
    return by_month.annotate(sum=Sum(SIGNED))


def _coming() -> QuerySet[Any, Any]:
    is_not_over = Q(ends_at__gt=Given("at")) | Q(ends_at=None)
    coming = _shown().filter(is_not_over, session_date__gte=Given("today"), status__in=OPEN)
    return coming.order_by("session_date", F("session_time").asc(nulls_last=True), "id")


_states = Scoped(_month_by_state, "status", "is_before", "count")
_open = Scoped(_what_is_open, *OPEN_FACTS)
_alerts = Scoped(_what_wants_attention, *ALERTS)
_incomes = Prepared(_money_by_month, "month", "sum", key=None)
_revenue = Prepared(_money_of_month, "sum", key=None)
_next = Scoped(_coming, *NEXT_FACTS, limit=NEXT_SHOWN)
