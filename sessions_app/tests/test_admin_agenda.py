"""The agenda of the back office: what each person sees of it."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from catalog.tests.factories import RoomFactory
from config.clock import instant, now, studio_day
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.lifecycle import OPEN, Status
from sessions_app.models import Session
from sessions_app.policy.periods import Period
from sessions_app.templatetags.studio import STATE_COLORS
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, book, external
from sessions_app.tests.pages import AGENDA, ENTRIES, SESSIONS, arrived, browser, shown, text, wall
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MOVE = f"{AGENDA}move/"
TOMORROW = f"{studio_day(now()) + timedelta(days=1)}T10:00:00"


# The page


def test_the_office_has_a_row_per_open_room_and_per_photographer(at_the_desk, editor):
    RoomFactory(name="Sala Cerrada", status="Inactive")
    room = RoomFactory(name="Sala Azul")
    person = UserFactory(full_name="Pilar P", roles=["photographer"])
    UserFactory(roles=["photographer"], status="Inactive")
    facts = at_the_desk.get(AGENDA).context["facts"]
    assert facts["resources"] == [
        {"id": "person-0", "title": "No photographer", "kind": "person"},
        {"id": f"room-{room.pk}", "title": "Sala Azul", "kind": "room"},
        {"id": f"person-{person.pk}", "title": "Pilar P", "kind": "person"},
    ]
    assert facts["add"] == f"{SESSIONS}add/"


@pytest.mark.parametrize("role", ["photographer", "editor"])
def test_others_get_no_rows_of_rooms_and_people_and_no_way_to_book(role):
    RoomFactory(name="Sala Azul")
    UserFactory(full_name="Pilar P", roles=["photographer"])
    answer = browser(UserFactory(roles=[role])).get(AGENDA)
    assert answer.status_code == 200
    assert (answer.context["facts"]["resources"], answer.context["facts"]["add"]) == ([], "")
    assert "Sala Azul" not in text(answer)
    assert "Pilar P" not in text(answer)


def test_the_page_takes_any_text_for_a_date_and_runs_no_script_of_it(at_the_desk):
    answer = at_the_desk.get(AGENDA, {"date": "</script><script>alert(1)"})
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()


def test_the_legend_names_the_states_that_an_agenda_shows(at_the_desk):
    page = text(at_the_desk.get(AGENDA))
    for state in OPEN:
        assert f">{state.label}</span>" in page
    assert ">Canceled</span>" not in page


# What it shows


def test_a_session_stands_in_its_room_and_with_each_of_its_photographers(at_the_desk, day):
    session = book(at=now(), session_date=day)
    parts = [assign(session, at=now()) for _ in range(2)]
    found = shown(at_the_desk, day)
    assert {entry["resourceIds"][0] for entry in found} == {
        f"room-{session.room_id}",
        *(f"person-{part.photographer_id}" for part in parts),
    }
    for entry in found:
        assert (entry["start"], entry["end"]) == (f"{day}T10:00:00", f"{day}T12:00:00")
        assert entry["title"] == f"{session.code} · {session.client.full_name}"
        assert entry["extendedProps"]["page"] == f"{SESSIONS}{session.pk}/change/"
        assert entry["startEditable"] is True


def test_where_there_are_no_rows_each_session_is_shown_once(at_the_desk, day):
    for number in range(2):
        session = book(at=now(), session_date=day, session_time=time(10 + 3 * number))
        assign(session, at=now())
        assign(session, at=now())
    found = shown(at_the_desk, day - timedelta(days=15), 31)
    assert len(found) == 6
    firsts = [
        entry["extendedProps"]["code"]
        for entry in found
        if "all" in entry["extendedProps"]["firstOf"]
    ]
    assert sorted(firsts) == sorted(Session.objects.values_list("code", flat=True))


def test_each_time_off_and_maintenance_is_shown_also_where_there_are_no_rows(
    at_the_desk, photographer, day
):
    for start in (9, 12):
        period = Period(instant(day, time(start)), instant(day, time(start + 1)))
        take_time_off(photographer.pk, period, actor=SYSTEM, at=now())
        plan_maintenance(RoomFactory(), period, actor=SYSTEM, at=now())
    for entry in shown(at_the_desk, day):
        kind = entry["resourceIds"][0].partition("-")[0]
        assert entry["extendedProps"]["firstOf"] == ["all", kind]


@pytest.mark.parametrize("state", sorted(OPEN | {Status.COMPLETED}))
def test_each_state_has_its_colour_and_completed_ones_stay(at_the_desk, state):
    session = wire.arrived(state, days=-1) if state not in (
        Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED
    ) else wire.arrived(state, days=20)  # fmt: skip
    found = shown(at_the_desk, session.session_date)
    assert found
    for entry in found:
        assert entry["classNames"] == [f"agenda-{STATE_COLORS[state] or 'done'}"]
        assert entry["extendedProps"]["state"] == state.label


def test_cancelled_ones_are_gone(at_the_desk, session):
    cancel(session, initiator="Client", reason="x", actor=SYSTEM, at=now())
    assert shown(at_the_desk, session.session_date) == []


def test_only_what_may_still_be_moved_can_be_dragged(at_the_desk):
    for state, days, expected in (
        (Status.REQUEST, 20, True),
        (Status.CONFIRMED, 21, True),
        (Status.ASSIGNED, 2, True),
        (Status.ATTENDED, -1, False),
        (Status.COMPLETED, -2, False),
    ):
        found = shown(at_the_desk, wire.arrived(state, days=days).session_date)
        assert {entry["startEditable"] for entry in found} == {expected}, state


def test_what_is_settled_asks_for_a_reason_and_what_is_open_does_not(at_the_desk):
    """The page asks for one exactly where moving is a postponement."""
    for session, settled in (
        (arrived(Status.CONFIRMED, 40), False),
        (arrived(Status.CONFIRMED, 3), True),
        (arrived(Status.ASSIGNED, 4), True),
        (book(at=now(), session_date=studio_day(now()) + timedelta(days=60)), False),
    ):
        [entry, *_rest] = shown(at_the_desk, session.session_date)
        assert entry["extendedProps"]["needsReason"] is settled, session.status


def test_maintenance_without_an_end_goes_on_to_the_end_of_what_is_shown(at_the_desk, admin_user):
    room = RoomFactory()
    start_maintenance(room, actor=acting(admin_user), at=now(), reason="paint")
    today = studio_day(now())
    [entry] = shown(at_the_desk, today, 3)
    assert entry["title"] == "Maintenance: paint"
    assert entry["end"] == wall(today + timedelta(days=3))
    assert entry["classNames"] == ["agenda-maintenance"]
    assert (entry["startEditable"], entry["extendedProps"]["page"]) == (False, None)


def test_times_are_the_studios_wall_clock_and_a_period_ends_before_its_end(at_the_desk, day):
    last = external(at=now(), session_date=day, session_time=time(23, 0))
    assign(last, at=now())
    [of_day] = shown(at_the_desk, day)
    [of_next] = shown(at_the_desk, day + timedelta(days=1))
    assert of_day == of_next
    assert (of_day["start"], of_day["end"]) == (
        f"{day}T23:00:00",
        f"{day + timedelta(days=1)}T01:00:00",
    )
    midnight = {"start": wall(day, time(22)), "end": wall(day, time(23))}
    assert at_the_desk.get(ENTRIES, midnight).json() == []


# Who sees what


@pytest.fixture
def busy_day(day: date, photographer: User, editor: User) -> dict[str, Any]:
    """Return a day with sessions, time off and maintenance of several people."""
    mine = book(at=now(), session_date=day)
    assign(mine, photographer, at=now())
    with_me = assign(mine, at=now()).photographer
    others = book(at=now(), session_date=day)
    assign(others, at=now())
    period = Period(instant(day, time(15)), instant(day, time(16)))
    take_time_off(photographer.pk, period, actor=SYSTEM, at=now(), reason="dentist")
    take_time_off(with_me.pk, period, actor=SYSTEM, at=now(), reason="divorce")
    plan_maintenance(RoomFactory(), period, actor=SYSTEM, at=now(), reason="paint")
    return {"mine": mine, "others": others, "with_me": with_me}


def test_the_office_sees_all_of_it(at_the_desk, busy_day, day):
    titles = {entry["title"] for entry in shown(at_the_desk, day)}
    sessions = {f"{one.code} · {one.client.full_name}" for one in Session.objects.all()}
    assert titles == sessions | {"Time off: dentist", "Time off: divorce", "Maintenance: paint"}


def test_a_photographer_sees_their_sessions_and_their_own_time_off(photographer, busy_day, day):
    found = shown(browser(photographer), day)
    mine = busy_day["mine"]
    titles = {entry["title"] for entry in found}
    assert titles == {f"{mine.code} · {mine.client.full_name}", "Time off: dentist"}
    assert {entry["startEditable"] for entry in found} == {False}


def test_an_editor_without_work_sees_nothing_and_one_with_work_theirs(editor, busy_day, day):
    assert shown(browser(editor), day) == []
    own = wire.arrived(Status.IN_EDITING, editor=editor, days=-3)
    found = shown(browser(editor), own.session_date)
    assert {entry["extendedProps"]["code"] for entry in found} == {own.code}


def test_no_entry_tells_more_than_what_when_where_and_who(at_the_desk, busy_day, day):
    for entry in shown(at_the_desk, day):
        assert entry.keys() == {
            "id", "resourceIds", "start", "end", "title", "classNames", "startEditable",
            "extendedProps",
        }  # fmt: skip
        assert entry["extendedProps"].keys() == {
            "kind", "page", "code", "state", "place", "who", "firstOf", "version",
            "needsReason", "client",
        }  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"start": "2026-04-20T00:00:00"},
        {"end": "2026-04-20T00:00:00"},
        {"start": "yesterday", "end": "tomorrow"},
        {"start": "2026-13-45T00:00:00", "end": "2026-04-21T00:00:00"},
        {"start": "\0", "end": "\0"},
        {"start": "2026-04-21T00:00:00", "end": "2026-04-20T00:00:00"},
        {"start": "2000-01-01T00:00:00", "end": "2099-01-01T00:00:00"},
        {"start": "0001-01-01T00:00:00", "end": "9999-12-31T23:59:59"},
    ],
    ids=str,
)
def test_a_period_that_cannot_be_shown_is_refused_in_a_sentence(at_the_desk, asked):
    answer = at_the_desk.get(ENTRIES, asked)
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-30"])
def test_nothing_is_booked_at_the_ends_of_the_calendar(at_the_desk, session, first):
    assert shown(at_the_desk, date.fromisoformat(first)) == []
