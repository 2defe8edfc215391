"""`GET /agenda` of a period, as who may see all and assigns photographers gets it."""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from benchmarks.floor.asking import FORBIDDEN, OK, Answer, Asking

ZONE = ZoneInfo(os.environ["STUDIO_TIME_ZONE"])
LABELS = {"time_off": "Ausencia", "maintenance": "Mantenimiento"}

CLAIMS = """
    SELECT claim.id, claim.kind, claim.room_id, claim.person_id, claim.starts_at, claim.ends_at,
           claim.session_id, session.code, session.status, client.full_name, claim.reason
    FROM sessions_app_claim claim
    LEFT JOIN sessions_app_session session ON session.id = claim.session_id
    LEFT JOIN clients_client client ON client.id = session.client_id
    WHERE (claim.active OR claim.end_cause = 'completed')
      AND (claim.ends_at IS NULL OR claim.ends_at > %s) AND claim.starts_at < %s
    ORDER BY claim.starts_at, claim.id
"""


def claims(asking: Asking) -> Answer:
    """Answer what takes rooms and people."""
    needed = {"sessions_app.view_all_sessions", "sessions_app.assign_resources"}
    if not needed <= asking.permissions:
        return FORBIDDEN
    first, last = (date.fromisoformat(asking.first(name)) for name in ("from", "to"))
    begins = datetime.combine(first, time.min, ZONE)
    ends = datetime.combine(last + timedelta(days=1), time.min, ZONE)
    return OK, [
        {
            "id": pk,
            "kind": kind,
            "room_id": room,
            "person_id": person,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "session_id": session,
            "session_code": code,
            "status": status,
            "title": f"{code} · {client}" if code else _title(kind, reason),
        }
        for pk, kind, room, person, starts_at, ends_at, session, code, status, client, reason in (
            asking.connection.execute(CLAIMS, [begins, ends])
        )
    ]


def _title(kind: str, reason: str) -> str:
    return f"{LABELS[kind]}: {reason}" if reason else LABELS[kind]
