"""Letters to people who have no account yet or cannot enter theirs: invitation, new password.

Their links are made when they are sent, so that who reads the database can open nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import kinds
from notifications.kinds import FactIsDead, Kind
from notifications.models import Email
from notifications.writing import About, write_email
from users.letter_tokens import hash_of, invitation_token, new_password_token
from users.models import Invitation, User
from users.rights import Right


def register() -> None:
    """Let these letters be written and sent."""
    kinds.register([INVITATION, NEW_PASSWORD])


def link_to(page: str, **parameters: str) -> str:
    """Return the address of a page of the single-page app."""
    return f"{settings.FRONTEND_URL}/{page}?{urlencode(parameters)}"


def send_invitation(invitation: Invitation, seed: str, *, at: datetime) -> None:
    """Write the letter of an invitation whose token is made of this seed."""
    write_email(
        INVITATION,
        About(
            key=f"invitation:{invitation.pk}",
            facts={"invitation": invitation.pk, "seed": seed},
        ),
        to=invitation.email,
        language=settings.LANGUAGE_CODE,
        at=at,
    )


def send_new_password(user: User, *, at: datetime) -> None:
    """Write the letter that lets somebody choose a new password."""
    write_email(
        NEW_PASSWORD,
        About(
            key=f"new_password:{user.pk}:{uuid.uuid4()}",
            facts={"user": user.pk, "asked_at": at},
        ),
        to=user.email,
        language=user.language,
        at=at,
    )


def _of_invitation(email: Email, at: datetime) -> Mapping[str, Any]:
    invitation = Invitation.objects.filter(pk=email.facts["invitation"]).first()
    token = invitation_token(email.facts["seed"])
    if invitation is None or invitation.accepted_at or invitation.revoked_at:
        raise FactIsDead(gettext_lazy("The invitation is accepted or revoked already."))
    if invitation.expires_at <= at:
        raise FactIsDead(gettext_lazy("The invitation has expired."))
    if hash_of(token) != invitation.token_hash:
        raise FactIsDead(gettext_lazy("Its link can no longer be made. Invite again."))
    return {
        "link": link_to("register", invitation=token),
        "email": invitation.email,
        "custom_message": invitation.custom_message,
        "expires_at": invitation.expires_at,
    }


def _of_new_password(email: Email, at: datetime) -> Mapping[str, Any]:
    user = User.objects.get(pk=email.facts["user"])
    asked_at = parse_datetime(email.facts["asked_at"])
    if not user.is_active or user.email != email.to:
        raise FactIsDead(gettext_lazy("The account is inactive, or has another e-mail meanwhile."))
    if asked_at is None or at - asked_at > timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT):
        raise FactIsDead(gettext_lazy("It was asked for more than an hour ago."))
    token = f"{user.pk}-{new_password_token.make_token(user)}"
    return {"link": link_to("reset-password", token=token), "name": user.full_name}


INVITATION = Kind(
    name="invitation",
    label=gettext_lazy("Invitation"),
    subject=gettext_lazy("Your invitation to %(studio)s"),
    facts=_of_invitation,
    seen_with=Right.USER_LIST.permission,
    is_secret=True,
    example=lambda: {
        "link": link_to("register", invitation="…"),
        "email": "lucia@example.com",
        "custom_message": _("Welcome to the team!"),
        "expires_at": datetime.fromisoformat("2026-12-05T10:00:00-06:00"),
    },
)
NEW_PASSWORD = Kind(
    name="new_password",
    label=gettext_lazy("New password"),
    subject=gettext_lazy("Your new password at %(studio)s"),
    facts=_of_new_password,
    seen_with=Right.USER_LIST.permission,
    is_secret=True,
    example=lambda: {"link": link_to("reset-password", token="…"), "name": "Lucía"},  # noqa: S106
)
