"""Signing in and staying signed in with the app (contract, section 1)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from users import tokens
from users.backends import find_by_password
from users.errors import InactiveUser, InvalidCredentials, TokenInvalid
from users.models import SignIn, User
from users.tokens import TokenPair

ROTATION_GRACE = timedelta(seconds=60)


def sign_in(email: str, password: str, *, at: datetime) -> tuple[User, TokenPair]:
    """Start a sign-in for the person with that e-mail and password.

    Raises InvalidCredentials (the same for an unknown e-mail), InactiveUser.
    """
    user = find_by_password(email, password)
    if user is None:
        raise InvalidCredentials
    if not user.is_active:
        raise InactiveUser
    with transaction.atomic():
        # The password may have been changed, or the person deactivated, while it was being checked.
        present = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if present.password != user.password or not present.is_active:
            raise InvalidCredentials
        User.objects.filter(pk=user.pk).update(last_login=at)
        family = SignIn.objects.create(user=user, created_at=at, rotated_at=at)
    return user, tokens.issue(family, at)


def refresh(token: str, *, at: datetime) -> tuple[User, TokenPair]:
    """Exchange a refresh token for a new pair; the old one is spent.

    Within 60 seconds the one just spent still gets the same successor, for a duplicated tab. Any
    other reuse means a stolen token: the whole family is revoked. Raises TokenInvalid.
    """
    claims = tokens.read_refresh(token)
    with transaction.atomic():
        family = _lock_live(claims.family)
        if claims.jti == family.current_jti:
            family.previous_jti, family.current_jti = family.current_jti, uuid.uuid4()
            family.rotated_at = at
            family.save(update_fields=["previous_jti", "current_jti", "rotated_at"])
        elif claims.jti != family.previous_jti or at - family.rotated_at > ROTATION_GRACE:
            family.revoke(at)
    if family.revoked_at is not None:
        raise TokenInvalid
    return family.user, tokens.issue(family, at)


def sign_out(token: str, *, at: datetime) -> None:
    """End the sign-in behind a refresh token, access tokens included; a dead one is no error."""
    try:
        claims = tokens.read_refresh(token)
        with transaction.atomic():
            _lock_live(claims.family).revoke(at)
    except TokenInvalid:
        return


def sign_out_everywhere(user: User, *, at: datetime) -> None:
    """End every sign-in of a person, as a new password or a deactivation asks for."""
    SignIn.objects.filter(user=user, revoked_at=None).update(revoked_at=at)


def _lock_live(family: uuid.UUID) -> SignIn:
    sign_in = (
        SignIn.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=family, revoked_at=None)
        .first()
    )
    if sign_in is None or not sign_in.user.is_active:
        raise TokenInvalid
    return sign_in
