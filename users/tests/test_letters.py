"""Letters to people who cannot enter yet: when they leave, what they say, and their tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.conf import settings as configured
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

from config.records.models import Channel
from conftest import signed_in
from users import letters
from users.actions.inviting import invite
from users.actions.passwords import ask_for_new_password
from users.actors import Actor
from users.letter_tokens import new_password_token
from users.models import User
from users.tests.factories import PASSWORD, UserFactory

API = "/api/v1"
INJECTION = "Ana\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script>"
HELLO = gettext_lazy("Hello from %(studio)s")


class FailingBackend(BaseEmailBackend):
    """A mail server that is down."""

    tried: ClassVar[list[EmailMessage]] = []

    def send_messages(self, email_messages: Any) -> int:
        self.tried.extend(email_messages)
        raise OSError("no mail server answers")


class SlowBackend(BaseEmailBackend):
    """A mail server that takes its time: until it is told to go on."""

    may_go_on = threading.Event()
    sent: ClassVar[list[str]] = []

    def send_messages(self, email_messages: Any) -> int:
        self.may_go_on.wait(timeout=10)
        self.sent.append(threading.current_thread().name)
        return len(email_messages)


@pytest.fixture(autouse=True)
def nothing_on_its_way() -> Iterator[None]:
    cache.clear()
    yield
    letters.wait_until_sent()
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    user: User = UserFactory(email="berta@studio.example", full_name="Berta", language="en")
    user.set_password(PASSWORD)
    user.save()
    return user


def hello(to: str = "a@x.example", **facts: Any) -> None:
    facts = {"name": "Ana", "link": "https://studio.example/x", **facts}
    language = str(facts.pop("language", "en"))
    letters.send("new_password", to=to, language=language, subject=HELLO, facts=facts)


def written_in_vain() -> None:
    hello(to="gone@x.example")
    raise ValueError("not after all")


def delivered() -> list[Any]:
    letters.wait_until_sent()
    return list(mail.outbox)


@pytest.fixture
def letter_to(
    db: None, django_capture_on_commit_callbacks: Any
) -> Callable[..., EmailMultiAlternatives]:
    """Return a function that sends something and returns the one letter that came of it."""

    def sent(call: Callable[[], Any]) -> EmailMultiAlternatives:
        with django_capture_on_commit_callbacks(execute=True):
            call()
        [message] = delivered()
        return message

    return sent


def html_of(message: EmailMultiAlternatives) -> str:
    [(content, kind)] = message.alternatives
    assert kind == "text/html"
    return str(content)


def headers_of(message: EmailMultiAlternatives) -> dict[str, str]:
    return {name: str(value) for name, value in message.message().items()}


# When it leaves


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_after_the_commit():
    with transaction.atomic():
        hello()
        assert delivered() == []
    [message] = delivered()
    assert message.to == ["a@x.example"]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_sends_nothing():
    with pytest.raises(ValueError, match="after all"), transaction.atomic():
        written_in_vain()
    assert delivered() == []


@pytest.mark.django_db(transaction=True)
def test_an_inner_rollback_takes_its_own_letters_only():
    with transaction.atomic():
        hello(to="kept@x.example")
        with pytest.raises(ValueError, match="after all"), transaction.atomic():
            written_in_vain()
    assert [message.to for message in delivered()] == [["kept@x.example"]]


@pytest.mark.django_db(transaction=True)
def test_letters_leave_in_the_order_in_which_they_were_written():
    for number in range(5):
        hello(to=f"{number}@x.example")
    assert [message.to[0][0] for message in delivered()] == list("01234")


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_mail_server(person, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    SlowBackend.may_go_on.clear()
    SlowBackend.sent.clear()
    answer = signed_in().post(f"{API}/auth/password/forgot", {"email": person.email})
    assert answer.status_code == 202
    assert SlowBackend.sent == []
    SlowBackend.may_go_on.set()
    letters.wait_until_sent()
    assert len(SlowBackend.sent) == 1
    assert SlowBackend.sent[0].startswith("letters")


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_fails_no_request_and_is_logged(person, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
    FailingBackend.tried.clear()
    answer = signed_in().post(f"{API}/auth/password/forgot", {"email": person.email})
    letters.wait_until_sent()
    assert answer.status_code == 202
    assert len(FailingBackend.tried) == 1
    [record] = [record for record in caplog.records if record.name == "users.letters"]
    assert record.levelname == "ERROR"
    assert "no mail server answers" in caplog.text
    link_of_it = FailingBackend.tried[0].body.split("token=")[1].split()[0]
    assert link_of_it not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_after_one_that_failed_the_next_one_goes_out(settings):
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
    hello()
    letters.wait_until_sent()
    settings.EMAIL_BACKEND = before
    hello(to="next@x.example")
    assert [message.to for message in delivered()] == [["next@x.example"]]


# What it says


def test_a_letter_is_text_and_html_with_the_same_link(letter_to, settings):
    settings.STUDIO_NAME = "Luz & Sombra"
    link = "https://studio.example/reset-password?token=1-a&b=c"
    message = letter_to(lambda: hello(link=link))
    assert message.subject == "Hello from Luz & Sombra"
    assert message.from_email == configured.DEFAULT_FROM_EMAIL
    assert link in message.body
    assert "Luz & Sombra" in message.body
    assert "&amp;" not in message.body
    assert 'href="https://studio.example/reset-password?token=1-a&amp;b=c"' in html_of(message)
    assert "Luz &amp; Sombra" in html_of(message)


@pytest.mark.parametrize("at_hand", ["en", "es"])
def test_the_language_is_the_readers_not_the_senders(letter_to, person, at_hand):
    texts = {}
    for language in ("en", "es"):
        User.objects.filter(pk=person.pk).update(language=language)
        mail.outbox.clear()
        with translation.override(at_hand):
            message = letter_to(lambda: ask_for_new_password(person.email))
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
            ask_for_new_password(person.email)

    if place == "studio":
        settings.STUDIO_NAME = "Studio %(keys)s <b>"
    message = letter_to(ask)
    headers = headers_of(message)
    assert "Bcc" not in headers
    assert len(message.recipients()) == 1
    assert all("evil" not in value for value in headers.values())
    assert "<script>" not in html_of(message)
    assert "<b>" not in html_of(message)


@pytest.mark.django_db(transaction=True)
def test_a_line_break_in_an_address_is_sent_to_nobody(caplog):
    hello(to="a@x.example\nBcc: all@evil.example")
    assert delivered() == []
    assert "could not be delivered" in caplog.text


def test_a_link_carries_its_parameters_safely(settings):
    settings.FRONTEND_URL = "https://app.studio.example"
    link = letters.link_to("register", invitation="a b&c=d/é")
    assert link == "https://app.studio.example/register?invitation=a+b%26c%3Dd%2F%C3%A9"


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
