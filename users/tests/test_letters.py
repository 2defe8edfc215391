"""Letters to people who cannot enter yet: what they say, when they are dead, and their tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from config.records.models import Channel
from notifications.models import Email, EmailStatus
from notifications.tests.posting import headers_of, html_of, posted
from users import letters
from users.actions.inviting import invite, invite_again
from users.actions.passwords import ask_for_new_password
from users.actors import Actor
from users.letter_tokens import new_password_token
from users.models import User
from users.tests.factories import PASSWORD, UserFactory

INJECTION = "Ana\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script>"


@pytest.fixture
def person(db: None) -> User:
    user: User = UserFactory(email="berta@studio.example", full_name="Berta", language="en")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def letter_to(db: None, at: datetime) -> Callable[..., EmailMultiAlternatives]:
    """Return a function that does something and returns the one letter that comes of it."""

    def sent(call: Callable[[], Any]) -> EmailMultiAlternatives:
        call()
        [message] = posted(at)
        return message

    return sent


def fate(at: datetime) -> tuple[str, str]:
    """Return what becomes of the one letter that is there, and why."""
    posted(at)
    email = Email.objects.get(status__in=[EmailStatus.SENT, EmailStatus.SUPPRESSED])
    return email.status, email.reason


# What it says


def test_a_letter_is_text_and_html_with_the_same_link(letter_to, admin_user, at, settings):
    settings.STUDIO_NAME = "Luz & Sombra"
    made = []
    actor = Actor(admin_user, Channel.API)
    message = letter_to(lambda: made.append(invite("new@x.example", actor=actor, at=at)))
    assert message.subject == "Your invitation to Luz & Sombra"
    assert message.from_email == configured.DEFAULT_FROM_EMAIL
    assert made[0].url in message.body
    assert f'href="{made[0].url}"' in html_of(message)
    assert "Luz & Sombra" in message.body
    assert "&amp;" not in message.body
    assert "Luz &amp; Sombra" in html_of(message)


@pytest.mark.parametrize("at_hand", ["en", "es"])
def test_the_language_is_the_readers_not_the_senders(letter_to, person, at_hand, at):
    texts = {}
    for language in ("en", "es"):
        User.objects.filter(pk=person.pk).update(language=language)
        mail.outbox.clear()
        with translation.override(at_hand):
            message = letter_to(lambda: ask_for_new_password(person.email, at=at))
            assert translation.get_language() == at_hand
        assert f'<html lang="{language}">' in html_of(message)
        texts[language] = (message.subject, message.body.split("http")[0])
    assert texts["en"][0] == "Your new password at Studio"
    assert "Hello Berta." in texts["en"][1]
    assert texts["es"][0] != texts["en"][0]
    assert "Hello" not in texts["es"][1]


def test_an_invitation_is_in_the_language_of_the_studio(letter_to, admin_user, at, settings):
    told = {}
    for language in ("en", "es"):
        settings.LANGUAGE_CODE = language
        mail.outbox.clear()
        actor = Actor(admin_user, Channel.API)
        message = letter_to(lambda: invite("new@x.example", actor=actor, at=at))  # noqa: B023
        told[language] = message.subject
        assert f'<html lang="{language}">' in html_of(message)
    assert told["en"] == "Your invitation to Studio"
    assert told["es"] != told["en"]


def test_an_invitation_tells_whom_it_is_for_until_when_and_what_was_written(
    letter_to, admin_user, at
):
    actor, words = Actor(admin_user, Channel.API), "Welcome <b>aboard</b>!\nSee you & yours"
    made = []
    message = letter_to(
        lambda: made.append(
            invite("Nora@X.example", actor=actor, at=at, custom_message=words)  # as it was typed
        )
    )
    assert message.to == ["nora@x.example"]
    for content in (message.body, html_of(message)):
        assert made[0].url in content
        assert "nora@x.example" in content
        assert "17" in content  # seven days after the 10th
    assert words in message.body
    assert "<b>" not in html_of(message)
    assert "Welcome &lt;b&gt;aboard&lt;/b&gt;!<br>See you &amp; yours" in html_of(message)


# Nothing slips into the headers


@pytest.mark.parametrize("place", ["name", "custom message", "studio"])
def test_line_breaks_in_names_and_messages_make_no_headers(
    letter_to, person, admin_user, at, settings, place
):
    def ask() -> None:
        if place == "custom message":
            actor = Actor(admin_user, Channel.API)
            invite("new@x.example", actor=actor, at=at, custom_message=INJECTION)
        else:
            User.objects.filter(pk=person.pk).update(full_name=INJECTION)
            ask_for_new_password(person.email, at=at)

    if place == "studio":
        settings.STUDIO_NAME = "Studio %(keys)s <b>"
    message = letter_to(ask)
    headers = headers_of(message)
    assert "Bcc" not in headers
    assert len(message.recipients()) == 1
    assert all("evil" not in value for value in headers.values())
    assert "<script>" not in html_of(message)
    assert "<b>" not in html_of(message)


def test_a_link_carries_its_parameters_safely(settings):
    settings.FRONTEND_URL = "https://app.studio.example"
    link = letters.link_to("register", invitation="a b&c=d/é")
    assert link == "https://app.studio.example/register?invitation=a+b%26c%3Dd%2F%C3%A9"


# When it is dead


def test_an_invitation_that_was_revoked_is_not_sent(admin_user, at):
    actor = Actor(admin_user, Channel.API)
    first = invite("new@x.example", actor=actor, at=at)
    second = invite_again("new@x.example", actor=actor, at=at)
    [message] = posted(at)
    assert second.url in message.body
    assert first.url not in message.body
    dead = Email.objects.get(status=EmailStatus.SUPPRESSED)
    assert "revoked" in dead.reason


def test_an_invitation_that_has_expired_is_not_sent(admin_user, at):
    invite("new@x.example", actor=Actor(admin_user, Channel.API), at=at)
    status, why = fate(at + timedelta(days=7))
    assert (status, "expired" in why) == (EmailStatus.SUPPRESSED, True)


def test_an_invitation_whose_link_can_no_longer_be_made_is_not_sent(admin_user, at, settings):
    invite("new@x.example", actor=Actor(admin_user, Channel.API), at=at)
    settings.SECRET_KEY = "another" * 10
    status, why = fate(at)
    assert (status, "Invite again" in why) == (EmailStatus.SUPPRESSED, True)


@pytest.mark.parametrize("change", [{"status": "Inactive"}, {"email": "other@studio.example"}])
def test_a_letter_to_an_account_that_has_changed_is_not_sent(person, at, change):
    ask_for_new_password(person.email, at=at)
    User.objects.filter(pk=person.pk).update(**change)
    assert fate(at)[0] == EmailStatus.SUPPRESSED


def test_a_new_password_asked_for_long_ago_is_not_sent(person, at):
    ask_for_new_password(person.email, at=at)
    assert fate(at + timedelta(minutes=61))[0] == EmailStatus.SUPPRESSED


def test_who_reads_the_outbox_can_open_nothing(person, admin_user, at):
    issued = invite("new@x.example", actor=Actor(admin_user, Channel.API), at=at)
    ask_for_new_password(person.email, at=at)
    token = issued.url.rpartition("=")[2]
    assert all(token not in str(email.facts) for email in Email.objects.all())
    assert not Email.objects.filter(facts__has_key="link").exists()


# Tokens


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return a function that moves the clock of tokens on."""

    real = PasswordResetTokenGenerator._now

    def move(by: timedelta) -> None:
        def moved(generator: PasswordResetTokenGenerator) -> datetime:
            return real(generator) + by

        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", moved)

    return move


