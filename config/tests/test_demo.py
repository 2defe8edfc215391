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
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.clock import start_of
from config.demo import cast, studio
from config.demo.rhythm import plans
from config.environment import BASE_DIR
from users.models import User
from users.tests.factories import UserFactory

TODAY = date(2026, 11, 21)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    mine = ("DEBUG", "SECRET_KEY", "HTTPS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STUDIO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


@pytest.fixture
def database_url(db: None) -> Iterator[str]:
    """An empty database beside the tests' own, on the same server."""
    name = f"demo_{os.getpid()}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as administration:
        administration.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        administration.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def test_the_plan_is_the_same_every_time_and_lies_before_today():
    planned = plans(TODAY, Random(studio.SEED))
    assert planned == plans(TODAY, Random(studio.SEED))
    assert 400 <= len(planned) <= 500
    for plan in planned:
        instants = [instant for instant, _state in plan.steps]
        assert instants == sorted(instants)
        assert instants[-1] <= start_of(min(plan.day, TODAY))
        assert -150 <= (plan.day - TODAY).days <= 90


@pytest.mark.parametrize("offset", range(7))
def test_whatever_the_weekday_the_studio_is_as_busy(offset):
    today = TODAY + timedelta(days=offset)
    planned = plans(today, Random(studio.SEED))
    for month in range(1, 5):
        first = today - timedelta(days=30 * (month + 1))
        of_month = [p for p in planned if first <= p.day < first + timedelta(days=30)]
        assert 60 <= len(of_month) <= 100


def test_the_demo_runs_from_an_empty_database_to_a_sign_in_and_starts_again(database_url, port):
    environment = clean_environment() | {"DATABASE_URL": database_url}
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_until_served(port)
            sign_in_as_everyone(port)
        finally:
            process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/admin/" in output
    assert cast.PASSWORD in output

    assert manage("check_integrity", DATABASE_URL=database_url, SECRET_KEY="x" * 60).returncode == 0
    assert_believable(database_url)

    started = time.monotonic()
    again = manage("demo", "--no-serve", DATABASE_URL=database_url)
    assert again.returncode == 0, again.stderr
    assert "Making" not in again.stderr
    assert time.monotonic() - started < 15


def wait_until_served(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the demo did not serve within a minute")


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


def assert_believable(database_url: str) -> None:
    with psycopg.connect(database_url) as database:
        states = dict(
            database.execute("SELECT status, count(*) FROM sessions_app_session GROUP BY 1")
        )
        assert 400 <= sum(states.values()) <= 500
        assert states.keys() == {"Request", "Negotiation", "Pre-scheduled", "Canceled"}
        count = "SELECT count(*) FROM "
        sizes = {"clients_client": 60, "catalog_item": 25, "catalog_package": 6, "catalog_room": 3}
        for table, size in sizes.items():
            assert database.execute(count + table).fetchone() == (size,)
        (latest,) = database.execute(
            "SELECT max(changed_at) < now() FROM sessions_app_historyentry"
        )
        assert latest == (True,)


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
