"""Dragging in the agenda of the back office: what is moved, and what is refused and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from catalog.tests.factories import RoomFactory
from config.clock import end_of, instant, now, start_of, studio_day, studio_zone
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.actions.planning import change_session
from sessions_app.actions.time_off import take_time_off
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, ClaimKind, Session
from sessions_app.policy.periods import Period
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, book, external
from sessions_app.tests.pages import AGENDA, arrived, browser, shown, wall
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MOVE = f"{AGENDA}move/"
TOMORROW = f"{studio_day(now()) + timedelta(days=1)}T10:00:00"


def claim_of(session: Session, kind: ClaimKind = ClaimKind.SESSION) -> Claim:
    return Claim.objects.get(session=session, kind=kind, active=True)


def drop(who: Browser, claim: Claim, start: datetime | None = None, **besides: Any) -> Any:
    """Drop a claim at an instant, by default where it is."""
    local = (start or claim.starts_at).astimezone(studio_zone())
    version = Session.objects.get(pk=claim.session_id).version if claim.session_id else 1
    body = {"claim": claim.pk, "start": f"{local:%Y-%m-%dT%H:%M:%S}", "version": version}
    return who.post(MOVE, body | besides)


def refused(answer: Any) -> str:
    """Return the sentence of a refusal; nothing else is in it."""
    assert answer.status_code == 409, answer.content
    body = answer.json()
    assert body.keys() == {"detail"}
    sentence: str = body["detail"]
    assert sentence.endswith(".")
    return sentence


def test_another_time_moves_the_session_with_all_that_it_holds(at_the_desk, session, day):
    part = assign(session, at=now())
    answer = drop(at_the_desk, claim_of(session), instant(day + timedelta(days=1), time(15)))
    assert (answer.status_code, answer.json()) == (200, {"detail": f"{session.code} is moved."})
    session.refresh_from_db()
    assert (session.session_date, session.session_time) == (day + timedelta(days=1), time(15))
    starts = {claim.starts_at for claim in Claim.objects.filter(session=session, active=True)}
    assert starts == {session.starts_at}
    part.refresh_from_db()
    assert part.coverage_start == session.starts_at
    assert session.history.count() == 1  # its state is what it was


def test_dragging_the_photographers_row_moves_the_session_by_as_much(
    at_the_desk, day, business_rules
):
    business_rules(travel_minutes=60)
    session = external(at=now(), session_date=day)
    assign(session, at=now())
    claim = claim_of(session, ClaimKind.ASSIGNMENT)
    assert claim.starts_at == instant(day, time(9))
    assert drop(at_the_desk, claim, instant(day, time(11))).status_code == 200
    session.refresh_from_db()
    assert session.session_time == time(12)


def test_another_room_at_the_same_time_leaves_the_time(at_the_desk, session):
    before, room = session.starts_at, RoomFactory()
    assert drop(at_the_desk, claim_of(session), room=room.pk).status_code == 200
    session.refresh_from_db()
    assert (session.room, session.starts_at) == (room, before)


def test_another_room_and_time_at_once(at_the_desk, session, day):
    room = RoomFactory()
    answer = drop(at_the_desk, claim_of(session), instant(day, time(16)), room=room.pk)
    assert answer.status_code == 200
    session.refresh_from_db()
    assert (session.room, session.session_time) == (room, time(16))


def test_another_person_at_the_same_time_takes_the_place(at_the_desk, session):
    first, second = (
        assign(session, at=now()),
        UserFactory(full_name="Paz P", roles=["photographer"]),
    )
    claim = claim_of(session, ClaimKind.ASSIGNMENT)
    answer = drop(at_the_desk, claim, person=second.pk)
    assert (answer.status_code, answer.json()) == (200, {"detail": "Paz P is assigned."})
    first.refresh_from_db()
    assert first.status == "Reassigned"
    assert claim_of(session, ClaimKind.ASSIGNMENT).person == second


def test_a_rooms_entry_stays_with_rooms_and_a_persons_with_people(at_the_desk, session, day):
    assign(session, at=now())
    other, before = UserFactory(roles=["photographer"]), Session.objects.values().get()
    refused(drop(at_the_desk, claim_of(session), person=other.pk))
    part = claim_of(session, ClaimKind.ASSIGNMENT)
    refused(drop(at_the_desk, part, instant(day, time(15)), room=RoomFactory().pk))
    assert Session.objects.values().get() == before


def test_dropped_where_it_was_nothing_changes(at_the_desk, session):
    assign(session, at=now())
    before = Session.objects.values().get()
    for kind in (ClaimKind.SESSION, ClaimKind.ASSIGNMENT):
        claim = claim_of(session, kind)
        besides = {"room": claim.room_id} if claim.room_id else {"person": claim.person_id}
        assert drop(at_the_desk, claim, **besides).status_code == 200
    assert Session.objects.values().get() == before


def test_what_is_taken_is_refused_with_what_takes_it_and_nothing_changes(at_the_desk, session, day):
    other = book(at=now(), session_date=day, room=session.room, session_time=time(15))
    before = Session.objects.values().get(pk=session.pk)
    answer = drop(at_the_desk, claim_of(session), instant(day, time(14)))
    assert other.code in refused(answer)
    assert Session.objects.values().get(pk=session.pk) == before


def test_a_photographer_who_is_taken_is_refused_by_name(at_the_desk, session, day):
    part = assign(session, at=now())
    other = external(at=now(), session_date=day, session_time=time(15))
    assign(other, part.photographer, at=now())
    answer = drop(at_the_desk, claim_of(session), instant(day, time(15)))
    sentence = refused(answer)
    assert part.photographer.full_name in sentence
    assert other.code in sentence


def test_both_at_once_is_refused_with_what_to_do(at_the_desk, session, day):
    assign(session, at=now())
    second = UserFactory(roles=["photographer"])
    claim = claim_of(session, ClaimKind.ASSIGNMENT)
    answer = drop(at_the_desk, claim, instant(day, time(15)), person=second.pk)
    assert "Move the session first" in refused(answer)


@pytest.mark.parametrize("role", ["editor", "coordinator"])
def test_someone_who_is_no_photographer_cannot_be_given_it(at_the_desk, session, role):
    assign(session, at=now())
    other = UserFactory(roles=[role])
    refused(drop(at_the_desk, claim_of(session, ClaimKind.ASSIGNMENT), person=other.pk))


def test_a_settled_plan_is_postponed_with_a_reason_alone(at_the_desk, photographer):
    session = arrived(Status.ASSIGNED, 3, photographer)
    later = session.starts_at + timedelta(days=2)
    claim = claim_of(session)
    assert "reason" in refused(drop(at_the_desk, claim, later)).lower()
    session.refresh_from_db()
    assert session.starts_at != later
    assert drop(at_the_desk, claim, later, reason="rain").status_code == 200
    session.refresh_from_db()
    assert (session.starts_at, session.status) == (later, "Assigned")


def test_the_past_is_refused(at_the_desk, session):
    refused(drop(at_the_desk, claim_of(session), now() - timedelta(days=2)))


def test_a_room_that_takes_no_bookings_is_refused(at_the_desk, session, admin_user):
    closed, broken = RoomFactory(status="Inactive"), RoomFactory()
    start_maintenance(broken, actor=acting(admin_user), at=now())
    for room in (closed, broken):
        assert room.name in refused(drop(at_the_desk, claim_of(session), room=room.pk))


def test_what_one_does_not_see_is_not_there(at_the_desk, photographer, editor, session):
    mine = arrived(Status.ASSIGNED, 3, photographer)
    for who in (browser(photographer), browser(editor)):
        assert drop(who, claim_of(session)).status_code == 404
    assert drop(browser(editor), claim_of(mine)).status_code == 404
    nowhere = {"claim": 2**62, "start": wall(studio_day(now())), "version": 1}
    assert at_the_desk.post(MOVE, nowhere).status_code == 404


def test_what_is_over_hidden_or_no_session_is_not_there_to_be_moved(
    at_the_desk, admin_user, photographer, day
):
    gone = wire.arrived(Status.COMPLETED, days=-2)
    cancelled = book(at=now(), session_date=day)
    ended = Claim.objects.get(session=cancelled)
    cancel(cancelled, initiator="Client", reason="x", actor=SYSTEM, at=now())
    whole_day = Period(start_of(day), end_of(day))
    off = take_time_off(photographer.pk, whole_day, actor=SYSTEM, at=now())
    upkeep = plan_maintenance(RoomFactory(), whole_day, actor=SYSTEM, at=now())
    for claim in (*Claim.objects.filter(session=gone), ended, off, upkeep):
        assert drop(at_the_desk, claim).status_code == 404, claim.kind


def test_who_only_covers_it_is_refused_in_a_sentence(photographer, day):
    session = book(at=now(), session_date=day)
    assign(session, photographer, at=now())
    before = Session.objects.values().get()
    for kind in (ClaimKind.SESSION, ClaimKind.ASSIGNMENT):
        later = instant(day, time(16))
        refused(drop(browser(photographer), claim_of(session, kind), later))
    other = UserFactory(roles=["photographer"])
    claim = claim_of(session, ClaimKind.ASSIGNMENT)
    refused(drop(browser(photographer), claim, person=other.pk))
    assert Session.objects.values().get() == before


def test_a_refusal_is_told_in_the_language_of_the_person(coordinator, session):
    User.objects.filter(pk=coordinator.pk).update(language="es")
    coordinator.refresh_from_db()
    answer = drop(browser(coordinator), claim_of(session), now() - timedelta(days=2))
    assert answer["Content-Language"] == "es"
    assert "past" not in refused(answer)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"claim": "1", "version": "1"},
        {"claim": "1", "start": TOMORROW},
        {"claim": "1", "start": TOMORROW, "version": "x"},
        {"claim": "1", "start": TOMORROW, "version": str(2**31)},
        {"claim": "x", "start": TOMORROW, "version": "1"},
        {"claim": "-1", "start": TOMORROW, "version": "1"},
        {"claim": str(2**63), "start": TOMORROW, "version": "1"},
        {"claim": "1", "start": "tomorrow", "version": "1"},
        {"claim": "1", "start": "\0", "version": "1"},
        {"claim": "1", "start": TOMORROW, "version": "1", "room": "x"},
        {"claim": "1", "start": TOMORROW, "version": "1", "room": "987654321"},
        {"claim": "1", "start": TOMORROW, "version": "1", "person": "x"},
        {"claim": "1", "start": TOMORROW, "version": "1", "reason": "x" * 1001},
        {"claim": "1", "start": TOMORROW, "version": "1", "reason": "\0"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused(at_the_desk, body):
    answer = at_the_desk.post(MOVE, body)
    assert (answer.status_code, answer.json()) == (400, {"detail": "This cannot be read."})


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_the_ends_of_the_calendar_are_refused(at_the_desk, session, start):
    body = {"claim": claim_of(session).pk, "start": start, "version": session.version}
    assert at_the_desk.post(MOVE, body).status_code in {400, 409}


def test_what_was_changed_meanwhile_is_not_moved_and_says_by_whom(
    at_the_desk, admin_user, session, day
):
    seen = shown(at_the_desk, day)[0]["extendedProps"]["version"]
    changes = {"client_requirements": "a red backdrop"}
    change_session(session, changes, actor=acting(admin_user), at=now())
    before = Session.objects.values().get()
    answer = drop(at_the_desk, claim_of(session), instant(day, time(15)), version=seen)
    assert admin_user.full_name in refused(answer)
    assert Session.objects.values().get() == before
    assert drop(at_the_desk, claim_of(session), instant(day, time(15))).status_code == 200


def test_moving_is_a_post_with_a_token(coordinator, session):
    mine = browser(coordinator)
    answer = mine.get(MOVE, {"claim": claim_of(session).pk, "start": wall(session.session_date)})
    assert answer.status_code == 405
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(coordinator)
    assert drop(strict, claim_of(session), session.starts_at).status_code == 403
