"""`manage.py availability`: are you free, from the command line (rules, section 9)."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Room
from config.clock import now, studio_zone
from config.errors import DomainError
from sessions_app.models import SessionType
from sessions_app.models.session_constraints import MAX_HOURS, MIN_HOURS
from sessions_app.policy import periods
from sessions_app.queries.availability import Option, Standing, Wish, availability, free_options
from sessions_app.queries.conflicts import in_words
from sessions_app.queries.staffing import photographers

NOT_FREE, WRONG = 1, 2
"""Exit statuses."""


class Command(BaseCommand):
    """Who and what is free, what stands in the way, and when else."""

    help = (
        "Tell whether the studio is free. With --time: for that time, what stands in the way, and "
        "the next options. Without: the first free times of the day, or of the days until --until. "
        "Times are the studio's. Exit status 1 means: not free; 2: it cannot be asked so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--date", required=True, type=_day, help="YYYY-MM-DD")
        parser.add_argument("--time", type=_clock, help="HH:MM")
        parser.add_argument("--until", type=_day, help="the last day, instead of --time")
        parser.add_argument("--hours", required=True, type=_hours, help="how long, e.g. 1.5")
        parser.add_argument("--type", default="Studio", choices=SessionType.values)
        parser.add_argument("--photographers", default=1, type=_count, help="how many (1)")
        parser.add_argument(
            "--travel", type=_minutes, help="minutes on the road on either side (the usual ones)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, print, and exit with 1 where nothing is free."""
        if options["time"] and options["until"]:
            raise CommandError(
                "Give --time for one time, or --until for several days, not both.", returncode=WRONG
            )
        wish = Wish(
            session_type=SessionType(options["type"]),
            length=periods.duration(options["hours"]),
            photographers=options["photographers"],
            travel=options["travel"],
        )
        try:
            if options["time"]:
                is_free = self._one_time(wish, options["date"], options["time"])
            else:
                is_free = self._days(wish, options["date"], options["until"] or options["date"])
        except DomainError as refusal:
            raise CommandError(refusal.detail, returncode=WRONG) from None
        if not is_free:
            raise SystemExit(NOT_FREE)

    def _one_time(self, wish: Wish, day: date, clock: time) -> bool:
        found = availability(wish, day, clock, viewer=None, at=now())
        verdict = "Free." if found.is_available else "Not free."
        style = self.style.SUCCESS if found.is_available else self.style.ERROR
        self.stdout.write(style(f"{_shown(found.starts_at)}: {verdict}"))
        self._standings("Rooms", found.rooms)
        self._standings("Photographers", found.photographers)
        if found.promised:
            self.stdout.write(f"Confirmed sessions of that time still lack {found.promised}.")
        if found.next_options:
            self.stdout.write("Other times:")
            self._options(found.next_options)
        return found.is_available

    def _days(self, wish: Wish, first: date, last: date) -> bool:
        options = free_options(wish, first, last, at=now())
        if not options:
            self.stdout.write(self.style.ERROR("Nothing is free within the opening hours."))
        self._options(options)
        return bool(options)

    def _standings(self, title: str, standings: Iterable[Standing]) -> None:
        for standing in standings:
            taken_by = "; ".join(in_words(conflict) for conflict in standing.conflicts)
            self.stdout.write(f"  {title}: {standing.name}: {taken_by or 'free'}")

    def _options(self, options: Iterable[Option]) -> None:
        rooms = dict(Room.objects.values_list("pk", "name"))
        people = dict(photographers().values_list("pk", "full_name"))
        for option in options:
            names = [rooms[pk] for pk in option.room_ids]
            names += [people[pk] for pk in option.photographer_ids]
            self.stdout.write(f"  {_shown(option.starts_at)}  {', '.join(names)}")


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(studio_zone()):%a %d/%m/%Y %H:%M}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no day like 2026-12-05") from None


def _clock(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  (a time of day)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no time like 14:30") from None


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text)
        is_wrong = not MIN_HOURS <= hours <= MAX_HOURS or hours != round(hours, 2)
    except InvalidOperation:
        raise ArgumentTypeError(f"“{text}” is no number of hours") from None
    if is_wrong:
        raise ArgumentTypeError(f"between {MIN_HOURS} and {MAX_HOURS} hours, please")
    return hours


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 50:
        raise ArgumentTypeError("between 1 and 50 photographers, please")
    return int(text)


def _minutes(text: str) -> timedelta:
    if not text.isdecimal() or int(text) > 24 * 60:
        raise ArgumentTypeError("between 0 and 1440 minutes, please")
    return timedelta(minutes=int(text))
