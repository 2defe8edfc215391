"""What must always hold (rules, section 8), derived anew from the rows and not from the code.

Each check names what breaks it. The database's constraints should make most findings impossible;
the checks are there to prove it on the studio's own data.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import Permission

from config.activation import ActiveStatus
from sessions_app import lifecycle
from sessions_app.models import Session
from sessions_app.queries.checking import Check, Finding, Subjects, sql
from sessions_app.queries.message_checks import MESSAGE_CHECKS
from users.models import Role, User
from users.rights import Right, RoleName


def findings() -> Iterator[Finding]:
    """Run every check and yield those that fail."""
    found = (check.finding() for check in CHECKS)
    yield from (finding for finding in found if finding is not None)


def _midnight(day: str) -> str:
    """Return SQL for the instant at which a day of the studio begins.

    Where clocks are put back over midnight it comes twice; PostgreSQL takes the second, the rules
    the first.
    """
    wall = f"({day})::timestamp"
    late = f"({wall} AT TIME ZONE %(zone)s)"
    early = f"({late} - interval '1 hour')"
    return f"CASE WHEN {early} AT TIME ZONE %(zone)s = {wall} THEN {early} ELSE {late} END"


OVERLAPPING_CLAIMS = sql(
    """
    SELECT 'claims ' || one.id || ' and ' || other.id
    FROM sessions_app_claim one
    JOIN sessions_app_claim other
      ON one.id < other.id
     AND (one.room_id = other.room_id OR one.person_id = other.person_id)
     AND one.starts_at < coalesce(other.ends_at, 'infinity')
     AND other.starts_at < coalesce(one.ends_at, 'infinity')
    WHERE one.active AND other.active
    """
)

CALLED_FOR = """
    WITH called_for AS (
        SELECT 'session' AS kind, id AS session_id, NULL::bigint AS assignment_id, room_id,
               NULL::bigint AS person_id, starts_at,
               ends_at + make_interval(mins => turnaround_minutes) AS ends_at
        FROM sessions_app_session
        WHERE hidden_at IS NULL AND starts_at IS NOT NULL AND room_id IS NOT NULL
          AND NOT is_retroactive
          AND status = ANY(%(open)s)
        UNION ALL
        SELECT 'assignment', session.id, assignment.id, NULL, assignment.photographer_id,
               assignment.coverage_start, assignment.coverage_end
        FROM sessions_app_assignment assignment
        JOIN sessions_app_session session ON session.id = assignment.session_id
        WHERE session.hidden_at IS NULL AND session.starts_at IS NOT NULL
          AND NOT session.is_retroactive
          AND session.status = ANY(%(open)s) AND assignment.status = 'Assigned'
    ), held AS (
        SELECT kind, session_id, assignment_id, room_id, person_id, starts_at, ends_at
        FROM sessions_app_claim
        WHERE active AND kind IN ('session', 'assignment')
    )
