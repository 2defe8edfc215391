"""The bell of the back office, and the page it leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from config.clock import now
from notifications.models import Notification
from notifications.tests.telling import tell, tell_often
from sessions_app.models import Session
from sessions_app.tests.builders import assign, book
from sessions_app.tests.pages import SESSIONS, browser, page
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/notifications/notification/"
STAFF = ["admin", "coordinator", "photographer", "editor"]


@pytest.fixture
def session(day: Any) -> Session:
    return book(at=now(), session_date=day)


def queries(who: Browser, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address).status_code == 200
    return [query["sql"] for query in captured]


def is_read(told: Notification) -> bool:
    told.refresh_from_db()
    return told.read_at is not None


# The bell


@pytest.mark.parametrize("role", STAFF)
def test_every_page_has_the_bell_and_none_counts_for_it(role, session):
    person = UserFactory(roles=[role])
    if role == "photographer":
        assign(session, person, at=now())
    tell_often(person, 3, session_id=session.pk)
    who = browser(person)
    for address in ("/admin/", SESSIONS, "/admin/users/user/me/", f"{PAGE}by-email/"):
        assert (
            f'<a id="bell" class="studio-bell" href="{PAGE}"' in who.get(address).content.decode()
        )
        assert [sql for sql in queries(who, address) if '"notifications_notification"' in sql] == []


def test_the_page_of_a_session_counts_nothing_for_the_bell(coordinator, session):
    tell_often(coordinator, 3, session_id=session.pk)
    asked = queries(browser(coordinator), page(session))
    assert [sql for sql in asked if '"notifications_notification"' in sql] == []


def test_who_is_not_signed_in_sees_no_bell(client):
    assert 'id="bell"' not in client.get("/admin/login/").content.decode()


def test_a_window_to_choose_from_has_no_bell(coordinator):
    popup = browser(coordinator).get("/admin/clients/client/?_popup=1")
    assert 'id="bell"' not in popup.content.decode()


@pytest.mark.parametrize(
    ("unread", "label"),
    [
        (0, "0 unread notifications"),
        (1, "1 unread notification"),
        (3, "3 unread notifications"),
    ],
)
def test_the_bell_is_told_how_many_are_unread(editor, unread, label):
    tell_often(editor, unread)
    tell(editor, read_at=now())
    tell(UserFactory(roles=["editor"]))
    assert browser(editor).get(f"{PAGE}unread/").json() == {"count": unread, "label": label}


def test_the_bell_costs_one_query_more_than_entering(photographer):
    tell_often(photographer, 9)
    asked = queries(browser(photographer), f"{PAGE}unread/")
    assert sum('"notifications_notification"' in sql for sql in asked) == 1
    assert len(asked) <= 5, "\n".join(asked)


def test_who_has_left_is_asked_to_sign_in(client):
    for address in (PAGE, f"{PAGE}unread/", f"{PAGE}by-email/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"][:13]) == (302, "/admin/login/")


# The page


def test_ones_own_are_shown_newest_first_and_nobody_elses(photographer):
    told = tell_often(photographer, 3, body="Monday\nSala Azul")
    tell(UserFactory(roles=["photographer"]), "Not for you")
    answer = browser(photographer).get(PAGE)
    assert [one for one, _page in answer.context["rows"]] == told
    shown = answer.content.decode()
    assert "Monday<br>Sala Azul" in shown
    assert "Not for you" not in shown


def test_a_page_holds_so_many_and_leads_to_the_others(photographer):
    told = tell_often(photographer, 30)
    who = browser(photographer)
    first, second = who.get(PAGE), who.get(PAGE, {"page": 2})
    assert [one for one, _page in first.context["rows"]] == told[:25]
    assert [one for one, _page in second.context["rows"]] == told[25:]
    assert 'href="?page=2"' in first.content.decode()
    assert 'href="?page=1"' in second.content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "999", "9" * 5000, "\0"])
def test_a_page_that_is_not_there_is_the_nearest_that_is(photographer, number):
    tell(photographer)
    assert len(browser(photographer).get(PAGE, {"page": number}).context["rows"]) == 1


def test_what_is_unread_is_marked_so(photographer):
    told = tell(photographer)
    who = browser(photographer)
    assert "studio-told--unread" in who.get(PAGE).content.decode()
    who.post(f"{PAGE}open/", {"notification": told.pk})
    assert "studio-told--unread" not in who.get(PAGE).content.decode()


def test_what_is_told_is_text_and_no_markup(photographer):
    tell(photographer, "<b>bold</b>", body="<script>alert(1)</script>")
    shown = browser(photographer).get(PAGE).content.decode()
    assert "<b>bold" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_session_is_linked_while_one_may_see_it(photographer, editor, session):
    assign(session, photographer, at=now())
    for person, address in ((photographer, page(session)), (editor, None)):
        Notification.objects.filter(recipient=person).delete()
        tell(person, session_id=session.pk, read_at=now())
        answer = browser(person).get(PAGE)
        [(_told, session_page)] = answer.context["rows"]
        assert session_page == address
        assert (f'href="{page(session)}"' in answer.content.decode()) == (address is not None)


def test_a_session_that_never_was_is_not_linked(coordinator):
    tell(coordinator, session_id=987654321, read_at=now())
    [(_told, session_page)] = browser(coordinator).get(PAGE).context["rows"]
    assert session_page is None


@pytest.mark.parametrize("role", ["coordinator", "photographer", "editor"])
def test_the_page_takes_as_many_queries_whatever_it_shows(role, day):
    person = UserFactory(roles=[role])
    who, counts = browser(person), []
    for times in (1, 8):
        for _ in range(times):
            tell(person, session_id=book(at=now(), session_date=day).pk)
        counts.append(len(queries(who, PAGE)))
    assert counts[0] == counts[1] <= 9


# Reading


def test_opening_one_marks_it_read_and_shows_its_session(coordinator, session):
    told, other = tell(coordinator, session_id=session.pk), tell(coordinator)
    answer = browser(coordinator).post(f"{PAGE}open/", {"notification": told.pk})
    assert (answer.status_code, answer["Location"]) == (302, page(session))
    assert is_read(told)
    assert not is_read(other)


def test_opening_one_whose_session_is_out_of_sight_stays_on_the_page(photographer, session):
    told = tell(photographer, session_id=session.pk)
    answer = browser(photographer).post(f"{PAGE}open/", {"notification": told.pk})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert is_read(told)


def test_opening_again_keeps_the_first_time(photographer, at):
    told = tell(photographer, read_at=at, created_at=at - timedelta(hours=1))
    browser(photographer).post(f"{PAGE}open/", {"notification": told.pk})
    told.refresh_from_db()
    assert told.read_at == at


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "987654321", "9" * 30, "\0"])
def test_what_is_not_there_is_not_opened(photographer, asked):
    answer = browser(photographer).post(f"{PAGE}open/", {"notification": asked})
    assert answer.status_code == 404


def test_what_others_are_told_is_not_there(photographer, admin_user):
    told = tell(photographer)
    answer = browser(admin_user).post(f"{PAGE}open/", {"notification": told.pk})
    assert answer.status_code == 404
    assert not is_read(told)


def test_all_are_marked_as_read_at_once_but_nobody_elses(photographer, editor):
    told, others = tell_often(photographer, 30), tell(editor)
    answer = browser(photographer).post(f"{PAGE}read-all/", follow=True)
    assert [str(said) for said in answer.context["messages"]] == [
        "All notifications are marked as read."
    ]
    assert all(is_read(one) for one in told)
    assert not is_read(others)
    assert f'action="{PAGE}read-all/"' not in answer.content.decode()


@pytest.mark.parametrize("action", ["open", "read-all"])
def test_looking_changes_nothing(photographer, action):
    told = tell(photographer)
    who = browser(photographer)
    assert who.get(f"{PAGE}{action}/", {"notification": told.pk}).status_code == 405
    who.get(PAGE)
    assert not is_read(told)


def test_nobody_lists_what_all_are_told(admin_user: User):
    told = tell(UserFactory())
    for address in (f"{PAGE}add/", f"{PAGE}{told.pk}/change/", f"{PAGE}{told.pk}/delete/"):
        assert browser(admin_user).get(address).status_code == 404
