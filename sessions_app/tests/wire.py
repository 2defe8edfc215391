"""Answers of the REST door: their shapes (contract, section 4), written out by hand."""

from __future__ import annotations

from typing import Any

SESSIONS = "/api/v1/sessions"
NUMBER = (int, float)
MAYBE = type(None)

CLIENT = {"id": int, "full_name": str, "email": str, "primary_phone": str}
SESSION: dict[str, Any] = {
    "id": int,
    "code": str,
    "client_id": int,
    "client": CLIENT,
    "session_type": str,
    "session_date": str,
    "session_time": (str, MAYBE),
    "estimated_duration_hours": (*NUMBER, MAYBE),
    "starts_at": (str, MAYBE),
    "ends_at": (str, MAYBE),
    "location": (str, MAYBE),
    "room_id": (int, MAYBE),
    "room": (dict, MAYBE),
    "status": str,
    "subtotal": NUMBER,
    "transportation_cost": NUMBER,
    "discount": NUMBER,
    "total_amount": NUMBER,
    "deposit_percentage": NUMBER,
    "deposit_amount": NUMBER,
    "paid_amount": NUMBER,
    "balance_amount": NUMBER,
    "refund_due": NUMBER,
    "payment_deadline": (str, MAYBE),
    "payment_deadline_at": (str, MAYBE),
    "changes_deadline": (str, MAYBE),
    "changes_deadline_at": (str, MAYBE),
    "delivery_deadline": (str, MAYBE),
    "estimated_editing_days": int,
    "photographers_needed": int,
    "responsible_id": (int, MAYBE),
    "client_requirements": (str, MAYBE),
    "editing_assigned_to": (int, MAYBE),
    "photographers": list,
    "version": int,
    "created_at": str,
    "updated_at": str,
}
DETAIL = SESSION | {
    "editing_started_at": (str, MAYBE),
    "editing_completed_at": (str, MAYBE),
    "delivery_method": (str, MAYBE),
    "delivery_address": (str, MAYBE),
    "delivery_link": (str, MAYBE),
    "delivered_at": (str, MAYBE),
    "internal_notes": (str, MAYBE),
    "reported_incidents": (str, MAYBE),
    "photographer_observations": (str, MAYBE),
    "editor_observations": (str, MAYBE),
    "cancellation_reason": (str, MAYBE),
    "cancelled_at": (str, MAYBE),
    "cancelled_by": (int, MAYBE),
    "cancellation_initiator": (str, MAYBE),
    "cancellation_category": (str, MAYBE),
    "created_by": (int, MAYBE),
    "allowed_transitions": list,
}
PRIVATE = {
    "subtotal",
    "transportation_cost",
    "discount",
    "total_amount",
    "deposit_percentage",
    "deposit_amount",
    "paid_amount",
    "balance_amount",
    "refund_due",
    "payment_deadline",
    "payment_deadline_at",
    "internal_notes",
    "delivery_address",
    "cancellation_reason",
    "cancelled_by",
    "cancellation_initiator",
    "cancellation_category",
}


LINE = {
    "id": int,
    "session_id": int,
    "line_type": str,
    "reference_id": (int, MAYBE),
    "reference_type": (str, MAYBE),
    "item_code": str,
    "item_name": str,
    "item_description": (str, MAYBE),
    "quantity": int,
    "unit_price": NUMBER,
    "line_subtotal": NUMBER,
    "group": (int, MAYBE),
    "display_order": int,
    "is_delivered": bool,
    "delivered_at": (str, MAYBE),
    "created_at": str,
}


ASSIGNMENT = {
    "id": int,
    "session_id": int,
    "photographer_id": int,
    "photographer_name": str,
    "role": (str, MAYBE),
    "assignment_status": str,
    "coverage_start": (str, MAYBE),
    "coverage_end": (str, MAYBE),
    "assigned_at": str,
    "assigned_by": (int, MAYBE),
    "attended": bool,
    "attended_at": (str, MAYBE),
    "notes": (str, MAYBE),
}


def assert_shape(body: dict[str, Any], shape: dict[str, Any]) -> None:
    assert body.keys() == shape.keys()
    for name, kind in shape.items():
        if isinstance(kind, dict):
            assert_shape(body[name], kind)
        else:
            assert isinstance(body[name], kind), name
            assert kind is not int or not isinstance(body[name], bool), name


def error(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert isinstance(body["detail"], str)
    assert body["detail"]
    return answer.status_code, body["error_code"]
