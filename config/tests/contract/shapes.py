"""The answers of the contract (`spec/api.md`), written out by hand, and the one checker of them.

A shape is a *kind* (what one value may be), `[shape]` for an array, or a dict of the fields that
must be there; more fields than that are allowed. The names follow the contract's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from config.clock import studio_zone


@dataclass(frozen=True)
class Kind:
    """What one value may be, and its name in a report."""

    name: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Maybe:
    """A shape, or null."""

    shape: Any


def problems(value: Any, shape: Any, place: str = "answer") -> list[str]:
    """Return a sentence for every field that is missing or is not what the shape says."""
    if isinstance(shape, Maybe):
        return [] if value is None else problems(value, shape.shape, place)
    if isinstance(shape, Kind):
        return [] if shape.fits(value) else [f"{place}: {value!r} is not {shape.name}"]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place}: {value!r} is no array"]
        found = [problems(one, shape[0], f"{place}[{at}]") for at, one in enumerate(value)]
        return list(chain.from_iterable(found))
    if not isinstance(value, dict):
        return [f"{place}: {value!r} is no object"]
    missing = [f"{place}.{name} is missing" for name in shape if name not in value]
    present = [name for name in shape if name in value]
    wrong = (problems(value[at], shape[at], f"{place}.{at}") for at in present)
    return missing + list(chain.from_iterable(wrong))


def assert_answer(answer: Any, shape: Any, status: int = 200) -> Any:
    """Assert status and shape of an answer; return its body."""
    assert answer.status_code == status, answer.content[:400]
    body = answer.json()
    found = problems(body, shape)
    assert not found, "\n".join(found)
    return body


def assert_refused(answer: Any, status: int, *codes: str) -> dict[str, Any]:
    """Assert that an answer is an error in the envelope, with one of these codes; return it."""
    assert answer.status_code == status, answer.content[:400]
    body: dict[str, Any] = answer.json()
    found = problems(body, ERROR)
    assert not found, "\n".join(found)
    assert body["error_code"] in codes
    assert problems(body.get("context", {}), {}) == []
    if "errors" in body:
        assert body["error_code"] == "VALIDATION_ERROR"
    return body


def assert_wrong_form(answer: Any, *fields: str) -> dict[str, Any]:
    """Assert that an answer is a 400 that names these fields; return it."""
    body = assert_refused(answer, 400, "VALIDATION_ERROR")
    if fields:
        assert set(fields) <= set(body["errors"])
        assert all(
            isinstance(one, str) and one for field in fields for one in body["errors"][field]
        )
    return body


def assert_list(answer: Any, shape: Any) -> list[Any]:
    """Assert that an answer is the envelope of lists around such entries; return these."""
    body = assert_answer(answer, list_of(shape))
    assert len(body["items"]) <= body["limit"]
    assert body["has_more"] == (body["offset"] + len(body["items"]) < body["total"])
    entries: list[Any] = body["items"]
    return entries


# Kinds


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    return _matches(r"\d{4}-\d\d-\d\d", value) and date.fromisoformat(value) is not None


def _is_instant(value: Any) -> bool:
    if not _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d", value):
        return False
    at = datetime.fromisoformat(value)
    return at.utcoffset() == at.astimezone(studio_zone()).utcoffset()


def _matches(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def one_of(*values: str) -> Kind:
    """Return the kind of an enum."""
    return Kind(f"one of {values}", lambda value: isinstance(value, str) and value in values)


TEXT = Kind("a string", lambda value: isinstance(value, str))
SAID = Kind(
    "a string that says something", lambda value: isinstance(value, str) and bool(value.strip())
)
INTEGER = Kind("an integer", lambda value: isinstance(value, int) and not isinstance(value, bool))
ID = Kind("a positive integer", lambda value: INTEGER.fits(value) and value > 0)
COUNT = Kind("a count", lambda value: INTEGER.fits(value) and value >= 0)
NUMBER = Kind("a number", _is_number)
MONEY = Kind("money", lambda value: _is_number(value) and round(value, 2) == value)
HOURS = Kind(
    "hours, whole ones without a fraction",
    lambda value: (
        _is_number(value)
        and 0.25 <= value <= 24
        and not (isinstance(value, float) and value.is_integer())
    ),
)
BOOLEAN = Kind("a boolean", lambda value: isinstance(value, bool))
DATE = Kind("a date YYYY-MM-DD", _is_date)
TIME = Kind("a time HH:MM", lambda value: _matches(r"([01]\d|2[0-3]):[0-5]\d", value))
INSTANT = Kind("a datetime with the studio's offset", _is_instant)
CODE = Kind("an error code", lambda value: _matches(r"[A-Z][A-Z_]+", value))
ANY = Kind("anything", lambda value: True)


# Enums

ENUMS: dict[str, tuple[str, ...]] = {
    "session_status": (
        "Request",
        "Negotiation",
        "Pre-scheduled",
        "Confirmed",
        "Assigned",
        "Attended",
        "In Editing",
        "Ready for Delivery",
        "Completed",
        "Canceled",
    ),
    "session_type": ("Studio", "External"),
    "client_type": ("Individual", "Institutional"),
    "status": ("Active", "Inactive"),
    "item_type": ("Digital Photo", "Printed Photo", "Album", "Video", "Other"),
    "payment_type": ("Deposit", "Partial", "Balance", "Refund"),
    "payment_status": ("Pending", "Verified", "Rejected"),
    "delivery_method": ("Digital", "Physical", "Both"),
    "photographer_role": ("Lead", "Assistant"),
    "assignment_status": ("Assigned", "Reassigned", "Released"),
    "line_type": ("Item", "Package", "Adjustment"),
    "reference_type": ("Item", "Package"),
    "cancellation_category": (
        "no_room",
        "no_photographer",
        "price",
        "no_answer",
        "changed_mind",
        "weather",
        "studio",
        "other",
    ),
}
INITIATORS = ("Client", "Studio", "Force Majeure", "System")

SESSION_STATUS = one_of(*ENUMS["session_status"])
SESSION_TYPE = one_of(*ENUMS["session_type"])
STATUS = one_of(*ENUMS["status"])
DELIVERY_METHOD = one_of(*ENUMS["delivery_method"])
PHOTOGRAPHER_ROLE = one_of(*ENUMS["photographer_role"])


# Conventions (section 0)

ERROR = {"detail": SAID, "error_code": CODE}


def list_of(shape: Any) -> dict[str, Any]:
    """Return the envelope of lists around such entries."""
    return {
        "items": [shape],
        "total": COUNT,
        "limit": COUNT,
        "offset": COUNT,
        "has_more": BOOLEAN,
    }


TIMES = {"created_at": INSTANT, "updated_at": INSTANT}


# People (sections 1 and 2)

USER = {
    "id": ID,
    "full_name": TEXT,
    "email": TEXT,
    "phone": Maybe(TEXT),
    "status": STATUS,
    **TIMES,
}
ROLE = {"id": ID, "name": TEXT, "description": Maybe(TEXT), "status": STATUS, **TIMES}
PERMISSION = {
    "id": ID,
    "code": SAID,
    "name": TEXT,
    "description": Maybe(TEXT),
    "module": SAID,
    "status": STATUS,
}
USER_WITH_ROLES = USER | {"roles": [ROLE]}
ME = USER_WITH_ROLES | {"permissions": [ANY]}
ROLE_WITH_PERMISSIONS = ROLE | {"permissions": [ANY]}

LOGIN = {
    "access_token": SAID,
    "refresh_token": SAID,
    "token_type": one_of("bearer"),
    "expires_in": COUNT,
    "user": USER,
}
INVITATION = {"invitation_url": SAID, "email": TEXT, "expires_at": INSTANT, "message": TEXT}
INVITATION_STANDING = {"is_valid": BOOLEAN, "email": Maybe(TEXT), "message": TEXT}


# Clients and catalog (section 3)

CLIENT = {
    "id": ID,
    "full_name": TEXT,
    "email": TEXT,
    "primary_phone": TEXT,
    "secondary_phone": Maybe(TEXT),
    "delivery_address": Maybe(TEXT),
    "client_type": one_of(*ENUMS["client_type"]),
    "notes": Maybe(TEXT),
    "tax_id": Maybe(TEXT),
    "billing_name": Maybe(TEXT),
    "status": STATUS,
    "language": TEXT,
    "is_high_risk": BOOLEAN,
    "sessions_count": COUNT,
    **TIMES,
}
ITEM = {
    "id": ID,
    "code": TEXT,
    "name": TEXT,
    "description": Maybe(TEXT),
    "item_type": one_of(*ENUMS["item_type"]),
    "unit_price": MONEY,
    "unit_measure": TEXT,
    "default_quantity": Maybe(INTEGER),
    "status": STATUS,
    **TIMES,
}
PACKAGE = {
    "id": ID,
    "code": TEXT,
    "name": TEXT,
    "description": Maybe(TEXT),
    "session_type": one_of("Studio", "External", "Both"),
    "base_price": MONEY,
    "estimated_editing_days": Kind("1..365", lambda days: INTEGER.fits(days) and 1 <= days <= 365),
    "status": STATUS,
    **TIMES,
}
PACKAGE_ITEM = {
    "item_id": ID,
    "item_code": TEXT,
    "item_name": TEXT,
    "item_type": one_of(*ENUMS["item_type"]),
    "item_unit_price": MONEY,
    "quantity": ID,
    "display_order": Maybe(INTEGER),
}
WHOLE_PACKAGE = PACKAGE | {"items": [PACKAGE_ITEM], "items_total": MONEY}
ROOM = {
    "id": ID,
    "code": SAID,
    "name": TEXT,
    "description": Maybe(TEXT),
    "capacity": Maybe(INTEGER),
    "hourly_rate": Maybe(MONEY),
    "status": one_of("Active", "Inactive", "Maintenance"),
    **TIMES,
}


# What anyone may ask, and the start page (section 6)

BUSINESS_RULES = {
    "payment_deadline_days": COUNT,
    "changes_deadline_days": COUNT,
    "default_editing_days": COUNT,
    "default_deposit_percentage": NUMBER,
    "currency": SAID,
    "time_zone": SAID,
}
DASHBOARD = {
    "active_sessions_count": COUNT,
    "sessions_this_month": COUNT,
    "total_revenue_this_month": MONEY,
    "pending_balance": MONEY,
    "sessions_by_status": [{"status": SESSION_STATUS, "count": COUNT}],
}


# What takes rooms and people, and when else (section 6)

CONFLICT = {
    "code": Maybe(SAID),
    "kind": one_of("session", "assignment", "time_off", "maintenance"),
    "starts_at": Maybe(INSTANT),
    "ends_at": Maybe(INSTANT),
    "status": Maybe(SESSION_STATUS),
}
OPTION = {"starts_at": INSTANT, "ends_at": INSTANT, "room_ids": [ID], "photographer_ids": [ID]}
AVAILABILITY = {
    "is_available": BOOLEAN,
    "rooms": [{"id": ID, "name": TEXT, "is_free": BOOLEAN, "conflicts": [CONFLICT]}],
    "photographers": [{"id": ID, "full_name": TEXT, "is_free": BOOLEAN, "conflicts": [CONFLICT]}],
    "next_options": [OPTION],
}
CLAIM = {
    "id": ID,
    "kind": one_of("session", "assignment", "time_off", "maintenance"),
    "room_id": Maybe(ID),
    "person_id": Maybe(ID),
    "starts_at": INSTANT,
    "ends_at": Maybe(INSTANT),
    "session_id": Maybe(ID),
    "session_code": Maybe(SAID),
    "status": Maybe(SESSION_STATUS),
    "title": SAID,
}
NOTIFICATION = {
    "id": ID,
    "kind": SAID,
    "title": SAID,
    "body": TEXT,
    "session_id": Maybe(ID),
    "session_code": Maybe(SAID),
    "created_at": INSTANT,
    "read_at": Maybe(INSTANT),
}
TIME_OFF = {
    "id": ID,
    "user_id": ID,
    "starts_at": INSTANT,
    "ends_at": INSTANT,
    "reason": Maybe(TEXT),
}
