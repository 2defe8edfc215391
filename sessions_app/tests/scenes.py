"""A session in each state, with one person of each kind, and all that can be done with it.

The material of `test_life_table`: what is expected of it stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from catalog.models import Item, Room
from catalog.tests.factories import ItemFactory, RoomFactory
from config.clock import studio_day
from sessions_app.actions import attendance, editing, lines, planning, team
from sessions_app.actions.cancelling import cancel, correct_initiator
from sessions_app.actions.hiding import hide
from sessions_app.actions.payments import Receipt, record
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import PLANNED, Status
from sessions_app.models import Assignment, Initiator, Payment, PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    TEN,
    assign,
    attended_at,
    book,
    paid,
    taken_to,
)
from users.actors import Actor, Override
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

COLUMNS = {
    "Req": Status.REQUEST,
    "Neg": Status.NEGOTIATION,
    "Pre": Status.PRE_SCHEDULED,
    "Con": Status.CONFIRMED,
    "Late": Status.CONFIRMED,
    "Ass": Status.ASSIGNED,
    "Att": Status.ATTENDED,
    "Edi": Status.IN_EDITING,
    "Rea": Status.READY,
    "Com": Status.COMPLETED,
    "Can": Status.CANCELED,
}
PEOPLE = ("admin", "coordinator", "covering", "marked", "editor", "other", "user", "system")
"""The office; two photographers of the session, of whom the second has marked their attendance as
soon as that is possible; its editor, once it has one, and another; someone without any right, who
sees nothing; the system itself."""

BY_WAY_OF = {Status.COMPLETED: Status.READY, Status.CANCELED: Status.IN_EDITING}
REASON = "as agreed by phone"

# In one query, for it is asked a thousand times.
ROWS = """
    SELECT part::text FROM sessions_app_session part WHERE id = %(id)s
    UNION ALL SELECT part::text FROM sessions_app_historyentry part WHERE session_id = %(id)s
    UNION ALL SELECT part::text FROM sessions_app_assignment part WHERE session_id = %(id)s
    UNION ALL SELECT part::text FROM sessions_app_line part WHERE session_id = %(id)s
    UNION ALL SELECT part::text FROM sessions_app_payment part WHERE session_id = %(id)s
    UNION ALL SELECT part::text FROM sessions_app_claim part WHERE session_id = %(id)s
"""


@dataclass
class Scene:
    """A session of 1000.00, who and what there is around it, and the instant of what happens."""

    session: Session
    at: datetime
    people: dict[str, User | None]
    covering: Assignment
    marked: Assignment
    pending: Payment
    photographer: User
    editor: User
    room: Room
    item: Item

    def fresh(self) -> Session:
        """Return the session as it now is."""
        return Session.objects.get(pk=self.session.pk)

    def rows(self) -> list[str]:
        """Return all that an action could change: the session and the rows of its parts."""
        with connection.cursor() as cursor:
            cursor.execute(ROWS, {"id": self.session.pk})
            return sorted(row for (row,) in cursor)


def arranged(column: str) -> Scene:
    """Return the scene of one column of the table."""
    state = COLUMNS[column]
    kinds = {"other": "editor", "covering": "photographer", "marked": "photographer"}
    people: dict[str, User | None] = {
        name: UserFactory(roles=[kinds.get(name, name)]) for name in PEOPLE[:-1]
    }
    session = book()
    parts = {name: assign(session, people[name]) for name in ("covering", "marked")}
    session = taken_to(BY_WAY_OF.get(state, state), session)
    if session.status in (Status.ASSIGNED, Status.ATTENDED, Status.IN_EDITING, Status.READY):
        noon = attended_at(session)
        attendance.mark(parts["marked"], attended=True, actor=SYSTEM, at=noon)
    kind = PaymentType.PARTIAL if state in PLANNED else PaymentType.BALANCE
    pending = paid(session, "75.00", kind, status=PaymentStatus.PENDING)
    if state in BY_WAY_OF:
        transition(
            session, state, actor=SYSTEM, at=attended_at(session), override=Override("paid in kind")
        )
    session.refresh_from_db()
    people["editor"] = session.editing_assigned_to or people["editor"]
    return Scene(
        session=session,
        at=_moment(column, session),
        people=people | {"system": None},
        covering=parts["covering"],
        marked=parts["marked"],
        pending=pending,
        photographer=UserFactory(roles=["photographer"]),
        editor=UserFactory(roles=["editor"]),
        room=RoomFactory(),
        item=ItemFactory(),
    )


def _moment(column: str, session: Session) -> datetime:
    """Return when it happens: in the plan's time, past the changes deadline, or at noon."""
    if column == "Late":
        return attended_at(session) - timedelta(days=2)
    return AT if session.status in {*PLANNED, Status.CONFIRMED} else attended_at(session)


Act = Callable[[Scene, Actor], object]


def _to(state: Status, *, with_override: bool = False) -> Act:
    def act(scene: Scene, actor: Actor) -> object:
        override = _asked(actor, with_override)
        return transition(
            scene.session, state, actor=actor, at=scene.at, reason=REASON, override=override
        )

    return act


def _change(field: str, value: Any, *, with_override: bool = False) -> Act:
    def act(scene: Scene, actor: Actor) -> object:
        changes = {field: value(scene) if callable(value) else value}
        override = _asked(actor, with_override)
        return planning.change_session(
            scene.session, changes, actor=actor, at=scene.at, override=override
        )

    return act


