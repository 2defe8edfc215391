"""The right that each REST door of one session asks for, before it reads a form or finds a part.

Who lacks it learns neither what is wrong with the form nor whether there is such a part.
"""

from __future__ import annotations

from typing import Any

import pytest

from config.clock import now
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.tests.builders import assign, paid
from sessions_app.tests.wire import arrived, refused, url
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory
from users.tests.holders import every_right_but, person_with, studio_role

pytestmark = pytest.mark.django_db

TIME_OFF = "/api/v1/time-off"
OWN = "/api/v1/photographers/sessions"
NO_PAYMENT = f"payments/{10**12}/void"
NOBODYS = f"photographers/{10**12}/attended"
TOLD_NOTHING = 403, "PERMISSION_DENIED"
WRONG = 400, "VALIDATION_ERROR"
UNKNOWN = 404, "NOT_FOUND"

Door = tuple[str, str, dict[str, Any], Right]

WRONG_FORMS: list[Door] = [
    ("get", "cancellation-preview?initiated_by=Nobody", {}, Right.SESSION_VIEW_ALL),
    ("post", "cancel", {}, Right.SESSION_CANCEL),
    ("post", "transition", {"to_status": "Canceled", "notes": []}, Right.SESSION_CANCEL),
    ("patch", "", {"session_date": "never"}, Right.SESSION_EDIT_PRE_ASSIGNED),
    ("delete", "?override=perhaps", {}, Right.SESSION_DELETE),
    ("patch", "my-attendance", {}, Right.SESSION_MARK_ATTENDED),
    ("post", "payments", {}, Right.SESSION_VIEW_ALL),
    ("post", "payments", {}, Right.SESSION_PAYMENT),
    ("post", "payments", {"payment_type": "Refund"}, Right.PAYMENT_REFUND),
]
NOT_THERE: list[Door] = [
    ("post", NO_PAYMENT, {}, Right.SESSION_VIEW_ALL),
    ("patch", NOBODYS, {}, Right.SESSION_MARK_ATTENDED),
]


@pytest.fixture
def person() -> User:
    return UserFactory(roles=["photographer"])


@pytest.fixture
def session(person: User) -> Session:
    """A session of yesterday, Assigned, with the person and another."""
    session = arrived(Status.ASSIGNED, person)
    assign(session, at=now())
    return session


def given(person: User, *rights: Right) -> Any:
    """Let the person hold these rights and no others; return their REST client."""
    person.roles.set([studio_role(f"{len(rights)} rights", *rights)])
    return signed_in(person)


def answers(person: User, right: Right, door: str, address: str, form: Any) -> list[Any]:
    """Return what a door says to the person with all rights but one, and with all."""
    return [
        getattr(given(person, *rights), door)(address, form)
        for rights in (every_right_but(right), Right)
    ]


def beneath(session: Session, rest: str) -> str:
    return url(session) + (rest if rest.startswith("?") or not rest else f"/{rest}")


@pytest.mark.parametrize(("door", "rest", "form", "right"), WRONG_FORMS)
def test_what_is_wrong_with_a_form_is_told_only_to_who_holds_the_right(
    person, session, door, rest, form, right
):
    nearly, fully = answers(person, right, door, beneath(session, rest), form)
    refused(nearly, *TOLD_NOTHING)
    refused(fully, *WRONG)


@pytest.mark.parametrize(("door", "rest", "form", "right"), NOT_THERE)
def test_what_is_not_there_is_told_only_to_who_holds_the_right(
    person, session, door, rest, form, right
):
    nearly, fully = answers(person, right, door, beneath(session, rest), form)
    refused(nearly, *TOLD_NOTHING)
    refused(fully, *UNKNOWN)


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        (PaymentType.BALANCE, Right.SESSION_PAYMENT),
        (PaymentType.REFUND, Right.PAYMENT_REFUND),
    ],
)
def test_a_payment_is_for_who_records_payments_and_a_refund_for_who_refunds(
    person, session, kind, right
):
    paid(session, "200.00", PaymentType.BALANCE, at=now())
    paid(session, "100.00", PaymentType.REFUND, at=now(), reason="too much")
    payment = session.payments.get(payment_type=kind)
    nearly, fully = answers(person, right, "post", url(session, "payments", payment.pk, "void"), {})
    refused(nearly, *TOLD_NOTHING)
    refused(fully, *WRONG)


def test_anothers_attendance_is_only_for_who_marks_everybodys(person, session):
    other = session.assignments.exclude(photographer=person).get()
    address = url(session, "photographers", other.pk, "attended")
    nearly, fully = answers(person, Right.SESSION_VIEW_ALL, "patch", address, {})
    refused(nearly, *TOLD_NOTHING)
    refused(fully, *WRONG)


def test_ones_own_attendance_is_for_who_may_mark_it(person, session):
    address = f"{OWN}/{session.pk}/attend"
    nearly, fully = answers(person, Right.SESSION_MARK_ATTENDED, "patch", address, {})
    refused(nearly, *TOLD_NOTHING)
    refused(fully, *WRONG)


def test_time_off_is_for_who_has_sessions_of_their_own_or_assigns_people():
    for right in (Right.SESSION_VIEW_OWN, Right.SESSION_ASSIGN_RESOURCES):
        refused(signed_in(person_with(right)).post(TIME_OFF, {}), *WRONG)
    refused(signed_in(person_with(Right.SESSION_VIEW_ALL)).post(TIME_OFF, {}), *TOLD_NOTHING)


@pytest.mark.parametrize("yes", ["yes", "on", 1.0])
def test_an_override_needs_its_right_however_it_is_said(person, session, yes):
    form = {
        "cancellation_reason": "The wedding is off",
        "initiated_by": "Client",
        "override": yes,
        "reason": "An old client",
    }
    nearly = given(person, *every_right_but(Right.SESSION_EDIT_ALL))
    refused(nearly.post(url(session, "cancel"), form), *TOLD_NOTHING)
