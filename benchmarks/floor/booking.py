"""`POST /sessions` of an External session: the rows a booking leaves, and what guards them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from benchmarks.floor.asking import FORBIDDEN, Answer, Asking
from benchmarks.floor.clients import IS_HIGH_RISK, STANDING
from benchmarks.floor.sessions import hours, shown

ZONE = ZoneInfo(os.environ["STUDIO_TIME_ZONE"])
FARTHEST = timedelta(days=5 * 366)
WARNING = "High-risk client: most of their sessions were cancelled or expired unpaid."

CLIENT = f"""
    SELECT client.full_name, client.email, client.primary_phone, client.status,
           (SELECT {IS_HIGH_RISK} FROM (SELECT) one {STANDING})
    FROM clients_client client WHERE client.id = %s FOR NO KEY UPDATE OF client
"""  # noqa: S608  (constants)
NUMBER = """
    INSERT INTO sessions_app_sessioncounter (year, last_number) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last_number = sessions_app_sessioncounter.last_number + 1
    RETURNING last_number
"""
SESSION = """
    INSERT INTO sessions_app_session (
        code, client_id, session_type, status, session_date, session_time,
        estimated_duration_hours, starts_at, ends_at, location, turnaround_minutes,
        photographers_needed, client_requirements, subtotal, transportation_cost, discount,
        total_amount, deposit_percentage, deposit_amount, paid_amount, refund_due,
        estimated_editing_days, responsible_id, created_by_id, is_retroactive, delivery_method,
        delivery_address, delivery_link, internal_notes, reported_incidents,
        photographer_observations, editor_observations, cancellation_reason,
        cancellation_initiator, cancellation_category, version, created_at, updated_at)
    VALUES (
        %s, %s, 'External', 'Request', %s, %s, %s, %s, %s, %s, 0,
        %s, %s, 0, 0, 0, 0, 50, 0, 0, 0, 5, %s, %s, false, '', '', '', '', '', '', '', '', '', '',
        1, %s, %s)
    RETURNING id
"""
HISTORY = """
    INSERT INTO sessions_app_historyentry (
        session_id, from_status, to_status, reason, notes, changed_at, changed_by_id, channel)
    VALUES (%s, '', 'Request', '', '', %s, %s, 'api')
"""


def book(asking: Asking) -> Answer:
    """Take a request: lock the client, number, session, first row of its history."""
    if "sessions_app.create_session" not in asking.permissions:
        return FORBIDDEN
    length = int(asking.environ.get("CONTENT_LENGTH") or 0)
    sent = orjson.loads(asking.environ["wsgi.input"].read(length))
    at = datetime.now(UTC)
    try:
        client_id, location = int(sent["client_id"]), sent["location"].strip()
        day, clock = (
            date.fromisoformat(sent["session_date"]),
            time.fromisoformat(sent["session_time"]),
        )
        duration = float(sent["estimated_duration_hours"])
        wanted = sent.get("client_requirements") or ""
        needed = int(sent.get("photographers_needed") or 1)
    except (KeyError, ValueError, AttributeError):
        return _refused("400 Bad Request", "VALIDATION_ERROR")
    if sent["session_type"] != "External" or sent.get("room_id") or not location:
        return _refused("400 Bad Request", "VALIDATION_ERROR")
    starts_at = datetime.combine(day, clock, ZONE)
    ends_at = starts_at + timedelta(hours=duration)
    if starts_at < at:
        return _refused("422 Unprocessable Entity", "INVALID_SESSION_DATE")
    today = at.astimezone(ZONE).date()
    if day - today > FARTHEST or not 0.25 <= duration <= 24:
        return _refused("400 Bad Request", "VALIDATION_ERROR")
    person = asking.person[0]
    run = asking.connection.execute
    with asking.connection.transaction():
        client = run(CLIENT, [client_id]).fetchone()
        if client is None:
            return _refused("400 Bad Request", "VALIDATION_ERROR")
        full_name, email, phone, status, is_high_risk = client
        if status != "Active":
            return _refused("422 Unprocessable Entity", "INACTIVE_RESOURCE")
        (number,) = run(NUMBER, [today.year]).fetchone() or (0,)
        code = f"S-{today.year}-{number:04d}"
        values: list[Any] = [code, client_id, day, clock, duration, starts_at, ends_at, location]
        values += [needed, wanted, person, person, at, at]
        (pk,) = run(SESSION, values).fetchone() or (0,)
        run(HISTORY, [pk, at, person])
    local = at.astimezone(ZONE)
    row = (
        *(pk, code, client_id, full_name, email, phone, "External", day, f"{clock:%H:%M}"),
        *(hours(duration), starts_at, ends_at, location, None, None, "Request"),
        *(0, 0, 0, 0, 50, 0, 0, 0, 0, None, None, None, 5, needed, person, wanted, None, 1),
        *(local, local),
    )
    answer = shown(row, [])
    answer["notices"] = [WARNING] if is_high_risk else []
    return "201 Created", answer


def _refused(status: str, code: str) -> Answer:
    return status, {"detail": "This cannot be booked.", "error_code": code}
