"""The shapes of sessions, their parts, and the photographers' corner (contract, sections 4, 5)."""

from __future__ import annotations

from typing import Any

from config.tests.contract.shapes import (
    BOOLEAN,
    COUNT,
    DATE,
    DELIVERY_METHOD,
    ENUMS,
    HOURS,
    ID,
    INITIATORS,
    INSTANT,
    INTEGER,
    MONEY,
    NUMBER,
    PHOTOGRAPHER_ROLE,
    SAID,
    SESSION_STATUS,
    SESSION_TYPE,
    TEXT,
    TIME,
    TIMES,
    Maybe,
    one_of,
)

SESSION_CLIENT = {"id": ID, "full_name": TEXT, "email": TEXT, "primary_phone": TEXT}
SESSION: dict[str, Any] = {
    "id": ID,
    "code": SAID,
    "client_id": ID,
    "client": SESSION_CLIENT,
    "session_type": SESSION_TYPE,
    "session_date": DATE,
    "session_time": Maybe(TIME),
    "estimated_duration_hours": Maybe(HOURS),
    "starts_at": Maybe(INSTANT),
    "ends_at": Maybe(INSTANT),
    "location": Maybe(TEXT),
    "room_id": Maybe(ID),
    "room": Maybe({"id": ID, "name": TEXT}),
    "status": SESSION_STATUS,
    "subtotal": MONEY,
    "transportation_cost": MONEY,
    "discount": MONEY,
    "total_amount": MONEY,
    "deposit_percentage": NUMBER,
    "deposit_amount": MONEY,
    "paid_amount": MONEY,
    "balance_amount": MONEY,
    "refund_due": MONEY,
    "payment_deadline": Maybe(DATE),
    "payment_deadline_at": Maybe(INSTANT),
    "changes_deadline": Maybe(DATE),
    "changes_deadline_at": Maybe(INSTANT),
    "delivery_deadline": Maybe(DATE),
    "estimated_editing_days": INTEGER,
    "photographers_needed": INTEGER,
    "responsible_id": Maybe(ID),
    "client_requirements": Maybe(TEXT),
    "editing_assigned_to": Maybe(ID),
    "photographers": [
        {
            "id": ID,
            "photographer_id": ID,
            "photographer_name": TEXT,
            "role": Maybe(PHOTOGRAPHER_ROLE),
            "attended": BOOLEAN,
        }
    ],
    "version": INTEGER,
    **TIMES,
}
DETAIL = SESSION | {
    "editing_started_at": Maybe(INSTANT),
    "editing_completed_at": Maybe(INSTANT),
    "delivery_method": Maybe(DELIVERY_METHOD),
    "delivery_address": Maybe(TEXT),
    "delivery_link": Maybe(TEXT),
    "delivered_at": Maybe(INSTANT),
    "internal_notes": Maybe(TEXT),
    "reported_incidents": Maybe(TEXT),
    "photographer_observations": Maybe(TEXT),
    "editor_observations": Maybe(TEXT),
    "cancellation_reason": Maybe(TEXT),
    "cancelled_at": Maybe(INSTANT),
    "cancelled_by": Maybe(ID),
    "cancellation_initiator": Maybe(one_of(*INITIATORS)),
    "cancellation_category": Maybe(one_of(*ENUMS["cancellation_category"])),
    "created_by": ID,
    "allowed_transitions": [SESSION_STATUS],
}
MONEY_FIELDS = {
    "subtotal",
    "transportation_cost",
    "discount",
    "total_amount",
    "deposit_percentage",
    "deposit_amount",
    "paid_amount",
    "balance_amount",
    "refund_due",
    "unit_price",
    "line_subtotal",
}
PRIVATE_FIELDS = MONEY_FIELDS | {
    "internal_notes",
    "delivery_address",
    "cancellation_reason",
    "cancellation_initiator",
    "cancellation_category",
    "cancelled_by",
}
"""Absent for who does not hold session.view.all (section 4; rules, section 1)."""

PERHAPS_PRIVATE = {"payment_deadline", "payment_deadline_at", "reason", "notes"}
"""The contract leaves open whether these are fields of money, or absent or null."""

