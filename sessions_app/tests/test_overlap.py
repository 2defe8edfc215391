"""Nobody and nothing is booked twice (rules, section 3)."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from config.clock import instant, studio_zone
from sessions_app.actions import claims, planning, team
from sessions_app.actions.hiding import hide
from sessions_app.actions.transition import transition
from sessions_app.errors import PhotographerNotAvailable, RoomNotAvailable
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, ClaimKind
from sessions_app.policy.periods import Period
from sessions_app.queries import conflicts
from sessions_app.tests.builders import AT, DAY, acting, assign, book, external, taken_to
from users.actions.roles import permissions_by_right
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SYSTEM = acting(None)


@pytest.fixture
def room() -> Room:
    return RoomFactory(name="Sala Azul")


@pytest.fixture
def pedro() -> User:
    return UserFactory(full_name="Pedro", roles=["photographer"])


def starting(clock: str, hours: str) -> dict[str, object]:
    return {
        "session_time": time.fromisoformat(clock),
        "estimated_duration_hours": Decimal(hours),
    }


OVERLAPS = {
    "the same time": ("10:00", "2"),
    "over its start": ("09:00", "1.25"),
    "over its end": ("11:45", "2"),
    "contained in it": ("10:30", "1"),
    "containing it": ("09:00", "4"),
    "the same start, shorter": ("10:00", "0.5"),
    "the same end": ("11:00", "1"),
}
FITS = {"back to back before": ("08:00", "2"), "back to back after": ("12:00", "2")}


@pytest.mark.parametrize(("clock", "hours"), OVERLAPS.values(), ids=OVERLAPS)
def test_a_room_is_refused_where_a_session_overlaps(room, clock, hours):
    book(room=room)
    with pytest.raises(RoomNotAvailable):
        book(room=room, **starting(clock, hours))


@pytest.mark.parametrize(("clock", "hours"), FITS.values(), ids=FITS)
def test_back_to_back_fits_in_a_room(room, clock, hours):
    book(room=room)
    assert book(room=room, **starting(clock, hours)).pk


@pytest.mark.parametrize(("clock", "hours"), OVERLAPS.values(), ids=OVERLAPS)
def test_a_photographer_is_refused_where_a_session_overlaps(pedro, clock, hours):
    assign(book(), pedro)
    other = book(**starting(clock, hours))
    with pytest.raises(PhotographerNotAvailable):
        assign(other, pedro)


@pytest.mark.parametrize(("clock", "hours"), FITS.values(), ids=FITS)
def test_back_to_back_fits_for_a_photographer(pedro, clock, hours):
    assign(book(), pedro)
    assert assign(book(**starting(clock, hours)), pedro).pk


def test_the_same_time_in_another_room_fits(room):
    book(room=room)
    assert book(room=RoomFactory()).pk


def test_a_session_over_midnight_holds_its_room_on_both_days(room):
    book(room=room, **starting("22:00", "4"))
    with pytest.raises(RoomNotAvailable):
        book(room=room, session_date=DAY + timedelta(days=1), **starting("01:00", "1"))
    assert book(room=room, session_date=DAY + timedelta(days=1), **starting("02:00", "1")).pk


def test_a_cancelled_session_frees_its_room_and_its_photographers(room, pedro):
    session = book(room=room)
    assign(session, pedro)
    transition(session, Status.CANCELED, actor=SYSTEM, at=AT)
    assert assign(book(room=room), pedro).pk
    causes = Claim.objects.filter(session=session).values_list("active", "end_cause")
    assert set(causes) == {(False, "canceled")}


@pytest.mark.parametrize("state", Status)
def test_in_every_state_but_the_last_two_a_session_holds_what_it_needs(room, pedro, state):
    session = book(room=room)
    assign(session, pedro)
    taken_to(state, session)
    if state in (Status.COMPLETED, Status.CANCELED):
        assert assign(book(room=room), pedro).pk
        return
    with pytest.raises(RoomNotAvailable):
        book(room=room)
    with pytest.raises(PhotographerNotAvailable):
        assign(book(), pedro)


def test_a_hidden_session_frees_what_it_held(room, pedro):
    session = book(room=room)
    assign(session, pedro)
    hide(session, actor=SYSTEM, at=AT)
    assert assign(book(room=room), pedro).pk


def test_a_session_cannot_be_moved_onto_another(room):
    book(room=room)
    later = book(room=room, **starting("14:00", "2"))
    with pytest.raises(RoomNotAvailable):
        planning.change_session(later, starting("11:00", "2"), actor=SYSTEM, at=AT)
    later.refresh_from_db()
    assert later.session_time == time(14)
    assert Claim.objects.get(session=later).starts_at == instant(DAY, time(14))


def test_a_session_cannot_be_lengthened_into_another(room):
    first = book(room=room)
    book(room=room, **starting("12:00", "1"))
    with pytest.raises(RoomNotAvailable):
        planning.change_session(
            first, {"estimated_duration_hours": Decimal("2.25")}, actor=SYSTEM, at=AT
        )


def test_a_session_cannot_change_into_a_taken_room(room):
    book(room=room)
    other = book()
    with pytest.raises(RoomNotAvailable):
        planning.change_session(other, {"room_id": room.pk}, actor=SYSTEM, at=AT)


def test_a_session_changes_into_a_free_room_and_leaves_its_own(room):
    session = book(room=room)
    planning.change_session(session, {"room_id": RoomFactory().pk}, actor=SYSTEM, at=AT)
    assert book(room=room).pk


def test_a_session_may_be_moved_within_its_own_slot(room, pedro):
    session = book(room=room)
    assign(session, pedro)
    moved = planning.change_session(session, starting("10:30", "2"), actor=SYSTEM, at=AT)
    assert moved.starts_at == instant(DAY, time(10, 30))


def test_moving_a_session_onto_its_photographers_other_one_is_refused_as_a_whole(pedro):
    assign(book(), pedro)
    later = book(**starting("14:00", "2"))
    assign(later, pedro)
    with pytest.raises(PhotographerNotAvailable):
        planning.change_session(later, starting("11:00", "2"), actor=SYSTEM, at=AT)
    assert Claim.objects.filter(session=later, starts_at=instant(DAY, time(14))).count() == 2


def test_a_released_photographer_is_free(pedro):
    team.release(assign(book(), pedro), actor=SYSTEM, at=AT)
    assert assign(book(), pedro).pk


def test_a_session_without_a_time_holds_nothing(room, pedro):
    assign(book(room=room, session_time=None), pedro)
    assert Claim.objects.count() == 0
    assert assign(book(room=room), pedro).pk


def test_giving_a_time_later_holds_room_and_team(room, pedro):
    session = book(room=room, session_time=None)
    assign(session, pedro)
    book(room=room)
    with pytest.raises(RoomNotAvailable):
        planning.change_session(session, {"session_time": time(10)}, actor=SYSTEM, at=AT)
    planning.change_session(session, {"session_time": time(15)}, actor=SYSTEM, at=AT)
    assert Claim.objects.filter(session=session, active=True).count() == 2


def test_the_turnaround_keeps_a_room_taken_after_a_session(room, business_rules):
    business_rules(room_turnaround_minutes=30)
    book(room=room)
    with pytest.raises(RoomNotAvailable):
        book(room=room, **starting("12:15", "1"))
    assert book(room=room, **starting("12:30", "1")).pk


def test_travel_widens_a_photographers_coverage_of_external_sessions(pedro, business_rules):
    business_rules(travel_minutes=60)
    assign(external(), pedro)
    with pytest.raises(PhotographerNotAvailable):
        assign(book(**starting("12:30", "1")), pedro)
    with pytest.raises(PhotographerNotAvailable):
        assign(book(**starting("08:00", "1.5")), pedro)
    assert assign(book(**starting("13:00", "1")), pedro).pk


def test_travel_does_not_widen_studio_sessions(pedro, business_rules):
    business_rules(travel_minutes=60)
    assign(book(), pedro)
    assert assign(book(**starting("12:00", "1")), pedro).pk


def test_an_agreed_coverage_moves_and_grows_along_with_its_session(pedro):
    session = book()
    agreed = Period(instant(DAY, time(9)), instant(DAY, time(13)))
    assignment = assign(session, pedro, coverage=agreed)
    planning.change_session(session, starting("14:00", "3"), actor=SYSTEM, at=AT)
    assignment.refresh_from_db()
    assert assignment.coverage == Period(instant(DAY, time(13)), instant(DAY, time(18)))
    claim = Claim.objects.get(assignment=assignment)
    assert claim.period == assignment.coverage


@pytest.mark.parametrize(
    ("agreed", "hours", "left"),
    [
        (("11:00", "12:00"), "1", ("10:00", "11:00")),
        (("11:00", "14:00"), "1", ("10:00", "11:00")),
        (("09:00", "14:00"), "1", ("09:00", "13:00")),
    ],
    ids=["nothing is left of it", "what is left lies beside", "it shrinks along"],
)
def test_a_coverage_still_covers_a_session_that_was_shortened(pedro, agreed, hours, left):
    session = book()
    starts, ends = (instant(DAY, time.fromisoformat(clock)) for clock in agreed)
    assignment = assign(session, pedro, coverage=Period(starts, ends))
    change = {"estimated_duration_hours": Decimal(hours)}
    planning.change_session(session, change, actor=SYSTEM, at=AT)
    assignment.refresh_from_db()
    starts, ends = (instant(DAY, time.fromisoformat(clock)) for clock in left)
    assert assignment.coverage == Period(starts, ends)


def test_a_refusal_names_what_stands_in_the_way_and_the_next_free_times(room, coordinator):
    standing = book(room=room, **starting("15:00", "2"))
    with pytest.raises(RoomNotAvailable) as refusal:
        book(acting(coordinator), room=room, **starting("15:30", "2"))
    assert "Sala Azul" in refusal.value.detail
    assert standing.code in refusal.value.detail
    (conflict,) = refusal.value.context["conflicts"]
    assert conflict == {
        "code": standing.code,
        "kind": "session",
        "starts_at": "2026-04-20T15:00:00-06:00",
        "ends_at": "2026-04-20T17:00:00-06:00",
        "status": "Request",
    }
    # The studio closes at 18:00, so two hours fit again only the next morning.
    starts = [slot["starts_at"] for slot in refusal.value.context["next_free"]]
    assert starts == [
        "2026-04-21T08:00:00-06:00",
        "2026-04-21T10:00:00-06:00",
        "2026-04-21T12:00:00-06:00",
    ]


def test_the_next_free_times_suit_room_and_photographer_at_once(room, pedro):
    book(room=room)
    assign(external(**starting("12:00", "2")), pedro)
    session = book(room=room, **starting("16:00", "2"))
    assign(session, pedro)
    with pytest.raises(RoomNotAvailable) as refusal:
        planning.change_session(session, {"session_time": time(10)}, actor=SYSTEM, at=AT)
    assert refusal.value.context["next_free"][0]["starts_at"] == "2026-04-20T14:00:00-06:00"


def test_next_free_times_of_external_sessions_ignore_opening_hours(pedro):
    assign(external(**starting("17:00", "2")), pedro)
    with pytest.raises(PhotographerNotAvailable) as refusal:
        assign(external(**starting("18:00", "1")), pedro)
    assert refusal.value.context["next_free"][0]["starts_at"] == "2026-04-20T19:00:00-06:00"


def test_who_does_not_see_the_other_session_learns_only_its_times(room):
    permissions = permissions_by_right()
    desk = Role.objects.create(name="desk")
    desk.permissions.add(permissions[Right.SESSION_CREATE])
    clerk = UserFactory()
    clerk.roles.add(desk)
    book(room=room)
    with pytest.raises(RoomNotAvailable) as refusal:
        book(acting(clerk), room=room)
    (conflict,) = refusal.value.context["conflicts"]
    assert (conflict["code"], conflict["status"]) == (None, None)
    assert conflict["starts_at"] == "2026-04-20T10:00:00-06:00"


def test_with_the_applications_look_switched_off_the_constraint_alone_holds(room, monkeypatch):
    book(room=room)
    honest = conflicts.obstacles
    looks = iter([[]])
    monkeypatch.setattr(
        conflicts, "obstacles", lambda calls, session: next(looks, None) or honest(calls, session)
    )
    with pytest.raises(RoomNotAvailable) as refusal:
        book(room=room)
    assert refusal.value.context["conflicts"]
    assert Claim.objects.filter(active=True).count() == 1


def test_time_off_and_maintenance_stand_in_the_way_too(room, pedro):
    noon = Period(instant(DAY, time(10)), instant(DAY, time(11)))
    Claim.objects.create(
        kind=ClaimKind.TIME_OFF, person=pedro, starts_at=noon.starts_at, ends_at=noon.ends_at
    )
    Claim.objects.create(
        kind=ClaimKind.MAINTENANCE, room=room, starts_at=noon.starts_at, ends_at=noon.ends_at
    )
    with pytest.raises(RoomNotAvailable):
        book(room=room)
    with pytest.raises(PhotographerNotAvailable) as refusal:
        assign(book(), pedro)
    assert refusal.value.context["conflicts"][0]["kind"] == "time_off"


def test_a_claim_without_end_stands_in_the_way_of_all_that_comes(room):
    Claim.objects.create(kind=ClaimKind.MAINTENANCE, room=room, starts_at=instant(DAY, time(8)))
    with pytest.raises(RoomNotAvailable) as refusal:
        book(room=room, session_date=date(2026, 5, 20))
    assert refusal.value.context["conflicts"][0]["ends_at"] is None
    assert refusal.value.context["next_free"] == []


def test_claims_are_kept_when_they_end():
    session = book()
    claims_before = Claim.objects.count()
    transition(session, Status.CANCELED, actor=SYSTEM, at=AT)
    assert Claim.objects.count() == claims_before
    assert Claim.objects.get(session=session).ended_at == AT


def test_holding_again_what_is_held_changes_nothing():
    session = book()
    before = list(Claim.objects.values())
    claims.hold(session, actor=SYSTEM, at=AT)
    assert list(Claim.objects.values()) == before


def test_a_day_of_23_hours_still_books_by_the_wall_clock(settings, room):
    settings.TIME_ZONE = "America/New_York"
    session = book(room=room, session_date=date(2027, 3, 14), **starting("01:00", "2"))
    assert session.ends_at - session.starts_at == timedelta(hours=2)
    assert session.ends_at.astimezone(studio_zone()).time() == time(4)
