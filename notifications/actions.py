"""What people do with messages: read them, choose what they get, send a failed one again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import NotAllowed, NotFound
from config.records.audit import record
from notifications import kinds, post
from notifications.models import Email, EmailPreference, EmailStatus, Notification

if TYPE_CHECKING:
    from users.actors import Actor
    from users.models import User


def mark_read(notification: Notification, *, at: datetime) -> Notification:
    """Note that a notification was read; the first time counts."""
    unread = Notification.objects.filter(pk=notification.pk, read_at=None)
    if unread.update(read_at=at):
        notification.read_at = at
    return notification


def mark_all_read(person: User, *, at: datetime) -> int:
    """Note that a person has read all there is for them; return how many were unread."""
    return Notification.objects.filter(recipient=person, read_at=None).update(read_at=at)


@transaction.atomic
def wish_by_email(person: User, kind_names: Collection[str]) -> None:
    """Let a person get these kinds of notifications by e-mail too, and no others."""
    known = {kind.name for kind in kinds.registered() if kind.is_for_staff}
    wished = EmailPreference.objects.filter(person=person)
    wished.exclude(kind__in=kind_names).delete()
    EmailPreference.objects.bulk_create(
        [EmailPreference(person=person, kind=name) for name in sorted(known & set(kind_names))],
        ignore_conflicts=True,
    )


@transaction.atomic
def send_again(email: Email, *, actor: Actor, at: datetime) -> None:
    """Let a message that has failed be due once more, from the first attempt on.

    Its fact is asked anew, as ever. Raises NotAllowed for who may not see such messages, and
    NotFound where it has not failed.
    """
    permission = kinds.find(email.kind).seen_with
    if actor.user is not None and not actor.user.has_perm(permission):
        raise NotAllowed(right=permission)
    failed = Email.objects.filter(pk=email.pk, status=EmailStatus.FAILED)
    if not failed.update(status=EmailStatus.PENDING, attempts=0, due_at=at):
        raise NotFound(_("Only a message that has failed is sent again."))
    record("message.sent_again", email, actor=actor, at=at)
    post.wake_after_commit()
