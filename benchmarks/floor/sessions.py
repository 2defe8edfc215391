"""`GET /sessions` and `GET /sessions/{id}`, as who may see all of them gets them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.floor.asking import FORBIDDEN, OK, Answer, Asking, listed

COLUMNS = """
    session.id, session.code, session.client_id, client.full_name, client.email,
    client.primary_phone, session.session_type, session.session_date,
    to_char(session.session_time, 'HH24:MI'), session.estimated_duration_hours::float8,
    session.starts_at, session.ends_at, session.location, session.room_id, room.name,
    session.status, session.subtotal::float8, session.transportation_cost::float8,
    session.discount::float8, session.total_amount::float8, session.deposit_percentage::float8,
    session.deposit_amount::float8, session.paid_amount::float8,
    (session.total_amount - session.paid_amount)::float8, session.refund_due::float8,
    session.payment_deadline_at, session.changes_deadline_at, session.delivery_deadline,
    session.estimated_editing_days, session.photographers_needed, session.responsible_id,
    session.client_requirements, session.editing_assigned_to_id, session.version,
    session.created_at, session.updated_at
"""
MORE_COLUMNS = """
    session.editing_started_at, session.editing_completed_at, session.delivery_method,
    session.delivery_address, session.delivery_link, session.delivered_at, session.internal_notes,
    session.reported_incidents, session.photographer_observations, session.editor_observations,
    session.cancellation_reason, session.cancelled_at, session.cancelled_by_id,
    session.cancellation_initiator, session.cancellation_category, session.created_by_id
"""
SOURCE = """
    FROM sessions_app_session session
    JOIN clients_client client ON client.id = session.client_id
    LEFT JOIN catalog_room room ON room.id = session.room_id
"""
TEAM = """
    SELECT member.session_id, member.id, member.photographer_id, person.full_name, member.role,
           member.attended
    FROM sessions_app_assignment member JOIN users_user person ON person.id = member.photographer_id
    WHERE member.session_id = ANY(%s) AND member.status = 'Assigned'
    ORDER BY member.assigned_at, member.id
