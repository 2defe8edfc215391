"""Parts of the demo studio, lived on days that are awkward, and in years long past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from clients.models import Client
from config.clock import start_of, studio_day
from config.demo import scenes, studio, years
from config.demo.plan import Plan, Turn
from config.tests.demo_people import at_nine, emails_of
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, HistoryEntry, Payment, Session
from sessions_app.queries.integrity import findings
from users.models import User

TODAY = date(2026, 11, 21)
SUNDAY_AND_NEW_YEAR = date(2034, 1, 1)
SUNDAY_AND_LEAP_DAY = date(2032, 2, 29)


def test_what_must_be_seen_is_seen_on_a_sunday_that_begins_a_year(db):
    today = SUNDAY_AND_NEW_YEAR
    studio.fill_with(scenes.plans(today, studio.SEED), at_nine(today))
    assert list(findings()) == []
    assert set(Session.objects.values_list("status", flat=True)) == set(Status)
    assert HistoryEntry.objects.latest("changed_at").changed_at <= start_of(today)
    for photographer in User.objects.filter(email__in=emails_of("photographer")):
        sessions = Session.objects.filter(status=Status.ASSIGNED, session_date=today)
        assert sessions.filter(assignments__photographer=photographer).exists()
    for editor in User.objects.filter(email__in=emails_of("editor")):
        material = Session.objects.filter(status=Status.IN_EDITING, delivery_deadline=today)
        assert material.filter(editing_assigned_to=editor).exists()


def test_the_studio_lives_the_same_every_time(db):
    today = SUNDAY_AND_LEAP_DAY
    some = scenes.plans(today, studio.SEED)[::4]
    assert as_lived(some, today) == as_lived(some, today)


def as_lived(plans: list[Plan], today: date) -> list[list[tuple[Any, ...]]]:
    """Live some sessions and take all back; return what was written."""
    with transaction.atomic():
        studio.fill_with(plans, at_nine(today))
        lived: list[list[tuple[Any, ...]]] = [
            list(rows)
            for rows in (
                HistoryEntry.objects.order_by("id").values_list(
                    "session__code", "to_status", "changed_at", "changed_by__email", "reason"
                ),
                Payment.objects.order_by("id").values_list(
                    "session__code", "amount", "status", "transaction_reference", "created_at"
                ),
                Session.objects.order_by("code").values_list(
                    "client__email", "session_date", "session_time", "room__code", "total_amount"
                ),
            )
        ]
        transaction.set_rollback(True)
    return lived


def test_of_years_past_everything_is_over_and_what_was_not_on_paper_holds_its_time(db):
    plans = years.plans(TODAY, studio.SEED, 2)
    paper = [plan for plan in plans if plan.turn is Turn.ON_PAPER][:8]
    lived = [plan for plan in plans if plan.turn is Turn.ORDINARY][:8]
    studio.fill_with([*paper, *lived], at_nine(TODAY), years_back=2)
    assert list(findings()) == []
    assert set(Session.objects.values_list("status", flat=True)) == {Status.COMPLETED}
    entered = Session.objects.filter(is_retroactive=True)
    assert sorted(entered.values_list("session_date", "session_time")) == sorted(
        (plan.day, plan.clock) for plan in paper
    )
    assert {(one.balance_amount, one.payments.exists()) for one in entered} == {(0, True)}
    assert not Claim.objects.filter(session__in=entered).exists()
    booked = Session.objects.filter(is_retroactive=False)
    assert sorted(booked.values_list("session_date", "session_time", "room__code")) == sorted(
        (plan.day, plan.clock, plan.room or None) for plan in lived
    )
    assert all(one.claims.exists() and one.history.count() > 5 for one in booked)


def test_clients_go_on_coming_through_years_past_and_return(db):
    plans = years.plans(TODAY, studio.SEED, 2)[::40]
    studio.fill_with(plans, at_nine(TODAY), years_back=2)
    came = {studio_day(client.created_at) for client in Client.objects.all()}
    for months in range(24):
        month = years.first_day(TODAY, 2) + timedelta(days=30 * months)
        assert any(month <= day < month + timedelta(days=30) for day in came)
    for session in Session.objects.filter(is_retroactive=False).select_related("client"):
        assert session.client.created_at <= session.created_at


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def stop(done: int, total: int) -> None:
    raise Stopped


def test_a_demo_that_was_stopped_leaves_nothing_or_with_years_something_to_throw_away(db):
    with pytest.raises(Stopped):
        studio.fill_with(scenes.plans(TODAY, studio.SEED)[:3], at_nine(TODAY), stop)
    assert not User.objects.exists()
    assert not studio.is_half_made()
    plans = years.plans(TODAY, studio.SEED, 2)[:2]
    with pytest.raises(Stopped):
        studio.fill_with(plans, at_nine(TODAY), stop, years_back=2)
    assert Session.objects.count() == 1
    assert studio.is_half_made()
    assert not studio.is_demo()
    assert not studio.is_foreign()
