"""`manage.py availability`: what it prints, how it exits, what it does not take."""

from __future__ import annotations

from datetime import date, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from config.clock import now
from sessions_app.tests.builders import assign, book
from users.models import User

pytestmark = pytest.mark.django_db

FREE, NOT_FREE, WRONG = 0, 1, 2


@pytest.fixture
def room(photographer: User) -> Room:
    """The only room of a studio with one photographer."""
    return RoomFactory(name="Sala Azul")


def run(*words: str) -> tuple[int, list[str]]:
    """Return the exit status and the lines told."""
    told = StringIO()
    status = FREE
    try:
        call_command("availability", *words, "--no-color", stdout=told)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, told.getvalue().splitlines()


def ten(day: date, *more: str) -> tuple[str, ...]:
    return ("--date", day.isoformat(), "--time", "10:00", "--hours", "2", *more)


def test_a_free_time_exits_with_0_and_names_who_is_free(room, day):
    status, lines = run(*ten(day))
    assert status == FREE
    assert lines[0] == f"{day:%a %d/%m/%Y} 10:00: Free."
    assert "  Rooms: Sala Azul: free" in lines
    assert "  Photographers: Pedro Photographer: free" in lines


def test_a_taken_time_exits_with_1_says_by_what_and_when_else(room, day, photographer):
    session = book(at=now(), session_date=day, room=room)
    assign(session, photographer, at=now())
    status, lines = run(*ten(day))
    assert status == NOT_FREE
    assert lines[0].endswith("10:00: Not free.")
    assert f"  Rooms: Sala Azul: {session.code}, {day:%d/%m} 10:00–12:00" in lines
    assert f"  Photographers: Pedro Photographer: {session.code}, {day:%d/%m} 10:00–12:00" in lines
    others = lines[lines.index("Other times:") + 1 :]
    assert others[0] == f"  {day:%a %d/%m/%Y} 08:00  Sala Azul, Pedro Photographer"
    assert len(others) == 6


def test_travel_and_the_number_of_photographers_count(room, day, photographer):
    assert run(*ten(day, "--photographers", "2"))[0] == NOT_FREE
    assign(book(at=now(), session_date=day, session_time=time(7)), photographer, at=now())
    assert run(*ten(day, "--type", "External", "--travel", "60"))[0] == FREE
    assert run(*ten(day, "--type", "External", "--travel", "61"))[0] == NOT_FREE


def test_without_a_time_the_free_times_of_the_day_are_told(room, day):
    book(at=now(), session_date=day, room=room)
    status, lines = run("--date", day.isoformat(), "--hours", "6")
    assert (status, lines) == (
        FREE,
        [f"  {day:%a %d/%m/%Y} 12:00  Sala Azul, Pedro Photographer"],
    )
    status, lines = run("--date", day.isoformat(), "--hours", "7")
    assert (status, lines) == (NOT_FREE, ["Nothing is free within the opening hours."])


def test_several_days_are_told_one_after_the_other(room, day):
    until = day + timedelta(days=6)  # the weekend is too short for ten hours
    status, lines = run("--date", day.isoformat(), "--until", until.isoformat(), "--hours", "10")
    assert (status, len(lines)) == (FREE, 5)
    assert lines == sorted(lines, key=lambda line: line.split()[1].split("/")[::-1])


@pytest.mark.parametrize(
    "words",
    [
        ("--time", "10:00", "--until", "2027-02-02", "--hours", "2"),
        ("--hours", "0"),
        ("--hours", "24.5"),
        ("--hours", "1.005"),
        ("--hours", "NaN"),
        ("--hours", "Infinity"),
        ("--hours", "two"),
        ("--hours", "2", "--time", "25:00"),
        ("--hours", "2", "--until", "soon"),
        ("--hours", "2", "--until", "2027-01-31"),
        ("--hours", "2", "--until", "2027-06-30"),
        ("--hours", "2", "--type", "Both"),
        ("--hours", "2", "--photographers", "0"),
        ("--hours", "2", "--photographers", "٣٣٣"),
        ("--hours", "2", "--travel", "-1"),
        ("--hours", "2", "--travel", "1441"),
        (),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_told_by_a_sentence_and_are_no_answer(room, words):
    with pytest.raises(CommandError) as refusal:
        call_command("availability", "--date", "2027-02-01", *words)
    assert str(refusal.value).strip()


@pytest.mark.parametrize("day", ["2020-01-01", "2199-01-01", "9999-12-31"])
def test_the_past_and_the_far_future_are_wrong_and_not_merely_taken(room, day):
    with pytest.raises(CommandError) as refusal:
        call_command("availability", "--date", day, "--time", "23:59", "--hours", "2")
    assert refusal.value.returncode == WRONG
