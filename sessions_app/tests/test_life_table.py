"""State × action × person: every cell, as the rules say (rules, sections 1, 2, 4 and 5).

These are the actions' own answers. That who may not see a session is told 404 before anything else
is the doors' affair; here it is the plain refusal of the right.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from config.errors import DomainError
from sessions_app.actions.lifecycle import allowed_transitions
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import acting
from sessions_app.tests.scenes import ACTIONS, COLUMNS, PEOPLE, PREPARED, Scene, arranged

pytestmark = pytest.mark.django_db

CODES = {
    "ok": "done",
    "-": "PERMISSION_DENIED",
    "409": "INVALID_STATE_TRANSITION",
    "taken": "ALREADY_TAKEN",
    "fixed": "IMMUTABLE_SESSION",
    "late": "CHANGES_DEADLINE_EXPIRED",
    "early": "CHANGES_DEADLINE_NOT_REACHED",
    "miss": "MISSING_RESOURCES",
    "away": "NOT_ASSIGNED",
    "short": "INSUFFICIENT_PAYMENT",
    "pay": "PAYMENT_NOT_ALLOWED",
    "twice": "DUPLICATE",
    "used": "IN_USE",
}
GROUPS = {
    "office": ("admin", "coordinator", "system"),
    "admins": ("admin", "system"),
    "photographers": ("covering", "marked"),
    "editors": ("editor", "other"),
}

# Late is Confirmed with its changes deadline past. Whoever an action does not name is refused (-);
# "rest" are those whom it does not name otherwise.
TABLE = """
                      Req   Neg   Pre   Con   Late  Ass   Att   Edi   Rea   Com   Can
to Request
  rest                409   409   409   409   409   409   409   409   409   409   409
to Negotiation
  office              ok    409   ok    ok    late  409   409   409   409   409   409
  rest                -     409   -     -     -     -     -     -     -     -     -
to Pre-scheduled
  office              ok    ok    409   409   409   409   409   409   409   409   409
  rest                -     -     409   -     -     -     -     -     -     -     -
to Confirmed
  office              409   409   ok    409   409   409   409   409   409   409   409
  rest                -     -     -     409   409   -     -     -     -     -     -
to Assigned
  office              409   409   409   early ok    409   ok    409   409   409   409
  covering            409   409   409   -     -     409   -     409   409   409   409
  marked              409   409   409   -     -     409   ok    409   409   409   409
  rest                -     -     -     -     -     409   -     -     -     -     -
to Attended
  office              409   409   409   409   409   ok    409   ok    409   409   409
  covering            409   409   409   409   409   ok    409   -     409   409   409
  marked              409   409   409   409   409   miss  409   -     409   409   409
  editor              -     -     -     -     -     -     409   ok    409   409   409
  rest                -     -     -     -     -     -     409   -     -     -     -
to In Editing
  admin coordinator   409   409   409   409   409   409   miss  taken ok    taken taken
  system              409   409   409   409   409   409   miss  taken ok    taken taken
  editors             -     -     -     -     -     -     ok    taken -     taken taken
to Ready for Delivery
  office              409   409   409   409   409   409   409   ok    409   409   409
  editor              -     -     -     -     -     -     409   ok    409   409   409
  other               -     -     -     -     -     -     409   -     409   -     -
  rest                -     -     -     -     -     -     -     -     409   -     -
to Completed
  office              409   409   409   409   409   409   409   409   ok    409   409
  rest                -     -     -     -     -     -     -     -     -     409   -
complete with a balance
  office              409   409   409   409   409   409   409   409   short 409   409
  rest                -     -     -     -     -     -     -     -     -     409   -
complete with a balance by override
  admins              409   409   409   409   409   409   409   409   ok    409   409
to Canceled
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    409   409
  rest                -     -     -     -     -     -     -     -     -     -     409
cancel
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    409   409
  rest                -     -     -     -     -     -     -     -     -     -     409
correct the initiator
  admins              409   409   409   409   409   409   409   409   409   409   ok

take
  office              409   409   409   409   409   409   miss  taken taken taken taken
  editors             -     -     -     -     -     -     ok    taken taken taken taken
assign an editor
  office              409   409   409   409   409   409   ok    ok    ok    409   409
release the editor
  office              409   409   409   409   409   409   409   ok    409   409   409
  editor              -     -     -     -     -     -     -     ok    409   409   409
change the editing days
  system              409   409   409   409   409   409   409   ok    409   409   409
  editor              -     -     -     -     -     -     -     ok    409   409   409

mark one's own
  office              409   409   409   409   409   away  away  away  away  409   409
  photographers       409   409   409   409   409   ok    ok    ok    ok    409   409
mark somebody's
  office              409   409   409   409   409   ok    ok    ok    ok    409   409
  covering            409   409   409   409   409   ok    ok    ok    ok    409   409
take a mark back
  office              409   409   409   409   409   ok    ok    409   409   409   409
  marked              409   409   409   409   409   ok    ok    409   409   409   409
postpone
  office              409   409   409   early ok    ok    409   409   409   409   409

add a photographer
  office              ok    ok    ok    ok    ok    ok    ok    ok    409   409   409
