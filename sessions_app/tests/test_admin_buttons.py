"""Which buttons each person is offered in each state of a session (rules, sections 1 and 2)."""

from __future__ import annotations

import pytest

from config.clock import now
from sessions_app.actions import attendance, editing
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentType, Session
from sessions_app.tests.builders import SYSTEM, acting, attended_at, paid
from sessions_app.tests.pages import arrived, browser, offered, page
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = {
    "A": "admin",
    "C": "coordinator",
    "P": "photographer",  # of the session, who has not marked their attendance
    "M": "photographer",  # of the session, who has, as soon as that is possible
    "E": "editor",  # its editor, once it has one
    "O": "editor",  # another one
}

# What else stands in the way (a deadline, a deposit that is short) is refused in a sentence.
# Confirmed comes twice: by the changes deadline, and later. From Pre-scheduled on half of it is
# paid; when Completed, all. What is settled an admin is still offered, with an override.
OFFERED = """
                     Req    Neg    Pre    Con    Late   Ass    Att    Edi    Rea    Com    Can
(page)               ACPM   ACPM   ACPM   ACPM   ACPM   ACPM   ACPMEO ACPME  ACPME  ACPME  ACPM
negotiate            AC     .      AC     .      .      .      .      .      .      .      .
pre-schedule         AC     AC     .      .      .      .      .      .      .      .      .
confirm              .      .      AC     .      .      .      .      .      .      .      .
reopen               .      .      .      AC     AC     .      .      .      .      .      .
settle-team          .      .      .      AC     AC     .      .      .      .      .      .
postpone             .      .      .      .      AC     AC     .      .      .      .      .
mark-own             .      .      .      .      .      P      P      P      P      .      .
attend               .      .      .      .      .      AC     .      .      .      .      .
take-back            .      .      .      .      .      .      ACM    .      .      .      .
take                 .      .      .      .      .      .      EO     .      .      .      .
assign-editor        .      .      .      .      .      .      AC     AC     AC     .      .
mark-ready           .      .      .      .      .      .      .      ACE    .      .      .
change-editing-days  .      .      .      .      .      .      .      E      .      .      .
release-editor       .      .      .      .      .      .      .      ACE    .      .      .
rework               .      .      .      .      .      .      .      .      AC     .      .
complete             .      .      .      .      .      .      .      .      AC     .      .
cancel               AC     AC     AC     AC     AC     AC     AC     AC     AC     .      .
correct-cancellation .      .      .      .      .      .      .      .      .      .      A
hide                 A      A      .      .      .      .      .      .      .      .      .
add-package          AC     AC     AC     AC     A      A      A      A      A      A      A
add-item             AC     AC     AC     AC     A      A      A      A      A      A      A
record-payment       AC     AC     AC     AC     AC     AC     AC     AC     AC     .      .
record-refund        .      .      AC     AC     AC     AC     AC     AC     AC     .      AC
assign-photographer  AC     AC     AC     AC     AC     AC     AC     AC     .      .      .
"""
STATES, *ROWS = (line.split() for line in OFFERED.strip().splitlines())

SETTLED = {"Req": 20, "Neg": 20, "Pre": 20, "Con": 20, "Late": 4, "Can": 20}
"""How many days from today the sessions are that are still to come; the others were yesterday."""


def built(state: str, people: dict[str, User]) -> Session:
    """Return the session of a column, with both photographers on it."""
    team = people["P"], people["M"]
    if state in SETTLED:
        reached = {
            "Req": Status.REQUEST, "Neg": Status.NEGOTIATION, "Pre": Status.PRE_SCHEDULED,
        }.get(state, Status.CONFIRMED)  # fmt: skip
        session = arrived(reached, SETTLED[state], *team)
        if state == "Pre":
            paid(session, session.deposit_amount, at=now())
        if state == "Can":
            cancel(session, initiator=Initiator.CLIENT, actor=SYSTEM, at=now(), reason="rain")
        return session
    session = arrived(Status.ASSIGNED, -1, *team)
    noon = attended_at(session)
    attendance.mark_own(session, attended=True, actor=acting(people["M"]), at=noon)
    steps = (
        lambda: transition(session, Status.ATTENDED, actor=SYSTEM, at=noon),
        lambda: editing.assign_editor(session, people["E"].pk, actor=SYSTEM, at=noon),
        lambda: transition(session, Status.READY, actor=SYSTEM, at=noon),
        lambda: paid(session, "500.00", PaymentType.BALANCE, at=noon),
        lambda: transition(session, Status.COMPLETED, actor=SYSTEM, at=noon),
    )
    for step in steps[: {"Ass": 0, "Att": 1, "Edi": 2, "Rea": 3, "Com": 5}[state]]:
        step()
    return session


@pytest.mark.parametrize("state", STATES)
def test_each_person_is_offered_the_buttons_of_the_table(state):
    people = {letter: UserFactory(roles=[role]) for letter, role in PEOPLE.items()}
    session = built(state, people)
    found: dict[str, str] = {}
    for letter, person in people.items():
        mine = browser(person)
        if mine.get(page(session)).status_code == 200:
            for button in {"(page)", *offered(mine, session)}:
                found[button] = found.get(button, "") + letter
    column = STATES.index(state)
    expected = {name: cells[column] for name, *cells in ROWS if cells[column] != "."}
    assert found == expected
