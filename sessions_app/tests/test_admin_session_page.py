"""What the page of a session says first: the facts, what is missing, what comes next, who could."""

from __future__ import annotations

import re
from datetime import time

import pytest
from django.test import Client as Browser

from clients.tests.factories import ClientFactory
from config.clock import instant, now, studio_day
from sessions_app.actions import team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.time_off import take_time_off
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.policy.periods import Period
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, book, external, paid, priced
from sessions_app.tests.pages import SESSIONS, arrived, browser, page, press, text
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def header(who: Browser, session: Session) -> str:
    """Return what a session's page says above its form, as one line of words."""
    shown = text(who.get(page(session)))
    part = re.search(r'<div class="studio-card studio-session">.*?<form', shown, re.S)
    assert part is not None
    return " ".join(re.sub(r"<[^>]+>", " ", part[0]).split())


def todo(who: Browser, session: Session) -> list[str]:
    lines: list[str] = who.get(page(session)).context["header"].todo
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def steps(who: Browser, session: Session) -> list[str]:
    """Return the next steps that the header offers; each must open."""
    urls = [url for _label, url in who.get(page(session)).context["header"].steps]
    for url in urls:
        assert who.get(url).status_code == 200, url
    return [url.rstrip("/").rpartition("/")[2] for url in urls]


def candidates(who: Browser, session: Session) -> list[tuple[str, str]]:
    found = who.get(page(session)).context["header"].candidates
    return [(one.name, one.reason) for one in found]


# The facts


def test_the_office_reads_who_when_where_how_it_stands_and_what_is_owed(
    at_the_desk, coordinator, session, day
):
    paid(session, "200.00", PaymentType.PARTIAL, at=now())
    told = header(at_the_desk, session)
    facts = (
        session.client.full_name,
        session.client.primary_phone,
        "10:00–12:00",
        session.room.name,
        "Request",
        "Q 800.00 of Q 1,000.00",
        coordinator.full_name,
    )
    for fact in facts:
        assert fact in told, fact
    assert f"{day:%Y}" in told
    assert f"/admin/clients/client/{session.client_id}/change/" in text(
        at_the_desk.get(page(session))
    )


def test_without_a_time_and_outside_it_says_so(at_the_desk, day):
    session = external(at=now(), session_date=day, session_time=None, estimated_duration_hours=None)
    told = header(at_the_desk, session)
    assert "no time yet" in told
    assert "Antigua Guatemala" in told


def test_a_photographer_reads_the_same_but_no_amount_no_one_responsible_and_no_link_to_the_client(
    photographer,
):
    session = wire.arrived(Status.CONFIRMED, photographer, days=1)
    mine = browser(photographer)
    told = header(mine, session)
    for fact in (session.client.full_name, "10:00–12:00", session.room.name, "Confirmed"):
        assert fact in told, fact
    for private in ("Q 1,000", "to be paid", "Responsible", "high risk"):
        assert private not in told, private
    assert "/admin/clients/" not in text(mine.get(page(session)))
    shown = mine.get(page(session)).context["header"]
    assert (shown.todo, shown.candidates, shown.shows_money) == ([], [], False)


def test_a_client_who_is_a_high_risk_is_flagged_to_the_office_alone(at_the_desk, photographer):
    client = ClientFactory()
    for number in range(3):
        broken = arrived(Status.PRE_SCHEDULED, 40 + number, client=client)
        cancel(broken, initiator="Client", reason="x", actor=SYSTEM, at=now())
    session = wire.arrived(Status.CONFIRMED, photographer, days=2, client=client)
    assert "high risk" in header(at_the_desk, session)
    assert "high risk" not in header(browser(photographer), session)
    other = wire.arrived(Status.CONFIRMED, days=3)
    assert "high risk" not in header(at_the_desk, other)


# What is missing


def test_a_request_without_time_and_order_says_what_to_do_about_both(at_the_desk, day):
    session = external(at=now(), session_date=day, session_time=None, estimated_duration_hours=None)
    assert todo(at_the_desk, session) == [
        "Set a time before it can be pre-scheduled.",
        "Add a package or an item before it can be pre-scheduled.",
    ]
    assert todo(at_the_desk, priced(book(at=now(), session_date=day), at=now())) == []


def test_pre_scheduled_it_waits_for_the_deposit_and_for_people(at_the_desk):
    for _ in range(2):
        UserFactory(roles=["photographer"])
    session = arrived(Status.PRE_SCHEDULED, 40, photographers_needed=2)
    paid(session, "120.50", PaymentType.PARTIAL, at=now())
    deposit, people = todo(at_the_desk, session)
    assert deposit.startswith("Q 379.50 of the deposit are missing, until ")
    assert deposit.endswith("23:59.")
    assert people == "2 photographers are missing."
    assign(session, at=now())
    assert todo(at_the_desk, session)[1:] == ["1 photographer is missing."]
    paid(session, "379.50", PaymentType.PARTIAL, at=now())
    assign(session, at=now())
    assert todo(at_the_desk, session) == []


