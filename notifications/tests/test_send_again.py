"""“Send again”: a message that has failed is due once more, its fact asked anew."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core import mail

from config.errors import NotAllowed, NotFound
from config.records.models import AuditEntry, Channel
from notifications import post
from notifications.actions import send_again
from notifications.models import Email, EmailStatus
from notifications.sending import PAUSES, send_due
from notifications.tests.posting import posted
from notifications.writing import About, write_email
from users.actions.roles import permissions_by_right
from users.actors import Actor
from users.letters import INVITATION, NEW_PASSWORD
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory
from users.tests.races import at_once

pytestmark = pytest.mark.django_db

OTHER = [one for one in EmailStatus if one != EmailStatus.FAILED]
LATER = timedelta(days=5)


@pytest.fixture
def failed(coordinator: User, at: datetime) -> Email:
    """A letter to Carla that has failed after its last attempt."""
    return failed_letter(coordinator, at)


def failed_letter(reader: User, at: datetime) -> Email:
    about = About(key=f"hello:{reader.pk}", facts={"user": reader.pk, "asked_at": at + LATER})
    write_email(NEW_PASSWORD, about, to=reader.email, language="en", at=at)
    Email.objects.update(
        status=EmailStatus.FAILED,
        attempts=len(PAUSES) + 1,
        uncertain=1,
        claimed_at=at + LATER - timedelta(hours=1),
        reason="SMTPServerDisconnected",
    )
    return Email.objects.get()


def acting(user: User | None) -> Actor:
    return Actor(user, Channel.ADMIN)


def test_it_goes_out_as_if_it_were_the_first_time(failed, admin_user, at):
    assert posted(at + LATER) == []
    send_again(failed, actor=acting(admin_user), at=at + LATER)
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == (EmailStatus.PENDING, 0)
    [letter] = posted(at + LATER)
    assert letter.to == [failed.to]
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, failed.reason) == (EmailStatus.SENT, 1, "")


def test_that_it_perhaps_went_out_before_is_not_forgotten(failed, admin_user, at):
    send_again(failed, actor=acting(admin_user), at=at + LATER)
    posted(at + LATER)
    failed.refresh_from_db()
    assert failed.uncertain == 1


def test_who_sent_it_again_is_in_the_audit_trail(failed, admin_user, at):
    send_again(failed, actor=acting(admin_user), at=at + LATER)
    entry = AuditEntry.objects.get(action="message.sent_again")
    assert (entry.actor, entry.at) == (admin_user, at + LATER)


def test_where_it_fails_again_its_pauses_begin_anew(failed, admin_user, at, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send_again(failed, actor=acting(admin_user), at=at + LATER)
    send_due(lambda: at + LATER)
    failed.refresh_from_db()
    assert (failed.status, failed.due_at) == (EmailStatus.PENDING, at + LATER + PAUSES[0])


@pytest.mark.parametrize("status", OTHER)
def test_only_what_has_failed_is_sent_again(failed, admin_user, at, status):
    Email.objects.update(status=status, sent_at=at)
    with pytest.raises(NotFound, match="Only a message that has failed"):
        send_again(failed, actor=acting(admin_user), at=at + LATER)
    failed.refresh_from_db()
    assert failed.status == status
    assert not AuditEntry.objects.filter(action="message.sent_again").exists()


def test_what_is_dead_meanwhile_is_suppressed(failed, admin_user, at):
    send_again(failed, actor=acting(admin_user), at=at + 2 * LATER)
    assert posted(at + 2 * LATER) == []
    failed.refresh_from_db()
    assert failed.status == EmailStatus.SUPPRESSED
    assert "more than an hour ago" in failed.reason


# Who may


@pytest.mark.parametrize(
    ("kind", "who", "may"),
    [
        ("session_confirmed", "admin", True),
        ("session_confirmed", "coordinator", True),
        ("session_confirmed", "photographer", False),
        ("session_confirmed", "editor", False),
        ("session_confirmed", "user", False),
        ("payment_to_verify", "coordinator", True),
        ("payment_to_verify", "editor", False),
        (INVITATION.name, "admin", True),
        (INVITATION.name, "coordinator", False),
        (NEW_PASSWORD.name, "admin", True),
        (NEW_PASSWORD.name, "coordinator", False),
    ],
)
def test_who_may_see_such_messages_may_send_them_again(failed, at, kind, who, may):
    Email.objects.update(kind=kind)
    failed.refresh_from_db()
    actor = acting(UserFactory(roles=[who]))
    if may:
        send_again(failed, actor=actor, at=at + LATER)
    else:
        with pytest.raises(NotAllowed):
            send_again(failed, actor=actor, at=at + LATER)
    failed.refresh_from_db()
    assert failed.status == (EmailStatus.PENDING if may else EmailStatus.FAILED)


def test_a_role_that_the_studio_made_counts_like_any_other(failed, at):
    Email.objects.update(kind="session_confirmed")
    failed.refresh_from_db()
    reception = Role.objects.create(name="reception", created_at=at)
    reception.permissions.add(permissions_by_right()[Right.SESSION_VIEW_ALL])
    person = UserFactory(roles=["editor"])
    person.roles.add(reception)
    send_again(failed, actor=acting(person), at=at + LATER)
    failed.refresh_from_db()
    assert failed.status == EmailStatus.PENDING


def test_who_is_inactive_may_nothing(failed, at):
    person = UserFactory(roles=["admin"], status="Inactive")
    with pytest.raises(NotAllowed):
        send_again(failed, actor=acting(person), at=at + LATER)


# After the commit


@pytest.mark.django_db(transaction=True)
def test_it_leaves_at_once_and_not_with_the_next_minute(at):
    reader, boss = UserFactory(roles=["coordinator"]), UserFactory(roles=["admin"])
    email = failed_letter(reader, at)
    Email.objects.update(facts={"user": reader.pk, "asked_at": "2999-01-01T00:00:00Z"})
    send_again(email, actor=acting(boss), at=at + LATER)
    post.wait_until_done()
    assert [letter.to for letter in mail.outbox] == [[reader.email]]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sends_it_again(at):
    reader, boss = UserFactory(roles=["coordinator"]), UserFactory(roles=["admin"])
    email = failed_letter(reader, at)
    again = partial(send_again, email, actor=acting(boss), at=at + LATER)
    answers = Counter(type(answer) for answer in at_once(*[again] * 4))
    assert answers == {type(None): 1, NotFound: 3}
    assert AuditEntry.objects.filter(action="message.sent_again").count() == 1