def _add_line(*, with_override: bool = False) -> Act:
    def act(scene: Scene, actor: Actor) -> object:
        override = _asked(actor, with_override)
        return lines.add_item(
            scene.session, scene.item, 1, actor=actor, at=scene.at, override=override
        )

    return act


def _asked(actor: Actor, with_override: bool) -> Override | None:
    """Ask for an override as every door does."""
    return Override.asked(
        actor, override=with_override, reason=REASON, right=Right.SESSION_EDIT_ALL
    )


def _record(kind: PaymentType) -> Act:
    def act(scene: Scene, actor: Actor) -> object:
        receipt = Receipt(
            payment_type=kind,
            payment_method="Cash",
            amount=Decimal("100.00"),
            payment_date=studio_day(scene.at),
        )
        return record(scene.session, receipt, actor=actor, at=scene.at, reason=REASON)

    return act


ACTIONS: dict[str, Act] = {
    **{f"to {state.value}": _to(state) for state in Status},
    "complete with a balance": _to(Status.COMPLETED),
    "complete with a balance by override": _to(Status.COMPLETED, with_override=True),
    "cancel": lambda s, who: cancel(
        s.session, initiator=Initiator.STUDIO, actor=who, at=s.at, reason=REASON
    ),
    "correct the initiator": lambda s, who: correct_initiator(
        s.session, Initiator.STUDIO, actor=who, at=s.at, reason=REASON
    ),
    "take": lambda s, who: editing.take(s.session, actor=who, at=s.at),
    "assign an editor": lambda s, who: editing.assign_editor(
        s.session, s.editor.pk, actor=who, at=s.at
    ),
    "release the editor": lambda s, who: editing.release_editor(
        s.session, actor=who, at=s.at, reason=REASON
    ),
    "change the editing days": lambda s, who: editing.change_editing_days(
        s.session, 9, actor=who, at=s.at, note=REASON
    ),
    "mark one's own": lambda s, who: attendance.mark_own(
        s.session, attended=True, actor=who, at=s.at
    ),
    "mark somebody's": lambda s, who: attendance.mark(
        s.covering, attended=True, actor=who, at=s.at
    ),
    "take a mark back": lambda s, who: attendance.mark(
        s.marked, attended=False, actor=who, at=s.at
    ),
    "postpone": lambda s, who: postpone(
        s.session, DAY + timedelta(days=7), TEN, reason=REASON, actor=who, at=s.at
    ),
    "add a photographer": lambda s, who: team.assign(
        s.session, s.photographer.pk, actor=who, at=s.at
    ),
    "change a part": lambda s, who: team.change_assignment(
        s.covering, {"role": "Lead"}, actor=who, at=s.at
    ),
    "release a photographer": lambda s, who: team.release(s.covering, actor=who, at=s.at),
    "reassign": lambda s, who: team.reassign(s.covering, s.photographer.pk, actor=who, at=s.at),
    "reassign who has attended": lambda s, who: team.reassign(
        s.marked, s.photographer.pk, actor=who, at=s.at
    ),
    **{f"record {kind.value}": _record(kind) for kind in PaymentType},
    "verify": lambda s, who: verify(s.pending, actor=who, at=s.at),
    "void": lambda s, who: void(s.pending, reason=REASON, actor=who, at=s.at),
    "change the plan": _change("client_requirements", "more light"),
    "change the plan by override": _change("client_requirements", "more light", with_override=True),
    "change the deposit": _change("deposit_percentage", Decimal("60.00")),
    "change the deposit by override": _change(
        "deposit_percentage", Decimal("60.00"), with_override=True
    ),
    "change the room": _change("room_id", lambda scene: scene.room.pk),
    "change the notes": _change("internal_notes", "prefers mornings"),
    "photographer observes": _change("photographer_observations", "rain"),
    "editor observes": _change("editor_observations", "dark"),
    "add a line": _add_line(),
    "add a line by override": _add_line(with_override=True),
    "change a line": lambda s, who: lines.change_line(
        s.session.lines.get(), {"quantity": 2}, actor=who, at=s.at
    ),
    "deliver a line": lambda s, who: lines.change_line(
        s.session.lines.get(), {"is_delivered": True}, actor=who, at=s.at
    ),
    "recalculate": lambda s, who: lines.recalculate(s.session, actor=who, at=s.at),
    "hide": lambda s, who: hide(s.session, actor=who, at=s.at),
}


def _pay_the_deposit(scene: Scene) -> None:
    if scene.session.status == Status.PRE_SCHEDULED:
        paid(scene.session, "500.00")


def _pay_all(scene: Scene) -> None:
    if scene.session.status == Status.READY:
        verify(scene.pending, actor=SYSTEM, at=scene.at)
        paid(scene.session, "425.00", PaymentType.BALANCE)


def _pay_more_than_the_deposit(scene: Scene) -> None:
    if scene.session.status in PLANNED:
        paid(scene.session, "500.00")
    elif scene.session.status not in (Status.COMPLETED, Status.CANCELED):
        paid(scene.session, "200.00", PaymentType.BALANCE)


PREPARED: dict[str, Callable[[Scene], None]] = {
    "to Confirmed": _pay_the_deposit,
    "to Completed": _pay_all,
    "record Refund": _pay_more_than_the_deposit,
    "hide": lambda scene: void(scene.pending, reason=REASON, actor=SYSTEM, at=scene.at) and None,
}
"""What is done first, so that nothing but state and right stands in the way."""
