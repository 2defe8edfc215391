"""Entering in the back office what has already taken place: all of it at once, by admins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import AuditEntry
from sessions_app.models import Claim, Session
from sessions_app.tests.pages import REMARK, SESSIONS, browser, page, problems, text
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ENTRY = f"{SESSIONS}enter-afterwards/"
TODAY = studio_day(now())


@pytest.fixture
def past(photographer: User, editor: User) -> dict[str, Any]:
    """What is typed about a wedding of last month that was paid and delivered."""
    return {
        "client": str(ClientFactory().pk),
        "session_type": "External",
        "session_date": (TODAY - timedelta(days=30)).isoformat(),
        "session_time": "10:00",
        "estimated_duration_hours": "5",
        "room": "",
        "location": "Antigua Guatemala",
        "status": "Completed",
        "photographers": [str(photographer.pk)],
        "editor": str(editor.pk),
        "package": "",
        "item": str(ItemFactory(unit_price="1000.00").pk),
        "amount": "1000.00",
        "payment_method": "Transfer",
        "payment_date": (TODAY - timedelta(days=28)).isoformat(),
        "transaction_reference": "B-4711",
        "reason": REMARK,
    }


def test_a_past_session_is_entered_with_people_lines_and_payments(
    as_the_boss, admin_user, photographer, editor, past
):
    answer = as_the_boss.post(ENTRY, past)
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    assert answer["Location"] == page(session)
    assert (session.status, session.is_retroactive) == ("Completed", True)
    assert (session.total_amount, session.paid_amount) == (1000, 1000)
    assert session.editing_assigned_to == editor
    member = session.assignments.get()
    assert (member.photographer, member.attended) == (photographer, True)
    payments = session.payments.order_by("id").values_list("payment_type", "amount", "status")
    assert list(payments) == [("Deposit", 500, "Verified"), ("Balance", 500, "Verified")]
    row = session.history.get()
    assert (row.from_status, row.to_status) == ("", "Completed")
    assert (row.changed_by, row.reason, row.channel) == (admin_user, REMARK, "admin")
    assert not Claim.objects.exists()
    assert AuditEntry.objects.get(action="session.entered_afterwards").reason == REMARK
    assert f"{session.code} is entered." in text(as_the_boss.get(page(session)))


def test_a_studio_session_with_a_package_that_waits_for_an_editor_is_entered(as_the_boss, past):
    package = PackageItemFactory(package=PackageFactory(base_price="80.00")).package
    answer = as_the_boss.post(
        ENTRY,
        past
        | {
            "session_type": "Studio",
            "room": RoomFactory().pk,
            "location": "",
            "status": "Attended",
            "editor": "",
            "package": package.pk,
            "item": "",
            "amount": "",
            "payment_method": "",
            "payment_date": "",
            "transaction_reference": "",
        },
    )
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    assert (session.status, session.total_amount, session.paid_amount) == ("Attended", 80, 0)
    assert session.editing_assigned_to is None


TOMORROW = (TODAY + timedelta(days=1)).isoformat()
WRONG = {
    "to come": ({"session_date": TOMORROW}, "Only a session that is over"),
    "the end of time": (
        {"session_date": "9999-12-31", "session_time": "23:59"},
        "years from today",
    ),
    "no client": ({"client": ""}, "required"),
    "no time": ({"session_time": ""}, "required"),
    "no place": ({"location": ""}, "location"),
    "a room outside": ({"location": "Antigua", "session_type": "Studio"}, "room"),
    "no photographer": ({"photographers": []}, "required"),
    "no editor": ({"editor": ""}, "Say who edited it."),
    "nothing ordered": ({"item": ""}, "at least one line and a total above 0"),
    "a state of the plan": ({"status": "Confirmed"}, "not one of the available choices"),
    "not paid": ({"amount": ""}, "Q 1,000.00 are still to be paid."),
    "not all paid": ({"amount": "999.99"}, "0.01 are still to be paid."),
    "paid too much": ({"amount": "1000.01"}, "0.01 more than the total"),
    "no way of paying": ({"payment_method": ""}, "Say how it was paid."),
    "paid tomorrow": ({"payment_date": TOMORROW}, "still to come"),
    "no reason": ({"reason": ""}, "required"),
    "an override without reason": ({"reason": " ", "override": "on"}, "required"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_entry_that_is_refused_says_why_keeps_what_was_typed_and_creates_nothing(
    as_the_boss, past, wrong
):
    changed, sentence = WRONG[wrong]
    sent = past | changed
    answer = as_the_boss.post(ENTRY, sent)
    assert sentence in problems(answer)
    form = answer.context["form"]
    for name, value in sent.items():
        assert form[name].value() == (value == "on" or value), name
    assert "B-4711" in text(answer)
    assert "Antigua" in text(answer) or not sent["location"]
    assert not Session.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="session.").exists()


def test_a_completed_session_with_a_balance_is_entered_by_override(as_the_boss, past):
    answer = as_the_boss.post(ENTRY, past | {"amount": "600.00", "override": "on"})
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    assert (session.status, session.balance_amount) == ("Completed", 400)
    assert AuditEntry.objects.filter(action="session.override", reason=REMARK).exists()


def test_more_payments_follow_while_it_is_open(as_the_boss, past):
    answer = as_the_boss.post(ENTRY, past | {"status": "Ready for Delivery", "amount": "600.00"})
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    slip = {
        "payment_type": "Balance", "amount": "400.00", "payment_method": "Cash", "notes": "late",
        "payment_date": (TODAY - timedelta(days=20)).isoformat(), "status": "Verified",
    }  # fmt: skip
    answer = as_the_boss.post(page(session, "record-payment"), slip)
    assert answer.status_code == 302, problems(answer)
    assert as_the_boss.post(page(session, "complete"), {}).status_code == 302
    session.refresh_from_db()
    assert session.status == "Completed"


@pytest.mark.parametrize("role", ["coordinator", "photographer", "editor"])
def test_nobody_but_admins_is_offered_the_entry_or_makes_one(role, past):
    someone = browser(UserFactory(roles=[role]))
    assert "enter-afterwards" not in someone.get(SESSIONS).content.decode()
    assert someone.get(ENTRY).status_code == 403
    assert someone.post(ENTRY, past).status_code == 403
    assert not Session.objects.exists()


def test_admins_find_the_entry_beside_the_list(as_the_boss):
    assert f'href="{ENTRY}"' in as_the_boss.get(SESSIONS).content.decode()
    form = as_the_boss.get(ENTRY).context["form"]
    states = [value for value, _label in form.fields["status"].choices]
    assert states == ["Attended", "In Editing", "Ready for Delivery", "Completed"]
