"""Sending what is in the outbox, outside of any transaction (rules, section 6).

    Pending → Claimed      by a conditional update: of all who try, one has it
    Claimed → Suppressed   its fact, asked anew, is dead
    Claimed → Sending      the letter is made, the mail server answers: now it is handed over
    Sending → Sent         or, refused, Pending again after a pause, and Failed in the end

Who dies with a message in hand leaves it Claimed, which did no harm, or Sending, of which nobody
can know whether it went out; after `LEASE` it is due again, and counted as `uncertain`. That is the
only way in which a message goes out twice; both carry the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q, QuerySet

from notifications import kinds
from notifications.kinds import FactIsDead
from notifications.mail_server import MailServer
from notifications.models import Email, EmailStatus
from notifications.rendering import Letter, letter_of

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long somebody may have a message in hand; a delivery takes `EMAIL_TIMEOUT` at most."""
PAUSES = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60, 24 * 60, 24 * 60)
)
"""After each attempt that failed; together almost four days, then the message has failed."""
ROUND = timedelta(seconds=50)
"""How long one round may take: the next one begins with the minute, and a worker that is to end
waits for it."""
LOST = "Whoever sent it was lost before the answer was written down."
IN_HAND = (EmailStatus.CLAIMED, EmailStatus.SENDING)
PAGE = 200
REASON_LENGTH = 500


def due(at: datetime) -> Iterator[Email]:
    """Yield what is due at an instant, the longest waiting first, a page of rows at a time."""
    rows = Email.objects.filter(status=EmailStatus.PENDING, due_at__lte=at).order_by("due_at", "id")
    last: Email | None = None
    while page := list((_after(rows, last) if last else rows)[:PAGE]):
        yield from page
        last = page[-1]


def send_due(clock: Callable[[], datetime]) -> None:
    """Send what is due, message by message, until none is left or the mail server is out of reach.

    `clock` is asked for the time of each; who calls it is a door. It ends before a worker's limit.
    """
    for email, mail_server in round_of_post(clock):
        deliver(email, at=clock(), mail_server=mail_server)


def round_of_post(clock: Callable[[], datetime]) -> Iterator[tuple[Email, MailServer]]:
    """Yield what to deliver in one round, and by which connection.

    The round ends where the mail server turns out to be out of reach: the others wait untouched.
    """
    begun = clock()
    with MailServer() as mail_server:
        for email in due(begun):
            if mail_server.is_out_of_reach or clock() - begun > ROUND:
                return
            yield email, mail_server


def deliver(email: Email, *, at: datetime, mail_server: MailServer) -> EmailStatus | None:
    """Send one message, once; return what became of it, None where another has it in hand.

    Nothing is raised: an error is written down with the message, which is due again after a pause.
    """
    if not _claim(email, at):
        return None
    try:
        letter = letter_of(email, at)
        email.to = kinds.find(email.kind).address(email)
    except FactIsDead as dead:
        return _finish(email, EmailStatus.SUPPRESSED, reason=str(dead))
    except Exception as error:  # a poisoned one must not stop the others
        logger.exception("message %s (%s) cannot be made", email.pk, email.kind)
        return _postpone(email, error, at)
    try:
        mail_server.open()
    except Exception as error:  # whatever a back end raises
        return _postpone(email, error, at)
    return _hand_over(email, letter, at, mail_server)


def is_left_behind(at: datetime) -> bool:
    """Tell whether a message has been in somebody's hands for too long."""
    return _left_behind(at).exists()


def recover(at: datetime) -> int:
    """Make due again what has been in somebody's hands for too long; return how many there were.

    At once after one such loss; after more of them with the pauses of failed attempts, and not for
    ever: a message may be the death of whoever sends it.
    """
    lost = list(_left_behind(at))
    for email in lost:
        doubt = {"uncertain": F("uncertain") + 1} if email.status == EmailStatus.SENDING else {}
        if email.attempts > len(PAUSES):
            _finish(email, EmailStatus.FAILED, reason=LOST, **doubt)
            continue
        pause = PAUSES[email.attempts - 2] if email.attempts > 1 else timedelta(0)
        _finish(email, EmailStatus.PENDING, due_at=at + pause, reason=LOST, **doubt)
    return len(lost)


