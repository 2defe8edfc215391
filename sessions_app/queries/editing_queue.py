"""The editing queue (rules, section 9): what first, how many days are left, who has how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from config.activation import ActiveStatus
from config.business_rules import business_rules
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry, Session
from sessions_app.models.session import SessionQuerySet
from users.models import User
from users.rights import RoleName


@dataclass(frozen=True)
class Load:
    """How many sessions an editor has in editing, of how many at most; the nearest delivery."""

    editor_id: int
    full_name: str
    in_editing: int
    most: int
    next_delivery: date | None


def waiting(sessions: SessionQuerySet | None = None) -> SessionQuerySet:
    """Keep what waits for an editor: by delivery date, then by how long it has waited."""
    rows = Session.objects.present() if sessions is None else sessions
    attended = HistoryEntry.objects.filter(session=OuterRef("pk"), to_status=Status.ATTENDED)
    latest = attended.order_by("-id").values("changed_at")[:1]
    return (
        rows.filter(status=Status.ATTENDED, editing_assigned_to=None)
        .annotate(waits_since=Subquery(latest))
        .order_by(F("delivery_deadline").asc(nulls_last=True), "waits_since", "id")
    )


def editing_of(editor: User) -> SessionQuerySet:
    """Return what an editor is editing, by delivery date."""
    rows = Session.objects.present().filter(editing_assigned_to=editor, status=Status.IN_EDITING)
    return rows.order_by(F("delivery_deadline").asc(nulls_last=True), "id")


def days_left(delivery: date | None, today: date) -> int | None:
    """Return how many days are left until the delivery date; below 0 it is overdue."""
    return (delivery - today).days if delivery else None


def loads() -> list[Load]:
    """Return how much every active editor has in editing, who has least first."""
    most = business_rules().max_concurrent_editing_sessions
    in_editing = Q(editing_sessions__status=Status.IN_EDITING, editing_sessions__hidden_at=None)
    editors = (
        User.objects.filter(status=ActiveStatus.ACTIVE, roles__name=RoleName.EDITOR)
        .annotate(
            count=Count("editing_sessions", filter=in_editing, distinct=True),
            next_delivery=Min("editing_sessions__delivery_deadline", filter=in_editing),
        )
        .order_by("count", "full_name", "pk")
    )
    rows = editors.values_list("pk", "full_name", "count", "next_delivery")
    return [Load(pk, name, count, most, nearest) for pk, name, count, nearest in rows]
