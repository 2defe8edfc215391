"""What the sessions tell about a client (rules, section 9, *High-risk client*)."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from clients.models import Client
from config.prepared import Prepared
from sessions_app.lifecycle import OPEN, Status, since
from sessions_app.models import HistoryEntry, Initiator, Session
from sessions_app.policy.money import ZERO

BROKEN_AT_MOST = 2
OWING = Q(status__in=OPEN & since(Status.CONFIRMED))
"""Sessions whose balance is owed: confirmed and not yet completed."""
_AMOUNT: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)


def sessions_count() -> Any:
    """Return how many sessions the outer query's client has; hidden ones are gone."""
    counted = _sessions_of_client().annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def high_risk(client: str = "pk") -> Any:
    """Return whether a client, named by a column of the outer query, is a high risk.

    More than two sessions cancelled by the client, or expired unpaid, after reaching Pre-scheduled,
    and more than half of theirs.
    """
    was_settled = HistoryEntry.objects.filter(
        session=OuterRef("pk"), to_status=Status.PRE_SCHEDULED
    )
    broken = Q(
        Exists(was_settled),
        status=Status.CANCELED,
        cancellation_initiator__in=(Initiator.CLIENT, Initiator.SYSTEM),
    )
    return Exists(
        _sessions_of_client(client)
        .annotate(count=Count("pk"), broken=Count("pk", filter=broken))
        .filter(broken__gt=BROKEN_AT_MOST, count__lt=F("broken") * 2)
    )


def accounts() -> dict[str, Any]:
    """Return, for the outer query's client, what was paid for all sessions and what is owed.

    Owed are the balances from Confirmed on, as on the dashboard.
    """
    sums = _sessions_of_client()
    paid = sums.annotate(paid=Sum("paid_amount")).values("paid")
    balance = Sum(F("total_amount") - F("paid_amount"), filter=OWING)
    owed = sums.annotate(owed=balance).values("owed")
    return {
        "paid_sum": Coalesce(Subquery(paid), ZERO, output_field=_AMOUNT),
        "owed_sum": Coalesce(Subquery(owed), ZERO, output_field=_AMOUNT),
    }


def is_high_risk(client: Client) -> bool:
    """Tell whether one client is a high risk."""
    return _risk.rows([client.pk]) == [(True,)]


def _sessions_of_client(client: str = "pk") -> QuerySet[Any, Any]:
    rows = Session.objects.filter(client=OuterRef(client), hidden_at=None)
    return rows.order_by().values("client")


_risk = Prepared(lambda: Client.objects.annotate(risk=high_risk()).order_by(), "risk")
