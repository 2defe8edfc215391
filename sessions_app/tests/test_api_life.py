"""A session's life on the wire (contract, section 4): every step, by who takes it."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory
from clients.models import Client
from config.clock import now, studio_day, studio_zone
from config.records.models import AuditEntry
from conftest import signed_in
from sessions_app.actions import attendance
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import SYSTEM, book, paid, priced
from sessions_app.tests.wire import (
    DETAIL,
    HISTORY,
    SESSION,
    SESSIONS,
    ahead,
    arrived,
    assert_shape,
    refused,
    unstaffed,
    without_private,
)

pytestmark = pytest.mark.django_db

NOWHERE = 409, "INVALID_STATE_TRANSITION"


@pytest.fixture
def tonight() -> date:
    """The studio's today, of which a minute or more is left: its last minute is still to come."""
    local = now().astimezone(studio_zone())
    if (local.hour, local.minute) >= (23, 57):
        time.sleep(60 * (60 - local.minute))
    return studio_day(now())


def test_a_session_lives_from_request_to_completed_each_doing_their_part(
    desk, asked, photographer, editor, tonight
):
    photographs, edits = signed_in(photographer), signed_in(editor)
    # Booked for today, so that its changes deadline is past already and attendance may be marked.
    asked |= {
        "session_date": tonight.isoformat(),
        "session_time": "23:59",
        "estimated_duration_hours": 0.25,
    }
    booked = desk.post(SESSIONS, asked)
    assert booked.status_code == 201
    url = f"{SESSIONS}/{booked.json()['id']}"

    def step(client: Any, method: str, path: str, **body: Any) -> Any:
        answer = getattr(client, method)(f"{url}/{path}", body)
        assert answer.status_code in {200, 201}, answer.json()
        return answer.json()

    step(desk, "post", f"details/items/{ItemFactory(unit_price='500.00').pk}?quantity=2")
    offered = step(desk, "post", "transition", to_status="Pre-scheduled")
    assert_shape(offered, SESSION)
    assert (offered["status"], offered["total_amount"], offered["deposit_amount"]) == (
        *("Pre-scheduled", 1000, 500),
    )
    # never after the start, which comes before the end of the fifth day
    assert offered["payment_deadline"] == tonight.isoformat()
    assert offered["payment_deadline_at"] == offered["starts_at"]
    assert offered["changes_deadline"] is None
    money = {"payment_method": "Transfer", "payment_date": tonight.isoformat()}
    step(desk, "post", "payments", payment_type="Deposit", amount=500, **money)
    step(desk, "post", "photographers", photographer_id=photographer.pk, role="Lead")
    confirmed = step(desk, "post", "transition", to_status="Confirmed", notes="by phone")
    assert (confirmed["payment_deadline"], confirmed["payment_deadline_at"]) == (None, None)
    week_ago = (tonight - timedelta(days=7)).isoformat()
    assert confirmed["changes_deadline"] == week_ago
    assert confirmed["changes_deadline_at"] == f"{week_ago}T23:59:59-06:00"
    assert confirmed["delivery_deadline"] is None
    assigned = step(desk, "post", "transition", to_status="Assigned")
    assert assigned["delivery_deadline"] == (tonight + timedelta(days=5)).isoformat()

    mine = photographs.get(f"{SESSIONS}/my-assignments").json()
    assert [row["id"] for row in mine["items"]] == [booked.json()["id"]]
    assert step(photographs, "patch", "my-attendance", attended=True)["attended"] is True
    assert desk.get(url).json()["status"] == "Attended"

    assert [row["id"] for row in edits.get(SESSIONS).json()["items"]] == [booked.json()["id"]]
    taken = step(edits, "post", "take")
    assert_shape(taken, without_private(SESSION))
    assert (taken["status"], taken["editing_assigned_to"]) == ("In Editing", editor.pk)
    longer = step(edits, "patch", "editing", estimated_editing_days=8, note="500 pictures")
    assert longer["delivery_deadline"] == (tonight + timedelta(days=8)).isoformat()
    step(edits, "post", "mark-ready", notes="in the cloud")

    owing = desk.post(f"{url}/transition", {"to_status": "Completed"})
    assert refused(owing, 422, "INSUFFICIENT_PAYMENT") == {"required": 1000, "paid": 500}
    step(desk, "post", "payments", payment_type="Balance", amount="500.00", **money)
    completed = step(desk, "post", "transition", to_status="Completed")
    assert (completed["status"], completed["balance_amount"]) == ("Completed", 0)
    detail = desk.get(url).json()
    assert_shape(detail, DETAIL)
    assert None not in {
        *(detail["delivered_at"], detail["editing_started_at"], detail["editing_completed_at"]),
    }
    assert detail["allowed_transitions"] == []

    history = desk.get(f"{url}/history").json()
    for row in history:
        assert_shape(row, HISTORY)
        assert (row["channel"], row["session_id"]) == ("api", booked.json()["id"])
    assert [(row["to_status"], row["changed_by_name"], row["notes"]) for row in history] == [
        ("Request", "Carla Coordinator", None),
        ("Negotiation", "Carla Coordinator", None),
        ("Pre-scheduled", "Carla Coordinator", None),
        ("Confirmed", "Carla Coordinator", "by phone"),
        ("Assigned", "Carla Coordinator", None),
        ("Attended", "Pedro Photographer", None),
        ("In Editing", "Elena Editor", None),
        ("Ready for Delivery", "Elena Editor", "in the cloud"),
        ("Completed", "Carla Coordinator", None),
    ]
    assert [row["from_status"] for row in history[1:]] == [row["to_status"] for row in history[:-1]]


