"""Sending what a test has written, in its own transaction, as a worker would after the commit."""

from __future__ import annotations

from datetime import datetime

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from notifications.models import Email
from notifications.sending import send_due


def posted(at: datetime) -> list[EmailMultiAlternatives]:
    """Send what is due at an instant, and return what has gone out for the first time."""
    before = len(mail.outbox)
    send_due(lambda: at)
    return list(mail.outbox[before:])


def written() -> list[tuple[str, str]]:
    """Return kind and recipient of every e-mail there is, in the order of writing."""
    return list(Email.objects.order_by("id").values_list("kind", "to"))


def html_of(message: EmailMultiAlternatives) -> str:
    """Return the HTML part of a message."""
    [(content, kind)] = message.alternatives
    assert kind == "text/html"
    return str(content)


def headers_of(message: EmailMultiAlternatives) -> dict[str, str]:
    """Return the headers as they go over the wire."""
    return {name: str(value) for name, value in message.message().items()}
