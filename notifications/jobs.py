"""The job of each minute (rules, section 7): what the direct route missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from config.clock import now
from config.jobs.registry import Case, Job, Trouble
from config.jobs.registry import register as register_job
from config.records.models import Channel
from notifications.mail_server import MailServer
from notifications.models import Email, EmailStatus
from notifications.sending import deliver, is_left_behind, recover, round_of_post

SEND_PENDING_MESSAGES = Job(
    name="send_pending_messages",
    sentence=_("Sends the messages that wait."),
    cases=lambda at, channel: _cases(at, channel),
    can_be_undone=False,
)


def register() -> None:
    """Let the job be run."""
    register_job(SEND_PENDING_MESSAGES)


def _cases(at: datetime, channel: Channel) -> Iterator[Case]:
    """Yield what is due by the clock: a message is sent now, whatever instant the job is told."""
    if is_left_behind(at):
        yield Case("messages in lost hands", partial(_recover, at))
    for email, mail_server in round_of_post(now):
        yield Case(f"message {email.pk} ({email.kind})", partial(_send, email, mail_server))


def _recover(at: datetime) -> str:
    return f"{recover(at)} due again"


def _send(email: Email, mail_server: MailServer) -> str | None:
    """Deliver one; raises Trouble where it did not go out, with the reason."""
    became = deliver(email, at=now(), mail_server=mail_server)
    if became in (EmailStatus.PENDING, EmailStatus.FAILED):
        email.refresh_from_db(fields=["reason"])
        raise Trouble(f"{became}: {email.reason}")
    return became.lower() if became else None
