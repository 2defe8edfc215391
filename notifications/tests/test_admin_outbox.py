"""The outbox in the back office: who sees which messages, what of them, and sending again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from config.clock import now
from config.records.models import AuditEntry
from notifications import kinds, post
from notifications.models import Email, EmailStatus
from notifications.rendering import example_of, letter_of
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import SYSTEM
from sessions_app.tests.pages import arrived, browser, said, text
from sessions_app.tests.telling import call_off
from users.actions.inviting import invite
from users.models import User

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/notifications/email/"
LOOKS = f"{OUTBOX}how-they-look/"
AT_MOST = 15
"""Queries of a page."""


class Frames(HTMLParser):
    """The frames of a page, with their attributes, and whatever scripts it has of its own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.scripts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.frames.append(dict(attrs))
        if tag == "script" and not dict(attrs).get("src"):
            self.scripts.append(str(attrs))


@pytest.fixture
def desk(coordinator: User) -> Browser:
    return browser(coordinator)


@pytest.fixture
def boss(admin_user: User) -> Browser:
    return browser(admin_user)


@pytest.fixture
def session() -> Session:
    """A confirmed session, of which its client has not been told yet."""
    return arrived(Status.CONFIRMED, 30)


@pytest.fixture
def confirmation(session: Session) -> Email:
    session.client.language = "es"
    session.client.save()
    Email.objects.filter(session_id=session.pk).update(language="es")
    return Email.objects.get(kind="session_confirmed", session_id=session.pk)


@pytest.fixture
def invitation() -> Email:
    invite("nora@example.com", actor=SYSTEM, at=now())
    return Email.objects.get(kind="invitation")


def failed(email: Email, reason: str = "TimeoutError: no mail server answers") -> Email:
    """Return a message as it is once its last attempt has failed."""
    email.status, email.reason, email.attempts, email.uncertain = "Failed", reason, 11, 2
    email.save()
    return email


def page_of(email: Email, button: str = "change") -> str:
    return f"{OUTBOX}{email.pk}/{button}/"


def rows(who: Browser, **asked: Any) -> list[Email]:
    """Return what a list shows, in its order."""
    answer = who.get(OUTBOX, asked)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


# Who sees what


def test_the_coordinator_sees_what_clients_are_told_and_no_invitations(
    desk, confirmation, invitation
):
    assert rows(desk) == [confirmation]
    assert desk.get(page_of(invitation))["Location"] == "/admin/"
    assert "nora@example.com" not in text(desk.get(OUTBOX, {"q": "nora"}))


def test_the_admin_sees_invitations_too(boss, confirmation, invitation):
    assert set(rows(boss)) == {confirmation, invitation}


@pytest.mark.parametrize("role", ["photographer", "editor"])
def test_who_sees_not_all_sessions_sees_no_messages(role, request, confirmation):
    who = browser(request.getfixturevalue(role))
    for address in (OUTBOX, page_of(confirmation), LOOKS):
        assert who.get(address).status_code == 403
    assert OUTBOX not in text(who.get("/admin/"))


def test_a_kind_that_is_no_more_is_seen_by_nobody(boss, confirmation):
    Email.objects.update(kind="pigeon_post")
    assert rows(boss) == []


def test_messages_are_read_and_not_written(boss, confirmation):
    page = text(boss.get(page_of(confirmation)))
    assert 'name="_save"' not in page
    assert boss.post(page_of(confirmation), {"to": "x@example.com"}).status_code == 403
    confirmation.refresh_from_db()
    assert confirmation.to != "x@example.com"


# The list


def test_the_list_says_what_became_of_each_newest_first(boss, confirmation, invitation):
    failed(confirmation)
    assert rows(boss) == [invitation, confirmation]
    page = text(boss.get(OUTBOX))
    assert "Confirmation" in page
    assert "TimeoutError: no mail server answers" in page
    session = f"/admin/sessions_app/session/{confirmation.session_id}/change/"
    assert f'<a class="whitespace-nowrap" href="{session}">{confirmation.session_code}</a>' in page
    assert re.search(r"bg-red[^>]*>\s*Failed", page)