def test_who_is_put_on_a_confirmed_session_past_its_deadline_makes_it_assigned(desk, photographer):
    session = unstaffed()
    url = f"{SESSIONS}/{session.pk}"
    answer = desk.post(f"{url}/photographers", {"photographer_id": photographer.pk})
    assert answer.status_code == 201
    assert desk.get(url).json()["status"] == "Assigned"


# What each may do next, by the table. A photographer has marked their attendance where it is
# Attended; "own" is its editor, "pool" an editor who has not taken it.
NEXT = {
    Status.REQUEST: {"desk": ["Negotiation", "Pre-scheduled", "Canceled"]},
    Status.NEGOTIATION: {"desk": ["Pre-scheduled", "Canceled"]},
    Status.PRE_SCHEDULED: {"desk": ["Negotiation", "Confirmed", "Canceled"]},
    Status.CONFIRMED: {"desk": ["Negotiation", "Assigned", "Canceled"]},
    Status.ASSIGNED: {"desk": ["Attended", "Canceled"], "covering": ["Attended"]},
    Status.ATTENDED: {
        "desk": ["Assigned", "In Editing", "Canceled"],
        "covering": ["Assigned"],
        "pool": ["In Editing"],
    },
    Status.IN_EDITING: {
        "desk": ["Attended", "Ready for Delivery", "Canceled"],
        "own": ["Attended", "Ready for Delivery"],
    },
    Status.READY: {"desk": ["In Editing", "Completed", "Canceled"]},
    Status.COMPLETED: {"desk": []},
    Status.CANCELED: {"desk": []},
}


@pytest.mark.parametrize("state", NEXT)
def test_each_is_told_where_they_may_take_it_and_the_same_when_they_try_elsewhere(
    desk, photographer, editor, state
):
    session = arrived(state, photographer, editor)
    if state == Status.ATTENDED:
        own = session.assignments.get(photographer=photographer)
        attendance.mark(own, attended=True, actor=SYSTEM, at=now())
    url = f"{SESSIONS}/{session.pk}"
    edits = "own" if session.editing_assigned_to_id else "pool"
    people = {"desk": desk, "covering": signed_in(photographer), edits: signed_in(editor)}
    for name, client in people.items():
        page = client.get(url)
        if page.status_code == 404:
            assert name == "pool"
            assert "pool" not in NEXT[state]
            continue
        expected = NEXT[state].get(name, [])
        assert sorted(page.json()["allowed_transitions"]) == sorted(expected), name
        answer = client.post(f"{url}/transition", {"to_status": "Request"})
        assert sorted(refused(answer, *NOWHERE).get("allowed", [])) == sorted(expected), name


# What stands in the way of a step


def undated() -> Session:
    return priced(
        book(at=now(), session_date=ahead(30), session_time=None, estimated_duration_hours=None),
        at=now(),
    )


def offered(**asked: Any) -> Session:
    return arrived(Status.PRE_SCHEDULED, days=30, **asked)


