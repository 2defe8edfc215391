"""What a session calls for, what stands in its way, and when it would fit (rules, section 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.contrib.postgres.lookups import Overlap
from django.db.models import DateTimeField, F, Q, Value

from config.business_rules import business_rules
from config.clock import as_wire, studio_zone
from sessions_app import rules
from sessions_app.errors import NotAvailable, PhotographerNotAvailable, RoomNotAvailable
from sessions_app.lifecycle import OPEN
from sessions_app.models import Assignment, AssignmentStatus, Claim, ClaimKind, Session, SessionType
from sessions_app.models.claim import time_between
from sessions_app.policy import periods, slots
from sessions_app.policy.periods import Period
from users.models import User

NEXT_FREE_COUNT = 3


class Told(Protocol):
    """What is told of a session that stands in the way: a session, or so much of one."""

    @property
    def pk(self) -> int:
        """Its id."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def status(self) -> str:
        """Its state."""

    @property
    def hidden_at(self) -> datetime | None:
        """When it was hidden, if it was."""


class Taking(Protocol):
    """What takes a room or a person: a claim, or so much of one."""

    @property
    def kind(self) -> str:
        """What kind of claim it is."""

    @property
    def starts_at(self) -> datetime:
        """From when on."""

    @property
    def ends_at(self) -> datetime | None:
        """Until when; None: without end."""

    @property
    def session(self) -> Any:
        """The session (`Told`), where it is one."""


@dataclass(frozen=True)
class Call:
    """One claim that a session calls for."""

    kind: ClaimKind
    resource_id: int
    resource_name: str
    period: Period
    assignment_id: int | None = None

    @property
    def key(self) -> tuple[str, int | None]:
        """What identifies it among the session's claims."""
        return self.kind, self.assignment_id

    @property
    def resource(self) -> dict[str, int | None]:
        """The columns of its claim that name the resource."""
        is_room = self.kind == ClaimKind.SESSION
        return {
            "room_id": self.resource_id if is_room else None,
            "person_id": None if is_room else self.resource_id,
        }


def active_team(session: Session) -> list[Assignment]:
    """Return the session's active assignments with their photographers."""
    return list(
        session.assignments.filter(status=AssignmentStatus.ASSIGNED).select_related("photographer")
    )


def calls_of(session: Session, team: Iterable[Assignment]) -> list[Call]:
    """Return the claims that an open session with a time calls for (section 3); room first."""
    holds = session.status in OPEN and session.hidden_at is None and not session.is_retroactive
    if not holds or session.period is None:
        return []
    calls = []
    if session.room is not None:
        turnaround = timedelta(minutes=session.turnaround_minutes)
        period = periods.room_period(session.period, turnaround)
        calls.append(Call(ClaimKind.SESSION, session.room.pk, session.room.name, period))
    calls += [
        Call(
            ClaimKind.ASSIGNMENT,
            assignment.photographer_id,
            assignment.photographer.full_name,
            assignment.coverage or session.period,
            assignment.pk,
        )
        for assignment in team
    ]
    return calls


def obstacles(calls: Collection[Call], session: Session) -> list[Claim]:
    """Return the active claims of others that overlap what the session calls for."""
    either = Q()
    for call in calls:
        same = Q(**{name: pk for name, pk in call.resource.items() if pk is not None})
        either |= same & overlapping(call.period)
    if not either:
        return []
    return list(
        Claim.objects.filter(either, active=True)
        .exclude(session_id=session.pk, session__isnull=False)
        .select_related("session")
        .order_by("starts_at", "id")
    )


def overlapping(period: Period) -> Q:
    """Return the condition that a claim shares an instant with a period."""
    asked = time_between(_instant(period.starts_at), _instant(period.ends_at))
    return Q(Overlap(time_between(F("starts_at"), F("ends_at")), asked))


def _instant(at: Any) -> Value:
    """Return an instant as a value of the database; as it is where it is given later."""
    return at if isinstance(at, Value) else Value(at, output_field=DateTimeField())


def refusal(
    calls: Sequence[Call], session: Session, in_the_way: Sequence[Claim], viewer: User | None
) -> NotAvailable:
    """Build the refusal of the first call that something stands in the way of."""
    for call in calls:
        claims = [claim for claim in in_the_way if _hits(claim, call)]
        if claims:
            kind = RoomNotAvailable if call.kind == ClaimKind.SESSION else PhotographerNotAvailable
            return unavailable(kind, call.resource_name, claims, viewer, _next_free(calls, session))
    first = RoomNotAvailable if calls[0].kind == ClaimKind.SESSION else PhotographerNotAvailable
    return first(conflicts=[], next_free=[])


