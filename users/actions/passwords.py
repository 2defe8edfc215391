"""Setting passwords, and getting back in without one (contract, section 1).

A new password ends every sign-in of the person, at once, this one too.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from config.activation import ActiveStatus
from config.errors import ValidationFailed
from config.records.audit import record
from users import letters
from users.actions.escalation import lock, refuse_take_over
from users.actions.signing_out import sign_out_everywhere
from users.actors import Actor
from users.errors import TokenInvalid, WrongCurrentPassword
from users.letter_tokens import new_password_token
from users.models import User
from users.rights import Right


@transaction.atomic
def set_password(
    user: User,
    password: str,
    *,
    actor: Actor,
    at: datetime,
    current_password: str | None = None,
) -> None:
    """Set someone's password; one's own needs the current one.

    Raises NotAllowed (without user.edit for another person, or for one who holds a right the actor
    lacks), WrongCurrentPassword, ValidationFailed (`new_password`).
    """
    user = lock(user)
    if actor.user is None or actor.user.pk != user.pk:
        actor.require(Right.USER_EDIT)
        refuse_take_over(actor, user)
    elif not user.check_password(current_password or ""):
        raise WrongCurrentPassword
    _replace(user, password, actor=actor, at=at)


@transaction.atomic
def ask_for_new_password(email: str, *, at: datetime) -> None:
    """Send an active person a link that sets a new password; for others nothing happens."""
    user = User.objects.filter(
        email=User.objects.normalize_email(email), status=ActiveStatus.ACTIVE
    ).first()
    if user is None:
        return
    letters.send_new_password(user, at=at)


@transaction.atomic
def reset_password(token: str, password: str, *, actor: Actor, at: datetime) -> None:
    """Set a new password with the token of a letter: once, within an hour.

    The token is signed over the password it replaces, so that it dies with it. Raises TokenInvalid,
    ValidationFailed (`new_password`).
    """
    pk, _dash, signed = token.partition("-")
    found = User.objects.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None:
        raise TokenInvalid(_("This link is not valid, or no longer."))
    user = lock(found)
    if not user.is_active or not new_password_token.check_token(user, signed):
        raise TokenInvalid(_("This link is not valid, or no longer."))
    _replace(user, password, actor=Actor(user, actor.channel), at=at)


def take_password(user: User, password: str, *, field: str = "password") -> None:
    """Give a person a password, unsaved; raise ValidationFailed (`field`) for a weak one."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationFailed({field: error.messages}) from None
    user.set_password(password)


def _replace(user: User, password: str, *, actor: Actor, at: datetime) -> None:
    take_password(user, password, field="new_password")
    user.save(update_fields=["password", "updated_at"])
    sign_out_everywhere(user, at=at)
    record("user.password_set", user, actor=actor, at=at)
