"""`GET /dashboard/stats`, as who may see all gets it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from benchmarks.floor.asking import FORBIDDEN, OK, Answer, Asking

ZONE = ZoneInfo(os.environ["STUDIO_TIME_ZONE"])
STATES = (
    *("Request", "Negotiation", "Pre-scheduled", "Confirmed", "Assigned", "Attended"),
    *("In Editing", "Ready for Delivery", "Completed", "Canceled"),
)
OPEN = list(STATES[:8])
OWING = list(STATES[3:8])
ALERTS = ("deposits_due", "unstaffed", "attendance_missing", "editing_overdue")

MONTH = """
    SELECT status, count(*) FROM sessions_app_session
    WHERE hidden_at IS NULL AND session_date >= %s AND session_date < %s GROUP BY status
"""
STANDING = """
    SELECT count(*),
           coalesce(sum(total_amount - paid_amount) FILTER (WHERE status = ANY(%s)), 0)::float8,
           count(*) FILTER (WHERE status = 'Pre-scheduled' AND payment_deadline_at > %s),
           count(*) FILTER (WHERE status = 'Confirmed' AND changes_deadline_at <= %s),
           count(*) FILTER (WHERE status = 'Assigned' AND session_date < %s),
           count(*) FILTER (WHERE status = 'In Editing' AND delivery_deadline < %s)
    FROM sessions_app_session WHERE hidden_at IS NULL AND status = ANY(%s)
"""
REVENUE = """
    SELECT coalesce(sum(CASE payment.payment_type WHEN 'Refund' THEN -payment.amount
                        ELSE payment.amount END), 0)::float8
    FROM sessions_app_payment payment
    JOIN sessions_app_session session ON session.id = payment.session_id
    WHERE payment.status = 'Verified' AND session.hidden_at IS NULL
      AND payment.payment_date >= %s AND payment.payment_date < %s
"""
NEXT = """
    SELECT session.id, session.code, client.full_name, session.session_type, session.session_date,
           to_char(session.session_time, 'HH24:MI'), session.location, room.name, session.status
    FROM sessions_app_session session
    JOIN clients_client client ON client.id = session.client_id
    LEFT JOIN catalog_room room ON room.id = session.room_id
    WHERE session.hidden_at IS NULL AND session.session_date >= %s AND session.status = ANY(%s)
    ORDER BY session.session_date, session.session_time NULLS LAST, session.id LIMIT 5
"""


def stats(asking: Asking) -> Answer:
    """Answer the figures of a month."""
    if "sessions_app.view_all_sessions" not in asking.permissions:
        return FORBIDDEN
    at = datetime.now(UTC)
    today = at.astimezone(ZONE).date()
    year, month = int(asking.first("year", "0")) or today.year, int(asking.first("month", "0"))
    month = month or today.month
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    run = asking.connection.execute
    states = dict(run(MONTH, [first, after]).fetchall())
    standing = run(STANDING, [OWING, at, at, today, today, OPEN]).fetchone() or (0,) * 6
    (revenue,) = run(REVENUE, [first, after]).fetchone() or (0,)
    coming = run(NEXT, [today, OPEN]).fetchall()
    return OK, {
        "active_sessions_count": standing[0],
        "sessions_this_month": sum(states.values()),
        "total_revenue_this_month": revenue,
        "pending_balance": standing[1],
        "sessions_by_status": [
            {"status": state, "count": states.get(state, 0)} for state in STATES
        ],
        "alerts": [
            {"kind": kind, "count": count}
            for kind, count in zip(ALERTS, standing[2:], strict=True)
            if count
        ],
        "next_sessions": [
            {
                "id": row[0],
                "code": row[1],
                "client_name": row[2],
                "session_type": row[3],
                "session_date": row[4],
                "session_time": row[5],
                "location": row[6] or None,
                "room_name": row[7],
                "status": row[8],
            }
            for row in coming
        ],
    }