def test_a_token_is_good_for_an_hour(person, later):
    token = new_password_token.make_token(person)
    later(timedelta(minutes=59))
    assert new_password_token.check_token(person, token)
    later(timedelta(minutes=61))
    assert not new_password_token.check_token(person, token)


@pytest.mark.parametrize("change", ["password", "email"])
def test_a_token_dies_with_the_password_or_the_address_it_was_made_for(person, change):
    token = new_password_token.make_token(person)
    if change == "password":
        person.set_password("Other-Horse-2027!")
    else:
        person.email = "other@studio.example"
    assert not new_password_token.check_token(person, token)


def test_the_same_password_set_anew_ends_a_token_too(person):
    token = new_password_token.make_token(person)
    person.set_password(PASSWORD)
    assert not new_password_token.check_token(person, token)


def test_a_token_survives_a_sign_in_and_another_name(person, at):
    token = new_password_token.make_token(person)
    person.last_login, person.full_name, person.phone = at, "Berta B.", "1"
    assert new_password_token.check_token(person, token)


def test_a_token_is_for_one_person_and_one_purpose(person):
    other = UserFactory()
    User.objects.filter(pk=other.pk).update(password=person.password)
    token = new_password_token.make_token(person)
    assert not new_password_token.check_token(User.objects.get(pk=other.pk), token)
    assert not default_token_generator.check_token(person, token)
    assert not new_password_token.check_token(person, default_token_generator.make_token(person))


@pytest.mark.parametrize("spoilt", ["", "x", "-", "é-é", "0-", None])
def test_what_is_no_token_is_none(person, spoilt):
    assert not new_password_token.check_token(person, spoilt)


def test_a_token_cannot_be_made_younger(person, later):
    stamp, signature = new_password_token.make_token(person).split("-")
    later(timedelta(hours=2))
    younger, _ = new_password_token.make_token(person).split("-")
    assert younger != stamp
    assert not new_password_token.check_token(person, f"{younger}-{signature}")