def test_the_list_is_narrowed_by_status_and_by_kind(boss, confirmation, invitation):
    failed(confirmation)
    assert rows(boss, status__exact="Failed") == [confirmation]
    assert rows(boss, status__exact="Pending") == [invitation]
    assert rows(boss, kind="invitation") == [invitation]
    assert rows(boss, kind="session_moved") == []


def test_the_filter_offers_the_kinds_that_the_person_may_see(boss, desk, confirmation, invitation):
    link = re.compile(r"kind=(\w+)")
    offered = {who: set(link.findall(text(who.get(OUTBOX)))) for who in (boss, desk)}
    assert offered[boss] == {kind.name for kind in kinds.registered()}
    assert offered[boss] - offered[desk] == {"invitation", "new_password"}
    assert rows(desk, kind="invitation") == []


def test_a_message_is_found_by_its_session_or_its_address(boss, confirmation, invitation):
    assert rows(boss, q=confirmation.session_code.lower()) == [confirmation]
    assert rows(boss, q="NORA@") == [invitation]
    assert rows(boss, q="TimeoutError") == []


def test_a_list_cannot_be_asked_for_what_it_does_not_show(boss, invitation):
    seed = str(invitation.facts["seed"])
    for asked in ({"facts__seed__startswith": seed[:3]}, {"facts__icontains": seed[:3]}):
        assert boss.get(OUTBOX, asked).status_code in {302, 400}


# A message


def test_a_page_shows_the_letter_as_its_reader_would_get_it_now(desk, confirmation):
    Client.objects.update(full_name="Berta “B” <i>Batz</i>")
    page = desk.get(page_of(confirmation)).content.decode()
    [frame] = Frames(page).frames
    letter = letter_of(confirmation, now())
    assert 'lang="es"' in letter.html
    assert frame["srcdoc"] == letter.html
    assert frame["sandbox"] is None  # an empty list: nothing is allowed
    assert letter.subject in page


def test_looking_sends_and_changes_nothing(desk, confirmation):
    before = Email.objects.values().get(pk=confirmation.pk)
    desk.get(page_of(confirmation))
    desk.get(page_of(confirmation, "again"))
    desk.get(LOOKS)
    assert Email.objects.values().get(pk=confirmation.pk) == before
    assert mail.outbox == []


def test_what_a_client_typed_stays_inside_of_the_frame(desk, confirmation):
    before = Frames(text(desk.get(page_of(confirmation))))
    hostile = "\"'></iframe><script>alert(1)</script>"
    Client.objects.update(full_name=hostile)
    answer = desk.get(page_of(confirmation))
    after = Frames(text(answer))
    assert len(after.frames) == 1
    assert after.scripts == before.scripts
    assert "<script>alert(1)" not in answer.content.decode()
    assert "&lt;script&gt;alert(1)" in (after.frames[0]["srcdoc"] or "")


def test_a_letter_is_shown_under_the_policy_of_every_page(desk, confirmation):
    plain = desk.get("/admin/")["Content-Security-Policy"]
    answer = desk.get(page_of(confirmation))
    assert answer["Content-Security-Policy"] == plain
    assert answer["X-Frame-Options"] == "DENY"
    assert settings.BACK_OFFICE_CONTENT_POLICY.get("frame-src") is None


def test_of_a_dead_message_the_page_says_why_it_would_not_be_sent(desk, session, confirmation):
    Email.objects.update(language="en")
    call_off(session, now())
    answer = desk.get(page_of(confirmation))
    assert "It would not be sent now: The session is “Canceled” meanwhile." in text(answer)
    assert Frames(text(answer)).frames == []


def test_of_a_message_that_cannot_be_made_the_page_says_the_error(desk, confirmation):
    failed(confirmation)
    Email.objects.update(facts={})
    answer = desk.get(page_of(confirmation))
    assert "It cannot be made: KeyError: 'step'" in text(answer)


