"""What must hold of messages (rules, section 8, I10): none for a dead fact, none twice."""

from __future__ import annotations

from sessions_app.queries.checking import Check, sql

TOLD_TWICE = sql(
    """
    SELECT kind || ' of ' || session_code
    FROM notifications_email
    WHERE kind IN ('session_confirmed', 'payment_reminder', 'session_tomorrow',
                   'photographer_changed', 'material_ready', 'refund_paid')
      AND status <> 'Suppressed'
    GROUP BY kind, session_code, session_id, facts HAVING count(*) > 1
    UNION ALL
    SELECT kind || ' to person ' || recipient_id
    FROM notifications_notification
    GROUP BY kind, recipient_id, key HAVING count(*) > 1
    """
)

ABOUT_NOTHING = sql(
    """
    SELECT 'message ' || email.id
    FROM notifications_email email
    LEFT JOIN sessions_app_session session ON session.id = email.session_id
    LEFT JOIN sessions_app_historyentry step
      ON step.session_id = session.id AND step.id = (email.facts ->> 'step')::bigint
    LEFT JOIN sessions_app_payment payment
      ON payment.session_id = session.id AND payment.id = (email.facts ->> 'payment')::bigint
    LEFT JOIN sessions_app_assignment assignment
      ON assignment.session_id = session.id
     AND assignment.id = (email.facts ->> 'assignment')::bigint
    WHERE email.session_id IS NOT NULL
      AND (session.id IS NULL OR session.code <> email.session_code
           OR (email.facts ? 'step' AND step.id IS NULL)
           OR (email.facts ? 'payment' AND payment.id IS NULL)
           OR (email.facts ? 'assignment' AND assignment.id IS NULL)
           OR (email.kind = 'session_confirmed' AND step.to_status <> 'Confirmed')
           OR (email.kind = 'material_ready' AND step.to_status <> 'Ready for Delivery')
           OR (email.kind = 'refund_paid' AND payment.payment_type <> 'Refund'))
    """
)

SENT_TOO_LATE = sql(
    """
    WITH true_in (kind, states) AS (VALUES
        ('session_confirmed', ARRAY['Confirmed', 'Assigned']),
        ('session_tomorrow', ARRAY['Confirmed', 'Assigned']),
        ('session_moved', ARRAY['Confirmed', 'Assigned']),
        ('photographer_changed', ARRAY['Confirmed', 'Assigned']),
        ('payment_reminder', ARRAY['Pre-scheduled']),
        ('material_ready', ARRAY['Ready for Delivery', 'Completed']),
        ('delivery_date_changed', ARRAY['In Editing']),
        ('session_cancelled', ARRAY['Canceled'])
    ), sent AS (
        -- A minute, because others see a step when its transaction ends.
        SELECT email.id, email.session_id, true_in.states,
               email.claimed_at - interval '1 minute' AS asked_at, email.claimed_at
        FROM notifications_email email
        JOIN true_in ON true_in.kind = email.kind
        WHERE email.status = 'Sent'
    )
    SELECT 'message ' || sent.id
    FROM sent
    CROSS JOIN LATERAL (
        SELECT to_status FROM sessions_app_historyentry
        WHERE session_id = sent.session_id AND recorded_at <= sent.asked_at
        ORDER BY id DESC LIMIT 1
    ) state
    WHERE state.to_status <> ALL (sent.states)
      AND NOT EXISTS (
          SELECT FROM sessions_app_historyentry
          WHERE session_id = sent.session_id
            AND recorded_at > sent.asked_at AND recorded_at <= sent.claimed_at
      )
    """
)

MESSAGE_CHECKS = (
    Check("I10", "nobody is told a fact twice", TOLD_TWICE),
    Check("I10", "every message tells of something that was", ABOUT_NOTHING),
    Check("I10", "no message was sent once its fact was dead", SENT_TOO_LATE),
)
