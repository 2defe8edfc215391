"""Each action asks for its right itself, whoever has asked before it (rules, section 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from config.errors import NotAllowed
from sessions_app.actions import attendance, cancelling, editing, lines, maintenance, team
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentType, Session
from sessions_app.tests.builders import AT, DAY, assign, attended_at, book, paid, taken_to
from users.actors import Actor
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory
from users.tests.holders import acting, every_right_but, studio_role

pytestmark = pytest.mark.django_db

NOON = attended_at(Session(session_date=DAY))


def someone(role: str) -> int:
    person: User = UserFactory(roles=[role])
    return person.pk


def covered(status: Status, rights: Iterable[Right]) -> tuple[Session, Actor]:
    """Return a session in a state, and one of its photographers, who holds these rights.

    It is theirs to see, hence each of their rights reaches it.
    """
    session, person = book(), UserFactory(roles=["photographer"])
    assign(session, person)
    session = taken_to(status, session)
    person.roles.set([studio_role("of the studio", *rights)])
    return session, acting(person)


DOORS: dict[str, tuple[Right, Status, Callable[[Session, Actor], Any]]] = {
    "mark one's attendance by its id": (
        Right.SESSION_MARK_ATTENDED,
        Status.ASSIGNED,
        lambda session, actor: attendance.mark(
            session.assignments.get(), attended=True, actor=actor, at=NOON
        ),
    ),
    "see what a cancellation would bring": (
        Right.SESSION_VIEW_ALL,
        Status.CONFIRMED,
        lambda session, actor: cancelling.preview(session, Initiator.CLIENT, actor=actor, at=AT),
    ),
    "record a payment": (
        Right.SESSION_VIEW_ALL,
        Status.CONFIRMED,
        lambda session, actor: paid(session, "100.00", PaymentType.BALANCE, by=actor),
    ),
    "change a line": (
        Right.SESSION_EDIT_PRE_ASSIGNED,
        Status.NEGOTIATION,
        lambda session, actor: lines.change_line(
            session.lines.get(), {"quantity": 2}, actor=actor, at=AT
        ),
    ),
    "assign a photographer": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.CONFIRMED,
        lambda session, actor: team.assign(session, someone("photographer"), actor=actor, at=AT),
    ),
    "change an assignment": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.CONFIRMED,
        lambda session, actor: team.change_assignment(
            session.assignments.get(), {"notes": "brings the flash"}, actor=actor, at=AT
        ),
    ),
    "release a photographer": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.CONFIRMED,
        lambda session, actor: team.release(session.assignments.get(), actor=actor, at=AT),
    ),
    "replace a photographer": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.CONFIRMED,
        lambda session, actor: team.reassign(
            session.assignments.get(), someone("photographer"), actor=actor, at=AT
        ),
    ),
    "assign an editor": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.ATTENDED,
        lambda session, actor: editing.assign_editor(
            session, someone("editor"), actor=actor, at=NOON
        ),
    ),
    "take a session off its editor": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.IN_EDITING,
        lambda session, actor: editing.release_editor(
            session, actor=actor, at=NOON, reason="too much"
        ),
    ),
    "close a room": (
        Right.ROOM_DELETE,
        Status.CONFIRMED,
        lambda session, actor: maintenance.start_maintenance(session.room, actor=actor, at=AT),
    ),
}


@pytest.mark.parametrize(("right", "status", "call"), DOORS.values(), ids=DOORS)
def test_each_action_asks_for_its_right(right, status, call):
    with pytest.raises(NotAllowed):
        call(*covered(status, every_right_but(right)))


@pytest.mark.parametrize(("right", "status", "call"), DOORS.values(), ids=DOORS)
def test_with_every_right_it_is_done(right, status, call):
    call(*covered(status, Right))
