"""The pages that staff keep open ask at most 15 times, and as often for a month as for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import end_of, now, start_of, studio_day
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.maintenance import plan_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.policy.periods import Period
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, book, paid, priced
from sessions_app.tests.pages import SESSIONS, arrived, browser, page
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

AT_MOST = 15
MANY = 8
Grow = Callable[[int], None]
Page = tuple[Browser, str, dict[str, Any]]


def queries(who: Browser, address: str, asked: dict[str, Any]) -> list[str]:
    """Return what a page asks, once everything that is kept between pages has been read."""
    assert who.get(address, asked).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address, asked).status_code == 200
    return [one["sql"] for one in captured.captured_queries]


def assert_constant(grow: Grow, *pages: Page, at_most: int = AT_MOST) -> None:
    """Assert that pages ask as often for many rows as for one, and never too often."""
    grow(1)
    before = [queries(*page) for page in pages]
    grow(MANY)
    for (who, address, asked), one in zip(pages, before, strict=True):
        many = queries(who, address, asked)
        assert len(many) == len(one), f"{address} {asked}: " + "\n".join(many[:60])
        assert len(one) <= at_most, f"{address} {asked}: " + "\n".join(one)


def alerting(count: int) -> None:
    """Make sessions that want attention of each kind."""
    for number in range(max(1, count // 7)):
        covered = arrived(Status.PRE_SCHEDULED, 40 + number)
        paid(covered, "500.00", at=now())
        arrived(Status.PRE_SCHEDULED, 40 + number)
        wire.unstaffed()
        wire.arrived(Status.ASSIGNED, days=-2)
        wire.arrived(Status.ATTENDED, days=-12)
        book(at=now() - timedelta(days=30), session_date=studio_day(now()) + timedelta(days=60))
        gone = arrived(Status.CONFIRMED, 60 + number)
        cancel(gone, initiator="Client", reason="x", actor=SYSTEM, at=now())


def edited_by(editor: User) -> Grow:
    """Return what gives an editor work, and fills the queue."""

    def grow(count: int) -> None:
        for number in range(count):
            wire.arrived(Status.ATTENDED, days=-1 - number % 15)
            if number % 4 == 0:
                wire.arrived(Status.IN_EDITING, editor=editor, days=-1 - number % 15)

    return grow


def busy_week(photographer: User) -> Grow:
    """Return what fills a photographer's week and leaves past sessions without their mark."""
    made = 0

    def grow(count: int) -> None:
        nonlocal made
        early = now() - timedelta(days=21)
        for _ in range(count):
            days, hour = made % 6 + 1, made // 6 * 2
            made += 1
            for day in (days, -days):
                session = wire.arrived(
                    Status.CONFIRMED, photographer, days=day, booked_at=early,
                    session_time=time(hour), estimated_duration_hours=1,
                )  # fmt: skip
                if day < 0:
                    transition(session, Status.ASSIGNED, actor=SYSTEM, at=session.starts_at)

    return grow


def test_today_of_the_office(coordinator):
    assert_constant(alerting, (browser(coordinator), "/admin/", {}))


def test_today_of_a_photographer(photographer):
    assert_constant(busy_week(photographer), (browser(photographer), "/admin/", {}))


def test_today_of_an_editor(editor, business_rules):
    business_rules(max_concurrent_editing_sessions=50)
    assert_constant(edited_by(editor), (browser(editor), "/admin/", {}))


def test_today_of_who_does_all_of_it(business_rules):
    person = UserFactory(roles=["admin", "coordinator", "photographer", "editor"])
    week, work = busy_week(person), edited_by(person)

    def grow(count: int) -> None:
        alerting(count)
        week(min(count, 12))
        work(count)

    business_rules(max_concurrent_editing_sessions=50)
    assert_constant(grow, (browser(person), "/admin/", {}), at_most=AT_MOST)


@pytest.fixture
def busy(day: Any) -> Grow:
    """Return what fills a week of the agenda with sessions, time off and maintenance."""
    made = 0

    def grow(count: int) -> None:
        nonlocal made
        for _ in range(count):
            on = day + timedelta(days=made % 7)
            made += 1
            session = priced(book(at=now(), session_date=on), at=now())
            assign(session, at=now())
            whole = Period(start_of(on), end_of(on))
            other = UserFactory(roles=["photographer"])
            take_time_off(other.pk, whole, actor=SYSTEM, at=now())
            plan_maintenance(RoomFactory(), whole, actor=SYSTEM, at=now())

    return grow


def test_the_agenda_and_what_it_shows_of_a_day_a_week_and_a_month(busy, day):
    people = [browser(UserFactory(roles=[role])) for role in ("coordinator", "photographer")]
    spans = [
        {"start": f"{day}T00:00:00", "end": f"{day + timedelta(days=days)}T00:00:00"}
        for days in (1, 7, 31)
    ]
    pages = [(who, f"{SESSIONS}agenda/entries/", span) for who in people for span in spans]
    assert_constant(busy, *pages, *((who, f"{SESSIONS}agenda/", {}) for who in people))