"""

MISSING_CLAIMS = sql(
    CALLED_FOR  # noqa: S608  (constants, both)
    + """
    SELECT session.code
    FROM (SELECT * FROM called_for EXCEPT SELECT * FROM held) missing
    JOIN sessions_app_session session ON session.id = missing.session_id
    """
)

STRAY_CLAIMS = sql(
    CALLED_FOR  # noqa: S608  (constants, both)
    + """
    SELECT session.code
    FROM (SELECT * FROM held EXCEPT SELECT * FROM called_for) stray
    JOIN sessions_app_session session ON session.id = stray.session_id
    """
)


def sessions_with_broken_history() -> Subjects:
    """Yield sessions whose history does not lead, by steps of the table, to their state.

    One statement sees one instant: a step that is taken meanwhile is in both or in neither.
    """
    entry = ("history__from_status", "history__to_status", "history__changed_at")
    rows = Session.objects.order_by("pk", "history__pk").values_list("code", "status", *entry)
    for (code, state), entries in groupby(rows.iterator(chunk_size=2000), key=itemgetter(0, 1)):
        if not _leads_to(state, [step for _code, _state, *step in entries]):
            yield code


def _leads_to(state: str, steps: list[list[Any]]) -> bool:
    """Follow steps (source, target, instant) from the beginning; of no history all are None."""
    reached, instant = "", steps[0][2]
    for source, target, changed_at in steps:
        if source != reached or changed_at < instant:
            return False
        if not lifecycle.is_step(source or None, target):
            return False
        reached, instant = target, changed_at
    return reached == state


WRONG_LINES = sql(
    """
    SELECT session.code
    FROM sessions_app_line line JOIN sessions_app_session session ON session.id = line.session_id
    WHERE line.line_subtotal <> line.quantity * line.unit_price
    """
)

WRONG_TOTALS = sql(
    """
    SELECT session.code
    FROM sessions_app_session session
    LEFT JOIN (
        SELECT session_id, sum(line_subtotal) AS subtotal FROM sessions_app_line GROUP BY session_id
    ) lines ON lines.session_id = session.id
    WHERE session.subtotal <> coalesce(lines.subtotal, 0)
       OR session.total_amount <>
          session.subtotal + session.transportation_cost - session.discount
       OR session.total_amount < 0
       OR (session.status = ANY(%(planned)s) AND session.deposit_amount <>
           round(session.total_amount * session.deposit_percentage / 100, 2))
    """
)

LEDGER = """
    WITH ledger AS (
        SELECT session.id, session.code, session.status, session.total_amount,
               session.deposit_amount, session.paid_amount, session.refund_due,
               coalesce(sum(amount) FILTER (
                   WHERE payment_type <> 'Refund' AND payment.status = 'Verified'), 0) AS received,
               coalesce(sum(amount) FILTER (
                   WHERE payment_type = 'Refund' AND payment.status = 'Verified'), 0) AS refunded,
               coalesce(sum(amount) FILTER (
                   WHERE payment_type = 'Refund' AND payment.status = 'Pending'), 0) AS to_refund
        FROM sessions_app_session session
        LEFT JOIN sessions_app_payment payment ON payment.session_id = session.id
        GROUP BY session.id
    )
"""

OUT_OF_BOUNDS = sql(
    LEDGER  # noqa: S608  (constants, both)
    + """
    SELECT code FROM ledger
    WHERE received - refunded NOT BETWEEN 0 AND total_amount OR refunded + to_refund > received
    """
)

WRONG_AMOUNTS_SHOWN = sql(
    LEDGER  # noqa: S608  (constants, both)
    + """
    SELECT code FROM ledger WHERE paid_amount <> received - refunded OR refund_due <> to_refund
    """
)

UNCOVERED_DEPOSITS = sql(
    LEDGER  # noqa: S608  (constants, both)
    + """
    SELECT code FROM ledger
    WHERE status = ANY(%(confirmed)s) AND received - refunded < deposit_amount
      AND NOT EXISTS (
          SELECT 1 FROM sessions_app_historyentry entry
          WHERE entry.session_id = ledger.id AND entry.from_status = ''
            AND entry.to_status <> 'Request')
      AND NOT EXISTS (
          SELECT 1 FROM records_auditentry entry
          WHERE entry.object_type = 'sessions_app.Session' AND entry.object_id = ledger.id
            AND entry.action = 'session.override' AND entry.changes ->> 'guard' = 'OVERRIDE_NEEDED'
            AND entry.changes -> 'context' -> 'paid' IS NOT NULL)
    """
)

UNSTAFFED = sql(
    """
    SELECT code
    FROM sessions_app_session session
    WHERE status = ANY(%(assigned)s)
      AND ((session_type = 'Studio' AND room_id IS NULL) OR NOT EXISTS (
          SELECT 1 FROM sessions_app_assignment assignment
          WHERE assignment.session_id = session.id AND assignment.status = 'Assigned'))
    """
)

WITHOUT_EDITOR = sql(
    """
    SELECT code FROM sessions_app_session
    WHERE status = ANY(%(in_editing)s) AND editing_assigned_to_id IS NULL
    """
)

WRONG_CHANGES_DEADLINES = sql(
    f"""
    SELECT code
    FROM sessions_app_session
    WHERE changes_deadline_at IS DISTINCT FROM
          {_midnight("changes_deadline_for - changes_deadline_days + 1")}
       OR (status = ANY(%(confirmed)s) AND changes_deadline_at IS NULL)
    """  # noqa: S608  (constants, all)
)

WRONG_DELIVERY_DATES = sql(
    """
    SELECT code
    FROM sessions_app_session
    WHERE delivery_deadline <> session_date + estimated_editing_days
       OR (status = ANY(%(assigned)s) AND delivery_deadline IS NULL)
    """
)

SEVERAL_DEPOSITS = sql(
    """
    SELECT session.code
    FROM sessions_app_payment payment
    JOIN sessions_app_session session ON session.id = payment.session_id
    WHERE payment.payment_type = 'Deposit' AND payment.status <> 'Rejected'
    GROUP BY session.code HAVING count(*) > 1
    """
)

WRONG_PAYMENT_DEADLINES = sql(
    f"""
    SELECT code
    FROM sessions_app_session
    WHERE status = 'Pre-scheduled'
      AND payment_deadline_at IS DISTINCT FROM least(
          {_midnight("payment_deadline_set_on + payment_deadline_days + 1")}, starts_at)
    """  # noqa: S608  (constants, all)
)

SEVERAL_LEADS = sql(
    """
    SELECT session.code
    FROM sessions_app_assignment assignment
    JOIN sessions_app_session session ON session.id = assignment.session_id
    WHERE assignment.status = 'Assigned' AND assignment.role = 'Lead'
    GROUP BY session.code HAVING count(*) > 1
    """
)

PEOPLE_TWICE = sql(
    """
    SELECT session.code
    FROM sessions_app_assignment assignment
    JOIN sessions_app_session session ON session.id = assignment.session_id
    WHERE assignment.status = 'Assigned'
    GROUP BY session.code, assignment.photographer_id HAVING count(*) > 1
    """
)


def no_active_admin() -> Subjects:
    """Yield the role's name where nobody active holds it."""
    holders = User.objects.filter(status=ActiveStatus.ACTIVE, roles__name=RoleName.ADMIN)
    if not holders.exists():
        yield RoleName.ADMIN