LINE = {
    "id": ID,
    "session_id": ID,
    "line_type": one_of(*ENUMS["line_type"]),
    "reference_id": Maybe(ID),
    "reference_type": Maybe(one_of(*ENUMS["reference_type"])),
    "item_code": TEXT,
    "item_name": TEXT,
    "item_description": Maybe(TEXT),
    "quantity": INTEGER,
    "unit_price": MONEY,
    "line_subtotal": MONEY,
    "group": Maybe(INTEGER),
    "display_order": INTEGER,
    "is_delivered": BOOLEAN,
    "delivered_at": Maybe(INSTANT),
    "created_at": INSTANT,
}
PAYMENT = {
    "id": ID,
    "session_id": ID,
    "payment_type": one_of(*ENUMS["payment_type"]),
    "payment_method": TEXT,
    "amount": MONEY,
    "transaction_reference": Maybe(TEXT),
    "payment_date": DATE,
    "notes": Maybe(TEXT),
    "status": one_of(*ENUMS["payment_status"]),
    "created_at": INSTANT,
    "created_by": ID,
    "verified_by": Maybe(ID),
}
PREVIEW = {
    "refund_amount": MONEY,
    "refund_percentage": NUMBER,
    "explanation": SAID,
    "paid_amount": MONEY,
}
ASSIGNMENT = {
    "id": ID,
    "session_id": ID,
    "photographer_id": ID,
    "photographer_name": TEXT,
    "role": Maybe(PHOTOGRAPHER_ROLE),
    "assignment_status": one_of(*ENUMS["assignment_status"]),
    "coverage_start": Maybe(INSTANT),
    "coverage_end": Maybe(INSTANT),
    "assigned_at": INSTANT,
    "assigned_by": ID,
    "attended": BOOLEAN,
    "attended_at": Maybe(INSTANT),
    "notes": Maybe(TEXT),
}
HISTORY = {
    "id": ID,
    "session_id": ID,
    "from_status": Maybe(SESSION_STATUS),
    "to_status": SESSION_STATUS,
    "reason": Maybe(TEXT),
    "notes": Maybe(TEXT),
    "changed_at": INSTANT,
    "changed_by": Maybe(ID),
    "changed_by_name": TEXT,
    "channel": TEXT,
}


# Photographers' corner (section 5)

CORNER_SESSION = {
    "id": ID,
    "code": SAID,
    "client_name": TEXT,
    "session_type": SESSION_TYPE,
    "session_date": DATE,
    "session_time": Maybe(TIME),
    "estimated_duration_hours": Maybe(HOURS),
    "location": Maybe(TEXT),
    "status": SESSION_STATUS,
    "my_role": Maybe(PHOTOGRAPHER_ROLE),
    "my_attended": BOOLEAN,
    "my_attended_at": Maybe(INSTANT),
}
CORNER_DETAIL = {
    "id": ID,
    "session_type": SESSION_TYPE,
    "session_date": DATE,
    "session_time": Maybe(TIME),
    "estimated_duration_hours": Maybe(HOURS),
    "location": Maybe(TEXT),
    "room_id": Maybe(ID),
    "status": SESSION_STATUS,
    "client": SESSION_CLIENT,
    "client_requirements": Maybe(TEXT),
    "delivery_method": Maybe(DELIVERY_METHOD),
    "delivery_deadline": Maybe(DATE),
    "details": [
        {
            "id": ID,
            "line_type": one_of("Item", "Package"),
            "reference_type": Maybe(one_of(*ENUMS["reference_type"])),
            "item_code": TEXT,
            "item_name": TEXT,
            "item_description": Maybe(TEXT),
            "quantity": INTEGER,
        }
    ],
    "my_assignment_id": ID,
    "my_role": Maybe(PHOTOGRAPHER_ROLE),
    "my_assigned_at": INSTANT,
    "my_attended": BOOLEAN,
    "my_attended_at": Maybe(INSTANT),
    "my_notes": Maybe(TEXT),
    **TIMES,
}
TEAM = {
    "session_id": ID,
    "photographers": [
        {
            "id": ID,
            "photographer_id": ID,
            "photographer_name": TEXT,
            "role": Maybe(PHOTOGRAPHER_ROLE),
            "assigned_at": INSTANT,
            "attended": BOOLEAN,
            "attended_at": Maybe(INSTANT),
        }
    ],
}
STATS = {
    "total_assignments": COUNT,
    "upcoming_sessions": COUNT,
    "attended_sessions": COUNT,
    "pending_sessions": COUNT,
    "next_session_date": Maybe(DATE),
    "sessions_this_week": COUNT,
    "total_sessions_completed": COUNT,
}


def without_private(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape as it is for who does not see all sessions."""
    hidden = PRIVATE_FIELDS | PERHAPS_PRIVATE
    return {name: kind for name, kind in shape.items() if name not in hidden}


def names_in(value: Any) -> set[str]:
    """Return every name of a field anywhere in an answer."""
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set()
