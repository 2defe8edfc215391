"""What takes rooms and people, as far as each person sees it (rules, section 9)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import end_of, now, start_of, studio_day
from sessions_app.actions import planning, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.hiding import hide
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.actions.time_off import give_time_off_back, take_time_off
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import Entry, entries, unclaimed
from sessions_app.tests.builders import AT, DAY, SYSTEM, assign, book, external, taken_to
from sessions_app.tests.wire import arrived, holding
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory, role

pytestmark = pytest.mark.django_db

WHOLE_DAY = Period(start_of(DAY), end_of(DAY))


def seen(viewer: User, period: Period = WHOLE_DAY, **of_whom: int) -> list[Entry]:
    return list(entries(viewer, period, **of_whom))


def kinds(found: list[Entry]) -> list[str]:
    return [entry.kind for entry in found]


def of_day(day: date) -> Period:
    return Period(start_of(day), end_of(day))


# Which


def test_a_week_is_told_in_order_of_time(coordinator, photographer):
    days = [DAY + timedelta(days=days) for days in (2, 0, 1)]
    for day in days:
        assign(book(session_date=day), photographer)
    take_time_off(photographer.pk, of_day(DAY + timedelta(days=3)), actor=SYSTEM, at=AT)
    found = seen(coordinator, Period(start_of(DAY), end_of(DAY + timedelta(days=6))))
    assert len(found) == 7
    assert [entry.starts_at for entry in found] == sorted(entry.starts_at for entry in found)
    ids = [entry.id for entry in found if entry.starts_at == found[0].starts_at]
    assert ids == sorted(ids)


def test_what_is_completed_stays_in_the_agenda(coordinator, photographer):
    session = arrived(Status.COMPLETED, photographer)
    day = of_day(session.session_date)
    for viewer in (coordinator, photographer):
        assert sorted(kinds(seen(viewer, day))) == ["assignment", "session"]
        assert {entry.status for entry in seen(viewer, day)} == {"Completed"}


def test_what_is_cancelled_hidden_moved_or_released_is_gone(coordinator, photographer):
    cancelled, hidden, moved, released = (book() for _ in range(4))
    assign(cancelled, photographer)
    cancel(cancelled, initiator="Client", reason="x", actor=SYSTEM, at=AT)
    hide(hidden, actor=SYSTEM, at=AT)
    planning.change_session(moved, {"room_id": RoomFactory().pk}, actor=SYSTEM, at=AT)
    team.release(assign(released, photographer), actor=SYSTEM, at=AT)
    told = [(entry.session_id, entry.kind) for entry in seen(coordinator)]
    assert sorted(told) == sorted([(moved.pk, "session"), (released.pk, "session")])
    assert seen(photographer) == []


def test_what_was_taken_back_is_gone(coordinator, photographer):
    off = take_time_off(photographer.pk, WHOLE_DAY, actor=SYSTEM, at=AT)
    assert kinds(seen(coordinator)) == ["time_off"]
    give_time_off_back(off, actor=SYSTEM, at=AT)
    assert seen(coordinator) == []


def test_maintenance_without_an_end_is_in_every_later_agenda(coordinator):
    start_maintenance(RoomFactory(), actor=SYSTEM, at=AT)
    assert kinds(seen(coordinator)) == ["maintenance"]
    before = studio_day(AT) - timedelta(days=1)
    assert seen(coordinator, of_day(before)) == []


def test_it_is_of_one_room_or_person(coordinator, photographer):
    session = book()
    assign(session, photographer)
    assign(external(), UserFactory(roles=["photographer"]))
    assert kinds(seen(coordinator, room_id=session.room_id)) == ["session"]
    assert [one.person_id for one in seen(coordinator, person_id=photographer.pk)] == [
        photographer.pk
    ]
    assert seen(coordinator, room_id=10**6) == []


def test_what_holds_nobody_and_nothing_is_told_to_who_sees_all_until_somebody_is_assigned(
    coordinator, photographer
):
    lonely, _studio = external(), book()
    assert [one.session_id for one in unclaimed(coordinator, WHOLE_DAY)] == [lonely.pk]
    assert list(unclaimed(photographer, WHOLE_DAY)) == []
    assign(lonely, photographer)
    assert list(unclaimed(coordinator, WHOLE_DAY)) == []
    cancelled = external()
    cancel(cancelled, initiator="Client", reason="x", actor=SYSTEM, at=AT)
    assert list(unclaimed(coordinator, WHOLE_DAY)) == []


# For whom


@pytest.fixture
def busy_day(photographer: User) -> Session:
    """A session of Pedro's, one of somebody else's, time off of both, a room in maintenance."""
    mine, theirs = book(), book()
    assign(mine, photographer)
    other = assign(theirs).photographer
    evening = Period(start_of(DAY) + timedelta(hours=18), end_of(DAY))
    for person in (photographer, other):
        take_time_off(person.pk, evening, actor=SYSTEM, at=AT, reason="a family matter")
    plan_maintenance(RoomFactory(), WHOLE_DAY, actor=SYSTEM, at=AT, reason="paint")
    return mine


def test_the_office_sees_all(busy_day, coordinator, admin_user):
    for viewer in (coordinator, admin_user):
        assert sorted(kinds(seen(viewer))) == sorted(
            ["maintenance", *["session", "assignment", "time_off"] * 2]
        )


def test_a_photographer_sees_their_sessions_and_their_own_time_off(busy_day, photographer):
    found = seen(photographer)
    assert sorted(kinds(found)) == ["assignment", "session", "time_off"]
    assert {entry.session_id for entry in found} == {busy_day.pk, None}
    assert {entry.person_id for entry in found} == {photographer.pk, None}


def test_colleagues_on_the_same_session_are_seen_but_not_what_else_they_do(busy_day, photographer):
    second = assign(busy_day).photographer
    assign(external(session_date=DAY, session_time=None), second)
    assign(book(session_date=DAY + timedelta(days=1)), second)
    found = seen(photographer, Period(start_of(DAY), end_of(DAY + timedelta(days=2))))
    assert [one.session_id for one in found if one.person_id == second.pk] == [busy_day.pk]


def test_why_others_are_off_is_for_who_assigns_people_and_not_for_who_only_sees_all(busy_day):
    viewer = holding(Right.SESSION_VIEW_ALL, beside="photographer")
    morning = Period(start_of(DAY), start_of(DAY) + timedelta(hours=8))
    take_time_off(viewer.pk, morning, actor=SYSTEM, at=AT, reason="dentist")
    told = {entry.person_id: entry.reason for entry in seen(viewer) if entry.kind == "time_off"}
    assert told.pop(viewer.pk) == "dentist"
    assert list(told.values()) == ["", ""]


def test_an_editor_sees_the_pool_and_what_they_edit(editor):
    pool = arrived(Status.ATTENDED, days=-2)
    edited = arrived(Status.IN_EDITING, editor=editor, days=-1)
    arrived(Status.IN_EDITING, days=-1)
    week = Period(now() - timedelta(days=7), now())
    assert {entry.session_id for entry in seen(editor, week)} == {pool.pk, edited.pk}


def test_who_sees_rooms_sees_their_maintenance_and_nothing_more(busy_day):
    viewer = holding(Right.ROOM_VIEW, beside="editor")
    assert kinds(seen(viewer)) == ["maintenance"]


def test_who_was_invited_sees_nothing(busy_day, plain_user):
    assert seen(plain_user) == []


def test_who_is_no_photographer_any_more_is_told_of_no_session(photographer):
    session = arrived(Status.COMPLETED, photographer)
    photographer.roles.set([role("user")])
    former = User.objects.get(pk=photographer.pk)
    assert seen(former, of_day(session.session_date)) == []


# How


def test_a_session_is_named_by_code_and_client_and_absence_by_its_reason(coordinator):
    client = ClientFactory(full_name="Álvaro Yax")
    session = book(client=client)
    person = UserFactory(roles=["photographer"])
    take_time_off(person.pk, WHOLE_DAY, actor=SYSTEM, at=AT, reason="dentist")
    plan_maintenance(RoomFactory(), WHOLE_DAY, actor=SYSTEM, at=AT)
    titles = {entry.kind: entry.title for entry in seen(coordinator)}
    assert titles == {
        "session": f"{session.code} · Álvaro Yax",
        "time_off": "Time off: dentist",
        "maintenance": "Maintenance",
    }


def test_a_week_takes_one_query_however_much_is_in_it(coordinator, photographer):
    week = Period(start_of(DAY), end_of(DAY + timedelta(days=6)))

    def counted(viewer: User) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert seen(viewer, week)
        return len(queries)

    assign(taken_to(Status.CONFIRMED), photographer)
    counts = [(counted(viewer), counted(viewer))[1] for viewer in (coordinator, photographer)]
    for days in (1, 2):
        assign(book(session_date=DAY + timedelta(days=days)), photographer)
        assign(book(session_date=DAY + timedelta(days=days)))
    assert [counted(viewer) for viewer in (coordinator, photographer)] == counts == [1, 1]