def unavailable(
    kind: type[NotAvailable],
    name: str,
    claims: Sequence[Claim],
    viewer: User | None,
    next_free: list[dict[str, str | None]],
) -> NotAvailable:
    """Build the refusal of one resource from the claims in the way, as the viewer may see them."""
    conflicts = described(claims, viewer)
    taken_by = conflicts[0]["code"] or claims[0].get_kind_display()
    return kind.because(name, taken_by, conflicts, next_free)


def described(claims: Sequence[Taking], viewer: User | None) -> list[dict[str, Any]]:
    """Return claims as facts for a program, as much of each as the viewer may see.

    Instants are ISO 8601 with the studio's offset. A session that the viewer does not see keeps its
    times only; the system sees everything.
    """
    seen = _seen((claim.session for claim in claims), viewer)
    return [
        facts(
            claim.kind,
            claim.starts_at,
            claim.ends_at,
            claim.session if claim.session and claim.session.pk in seen else None,
        )
        for claim in claims
    ]


def described_sessions(sessions: Iterable[Session], viewer: User | None) -> list[dict[str, Any]]:
    """Return sessions as facts for a program, as much of each as the viewer may see."""
    rows = list(sessions)
    seen = _seen(rows, viewer)
    return [
        facts(
            ClaimKind.SESSION,
            session.starts_at,
            session.ends_at,
            session if session.pk in seen else None,
        )
        for session in rows
    ]


def in_words(fact: dict[str, Any]) -> str:
    """Return what stands in the way for a person to read: what it is, and from when to when."""
    what = fact["code"] or str(ClaimKind(fact["kind"]).label)
    first, last = (
        datetime.fromisoformat(fact[end]).astimezone(studio_zone()) if fact[end] else None
        for end in ("starts_at", "ends_at")
    )
    if first is None:
        return what
    until = "…" if last is None else f"{last:%d/%m %H:%M}"
    if last is not None and last.date() == first.date():
        until = f"{last:%H:%M}"
    return f"{what}, {first:%d/%m %H:%M}–{until}"


def _seen(sessions: Iterable[Told | None], viewer: User | None) -> set[int]:
    rows = [session for session in sessions if session is not None]
    ids = {session.pk for session in rows}
    if viewer is None or not ids:
        return ids
    if rules.sees_whole(viewer):
        return {session.pk for session in rows if session.hidden_at is None}
    return set(Session.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def facts(
    kind: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    session: Told | None = None,
) -> dict[str, Any]:
    """Return what stands in the way as facts for a program; without the session, its times only."""
    return {
        "code": session.code if session else None,
        "kind": kind,
        "starts_at": _wire(starts_at),
        "ends_at": _wire(ends_at),
        "status": session.status if session else None,
    }


def _hits(claim: Claim, call: Call) -> bool:
    same = {"room_id": claim.room_id, "person_id": claim.person_id} == call.resource
    return same and claim.period.overlaps(call.period)


def _next_free(calls: Sequence[Call], session: Session) -> list[dict[str, str | None]]:
    """Return the next times at which everything called for would be free.

    Studio sessions are offered times within the opening hours, External ones any.
    """
    period = session.period
    assert period is not None  # noqa: S101  (a session without a time calls for nothing)
    assert period.ends_at is not None  # noqa: S101
    length = period.ends_at - period.starts_at
    zone = studio_zone()
    candidates = (
        slots.offered_starts(period.starts_at, length, business_rules().opening_hours, zone)
        if session.session_type == SessionType.STUDIO
        else slots.starts_from(period.starts_at)
    )
    needs = _needs(calls, session, period)
    found = slots.next_free(candidates, needs, length, NEXT_FREE_COUNT)
    return [{"starts_at": _wire(one.starts_at), "ends_at": _wire(one.ends_at)} for one in found]


def _needs(calls: Sequence[Call], session: Session, period: Period) -> list[slots.Need]:
    margin = timedelta(days=2)
    horizon = Period(
        period.starts_at - margin,
        period.starts_at + timedelta(days=slots.HORIZON_DAYS) + margin,
    )
    rooms = [call.resource_id for call in calls if call.kind == ClaimKind.SESSION]
    people = [call.resource_id for call in calls if call.kind == ClaimKind.ASSIGNMENT]
    claims = list(
        Claim.objects.filter(
            Q(room_id__in=rooms) | Q(person_id__in=people), overlapping(horizon), active=True
        ).exclude(session_id=session.pk, session__isnull=False)
    )
    needs = []
    for call in calls:
        assert call.period.ends_at is not None  # noqa: S101  (only maintenance is without end)
        busy = [
            claim.period
            for claim in claims
            if {"room_id": claim.room_id, "person_id": claim.person_id} == call.resource
        ]
        needs.append(
            slots.Need(
                before=period.starts_at - call.period.starts_at,
                after=call.period.ends_at - period.starts_at,
                busy=busy,
            )
        )
    return needs


def _wire(instant: datetime | None) -> str | None:
    return as_wire(instant) if instant else None
