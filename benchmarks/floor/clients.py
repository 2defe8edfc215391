"""`GET /clients`."""

from __future__ import annotations

from typing import Any

from benchmarks.floor.asking import FORBIDDEN, Answer, Asking, listed

ACCENTED = "ÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝáàâäãåéèêëíìîïóòôöõúùûüñçýÿ"
PLAIN = "AAAAAAEEEEIIIIOOOOOUUUUNCYaaaaaaeeeeiiiiooooouuuuncyy"
FOLD = str.maketrans(ACCENTED, PLAIN)

# More than two broken off after Pre-scheduled by the client, and more than half of all.
STANDING = """
    LEFT JOIN LATERAL (
        SELECT count(*) AS sessions, count(*) FILTER (
            WHERE status = 'Canceled' AND cancellation_initiator IN ('Client', 'System')
              AND EXISTS (SELECT FROM sessions_app_historyentry entry
                          WHERE entry.session_id = session.id
                            AND entry.to_status = 'Pre-scheduled')) AS broken
        FROM sessions_app_session session
        WHERE session.client_id = client.id AND session.hidden_at IS NULL
    ) standing ON true
"""
IS_HIGH_RISK = "standing.broken > 2 AND standing.sessions < standing.broken * 2"
COLUMNS = """
    client.id, client.full_name, client.email, client.primary_phone, client.secondary_phone,
    client.delivery_address, client.client_type, client.notes, client.tax_id, client.billing_name,
    client.status, client.language, client.created_at, client.updated_at, standing.sessions
"""


def page(asking: Asking) -> Answer:
    """Answer a page of clients, newest first."""
    if "clients.view_client" not in asking.permissions:
        return FORBIDDEN
    conditions, values = ["true"], []
    for word in asking.first("search").translate(FOLD).lower().split():
        conditions.append("client.search_text LIKE %s")
        values.append(f"%{_escaped(word)}%")
    for name in ("status", "client_type"):
        if asking.first(name):
            conditions.append(f"client.{name} = %s")
            values.append(asking.first(name))
    where = " AND ".join(conditions)
    limit, offset = asking.window()
    count = f"SELECT count(*) FROM clients_client client WHERE {where}"  # noqa: S608
    (total,) = asking.connection.execute(count, values).fetchone() or (0,)
    query = f"""
        SELECT {COLUMNS}, {IS_HIGH_RISK}
        FROM clients_client client {STANDING}
        WHERE {where} ORDER BY client.created_at DESC, client.id DESC LIMIT %s OFFSET %s
    """  # noqa: S608  (constants; every value is a parameter)
    rows = asking.connection.execute(query, [*values, limit, offset]).fetchall()
    return listed([_shown(row) for row in rows], total, limit, offset)


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": row[0],
        "full_name": row[1],
        "email": row[2],
        "primary_phone": row[3],
        "secondary_phone": row[4] or None,
        "delivery_address": row[5] or None,
        "client_type": row[6],
        "notes": row[7] or None,
        "tax_id": row[8] or None,
        "billing_name": row[9] or None,
        "status": row[10],
        "language": row[11],
        "is_high_risk": row[15],
        "sessions_count": row[14],
        "created_at": row[12],
        "updated_at": row[13],
    }
