"""Lists that answer questions: filters, bulk actions row by row, clients' money, rooms' days."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.messages import constants
from django.test import Client as Browser

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import end_of, instant, now, start_of, studio_day
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.policy.periods import Period
from sessions_app.queries.attention import Attention
from sessions_app.queries.dashboard import figures
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, book, paid
from sessions_app.tests.pages import SESSIONS, arrived, browser, said, text
from sessions_app.tests.test_admin_today import every_kind
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

CLIENTS = "/admin/clients/client/"
ROOMS = "/admin/catalog/room/"


def listed(who: Browser, **query: Any) -> set[Session]:
    answer = who.get(SESSIONS, query)
    assert answer.status_code == 200, query
    return set(answer.context["cl"].queryset)


# What wants attention


@pytest.mark.parametrize("kind", Attention)
def test_each_saved_question_keeps_what_the_dashboard_counts(at_the_desk, coordinator, kind):
    sessions = every_kind()
    today = studio_day(now())
    counts = {
        one.of: one.count for one in figures(coordinator, today.year, today.month, now()).alerts
    }
    found = listed(at_the_desk, attention=kind.value)
    assert found == {sessions[kind.value]}
    assert len(found) == counts[kind.value] == 1


def test_the_questions_are_offered_in_words(at_the_desk):
    book(at=now(), session_date=studio_day(now()) + timedelta(days=40))
    shown = text(at_the_desk.get(SESSIONS))
    for kind in Attention:
        assert str(kind.label) in shown, kind


def test_a_question_goes_with_other_filters_and_the_search(at_the_desk):
    sessions = every_kind()
    due = sessions["deposits_due"]
    other = arrived(Status.PRE_SCHEDULED, 60)
    assert listed(at_the_desk, attention="deposits_due") == {due, other}
    assert listed(at_the_desk, attention="deposits_due", q=due.code) == {due}
    assert listed(at_the_desk, attention="deposits_due", room__id__exact=other.room_id) == {other}
    assert listed(at_the_desk, attention="deposits_due", status__exact="Request") == set()


@pytest.mark.parametrize("kind", ["unconfirmed", "deposits_due", "refunds_due"])
def test_who_sees_not_all_cannot_ask_about_money(photographer, kind):
    """Neither way round: with and without the question the list is the same."""
    mine = [arrived(Status.PRE_SCHEDULED, 40 + number, photographer) for number in range(2)]
    paid(mine[0], "500.00", at=now())
    gone = arrived(Status.CONFIRMED, 50, photographer)
    cancel(gone, initiator="Client", reason="x", actor=SYSTEM, at=now())
    who = browser(photographer)
    assert listed(who, attention=kind) == listed(who) == {*mine, gone}
    labels = {str(one.label) for one in Attention if one.value == kind}
    assert not labels & set(re.findall(r">\s*([^<>]+?)\s*<", text(who.get(SESSIONS))))


def test_a_photographers_questions_are_about_their_own_sessions(photographer):
    sessions = every_kind(photographer)
    who = browser(photographer)
    assert listed(who, attention="attendance_missing") == {sessions["attendance_missing"]}
    # Staffing is the office's question: asked by others it is none, and keeps their list whole.
    assert listed(who, attention="unstaffed") == listed(who)


@pytest.mark.parametrize("asked", ["nonsense", "", "%00", "unconfirmed' OR 1=1"])
def test_a_question_that_there_is_not_keeps_everything(at_the_desk, session, asked):
    assert listed(at_the_desk, attention=asked) == {session}


# One client


def test_a_clients_sessions_are_one_click_from_their_page(at_the_desk, session):
    book(at=now(), session_date=session.session_date)
    assert listed(at_the_desk, client=session.client_id) == {session}
    assert listed(at_the_desk, client=987654321) == set()


@pytest.mark.parametrize("asked", ["abc", "", "-1", "1_0", "9" * 40, "1.5"])
def test_nonsense_for_a_client_keeps_everything(at_the_desk, session, asked):
    assert listed(at_the_desk, client=asked) == {session}


def test_a_client_one_may_not_see_tells_nothing_beyond_ones_own_sessions(photographer, session):
    mine = book(at=now(), session_date=session.session_date, client=session.client)
    assign(mine, photographer, at=now())
    who = browser(photographer)
    assert listed(who, client=session.client_id) == {mine}
    assert listed(who, client=ClientFactory().pk) == set()
    for lookup in ("client__tax_id__exact", "client__notes__gte", "client__full_name__gte"):
        assert who.get(SESSIONS, {lookup: "a"}).status_code == 400


# Many at once


def chosen(who: Browser, action: str, *sessions: Session) -> Any:
    body = {"action": action, "_selected_action": [one.pk for one in sessions]}
    return who.post(SESSIONS, body)


def report(answer: Any) -> list[tuple[int, str]]:
    page = answer.wsgi_request
    told = [(one.level, str(one)) for one in page._messages]
    return [(level, message.replace("\N{NO-BREAK SPACE}", " ")) for level, message in told]


def test_each_row_is_confirmed_or_refused_by_itself_and_reported(at_the_desk):
    someone = UserFactory(roles=["photographer"])
    covered = [arrived(Status.PRE_SCHEDULED, 40 + number, someone) for number in range(2)]
    for session in covered:
        paid(session, "500.00", at=now())
    short, request = arrived(Status.PRE_SCHEDULED, 43), arrived(Status.REQUEST, 44)
    answer = chosen(at_the_desk, "confirm_rows", *covered, short, request)
    assert answer.status_code == 302
    first, second, third = report(answer)
    assert first[0] == second[0] == constants.ERROR
    assert first[1].startswith(f"{short.code}: ")
    assert "Q 500.00" in first[1]
    assert second[1].startswith(f"{request.code}: ")
    codes = ", ".join(one.code for one in covered)
    assert third == (constants.SUCCESS, f"Now in “Confirmed”: {codes}.")
    states = dict(Session.objects.values_list("pk", "status"))
    assert [states[one.pk] for one in (*covered, short, request)] == [
        *("Confirmed", "Confirmed", "Pre-scheduled", "Request")
    ]


def test_teams_are_settled_and_attendance_is_marked(at_the_desk):
    late, early = wire.arrived(Status.CONFIRMED, days=3), arrived(Status.CONFIRMED, 40)
    chosen(at_the_desk, "settle_rows", late, early)
    late.refresh_from_db()
    early.refresh_from_db()
    assert (late.status, early.status) == ("Assigned", "Confirmed")
    due, coming = wire.arrived(Status.ASSIGNED, days=-1), wire.arrived(Status.ASSIGNED, days=2)
    answer = chosen(at_the_desk, "attend_rows", due, coming)
    due.refresh_from_db()
    coming.refresh_from_db()
    assert (due.status, coming.status) == ("Attended", "Assigned")
    assert due.history.latest("id").channel == "admin"
    assert coming.code in said(answer)


def test_the_report_leaves_no_session_out_and_none_twice(at_the_desk):
    someone = UserFactory(roles=["photographer"])
    sessions = [arrived(Status.PRE_SCHEDULED, 40 + number, someone) for number in range(4)]
    for session in sessions[:2]:
        paid(session, "500.00", at=now())
    told = said(chosen(at_the_desk, "confirm_rows", *sessions))
    for session in sessions:
        assert told.count(session.code) == 1


@pytest.mark.parametrize("action", ["confirm_rows", "settle_rows", "attend_rows"])
@pytest.mark.parametrize("role", ["photographer", "editor"])
def test_who_may_not_is_neither_offered_it_nor_obeyed(role, action):
    person = UserFactory(roles=[role])
    session = {
        "confirm_rows": lambda: arrived(Status.PRE_SCHEDULED, 40, person),
        "settle_rows": lambda: arrived(Status.CONFIRMED, 3, person),
        "attend_rows": lambda: arrived(Status.ASSIGNED, -1, person),
    }[action]() if role == "photographer" else wire.arrived(
        Status.IN_EDITING, editor=person, days=-1
    )  # fmt: skip
    before = Session.objects.values().get()
    who = browser(person)
    assert action not in text(who.get(SESSIONS))
    chosen(who, action, session)
    assert Session.objects.values().get() == before


def test_nobody_deletes_by_the_list(admin_user, session):
    who = browser(admin_user)
    assert "delete_selected" not in text(who.get(SESSIONS))
    who.post(SESSIONS, {"action": "delete_selected", "_selected_action": session.pk, "post": "yes"})
    assert Session.objects.filter(pk=session.pk, hidden_at=None).exists()


# Clients and their money


def money_of(who: Browser, client: Any) -> tuple[str, str]:
    """Return what the list of clients shows as paid and owed."""
    row = next(
        one
        for one in re.findall(r"<tr.*?</tr>", text(who.get(CLIENTS)), re.S)
        if client.full_name in one
    )
    cells = {
        name: " ".join(re.sub(r"<[^>]+>", " ", cell).split())
        for name, cell in re.findall(r"field-(\w+)[^>]*>(.*?)</td>", row, re.S)
    }
    return cells["paid"], cells["owed"]


def test_the_list_of_clients_tells_what_they_paid_and_owe(at_the_desk):
    client, other = ClientFactory(full_name="Ada Cliente"), ClientFactory(full_name="Bea Cliente")
    arrived(Status.CONFIRMED, 40, client=client)
    asked = arrived(Status.PRE_SCHEDULED, 41, client=client)  # not owed before it is confirmed
    paid(asked, "100.00", PaymentType.PARTIAL, at=now())
    wire.arrived(Status.COMPLETED, days=-2, client=client)
    hidden = arrived(Status.CONFIRMED, 42, client=client)
    Session.objects.filter(pk=hidden.pk).update(hidden_at=now())
    assert money_of(at_the_desk, client) == ("Q 1,600.00", "Q 500.00")
    assert money_of(at_the_desk, other) == ("Q 0.00", "–")


def test_clients_are_sorted_by_what_they_owe(at_the_desk):
    owing, even = ClientFactory(), ClientFactory()
    arrived(Status.CONFIRMED, 40, client=owing)
    shown = at_the_desk.get(CLIENTS).context["cl"]
    column = 1 + list(shown.list_display).index("owed")
    for order, first in ((f"-{column - 1}", owing), (f"{column - 1}", even)):
        assert at_the_desk.get(CLIENTS, {"o": order}).context["cl"].queryset[0] == first


def test_a_clients_page_tells_their_latest_sessions_and_leads_to_all(at_the_desk, day):
    client = ClientFactory()
    sessions = [
        book(at=now(), session_date=day + timedelta(days=number), client=client)
        for number in range(22)
    ]
    shown = text(at_the_desk.get(f"{CLIENTS}{client.pk}/change/"))
    for session in sessions[2:]:
        assert session.code in shown
    assert sessions[0].code not in shown
    assert f'href="{SESSIONS}?client={client.pk}"' in shown
    assert len(listed(at_the_desk, client=client.pk)) == 22
    assert "Paid Q 0.00; still to be paid Q 0.00." in shown


def test_a_client_without_sessions_has_none_and_a_hidden_one_is_none(at_the_desk, session):
    Session.objects.update(hidden_at=now())
    shown = text(at_the_desk.get(f"{CLIENTS}{session.client_id}/change/"))
    assert session.code not in shown
    assert "None yet." in shown


# Rooms and their days


def today_of(who: Browser, room: Any) -> str:
    answer = who.get(ROOMS)
    row = next(one for one in re.findall(r"<tr.*?</tr>", text(answer), re.S) if room.name in one)
    cell = re.search(r"field-today[^>]*>(.*?)</td>", row, re.S)
    assert cell is not None
    return " ".join(re.sub(r"<[^>]+>", " ", cell[1]).split())


def test_the_list_of_rooms_tells_what_takes_each_today(at_the_desk, admin_user):
    today, room, free = studio_day(now()), RoomFactory(), RoomFactory()
    early = now() - timedelta(days=2)
    late = book(at=early, session_date=today, session_time=time(15), room=room)
    first = book(at=early, session_date=today, session_time=time(9), room=room)
    book(at=early, session_date=today + timedelta(days=1), room=room)
    assert today_of(at_the_desk, room) == f"09:00 {first.code}, 15:00 {late.code}"
    assert today_of(at_the_desk, free) in {"", "-", "–"}
    start_maintenance(free, actor=acting(admin_user), at=now(), reason="paint")
    assert "maintenance" in today_of(at_the_desk, free).lower()


def test_what_went_over_midnight_or_is_cancelled_is_told_right(at_the_desk):
    today, room = studio_day(now()), RoomFactory()
    early = now() - timedelta(days=3)
    over = book(at=early, session_date=today - timedelta(days=1), session_time=time(23), room=room)
    gone = book(at=early, session_date=today, session_time=time(15), room=room)
    cancel(gone, initiator="Client", reason="x", actor=SYSTEM, at=now())
    assert today_of(at_the_desk, room) == f"23:00 {over.code}"


def test_a_rooms_page_tells_its_two_weeks_day_by_day(at_the_desk, day):
    today, room = studio_day(now()), RoomFactory()
    soon = today + timedelta(days=13)
    inside = book(at=now(), session_date=soon, room=room)
    beyond = book(at=now(), session_date=today + timedelta(days=14), room=room)
    period = Period(instant(today + timedelta(days=5), time(8)), end_of(today + timedelta(days=5)))
    plan_maintenance(room, period, actor=SYSTEM, at=now(), reason="paint the walls")
    shown = text(at_the_desk.get(f"{ROOMS}{room.pk}/change/"))
    assert inside.code in shown
    assert inside.client.full_name in shown
    assert "10:00–12:00" in shown
    assert beyond.code not in shown
    assert "paint the walls" in shown
    assert start_of(soon) < inside.starts_at


def test_a_room_with_nothing_says_so(at_the_desk):
    shown = text(at_the_desk.get(f"{ROOMS}{RoomFactory().pk}/change/"))
    assert "Nothing is booked here." in shown
