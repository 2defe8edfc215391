"""`manage.py demo`: a believable studio in a minute, and never over anybody's data."""

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
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config.clock import end_of, instant, start_of, studio_day
from config.demo import cast, office, rhythm, scenes, studio, timeline
from config.demo.plan import Plan
from config.environment import BASE_DIR
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry, Payment, Session
from sessions_app.queries.integrity import findings
from users.models import User
from users.tests.factories import UserFactory

TODAY = date(2026, 11, 21)
SUNDAY_AND_NEW_YEAR = date(2034, 1, 1)
SUNDAY_AND_LEAP_DAY = date(2032, 2, 29)
PATIENCE = 600
"""Seconds that the demo may take where much else runs; alone it takes well under a minute."""

Ask = Callable[..., list[tuple[Any, ...]]]


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    mine = ("DEBUG", "SECRET_KEY", "HTTPS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STUDIO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


@contextmanager
def database_beside(name: str) -> Iterator[str]:
    """Give the address of an empty database beside the tests' own, on the same server."""
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as administration:
        administration.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        administration.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url() -> Iterator[str]:
    with database_beside(f"demo_{os.getpid()}_empty") as url:
        yield url


@pytest.fixture(scope="module")
def demo_url() -> Iterator[str]:
    """The demo studio, made once for all the tests that look at it."""
    with database_beside(f"demo_{os.getpid()}") as url:
        made = manage("demo", "--no-serve", DATABASE_URL=url)
        assert made.returncode == 0, made.stderr
        assert "Making" in made.stderr
        yield url


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


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def planned(today: date) -> list[Plan]:
    return [*scenes.plans(today, studio.SEED), *rhythm.plans(today, studio.SEED)]


def test_the_plan_is_the_same_every_time_and_all_of_it_was_asked_for_before_today():
    plans = planned(TODAY)
    assert plans == planned(TODAY)
    assert 340 <= len(plans) <= 380
    for plan in plans:
        assert plan.asked_at < start_of(TODAY)
        assert office.is_open(studio_day(plan.asked_at))
        assert -rhythm.PAST_DAYS <= (plan.day - TODAY).days <= 90


@pytest.mark.parametrize("offset", range(7))
def test_whatever_the_weekday_the_studio_is_as_busy(offset):
    today = TODAY + timedelta(days=offset)
    for month in range(1, 4):
        first = today - timedelta(days=30 * month)
        of_month = [p for p in planned(today) if first <= p.day < first + timedelta(days=30)]
        assert 60 <= len(of_month) <= 100


PINNED = {
    "an open day stays": (date(2026, 11, 18), -1, date(2026, 11, 17)),
    "a past Sunday becomes the Monday after": (date(2026, 11, 18), -3, date(2026, 11, 16)),
    "but not where that is today": (date(2026, 11, 16), -1, date(2026, 11, 14)),
    "a Sunday to come becomes the Monday after": (date(2026, 11, 18), 4, date(2026, 11, 23)),
    "today is never before today": (date(2026, 11, 22), 0, date(2026, 11, 23)),
}


@pytest.mark.parametrize(("today", "offset", "expected"), PINNED.values(), ids=PINNED)
def test_the_office_works_on_the_nearest_open_day(today, offset, expected):
    assert office.day_near(today, offset) == expected


def test_lives_go_on_in_the_order_of_time_and_no_further_than_told():
    seen = []

    def life(name: str, *days: int) -> timeline.Life:
        for day in days:
            yield datetime(2026, 1, day, tzinfo=UTC)
            seen.append((day, name))

    progress: list[tuple[int, int]] = []
    lives = [life("a", 1, 4, 6), life("b", 2, 5), life("c", 7)]
    until = datetime(2026, 1, 5, tzinfo=UTC)
    timeline.live(lives, until, lambda done, total: progress.append((done, total)))
    assert seen == [(1, "a"), (2, "b"), (4, "a"), (5, "b")]
    assert progress == [(1, 3), (2, 3), (3, 3)]


def at_nine(day: date) -> datetime:
    return instant(day, clock(9))


def emails_of(role: str) -> list[str]:
    """Return who is that and nothing else."""
    return [person.email for person in cast.PEOPLE if person.roles == (role,)]


def test_what_must_be_seen_is_seen_on_a_sunday_that_begins_a_year(db):
    today = SUNDAY_AND_NEW_YEAR
    studio.fill_with(scenes.plans(today, studio.SEED), at_nine(today))
    assert list(findings()) == []
    assert set(Session.objects.values_list("status", flat=True)) == set(Status)
    assert HistoryEntry.objects.latest("changed_at").changed_at <= start_of(today)
    for photographer in User.objects.filter(email__in=emails_of("photographer")):
        sessions = Session.objects.filter(status=Status.ASSIGNED, session_date=today)
        assert sessions.filter(assignments__photographer=photographer).exists()
    for editor in User.objects.filter(email__in=emails_of("editor")):
        material = Session.objects.filter(status=Status.IN_EDITING, delivery_deadline=today)
        assert material.filter(editing_assigned_to=editor).exists()


def test_the_studio_lives_the_same_every_time(db):
    today = SUNDAY_AND_LEAP_DAY
    some = scenes.plans(today, studio.SEED)[::4]
    assert as_lived(some, today) == as_lived(some, today)


def as_lived(plans: list[Plan], today: date) -> list[list[tuple[Any, ...]]]:
    """Live some sessions and take all back; return what was written."""
    with transaction.atomic():
        studio.fill_with(plans, at_nine(today))
        lived: list[list[tuple[Any, ...]]] = [
            list(rows)
            for rows in (
                HistoryEntry.objects.order_by("id").values_list(
                    "session__code", "to_status", "changed_at", "changed_by__email", "reason"
                ),
                Payment.objects.order_by("id").values_list(
                    "session__code", "amount", "status", "transaction_reference", "created_at"
                ),
                Session.objects.order_by("code").values_list(
                    "client__email", "session_date", "session_time", "room__code", "total_amount"
                ),
            )
        ]
        transaction.set_rollback(True)
    return lived


def test_the_demo_made_from_an_empty_database_opens_for_everyone_and_just_starts(demo_url, port):
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
    "steps after the midnight that began the day": STEPPED + "changed_at > %(midnight)s",
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


def test_the_demo_leaves_a_database_alone_that_it_did_not_make(db):
    UserFactory(full_name="Someone real")
    for arguments in (["--no-serve"], ["--no-serve", "--reset"]):
        with pytest.raises(CommandError, match="did not make"):
            call_command("demo", *arguments)
    assert User.objects.get().full_name == "Someone real"


FOREIGN = {
    "a table of something else": "CREATE TABLE payroll (id int)",
    "a studio without people yet": (
        "INSERT INTO catalog_room (code, name, description, status, created_at, updated_at)"
        " VALUES ('R1', 'Room', '', 'Active', now(), now())"
    ),
}


@pytest.mark.parametrize("statement", FOREIGN.values(), ids=FOREIGN)
def test_the_demo_leaves_alone_whatever_it_did_not_make(db, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(CommandError, match="did not make"):
        call_command("demo", "--no-serve")


def test_the_demo_does_not_even_migrate_what_it_did_not_make(database_url):
    with psycopg.connect(database_url) as database:
        database.execute("CREATE TABLE payroll (id int)")
    done = manage("demo", "--no-serve", DATABASE_URL=database_url)
    assert done.returncode == 1
    assert "did not make" in done.stderr
    with psycopg.connect(database_url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == [("payroll",)]


def test_the_demo_refuses_where_debug_is_explicitly_off():
    done = manage("demo", "--no-serve", DEBUG="false")
    assert done.returncode == 1
    assert "DEBUG is explicitly off" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_or_none_is_said_before_anything_else(database_url, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = manage("demo", "--port", str(port), DATABASE_URL=database_url)
    assert done.returncode != 0
    assert re.search(rf"Port {port} cannot be used .* --port", done.stderr)
    wrong = manage("demo", "--port", "99999", DATABASE_URL=database_url)
    assert wrong.returncode == 2
    assert "--port" in wrong.stderr