change a part
  office              ok    ok    ok    ok    ok    ok    ok    ok    409   409   409
release a photographer
  office              ok    ok    ok    ok    ok    ok    ok    ok    409   409   409
reassign
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    409   409
reassign who has attended
  office              ok    ok    ok    ok    ok    409   409   409   409   409   409

record Deposit
  office              ok    ok    ok    twice twice twice twice twice twice pay   pay
record Partial
  office              ok    ok    ok    pay   pay   pay   pay   pay   pay   pay   pay
record Balance
  office              pay   pay   pay   ok    ok    ok    ok    ok    ok    pay   pay
record Refund
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    pay   ok
verify
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
void
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok

change the plan
  office              ok    ok    ok    ok    late  fixed fixed fixed fixed fixed fixed
change the plan by override
  admins              ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
change the deposit
  office              ok    ok    ok    fixed fixed fixed fixed fixed fixed fixed fixed
change the deposit by override
  admins              ok    ok    ok    fixed fixed fixed fixed fixed fixed fixed fixed
change the room
  office              ok    ok    ok    ok    ok    ok    fixed fixed fixed fixed fixed
change the notes
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    fixed fixed
photographer observes
  system              fixed fixed fixed fixed fixed ok    ok    ok    ok    ok    fixed
  photographers       fixed fixed fixed fixed fixed ok    ok    ok    ok    ok    fixed
editor observes
  system              fixed fixed fixed fixed fixed fixed fixed ok    ok    ok    fixed
  editor              -     -     -     -     -     -     -     ok    ok    ok    fixed
add a line
  office              ok    ok    ok    ok    late  fixed fixed fixed fixed fixed fixed
add a line by override
  admins              ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
change a line
  office              ok    ok    ok    ok    late  fixed fixed fixed fixed fixed fixed
deliver a line
  office              ok    ok    ok    ok    ok    ok    ok    ok    ok    fixed fixed
recalculate
  office              ok    ok    ok    ok    late  fixed fixed fixed fixed fixed fixed
hide
  admins              ok    ok    409   409   409   409   409   409   409   409   used
"""


def rows() -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield action, people named, and the cells of each row."""
    action = ""
    for line in TABLE.splitlines()[2:]:
        if line and not line.startswith(" "):
            action = line
        elif line:
            words = line.split()
            people = [one for name in words[: -len(COLUMNS)] for one in GROUPS.get(name, (name,))]
            yield action, people, words[-len(COLUMNS) :]


def said() -> dict[tuple[str, str, str], str]:
    """Return what the table says: the answer for each column, action and person."""
    answers = dict.fromkeys(
        ((column, action, person) for column in COLUMNS for action in ACTIONS for person in PEOPLE),
        "-",
    )
    named: set[tuple[str, str]] = set()
    for action, people, cells in rows():
        if people == ["rest"]:
            people = [one for one in PEOPLE if (action, one) not in named]
        for person in people:
            named.add((action, person))
            for column, cell in zip(COLUMNS, cells, strict=True):
                assert (column, action, person) in answers, "the table names what there is not"
                answers[column, action, person] = cell
    return answers


SAID = said()


@pytest.mark.parametrize("column", COLUMNS)
def test_each_action_is_answered_as_the_table_says(column):
    scene = arranged(column)
    untouched, wrong = scene.rows(), {}
    for action in ACTIONS:
        for person in PEOPLE:
            with transaction.atomic():
                answer = tried(scene, action, person, untouched)
                transaction.set_rollback(True)
            expected = CODES[SAID[column, action, person]]
            if answer != expected:
                wrong[action, person] = f"{answer}, not {expected}"
    assert wrong == {}


def tried(scene: Scene, action: str, person: str, before: list[str]) -> str:
    """Return the answer of an action; what is refused has changed nothing."""
    if action in PREPARED:
        PREPARED[action](scene)
        before = scene.rows()
    try:
        with transaction.atomic():
            ACTIONS[action](scene, acting(scene.people[person]))
    except DomainError as refusal:
        if refusal.code == "MISSING_RESOURCES" and action == "to Attended":
            return refusal.code  # the mark is kept, and others' are missing: it says so
        return refusal.code if scene.rows() == before else f"{refusal.code}, but it changed"
    target = action.removeprefix("to ")
    if target != action and scene.fresh().status != target:
        return f"done, but the session is {scene.fresh().status}"
    return "done"


@pytest.mark.parametrize("column", COLUMNS)
def test_allowed_transitions_are_those_that_neither_right_nor_table_refuses(column):
    scene = arranged(column)
    for name, person in scene.people.items():
        if person is not None:
            allowed = {
                state
                for state in Status
                if SAID[column, f"to {state.value}", name] not in {"-", "409", "taken"}
            }
            assert set(allowed_transitions(scene.session, person)) == allowed, name


def test_the_table_has_a_row_for_every_target_and_every_action():
    assert {f"to {state.value}" for state in Status} <= set(ACTIONS)
    assert {action for action, _, _ in rows()} == set(ACTIONS)
    assert set(COLUMNS.values()) == set(Status)
    assert {cell for _, _, cells in rows() for cell in cells} == set(CODES)
