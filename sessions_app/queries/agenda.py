"""The agenda: what takes rooms and people from when to when (rules, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.prepared import Given, Prepared
from sessions_app import rules
from sessions_app.lifecycle import OPEN
from sessions_app.models import Claim, ClaimKind, Session, TimeOff
from sessions_app.models.claim import EndCause
from sessions_app.policy.periods import Period
from sessions_app.queries.conflicts import overlapping
from users.models import User
from users.rights import Right


@dataclass(frozen=True)
class Entry:
    """One claim, as much of it as the viewer may see; `reason` is of time off and maintenance."""

    id: int
    kind: str
    room_id: int | None
    person_id: int | None
    starts_at: datetime
    ends_at: datetime | None
    session_id: int | None
    reason: str
    code: str | None
    status: str | None
    client_name: str | None
    location: str | None
    room_name: str | None
    person_name: str | None
    version: int | None
    changes_deadline_at: datetime | None

    @property
    def title(self) -> str:
        """What it is, in the language active now."""
        if self.code is not None:
            return f"{self.code} · {self.client_name}"
        kind = str(ClaimKind(self.kind).label).capitalize()
        return f"{kind}: {self.reason}" if self.reason else kind


COLUMNS = tuple(field.name for field in fields(Entry))
HOLDING = Claim.objects.filter(Q(active=True) | Q(end_cause=EndCause.COMPLETED))
"""What holds, and what held until it was completed; cancelled ones are gone."""


def claims_for(viewer: User) -> QuerySet[Claim]:
    """Return the claims that the person sees, in order of time.

    Who may see all sees everything that holds, and what was completed; others what they have to do
    with: their sessions, their own time off, and for who may see rooms their maintenance.
    """
    shown = HOLDING
    if not rules.sees_whole(viewer):
        time_off = Q(kind=ClaimKind.TIME_OFF, person=viewer)
        own = time_off | Q(session__in=Session.objects.visible_to(viewer))
        if viewer.may(Right.ROOM_VIEW):
            own |= Q(kind=ClaimKind.MAINTENANCE)
        shown = shown.filter(own)
    return shown.order_by("starts_at", "id")


def entries(
    viewer: User, period: Period, *, room_id: int | None = None, person_id: int | None = None
) -> Iterator[Entry]:
    """Yield what the person sees of a period, of one room or one person or of all; one query.

    Why others take time off is for who assigns photographers.
    """
    asked = {"room_id": room_id, "person_id": person_id}
    named = {name: pk for name, pk in asked.items() if pk is not None}
    if rules.sees_whole(viewer):
        given: dict[str, Any] = {"starts": period.starts_at, "ends": period.ends_at, **named}
        rows: Any = _of_all(*named).rows(**given)
    else:
        rows = _named(claims_for(viewer).filter(overlapping(period), **named)).values_list(*COLUMNS)
    everybodys = viewer.may(Right.SESSION_ASSIGN_RESOURCES)
    for row in rows:
        entry = Entry(*row)
        is_others = entry.kind == ClaimKind.TIME_OFF and entry.person_id != viewer.pk
        yield replace(entry, reason="") if is_others and not everybodys else entry


def unclaimed(viewer: User, period: Period) -> Iterator[Entry]:
    """Yield the open sessions of a period that hold nobody and nothing, for who may see all.

    External ones without a photographer: they stand in nobody's row, hence would be overlooked.
    """
    if not rules.sees_whole(viewer):
        return
    held = Claim.objects.filter(session=OuterRef("pk"), active=True)
    rows = Session.objects.present().filter(
        ~Exists(held),
        status__in=OPEN,
        is_retroactive=False,
        starts_at__lt=period.ends_at,
        ends_at__gt=period.starts_at,
    )
    for session in rows.select_related("client").order_by("starts_at", "id"):
        yield Entry(
            id=-session.pk,
            kind=ClaimKind.SESSION,
            room_id=None,
            person_id=None,
            starts_at=session.starts_at,  # type: ignore[arg-type]  # it has a time
            ends_at=session.ends_at,
            session_id=session.pk,
            reason="",
            code=session.code,
            status=session.status,
            client_name=session.client.full_name,
            location=session.location,
            room_name=None,
            person_name=None,
            version=session.version,
            changes_deadline_at=session.changes_deadline_at,
        )


@cache
def _of_all(*named: str) -> Prepared:
    """Return the question about everybody's claims of a period, of what is named besides."""
    period = Period(Given("starts"), Given("ends"))  # type: ignore[arg-type]

    def asked() -> QuerySet[Claim]:
        rows = HOLDING.filter(overlapping(period), **{name: Given(name) for name in named})
        return _named(rows.order_by("starts_at", "id"))

    return Prepared(asked, *COLUMNS, key=None)


def _named(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Name what each claim is about."""
    return claims.annotate(
        code=F("session__code"),
        status=F("session__status"),
        client_name=F("session__client__full_name"),
        location=F("session__location"),
        room_name=F("room__name"),
        person_name=F("person__full_name"),
        version=F("session__version"),
        changes_deadline_at=F("session__changes_deadline_at"),
    )


def time_off_for(viewer: User) -> QuerySet[Any]:
    """Return the time off that holds: one's own, everybody's for who assigns photographers."""
    rows = TimeOff.objects.filter(active=True)
    everybodys = viewer.may(Right.SESSION_ASSIGN_RESOURCES)
    return rows if everybodys else rows.filter(person=viewer)