def expired() -> Session:
    return offered(booked_at=now() - timedelta(days=10))


def paid_late() -> Session:
    session = expired()
    paid(session, "500.00", at=now())
    return session


def alone() -> Session:
    session = offered(photographers_needed=3)
    paid(session, "500.00", at=now())
    return session


def forgotten() -> Session:
    return priced(book(at=now() - timedelta(days=9), session_date=ahead(-1)), at=now())


def of_an_inactive_client() -> Session:
    session = priced(book(at=now(), session_date=ahead(30)), at=now())
    Client.objects.filter(pk=session.client_id).update(status="Inactive")
    return session


REFUSALS: dict[str, Any] = {
    "an inactive client": (of_an_inactive_client, "Negotiation", 422, "INACTIVE_RESOURCE", set()),
    "a past date": (forgotten, "Negotiation", 422, "INVALID_SESSION_DATE", set()),
    "no time": (undated, "Pre-scheduled", 422, "MISSING_SCHEDULE", set()),
    "no lines": (
        lambda: book(at=now(), session_date=ahead(30)),
        *("Pre-scheduled", 422, "EMPTY_SESSION", set()),
    ),
    "nothing paid": (
        *(offered, "Confirmed", 422, "INSUFFICIENT_PAYMENT"),
        {"required", "paid", "deadline"},
    ),
    "nothing paid in time": (
        *(expired, "Confirmed", 422, "PAYMENT_DEADLINE_EXPIRED"),
        {"required", "paid", "deadline"},
    ),
    "paid too late": (
        *(paid_late, "Confirmed", 422, "PAYMENT_DEADLINE_EXPIRED"),
        {"required", "paid", "deadline"},
    ),
    "nobody free": (
        *(alone, "Confirmed", 409, "PHOTOGRAPHER_NOT_AVAILABLE"),
        {"conflicts", "next_free"},
    ),
    "the deadline to come": (
        lambda: arrived(Status.CONFIRMED, days=30),
        *("Assigned", 422, "CHANGES_DEADLINE_NOT_REACHED", {"deadline"}),
    ),
    "the deadline past": (
        lambda: arrived(Status.CONFIRMED, days=3),
        *("Negotiation", 422, "CHANGES_DEADLINE_EXPIRED", {"deadline"}),
    ),
    "nobody assigned": (unstaffed, "Assigned", 422, "MISSING_RESOURCES", set()),
    "the day to come": (
        lambda: arrived(Status.ASSIGNED, days=3),
        *("Attended", 422, "TOO_EARLY", set()),
    ),
    "no editor named": (
        lambda: arrived(Status.ATTENDED),
        *("In Editing", 422, "MISSING_RESOURCES", set()),
    ),
    "another's": (lambda: arrived(Status.IN_EDITING), "In Editing", 409, "ALREADY_TAKEN", set()),
    "a balance": (
        lambda: arrived(Status.READY),
        *("Completed", 422, "INSUFFICIENT_PAYMENT", {"required", "paid"}),
    ),
    "no row of the table": (
        lambda: arrived(Status.CONFIRMED, days=30),
        *("Completed", *NOWHERE, {"allowed"}),
    ),
    "the state it is in": (
        lambda: arrived(Status.CONFIRMED, days=30),
        *("Confirmed", *NOWHERE, {"allowed"}),
    ),
}


@pytest.mark.parametrize(
    ("made", "target", "status", "code", "facts"), REFUSALS.values(), ids=REFUSALS
)
def test_a_step_is_refused_with_its_reason_and_changes_nothing(
    desk, made, target, status, code, facts
):
    session = made()
    url = f"{SESSIONS}/{session.pk}"
    before = desk.get(url).json()
    answer = desk.post(f"{url}/transition", {"to_status": target})
    assert facts <= set(refused(answer, status, code))
    assert desk.get(url).json() == before


def test_the_facts_of_a_refusal_are_numbers_and_instants_of_the_studio(desk):
    session = offered()
    paid(session, "200.50", at=now())
    answer = desk.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Confirmed"})
    deadline = (studio_day(now()) + timedelta(days=5)).isoformat()
    assert refused(answer, 422, "INSUFFICIENT_PAYMENT") == {
        "required": 500,
        "paid": 200.5,
        "deadline": f"{deadline}T23:59:59-06:00",
    }


# Overrides


