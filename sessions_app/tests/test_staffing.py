"""Confirming only what can be covered (rules, section 3, *Enough photographers*)."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from config.clock import instant
from config.records.models import AuditEntry
from sessions_app.actions import team
from sessions_app.actions.transition import transition
from sessions_app.errors import InsufficientPayment, MissingResources, PhotographerNotAvailable
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, ClaimKind, Session
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    acting,
    assign,
    book,
    external,
    photographers,
    ready_to_confirm,
    taken_to,
)
from users.actors import Override
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

AGREED = Override("two freelancers have promised to come")


def ready(session: Session | None = None, **asked) -> Session:
    """A Pre-scheduled session from 10:00 to 12:00, its deposit paid, without a team."""
    return ready_to_confirm(session or book(**asked))


def confirm(session: Session, **options) -> Session:
    return transition(session, Status.CONFIRMED, actor=SYSTEM, at=AT, **options)


def promised(session: Session | None = None, **asked) -> Session:
    """A confirmed session for which photographers are still to be found."""
    return confirm(ready(session, **asked), override=AGREED)


def from_to(start: int, end: int) -> dict[str, object]:
    return {"session_time": time(start), "estimated_duration_hours": Decimal(end - start)}


# What is asked of the studio: how many photographers it has, what stands beside the session, and
# what the session itself asks for; and whether it is confirmed. It lasts from 10:00 to 12:00.
CASES = {
    "nobody": (0, lambda: None, {}, False),
    "one who is free": (1, lambda: None, {}, True),
    "one for two": (1, lambda: None, {"photographers_needed": 2}, False),
    "two for two": (2, lambda: None, {"photographers_needed": 2}, True),
    "one who is promised": (1, lambda: promised(), {}, False),
    "two, one promised": (2, lambda: promised(), {}, True),
    "two, both promised to one session": (2, lambda: promised(photographers_needed=2), {}, False),
    "two, both promised": (2, lambda: (promised(), promised()), {}, False),
    "three, two promised": (3, lambda: (promised(), promised()), {}, True),
    "asked for, not confirmed": (1, lambda: book(), {}, True),
    "pre-scheduled and paid, not confirmed": (1, lambda: ready(), {}, True),
    "promised until it begins": (1, lambda: promised(**from_to(8, 10)), {}, True),
    "promised once it is over": (1, lambda: promised(**from_to(12, 14)), {}, True),
    "promised for a part of it": (1, lambda: promised(**from_to(11, 14)), {}, False),
    "two, promised one after the other": (
        2,
        lambda: (promised(**from_to(9, 11)), promised(**from_to(11, 13))),
        {},
        True,
    ),
    "two, promised at once for a while": (
        2,
        lambda: (promised(**from_to(9, 12)), promised(**from_to(11, 13))),
        {},
        False,
    ),
}


@pytest.mark.parametrize(("count", "beside", "asked", "fits"), CASES.values(), ids=CASES)
def test_a_session_is_confirmed_when_photographers_could_be_found(count, beside, asked, fits):
    beside()
    photographers(count)
    session = ready(**asked)
    if fits:
        assert confirm(session).status == "Confirmed"
        return
    with pytest.raises(PhotographerNotAvailable):
        confirm(session)
    session.refresh_from_db()
    assert session.status == "Pre-scheduled"


def test_who_is_on_it_is_counted_once():
    (pedro,) = photographers(1)
    session = ready(photographers_needed=2)
    assign(session, pedro)
    with pytest.raises(PhotographerNotAvailable):
        confirm(session)
    assign(session)
    assert confirm(session).status == "Confirmed"


def test_who_is_on_it_is_not_promised_to_others():
    promised()
    session = ready()
    assign(session)
    assert confirm(session).status == "Confirmed"


def test_a_confirmed_session_promises_only_whom_it_still_lacks():
    other = promised(photographers_needed=2)
    assign(other)
    photographers(1)
    with pytest.raises(PhotographerNotAvailable):
        confirm(ready())
    assign(other)
    assert confirm(ready()).status == "Confirmed"


@pytest.mark.parametrize("end", [Status.CANCELED, Status.NEGOTIATION])
def test_what_is_no_longer_confirmed_promises_nobody(end):
    other = promised()
    photographers(1)
    transition(other, end, actor=SYSTEM, at=AT)
    assert confirm(ready()).status == "Confirmed"


def test_who_works_elsewhere_at_that_time_is_not_free():
    (pedro,) = photographers(1)
    other = assign(book(), pedro)
    session = ready()
    with pytest.raises(PhotographerNotAvailable) as refusal:
        confirm(session)
    (conflict,) = refusal.value.context["conflicts"]
    assert conflict["code"] == other.session.code
    assert refusal.value.context["required"] == 1
    team.release(other, actor=SYSTEM, at=AT)
    assert confirm(session).status == "Confirmed"


def test_back_to_back_the_same_photographer_serves():
    (pedro,) = photographers(1)
    assign(book(**from_to(8, 10)), pedro)
    assign(book(**from_to(12, 13)), pedro)
    assert confirm(ready()).status == "Confirmed"


def test_who_is_away_is_not_free():
    (pedro,) = photographers(1)
    Claim.objects.create(
        kind=ClaimKind.TIME_OFF,
        person=pedro,
        starts_at=instant(DAY, time(11)),
        ends_at=instant(DAY, time(20)),
    )
    with pytest.raises(PhotographerNotAvailable):
        confirm(ready())


def test_only_active_people_who_hold_the_photographers_role_are_counted_on():
    UserFactory(roles=["photographer"], status="Inactive")
    UserFactory(roles=["coordinator"])
    UserFactory(roles=["editor"])
    with pytest.raises(PhotographerNotAvailable):
        confirm(ready())


# The road to sessions outside counts too


def test_the_road_to_it_is_time_for_which_one_must_be_free(business_rules):
    (pedro,) = photographers(1)
    assign(book(**from_to(8, 10)), pedro)
    session = ready(external())
    business_rules(travel_minutes=60)
    with pytest.raises(PhotographerNotAvailable):
        confirm(session)
    business_rules(travel_minutes=0)
    assert confirm(session).status == "Confirmed"


def test_the_road_to_another_promised_session_counts_too(business_rules):
    business_rules(travel_minutes=60)
    promised(external(**from_to(12, 14)))
    (pedro,) = photographers(1)
    with pytest.raises(PhotographerNotAvailable):
        confirm(ready())
    assert pedro.assignments.count() == 0


def test_an_hour_on_the_road_later_the_same_photographer_serves(business_rules):
    business_rules(travel_minutes=60)
    promised(external(**from_to(13, 15)))
    photographers(1)
    assert confirm(ready()).status == "Confirmed"


# The answer, and passing it


def test_the_deposit_is_asked_for_first():
    session = taken_to(Status.PRE_SCHEDULED)
    with pytest.raises(InsufficientPayment):
        confirm(session)


def test_what_stands_in_the_way_is_named_as_far_as_one_may_see(coordinator):
    (pedro,) = photographers(1)
    other = assign(book(), pedro).session
    with pytest.raises(PhotographerNotAvailable) as refusal:
        transition(ready(), Status.CONFIRMED, actor=acting(coordinator), at=AT)
    assert [one["code"] for one in refusal.value.context["conflicts"]] == [other.code]


def test_an_override_confirms_it_all_the_same_and_is_on_record(admin_user):
    session = ready()
    transition(session, Status.CONFIRMED, actor=acting(admin_user), at=AT, override=AGREED)
    session.refresh_from_db()
    assert session.status == "Confirmed"
    entry = AuditEntry.objects.get(action="session.override")
    assert (entry.actor, entry.object_id, entry.reason) == (
        admin_user,
        session.pk,
        AGREED.reason,
    )
    assert entry.changes["guard"] == "PHOTOGRAPHER_NOT_AVAILABLE"


def test_once_it_is_assigned_a_session_still_promises_those_it_lacks():
    other = book(photographers_needed=2)
    assign(other)
    released = assign(other)
    taken_to(Status.ASSIGNED, other)
    team.release(released, actor=SYSTEM, at=AT)
    with pytest.raises(PhotographerNotAvailable):
        confirm(ready())
    photographers(1)
    assert confirm(ready()).status == "Confirmed"


# Taking people off again


@pytest.mark.parametrize("state", [Status.ASSIGNED, Status.ATTENDED, Status.IN_EDITING])
def test_the_last_photographer_of_an_assigned_session_is_only_replaced(state):
    last = taken_to(state).assignments.get()
    with pytest.raises(MissingResources):
        team.release(last, actor=SYSTEM, at=AT)
    (pedro,) = photographers(1)
    new = team.reassign(last, pedro.pk, actor=SYSTEM, at=AT, reason="ill")
    last.refresh_from_db()
    assert (last.status, new.status) == ("Reassigned", "Assigned")
    assert new.coverage == last.coverage
    team.release(assign(new.session), actor=SYSTEM, at=AT)
    assert AuditEntry.objects.get(action="assignment.reassigned").reason == "ill"


def test_until_then_even_the_last_one_can_be_released():
    session = taken_to(Status.CONFIRMED)
    team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    assert session.assignments.get().status == "Released"
