"""The life of a session and its money as a small pure model: what is answered, what it leaves.

Written from the rules alone, it shares nothing with the code that it judges. Its clock is naive:
the studio's own. An action raises `Refused` with the code of the answer, or changes the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

REQUEST, NEGOTIATION, PRE_SCHEDULED = "Request", "Negotiation", "Pre-scheduled"
CONFIRMED, ASSIGNED, ATTENDED = "Confirmed", "Assigned", "Attended"
EDITING, READY, COMPLETED, CANCELED = "In Editing", "Ready for Delivery", "Completed", "Canceled"
LIFE = [REQUEST, NEGOTIATION, PRE_SCHEDULED, CONFIRMED, ASSIGNED]
LIFE += [ATTENDED, EDITING, READY, COMPLETED]
STATES = [*LIFE, CANCELED]
PLANNED = LIFE[:3]

COORDINATOR = {"view.all", "edit", "resources", "cancel", "complete", "payment", "refund"}
COORDINATOR |= {"view.own", "attended", "ready"}
RIGHTS = {
    "admin": COORDINATOR | {"edit.all"},
    "coordinator": COORDINATOR,
    "photographer": {"view.own", "attended"},
    "editor": {"view.own", "ready"},
}
PEOPLE = {
    "ana": ["admin"],
    "carla": ["coordinator"],
    "carlos": ["coordinator"],
    "pedro": ["photographer"],
    "paula": ["photographer"],
    "pablo": ["photographer", "editor"],
    "elena": ["editor"],
}
PHOTOGRAPHERS = [name for name, roles in PEOPLE.items() if "photographer" in roles]
EDITORS = [name for name, roles in PEOPLE.items() if "editor" in roles]

# The table: from, to, and who may: rights, and what ties them to the session where that is asked.
COVERS, MARKED, EDITS = "covers it", "has marked", "edits it"
ROWS: dict[tuple[str, str], list[tuple[set[str], str]]] = {
    (REQUEST, NEGOTIATION): [({"edit"}, "")],
    (NEGOTIATION, PRE_SCHEDULED): [({"edit"}, "")],
    (PRE_SCHEDULED, CONFIRMED): [({"edit"}, "")],
    (PRE_SCHEDULED, NEGOTIATION): [({"edit"}, "")],
    (CONFIRMED, NEGOTIATION): [({"edit"}, "")],
    (CONFIRMED, ASSIGNED): [({"resources"}, "")],
    (ASSIGNED, ATTENDED): [({"attended"}, COVERS), ({"attended", "view.all"}, "")],
    (ATTENDED, ASSIGNED): [({"attended"}, MARKED), ({"attended", "view.all"}, "")],
    (EDITING, READY): [({"ready"}, EDITS), ({"ready", "view.all"}, "")],
    (EDITING, ATTENDED): [({"resources"}, ""), (set(), EDITS)],
    (READY, EDITING): [({"ready", "view.all"}, "")],
    (READY, COMPLETED): [({"complete"}, "")],
}
NEEDS_REASON = [(EDITING, ATTENDED), (READY, EDITING)]

PAYMENT_DAYS, CHANGES_DAYS, EDITING_DAYS = 5, 7, 5
LENGTH = timedelta(hours=2)
MOST_IN_EDITING = 1
WITHIN, AFTER, FORCE_MAJEURE, ONCE_ASSIGNED = 90, 50, 80, 10
CENT = Decimal("0.01")


class Refused(Exception):
    """An action is answered by a code; `keeps` what it has done so far where it says so."""

    def __init__(self, code: str, *, keeps: bool = False) -> None:
        super().__init__(code)
        self.code, self.keeps = code, keeps


def share(amount: Decimal, percentage: Decimal | int) -> Decimal:
    return (amount * percentage / 100).quantize(CENT, rounding=ROUND_HALF_UP)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min)


def refuse(code: str, when: bool = True) -> None:
    if when:
        raise Refused(code)


@dataclass
class Pay:
    kind: str
    amount: Decimal
    status: str
    at: datetime
    day: date
    slip: int
    has_number: bool = True
    of_cancellation: bool = False

    @property
    def is_live(self) -> bool:
        return self.status != "Rejected"


@dataclass
class Session:
    is_studio: bool
    day: date
    time: time | None
    created_on: date
    state: str = REQUEST
    lines: list[tuple[int, Decimal]] = field(default_factory=lambda: [(1, Decimal(1000))])
    transport: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    percentage: Decimal = Decimal(50)
    deposit: Decimal = Decimal(500)
    needed: int = 1
    pays: list[Pay] = field(default_factory=list)
    team: dict[str, bool] = field(default_factory=dict)  # who covers it, and whether they marked
    editor: str | None = None
    editing_days: int = EDITING_DAYS
    delivery: date | None = None
    pay_since: date | None = None
    pay_by: datetime | None = None
    change_by: datetime | None = None
    cancelled: tuple[str, str, str, datetime] | None = None  # by whom, side, from state, when

    @property
    def start(self) -> datetime | None:
        return datetime.combine(self.day, self.time) if self.time else None

    @property
    def subtotal(self) -> Decimal:
        return sum((quantity * price for quantity, price in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.transport - self.discount

    def sum(self, status: str, *, refunds: bool, by: datetime | None = None) -> Decimal:
        """Return what payments, or refunds, of a status come to; recorded before an instant."""
        return sum(
            (
                pay.amount
                for pay in self.pays
                if pay.status == status
                and (pay.kind == "Refund") == refunds
                and (by is None or pay.at < by)
            ),
            Decimal(0),
        )

    @property
    def received(self) -> Decimal:
        return self.sum("Verified", refunds=False)

    @property
    def net(self) -> Decimal:
        return self.received - self.sum("Verified", refunds=True)

    @property
    def due(self) -> Decimal:
        return self.sum("Pending", refunds=True)

    @property
    def left(self) -> Decimal:
        """What of the net paid is not on its way back."""
        return self.net - self.due

    def returnable(self, at: datetime) -> Decimal:
        """Return what a cancellation decides about: without refunds by hand until then."""
        by_hand = (
            pay.amount
            for pay in self.pays
            if pay.kind == "Refund" and pay.is_live and not pay.of_cancellation and pay.at <= at
        )
        return self.received - sum(by_hand, Decimal(0))

    @property
    def in_time(self) -> Decimal:
        """What was recorded by the payment deadline, and counts."""
        return self.sum("Verified", refunds=False, by=self.pay_by)

    def is_late(self, now: datetime) -> bool:
        """Tell whether the payment deadline is past and the deposit was not covered by it."""
        return self.pay_by is not None and now >= self.pay_by and self.in_time < self.deposit

    @property
    def refund_by_rule(self) -> Pay | None:
        return next((p for p in self.pays if p.of_cancellation and p.status == "Pending"), None)

    def is_since(self, state: str) -> bool:
        return self.state in LIFE[LIFE.index(state) :]

    def is_before(self, state: str) -> bool:
        return self.state in LIFE[: LIFE.index(state)]

    def overlaps(self, other: Session) -> bool:
        """Tell whether both hold what they need at the same time."""
        if not (self.is_before(COMPLETED) and other.is_before(COMPLETED)):
            return False
        return self.meets(other)

    def meets(self, other: Session) -> bool:
        one, two = self.start, other.start
        return bool(one and two and one < two + LENGTH and two < one + LENGTH)

    def facts(self) -> dict[str, object]:
        """Return how the session stands, as it is compared."""
        return {
            "state": self.state,
            "when": (self.day, self.time),
            "total": self.total,
            "deposit": self.deposit,
            "paid": self.net,
            "refund due": self.due,
            "payments": [(pay.kind, pay.amount, pay.status) for pay in self.pays],
            "payment deadline": self.pay_by,
            "changes deadline": self.change_by,
            "delivery": self.delivery,
            "team": self.team,
            "editor": self.editor,
        }


class Rules:
    """Sessions, people and the clock, and what both parts of the model ask about them."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.sessions: list[Session] = []
        self.slips = 0

    @property
    def today(self) -> date:
        return self.now.date()

    def answer(self, name: str, who: str, which: int, *facts: object, override: bool) -> str:
        """Let someone act on a session; what is refused leaves nothing behind."""
        before = deepcopy(self.sessions)
        code, keeps = self._answer(name, who, which, *facts, override=override)
        if code != "done" and not keeps:
            self.sessions = before
        return code

    def would(self, name: str, who: str, which: int, *facts: object, override: bool) -> str:
        """Tell what would be answered."""
        before, self.sessions = self.sessions, deepcopy(self.sessions)
        code, _ = self._answer(name, who, which, *facts, override=override)
        self.sessions = before
        return code

    def _answer(
        self, name: str, who: str, which: int, *facts: object, override: bool
    ) -> tuple[str, bool]:
        """First 404, then 403 for an override that is not theirs, then what the action says."""
        session = self.sessions[which]
        try:
            refuse("SESSION_NOT_FOUND", not self.sees(who, session))
            refuse("PERMISSION_DENIED", override and not self.has(who, "edit.all"))
            getattr(self, name)(who, session, *facts, override=override)
        except Refused as refusal:
            return refusal.code, refusal.keeps
        return "done", True

    def has(self, who: str, *rights: str) -> bool:
        held = set().union(*(RIGHTS[role] for role in PEOPLE[who]))
        return held.issuperset(rights)

    def demand(self, who: str, right: str) -> None:
        refuse("PERMISSION_DENIED", not self.has(who, right))

    def sees(self, who: str, s: Session) -> bool:
        in_pool = s.state == ATTENDED and s.editor is None and self.has(who, "ready")
        return self.has(who, "view.all") or who in s.team or s.editor == who or in_pool

    def others(self, s: Session) -> Iterator[Session]:
        return (other for other in self.sessions if other is not s)

    def refuse_past(self, s: Session) -> None:
        is_past = s.day < self.today or bool(s.start and s.start < self.now)
        refuse("INVALID_SESSION_DATE", is_past)

    def refuse_settled(self, s: Session, override: bool) -> None:
        """Plan and money: while it is planned, and Confirmed within the changes deadline."""
        if s.state in PLANNED or override:
            return
        refuse("IMMUTABLE_SESSION", s.state != CONFIRMED)
        refuse("CHANGES_DEADLINE_EXPIRED", self.now >= s.change_by)

    def refuse_taken(self, s: Session) -> None:
        """The room first, then people."""
        standing = [other for other in self.others(s) if s.overlaps(other)]
        same_room = any(s.is_studio and other.is_studio for other in standing)
        refuse("ROOM_NOT_AVAILABLE", same_room)
        same_people = any(s.team.keys() & other.team.keys() for other in standing)
        refuse("PHOTOGRAPHER_NOT_AVAILABLE", same_people)
