"""A longer past: what is over in the studio, once more and once more, each time further back.

Written by the server itself, from the rows that are there: 45,000 sessions with all that belongs to
them in a minute. What the calendar shows around today stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import DateField, DateTimeField, ForeignKey, GeneratedField

from clients.models import Client
from config.clock import studio_zone
from sessions_app.models import Assignment, Claim, HistoryEntry, Line, Payment, Session

APART = 1_000_000
"""Between the ids of one time and the next."""
SETTLED = timedelta(days=45)
"""After which every session is completed or cancelled."""
PARTS: tuple[type[models.Model], ...] = (HistoryEntry, Line, Payment, Assignment, Claim)
REPEATED: tuple[type[models.Model], ...] = (Client, Session, *PARTS)
PAID_BACK = {"refund_due": "0", "paid_amount": 'row."paid_amount" - row."refund_due"'}
PAY_BACK = """
    UPDATE sessions_app_payment
    SET status = 'Verified', transaction_reference = 'R-' || id,
        verified_at = created_at, verified_by_id = created_by_id
    WHERE payment_type = 'Refund' AND status = 'Pending' AND id > %s
"""
"""What was still to be paid back has been by now; a refund is always recorded as pending."""
CODE = """
    'S-' || {year} || '-' || lpad((coalesce(counter.last_number, 0)
        + row_number() OVER (PARTITION BY {year} ORDER BY row.created_at - {back}, row.id)
    )::text, 4, '0')
"""
YEAR = "extract(year FROM (row.created_at AT TIME ZONE '{zone}') - {back})::int"


def lengthen(to: int, today: date, span: timedelta) -> None:
    """Write what is over again until there are so many sessions, each time by a span further back.

    A span of whole weeks: what fell on a working day falls on one again. Clients multiply with the
    sessions.
    """
    there = Session.objects.count()
    times = to // there - 1
    _run("SET statement_timeout = 0")
    _run("CREATE TEMPORARY TABLE past (n int, id bigint)")
    _run(
        """
        INSERT INTO past SELECT n, id FROM sessions_app_session
        CROSS JOIN generate_series(1, 2 * %s) n
        WHERE session_date < %s AND status IN ('Completed', 'Canceled')
        ORDER BY n, session_date DESC, id LIMIT %s
        """,
        [times, today - SETTLED, to - there],
    )
    _run("ANALYZE past")
    _clients(times, span)
    _sessions(times, span)
    for part in PARTS:
        source = f"{_table(part)} row JOIN past ON past.id = row.session_id"
        _copy(part, source, _again(part, span, clients=times))
    _run(PAY_BACK, [APART])


def _clients(times: int, span: timedelta) -> None:
    again = _again(Client, span, clients=times) | {"email": "past.n || '.' || row.email"}
    _copy(Client, f"{_table(Client)} row CROSS JOIN generate_series(1, {times}) past(n)", again)


def _sessions(times: int, span: timedelta) -> None:
    year = YEAR.format(zone=studio_zone(), back=_back(span))
    code = CODE.format(year=year, back=_back(span))
    source = f"""
        {_table(Session)} row JOIN past USING (id)
        LEFT JOIN sessions_app_sessioncounter counter ON counter.year = {year}
    """
    _copy(Session, source, _again(Session, span, clients=times) | {"code": code} | PAID_BACK)
    _run(
        """
        INSERT INTO sessions_app_sessioncounter (year, last_number)
        SELECT split_part(code, '-', 2)::int AS year, max(split_part(code, '-', 3)::int)
        FROM sessions_app_session GROUP BY year
        ON CONFLICT (year) DO UPDATE SET last_number = excluded.last_number
        """
    )


def _again(model: type[models.Model], span: timedelta, *, clients: int) -> dict[str, str]:
    """Return, for each column, what stands in it the next time."""
    return {
        str(field.column): _shifted(field, span, clients)
        for field in model._meta.concrete_fields
        if not isinstance(field, GeneratedField)
    }


def _shifted(field: Any, span: timedelta, clients: int) -> str:
    column = f'row."{field.column}"'
    if isinstance(field, ForeignKey) and field.related_model is Client:
        return f"{column} + ((past.n - 1) %% {clients} + 1) * {APART}"
    if field.primary_key or (isinstance(field, ForeignKey) and field.related_model in REPEATED):
        return f"{column} + past.n * {APART}"
    if isinstance(field, DateTimeField):  # the same time of the studio's day, whatever its summers
        zone = studio_zone()
        return f"({column} AT TIME ZONE '{zone}' - {_back(span)}) AT TIME ZONE '{zone}'"
    if isinstance(field, DateField):
        return f"({column} - {_back(span)})::date"
    return column


def _back(span: timedelta) -> str:
    return f"past.n * interval '{span.days} days'"


def _copy(model: type[models.Model], source: str, columns: dict[str, str]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    again = ", ".join(columns.values())
    _run(f"INSERT INTO {_table(model)} ({names}) SELECT {again} FROM {source}")  # noqa: S608


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _run(sql: str, values: Iterable[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
