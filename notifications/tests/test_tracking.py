"""What the mail provider tells afterwards: what bounced was not delivered, and says why."""

from __future__ import annotations

import json
from base64 import b64encode
from importlib.util import find_spec, module_from_spec
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.test import Client

from notifications.models import Email, EmailStatus
from notifications.sending import REASON_LENGTH
from notifications.tests.posting import posted
from notifications.writing import About, write_email
from users.letters import NEW_PASSWORD
from users.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "/anymail/postmark/tracking/"
SECRET = "postmark:for-tests-only"
NOT_DELIVERED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
EVENTS = sorted(value for name, value in vars(EventType).items() if name.isupper())


@pytest.fixture
def addresses(settings: Any) -> Any:
    """Return what takes the addresses anew, as they are with the settings of a test."""

    def take() -> None:
        spec = find_spec("config.urls")
        assert spec is not None
        assert spec.loader is not None
        settings.ROOT_URLCONF = module_from_spec(spec)
        spec.loader.exec_module(settings.ROOT_URLCONF)

    return take


@pytest.fixture
def provider(settings: Any, addresses: Any) -> None:
    """Send by a provider that gives messages ids of its own, and tells of them with a secret."""
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    addresses()


@pytest.fixture
def sent(provider: None, coordinator: User, at: Any) -> Email:
    """A message that has gone out, to Carla."""
    about = About(key="hello", facts={"user": coordinator.pk, "asked_at": at})
    write_email(NEW_PASSWORD, about, to=coordinator.email, language="en", at=at)
    posted(at)
    email = Email.objects.get()
    assert email.status == EmailStatus.SENT
    assert email.message_id
    return email


def bounce(email: Email, **other: Any) -> dict[str, Any]:
    """Return what Postmark posts when an address does not exist."""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": email.message_id,
        "ServerID": 23,
        "MessageStream": "outbound",
        "Description": "The server was unable to deliver your message (unknown user).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": email.to,
        "From": "studio@localhost",
        "BouncedAt": "2026-03-10T16:05:01Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Your new password at Studio",
        "Metadata": {},
        **other,
    }


def post(facts: dict[str, Any], secret: str | None = SECRET, address: str = ADDRESS) -> int:
    """Post an event as the provider does, and return the status of the answer."""
    proof = {}
    if secret is not None:
        proof["HTTP_AUTHORIZATION"] = f"Basic {b64encode(secret.encode()).decode()}"
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address, json.dumps(facts), content_type="application/json", **proof)
    return answer.status_code


def status_of(email: Email) -> str:
    email.refresh_from_db()
    return email.status


# The provider's call


def test_what_bounced_has_failed_with_the_provider_s_reason(sent):
    assert post(bounce(sent)) == 200
    assert status_of(sent) == EmailStatus.FAILED
    assert sent.reason.startswith("bounced: The server was unable to deliver your message")


@pytest.mark.parametrize("secret", [None, "", "postmark:guessed", "postmark", SECRET.upper()])
def test_without_its_secret_nobody_is_believed(sent, secret):
    assert post(bounce(sent), secret) == 400
    assert status_of(sent) == EmailStatus.SENT


def test_where_no_secret_is_set_there_is_no_address(sent, settings, addresses):
    settings.ANYMAIL = {}
    addresses()
    assert post(bounce(sent)) == 404
    assert status_of(sent) == EmailStatus.SENT


OTHER_EVENTS: dict[str, dict[str, Any]] = {
    "it is on its way still": {"Type": "Transient"},
    "somebody answers by machine": {"Type": "AutoResponder"},
    "it was delivered": {"RecordType": "Delivery", "Recipient": "carla"},
    "it was opened": {"RecordType": "Open"},
    "it is called spam": {"RecordType": "SpamComplaint", "Type": "SpamComplaint"},
    "an event of tomorrow": {"RecordType": "Teleported"},
    "another message": {"MessageID": "00000000-0000-0000-0000-000000000000"},
    "another reader": {"Email": "somebody@else.example"},
    "no message": {"MessageID": None},
}


@pytest.mark.parametrize("facts", OTHER_EVENTS.values(), ids=OTHER_EVENTS)
def test_other_events_are_taken_and_change_nothing(sent, facts):
    assert post(bounce(sent, **facts)) == 200
    assert status_of(sent) == EmailStatus.SENT


def test_the_reader_s_address_is_compared_whatever_its_case(sent):
    assert post(bounce(sent, Email=sent.to.upper())) == 200
    assert status_of(sent) == EmailStatus.FAILED


def test_an_event_that_comes_twice_changes_nothing_more(sent):
    post(bounce(sent))
    assert post(bounce(sent, Description="once more")) == 200
    assert status_of(sent) == EmailStatus.FAILED
    assert "once more" not in sent.reason


def test_the_log_names_the_message_and_nobody(sent, caplog):
    post(bounce(sent, Description=f"unknown user {sent.to}"))
    [record] = [one for one in caplog.records if one.name == "notifications.tracking"]
    assert record.getMessage() == f"message {sent.pk} was not delivered: bounced"
    assert sent.to not in record.getMessage()


# The signal


@pytest.mark.parametrize("event_type", EVENTS)
def test_only_what_was_not_delivered_has_failed(sent, event_type):
    tell(sent, event_type)
    expected = EmailStatus.FAILED if event_type in NOT_DELIVERED else EmailStatus.SENT
    assert status_of(sent) == expected


@pytest.mark.parametrize("status", [one for one in EmailStatus if one != EmailStatus.SENT])
def test_what_is_not_sent_or_is_due_again_is_left(sent, status):
    Email.objects.update(status=status, reason="as it was")
    tell(sent, EventType.BOUNCED)
    assert (status_of(sent), sent.reason) == (status, "as it was")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"description": "no such user"}, "bounced: no such user"),
        ({"reject_reason": RejectReason.INVALID}, "bounced: invalid"),
        ({"mta_response": "550 5.1.1"}, "bounced: 550 5.1.1"),
        ({}, "bounced"),
        ({"description": "x" * 2000}, f"bounced: {'x' * (REASON_LENGTH - 9)}"),
    ],
)
def test_the_reason_is_what_the_provider_says_in_short(sent, facts, reason):
    tell(sent, EventType.BOUNCED, **facts)
    status_of(sent)
    assert sent.reason == reason


def tell(email: Email, event_type: str, **facts: Any) -> None:
    event = AnymailTrackingEvent(
        event_type=event_type, message_id=email.message_id, recipient=email.to, **facts
    )
    tracking.send(sender=object, event=event, esp_name="Postmark")
