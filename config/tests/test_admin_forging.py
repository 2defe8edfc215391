"""What a crafted form of the back office cannot write: state, money, history, what others write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now, studio_day
from config.tests.test_admin_permissions import everything, filled, outcome
from config.tests.world import IN_TIME, World
from sessions_app.models import Claim, Payment, Session
from sessions_app.tests.pages import typed

pytestmark = pytest.mark.django_db

FORGED = {
    "status": "Completed",
    "subtotal": "1.00",
    "total_amount": "1.00",
    "deposit_amount": "0.00",
    "paid_amount": "999.00",
    "refund_due": "999.00",
    "payment_deadline_at_0": "2099-01-01",
    "payment_deadline_at_1": "00:00",
    "payment_deadline_at": "2099-01-01 00:00",
    "payment_deadline_days": "99",
    "changes_deadline_at_0": "2099-01-01",
    "changes_deadline_at_1": "00:00",
    "changes_deadline_at": "2099-01-01 00:00",
    "changes_deadline_for": "2099-01-01",
    "changes_deadline_days": "99",
    "refund_client_after_assigned": "100",
    "refund_after_deadline": "100",
    "estimated_editing_days": "99",
    "delivery_deadline": "2099-01-01",
    "delivered_at": "2099-01-01 00:00",
    "is_retroactive": "on",
    "version": "99",
    "code": "S-1999-0001",
    "client": "{spare_client}",
    "client_id": "{spare_client}",
    "session_type": "External",
    "editing_assigned_to": "{editor}",
    "editing_started_at": "2026-01-01 00:00",
    "cancelled_at": "2099-01-01 00:00",
    "cancelled_by": "{other}",
    "cancellation_reason": "forged",
    "cancellation_initiator": "Studio",
    "cancellation_category": "other",
    "hidden_at": "2099-01-01 00:00",
    "created_by": "{other}",
    "starts_at": "2099-01-01 00:00",
    # rows of the parts that the page shows: one that is there, and a new one
    "lines-TOTAL_FORMS": "2",
    "lines-INITIAL_FORMS": "1",
    "lines-0-id": "{line}",
    "lines-0-session": "{session}",
    "lines-0-item_name": "forged",
    "lines-0-quantity": "99",
    "lines-0-unit_price": "0.01",
    "lines-0-line_subtotal": "0.01",
    "lines-0-is_delivered": "on",
    "lines-0-DELETE": "on",
    "lines-1-session": "{session}",
    "lines-1-line_type": "Item",
    "lines-1-item_name": "forged",
    "lines-1-quantity": "1",
    "payments-TOTAL_FORMS": "2",
    "payments-INITIAL_FORMS": "1",
    "payments-0-id": "{payment}",
    "payments-0-session": "{offered}",
    "payments-0-amount": "0.01",
    "payments-0-status": "Rejected",
    "payments-0-void_reason": "forged",
    "payments-0-payment_type": "Refund",
    "payments-0-payment_date": "2020-01-01",
    "payments-0-DELETE": "on",
    "payments-1-session": "{offered}",
    "payments-1-payment_type": "Balance",
    "payments-1-payment_method": "Cash",
    "payments-1-amount": "99.00",
    "payments-1-status": "Verified",
    "payments-1-payment_date": "2026-01-01",
    "payments-1-created_at_0": "2026-01-01",
    "payments-1-created_at_1": "10:00",
    "assignments-TOTAL_FORMS": "2",
    "assignments-INITIAL_FORMS": "1",
    "assignments-0-id": "{assignment}",
    "assignments-0-session": "{session}",
    "assignments-0-role": "Lead",
    "assignments-0-status": "Released",
    "assignments-0-attended": "on",
    "assignments-0-DELETE": "on",
    "assignments-1-session": "{session}",
    "assignments-1-photographer": "{other}",
    "history-TOTAL_FORMS": "1",
    "history-INITIAL_FORMS": "0",
    "history-0-session": "{session}",
    "history-0-from_status": "Request",
    "history-0-to_status": "Completed",
    "history-0-changed_at_0": "2026-01-01",
    "history-0-changed_at_1": "10:00",
    "history-0-channel": "admin",
}
PLAN = {
    "session_date": IN_TIME,
    "session_time": "03:00",
    "estimated_duration_hours": "9",
    "room": "{spare_room}",
    "location": "elsewhere",
    "client_requirements": "forged",
    "photographers_needed": "9",
    "discount": "1.00",
    "transportation_cost": "1.00",
    "deposit_percentage": "1",
    "responsible": "{other}",
    "internal_notes": "forged",
    "delivery_address": "forged",
    "delivery_link": "https://forged.example",
    "reported_incidents": "forged",
    "editor_observations": "forged",
    "override": "on",
    "reason": "forged",
}
TRACES = ("version", "updated_at", "updated_by_id")
"""What every change of a session leaves on it."""

ALL = ("session", "offered", "late", "covered", "pool", "edited", "ready", "completed", "canceled")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("person", ["admin", "coordinator"])
def test_the_office_cannot_forge_what_only_actions_write(world, person, name):
    address = f"/admin/sessions_app/session/{world.ids[name]}/change/"
    client = world.browser(person)
    before, row = everything(), vars_of(world, name)
    opened = client.get(address)
    sent = typed(opened) | filled(world, FORGED)
    client.post(address, sent | {"internal_notes": "balloons"})
    changed = {key for key, value in vars_of(world, name).items() if value != row[key]}
    may_note = name not in {"completed", "canceled"}
    assert changed == ({"internal_notes", *TRACES} if may_note else set())
    Session.objects.filter(pk=world.ids[name]).update(**row)
    assert everything() == before


def test_the_office_cannot_forge_a_new_session(world):
    client = world.browser("coordinator")
    sent = filled(world, FORGED) | typed(client.get("/admin/sessions_app/session/add/"))
    sent |= filled(world, FORGED) | {
        "client": world.ids["client"],
        "session_type": "Studio",
        "room": world.ids["spare_room"],
        "session_date": IN_TIME,
    }
    known = set(Session.objects.values_list("pk", flat=True))
    payments = Payment.objects.count()
    assert outcome(client.post("/admin/sessions_app/session/add/", sent)) == "back"
    session = Session.objects.exclude(pk__in=known).get()
    facts = (session.status, session.subtotal, session.total_amount, session.paid_amount)
    assert facts == ("Request", 0, 0, 0)
    assert (session.version, session.payment_deadline_at) == (1, None)
    assert (session.changes_deadline_at, session.is_retroactive) == (None, False)
    assert session.code != FORGED["code"]
    assert session.created_by == world.people["coordinator"]
    assert not session.lines.exists()
    assert not session.assignments.exists()
    assert [entry.to_status for entry in session.history.all()] == ["Request"]
    assert Payment.objects.count() == payments


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("person", ["covering", "other", "editor", "editing"])
def test_who_covers_or_edits_writes_nothing_of_plan_and_money(world, person, name):
    address = f"/admin/sessions_app/session/{world.ids[name]}/change/"
    before = everything()
    answer = world.browser(person).post(address, filled(world, FORGED | PLAN))
    assert answer.status_code in {200, 302, 403}
    assert everything() == before


OBSERVED = [
    ("covering", "covered", "photographer_observations"),
    ("covering", "edited", "photographer_observations"),
    ("covering", "completed", "photographer_observations"),
    ("editing", "edited", "editor_observations"),
    ("editing", "ready", "editor_observations"),
]


@pytest.mark.parametrize(("person", "name", "field"), OBSERVED)
def test_photographers_and_editors_write_their_observations_and_nothing_beside_them(
    world, person, name, field
):
    address = f"/admin/sessions_app/session/{world.ids[name]}/change/"
    client = world.browser(person)
    before = vars_of(world, name)
    shown = typed(client.get(address))
    assert [key for key in shown if not key.endswith("_FORMS")] == [field, "seen"]
    sent = shown | filled(world, FORGED | PLAN)
    sent |= {key: 0 for key in sent if key.endswith("_FORMS")}
    sent[field] = "rain"
    assert "not allowed" in client.post(address, sent).content.decode()  # an override: not theirs
    del sent["override"]
    assert outcome(client.post(address, sent)) == "back"
    after = vars_of(world, name)
    assert {key for key in after if after[key] != before[key]} == {field, *TRACES}


@pytest.mark.parametrize("person", ["admin", "coordinator"])
@pytest.mark.parametrize(
    "address",
    [
        "/line/{line}/change/",
        "/payment/{slip}/change/",
        "/payment/{payment}/change/",
        "/assignment/{due_part}/change/",
        "/line/add/",
        "/payment/add/",
        "/assignment/add/",
        "/line/{line}/delete/",
        "/payment/{slip}/delete/",
        "/assignment/{due_part}/delete/",
        "/session/{session}/delete/",
    ],
)
def test_parts_are_written_by_their_buttons_alone(world, person, address):
    before = everything()
    forged = {
        "session": "{session}", "amount": "0.01", "status": "Verified", "quantity": "99",
        "unit_price": "0.01", "attended": "on", "photographer": "{other}", "post": "yes",
        "payment_type": "Balance", "payment_method": "Cash", "transaction_reference": "forged",
    }  # fmt: skip
    answer = world.browser(person).post(
        f"/admin/sessions_app{world.address(address)}", filled(world, forged)
    )
    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize("kind", ["session", "line", "payment", "assignment"])
def test_no_list_deletes_or_changes_rows(world, kind):
    before = everything()
    ids = {"session": "session", "line": "line", "payment": "slip", "assignment": "assignment"}
    row = world.ids[ids[kind]]
    client, address = world.browser("admin"), f"/admin/sessions_app/{kind}/"
    for body in (
        {"action": "delete_selected", "_selected_action": row, "post": "yes"},
        {
            "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": row, "_save": "Save",
            "form-0-status": "Completed", "form-0-amount": "0.01", "form-0-quantity": "9",
        },
    ):  # fmt: skip
        assert client.post(address, body).status_code in {200, 302, 403}
    assert everything() == before


def vars_of(world: World, name: str) -> dict[str, Any]:
    """Return the columns of a session as they now are, but what the database itself derives."""
    row = Session.objects.filter(pk=world.ids[name]).values().get()
    return {key: value for key, value in row.items() if key != "search_text"}


@pytest.mark.parametrize("person", ["admin", "coordinator", "covering"])
def test_time_off_takes_a_period_a_person_and_a_reason_and_nothing_else(world, person):
    day = studio_day(now()) + timedelta(days=90)
    forged = {
        "person": "{covering}",
        "starts_at_0": day.isoformat(),
        "starts_at_1": "08:00",
        "ends_at_0": day.isoformat(),
        "ends_at_1": "18:00",
        "reason": "dentist",
        "kind": "session",
        "room": "{spare_room}",
        "session": "{session}",
        "assignment": "{assignment}",
        "active": "",
        "ended_at_0": day.isoformat(),
        "ended_at_1": "09:00",
        "end_cause": "withdrawn",
        "id": "{time_off}",
        "pk": "{time_off}",
    }
    known = set(Claim.objects.values_list("pk", flat=True))
    before = Claim.objects.filter(pk__in=known).order_by("pk")
    rows = list(before.values())
    answer = world.browser(person).post("/admin/sessions_app/timeoff/add/", filled(world, forged))
    assert outcome(answer) == "back"
    assert list(before.all().values()) == rows
    made = Claim.objects.exclude(pk__in=known).get()
    assert (made.kind, made.person, made.room, made.session, made.assignment) == (
        *("time_off", world.people["covering"], None, None, None),
    )
    assert (made.active, made.ended_at, made.end_cause) == (True, None, "")


@pytest.mark.parametrize("kind", ["timeoff", "maintenance"])
def test_no_list_deletes_or_changes_what_takes_rooms_and_people(world, kind):
    before = everything()
    row = world.ids[{"timeoff": "time_off"}.get(kind, kind)]
    for body in (
        {"action": "delete_selected", "_selected_action": row, "post": "yes"},
        {
            "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": row, "_save": "Save",
            "form-0-reason": "forged", "form-0-active": "",
        },
    ):  # fmt: skip
        answer = world.browser("admin").post(f"/admin/sessions_app/{kind}/", body)
        assert answer.status_code in {200, 302, 403}
    assert everything() == before


def test_dragging_writes_the_time_and_the_room_and_nothing_else(world):
    before = vars_of(world, "session")
    body = {
        **filled(world, FORGED | PLAN),
        "claim": world.ids["session_session_claim"],
        "start": f"{IN_TIME}T15:00:00",
        "version": world.ids["session_version"],
    }
    answer = world.browser("coordinator").post("/admin/sessions_app/session/agenda/move/", body)
    assert answer.status_code == 200
    after = vars_of(world, "session")
    changed = {key for key in after if after[key] != before[key]}
    follows = {"starts_at", "ends_at", "delivery_deadline"}
    assert changed - follows == {"session_date", "session_time", "room_id", *TRACES}
    assert str(after["session_time"]) == "15:00:00"
