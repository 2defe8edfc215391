"""`GET /editing/queue`, as who may see all gets it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.floor.asking import FORBIDDEN, Answer, Asking, listed
from benchmarks.floor.sessions import COLUMNS, SOURCE, active_teams, shown

ZONE = ZoneInfo(os.environ["STUDIO_TIME_ZONE"])
WAITING = """
    session.hidden_at IS NULL AND session.status = 'Attended'
    AND session.editing_assigned_to_id IS NULL
"""
COUNT = f"SELECT count(*) FROM sessions_app_session session WHERE {WAITING}"  # noqa: S608
ROWS = f"""
    SELECT {COLUMNS} {SOURCE} WHERE {WAITING}
    ORDER BY session.delivery_deadline NULLS LAST, (
        SELECT entry.changed_at FROM sessions_app_historyentry entry
        WHERE entry.session_id = session.id AND entry.to_status = 'Attended'
        ORDER BY entry.id DESC LIMIT 1), session.id
    LIMIT %s OFFSET %s
"""  # noqa: S608  (constants)


def page(asking: Asking) -> Answer:
    """Answer a page of what waits for an editor, the most urgent first."""
    if not {"sessions_app.view_all_sessions", "sessions_app.mark_ready"} <= asking.permissions:
        return FORBIDDEN
    limit, offset = asking.window()
    (total,) = asking.connection.execute(COUNT).fetchone() or (0,)
    rows = asking.connection.execute(ROWS, [limit, offset]).fetchall()
    teams = active_teams(asking, [row[0] for row in rows])
    today = datetime.now(UTC).astimezone(ZONE).date()
    items = [_queued(shown(row, teams.get(row[0], [])), today) for row in rows]
    return listed(items, total, limit, offset)


def _queued(session: dict[str, Any], today: date) -> dict[str, Any]:
    delivery = session["delivery_deadline"]
    left = (delivery - today).days if delivery else None
    return session | {"days_left": left, "is_overdue": left is not None and left < 0}