def test_an_admin_confirms_without_enough_photographers_and_leaves_a_trace(desk, boss):
    session = alone()
    url = f"{SESSIONS}/{session.pk}/transition"
    remark = {"to_status": "Confirmed", "reason": "we hire two"}
    refused(boss.post(url, remark), 409, "PHOTOGRAPHER_NOT_AVAILABLE")  # a reason is no override
    refused(desk.post(url, remark | {"override": True}), 403, "PERMISSION_DENIED")
    nameless = boss.post(url, {"to_status": "Confirmed", "override": True})
    refused(nameless, 400, "VALIDATION_ERROR", "reason")
    assert boss.post(url, remark | {"override": True}).json()["status"] == "Confirmed"
    entry = AuditEntry.objects.get(action="session.override")
    assert (entry.reason, entry.changes["guard"]) == (
        "we hire two",
        "PHOTOGRAPHER_NOT_AVAILABLE",
    )


def test_an_admin_completes_with_a_balance(boss):
    session = arrived(Status.READY)
    url = f"{SESSIONS}/{session.pk}/transition"
    agreed = {"to_status": "Completed", "override": True, "reason": "pays by instalments"}
    body = boss.post(url, agreed).json()
    assert (body["status"], body["balance_amount"]) == ("Completed", 500)


OVERRIDES_IN_VAIN = ("nothing paid", "nothing paid in time", "the deadline to come", "no lines")


@pytest.mark.parametrize("case", OVERRIDES_IN_VAIN)
def test_an_override_reaches_no_further_than_the_text_says(boss, case):
    made, target, status, code, _facts = REFUSALS[case]
    body = {"to_status": target, "override": True, "reason": "please"}
    refused(boss.post(f"{SESSIONS}/{made().pk}/transition", body), status, code)


@pytest.mark.parametrize(
    ("state", "target"),
    [(Status.IN_EDITING, "Attended"), (Status.READY, "In Editing")],
    ids=["release", "rework"],
)
def test_going_back_needs_a_reason(desk, editor, state, target):
    session = arrived(state, None, editor)
    url = f"{SESSIONS}/{session.pk}"
    for reason in ({}, {"reason": None}, {"reason": "  "}):
        answer = desk.post(f"{url}/transition", {"to_status": target} | reason)
        refused(answer, 400, "VALIDATION_ERROR", "reason")
    body = desk.post(f"{url}/transition", {"to_status": target, "reason": "too dark"}).json()
    assert body["status"] == target
    assert body["editing_assigned_to"] == (editor.pk if target == "In Editing" else None)
    assert desk.get(f"{url}/history").json()[-1]["reason"] == "too dark"


# Bodies


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "to_status"),
    "null": ({"to_status": None}, "to_status"),
    "an empty state": ({"to_status": ""}, "to_status"),
    "an unknown state": ({"to_status": "Nowhere"}, "to_status"),
    "another case": ({"to_status": "confirmed"}, "to_status"),
    "a list": ({"to_status": ["Negotiation"]}, "to_status"),
    "an object": ({"to_status": {"a": 1}}, "to_status"),
    "a number": ({"to_status": 4}, "to_status"),
    "a reason that is a list": ({"to_status": "Negotiation", "reason": ["x"]}, "reason"),
    "a reason that is true": ({"to_status": "Negotiation", "reason": True}, "reason"),
    "too long a reason": ({"to_status": "Negotiation", "reason": "x" * 1001}, "reason"),
    "notes that are an object": ({"to_status": "Negotiation", "notes": {}}, "notes"),
    "an override that is none": ({"to_status": "Negotiation", "override": "perhaps"}, "override"),
    "an override that is a list": ({"to_status": "Negotiation", "override": []}, "override"),
}


@pytest.mark.parametrize(("body", "field"), WRONG.values(), ids=WRONG)
def test_a_wrong_step_is_a_wrong_form(boss, session, body, field):
    answer = boss.post(f"{SESSIONS}/{session.pk}/transition", body)
    refused(answer, 400, "VALIDATION_ERROR", field)
    session.refresh_from_db()
    assert session.status == "Request"


def test_null_says_nothing_in_what_may_be_left_out(desk, session):
    body = {"to_status": "Negotiation", "reason": None, "notes": None, "override": None}
    assert desk.post(f"{SESSIONS}/{session.pk}/transition", body).status_code == 200