def message_id(email: Email) -> str:
    """Return the Message-ID: the same at each attempt, so that mail systems know a second copy."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{email.kind}.{email.pk}.{email.created_at:%Y%m%d%H%M%S}@{domain}>"


def _left_behind(at: datetime) -> QuerySet[Email]:
    return Email.objects.filter(status__in=IN_HAND, claimed_at__lt=at - LEASE)


def _claim(email: Email, at: datetime) -> bool:
    """Take a message in hand; False where it is not due any more, or another was faster."""
    claimed = Email.objects.filter(pk=email.pk, status=EmailStatus.PENDING, due_at__lte=at).update(
        status=EmailStatus.CLAIMED, claimed_at=at, attempts=F("attempts") + 1
    )
    email.claimed_at = at
    email.attempts += 1
    return bool(claimed)


def _hand_over(
    email: Email, letter: Letter, at: datetime, mail_server: MailServer
) -> EmailStatus | None:
    if not _set(email, EmailStatus.CLAIMED, status=EmailStatus.SENDING, to=email.to):
        return None  # it took so long that somebody else has it
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[email.to],
        headers={"Message-ID": message_id(email), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(letter.html, "text/html")
    try:
        mail_server.send(message)
    except (SMTPRecipientsRefused, AnymailRecipientsRefused) as error:
        if _is_final(error):
            return _finish(email, EmailStatus.FAILED, reason=_shown(error))
        return _postpone(email, error, at)
    except Exception as error:  # whatever a back end raises
        return _postpone(email, error, at, in_doubt=not _is_refusal(error))
    provider: Any = getattr(message, "anymail_status", None)
    sent_as = (provider and provider.message_id) or message_id(email)
    return _finish(email, EmailStatus.SENT, sent_at=at, message_id=sent_as, reason="")


def _postpone(
    email: Email, error: Exception, at: datetime, *, in_doubt: bool = False
) -> EmailStatus | None:
    """Let a message try again after a pause, or give it up after the last one."""
    doubt = {"uncertain": F("uncertain") + 1} if in_doubt else {}
    if email.attempts > len(PAUSES):
        return _finish(email, EmailStatus.FAILED, reason=_shown(error), **doubt)
    return _finish(
        email,
        EmailStatus.PENDING,
        due_at=at + PAUSES[email.attempts - 1],
        reason=_shown(error),
        **doubt,
    )


def _finish(email: Email, status: EmailStatus, **columns: Any) -> EmailStatus | None:
    """Write down what became of a message that is in one's hands; None where it is no longer."""
    if not _set(email, *IN_HAND, status=status, **columns):
        return None
    logger.info("message %s (%s): %s", email.pk, email.kind, status.lower())
    return status


def _set(email: Email, *present: EmailStatus, **columns: Any) -> bool:
    mine = Email.objects.filter(pk=email.pk, status__in=present, claimed_at=email.claimed_at)
    return bool(mine.update(**columns))


def _is_final(error: Exception) -> bool:
    """Tell whether the mail server will never take this address: no answer of “later” (4xx)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return True


def _is_refusal(error: Exception) -> bool:
    """Tell whether the mail server has said no, so that the message certainly did not go out."""
    if isinstance(error, AnymailError):
        return error.status_code is not None
    return isinstance(error, SMTPResponseException | SMTPRecipientsRefused)


def _shown(error: Exception) -> str:
    return (f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)[
        :REASON_LENGTH
    ]


def _after(rows: QuerySet[Email], last: Email) -> QuerySet[Email]:
    return rows.filter(Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, id__gt=last.pk))