def test_of_what_lets_its_reader_in_only_an_example_is_shown(boss, invitation):
    answer = boss.get(page_of(invitation))
    real = letter_of(invitation, now())
    link = re.findall(r"http\S+invitation=\S+", real.text)[0]
    assert link not in text(answer)
    assert str(invitation.facts["seed"]) not in text(answer)
    example = example_of(kinds.find("invitation"), invitation.language)
    assert Frames(text(answer)).frames[0]["srcdoc"] == example.html
    assert "This is an example" in text(answer)


# Sending again


def test_what_has_failed_is_sent_again(desk, coordinator, confirmation):
    failed(confirmation)
    assert page_of(confirmation, "again") in text(desk.get(page_of(confirmation)))
    asked = text(desk.get(page_of(confirmation, "again")))
    assert f"Send “Confirmation” to {confirmation.to} again" in asked
    answer = desk.post(page_of(confirmation, "again"))
    assert said(answer) == "The message is on its way again."
    confirmation.refresh_from_db()
    assert (confirmation.status, confirmation.attempts) == (EmailStatus.PENDING, 0)
    assert confirmation.uncertain == 2  # that stays known
    entry = AuditEntry.objects.get(action="message.sent_again")
    assert entry.actor == coordinator


@pytest.mark.django_db(transaction=True)
def test_the_message_goes_out_at_once(desk, confirmation):
    post.wait_until_done()
    mail.outbox.clear()
    failed(Email.objects.get(pk=confirmation.pk))
    desk.post(page_of(confirmation, "again"))
    post.wait_until_done()
    assert [message.to for message in mail.outbox] == [[confirmation.to]]
    confirmation.refresh_from_db()
    assert confirmation.status == EmailStatus.SENT


@pytest.mark.parametrize("status", [one for one in EmailStatus if one != EmailStatus.FAILED])
def test_what_has_not_failed_is_not_sent_again(desk, confirmation, status):
    confirmation.status, confirmation.reason = status, "x"
    confirmation.claimed_at = confirmation.sent_at = now()
    confirmation.save()
    assert page_of(confirmation, "again") not in text(desk.get(page_of(confirmation)))
    answer = desk.post(page_of(confirmation, "again"))
    assert said(answer) == "Only a message that has failed is sent again."
    confirmation.refresh_from_db()
    assert confirmation.status == status


# How they look


@pytest.mark.parametrize("name", [kind.name for kind in kinds.registered()])
def test_each_kind_is_shown_in_every_language(desk, name):
    answer = desk.get(LOOKS, {"kind": name})
    frames = [frame["srcdoc"] or "" for frame in Frames(answer.content.decode()).frames]
    assert frames == [
        example_of(kinds.find(name), language).html for language, _name in settings.LANGUAGES
    ]


def test_one_begins_with_the_first_kind_and_chooses_by_whom_it_is_for(desk):
    page = text(desk.get(LOOKS))
    assert len(Frames(page).frames) == len(settings.LANGUAGES)
    for group in ("To clients", "To staff", "To people who are to sign in"):
        assert f'<optgroup label="{group}">' in page


def test_a_kind_that_is_none_is_no_choice(desk):
    answer = desk.get(LOOKS, {"kind": "pigeon_post"})
    assert "pigeon_post is not one of the available choices" in text(answer)
    assert Frames(text(answer)).frames == []


def test_the_list_leads_to_how_they_look(desk, confirmation):
    assert f'href="{LOOKS}"' in text(desk.get(OUTBOX))


# Queries


def asked_by(who: Browser, address: str) -> int:
    assert who.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "address", [lambda email: OUTBOX, page_of, lambda email: LOOKS], ids=["list", "page", "looks"]
)
def test_a_page_asks_as_often_for_many_messages_as_for_one(
    desk, confirmation, address: Callable[[Email], str]
):
    one = asked_by(desk, address(confirmation))
    Email.objects.bulk_create(
        Email(
            kind="session_confirmed",
            key=f"more:{number}",
            to=f"client{number}@example.com",
            session_id=confirmation.session_id,
            session_code=confirmation.session_code,
            facts=confirmation.facts,
            created_at=confirmation.created_at - timedelta(minutes=number),
            due_at=confirmation.created_at,
        )
        for number in range(1, 31)
    )
    assert asked_by(desk, address(confirmation)) == one <= AT_MOST
