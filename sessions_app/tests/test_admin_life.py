"""The life of a session by the buttons of its page, and what refuses a step, in sentences."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import AuditEntry
from sessions_app.actions import editing
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, PaymentType, Session
from sessions_app.tests.builders import SYSTEM, book, paid, priced, state
from sessions_app.tests.pages import (
    REMARK,
    SESSIONS,
    arrived,
    browser,
    offered,
    page,
    press,
    problems,
    refusal,
    said,
    text,
)
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OVERRIDDEN = {"override": "on", "reason": REMARK}


@pytest.fixture
def at_noon(settings: Any) -> None:
    """Put the studio where it is about noon: a session of today is still to come, and is today."""
    settings.TIME_ZONE = f"Etc/GMT{now().hour - 12:+d}"


def steps(session: Session) -> list[tuple[str, str]]:
    return list(session.history.order_by("id").values_list("from_status", "to_status"))


# From Request to Completed


def test_a_whole_life_is_lived_by_buttons(at_noon, at_the_desk, photographer, editor, coordinator):
    booked = at_the_desk.post(
        f"{SESSIONS}add/",
        {
            "client": ClientFactory().pk,
            "session_type": "Studio",
            "session_date": studio_day(now()).isoformat(),
            "session_time": "20:00",
            "estimated_duration_hours": "2",
            "room": RoomFactory().pk,
            "photographers_needed": "1",
            "deposit_percentage": "50",
            "responsible": coordinator.pk,
        },
    )
    at_the_desk.get(booked["Location"])
    session = Session.objects.get()
    slip = {"payment_method": "Transfer", "payment_date": studio_day(now()), "status": "Verified"}
    press(at_the_desk, session, "add-item", item=ItemFactory(unit_price="1000.00").pk, quantity=1)
    press(at_the_desk, session, "assign-photographer", photographer_id=photographer.pk, role="Lead")
    press(at_the_desk, session, "negotiate")
    press(at_the_desk, session, "pre-schedule", notes=REMARK)
    press(
        at_the_desk, session, "record-payment", payment_type="Deposit", amount="500.00", **slip,
    )  # fmt: skip
    press(at_the_desk, session, "confirm")
    assert press(at_the_desk, session, "settle-team") == f"{session.code} is now in “Assigned”."
    press(browser(photographer), session, "mark-own", notes="all there")
    editing = browser(editor)
    press(editing, session, "take")
    press(editing, session, "change-editing-days", estimated_editing_days=9, note=REMARK)
    press(editing, session, "mark-ready", reason="done")
    press(at_the_desk, session, "record-payment", payment_type="Balance", amount="500", **slip)
    press(at_the_desk, session, "complete")
    assert state(session) == "Completed"
    assert session.estimated_editing_days == 9
    assert session.delivery_deadline == session.session_date + timedelta(days=9)
    assert session.balance_amount == 0
    assert not Claim.objects.filter(active=True).exists()
    rows = session.history.order_by("id").values_list("to_status", "changed_by__full_name")
    office, taker, maker = coordinator.full_name, photographer.full_name, editor.full_name
    assert list(rows) == [
        ("Request", office),
        ("Negotiation", office),
        ("Pre-scheduled", office),
        ("Confirmed", office),
        ("Assigned", office),
        ("Attended", taker),
        ("In Editing", maker),
        ("Ready for Delivery", maker),
        ("Completed", office),
    ]
    assert set(session.history.values_list("channel", flat=True)) == {"admin"}


def test_from_request_one_step_leads_to_pre_scheduled_and_back(at_the_desk, session):
    press(at_the_desk, session, "pre-schedule", reason="agreed")
    assert state(session) == "Pre-scheduled"
    assert session.payment_deadline_at is not None
    press(at_the_desk, session, "negotiate")
    assert state(session) == "Negotiation"
    assert session.payment_deadline_at is None
    assert [row.reason for row in session.history.order_by("id")] == ["", "agreed", "agreed", ""]


def test_a_confirmed_session_is_reopened(at_the_desk):
    session = arrived(Status.CONFIRMED, 25)
    press(at_the_desk, session, "reopen", reason="another day")
    assert state(session) == "Negotiation"
    assert session.paid_amount == 500


def test_a_session_is_postponed_with_its_claims(at_the_desk, photographer):
    session = arrived(Status.ASSIGNED, 3, photographer)
    shown = at_the_desk.get(page(session, "postpone")).context["form"]
    assert shown["session_date"].value() == session.session_date
    assert shown["session_time"].value() == time(10)
    press(
        at_the_desk, session, "postpone", session_date=session.session_date + timedelta(days=4),
        session_time="15:00", estimated_duration_hours="3", reason="rain",
    )  # fmt: skip
    assert state(session) == "Assigned"
    assert session.session_date == studio_day(now()) + timedelta(days=7)
    held = Claim.objects.filter(active=True).values_list("starts_at", "ends_at")
    assert set(held) == {(session.starts_at, session.ends_at)}
    assert len(held) == 2
    assert session.ends_at - session.starts_at == timedelta(hours=3)
    assert AuditEntry.objects.get(action="session.postponed").reason == "rain"


def test_a_postponement_onto_another_session_is_refused_in_a_sentence(at_the_desk, photographer):
    session = arrived(Status.ASSIGNED, 3, photographer)
    taken = book(at=now(), session_date=studio_day(now()) + timedelta(days=7), room=session.room)
    sentence = refusal(
        at_the_desk, session, "postpone", session_date=taken.session_date.isoformat(),
        session_time="11:00", estimated_duration_hours="2", reason="rain",
    )  # fmt: skip
    assert f"taken by {taken.code}" in sentence


def test_material_that_is_not_good_enough_goes_back_to_the_same_editor(at_the_desk):
    session = arrived(Status.READY, -4)
    editor = session.editing_assigned_to
    assert "required" in refusal(at_the_desk, session, "rework", reason="", notes=REMARK)
    press(at_the_desk, session, "rework", reason="two photos too dark")
    assert state(session) == "In Editing"
    assert session.editing_assigned_to == editor
    press(browser(editor), session, "mark-ready")
    assert state(session) == "Ready for Delivery"


def test_opening_a_buttons_page_changes_nothing(as_the_boss, session):
    rows = Session.objects.filter(pk=session.pk)
    before = rows.values().get()
    buttons = offered(as_the_boss, session)
    assert buttons >= {"negotiate", "cancel", "add-item", "record-payment", "hide"}
    for button in buttons:
        assert as_the_boss.get(page(session, button)).status_code == 200, button
    assert rows.values().get() == before


# What refuses a step


def _unpaid() -> Session:
    return arrived(Status.PRE_SCHEDULED, 20)


def _expired() -> Session:
    return arrived(Status.PRE_SCHEDULED, 20, booked_ago=10)


def _without_lines() -> Session:
    return book(at=now(), session_date=studio_day(now()) + timedelta(days=20))


def _without_time() -> Session:
    day = studio_day(now()) + timedelta(days=20)
    unplanned = book(
        at=now(), session_date=day, session_time=None, estimated_duration_hours=None
    )  # fmt: skip
    return priced(unplanned, at=now())


def _short_of_photographers() -> Session:
    session = arrived(Status.PRE_SCHEDULED, 20, photographers_needed=3)
    paid(session, session.deposit_amount, at=now())
    return session


def _unstaffed() -> Session:
    UserFactory(roles=["photographer"])
    session = arrived(Status.PRE_SCHEDULED, 3)
    paid(session, session.deposit_amount, at=now())
    press(browser(UserFactory(roles=["coordinator"])), session, "confirm")
    return session


def _refunded() -> Session:
    session = arrived(Status.NEGOTIATION, 20)
    paid(session, "100.00", PaymentType.PARTIAL, at=now())
    press(browser(UserFactory(roles=["coordinator"])), session, "pre-schedule")
    return session


TODAY = studio_day(now())
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()
PLAN = {
    "session_date": (TODAY + timedelta(days=7)).isoformat(),
    "session_time": "10:00",
    "estimated_duration_hours": "2",
}
REFUSED: dict[str, tuple[Any, str, dict[str, Any], str]] = {
    "no lines": (_without_lines, "pre-schedule", {}, "needs at least one line and a total above 0"),
    "no time": (_without_time, "pre-schedule", {}, "Date, time and duration are needed first"),
    "deposit short": (
        _unpaid, "confirm", {}, "The deposit is Q 500.00; verified payments come to Q 0.00.",
    ),
    "deposit in part": (
        _refunded, "confirm", {}, "The deposit is Q 500.00; verified payments come to Q 100.00.",
    ),
    "deposit late": (
        _expired, "confirm", {}, "The deposit was not covered by the payment deadline.",
    ),
    "too few photographers": (
        _short_of_photographers, "confirm", {}, "3 more photographers are needed at that time",
    ),
    "assigned too early": (
        lambda: arrived(Status.CONFIRMED, 25), "settle-team", {},
        "The changes deadline is still to come.",
    ),
    "nobody assigned": (
        _unstaffed, "settle-team", {}, "At least one photographer must be assigned first.",
    ),
    "reopened too late": (
        lambda: arrived(Status.CONFIRMED, 4), "reopen", {}, "can no longer be reopened",
    ),
    "postponed to the past": (
        lambda: arrived(Status.CONFIRMED, 4), "postpone", PLAN | {"session_date": YESTERDAY},
        "would start in the past",
    ),
    "attended too early": (
        lambda: arrived(Status.ASSIGNED, 3), "attend", {},
        "Attendance can be marked from the day of the session on.",
    ),
    "completed with a balance": (
        lambda: arrived(Status.READY, -4), "complete", {}, "500.00 are still to be paid.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_refused_step_is_a_sentence_on_its_form_where_all_that_was_typed_stays(at_the_desk, why):
    made, button, form, sentence = REFUSED[why]
    session = made()
    before = Session.objects.filter(pk=session.pk).values().get()
    remarks = {"reason": REMARK} if button == "postpone" else {"reason": REMARK, "notes": REMARK}
    assert sentence in refusal(at_the_desk, session, button, **form, **remarks)
    assert Session.objects.filter(pk=session.pk).values().get() == before


@pytest.mark.parametrize("why", ["too few photographers", "completed with a balance"])
def test_an_admin_passes_a_guard_by_override_which_needs_a_reason(at_the_desk, as_the_boss, why):
    made, button, _form, sentence = REFUSED[why]
    session = made()
    was, passed = session.status, {"confirm": "Confirmed", "complete": "Completed"}[button]
    assert "override" not in at_the_desk.get(page(session, button)).context["form"].fields
    crafted = at_the_desk.post(page(session, button), OVERRIDDEN)
    assert sentence in problems(crafted)
    assert "An override needs a reason." in refusal(as_the_boss, session, button, override="on")
    assert sentence in refusal(as_the_boss, session, button, reason=REMARK)
    assert state(session) == was
    press(as_the_boss, session, button, **OVERRIDDEN)
    assert state(session) == passed
    entry = AuditEntry.objects.get(action="session.override")
    assert entry.reason == REMARK


@pytest.mark.parametrize("why", ["deposit short", "nobody assigned", "no lines"])
def test_what_is_no_guard_no_override_passes(as_the_boss, why):
    made, button, _form, sentence = REFUSED[why]
    session = made()
    assert sentence in refusal(as_the_boss, session, button, **OVERRIDDEN)


def test_before_the_changes_deadline_a_session_is_not_postponed(at_the_desk):
    session = arrived(Status.CONFIRMED, 25)
    before = session.starts_at
    answer = at_the_desk.post(page(session, "postpone"), PLAN | {"reason": REMARK})
    assert "The changes deadline is still to come." in said(answer)
    session.refresh_from_db()
    assert session.starts_at == before


def test_a_step_that_the_table_does_not_have_is_refused_to_who_posts_it(as_the_boss):
    session = arrived(Status.COMPLETED, -4)
    before = steps(session)
    for button in (
        "negotiate", "pre-schedule", "confirm", "reopen", "settle-team", "attend", "take-back",
        "take", "mark-ready", "release-editor", "rework", "complete", "cancel",
    ):  # fmt: skip
        sent = {"initiator": "Client", "reason": REMARK}
        answer = as_the_boss.post(page(session, button), sent)
        assert (answer.status_code, answer["Location"]) == (302, page(session)), button
        assert said(answer), button
        assert button not in offered(as_the_boss, session)
    assert steps(session) == before


def test_the_page_that_a_photographer_or_editor_may_not_open_is_not_shown_by_posting_to_it(
    photographer,
):
    session = arrived(Status.CONFIRMED, 20, photographer)
    mine = browser(photographer)
    answer = mine.post(page(session, "complete"), {"reason": REMARK}, follow=True)
    assert answer.redirect_chain == [(page(session), 302)]
    assert "not allowed" in text(answer)
    assert "1,000.00" not in text(answer)


STALE = {
    # the page that was opened, in which state; the one that others have reached meanwhile
    "negotiate": (Status.PRE_SCHEDULED, 20, Status.CONFIRMED),
    "settle-team": (Status.CONFIRMED, -2, Status.ATTENDED),
    "attend": (Status.ASSIGNED, -2, Status.IN_EDITING),
}


@pytest.mark.parametrize("button", STALE)
def test_a_page_that_was_opened_before_others_moved_on_takes_no_step_but_its_own(
    at_the_desk, photographer, button
):
    opened, days, reached = STALE[button]
    session = arrived(opened, days, photographer)
    assert at_the_desk.get(page(session, button)).status_code == 200
    moved_on(session, reached)
    at_the_desk.post(page(session, button), {"reason": REMARK, "notes": ""})
    assert state(session) == reached


def moved_on(session: Session, reached: Status) -> None:
    """Let others take a session further, as people or the nightly job do meanwhile."""
    if reached == Status.CONFIRMED:
        paid(session, session.deposit_amount, at=now())
        transition(session, Status.CONFIRMED, actor=SYSTEM, at=now())
        return
    if session.status == Status.CONFIRMED:
        transition(session, Status.ASSIGNED, actor=SYSTEM, at=now())
    transition(session, Status.ATTENDED, actor=SYSTEM, at=now())
    if reached == Status.IN_EDITING:
        editor = UserFactory(roles=["editor"])
        editing.assign_editor(session, editor.pk, actor=SYSTEM, at=now())
