"""The pure model's life of a session: its steps, its plan, its people."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from sessions_app.tests.model.facts import (
    ASSIGNED,
    ATTENDED,
    CANCELED,
    CHANGES_DAYS,
    COMPLETED,
    CONFIRMED,
    COVERS,
    EDITING,
    EDITORS,
    EDITS,
    MARKED,
    MOST_IN_EDITING,
    NEEDS_REASON,
    NEGOTIATION,
    PAYMENT_DAYS,
    PHOTOGRAPHERS,
    PLANNED,
    PRE_SCHEDULED,
    READY,
    REQUEST,
    ROWS,
    Refused,
    Session,
    midnight_after,
    refuse,
    share,
)
from sessions_app.tests.model.money import Money


class Studio(Money):
    """All that people do."""

    # Steps of the table

    def transition(self, who: str, s: Session, to: str, reason: bool, override: bool) -> None:
        refuse("INVALID_STATE_TRANSITION", to == s.state == CANCELED)
        if to == CANCELED:
            self.cancel(who, s, "Client", None, override)
            return
        if to == EDITING and s.state != READY:
            self.take(who, s, override)
            return
        is_detour = (s.state, to) == (REQUEST, PRE_SCHEDULED)
        stops = (NEGOTIATION, PRE_SCHEDULED) if is_detour else (to,)
        self._refuse_step(who, s, stops[0])
        refuse("VALIDATION_ERROR", (s.state, to) in NEEDS_REASON and not reason)
        for stop in stops:
            self._take_step(who, s, stop, override)

    def _refuse_step(self, who: str, s: Session, to: str) -> None:
        leaves = ROWS.get((s.state, to))
        if leaves is not None:
            is_allowed = any(
                self.has(who, *rights) and self._is_tied(who, s, bond) for rights, bond in leaves
            )
            refuse("PERMISSION_DENIED", not is_allowed)
            return
        towards = [leaf for ends, leaves in ROWS.items() if ends[1] == to for leaf in leaves]
        holds_any = any(self.has(who, *rights) for rights, _ in towards)
        if to in (REQUEST, s.state) or holds_any:
            raise Refused("INVALID_STATE_TRANSITION")
        raise Refused("PERMISSION_DENIED")

    def _is_tied(self, who: str, s: Session, bond: str) -> bool:
        ties = {COVERS: who in s.team, MARKED: s.team.get(who, False), EDITS: s.editor == who}
        return ties.get(bond, True)

    def _take_step(self, who: str, s: Session, to: str, override: bool) -> None:
        step = (s.state, to)
        if step == (REQUEST, NEGOTIATION):
            refuse("INVALID_SESSION_DATE", s.day < self.today)
        if to in (PRE_SCHEDULED, CONFIRMED):
            refuse("MISSING_SCHEDULE", s.start is None)
            self.refuse_past(s)
            refuse("EMPTY_SESSION", not s.lines or s.total <= 0)
        if to == PRE_SCHEDULED:
            s.pay_since = self.today
            self._cap(s)
        if to == CONFIRMED:
            self._confirm(s, override)
        if step == (CONFIRMED, NEGOTIATION):
            refuse("CHANGES_DEADLINE_EXPIRED", self.now >= s.change_by)
        if step == (CONFIRMED, ASSIGNED):
            refuse("CHANGES_DEADLINE_NOT_REACHED", self.now < s.change_by)
            refuse("MISSING_RESOURCES", not s.team)
            self._deliver_by(s, always=True)
        if step == (ASSIGNED, ATTENDED):
            self._attend(who, s)
        if step == (ATTENDED, ASSIGNED):
            self._take_back(who, s)
        if step == (EDITING, ATTENDED):
            s.editor = None
        if to == COMPLETED:
            refuse("INSUFFICIENT_PAYMENT", s.total > s.net and not override)
        if to in (NEGOTIATION, CONFIRMED):
            s.pay_since = s.pay_by = None
        s.state = to
        self._recompute(s)

    def _confirm(self, s: Session, override: bool) -> None:
        if s.in_time < s.deposit or s.left < s.deposit:
            is_late = s.is_late(self.now)
            raise Refused("PAYMENT_DEADLINE_EXPIRED" if is_late else "INSUFFICIENT_PAYMENT")
        missing = s.needed - len(s.team)
        meeting = [other for other in self.others(s) if s.meets(other)]
        taken = {who for other in meeting if other.is_before(COMPLETED) for who in other.team}
        free = len(set(PHOTOGRAPHERS) - taken - s.team.keys())
        promised = sum(
            max(other.needed - len(other.team), 0)
            for other in meeting
            if other.state in (CONFIRMED, ASSIGNED)
        )
        is_short = missing > 0 and free - promised < missing
        refuse("PHOTOGRAPHER_NOT_AVAILABLE", is_short and not override)
        self._settle(s)

    def _attend(self, who: str, s: Session) -> None:
        refuse("TOO_EARLY", self.today < s.day)
        if who in s.team:
            s.team[who] = True
        if not self.has(who, "view.all") and not all(s.team.values()):
            raise Refused("MISSING_RESOURCES", keeps=True)

    def _take_back(self, who: str, s: Session) -> None:
        """One's own mark; for who marks for all, all marks where everyone has marked."""
        if self.has(who, "view.all") and all(s.team.values()):
            s.team = dict.fromkeys(s.team, False)
        elif who in s.team:
            s.team[who] = False

    # Attendance and editing

    def mark(self, who: str, s: Session, whom: str, attended: bool, override: bool) -> None:
        self.demand(who, "attended")
        refuse("PERMISSION_DENIED", whom != who and not self.has(who, "view.all"))
        refuse("INVALID_STATE_TRANSITION", s.state not in (ASSIGNED, ATTENDED, EDITING, READY))
        refuse("INVALID_STATE_TRANSITION", not attended and s.editor is not None)
        refuse("TOO_EARLY", attended and self.today < s.day)
        had_marked, s.team[whom] = s.team[whom], attended
        if attended:
            self._count_marks(s)
        if had_marked and not attended and s.state == ATTENDED:
            s.state = ASSIGNED

    def _count_marks(self, s: Session) -> None:
        """The session moves when all who are on it have marked."""
        if s.state == ASSIGNED and self.today >= s.day and all(s.team.values()):
            s.state = ATTENDED

    def take(self, who: str, s: Session, override: bool) -> None:
        is_editor = who in EDITORS
        refuse("PERMISSION_DENIED", not is_editor and not self.has(who, "resources"))
        refuse("ALREADY_TAKEN", s.editor is not None)
        refuse("INVALID_STATE_TRANSITION", s.state != ATTENDED)
        refuse("MISSING_RESOURCES", not is_editor)
        self._edit(s, who)

    def assign_editor(self, who: str, s: Session, editor: str, override: bool) -> None:
        self.demand(who, "resources")
        refuse("INVALID_STATE_TRANSITION", s.state not in (ATTENDED, EDITING, READY))
        if s.editor != editor:
            refuse("WRONG_ROLE", editor not in EDITORS)
            self._edit(s, editor)

    def _edit(self, s: Session, editor: str) -> None:
        load = sum(1 for one in self.sessions if one.editor == editor and one.state == EDITING)
        refuse("EDITOR_OVERLOADED", s.state != READY and load >= MOST_IN_EDITING)
        s.editor = editor
        s.state = EDITING if s.state == ATTENDED else s.state

    def release_editor(self, who: str, s: Session, reason: bool, override: bool) -> None:
        refuse("PERMISSION_DENIED", s.editor != who and not self.has(who, "resources"))
        refuse("VALIDATION_ERROR", not reason)
        refuse("INVALID_STATE_TRANSITION", s.state != EDITING)
        s.editor, s.state = None, ATTENDED

    def change_editing_days(self, who: str, s: Session, days: int, override: bool) -> None:
        refuse("PERMISSION_DENIED", s.editor != who)
        refuse("INVALID_STATE_TRANSITION", s.state != EDITING)
        s.editing_days = days
        self._deliver_by(s)

    # People

    def assign(self, who: str, s: Session, whom: str, override: bool) -> None:
        self.demand(who, "resources")
        refuse("INVALID_STATE_TRANSITION", not s.is_before(READY))
        self._join(s, whom)
        if s.state == CONFIRMED and self.now >= s.change_by:
            self._take_step(who, s, ASSIGNED, override)

    def release(self, who: str, s: Session, whom: str, override: bool) -> None:
        self.demand(who, "resources")
        refuse("INVALID_STATE_TRANSITION", not s.is_before(READY))
        refuse("MISSING_RESOURCES", s.is_since(ASSIGNED) and len(s.team) == 1)
        del s.team[whom]
        self._count_marks(s)

    def reassign(self, who: str, s: Session, old: str, new: str, override: bool) -> None:
        self.demand(who, "resources")
        refuse("INVALID_STATE_TRANSITION", not s.is_before(COMPLETED) or s.team[old])
        self._join(s, new)
        del s.team[old]

    def _join(self, s: Session, whom: str) -> None:
        refuse("WRONG_ROLE", whom not in PHOTOGRAPHERS)
        refuse("DUPLICATE", whom in s.team)
        s.team[whom] = False
        self.refuse_taken(s)

    # Plan and money

    def move(self, who: str, s: Session, day: date | None, at: time | None, override: bool) -> None:
        """Change the date, the time, or take the time away; None leaves the day."""
        self.demand(who, "edit")
        day = day or s.day
        if (day, at) == (s.day, s.time):
            return
        self.refuse_settled(s, override)
        refuse("MISSING_SCHEDULE", at is None and s.is_since(PRE_SCHEDULED))
        self._move(s, day, at)

    def postpone(
        self, who: str, s: Session, day: date, at: time, reason: bool, override: bool
    ) -> None:
        self.demand(who, "resources")
        refuse("VALIDATION_ERROR", not reason)
        refuse("INVALID_STATE_TRANSITION", s.state not in (CONFIRMED, ASSIGNED))
        refuse("CHANGES_DEADLINE_NOT_REACHED", self.now < s.change_by)
        self._move(s, day, at)

    def _move(self, s: Session, day: date, at: time | None) -> None:
        moves = (day, at) != (s.day, s.time)
        s.day, s.time = day, at
        self.refuse_past(s)
        if moves and s.state == ASSIGNED and self.today < s.day:
            s.team = dict.fromkeys(s.team, False)  # who marked was there on another day
        if s.state == PRE_SCHEDULED:
            self._cap(s)
        if s.state == CONFIRMED and self.now < s.change_by:
            self._settle(s)
        self._deliver_by(s)
        self.refuse_taken(s)

    def add(self, who: str, s: Session, price: Decimal, quantity: int, override: bool) -> None:
        self._order(who, s, [*s.lines, (quantity, price)], override)

    def change_line(self, who: str, s: Session, index: int, quantity: int, override: bool) -> None:
        lines = list(s.lines)
        lines[index] = (quantity, lines[index][1])
        self._order(who, s, lines, override)

    def remove(self, who: str, s: Session, index: int, override: bool) -> None:
        self._order(who, s, s.lines[:index] + s.lines[index + 1 :], override)

    def _order(
        self, who: str, s: Session, lines: list[tuple[int, Decimal]], override: bool
    ) -> None:
        self.demand(who, "edit")
        if s.lines == lines:
            return
        self.refuse_settled(s, override)
        s.lines = lines
        refuse("EMPTY_SESSION", s.total < 0)
        self._refuse_discount(s, override)
        self._retotal(s)

    def terms(self, who: str, s: Session, name: str, value: Decimal, override: bool) -> None:
        """Change the discount, the transportation, or the percentage of the deposit."""
        self.demand(who, "edit")
        if getattr(s, name) == value:
            return
        refuse("VALIDATION_ERROR", name == "transport" and s.is_studio)
        if name == "percentage":
            refuse("IMMUTABLE_SESSION", s.state not in PLANNED)
        else:
            self.refuse_settled(s, override)
        setattr(s, name, value)
        refuse("VALIDATION_ERROR", s.total < 0)
        if name == "discount":
            self._refuse_discount(s, override)
        self._retotal(s)
        refuse("OVERRIDE_NEEDED", name == "percentage" and value < 50 and not override)

    def need(self, who: str, s: Session, count: int, override: bool) -> None:
        """Change how many photographers it needs."""
        self.demand(who, "edit")
        if s.needed != count:
            self.refuse_settled(s, override)
            s.needed = count

    def _refuse_discount(self, s: Session, override: bool) -> None:
        is_high = s.discount * 100 > 20 * s.subtotal
        refuse("OVERRIDE_NEEDED", is_high and not override)

    def _retotal(self, s: Session) -> None:
        refuse("EMPTY_SESSION", s.is_since(PRE_SCHEDULED) and (s.total <= 0 or not s.lines))
        refuse("PAYMENT_EXCEEDS_TOTAL", s.total < s.net)
        self._recompute(s)

    # What follows

    def _recompute(self, s: Session) -> None:
        if s.state in PLANNED:
            s.deposit = share(s.total, s.percentage)

    def _cap(self, s: Session) -> None:
        ends = midnight_after(s.pay_since + timedelta(days=PAYMENT_DAYS))
        s.pay_by = min(ends, s.start)

    def _settle(self, s: Session) -> None:
        s.change_by = midnight_after(s.day - timedelta(days=CHANGES_DAYS))

    def _deliver_by(self, s: Session, *, always: bool = False) -> None:
        if always or s.delivery is not None:
            s.delivery = s.day + timedelta(days=s.editing_days)
