"""`GET /dashboard/stats`, as who may see all gets it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.floor.asking import FORBIDDEN, OK, Answer, Asking

ZONE = ZoneInfo(os.environ["STUDIO_TIME_ZONE"])
STATES = (
    *("Request", "Negotiation", "Pre-scheduled", "Confirmed", "Assigned", "Attended"),
    *("In Editing", "Ready for Delivery", "Completed", "Canceled"),
)
OPEN = list(STATES[:8])
OWING = list(STATES[3:8])
ALERTS = (
    *("unconfirmed", "deposits_due", "unstaffed", "attendance_missing"),
    *("refunds_due", "editing_overdue", "stale_requests"),
)
SOON, HOLD = timedelta(days=3), timedelta(days=14)

MONTH = """
    SELECT status, count(*) FROM sessions_app_session
    WHERE hidden_at IS NULL AND session_date >= %s AND session_date < %s GROUP BY status
"""
STANDING = """
    SELECT count(*) FILTER (WHERE status = ANY(%(open)s)),
           coalesce(
               sum(total_amount - paid_amount) FILTER (WHERE status = ANY(%(owing)s)), 0)::float8,
           count(*) FILTER (WHERE status = 'Pre-scheduled' AND paid_amount >= deposit_amount),
           count(*) FILTER (WHERE status = 'Pre-scheduled' AND paid_amount < deposit_amount),
           count(*) FILTER (
               WHERE status = 'Confirmed' AND changes_deadline_at <= %(soon)s
                 AND photographers_needed > (
                     SELECT count(*) FROM sessions_app_assignment member
                     WHERE member.session_id = session.id AND member.status = 'Assigned')),
           count(*) FILTER (WHERE status = 'Assigned' AND session_date < %(today)s),
           count(*) FILTER (WHERE refund_due > 0),
           count(*) FILTER (
               WHERE status IN ('Attended', 'In Editing') AND delivery_deadline < %(today)s),
           count(*) FILTER (
               WHERE status IN ('Request', 'Negotiation') AND updated_at < %(stale)s)
    FROM sessions_app_session session
    WHERE hidden_at IS NULL AND (status = ANY(%(open)s) OR refund_due > 0)
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
      AND (session.ends_at > %s OR session.ends_at IS NULL)
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
    asked = {"open": OPEN, "owing": OWING, "today": today, "soon": at + SOON, "stale": at - HOLD}
    standing = run(STANDING, asked).fetchone() or (0,) * 9
    (revenue,) = run(REVENUE, [first, after]).fetchone() or (0,)
    coming = run(NEXT, [today, OPEN, at]).fetchall()
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
