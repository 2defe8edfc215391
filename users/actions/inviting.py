"""Inviting people and letting them register (contract, section 1).

Only the hash of a token is kept, so that who reads the database can accept nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.errors import Duplicate, NotAllowed
from config.records.audit import record
from config.records.models import Channel
from users import letters
from users.actions.escalation import refuse_granting
from users.actions.people import add_person, assign_role
from users.actors import Actor
from users.errors import TokenInvalid
from users.letter_tokens import hash_of, invitation_token
from users.models import Invitation, Role, User
from users.rights import Right, RoleName

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Issued:
    """An invitation just made, and the only copy of the address that accepts it."""

    invitation: Invitation
    url: str


@transaction.atomic
def invite(
    email: str,
    *,
    actor: Actor,
    at: datetime,
    roles: Collection[Role] = (),
    custom_message: str = "",
) -> Issued:
    """Invite someone by e-mail for seven days; roles besides need user.assign-role.

    Raises NotAllowed (also for roles beyond one's own rights), Duplicate (already registered).
    """
    actor.require(Right.USER_CREATE)
    for role in roles:
        refuse_granting(role, actor=actor)
    email = _lock(email)
    if User.objects.filter(email=email).exists():
        raise Duplicate(_("Someone with this e-mail already exists."))
    seed = secrets.token_urlsafe(32)
    token = invitation_token(seed)
    invitation = Invitation.objects.create(
        email=email,
        custom_message=custom_message,
        token_hash=hash_of(token),
        invited_by=actor.user,
        created_at=at,
        expires_at=at + LIFETIME,
    )
    invitation.roles.set(roles)
    names = sorted(role.name for role in roles)
    record("invitation.sent", invitation, actor=actor, at=at, changes={"roles": names})
    issued = Issued(invitation, letters.link_to("register", invitation=token))
    letters.send_invitation(invitation, seed, at=at)
    return issued


@transaction.atomic
def invite_again(
    email: str,
    *,
    actor: Actor,
    at: datetime,
    roles: Collection[Role] | None = None,
    custom_message: str | None = None,
) -> Issued:
    """Invite as `invite` does and void the older invitations of that e-mail.

    Roles and message that are not given are those of the latest one that was not revoked.
    """
    email = _lock(email)
    older = Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None)
    latest = older.first()
    if latest is not None:
        roles = latest.roles.all() if roles is None else roles
        custom_message = latest.custom_message if custom_message is None else custom_message
    for invitation in older:
        revoke_invitation(invitation, actor=actor, at=at)
    return invite(email, actor=actor, at=at, roles=roles or (), custom_message=custom_message or "")


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: Actor, at: datetime) -> None:
    """Make an invitation worthless; one that is accepted or revoked stays as it is.

    Raises NotAllowed without user.create.
    """
    actor.require(Right.USER_CREATE)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = at
        invitation.save(update_fields=["revoked_at"])
        record("invitation.revoked", invitation, actor=actor, at=at)


def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation that a token accepts, or None where it accepts none.

    Who invited vouches for it: an invitation of someone who has left, or who has lost the right to
    give one of its roles, is worth nothing any more.
    """
    found = Invitation.objects.open_at(at).filter(token_hash=hash_of(token)).first()
    if found is None:
        return None
    inviter = Actor(found.invited_by, Channel.API)
    try:
        inviter.require(Right.USER_CREATE)
        for role in found.roles.all():
            refuse_granting(role, actor=inviter)
    except NotAllowed:
        return None
    return found


@transaction.atomic
def register(
    token: str, *, email: str, full_name: str, phone: str, password: str, actor: Actor, at: datetime
) -> User:
    """Make an account for who was invited by that e-mail, with the roles of the invitation.

    Each role is given by who invited. Other invitations of that e-mail are void from now on.
    Raises TokenInvalid, Duplicate, ValidationFailed (`password`).
    """
    email = _lock(email)
    found = open_invitation(token, at=at)
    still_open = Invitation.objects.open_at(at).filter(pk=found.pk if found else 0, email=email)
    invitation = still_open.select_for_update().first()
    if invitation is None:
        raise TokenInvalid(_("This invitation is not valid, or no longer."))
    user = add_person(email=email, full_name=full_name, phone=phone, password=password, at=at)
    roles = list(invitation.roles.all())
    for role in roles:
        assign_role(user, role, actor=Actor(invitation.invited_by, actor.channel), at=at)
    if not roles:
        user.roles.add(Role.objects.get(name=RoleName.USER))
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    Invitation.objects.open_at(at).filter(email=email).update(revoked_at=at)
    record("user.registered", user, actor=Actor(user, actor.channel), at=at)
    return user


def _lock(email: str) -> str:
    """Let one thing at a time happen with the invitations of an e-mail; return it as stored."""
    email = User.objects.normalize_email(email)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"invitation {email}"])
    return email
