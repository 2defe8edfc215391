"""What clients and staff have been told of the sessions: letters that went out, notifications.

Written by the server from the history and the teams, once per fact, as the actions would have.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

LETTERS = """
    INSERT INTO notifications_email (kind, key, "to", language, session_id, session_code, facts,
        status, created_at, due_at, attempts, uncertain, claimed_at, sent_at, reason, message_id)
    SELECT letter.kind, letter.kind || ':' || step.id, client.email, client.language,
        session.id, session.code, jsonb_build_object('step', step.id),
        'Sent', step.changed_at, step.changed_at, 1, 0, step.changed_at, step.changed_at, '', ''
    FROM sessions_app_historyentry step
    JOIN (VALUES ('Confirmed', 'session_confirmed'), ('Ready for Delivery', 'material_ready'),
                 ('Canceled', 'session_cancelled')) letter (state, kind) ON letter.state = to_status
    JOIN sessions_app_session session ON session.id = step.session_id
    JOIN clients_client client ON client.id = session.client_id
    ORDER BY step.changed_at
    ON CONFLICT (key) DO NOTHING
"""
NOTIFICATIONS = """
    INSERT INTO notifications_notification (recipient_id, kind, key, title, body,
        session_id, session_code, created_at, read_at)
    SELECT told.recipient, told.kind, told.kind || ':' || told.fact, told.title || session.code,
        '', session.id, session.code, told.at,
        CASE WHEN told.at < %(at)s - interval '7 days' THEN told.at + interval '1 day' END
    FROM (
        SELECT photographer_id AS recipient, 'assigned' AS kind, id AS fact, session_id,
               'Sesión asignada: ' AS title, assigned_at AS at
        FROM sessions_app_assignment
        UNION ALL
        SELECT session.editing_assigned_to_id, 'editing_assigned', step.id, session.id,
               'Edición asignada: ', step.changed_at
        FROM sessions_app_historyentry step
        JOIN sessions_app_session session ON session.id = step.session_id
        WHERE step.to_status = 'In Editing'
        UNION ALL
        SELECT desk.id, 'ready_for_delivery', step.id, step.session_id,
               'Lista para entregar: ', step.changed_at
        FROM sessions_app_historyentry step
        CROSS JOIN (
            SELECT id FROM users_user WHERE email ~ '^(admin|coordinator)0@'
        ) desk
        WHERE step.to_status = 'Ready for Delivery'
    ) told
    JOIN sessions_app_session session ON session.id = told.session_id
    ORDER BY told.at
    ON CONFLICT (recipient_id, key) DO NOTHING
"""


def tell(at: datetime) -> None:
    """Write what is not written yet; of the last week nobody has read anything."""
    with connection.cursor() as cursor:
        cursor.execute(LETTERS)
        cursor.execute(NOTIFICATIONS, {"at": at})
