"""Are you free? Who and what is, what stands in the way, when else (rules, sections 3 and 9).

One look at the studio's calendar (`Board`), whatever is asked: its rooms, its photographers, what
takes them, and the photographers that confirmed sessions still lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Room, RoomStatus
from config.business_rules import business_rules
from config.clock import end_of, instant, start_of, studio_day, studio_zone
from config.errors import ValidationFailed
from config.prepared import Given, Prepared
from sessions_app.errors import InvalidSessionDate
from sessions_app.models import Claim, ClaimKind, SessionType
from sessions_app.policy import periods, slots, staffing
from sessions_app.policy.periods import Period
from sessions_app.policy.staffing import Demand
from sessions_app.queries.conflicts import described, facts, overlapping
from sessions_app.queries.staffing import demands, photographers, travel_to
from users.models import User

MAX_SPAN_DAYS = 62
OPTIONS_SHOWN = 6
OPTIONS_OF_A_DAY = 2
MARGIN = timedelta(days=2)
"""Around what is asked: turnaround and travel are a day at most each."""
ANY_START = datetime(2000, 1, 1, tzinfo=UTC)
"""How much is needed before and after a start is the same for each."""


@dataclass(frozen=True)
class Wish:
    """What is asked for: which type, how long, how many photographers, how far to travel.

    `travel` is what photographers need on either side; None: the usual of the type.
    """

    session_type: SessionType
    length: timedelta
    photographers: int = 1
    travel: timedelta | None = None

    @property
    def is_studio(self) -> bool:
        """Whether it needs a room of the studio."""
        return self.session_type == SessionType.STUDIO

    def period(self, starts_at: datetime) -> Period:
        """Return the time of the session itself."""
        return Period(starts_at, starts_at + self.length)

    def coverage(self, starts_at: datetime) -> Period:
        """Return how long its photographers are taken."""
        travel = travel_to(self.session_type) if self.travel is None else self.travel
        return periods.default_coverage(self.period(starts_at), travel=travel)

    def room_time(self, starts_at: datetime) -> Period:
        """Return how long its room is taken."""
        turnaround = timedelta(minutes=business_rules().room_turnaround_minutes)
        return periods.room_period(self.period(starts_at), turnaround)


@dataclass(frozen=True)
class Standing:
    """A room or a photographer at a time: free, or what stands in the way."""

    id: int
    name: str
    conflicts: list[dict[str, Any]]

    @property
    def is_free(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.conflicts


@dataclass(frozen=True)
class Option:
    """A time at which the wish can be met, and by which rooms and whom."""

    starts_at: datetime
    ends_at: datetime
    room_ids: list[int]
    photographer_ids: list[int]


@dataclass(frozen=True)
class Availability:
    """The answer about one time; `promised` of the free are missing to confirmed sessions."""

    starts_at: datetime
    is_available: bool
    rooms: list[Standing]
    photographers: list[Standing]
    next_options: list[Option]
    promised: int


def availability(
    wish: Wish, day: date, clock: time, *, viewer: User | None, at: datetime
) -> Availability:
    """Tell whether a wish can be met at a day and time of the studio, by whom, and when else.

    What stands in the way is told as far as the viewer may see it; None is the system. Other times
    are ranked: those of the same day by how near they are, then those of the following days at
    about the same time; Studio sessions are offered within the opening hours. Raises
    InvalidSessionDate for the past, ValidationFailed for more than five years ahead.
    """
    _refuse_far(day, at)
    if day < studio_day(at):  # asked first: east of Greenwich the first day of all is no instant
        raise InvalidSessionDate
    starts_at = instant(day, clock.replace(second=0, microsecond=0))  # as booking does
    if starts_at < at:
        raise InvalidSessionDate
    board = Board.around(wish, starts_at, starts_at + timedelta(days=slots.HORIZON_DAYS))
    option = board.option(starts_at)
    return Availability(
        starts_at=starts_at,
        is_available=option is not None,
        rooms=board.rooms_at(starts_at, viewer) if wish.is_studio else [],
        photographers=board.people_at(starts_at, viewer),
        next_options=list(_ranked(board, starts_at, at)),
        promised=board.promised(starts_at),
    )


def free_options(wish: Wish, first: date, last: date, *, at: datetime) -> list[Option]:
    """Return when a wish can be met within the opening hours of some days, each quarter of an hour.

    Both days are included; what is past is left out. Raises ValidationFailed (`to`) for more than
    62 days, days in the wrong order, or more than five years ahead.
    """
    if last < first:
        raise ValidationFailed({"to": _("The last day comes before the first.")})
    if (last - first).days >= MAX_SPAN_DAYS:
        raise ValidationFailed({"to": _("%(days)d days at most.") % {"days": MAX_SPAN_DAYS}})
    _refuse_far(last, at, field="to")
    first = max(first, studio_day(at))
    if last < first:
        return []
    board = Board.around(wish, start_of(first), end_of(last))
    starts = slots.offered_starts(
        max(start_of(first), at),
        wish.length,
        business_rules().opening_hours,
        studio_zone(),
        days=(last - first).days + 1,
    )
    return list(board.options(start for start in starts if studio_day(start) <= last))


def _refuse_far(day: date, at: datetime, field: str = "date") -> None:
    if day - studio_day(at) > periods.FARTHEST:
        raise ValidationFailed({field: _("This is more than five years from today.")})


class Booked(NamedTuple):
    """What is told of a session that takes a room or a person."""

    pk: int
    code: str
    status: str
    hidden_at: datetime | None


@dataclass(frozen=True)
class Taken:
    """A claim, as far as it stands in the way."""

    kind: str
    starts_at: datetime
    ends_at: datetime | None
    session_id: int | None
    code: str
    status: str
    hidden_at: datetime | None

    @property
    def period(self) -> Period:
        """The time taken."""
        return Period(self.starts_at, self.ends_at)

    @property
    def session(self) -> Booked | None:
        """The session, where it is one."""
        if self.session_id is None:
            return None
        return Booked(self.session_id, self.code, self.status, self.hidden_at)


def _holding() -> QuerySet[Claim]:
    period = Period(Given("starts"), Given("ends"))  # type: ignore[arg-type]
    return Claim.objects.filter(overlapping(period), active=True).order_by("starts_at", "id")


_rooms = Prepared(
    lambda: Room.objects.exclude(status=RoomStatus.INACTIVE), "pk", "name", "status", key=None
)
_people = Prepared(lambda: photographers().order_by("full_name", "pk"), "pk", "full_name", key=None)
_claims = Prepared(
    _holding,
    *("room_id", "person_id", "kind", "starts_at", "ends_at"),
    *("session_id", "session__code", "session__status", "session__hidden_at"),
    key=None,
)


@dataclass(frozen=True)
class Board:
    """Rooms and photographers over some days, and what takes them; made by four queries."""

    wish: Wish
    rooms: list[tuple[int, str, str]]
    people: list[tuple[int, str]]
    taken: dict[tuple[str, int], list[Taken]]
    demands: list[Demand]

    @classmethod
    def around(cls, wish: Wish, first: datetime, last: datetime) -> Board:
        """Look at the calendar from one instant to another, and a little beyond."""
        horizon = Period(first - MARGIN, last + MARGIN)
        rooms: Any = _rooms.rows() if wish.is_studio else []
        people: Any = _people.rows()
        taken: dict[tuple[str, int], list[Taken]] = {}
        for room_id, person_id, *taking in _claims.rows(
            starts=horizon.starts_at, ends=horizon.ends_at
        ):
            key = ("room", room_id) if room_id else ("person", person_id)
            taken.setdefault(key, []).append(Taken(*taking))
        return cls(wish, rooms, people, taken, demands(horizon))

    def option(self, starts_at: datetime) -> Option | None:
        """Return how the wish can be met at an instant; None where it cannot."""
        people = [pk for pk, need in self._people_needs if need.is_free(starts_at)]
        if len(people) - self.promised(starts_at) < self.wish.photographers:
            return None
        rooms = [pk for pk, need in self._room_needs if need.is_free(starts_at)]
        if self.wish.is_studio and not rooms:
            return None
        return Option(starts_at, starts_at + self.wish.length, rooms, people)

    def options(self, starts: Iterable[datetime]) -> Iterator[Option]:
        """Yield the instants among some at which the wish can be met."""
        yield from (option for start in starts if (option := self.option(start)) is not None)

    def promised(self, starts_at: datetime) -> int:
        """Return how many photographers confirmed sessions of that time still lack."""
        if not self.demands:
            return 0
        return staffing.peak(self.demands, self.wish.coverage(starts_at))

    def rooms_at(self, starts_at: datetime, viewer: User | None) -> list[Standing]:
        """Return every room as it stands; one in maintenance takes no new session at any time."""
        wanted = self.wish.room_time(starts_at)
        in_the_way = self._in_the_way("room", [pk for pk, *_rest in self.rooms], wanted, viewer)
        closed = [facts(ClaimKind.MAINTENANCE)]
        return [
            Standing(pk, name, in_the_way[pk] or (closed if status != RoomStatus.ACTIVE else []))
            for pk, name, status in self.rooms
        ]

    def people_at(self, starts_at: datetime, viewer: User | None) -> list[Standing]:
        """Return every photographer as they stand."""
        wanted = self.wish.coverage(starts_at)
        in_the_way = self._in_the_way("person", [pk for pk, _name in self.people], wanted, viewer)
        return [Standing(pk, name, in_the_way[pk]) for pk, name in self.people]

    def _in_the_way(
        self, kind: str, ids: list[int], wanted: Period, viewer: User | None
    ) -> dict[int, list[dict[str, Any]]]:
        claims = [
            (pk, claim)
            for pk in ids
            for claim in self.taken.get((kind, pk), ())
            if claim.period.overlaps(wanted)
        ]
        told: dict[int, list[dict[str, Any]]] = {pk: [] for pk in ids}
        shown = described([claim for _pk, claim in claims], viewer)
        for (pk, _claim), fact in zip(claims, shown, strict=True):
            told[pk].append(fact)
        return told

    @cached_property
    def _room_needs(self) -> list[tuple[int, slots.Need]]:
        """What each room that takes sessions is needed for, and when it is busy."""
        wanted = self.wish.room_time(ANY_START)
        return [
            (pk, self._need("room", pk, wanted))
            for pk, _name, status in self.rooms
            if status == RoomStatus.ACTIVE
        ]

    @cached_property
    def _people_needs(self) -> list[tuple[int, slots.Need]]:
        """What each photographer is needed for, and when they are busy."""
        wanted = self.wish.coverage(ANY_START)
        return [(pk, self._need("person", pk, wanted)) for pk, _name in self.people]

    def _need(self, kind: str, pk: int, wanted: Period) -> slots.Need:
        assert wanted.ends_at is not None  # noqa: S101  (what is wished for ends)
        return slots.Need(
            before=ANY_START - wanted.starts_at,
            after=wanted.ends_at - ANY_START,
            busy=[claim.period for claim in self.taken.get((kind, pk), ())],
        )


def _ranked(board: Board, wanted: datetime, at: datetime) -> Iterator[Option]:
    """Yield the best other times: nearest first within a day, and few of each day."""
    shown = 0
    zone = studio_zone()
    first = studio_day(wanted)
    for offset in range(slots.HORIZON_DAYS):
        day = first + timedelta(days=offset)
        same_time = wanted.astimezone(zone) + timedelta(days=offset)
        starts = sorted(
            (start for start in _candidates(board.wish, day) if start >= at and start != wanted),
            key=lambda start: abs(start - same_time),
        )
        picked: list[Option] = []
        for option in board.options(starts):
            if all(
                abs(option.starts_at - other.starts_at) >= board.wish.length for other in picked
            ):
                picked.append(option)
            if len(picked) == OPTIONS_OF_A_DAY:
                break
        for option in sorted(picked, key=lambda option: abs(option.starts_at - same_time)):
            yield option
            shown += 1
            if shown == OPTIONS_SHOWN:
                return


def _candidates(wish: Wish, day: date) -> Iterator[datetime]:
    """Yield the starts offered on a day: within the opening hours for Studio, else any."""
    if wish.is_studio:
        hours = business_rules().opening_hours
        yield from slots.offered_starts(start_of(day), wish.length, hours, studio_zone(), days=1)
    else:
        yield from slots.every_quarter(start_of(day), end_of(day) - slots.STEP)
