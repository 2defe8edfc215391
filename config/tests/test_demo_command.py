"""`manage.py demo`: what it refuses, and that it is never made over anybody's data."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.demo import studio
from config.tests.demo_people import at_nine
from config.tests.demo_processes import database_beside, free_port, manage
from sessions_app.models import Session
from users.models import User
from users.tests.factories import UserFactory

TODAY = date(2026, 11, 21)


@pytest.fixture
def database_url() -> Iterator[str]:
    with database_beside(f"demo_{os.getpid()}_empty") as url:
        yield url


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


def test_a_port_that_is_taken_or_none_is_said_before_anything_else(database_url):
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = manage("demo", "--port", str(port), DATABASE_URL=database_url)
    assert done.returncode != 0
    assert re.search(rf"Port {port} cannot be used .* --port", done.stderr)
    wrong = manage("demo", "--port", "99999", DATABASE_URL=database_url)
    assert wrong.returncode == 2
    assert "--port" in wrong.stderr


@pytest.mark.parametrize("text", ["0", "-1", "11", "2.5", "many", ""])
def test_a_number_of_years_that_cannot_be_is_said_by_the_option_s_name(text):
    with pytest.raises(CommandError, match=r"--years: “.*” is no number of years from 1 to 10"):
        call_command("demo", "--no-serve", f"--years={text}")


def test_a_demo_with_other_years_is_not_made_anew_unless_told(db):
    studio.fill_with([], at_nine(TODAY))
    people = set(User.objects.values_list("pk", flat=True))
    with pytest.raises(CommandError, match=r"already made.*--reset.*--years 5"):
        call_command("demo", "--no-serve", "--years", "5")
    assert set(User.objects.values_list("pk", flat=True)) == people
    assert not Session.objects.exists()


@pytest.mark.parametrize("options", [["--years", "2"], []], ids=["those years", "none told"])
def test_a_demo_with_years_just_starts_again(db, options):
    studio.fill_with([], at_nine(TODAY), years_back=2)
    people = set(User.objects.values_list("pk", flat=True))
    call_command("demo", "--no-serve", *options)
    assert set(User.objects.values_list("pk", flat=True)) == people
    assert not Session.objects.exists()


def test_the_help_tells_of_the_years(capsys):
    with pytest.raises(SystemExit):
        call_command("demo", "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert "--years N make N years of past" in told