"""
# Where an admin may take a session from each state; an editor's own steps are not the admin's.
TRANSITIONS = {
    "Request": ["Negotiation", "Pre-scheduled", "Canceled"],
    "Negotiation": ["Pre-scheduled", "Canceled"],
    "Pre-scheduled": ["Negotiation", "Confirmed", "Canceled"],
    "Confirmed": ["Negotiation", "Assigned", "Canceled"],
    "Assigned": ["Attended", "Canceled"],
    "Attended": ["Assigned", "In Editing", "Canceled"],
    "In Editing": ["Attended", "Ready for Delivery", "Canceled"],
    "Ready for Delivery": ["In Editing", "Completed", "Canceled"],
    "Completed": [],
    "Canceled": [],
}
FILTERS = {
    "client_id": "session.client_id = %s",
    "session_type": "session.session_type = %s",
    "start_date": "session.session_date >= %s",
    "end_date": "session.session_date <= %s",
    "editor_id": "session.editing_assigned_to_id = %s",
    "room_id": "session.room_id = %s",
}
A_SECOND, AN_INSTANT = timedelta(seconds=1), timedelta(microseconds=1)


def page(asking: Asking) -> Answer:
    """Answer a page of sessions, latest date first."""
    if "sessions_app.view_all_sessions" not in asking.permissions:
        return FORBIDDEN
    conditions: list[str] = ["session.hidden_at IS NULL"]
    values: list[Any] = []
    for name, condition in FILTERS.items():
        if asking.first(name):
            conditions.append(condition)
            values.append(asking.first(name))
    if asking.first("status"):
        conditions.append("session.status = ANY(%s)")
        values.append([one for part in asking.query["status"] for one in part.split(",")])
    where = " AND ".join(conditions)
    limit, offset = asking.window()
    count = f"SELECT count(*) FROM sessions_app_session session WHERE {where}"  # noqa: S608
    (total,) = asking.connection.execute(count, values).fetchone() or (0,)
    query = f"""
        SELECT {COLUMNS} {SOURCE} WHERE {where}
        ORDER BY session.session_date DESC, session.session_time DESC NULLS LAST, session.id DESC
        LIMIT %s OFFSET %s
    """
    rows = asking.connection.execute(query, [*values, limit, offset]).fetchall()
    teams = active_teams(asking, [row[0] for row in rows])
    return listed([shown(row, teams.get(row[0], [])) for row in rows], total, limit, offset)


def one(asking: Asking, pk: int) -> Answer:
    """Answer one session."""
    if "sessions_app.view_all_sessions" not in asking.permissions:
        return FORBIDDEN
    query = f"""
        SELECT {COLUMNS}, {MORE_COLUMNS} {SOURCE}
        WHERE session.id = %s AND session.hidden_at IS NULL
    """
    row = asking.connection.execute(query, [pk]).fetchone()
    if row is None:
        return "404 Not Found", {"detail": "No such session.", "error_code": "SESSION_NOT_FOUND"}
    answer = shown(row, active_teams(asking, [pk]).get(pk, []))
    answer |= {
        "editing_started_at": row[36],
        "editing_completed_at": row[37],
        "delivery_method": row[38] or None,
        "delivery_address": row[39] or None,
        "delivery_link": row[40] or None,
        "delivered_at": row[41],
        "internal_notes": row[42] or None,
        "reported_incidents": row[43] or None,
        "photographer_observations": row[44] or None,
        "editor_observations": row[45] or None,
        "cancellation_reason": row[46] or None,
        "cancelled_at": row[47],
        "cancelled_by": row[48],
        "cancellation_initiator": row[49] or None,
        "cancellation_category": row[50] or None,
        "created_by": row[51],
        "allowed_transitions": TRANSITIONS[row[15]],
    }
    return OK, answer


def active_teams(asking: Asking, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    teams: dict[int, list[dict[str, Any]]] = {}
    for session, pk, person, name, role, attended in asking.connection.execute(TEAM, [ids]):
        teams.setdefault(session, []).append(
            {
                "id": pk,
                "photographer_id": person,
                "photographer_name": name,
                "role": role or None,
                "attended": attended,
            }
        )
    return teams


def shown(row: tuple[Any, ...], team: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the session that the columns tell of."""
    payment_day, payment_at = _deadline(row[25])
    changes_day, changes_at = _deadline(row[26])
    return {
        "id": row[0],
        "code": row[1],
        "client_id": row[2],
        "client": {
            "id": row[2],
            "full_name": row[3],
            "email": row[4],
            "primary_phone": row[5],
        },
        "session_type": row[6],
        "session_date": row[7],
        "session_time": row[8],
        "estimated_duration_hours": hours(row[9]),
        "starts_at": row[10],
        "ends_at": row[11],
        "location": row[12] or None,
        "room_id": row[13],
        "room": {"id": row[13], "name": row[14]} if row[13] else None,
        "status": row[15],
        "subtotal": row[16],
        "transportation_cost": row[17],
        "discount": row[18],
        "total_amount": row[19],
        "deposit_percentage": row[20],
        "deposit_amount": row[21],
        "paid_amount": row[22],
        "balance_amount": row[23],
        "refund_due": row[24],
        "payment_deadline": payment_day,
        "payment_deadline_at": payment_at,
        "changes_deadline": changes_day,
        "changes_deadline_at": changes_at,
        "delivery_deadline": row[27],
        "estimated_editing_days": row[28],
        "photographers_needed": row[29],
        "responsible_id": row[30],
        "client_requirements": row[31] or None,
        "editing_assigned_to": row[32],
        "photographers": team,
        "version": row[33],
        "created_at": row[34],
        "updated_at": row[35],
    }


def hours(value: float | None) -> float | int | None:
    """Return a duration as the contract writes it: whole numbers without a fraction."""
    return int(value) if value is not None and value.is_integer() else value


def _deadline(at: datetime | None) -> tuple[date | None, datetime | None]:
    """Return the day and the last moment of a deadline: a midnight belongs to the day before."""
    if at is None:
        return None, None
    if at.hour == at.minute == at.second == at.microsecond == 0:
        at -= A_SECOND
        return at.date(), at
    return (at - AN_INSTANT).date(), at