def rights_that_admin_lacks() -> Subjects:
    """Yield the codes of rights that the admin role does not give."""
    role = Role.objects.filter(name=RoleName.ADMIN, status=ActiveStatus.ACTIVE)
    rows = Permission.objects.filter(group__in=role.values("pk"))
    held = {
        f"{app}.{codename}"
        for app, codename in rows.values_list("content_type__app_label", "codename")
    }
    yield from (right.value for right in Right if right.permission not in held)


CHECKS = (
    Check("I1", "active claims of one room or person do not overlap", OVERLAPPING_CLAIMS),
    Check("I2", "an open session with a time holds its room and its team", MISSING_CLAIMS),
    Check("I2", "nothing is held that no open session calls for", STRAY_CLAIMS),
    Check("I3", "history leads, step by step, to the present state", sessions_with_broken_history),
    Check("I4", "each line is quantity × price", WRONG_LINES),
    Check("I4", "subtotal, total and deposit follow the lines", WRONG_TOTALS),
    Check("I5", "0 ≤ net paid ≤ total, and refunds ≤ payments", OUT_OF_BOUNDS),
    Check("I5", "amounts shown are the ledger's", WRONG_AMOUNTS_SHOWN),
    Check(
        "I6",
        "from Confirmed on the deposit is covered, or an override says why not",
        UNCOVERED_DEPOSITS,
    ),
    Check("I7", "from Assigned on there is a photographer, in Studio a room", UNSTAFFED),
    Check("I8", "from In Editing on there is an editor", WITHOUT_EDITOR),
    Check("I9", "each payment deadline matches its formula", WRONG_PAYMENT_DEADLINES),
    Check("I9", "each changes deadline matches its formula", WRONG_CHANGES_DEADLINES),
    Check("I9", "each delivery date matches its formula", WRONG_DELIVERY_DATES),
    *MESSAGE_CHECKS,
    Check("I11", "a session has one active lead at most", SEVERAL_LEADS),
    Check("I11", "a person is active on a session once at most", PEOPLE_TWICE),
    Check("I11", "a session has one live deposit at most", SEVERAL_DEPOSITS),
    Check("I12", "an active admin exists", no_active_admin),
    Check("I12", "the admin role holds every right", rights_that_admin_lacks),
)
