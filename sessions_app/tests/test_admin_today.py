"""The start page: what each person is told to do now, and that its numbers are those behind it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from config.clock import instant, now, studio_day
from sessions_app.actions import attendance, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.verifying import verify
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.queries import dashboard
from sessions_app.queries.attention import Attention
from sessions_app.tests import wire
from sessions_app.tests.builders import SYSTEM, acting, assign, attended_at, book, external, paid
from sessions_app.tests.pages import SESSIONS, arrived, browser, text
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TODAY = "/admin/"


def every_kind(photographer: User | None = None) -> dict[str, Session]:
    """Return a session that wants attention of each kind, but for what is stale."""
    days = 40

    def next_day() -> int:
        nonlocal days
        days += 1
        return days

    cancelled = arrived(Status.CONFIRMED, next_day())
    cancel(cancelled, initiator="Client", reason="x", actor=SYSTEM, at=now())
    covered = arrived(Status.PRE_SCHEDULED, next_day())
    paid(covered, "500.00", at=now())
    overdue = wire.arrived(Status.ATTENDED, days=-12)
    stale = book(at=now() - timedelta(days=30), session_date=studio_day(now()) + timedelta(days=50))
    return {
        "unconfirmed": covered,
        "deposits_due": arrived(Status.PRE_SCHEDULED, next_day()),
        "unstaffed": wire.unstaffed(),
        "attendance_missing": wire.arrived(Status.ASSIGNED, photographer, days=-2),
        "refunds_due": cancelled,
        "editing_overdue": overdue,
        "stale_requests": stale,
    }


def of_today(status: Status, *team: User, **asked: Any) -> Session:
    """Return a session of today, booked long ago, so that it may have begun."""
    return wire.arrived(status, *team, days=0, booked_at=now() - timedelta(days=21), **asked)


def alerts_of(answer: Any) -> dict[str, Any]:
    """Return the alerts of a start page by the kind that their list asks for."""
    return {alert.list_url.partition("attention=")[2]: alert for alert in
            answer.context["office"]["alerts"]}  # fmt: skip


def part_of(answer: Any, heading: str) -> str:
    """Return what a start page says from a heading on until the next."""
    return text(answer).partition(heading)[2].partition("<h2")[0]


# The office


def test_each_alert_leads_to_the_list_of_it_and_each_session_to_what_is_done_about_it(at_the_desk):
    sessions = every_kind()
    alerts = alerts_of(at_the_desk.get(TODAY))
    assert list(alerts) == [kind.value for kind in Attention]
    ways = {
        "unconfirmed": ("Confirm", "confirm"),
        "deposits_due": ("Record payment", "record-payment"),
        "unstaffed": ("Assign photographer", "assign-photographer"),
        "attendance_missing": ("Mark as attended", "attend"),
        "refunds_due": ("Open", "change"),
        "editing_overdue": ("Assign editor", "assign-editor"),
        "stale_requests": ("Open", "change"),
    }
    for kind, session in sessions.items():
        [(row, label, way)] = alerts[kind].rows
        assert (row.id, row.code) == (session.pk, session.code)
        assert (str(label), way) == (ways[kind][0], f"{SESSIONS}{session.pk}/{ways[kind][1]}/")
        assert at_the_desk.get(way).status_code == 200, kind
        listed = at_the_desk.get(alerts[kind].list_url).context["cl"].queryset
        assert list(listed) == [session], kind


def test_what_is_overdue_in_an_editors_hands_is_opened_not_assigned(at_the_desk):
    session = wire.arrived(Status.IN_EDITING, days=-12)
    alert = alerts_of(at_the_desk.get(TODAY))["editing_overdue"]
    _row, label, way = alert.rows[0]
    assert (str(label), way) == ("Open", f"{SESSIONS}{session.pk}/change/")


def test_counts_are_those_of_the_lists_behind_them_also_where_only_few_are_shown(at_the_desk):
    for days in range(41, 48):
        arrived(Status.PRE_SCHEDULED, days)
    alert = alerts_of(at_the_desk.get(TODAY))["deposits_due"]
    assert (alert.count, len(alert.rows)) == (7, 5)
    assert at_the_desk.get(alert.list_url).context["cl"].result_count == 7


def test_a_studio_without_anything_says_so(at_the_desk):
    shown = text(at_the_desk.get(TODAY))
    assert "Nothing. Everything is on its way." in shown
    assert "None is booked." in shown
    assert "Q 0.00" in shown


def test_the_month_stands_against_the_one_before(at_the_desk):
    day = studio_day(now())
    last = day.replace(day=1) - timedelta(days=1)
    this = of_today(Status.REQUEST)
    before = book(at=now() - timedelta(days=70), session_date=last)
    book(at=now() - timedelta(days=70), session_date=last, session_time=time(15))
    paid_before = book(at=now() - timedelta(days=70), session_date=last, session_time=time(20))
    assert {this.session_date.month, before.session_date.month} == {day.month, last.month}
    Session.objects.filter(pk=paid_before.pk).update(
        subtotal=900, total_amount=900, deposit_amount=450
    )
    paid_before.refresh_from_db()
    at = instant(last, time(12))
    paid(paid_before, "300.00", PaymentType.PARTIAL, at=at, payment_date=last)
    answer = at_the_desk.get(TODAY)
    assert answer.context["office"]["figures"].sessions_this_month == 1
    assert "3 the month before" in text(answer)
    assert "Q 300.00 the month before" in text(answer)


def test_hidden_sessions_are_in_no_figure_of_either_month(at_the_desk):
    day = studio_day(now())
    for days in (0, -day.day):
        session = book(at=now() - timedelta(days=70), session_date=day + timedelta(days=days))
        Session.objects.filter(pk=session.pk).update(hidden_at=now())
    office = at_the_desk.get(TODAY).context["office"]
    assert (office["figures"].sessions_this_month, office["figures"].sessions_month_before) == (
        0,
        0,
    )


def test_the_income_of_six_months_goes_over_a_years_end():
    at = datetime(2025, 9, 1, 16, 0, tzinfo=now().tzinfo)
    session = book(at=at, session_date=date(2026, 6, 1))
    Session.objects.filter(pk=session.pk).update(subtotal=9000, total_amount=9000,
                                                 deposit_amount=4500)  # fmt: skip
    session.refresh_from_db()
    facts = {
        date(2025, 9, 30): "7.00",  # one day too early
        date(2025, 10, 1): "10.00",
        date(2025, 12, 31): "20.00",
        date(2026, 1, 1): "30.00",
        date(2026, 3, 31): "40.00",
        date(2026, 4, 1): "50.00",  # one day too late
    }
    for day, amount in facts.items():
        paid(session, amount, PaymentType.PARTIAL, at=instant(day, time(23, 59)))
    back = paid(session, "5.50", PaymentType.REFUND, at=instant(date(2026, 1, 2), time(9)),
                reason="too much")  # fmt: skip
    pending = dashboard.income_by_month(date(2026, 3, 15), 6)
    assert pending[3] == (date(2026, 1, 1), Decimal("30.00"))  # a refund counts once it is paid
    verify(back, transaction_reference="R-1", actor=SYSTEM, at=instant(date(2026, 1, 2), time(9)))
    assert dashboard.income_by_month(date(2026, 3, 15), 6) == [
        (date(2025, 10, 1), Decimal("10.00")),
        (date(2025, 11, 1), Decimal(0)),
        (date(2025, 12, 1), Decimal("20.00")),
        (date(2026, 1, 1), Decimal("24.50")),
        (date(2026, 2, 1), Decimal(0)),
        (date(2026, 3, 1), Decimal("40.00")),
    ]


def test_a_month_of_more_refunds_than_income_still_has_a_bar(at_the_desk):
    day = studio_day(now())
    last = instant(day.replace(day=1) - timedelta(days=1), time(12))
    session = arrived(Status.PRE_SCHEDULED, 40, booked_ago=60)
    paid(session, "400.00", PaymentType.PARTIAL, at=last, payment_date=studio_day(last))
    back = paid(session, "100.00", PaymentType.REFUND, at=now(), reason="too much")
    verify(back, transaction_reference="R-1", actor=SYSTEM, at=now())
    answer = at_the_desk.get(TODAY)
    assert [bar.share for bar in answer.context["office"]["income"]][-2:] == [100, 0]
    assert "Q -100.00" in text(answer)


def test_the_next_sessions_come_by_time_with_their_place(at_the_desk):
    later = wire.arrived(Status.REQUEST, days=3)
    away = external(at=now(), session_date=studio_day(now()) + timedelta(days=2))
    shown = part_of(at_the_desk.get(TODAY), "Next sessions")
    assert shown.index(away.client.full_name) < shown.index(later.client.full_name)
    assert "Antigua Guatemala" in shown
    assert later.room.name in shown


# The photographer


def test_a_photographer_reads_where_when_for_whom_and_what_they_want(photographer):
    session = wire.arrived(
        Status.CONFIRMED, photographer, days=1, client_requirements="a red backdrop"
    )
    article = re.search(r"<article.*?</article>", text(browser(photographer).get(TODAY)), re.S)
    assert article is not None
    told = article[0]
    client = session.client
    facts = ("10:00–12:00", session.room.name, client.full_name, "a red backdrop", session.code)
    for fact in facts:
        assert fact in told, fact
    assert f'href="tel:{client.primary_phone}"' in told
    assert "Tomorrow" in text(browser(photographer).get(TODAY))


def test_the_week_is_seven_days_by_day_without_what_is_cancelled_or_released(photographer):
    shown = [wire.arrived(Status.CONFIRMED, photographer, days=days) for days in (6, 3)]
    shown.append(of_today(Status.CONFIRMED, photographer))
    wire.arrived(Status.CONFIRMED, photographer, days=7)
    cancel(wire.arrived(Status.CONFIRMED, photographer, days=2), initiator="Client", reason="x",
           actor=SYSTEM, at=now())  # fmt: skip
    released = wire.arrived(Status.CONFIRMED, photographer, days=4)
    team.release(released.assignments.get(), actor=SYSTEM, at=now())
    own_days = browser(photographer).get(TODAY).context["own_days"]
    told = [(day, [part.session_id for part in parts]) for day, parts in own_days]
    soonest_first = sorted(shown, key=lambda one: one.session_date)
    assert told == [(one.session_date, [one.pk]) for one in soonest_first]


def test_the_sessions_of_one_day_come_by_time(photographer):
    late, early = (
        external(at=now() - timedelta(days=2), session_date=studio_day(now()), session_time=clock)
        for clock in (time(14), time(8))
    )
    for session in (late, early):
        assign(session, photographer, at=now() - timedelta(days=2))
    [(_day, parts)] = browser(photographer).get(TODAY).context["own_days"]
    assert [part.session for part in parts] == [early, late]


def test_i_attended_is_offered_for_today_and_for_what_was_forgotten_and_works(photographer):
    due = of_today(Status.ASSIGNED, photographer)
    forgotten = wire.arrived(Status.ASSIGNED, photographer, days=-2)
    wire.arrived(Status.CONFIRMED, photographer, days=2)
    mine = browser(photographer)
    links = set(re.findall(rf'href="({SESSIONS}\d+/mark-own/)"', text(mine.get(TODAY))))
    assert links == {f"{SESSIONS}{one.pk}/mark-own/" for one in (due, forgotten)}
    for link in links:
        assert mine.get(link).status_code == 200
        assert mine.post(link, {"notes": ""}).status_code == 302
    shown = text(mine.get(TODAY))
    assert "/mark-own/" not in shown
    assert "✓ Attended" in shown
    assert "Were you there?" not in shown


def test_what_others_forgot_is_not_asked_of_me(photographer):
    other = UserFactory(roles=["photographer"])
    both = wire.arrived(Status.ASSIGNED, photographer, days=-2)
    assign(both, other, at=now())
    attendance.mark_own(both, attended=True, actor=acting(photographer), at=attended_at(both))
    wire.arrived(Status.ASSIGNED, other, days=-4)
    assert browser(photographer).get(TODAY).context["unmarked"] == []
    assert len(browser(other).get(TODAY).context["unmarked"]) == 2


def test_a_photographer_is_told_no_figure_no_amount_and_nobody_elses_session(photographer):
    every_kind()
    mine = wire.arrived(Status.CONFIRMED, photographer, days=1)
    answer = browser(photographer).get(TODAY)
    assert "office" not in answer.context
    assert "editing" not in answer.context
    shown = text(answer)
    assert set(re.findall(r"S-\d{4}-\d{4}", shown)) == {mine.code}
    assert not re.search(r"Q [\d,]+\.\d\d", shown)


# The editor


def test_an_editor_reads_what_comes_first_and_how_many_days_are_left(editor):
    late, early = (wire.arrived(Status.ATTENDED, days=days) for days in (-1, -12))
    own = wire.arrived(Status.IN_EDITING, editor=editor, days=-3)
    wire.arrived(Status.IN_EDITING, days=-2)
    answer = browser(editor).get(TODAY)
    editing = answer.context["editing"]
    assert [one.session for one in editing["own"]] == [own]
    assert [one.session for one in editing["waiting"]] == [early, late]
    today = studio_day(now())
    days = [(one.delivery_deadline - today).days for one in (early, late)]
    assert [one.days_left for one in editing["waiting"]] == days
    shown = text(answer)
    assert f"{-days[0]} days overdue" in shown
    assert f"{days[1]} days left" in shown
    assert f'href="{SESSIONS}{own.pk}/mark-ready/"' in shown
    assert not re.search(r"Q [\d,]+\.\d\d", shown)
    assert "office" not in answer.context


def test_a_long_queue_is_counted_whole_and_shown_in_part(editor):
    for days in range(1, 11):
        wire.arrived(Status.ATTENDED, days=-days)
    editing = browser(editor).get(TODAY).context["editing"]
    assert (len(editing["waiting"]), editing["has_more"]) == (8, True)


def test_take_the_next_one_takes_the_first_of_the_queue(editor):
    _late, early = (wire.arrived(Status.ATTENDED, days=days) for days in (-1, -12))
    mine = browser(editor)
    assert 'action="/admin/sessions_app/session/take-next/"' in text(mine.get(TODAY))
    answer = mine.post("/admin/sessions_app/session/take-next/", follow=True)
    assert f"{early.code} is yours to edit." in text(answer)
    assert [one.session for one in mine.get(TODAY).context["editing"]["own"]] == [early]


def test_nothing_to_take_offers_no_button(editor):
    shown = text(browser(editor).get(TODAY))
    assert "Nothing waits. Well done." in shown
    assert "take-next" not in shown


# Several roles, and studio-made ones


def test_who_does_several_things_gets_several_parts():
    person = UserFactory(roles=["coordinator", "photographer", "editor"])
    mine = wire.arrived(Status.CONFIRMED, person, days=1)
    answer = browser(person).get(TODAY)
    assert all(part in answer.context for part in ("office", "own_days", "editing"))
    [(_day, [part])] = answer.context["own_days"]
    assert part.session == mine
    shown = text(answer)
    places = [shown.index(f'id="{part}"') for part in ("own-days", "attention")]
    assert places == sorted(places)
    assert len(re.findall(r'id="own-days"', shown)) == 1


def test_a_coordinator_who_photographs_nothing_gets_no_part_about_it(at_the_desk):
    answer = at_the_desk.get(TODAY)
    assert "own_days" not in answer.context
    assert "editing" not in answer.context


def test_who_may_only_look_is_offered_no_page_that_is_refused(db):
    person = wire.holding(Right.SESSION_VIEW_ALL, beside="photographer")
    every_kind()
    mine = browser(person)
    main = text(mine.get(TODAY)).partition('class="studio-page"')[2]
    for link in set(re.findall(r'href="(/admin/[^"#]*)"', main)):
        answer = mine.get(link, follow=True)
        assert answer.status_code == 200, link
        assert [str(one) for one in answer.context["messages"]] == [], link


def test_days_amounts_and_states_are_spoken_in_the_language_of_the_person(coordinator):
    User.objects.filter(pk=coordinator.pk).update(language="es")
    coordinator.refresh_from_db()
    answer = browser(coordinator).get(TODAY)
    assert answer["Content-Language"] == "es"
    assert 'lang="es"' in text(answer)
