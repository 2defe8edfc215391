"""What the mail provider tells afterwards: a message that bounced was not delivered."""

from __future__ import annotations

import logging
from typing import Any

from anymail.signals import EventType, tracking

from notifications.models import Email, EmailStatus
from notifications.sending import REASON_LENGTH

logger = logging.getLogger(__name__)

NOT_DELIVERED = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)


def listen() -> None:
    """Listen to the provider's events, which anymail receives and has checked."""
    tracking.connect(note_bounce, dispatch_uid="notifications.tracking")


def note_bounce(event: Any, **_signal: Any) -> None:
    """Let a message that was sent have failed, with the provider's reason; others are left."""
    if event.event_type not in NOT_DELIVERED or not event.message_id:
        return
    said = event.description or event.reject_reason or event.mta_response or ""
    reason = f"{event.event_type}: {said}"[:REASON_LENGTH].rstrip(": ")
    sent = Email.objects.filter(
        message_id=event.message_id, to__iexact=event.recipient, status=EmailStatus.SENT
    )
    for email in sent:
        Email.objects.filter(pk=email.pk).update(status=EmailStatus.FAILED, reason=reason)
        logger.warning("message %s was not delivered: %s", email.pk, event.event_type)
