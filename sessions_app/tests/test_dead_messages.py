"""What is no longer so when its letter would be sent is told nobody, and why not (section 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notifications.models import Email, EmailStatus
from notifications.tests.posting import posted
from sessions_app.actions import editing, team
from sessions_app.actions.cancelling import correct_initiator
from sessions_app.actions.hiding import hide
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import void
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentType
from sessions_app.tests.builders import SYSTEM, TEN, assign, attended_at, paid
from sessions_app.tests.telling import (
    DEADLINE,
    EVE,
    NEXT_DAY,
    TELLINGS,
    Telling,
    call_off,
    confirm,
    reassign,
)
from users.models import User

pytestmark = pytest.mark.django_db

Death = Callable[[Telling], Any]


def step(*states: Status) -> Death:
    """Return what takes the session on, step by step, at the instant of its letter."""

    def take(told: Telling) -> None:
        for state in states:
            transition(told.fresh(), state, actor=SYSTEM, at=told.at, reason="a mistake")

    return take


def called_off(told: Telling) -> None:
    call_off(told.fresh(), told.at)


def covered(told: Telling) -> None:
    paid(told.fresh(), "500.00", at=told.at)


def confirmed(told: Telling) -> None:
    covered(told)
    assign(told.fresh())
    confirm(told.fresh(), told.at)


def postponed(told: Telling) -> None:
    postpone(told.fresh(), NEXT_DAY, TEN, reason="rain", actor=SYSTEM, at=told.at)


def released(told: Telling) -> None:
    team.release(told.fresh().assignments.get(status="Assigned"), actor=SYSTEM, at=told.at)


def deleted(told: Telling) -> None:
    step(Status.NEGOTIATION)(told)
    hide(told.fresh(), actor=SYSTEM, at=told.at)


def other_days(days: int) -> Death:
    return lambda told: editing.change_editing_days(
        told.fresh(), days, actor=SYSTEM, at=told.at, note="anew"
    )


def refund_void(told: Telling) -> None:
    refund = told.session.payments.get(payment_type=PaymentType.REFUND)
    void(refund, reason="the account is closed", actor=SYSTEM, at=told.at)


DEATHS: dict[str, tuple[str, Death, str]] = {
    "reopened": ("session_confirmed", step(Status.NEGOTIATION), "“Negotiation” meanwhile"),
    "called off": ("session_confirmed", called_off, "“Canceled” meanwhile"),
    "the deposit is covered": ("payment_reminder", covered, "The deposit is covered"),
    "it is confirmed": ("payment_reminder", confirmed, "“Confirmed” meanwhile"),
    "it is not wanted any more": ("payment_reminder", called_off, "“Canceled” meanwhile"),
    "back to its beginning": (
        "payment_reminder", step(Status.NEGOTIATION), "“Negotiation” meanwhile",
    ),
    "it has a new deadline": (
        "payment_reminder", step(Status.NEGOTIATION, Status.PRE_SCHEDULED), "deadline is another",
    ),
    "it is deleted": ("payment_reminder", deleted, "deleted"),
    "called off on the eve": ("session_tomorrow", called_off, "“Canceled” meanwhile"),
    "postponed on the eve": ("session_tomorrow", postponed, "another day"),
    "moved, and called off": ("session_moved", called_off, "“Canceled” meanwhile"),
    "moved, and reopened": ("session_moved", step(Status.NEGOTIATION), "“Negotiation” meanwhile"),
    "another one comes": ("photographer_changed", lambda told: reassign(told.fresh()), "no longer"),
    "who should come is released": ("photographer_changed", released, "no longer"),
    "nobody need come": ("photographer_changed", called_off, "“Canceled” meanwhile"),
    "edited again": ("material_ready", step(Status.IN_EDITING), "“In editing” meanwhile"),
    "ready, and called off": ("material_ready", called_off, "“Canceled” meanwhile"),
    "yet another date": ("delivery_date_changed", other_days(12), "another meanwhile"),
    "ready already": ("delivery_date_changed", step(Status.READY), "“Ready for delivery”"),
    "given back": ("delivery_date_changed", step(Status.ATTENDED), "“Attended” meanwhile"),
    "the refund bounced": ("refund_paid", refund_void, "voided"),
}  # fmt: skip
"""What happens before the letter is sent: its kind, what, and what is said of it afterwards."""


@pytest.mark.parametrize(("kind", "death", "reason"), DEATHS.values(), ids=DEATHS)
def test_a_dead_fact_is_suppressed_and_it_is_said_why(kind, death, reason):
    telling = TELLINGS[kind]("en")
    letter = Email.objects.get(status=EmailStatus.PENDING)
    death(telling)
    sent = posted(telling.at)
    letter.refresh_from_db()
    assert letter.status == EmailStatus.SUPPRESSED
    assert reason in letter.reason
    newer = Email.objects.filter(pk__gt=letter.pk, status=EmailStatus.SENT)
    assert len(sent) == newer.count()


def test_every_kind_but_a_cancellation_has_been_seen_to_die():
    assert {kind for kind, *_ in DEATHS.values()} == set(TELLINGS) - {"session_cancelled"}


LATE = {
    "payment_reminder": (lambda told: DEADLINE, "past"),
    "session_tomorrow": (lambda told: EVE + timedelta(days=1), "no longer tomorrow"),
    "session_moved": (lambda told: attended_at(told.fresh()), "taken place"),
    "photographer_changed": (lambda told: attended_at(told.fresh()), "taken place"),
}


@pytest.mark.parametrize(("kind", "when", "reason"), [(k, *v) for k, v in LATE.items()], ids=LATE)
def test_what_would_arrive_too_late_is_suppressed(kind, when, reason):
    telling = TELLINGS[kind]("en")
    assert posted(when(telling)) == []
    letter = Email.objects.get(kind=kind)
    assert letter.status == EmailStatus.SUPPRESSED
    assert reason in letter.reason


@pytest.mark.parametrize("kind", LATE)
def test_a_moment_before_it_is_too_late_it_is_sent(kind):
    telling = TELLINGS[kind]("en")
    last = {
        "payment_reminder": DEADLINE,
        "session_tomorrow": EVE + timedelta(hours=15),  # midnight in the studio
    }.get(kind, telling.fresh().starts_at)
    assert len(posted(last - timedelta(seconds=1))) == 1


@pytest.mark.parametrize("kind", ["session_confirmed", "material_ready"])
def test_undone_and_done_again_is_told_once(kind):
    telling = TELLINGS[kind]("en")
    if kind == "session_confirmed":
        step(Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED)(telling)
    else:
        step(Status.IN_EDITING, Status.READY)(telling)
    assert len(posted(telling.at)) == 1
    first, second = Email.objects.filter(kind=kind).order_by("id")
    assert (first.status, second.status) == (EmailStatus.SUPPRESSED, EmailStatus.SENT)
    assert "another message tells it" in first.reason


def test_of_a_cancellation_and_its_correction_one_is_sent(admin_user: User):
    telling = TELLINGS["session_cancelled"]("en")
    correct_initiator(
        telling.fresh(), Initiator.STUDIO, actor=SYSTEM, at=telling.at, reason="our mistake"
    )
    assert len(posted(telling.at)) == 1
