"""Time off and maintenance in the back office: taken, refused with what they hit, given back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from config.clock import instant, now, studio_day
from config.records.models import AuditEntry
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, Maintenance, TimeOff
from sessions_app.policy.periods import Period
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, book
from sessions_app.tests.pages import browser, offered, page, press, problems, said, text
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TIME_OFF = "/admin/sessions_app/timeoff/"
MAINTENANCE = "/admin/sessions_app/maintenance/"


def period(first: date, last: date | None = None, hours: tuple[int, int] = (8, 18)) -> Any:
    """Return what the fields of a period send."""
    return {
        "starts_at_0": f"{first:%d/%m/%Y}",
        "starts_at_1": f"{hours[0]:02}:00",
        "ends_at_0": f"{last or first:%d/%m/%Y}",
        "ends_at_1": f"{hours[1]:02}:00",
    }


def of_day(day: date) -> Period:
    return Period(instant(day, time(8)), instant(day, time(18)))


def listed(who: Browser, address: str, **query: str) -> list[Claim]:
    return list(who.get(address, query).context["cl"].queryset)


def people_offered(who: Browser) -> set[str]:
    """Return whom the form of new time off offers."""
    field = who.get(f"{TIME_OFF}add/").context["adminform"].form.fields["person"]
    return {one.full_name for one in field.queryset}


# Time off


def test_a_photographer_takes_their_own(photographer, day):
    mine = browser(photographer)
    body = {"person": photographer.pk, "reason": "dentist", **period(day)}
    answer = mine.post(f"{TIME_OFF}add/", body)
    assert answer.status_code == 302, problems(answer)
    off = TimeOff.objects.get()
    assert (off.person, off.starts_at, off.ends_at, off.reason, off.active) == (
        photographer,
        instant(day, time(8)),
        instant(day, time(18)),
        "dentist",
        True,
    )
    assert listed(mine, TIME_OFF) == [off]
    assert "dentist" in text(mine.get(TIME_OFF))


def test_one_is_offered_oneself_and_the_office_everybody_who_works_here(
    photographer, editor, coordinator, plain_user, at_the_desk
):
    UserFactory(full_name="Iris Inactive", roles=["editor"], status="Inactive")
    assert people_offered(browser(photographer)) == {photographer.full_name}
    everybody = {one.full_name for one in (photographer, editor, coordinator)}
    assert people_offered(at_the_desk) == everybody
    form = browser(editor).get(f"{TIME_OFF}add/").context["adminform"].form
    assert form["person"].value() == editor.pk


def test_the_office_takes_it_for_others(at_the_desk, photographer, day):
    body = {"person": photographer.pk, "reason": "", **period(day)}
    assert at_the_desk.post(f"{TIME_OFF}add/", body).status_code == 302
    assert TimeOff.objects.get().person == photographer


def test_nobody_takes_it_for_others(photographer, editor, day):
    body = {"person": editor.pk, "reason": "", **period(day)}
    answer = browser(photographer).post(f"{TIME_OFF}add/", body)
    assert list(answer.context["adminform"].form.errors) == ["person"]
    assert not TimeOff.objects.exists()


def test_over_sessions_it_is_refused_with_all_that_it_would_hit(photographer, day):
    first = book(at=now(), session_date=day, session_time=time(9))
    second = book(at=now(), session_date=day, session_time=time(15))
    for session in (first, second):
        assign(session, photographer, at=now())
    body = {"person": photographer.pk, "reason": "dentist", **period(day)}
    answer = browser(photographer).post(f"{TIME_OFF}add/", body)
    sentence = problems(answer)
    for session in (first, second):
        assert session.code in sentence
    assert "9:00" in sentence
    assert "15:00" in sentence
    assert "dentist" in text(answer)  # what was typed stays
    assert not TimeOff.objects.exists()


def test_over_time_off_that_there_is_it_is_refused(photographer, day):
    take_time_off(photographer.pk, of_day(day), actor=SYSTEM, at=now())
    body = {"person": photographer.pk, "reason": "", **period(day)}
    answer = browser(photographer).post(f"{TIME_OFF}add/", body)
    assert "time off" in problems(answer).lower()
    assert "Please correct" not in text(answer), "there is nothing to correct in a field"
    assert TimeOff.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "hours"),
    [((5, 5), (18, 8)), ((5, 5), (8, 8)), ((-5, -4), (8, 8)), ((5, 4000), (8, 8))],
)
def test_a_period_that_is_over_empty_or_endless_is_refused_beside_its_end(
    photographer, days, hours
):
    today = studio_day(now())
    first, last = (today + timedelta(days=number) for number in days)
    body = {"person": photographer.pk, "reason": "", **period(first, last, hours)}
    answer = browser(photographer).post(f"{TIME_OFF}add/", body)
    assert list(answer.context["adminform"].form.errors) == ["ends_at"]
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize("missing", ["person", "starts_at_0", "ends_at_0"])
def test_what_is_missing_is_said_beside_its_field(photographer, day, missing):
    body = {"person": photographer.pk, "reason": "", **period(day), missing: ""}
    answer = browser(photographer).post(f"{TIME_OFF}add/", body)
    assert list(answer.context["adminform"].form.errors) == [missing.rstrip("_0")]
    assert "Please correct" in text(answer)


def test_it_is_given_back_and_the_row_stays(photographer, day):
    off = take_time_off(photographer.pk, of_day(day), actor=SYSTEM, at=now())
    mine = browser(photographer)
    off = TimeOff.objects.get(pk=off.pk)
    assert offered(mine, off) == {"withdraw"}
    assert "can be booked again" in press(mine, off, "withdraw")
    claim = Claim.objects.get(pk=off.pk)
    assert (claim.active, claim.end_cause) == (False, "withdrawn")
    assert listed(mine, TIME_OFF) == []
    assert mine.get(page(off)).status_code == 302  # it is not there any more
    assign(book(at=now(), session_date=day), photographer, at=now())


def test_the_office_gives_it_back_for_others_and_others_do_not_see_it(
    at_the_desk, photographer, editor, day
):
    off = take_time_off(photographer.pk, of_day(day), actor=SYSTEM, at=now(), reason="dentist")
    off = TimeOff.objects.get(pk=off.pk)
    stranger = browser(editor)
    assert listed(stranger, TIME_OFF) == []
    for button in ("change", "withdraw", "history"):
        assert stranger.get(page(off, button)).status_code == 302
    assert stranger.post(page(off, "withdraw")).status_code == 302
    off.refresh_from_db()
    assert off.active
    press(at_the_desk, off, "withdraw")


def test_given_back_twice_it_is_not_there_the_second_time(at_the_desk, photographer, day):
    off = take_time_off(photographer.pk, of_day(day), actor=SYSTEM, at=now())
    off = TimeOff.objects.get(pk=off.pk)
    press(at_the_desk, off, "withdraw")
    assert at_the_desk.post(page(off, "withdraw")).status_code == 302
    assert AuditEntry.objects.filter(object_id=str(off.pk)).count() <= 1


def test_what_is_over_is_in_a_list_of_its_own(at_the_desk, photographer, day):
    long_ago = now() - timedelta(days=20)
    past = take_time_off(
        photographer.pk, of_day(studio_day(now()) - timedelta(days=10)), actor=SYSTEM, at=long_ago
    )
    coming = take_time_off(photographer.pk, of_day(day), actor=SYSTEM, at=now())
    assert [one.pk for one in listed(at_the_desk, TIME_OFF)] == [coming.pk]
    assert [one.pk for one in listed(at_the_desk, TIME_OFF, when="past")] == [past.pk]
    shown = text(at_the_desk.get(TIME_OFF))
    assert "To come" in shown


def test_a_session_is_not_time_off_by_another_address(at_the_desk, session):
    claim = Claim.objects.get(session=session)
    for address in (TIME_OFF, MAINTENANCE):
        assert at_the_desk.get(f"{address}{claim.pk}/change/").status_code == 302
        assert at_the_desk.post(f"{address}{claim.pk}/withdraw/").status_code == 302
    claim.refresh_from_db()
    assert claim.active


# Maintenance


def test_it_is_planned_and_the_room_takes_no_session_then(as_the_boss, day):
    room = RoomFactory(name="Sala Azul")
    body = {"room": room.pk, "reason": "paint", **period(day)}
    answer = as_the_boss.post(f"{MAINTENANCE}add/", body)
    assert answer.status_code == 302, problems(answer)
    planned = Maintenance.objects.get()
    assert (planned.starts_at, planned.ends_at) == (instant(day, time(8)), instant(day, time(18)))
    room.refresh_from_db()
    assert room.status == "Active"
    assert AuditEntry.objects.filter(action="room.maintenance_planned").count() == 1
    shown = text(as_the_boss.get(MAINTENANCE))
    assert "Sala Azul" in shown
    assert "paint" in shown


def test_over_bookings_it_is_refused_with_the_list_of_them(as_the_boss, day):
    room = RoomFactory()
    hit = [book(at=now(), session_date=day, room=room, session_time=time(at)) for at in (9, 15)]
    body = {"room": room.pk, "reason": "paint", **period(day)}
    sentence = problems(as_the_boss.post(f"{MAINTENANCE}add/", body))
    for session in hit:
        assert session.code in sentence
    assert not Maintenance.objects.exists()


def test_without_an_end_it_is_refused_beside_the_field(as_the_boss, day):
    body = {"room": RoomFactory().pk, "reason": "", **period(day), "ends_at_0": "", "ends_at_1": ""}
    answer = as_the_boss.post(f"{MAINTENANCE}add/", body)
    assert list(answer.context["adminform"].form.errors) == ["ends_at"]


def test_a_closed_room_is_not_offered_and_refused(as_the_boss, day):
    closed = RoomFactory(status="Inactive")
    field = as_the_boss.get(f"{MAINTENANCE}add/").context["adminform"].form.fields["room"]
    assert closed not in field.queryset
    body = {"room": closed.pk, "reason": "", **period(day)}
    answer = as_the_boss.post(f"{MAINTENANCE}add/", body)
    assert list(answer.context["adminform"].form.errors) == ["room"]


def test_it_is_called_off(as_the_boss, day):
    room = RoomFactory()
    planned = plan_maintenance(room, of_day(day), actor=SYSTEM, at=now())
    planned = Maintenance.objects.get(pk=planned.pk)
    press(as_the_boss, planned, "withdraw")
    assert listed(as_the_boss, MAINTENANCE) == []
    assert AuditEntry.objects.filter(action="room.maintenance_called_off").count() == 1
    book(at=now(), session_date=day, room=room)


def test_what_runs_from_now_ends_with_the_rooms_reactivation(as_the_boss, admin_user):
    room = RoomFactory()
    start_maintenance(room, actor=acting(admin_user), at=now(), reason="flood")
    running = Maintenance.objects.get()
    shown = text(as_the_boss.get(MAINTENANCE))
    assert "until reactivated" in shown
    assert offered(as_the_boss, running) == set()
    answer = as_the_boss.post(page(running, "withdraw"))
    assert "reactivated" in said(answer)
    assert Maintenance.objects.get().active
    assert as_the_boss.post(f"/admin/catalog/room/{room.pk}/reactivate/").status_code == 302
    assert Room.objects.get(pk=room.pk).status == "Active"
    assert listed(as_the_boss, MAINTENANCE) == []


def test_a_planned_one_that_has_begun_can_still_be_called_off(as_the_boss, admin_user):
    at = now() - timedelta(days=2)
    whole = Period(now() - timedelta(days=1), now() + timedelta(days=1))
    plan_maintenance(RoomFactory(), whole, actor=acting(admin_user), at=at)
    press(as_the_boss, Maintenance.objects.get(), "withdraw")


def test_the_desk_sees_it_and_leaves_it(at_the_desk, day):
    planned = plan_maintenance(RoomFactory(), of_day(day), actor=SYSTEM, at=now())
    planned = Maintenance.objects.get(pk=planned.pk)
    assert listed(at_the_desk, MAINTENANCE) == [planned]
    assert offered(at_the_desk, planned) == set()
    assert "not allowed" in said(at_the_desk.post(page(planned, "withdraw")))
    body = {"room": RoomFactory().pk, "reason": "", **period(day + timedelta(days=1))}
    assert at_the_desk.post(f"{MAINTENANCE}add/", body).status_code == 403
    assert Maintenance.objects.get().active


def test_a_row_is_never_edited_or_deleted(as_the_boss, at_the_desk, photographer, day):
    planned = plan_maintenance(RoomFactory(), of_day(day), actor=SYSTEM, at=now())
    off = take_time_off(photographer.pk, of_day(day), actor=SYSTEM, at=now())
    before = list(Claim.objects.order_by("pk").values())
    for address, claim in ((MAINTENANCE, planned), (TIME_OFF, off)):
        for who in (as_the_boss, at_the_desk):
            row = f"{address}{claim.pk}/"
            forged = {"active": "", "person": 1, "reason": "x", **period(day + timedelta(days=2))}
            assert who.post(f"{row}change/", forged).status_code == 403
            assert who.post(f"{row}delete/", {"post": "yes"}).status_code == 403
            who.post(address, {"action": "delete_selected", "_selected_action": claim.pk,
                               "post": "yes"})  # fmt: skip
    assert list(Claim.objects.order_by("pk").values()) == before


def test_time_off_over_a_session_that_is_done_is_taken(photographer, at_the_desk):
    """What is over holds nobody: completed sessions end their claims."""
    done = wire.arrived(Status.COMPLETED, photographer, days=-1)
    first: datetime = instant(done.session_date, time(8))
    assert first < now()
    body = {"person": photographer.pk, "reason": "",
            **period(done.session_date, studio_day(now()) + timedelta(days=1))}  # fmt: skip
    answer = at_the_desk.post(f"{TIME_OFF}add/", body)
    assert answer.status_code == 302, problems(answer)
