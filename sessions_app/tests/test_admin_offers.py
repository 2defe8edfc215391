"""What the back office offers goes by rights, each by its own (rules, section 1).

The built-in roles do not tell all of them apart; roles whose rights the studio has set do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client as Browser

from config.clock import now
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import paid
from sessions_app.tests.pages import AGENDA, REMARK, SESSIONS, arrived, browser, offered, page, text
from users.actors import Override
from users.models import User
from users.rights import Right
from users.tests.factories import role
from users.tests.holders import every_right_but, person_with

pytestmark = pytest.mark.django_db

TODAY = "/admin/"
NEW = f"{SESSIONS}add/"
QUEUE = f"{SESSIONS}editing-queue/"
FREE = f"{SESSIONS}availability/"
TIME_OFF = "/admin/sessions_app/timeoff/"

Look = Callable[[Browser, Session], Any]


def staff_with(*rights: Right) -> User:
    """Return someone who covers and edits, with these rights: the two roles give none by now."""
    person = person_with(*rights)
    for name in ("photographer", "editor"):
        role(name).permissions.clear()
        person.roles.add(role(name))
    return person


def button(name: str) -> Look:
    """Whether the session's page has a button."""
    return lambda who, session: name in offered(who, session)


def button_of_part(name: str) -> Look:
    """Whether the page of their part in the team has a button."""
    return lambda who, session: name in offered(who, session.assignments.get())


def button_of_payment(name: str, kind: PaymentType) -> Look:
    """Whether the page of a payment that waits to be verified has a button."""

    def is_offered(who: Browser, session: Session) -> bool:
        leave = {"reason": REMARK, "override": Override(REMARK)}
        waits = paid(session, "10.00", kind, at=now(), status=PaymentStatus.PENDING, **leave)
        return name in offered(who, waits)

    return is_offered


def field(name: str, address: str = "") -> Look:
    """Whether a page, by default the session's, shows a field."""
    return lambda who, session: (
        name in flatten_fieldsets(who.get(address or page(session)).context["adminform"].fieldsets)
    )


def typed_field(name: str) -> Look:
    """Whether the session's page lets a field be typed."""
    return lambda who, session: name in who.get(page(session)).context["adminform"].form.fields


def told(name: str, address: str) -> Look:
    """Whether a page that is about no single session has something to show."""
    return lambda who, session: who.get(address).context.get(name)


OFFERS: dict[str, tuple[Right, Status, Look]] = {
    "mark one's own attendance": (Right.SESSION_MARK_ATTENDED, Status.ASSIGNED, button("mark-own")),
    "mark one's part": (Right.SESSION_MARK_ATTENDED, Status.ASSIGNED, button_of_part("mark")),
    "add to a settled order": (Right.SESSION_EDIT_ALL, Status.ASSIGNED, button("add-item")),
    "change a settled plan": (Right.SESSION_EDIT_ALL, Status.ASSIGNED, typed_field("session_date")),
    "override on a page": (Right.SESSION_EDIT_ALL, Status.REQUEST, field("override")),
    "override when booking": (Right.SESSION_EDIT_ALL, Status.REQUEST, field("override", NEW)),
    "correct a cancellation": (
        Right.SESSION_EDIT_ALL,
        Status.CANCELED,
        button("correct-cancellation"),
    ),
    "delete": (Right.SESSION_DELETE, Status.REQUEST, button("hide")),
    "record a payment": (Right.SESSION_PAYMENT, Status.CONFIRMED, button("record-payment")),
    "record a refund": (Right.PAYMENT_REFUND, Status.CONFIRMED, button("record-refund")),
    "verify a payment": (
        Right.SESSION_PAYMENT,
        Status.CONFIRMED,
        button_of_payment("verify", PaymentType.BALANCE),
    ),
    "void a payment": (
        Right.SESSION_PAYMENT,
        Status.CONFIRMED,
        button_of_payment("void", PaymentType.BALANCE),
    ),
    "verify a refund": (
        Right.PAYMENT_REFUND,
        Status.CONFIRMED,
        button_of_payment("verify", PaymentType.REFUND),
    ),
    "void a refund": (
        Right.PAYMENT_REFUND,
        Status.CONFIRMED,
        button_of_payment("void", PaymentType.REFUND),
    ),
    "go to the client": (
        Right.CLIENT_VIEW,
        Status.REQUEST,
        lambda who, session: (
            f"/clients/client/{session.client_id}/" in text(who.get(page(session)))
        ),
    ),
    "go to the room": (Right.ROOM_VIEW, Status.REQUEST, field("room")),
    "ask for the sessions of a room": (
        Right.ROOM_VIEW,
        Status.REQUEST,
        lambda who, session: "room" in who.get(SESSIONS).context["cl"].list_filter,
    ),
    "book with a photographer": (
        Right.SESSION_ASSIGN_RESOURCES,
        Status.REQUEST,
        field("photographer", NEW),
    ),
    "book what is free": (Right.SESSION_CREATE, Status.REQUEST, told("books", FREE)),
    "take the next one": (Right.SESSION_MARK_READY, Status.ATTENDED, told("takes", QUEUE)),
    "see what waits": (Right.SESSION_MARK_READY, Status.ATTENDED, told("editing", TODAY)),
}