def test_availability_of_a_time_a_day_and_thirty_days(coordinator, busy, day):
    who, address = browser(coordinator), f"{SESSIONS}availability/"
    wish = {"date": day, "duration_hours": 2, "session_type": "Studio", "photographers": 1}
    questions = [
        wish | {"time": "10:00"},
        wish,
        wish | {"until": day + timedelta(days=29)},
        wish | {"session_type": "External", "until": day + timedelta(days=29)},
    ]
    assert_constant(busy, *((who, address, question) for question in questions))
    for question in questions:
        assert who.get(address, question).context["form"].errors == {}


def test_the_list_of_sessions_its_questions_and_its_search(day):
    people = [UserFactory(roles=[role]) for role in ("admin", "coordinator", "photographer")]
    asked: list[dict[str, Any]] = [{}, {"attention": "unstaffed"}, {"q": "S-"}]

    def grow(count: int) -> None:
        for _ in range(count):
            number = Session.objects.count()
            session = priced(book(at=now(), session_date=day + timedelta(days=number)), at=now())
            assign(session, people[-1], at=now())

    assert_constant(
        grow, *((browser(person), SESSIONS, question) for person in people for question in asked)
    )


def test_the_page_of_a_session(session):
    """With its lines, payments, team, history, and who else could come and what takes them."""
    people = [UserFactory(roles=[role]) for role in ("admin", "coordinator", "photographer")]
    assign(session, people[-1], at=now())

    def grow(count: int) -> None:
        for _ in range(count):
            number = session.payments.count()
            priced(session, "100.00", at=now())
            paid(session, "10.00", PaymentType.PARTIAL, at=now(),
                 transaction_reference=f"B-{number}")  # fmt: skip
            assign(session, at=now())
            for state in (Status.NEGOTIATION, Status.PRE_SCHEDULED):
                if session.status != state:
                    transition(session, state, actor=acting(None), at=now())
                    session.refresh_from_db()
            UserFactory(roles=["photographer"])  # free
            assign(book(at=now(), session_date=session.session_date), at=now())  # taken

    assert_constant(grow, *((browser(person), page(session), {}) for person in people))


@pytest.mark.parametrize(
    ("state", "days"),
    [
        (Status.REQUEST, 40), (Status.PRE_SCHEDULED, 40), (Status.CONFIRMED, 40),
        (Status.CONFIRMED, 4), (Status.ASSIGNED, 3), (Status.ATTENDED, -1),
        (Status.IN_EDITING, -3), (Status.READY, -3), (Status.COMPLETED, -3),
    ],
)  # fmt: skip
def test_the_page_of_a_session_in_each_state(coordinator, state, days):
    session = wire.arrived(state, days=days)
    found = queries(browser(coordinator), page(session), {})
    assert len(found) <= AT_MOST, "\n".join(found)


def test_the_page_of_a_cancelled_session(coordinator):
    session = arrived(Status.CONFIRMED, 40)
    cancel(session, initiator="Client", reason="x", actor=SYSTEM, at=now())
    found = queries(browser(coordinator), page(session), {})
    assert len(found) <= AT_MOST, "\n".join(found)


def test_the_editing_queue(coordinator, editor, business_rules):
    business_rules(max_concurrent_editing_sessions=50)

    def grow(count: int) -> None:
        for number in range(count):
            wire.arrived(Status.ATTENDED, days=-1 - number % 15)
            if number % 3 == 0:
                wire.arrived(Status.IN_EDITING, days=-1 - number % 15)

    people = [browser(person) for person in (coordinator, editor)]
    assert_constant(grow, *((who, f"{SESSIONS}editing-queue/", {}) for who in people))


def test_time_off_and_maintenance(admin_user, busy):
    who = browser(admin_user)
    lists = ("timeoff", "maintenance")
    assert_constant(busy, *((who, f"/admin/sessions_app/{name}/", {}) for name in lists))


def test_the_lists_and_pages_of_clients_and_rooms(coordinator):
    client, room = ClientFactory(), RoomFactory()
    who = browser(coordinator)

    def grow(count: int) -> None:
        for _ in range(count):
            number = Session.objects.count()
            on = studio_day(now()) + timedelta(days=1 + number % 12)
            book(
                at=now(), session_date=on, client=client, room=room,
                session_time=time(number // 12 * 2), estimated_duration_hours=1,
            )  # fmt: skip
            ClientFactory()
            RoomFactory()

    addresses = (
        "/admin/clients/client/",
        f"/admin/clients/client/{client.pk}/change/",
        "/admin/catalog/room/",
        f"/admin/catalog/room/{room.pk}/change/",
    )
    assert_constant(grow, *((who, address, {}) for address in addresses))
