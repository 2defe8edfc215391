"""What wants to be looked at: the alerts of the day, and the lists behind them (rules, section 6).

One table of conditions: the dashboard counts by it, the start page and saved lists show by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from config.business_rules import business_rules
from config.clock import studio_day
from config.prepared import Given
from sessions_app import rules
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, AssignmentStatus, Session
from users.models import User
from users.rights import Right

SOON = timedelta(days=3)
"""How long before the changes deadline a session without its people is told of."""
SHOWN_OF_EACH = 5


class Attention(models.TextChoices):
    """Why sessions want to be looked at, the most urgent first."""

    UNCONFIRMED = "unconfirmed", _("To confirm")
    DEPOSITS_DUE = "deposits_due", _("Deposit unpaid")
    UNSTAFFED = "unstaffed", _("Unstaffed")
    ATTENDANCE_MISSING = "attendance_missing", _("Attendance not marked")
    REFUNDS_DUE = "refunds_due", _("Refund to pay out")
    EDITING_OVERDUE = "editing_overdue", _("Editing overdue")
    STALE_REQUESTS = "stale_requests", _("Untouched requests")


OF_ONES_WORK = {
    Attention.ATTENDANCE_MISSING: Right.SESSION_MARK_ATTENDED,
    Attention.EDITING_OVERDUE: Right.SESSION_MARK_READY,
}
"""What a photographer or an editor can do something about; all else is the office's."""


@dataclass(frozen=True)
class Moments:
    """The instants that conditions compare with; for a prepared query, their names."""

    today: Any
    soon: Any
    stale_before: Any

    @classmethod
    def of(cls, at: datetime) -> Moments:
        """Return them, seen from an instant."""
        hold = timedelta(days=business_rules().request_hold_days)
        return cls(today=studio_day(at), soon=at + SOON, stale_before=at - hold)


GIVEN = Moments(Given("today"), Given("soon"), Given("stale_before"))


def conditions(moments: Moments) -> dict[Attention, Q]:
    """Return, for each kind, which sessions want to be looked at."""
    covered = Q(paid_amount__gte=F("deposit_amount"))
    agreed = Q(status=Status.PRE_SCHEDULED)
    too_few = LessThan(_team_size(), F("photographers_needed"))
    return {
        Attention.UNCONFIRMED: agreed & covered,
        Attention.DEPOSITS_DUE: agreed & ~covered,
        Attention.UNSTAFFED: Q(
            Q(changes_deadline_at__lte=moments.soon, status=Status.CONFIRMED), too_few
        ),
        Attention.ATTENDANCE_MISSING: Q(status=Status.ASSIGNED, session_date__lt=moments.today),
        Attention.REFUNDS_DUE: Q(refund_due__gt=0),
        Attention.EDITING_OVERDUE: Q(
            status__in=(Status.ATTENDED, Status.IN_EDITING), delivery_deadline__lt=moments.today
        ),
        Attention.STALE_REQUESTS: Q(
            status__in=(Status.REQUEST, Status.NEGOTIATION), updated_at__lt=moments.stale_before
        ),
    }


def kinds_for(viewer: User) -> list[Attention]:
    """Return the kinds that a person is told of: who sees all, of all; others of their own work."""
    if rules.sees_whole(viewer):
        return list(Attention)
    return [kind for kind, right in OF_ONES_WORK.items() if viewer.may(right)]


class Wanting(NamedTuple):
    """A session that wants to be looked at, and why."""

    kind: str
    id: int
    code: str
    client_name: str
    session_date: date
    status: str


def wanting(viewer: User, kinds: Collection[Attention], at: datetime) -> list[Wanting]:
    """Return the first few sessions of each kind that the person sees, soonest first; one query."""
    if not kinds:
        return []
    by_kind = conditions(Moments.of(at))
    visible = Session.objects.visible_to(viewer)
    parts = [_first(visible.filter(by_kind[kind]), kind) for kind in kinds]
    rows = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)
    found = [Wanting(*row) for row in rows]
    order = list(Attention)
    return sorted(found, key=lambda one: (order.index(Attention(one.kind)), one.session_date))


def _first(rows: QuerySet[Session], kind: Attention) -> QuerySet[Any, Any]:
    facts = ("id", "code", "client__full_name", "session_date", "status")
    named = rows.order_by("session_date", "id").annotate(
        kind=Value(kind.value, output_field=models.CharField())
    )
    return named.values_list("kind", *facts)[:SHOWN_OF_EACH]


def _team_size() -> Any:
    """Return how many photographers cover the outer query's session."""
    team = Assignment.objects.filter(session=OuterRef("pk"), status=AssignmentStatus.ASSIGNED)
    counted = team.order_by().values("session").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
