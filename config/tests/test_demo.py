"""`manage.py demo`: a believable studio in a minute, looked at from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import psycopg
import pytest

from config.clock import end_of, start_of, studio_day
from config.demo import cast
from config.environment import BASE_DIR
from config.tests.demo_people import emails_of
from config.tests.demo_processes import (
    PATIENCE,
    clean_environment,
    database_beside,
    free_port,
    manage,
)
from sessions_app.lifecycle import Status

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def demo_url() -> Iterator[str]:
    """The demo studio, made once for all the tests that look at it.

    Where somebody began to make one with years, and thought better of it.
    """
    with database_beside(f"demo_{os.getpid()}") as url:
        begin_to_make_years(url)
        made = manage("demo", "--no-serve", DATABASE_URL=url)
        assert made.returncode == 0, made.stderr
        assert "Making" in made.stderr
        yield url


def begin_to_make_years(url: str) -> None:
    environment = clean_environment() | {"DATABASE_URL": url}
    command = [sys.executable, "manage.py", "demo", "--no-serve", "--years", "1"]
    with subprocess.Popen(
        command, cwd=BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while not re.search(r" [1-9][0-9]*/[0-9]+ ", process.stderr.readline()):
            assert process.poll() is None
        process.kill()
    with psycopg.connect(url) as database:
        begun = database.execute(
            "SELECT count(*) FROM records_auditentry WHERE action = 'demo.begun'"
        )
        assert begun.fetchone() == (1,)


@pytest.fixture(scope="module")
def ask(demo_url: str) -> Iterator[Ask]:
    """Ask the demo studio by SQL; `%(today)s` and the like are those of the day it was made on."""
    with psycopg.connect(demo_url) as database:
        (made_at,) = database.execute(
            "SELECT at FROM records_auditentry WHERE action = 'demo.created'"
        ).fetchone()
        today = studio_day(made_at)
        facts = {
            "today": today,
            "yesterday": today - timedelta(days=1),
            "midnight": start_of(today),
            "tonight": end_of(today),
        }
        yield lambda query, **more: database.execute(query, facts | more).fetchall()


def test_the_demo_made_from_an_empty_database_opens_for_everyone_and_just_starts(demo_url):
    port = free_port()
    environment = clean_environment() | {"DATABASE_URL": demo_url}
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    with subprocess.Popen(
        command,
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until_served(port)
            sign_in_as_everyone(port)
        finally:
            process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Making" not in errors
    assert f"http://127.0.0.1:{port}/admin/" in output
    assert cast.PASSWORD in output


def wait_until_served(port: int) -> None:
    for _ in range(10 * PATIENCE):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the demo does not serve")


def sign_in_as_everyone(port: int) -> None:
    for person in cast.PEOPLE:
        body = json.dumps({"email": person.email, "password": cast.PASSWORD}).encode()
        request = Request(
            f"http://127.0.0.1:{port}/api/v1/auth/login",
            body,
            {"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            assert json.load(answer)["user"]["full_name"] == person.name


def test_what_must_always_hold_holds_in_the_demo(demo_url):
    checked = manage("check_integrity", DATABASE_URL=demo_url, SECRET_KEY="x" * 60)
    assert checked.returncode == 0, checked.stdout


def test_the_demo_is_of_the_size_it_says(ask):
    ((clients, items, packages, rooms, sessions),) = ask(
        "SELECT (SELECT count(*) FROM clients_client), (SELECT count(*) FROM catalog_item),"
        " (SELECT count(*) FROM catalog_package), (SELECT count(*) FROM catalog_room),"
        " (SELECT count(*) FROM sessions_app_session)"
    )
    assert (clients, items, packages, rooms) == (60, 25, 6, 3)
    assert 300 <= sessions <= 400


def test_sessions_are_in_every_state_in_believable_proportions(ask):
    states = dict(ask("SELECT status, count(*) FROM sessions_app_session GROUP BY 1"))
    assert states.keys() == {str(status) for status in Status}
    past = dict(
        ask(
            "SELECT status, count(*) FROM sessions_app_session"
            " WHERE session_date < %(today)s::date - 28 GROUP BY 1"
        )
    )
    assert past.keys() <= {"Completed", "Canceled", "In Editing", "Ready for Delivery"}
    assert past["Completed"] > 0.7 * sum(past.values())


PAYMENTS = "SELECT count(*) FROM sessions_app_payment WHERE "
SESSIONS = "SELECT count(*) FROM sessions_app_session session WHERE "
AUDITED = "SELECT count(*) FROM records_auditentry WHERE action = "
STEPPED = "SELECT count(*) FROM sessions_app_historyentry WHERE "
STAFFED = (
    "EXISTS (SELECT 1 FROM sessions_app_assignment assignment"
    " WHERE assignment.session_id = session.id AND assignment.status = 'Assigned')"
)

THERE_ARE = {
    # money
    "payments of each type": "SELECT count(DISTINCT payment_type) / 4 FROM sessions_app_payment",
    "several ways to pay": "SELECT count(DISTINCT payment_method) / 4 FROM sessions_app_payment",
    "bank slips": PAYMENTS + "transaction_reference ~ '^BI-[0-9]{7}$'",
    "deposits split at once": (
        "SELECT count(*) FROM sessions_app_payment deposit JOIN sessions_app_payment balance"
        " USING (session_id, transaction_reference, created_at)"
        " WHERE deposit.payment_type = 'Deposit' AND balance.payment_type = 'Balance'"
    ),
    "voided payments": PAYMENTS + "status = 'Rejected' AND verified_at IS NOT NULL",
    "slips that were never verified": PAYMENTS + "status = 'Rejected' AND verified_at IS NULL",
    "refunds paid out": PAYMENTS + "payment_type = 'Refund' AND status = 'Verified'",
    "refunds by hand": PAYMENTS + "payment_type = 'Refund' AND NOT is_of_cancellation",
    "cancellations on each side": (
        "SELECT count(DISTINCT cancellation_initiator) / 4 FROM sessions_app_session"
        " WHERE cancellation_initiator <> ''"
    ),
    "several categories of them": (
        "SELECT count(DISTINCT cancellation_category) / 5 FROM sessions_app_session"
        " WHERE cancellation_category <> ''"
    ),
    # turns
    "overrides of several guards": (
        "SELECT count(DISTINCT changes ->> 'guard') / 2 FROM records_auditentry"
        " WHERE action = 'session.override' AND reason <> ''"
    ),
    "postponed sessions": AUDITED + "'session.postponed'",
    "reassigned photographers": AUDITED + "'assignment.reassigned'",
    "longer editing": AUDITED + "'session.editing_days_changed'",
    "reopened sessions": STEPPED + "from_status = 'Confirmed' AND to_status = 'Negotiation'",
    "marks taken back": STEPPED + "from_status = 'Attended' AND to_status = 'Assigned'",
    "material given back": STEPPED + "from_status = 'In Editing' AND to_status = 'Attended'",
    "rework": STEPPED + "from_status = 'Ready for Delivery' AND to_status = 'In Editing'",
    "retroactive entries": SESSIONS + "is_retroactive",
    # what is to be done today
    "attendance to mark": SESSIONS + "status = 'Assigned' AND session_date = %(yesterday)s",
    "material overdue": SESSIONS + "status = 'In Editing' AND delivery_deadline < %(today)s",
    "payments to verify": PAYMENTS + "status = 'Pending' AND payment_type <> 'Refund'",
    "refunds to pay out": PAYMENTS + "status = 'Pending' AND payment_type = 'Refund'",
    "deposits due": (
        SESSIONS + "status = 'Pre-scheduled' AND paid_amount = 0"
        " AND payment_deadline_at > %(midnight)s AND payment_deadline_at <= %(tonight)s"
    ),
    "sessions to confirm": SESSIONS + "status = 'Pre-scheduled' AND paid_amount >= deposit_amount",
    "sessions late and unstaffed": (
        SESSIONS + f"status = 'Confirmed' AND changes_deadline_at <= %(midnight)s AND NOT {STAFFED}"
    ),
    "fresh requests": (
        SESSIONS + "status = 'Request' AND created_at > %(midnight)s - interval '3 days'"
    ),
    "stale requests": (
        SESSIONS + "status = 'Request' AND created_at < %(midnight)s - interval '14 days'"
    ),
    "material to hand over": SESSIONS + "status = 'Ready for Delivery'",
    "sessions waiting for an editor": SESSIONS + "status = 'Attended'",
}


@pytest.mark.parametrize("query", THERE_ARE.values(), ids=THERE_ARE)
def test_in_the_demo_there_are(ask, query):
    ((count,),) = ask(query)
    assert count >= 1


TODAYS = {
    "photographer": """
        SELECT count(*) FROM sessions_app_session session
        JOIN sessions_app_assignment assignment ON assignment.session_id = session.id
        JOIN users_user person ON person.id = assignment.photographer_id
        WHERE session.status = 'Assigned' AND session.session_date = %(today)s
          AND assignment.status = 'Assigned' AND person.email = %(email)s
        """,
    "editor": """
        SELECT count(*) FROM sessions_app_session session
        JOIN users_user person ON person.id = session.editing_assigned_to_id
        WHERE session.status = 'In Editing' AND session.delivery_deadline = %(today)s
          AND person.email = %(email)s
        """,
}


@pytest.mark.parametrize(
    ("email", "query"),
    [(email, query) for role, query in TODAYS.items() for email in emails_of(role)],
)
def test_everyone_who_photographs_or_edits_has_something_due_today(ask, email, query):
    ((count,),) = ask(query, email=email)
    assert count >= 1


NEVER = {
    "confirmed with a team, but late": (
        SESSIONS + f"status = 'Confirmed' AND changes_deadline_at <= %(midnight)s AND {STAFFED}"
    ),
    "unpaid past the deadline": """
        SELECT count(*) FROM sessions_app_session
        WHERE status = 'Pre-scheduled' AND payment_deadline_at <= %(midnight)s
          AND id NOT IN (SELECT session_id FROM sessions_app_payment WHERE status <> 'Rejected')
        """,
    "refunds verified by who cancelled": (
        "SELECT count(*) FROM sessions_app_payment payment"
        " JOIN sessions_app_session session ON session.id = payment.session_id"
        " WHERE payment_type = 'Refund' AND payment.verified_by_id = session.cancelled_by_id"
    ),
    # Its jobs go on from there, as any studio's do.
    "steps after the midnight that began the day": (
        STEPPED + "changed_at > %(midnight)s AND channel <> 'job'"
    ),
    "payments after it": (PAYMENTS + "greatest(created_at, verified_at, voided_at) > %(midnight)s"),
    "office work outside office hours": (
        "SELECT count(*) FROM (SELECT changed_at AT TIME ZONE 'America/Guatemala' AS at"
        " FROM sessions_app_historyentry WHERE channel = 'admin') office"
        " WHERE extract(isodow FROM at) = 7 OR at::time < '08:00' OR at::time > '18:15'"
    ),
}


@pytest.mark.parametrize("query", NEVER.values(), ids=NEVER)
def test_in_the_demo_there_are_never(ask, query):
    assert ask(query) == [(0,)]


def test_one_client_is_of_high_risk_and_no_other(ask):
    """More than 2 sessions let go after Pre-scheduled, and more than half of theirs."""
    at_risk = ask(
        """
        SELECT client.full_name
        FROM clients_client client JOIN (
            SELECT session.client_id, session.status = 'Canceled'
               AND session.cancellation_initiator IN ('Client', 'System')
               AND EXISTS (SELECT 1 FROM sessions_app_historyentry entry
                           WHERE entry.session_id = session.id
                             AND entry.to_status = 'Pre-scheduled') AS lapsed
            FROM sessions_app_session session
        ) session ON session.client_id = client.id
        GROUP BY client.id
        HAVING count(*) FILTER (WHERE lapsed) > 2
           AND count(*) FILTER (WHERE lapsed) * 2 > count(*)
        """
    )
    assert at_risk == [(cast.UNRELIABLE,)]
