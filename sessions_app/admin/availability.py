"""Are you free? One form, and each answer one click from a new request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Room
from config.admin.forms import PageForm, blame
from config.admin.pages import WithPages, page
from config.clock import now, studio_day, studio_zone
from config.errors import DomainError
from sessions_app.admin.menu import answers_clients
from sessions_app.models import SessionType
from sessions_app.models.session_constraints import MAX_HOURS, MIN_HOURS
from sessions_app.policy import periods
from sessions_app.queries import availability
from sessions_app.queries.availability import MAX_SPAN_DAYS, Option, Wish
from sessions_app.queries.conflicts import in_words
from sessions_app.queries.sessions import hours_notice
from sessions_app.queries.staffing import photographers
from users.admin.rights import may
from users.models import User
from users.rights import Right

BUTTONS_OF_A_DAY = 12


class AvailabilityForm(PageForm):
    """What a client asks on the telephone."""

    date = forms.DateField(label=_("Date"))
    time = forms.TimeField(
        label=_("Time"), required=False, help_text=_("Empty: every free time of the day.")
    )
    until = forms.DateField(
        label=_("Until"), required=False, help_text=_("For several days, instead of a time.")
    )
    duration_hours = forms.DecimalField(
        label=_("Duration (hours)"),
        initial=1,
        min_value=MIN_HOURS,
        max_value=MAX_HOURS,
        max_digits=4,
        decimal_places=2,
    )
    session_type = forms.ChoiceField(label=_("Type"), choices=SessionType.choices)
    photographers = forms.IntegerField(
        label=_("Photographers"), initial=1, min_value=1, max_value=50
    )
    travel_minutes = forms.IntegerField(
        label=_("Travel (minutes)"),
        required=False,
        min_value=0,
        max_value=24 * 60,
        help_text=_("On either side. Empty: the usual."),
    )

    def clean(self) -> dict[str, Any]:
        """Take a time or several days, not both."""
        facts: dict[str, Any] = self.cleaned_data
        if facts.get("time") and facts.get("until"):
            self.add_error("until", _("Give a time, or several days, not both."))
        if "date" in facts and facts["date"] < studio_day(now()):
            self.add_error("date", _("This day is past."))
        return facts

    def wish(self) -> Wish:
        """Return what is asked for."""
        facts = self.cleaned_data
        minutes = facts["travel_minutes"]
        return Wish(
            session_type=SessionType(facts["session_type"]),
            length=periods.duration(facts["duration_hours"]),
            photographers=facts["photographers"],
            travel=None if minutes is None else timedelta(minutes=minutes),
        )


@dataclass(frozen=True)
class Offer:
    """An option as it is shown: when, where, who, and the way to book it."""

    starts_at: datetime
    ends_at: datetime
    rooms: list[str]
    people: list[str]
    url: str


class AvailabilityPage(WithPages):
    """The question and its answer on one page."""

    @page("availability/", "availability", for_whom=answers_clients)
    def availability(self, request: HttpRequest) -> HttpResponse:
        """Show the form, and below it what was found."""
        initial = {"date": studio_day(now()), "session_type": SessionType.STUDIO}
        form = AvailabilityForm(request.GET or None, initial=initial)
        found: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            try:
                found = _found(form, request.user)
            except DomainError as refusal:
                blame(form, refusal, to="until")
        return self.shown_page(
            request,
            "admin/availability.html",
            _("Are you free?"),
            form=form,
            books=may(request, Right.SESSION_CREATE),
            media=self.media + form.media,
            **found,
        )


def _found(form: AvailabilityForm, viewer: Any) -> dict[str, Any]:
    facts, wish = form.cleaned_data, form.wish()
    named = _Named(wish)
    if facts["time"] is None:
        last = facts["until"] or facts["date"]
        options = availability.free_options(wish, facts["date"], last, at=now())
        return {"days": _by_day(named.offers(options)), "max_days": MAX_SPAN_DAYS}
    answer = availability.availability(
        wish,
        facts["date"],
        facts["time"],
        viewer=viewer if isinstance(viewer, User) else None,
        at=now(),
    )
    return {
        "answer": answer,
        "conflicts": _told(answer),
        "asked": named.offer(
            Option(
                answer.starts_at,
                answer.starts_at + wish.length,
                [room.id for room in answer.rooms if room.is_free],
                [one.id for one in answer.photographers if one.is_free],
            )
        ),
        "offers": list(named.offers(answer.next_options)),
        "notice": hours_notice(wish.session_type, wish.period(answer.starts_at)),
    }


def _told(answer: availability.Availability) -> list[tuple[Any, list[tuple[Any, list[str]]]]]:
    """Return rooms and photographers, free ones first, each with what stands in the way."""

    def lines(standings: Iterable[availability.Standing]) -> list[tuple[Any, list[str]]]:
        return [
            (standing, [in_words(conflict) for conflict in standing.conflicts])
            for standing in sorted(standings, key=lambda one: not one.is_free)
        ]

    return [(_("Rooms"), lines(answer.rooms)), (_("Photographers"), lines(answer.photographers))]


def _by_day(offers: Iterable[Offer]) -> list[tuple[date, list[Offer], int]]:
    """Return offers by day, few of each, and how many more there are."""
    days: dict[date, list[Offer]] = {}
    for offer in offers:
        days.setdefault(studio_day(offer.starts_at), []).append(offer)
    return [
        (day, _spread(found), max(0, len(found) - BUTTONS_OF_A_DAY)) for day, found in days.items()
    ]


def _spread(offers: list[Offer]) -> list[Offer]:
    """Return some of a day's offers, from early to late."""
    if len(offers) <= BUTTONS_OF_A_DAY:
        return offers
    step = (len(offers) - 1) / (BUTTONS_OF_A_DAY - 1)
    return [offers[round(number * step)] for number in range(BUTTONS_OF_A_DAY)]


class _Named:
    """Names what options hold by id, and links each to a new request."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._rooms = dict(Room.objects.values_list("pk", "name"))
        self._people = dict(photographers().values_list("pk", "full_name"))

    def offers(self, options: Iterable[Option]) -> Iterable[Offer]:
        return (self.offer(option) for option in options)

    def offer(self, option: Option) -> Offer:
        local = option.starts_at.astimezone(studio_zone())
        asked = {
            "session_type": self._wish.session_type,
            "session_date": f"{local:%Y-%m-%d}",
            "session_time": f"{local:%H:%M}",
            "estimated_duration_hours": self._wish.length / timedelta(hours=1),
            "photographers_needed": self._wish.photographers,
            **({"room": option.room_ids[0]} if option.room_ids else {}),
        }
        return Offer(
            option.starts_at,
            option.ends_at,
            [self._rooms[pk] for pk in option.room_ids if pk in self._rooms],
            [self._people[pk] for pk in option.photographer_ids if pk in self._people],
            f"{reverse('admin:sessions_app_session_add')}?{urlencode(asked)}",
        )