def covered(status: Status, photographer: User) -> Session:
    """Return a session in a state, theirs; it was yesterday, where that is possible."""
    days = -1 if status in (Status.ASSIGNED, Status.ATTENDED) else 20
    return arrived(status, days, photographer)


@pytest.mark.parametrize(("right", "status", "is_offered"), OFFERS.values(), ids=OFFERS)
def test_who_lacks_the_right_is_not_offered_it(right, status, is_offered):
    person = staff_with(*every_right_but(right))
    assert not is_offered(browser(person), covered(status, person))


@pytest.mark.parametrize(("right", "status", "is_offered"), OFFERS.values(), ids=OFFERS)
def test_who_holds_every_right_is_offered_it(right, status, is_offered):
    person = staff_with(*Right)
    assert is_offered(browser(person), covered(status, person))


# Pages that one of several rights opens

SEEING = (Right.SESSION_VIEW_ALL, Right.SESSION_VIEW_OWN)
RESTING = (Right.SESSION_ASSIGN_RESOURCES, Right.SESSION_VIEW_OWN)
PAGES = {SESSIONS: SEEING, AGENDA: SEEING, TIME_OFF: RESTING, f"{TIME_OFF}add/": RESTING}


@pytest.mark.parametrize(
    ("address", "right"), [(address, right) for address in PAGES for right in PAGES[address]]
)
def test_one_right_alone_opens_the_page(address, right):
    assert browser(staff_with(right)).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_without_any_of_its_rights_the_page_is_closed(address):
    person = staff_with(*every_right_but(*PAGES[address]))
    assert browser(person).get(address).status_code == 403


# What waits to be edited


def test_who_gives_to_editors_but_sees_not_all_sees_what_waits_of_their_own():
    person = staff_with(Right.SESSION_ASSIGN_RESOURCES, Right.SESSION_VIEW_OWN)
    own, _others = covered(Status.ATTENDED, person), arrived(Status.ATTENDED, -1)
    waiting = browser(person).get(QUEUE).context["waiting"]
    assert [session for session, _days in waiting] == [own]


def test_an_editor_to_whom_no_session_is_shown_is_not_told_what_waits():
    arrived(Status.ATTENDED, -1)
    answer = browser(staff_with(Right.SESSION_MARK_READY)).get(TODAY)
    assert answer.context["editing"]["waiting"] == []


# What there is nothing to write in


def test_a_page_without_a_field_that_one_may_write_is_not_offered_to_be_saved():
    mine = browser(staff_with(Right.SESSION_VIEW_ALL))
    session = arrived(Status.REQUEST, 20)
    assert 'name="_save"' not in text(mine.get(page(session)))
    assert mine.post(page(session)).status_code == 403