def test_confirmed_it_waits_for_the_changes_deadline_and_once_past_for_nothing(at_the_desk):
    early, late = arrived(Status.CONFIRMED, 40), arrived(Status.CONFIRMED, 3)
    [line] = todo(at_the_desk, early)
    assert line.startswith("The client may still change their mind, until ")
    assert line.endswith("23:59.")
    assert todo(at_the_desk, late) == []
    team.release(late.assignments.get(), actor=SYSTEM, at=now())
    assert todo(at_the_desk, late) == ["1 photographer is missing."]


def test_ready_it_waits_for_the_rest_of_the_money(at_the_desk):
    session = wire.arrived(Status.READY, days=-3)
    assert todo(at_the_desk, session) == ["Q 500.00 are to be paid before it is delivered."]
    paid(session, "500.00", PaymentType.BALANCE, at=now())
    assert todo(at_the_desk, session) == []


@pytest.mark.parametrize(
    "state", [Status.ASSIGNED, Status.ATTENDED, Status.IN_EDITING, Status.COMPLETED]
)
def test_in_other_states_nothing_is_missing(at_the_desk, state):
    assert todo(at_the_desk, wire.arrived(state, days=-2)) == []


# What comes next

NEXT_STEPS = {
    Status.REQUEST: ["negotiate", "pre-schedule"],
    Status.NEGOTIATION: ["pre-schedule"],
    Status.PRE_SCHEDULED: ["negotiate", "confirm"],
    Status.CONFIRMED: ["settle-team"],
    Status.ASSIGNED: ["attend"],
    Status.ATTENDED: [],
    Status.IN_EDITING: ["mark-ready"],
    Status.READY: ["complete"],
    Status.COMPLETED: [],
    Status.CANCELED: [],
}


@pytest.mark.parametrize("state", NEXT_STEPS)
def test_each_state_offers_its_next_steps_and_each_opens(at_the_desk, state):
    coming = {
        *(Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED),
        Status.CANCELED,
    }
    session = wire.arrived(state, days=20 if state in coming else -1)
    assert steps(at_the_desk, session) == NEXT_STEPS[state]


def test_the_other_roles_are_offered_their_own_steps(photographer, editor):
    due = wire.arrived(Status.ASSIGNED, photographer, days=-1)
    assert steps(browser(photographer), due) == ["mark-own"]
    waits = wire.arrived(Status.ATTENDED, photographer, days=-2)
    assert steps(browser(editor), waits) == ["take"]
    assert steps(browser(photographer), waits) == ["mark-own"]
    own = wire.arrived(Status.IN_EDITING, editor=editor, days=-3)
    assert steps(browser(editor), own) == ["mark-ready"]


def test_a_step_of_the_header_does_it(at_the_desk, session):
    press(at_the_desk, session, "pre-schedule")
    session.refresh_from_db()
    assert session.status == Status.PRE_SCHEDULED
    assert "Pre-scheduled" in header(at_the_desk, session)


# Who could


def test_free_people_come_first_and_the_others_with_what_takes_them(at_the_desk, session, day):
    names = ("Ada", "Bea", "Cid", "Dan", "Eva")
    ada, bea, cid, dan, eva = (
        UserFactory(full_name=f"{name} P", roles=["photographer"]) for name in names
    )
    UserFactory(full_name="Ina P", roles=["photographer"], status="Inactive")
    UserFactory(full_name="Edi E", roles=["editor"])
    other = book(at=now(), session_date=day, session_time=time(11))
    assign(other, ada, at=now())
    period = Period(instant(day, time(8)), instant(day, time(11)))
    take_time_off(cid.pk, period, actor=SYSTEM, at=now(), reason="dentist")
    assign(session, dan, at=now())  # is on it already
    assign(book(at=now(), session_date=day, session_time=time(12)), eva, at=now())  # back to back
    assert candidates(at_the_desk, session) == [
        ("Bea P", ""),
        ("Eva P", ""),
        ("Ada P", f"{other.code}, {day:%d/%m} 11:00–13:00"),
        ("Cid P", f"time off, {day:%d/%m} 08:00–11:00"),
    ]
    assert bea.pk in [one.id for one in at_the_desk.get(page(session)).context["header"].candidates]


def test_one_click_assigns_who_is_free(at_the_desk, session):
    pilar = UserFactory(full_name="Pilar P", roles=["photographer"])
    url = f"{page(session, 'assign-photographer')}?photographer_id={pilar.pk}"
    assert f'href="{url}"' in text(at_the_desk.get(page(session)))
    form = at_the_desk.get(url).context["form"]
    assert str(form["photographer_id"].value()) == str(pilar.pk)
    press(at_the_desk, session, "assign-photographer", photographer_id=pilar.pk)
    assert candidates(at_the_desk, session) == []
    assert session.assignments.get().photographer == pilar


@pytest.mark.parametrize("named", ["abc", "\0", "987654321", "-1"])
def test_nonsense_in_that_address_chooses_nobody(at_the_desk, session, named):
    address = page(session, "assign-photographer")
    assert at_the_desk.get(address, {"photographer_id": named}).status_code == 200


