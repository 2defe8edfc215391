"""Booking in the back office with the first photographer at once: all of it or nothing."""

from __future__ import annotations

import pytest

from clients.tests.factories import ClientFactory
from config.clock import now
from sessions_app.models import Session
from sessions_app.tests.builders import assign, external
from sessions_app.tests.pages import SESSIONS, browser, problems, text
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(day, photographer):
    """The form of an External session that Pedro is to photograph."""
    return {
        "client": ClientFactory().pk, "session_type": "External", "session_date": f"{day}",
        "session_time": "10:00", "estimated_duration_hours": "2", "location": "Antigua",
        "photographers_needed": "1", "deposit_percentage": "50",
        "photographer": photographer.pk,
    }  # fmt: skip


def test_a_session_is_booked_with_its_photographer(coordinator, photographer, asked):
    answer = browser(coordinator).post(f"{SESSIONS}add/", asked)
    assert answer.status_code == 302, problems(answer)
    session = Session.objects.get()
    assert session.is_covered_by(photographer)
    assert session.claims.filter(active=True, person=photographer).exists()


def test_where_the_photographer_is_taken_nothing_is_booked_and_what_was_typed_stays(
    coordinator, photographer, asked, day
):
    other = external(at=now(), session_date=day)
    assign(other, photographer, at=now())
    answer = browser(coordinator).post(f"{SESSIONS}add/", asked)
    assert other.code in problems(answer)
    assert list(Session.objects.all()) == [other]
    assert 'value="Antigua"' in text(answer)


def test_the_address_names_the_photographer_who_was_clicked(coordinator, photographer, day):
    address = f"{SESSIONS}add/?session_date={day}&session_time=10:00&photographer={photographer.pk}"
    shown = text(browser(coordinator).get(address))
    assert f'<option value="{photographer.pk}" selected>' in shown


def test_who_holds_another_role_is_not_offered(coordinator, asked):
    answer = browser(coordinator).post(
        f"{SESSIONS}add/", asked | {"photographer": UserFactory(roles=["editor"]).pk}
    )
    assert "photographer" in problems(answer)
    assert not Session.objects.exists()
