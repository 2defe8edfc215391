"""Are you free? The form of the back office, its answer, and the way on to a new request."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import instant, now, studio_day
from sessions_app.actions.maintenance import plan_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.policy.periods import Period
from sessions_app.queries.availability import MAX_SPAN_DAYS
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, assign, book, external
from sessions_app.tests.pages import SESSIONS, browser, problems, text, typed
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = f"{SESSIONS}availability/"


@pytest.fixture
def pilar(db: None) -> User:
    return UserFactory(full_name="Pilar P", roles=["photographer"])


def question(day: date, **besides: Any) -> dict[str, Any]:
    """Return what the form sends about two hours in the studio with one photographer."""
    return {
        "date": day.isoformat(),
        "time": "",
        "until": "",
        "duration_hours": "2",
        "session_type": "Studio",
        "photographers": "1",
        "travel_minutes": "",
        **besides,
    }


def found(who: Browser, day: date, **besides: Any) -> Any:
    """Ask, and return the page, whose form must be accepted."""
    answer = who.get(PAGE, question(day, **besides))
    assert answer.status_code == 200
    assert answer.context["form"].errors == {}
    return answer


def offered_form(who: Browser, url: str) -> dict[str, Any]:
    """Open an option's link; return what the form of a new session holds then."""
    return typed(who.get(url))