def test_without_a_time_everybody_is_free(at_the_desk, day):
    busy = UserFactory(full_name="Ada P", roles=["photographer"])
    assign(book(at=now(), session_date=day), busy, at=now())
    session = external(at=now(), session_date=day, session_time=None, estimated_duration_hours=None)
    assert candidates(at_the_desk, session) == [("Ada P", "")]


def test_travel_counts_for_who_is_free(at_the_desk, day, business_rules):
    business_rules(travel_minutes=60)
    busy = UserFactory(full_name="Ada P", roles=["photographer"])
    there = book(at=now(), session_date=day, session_time=time(8))
    assign(there, busy, at=now())
    session = external(at=now(), session_date=day, session_time=time(10, 30))
    assert candidates(at_the_desk, session) == [("Ada P", f"{there.code}, {day:%d/%m} 08:00–10:00")]


def test_once_it_is_ready_nobody_is_proposed_any_more(at_the_desk):
    UserFactory(roles=["photographer"])
    assert candidates(at_the_desk, wire.arrived(Status.IN_EDITING, days=-1)) != []
    assert candidates(at_the_desk, wire.arrived(Status.READY, days=-2)) == []


def test_who_assigns_but_sees_not_all_is_told_no_code_and_no_reason(day):
    person = wire.holding(Right.SESSION_ASSIGN_RESOURCES, beside="photographer")
    session = book(at=now(), session_date=day)
    assign(session, person, at=now())
    ada = UserFactory(full_name="Ada P", roles=["photographer"])
    other = book(at=now(), session_date=day)
    assign(other, ada, at=now())
    [(name, reason)] = candidates(browser(person), session)
    assert name == "Ada P"
    assert reason
    assert other.code not in reason
    assert other.client.full_name not in text(browser(person).get(page(session)))


# The tabs


def test_the_order_has_its_running_total_and_the_ways_to_add(at_the_desk, session):
    Session.objects.filter(pk=session.pk).update(discount=100, total_amount=900)
    shown = text(at_the_desk.get(page(session)))
    assert "−Q 100.00" in shown
    assert "<strong>Q 900.00</strong>" in shown
    for button in ("add-package", "add-item", "record-payment"):
        assert f'href="{page(session, button)}"' in shown


def test_what_is_settled_shows_its_sums_and_no_way_to_change_them(at_the_desk):
    session = wire.arrived(Status.COMPLETED, days=-2)
    shown = text(at_the_desk.get(page(session)))
    assert "<strong>Q 1,000.00</strong>" in shown
    for button in ("add-package", "add-item", "record-payment"):
        assert f'href="{page(session, button)}"' not in shown


def test_a_refund_that_is_due_is_shown_with_what_was_paid(at_the_desk):
    session = arrived(Status.CONFIRMED, 40)
    cancel(session, initiator="Client", reason="x", actor=SYSTEM, at=now())
    shown = text(at_the_desk.get(page(session)))
    due = re.search(r"<dt>Refund due</dt><dd[^>]*>(.*?)</dd>", shown)
    assert due is not None
    assert due[1] == "Q 500.00"


def timeline(who: Browser, session: Session) -> list[str]:
    """Return the entries of the timeline, each as one line of words."""
    shown = text(who.get(page(session)))
    part = re.search(r'<ol class="studio-timeline">.*?</ol>', shown, re.S)
    assert part is not None
    return [
        " ".join(re.sub(r"<[^>]+>", " ", one).split())
        for one in re.findall(r"<li>.*?</li>", part[0], re.S)
    ]


def test_the_timeline_tells_each_step_oldest_first_by_whom_and_why(
    at_the_desk, coordinator, session
):
    remark = {"reason": "they called <b>twice</b>", "notes": "at noon"}
    actor = acting(coordinator)
    transition(session, Status.NEGOTIATION, actor=actor, at=now(), **remark)
    cancel(session, initiator="Client", reason="too dear", actor=SYSTEM, at=now())
    first, second, third = timeline(at_the_desk, session)
    assert first.startswith("Request ")
    assert second.startswith("Negotiation ")
    for fact in (coordinator.full_name, "at noon", f"{studio_day(now()):%Y}"):
        assert fact in second, fact
    assert "they called &lt;b&gt;twice&lt;/b&gt;" in second
    assert third.startswith("Canceled ")
    assert "too dear" in third
    assert "the system" in third


def test_others_read_the_states_and_their_days_alone(photographer, coordinator, day):
    session = book(acting(coordinator), at=now(), session_date=day)
    assign(session, photographer, at=now())
    transition(session, Status.NEGOTIATION, actor=acting(coordinator), at=now(), reason="rival")
    for entry in timeline(browser(photographer), session):
        assert re.fullmatch(r"(Request|Negotiation) \w+\.? \d+ \w+\.? \d{4} \d\d:\d\d", entry), (
            entry
        )


def test_what_is_gone_or_not_ones_own_has_no_page(photographer, at_the_desk, session):
    assert browser(photographer).get(page(session)).status_code == 302
    Session.objects.filter(pk=session.pk).update(hidden_at=now())
    assert at_the_desk.get(page(session)).status_code == 302


def test_the_list_leads_to_pages(at_the_desk, session):
    assert page(session) in text(at_the_desk.get(SESSIONS))
