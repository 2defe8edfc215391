"""What the back office says when a session's button refuses: what to do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from config.clock import now, studio_day
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests import wire
from sessions_app.tests.builders import assign, book
from sessions_app.tests.pages import arrived, page

pytestmark = pytest.mark.django_db


def refused(who: Browser, session: Session, button: str, **form: Any) -> str:
    answer = who.post(page(session, button), form)
    assert answer.status_code == 200, "it was accepted"
    return " ".join(str(one) for one in answer.context["form"].non_field_errors()).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_refusal_names_what_is_missing_and_how_much(at_the_desk):
    short = arrived(Status.PRE_SCHEDULED, 40)
    assert "Q 500.00" in refused(at_the_desk, short, "confirm")
    unpaid = wire.arrived(Status.READY, days=-2)
    assert "Q 500.00" in refused(at_the_desk, unpaid, "complete")
    empty = book(at=now(), session_date=studio_day(now()) + timedelta(days=40))
    assert "at least one line" in refused(at_the_desk, empty, "pre-schedule")


def test_a_team_that_is_settled_too_early_is_told_when_it_can_be(at_the_desk):
    early = arrived(Status.CONFIRMED, 50)
    assert f"{early.shown_changes_deadline:%Y}" in refused(at_the_desk, early, "settle-team")


def test_assigning_who_is_taken_names_what_takes_them_and_when_they_are_free(
    at_the_desk, session, day
):
    other = book(at=now(), session_date=day)
    busy = assign(other, at=now()).photographer
    sentence = refused(at_the_desk, session, "assign-photographer", photographer_id=busy.pk)
    assert other.code in sentence
    assert "ree next" in sentence or "ext free" in sentence