def shown_value(answer: Any, name: str) -> str:
    """Return what a page shows in an input."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.content.decode())
    assert tag is not None, name
    value = re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""


# One time


def test_the_page_opens_with_today_and_no_answer(at_the_desk):
    answer = at_the_desk.get(PAGE)
    form = answer.context["form"]
    assert not form.is_bound
    assert form["date"].value() == studio_day(now())
    assert "answer" not in answer.context
    assert "Free times" not in text(answer)


def test_yes_with_who_and_what_is_free_one_click_from_a_request(at_the_desk, pilar, day):
    room = RoomFactory(name="Sala Azul")
    answer = found(at_the_desk, day, time="10:00")
    shown = text(answer)
    assert "Yes, it is free." in shown
    assert "10:00–12:00" in shown
    asked = answer.context["asked"]
    assert (asked.rooms, asked.people) == (["Sala Azul"], ["Pilar P"])
    filled = offered_form(at_the_desk, asked.url)
    expected = {
        "session_type": "Studio",
        "session_date": day,
        "session_time": time(10),
        "estimated_duration_hours": "2.0",
        "photographers_needed": "1",
        "room": str(room.pk),
        "client": "",
    }
    assert {name: filled[name] for name in expected} == expected


def test_the_filled_form_is_shown_the_local_way_and_books_what_was_found(at_the_desk, pilar, day):
    room = RoomFactory(name="Sala Azul")
    url = found(at_the_desk, day, time="10:30", duration_hours="1.5").context["asked"].url
    opened = at_the_desk.get(url)
    sent = {name: shown_value(opened, name) for name in ("session_date", "session_time")}
    assert sent["session_time"].startswith("10:30")
    assert sent["session_date"] in {f"{day:%d/%m/%Y}", day.isoformat()}
    assert re.search(rf'<option value="{room.pk}" selected', opened.content.decode())
    form = typed(opened) | sent | {"client": ClientFactory().pk}
    answer = at_the_desk.post(f"{SESSIONS}add/", form)
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    assert (session.room, session.period) == (
        room,
        Period(instant(day, time(10, 30)), instant(day, time(12))),
    )


def test_no_with_what_stands_in_the_way_and_when_else(at_the_desk, pilar, day):
    room = RoomFactory(name="Sala Azul")
    taken = book(at=now(), session_date=day, room=room)
    assign(taken, pilar, at=now())
    answer = found(at_the_desk, day, time="11:00")
    shown = text(answer)
    assert "No, not at that time." in shown
    assert "New request for this time" not in shown
    reasons = re.findall(r'<span class="studio-late">\s*([^<✗]*?)\s*</span>', shown)
    assert len(reasons) == 2  # the room's and Pilar's
    for reason in reasons:
        assert taken.code in reason
        assert "10:00–12:00" in reason
    offers = answer.context["offers"]
    assert offers
    for offer in offers:
        filled = offered_form(at_the_desk, offer.url)
        starts = instant(filled["session_date"], filled["session_time"])
        assert starts == offer.starts_at
        again = found(
            at_the_desk, filled["session_date"], time=filled["session_time"].strftime("%H:%M")
        )
        assert again.context["answer"].is_available, offer


def test_free_ones_come_first_and_each_reason_is_named(at_the_desk, pilar, day):
    free = RoomFactory(name="Zaguan")
    closed_for = RoomFactory(name="Azul")
    period = Period(instant(day, time(9)), instant(day, time(18)))
    plan_maintenance(closed_for, period, actor=SYSTEM, at=now(), reason="paint")
    take_time_off(pilar.pk, period, actor=SYSTEM, at=now(), reason="dentist")
    answer = found(at_the_desk, day, time="10:00")
    rooms = [standing.name for standing, _reasons in answer.context["conflicts"][0][1]]
    assert rooms == [free.name, closed_for.name]
    shown = text(answer)
    assert "maintenance" in shown.lower()
    assert "time off" in shown.lower()


def test_photographers_still_needed_by_confirmed_sessions_are_told(at_the_desk, pilar, day):
    RoomFactory()
    second = UserFactory(roles=["photographer"])
    session = wire.arrived(Status.CONFIRMED, second, days=(day - studio_day(now())).days)
    part = session.assignments.get()
    part.status = "Released"
    part.save(update_fields=["status"])
    session.claims.filter(person=second).update(active=False, ended_at=now(), end_cause="released")
    shown = text(found(at_the_desk, day, time="10:00", photographers="2"))
    assert "No, not at that time." in shown
    assert "Of the free photographers, 1 is still needed" in shown


def test_an_external_session_needs_no_room_and_its_travel_counts(at_the_desk, pilar, day):
    away = external(at=now(), session_date=day, session_time=time(13))
    assign(away, pilar, at=now())
    facts = {"session_type": "External", "time": "10:00"}
    assert found(at_the_desk, day, **facts).context["answer"].is_available
    answer = found(at_the_desk, day, travel_minutes="90", **facts)
    assert not answer.context["answer"].is_available
    url = found(at_the_desk, day, **facts).context["asked"].url
    assert "room" not in parse_qs(urlsplit(url).query)
    assert offered_form(at_the_desk, url)["session_type"] == "External"


def test_outside_the_opening_hours_it_is_said_and_still_offered(at_the_desk, pilar, day):
    RoomFactory()
    answer = found(at_the_desk, day, time="20:00")
    assert "opening hours" in answer.context["notice"]
    assert "New request for this time" in text(answer)


def test_over_midnight_the_end_is_the_next_days(at_the_desk, pilar, day):
    answer = found(at_the_desk, day, session_type="External", time="23:00")
    assert "23:00–01:00" in text(answer)


# A day, and several


def test_without_a_time_every_free_start_of_the_day_is_a_link(at_the_desk, pilar, day):
    RoomFactory()
    answer = found(at_the_desk, day)
    [(found_day, offers, more)] = answer.context["days"]
    assert found_day == day
    assert len(offers) == 12
    assert offers == sorted(offers, key=lambda one: one.starts_at)
    assert f"and {more} more in between" in text(answer)
    first, last = offers[0], offers[-1]
    assert first.starts_at == instant(day, time(8))
    assert last.ends_at == instant(day, time(18))
    assert f'href="{first.url}"'.replace("&", "&amp;") in answer.content.decode()


def test_what_is_taken_is_not_among_the_times_of_a_day(at_the_desk, pilar, day):
    room = RoomFactory()
    book(at=now(), session_date=day, room=room, session_time=time(9),
         estimated_duration_hours=8)  # fmt: skip
    answer = found(at_the_desk, day)
    assert answer.context["days"] == []
    assert "Nothing is free within the opening hours." in text(answer)


def test_several_days_come_each_with_its_times(at_the_desk, pilar, day):
    RoomFactory()
    answer = found(at_the_desk, day, until=(day + timedelta(days=6)).isoformat())
    days = [one for one, _offers, _more in answer.context["days"]]
    assert days == [day + timedelta(days=number) for number in range(6)]  # not on Sunday
    for _day, offers, _more in answer.context["days"]:
        for offer in (offers[0], offers[-1]):
            filled = offered_form(at_the_desk, offer.url)
            assert instant(filled["session_date"], filled["session_time"]) == offer.starts_at


# Wrong input


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date": ""}, "date"),
        ({"date": "31/02/2026"}, "date"),
        ({"date": "\0"}, "date"),
        ({"time": "25:00"}, "time"),
        ({"duration_hours": "0"}, "duration_hours"),
        ({"duration_hours": "-1"}, "duration_hours"),
        ({"duration_hours": "99"}, "duration_hours"),
        ({"duration_hours": "NaN"}, "duration_hours"),
        ({"duration_hours": "1.123"}, "duration_hours"),
        ({"session_type": "Wedding"}, "session_type"),
        ({"photographers": "0"}, "photographers"),
        ({"photographers": "999"}, "photographers"),
        ({"travel_minutes": "-5"}, "travel_minutes"),
        ({"travel_minutes": "99999"}, "travel_minutes"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_its_field(at_the_desk, day, wrong, field):
    answer = at_the_desk.get(PAGE, question(day, **wrong))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "answer" not in answer.context


def test_a_time_and_several_days_are_not_both_taken(at_the_desk, day):
    until = (day + timedelta(days=2)).isoformat()
    answer = at_the_desk.get(PAGE, question(day, time="10:00", until=until))
    assert answer.context["form"].errors == {"until": ["Give a time, or several days, not both."]}


@pytest.mark.parametrize("days", [-1, MAX_SPAN_DAYS + 1, 10**5])
def test_a_span_that_is_no_span_is_refused_on_the_form(at_the_desk, day, days):
    until = (day + timedelta(days=days)).isoformat()
    answer = at_the_desk.get(PAGE, question(day, until=until))
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert list(errors) == ["until"], errors
    assert "days" not in answer.context


@pytest.mark.parametrize("besides", [{"time": "10:00"}, {}])
@pytest.mark.parametrize("wrong", [date(2020, 1, 1), date(9999, 12, 31), date(1, 1, 1)])
def test_the_past_and_the_ends_of_the_calendar_are_refused_on_the_form(at_the_desk, wrong, besides):
    answer = at_the_desk.get(PAGE, question(wrong, **besides))
    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize("written", ["{day:%d/%m/%Y}", "{day:%Y-%m-%d}"])
def test_a_day_is_read_the_local_way_and_as_the_machine_writes_it(at_the_desk, day, written):
    answer = at_the_desk.get(PAGE, question(day, time="10:00") | {"date": written.format(day=day)})
    assert answer.context["form"].errors == {}
    assert answer.context["form"].cleaned_data["date"] == day


# Who may ask


def test_who_may_give_no_answer_may_not_ask(photographer, editor, day):
    for person in (photographer, editor):
        assert browser(person).get(PAGE, question(day, time="10:00")).status_code == 403


def test_who_books_but_sees_not_all_is_told_no_code_no_client_and_no_reason(day, pilar):
    person = wire.holding(Right.SESSION_CREATE, beside="photographer")
    room = RoomFactory(name="Sala Azul")
    client = ClientFactory(full_name="Sara Secreta")
    taken = book(at=now(), session_date=day, room=room, client=client)
    assign(taken, pilar, at=now())
    period = Period(instant(day, time(10)), instant(day, time(12)))
    take_time_off(person.pk, period, actor=SYSTEM, at=now())
    other = UserFactory(full_name="Paz P", roles=["photographer"])
    take_time_off(other.pk, period, actor=SYSTEM, at=now(), reason="divorce")
    answer = found(browser(person), day, time="10:00")
    shown = text(answer)
    assert "No, not at that time." in shown
    assert "Sala Azul" in shown
    for secret in (taken.code, "Secreta", "divorce"):
        assert secret not in shown, secret
    assert '"None"' not in shown
    assert ">None<" not in shown
