"""Signing in, at every door, and staying signed in with the app (contract, section 1)."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from users import tokens
from users.actions.second_factor import check_code
from users.backends import find_by_password
from users.errors import (
    InactiveUser,
    InvalidCredentials,
    SecondFactorMissing,
    SecondFactorRequired,
    TokenInvalid,
)
from users.models import SignIn, User
from users.one_time_codes import DIGITS
from users.tokens import TokenPair

logger = logging.getLogger(__name__)

ROTATION_GRACE = timedelta(seconds=60)


def recognise(email: str, password: str) -> User:
    """Return the active person with that e-mail and password.

    Raises InvalidCredentials (the same, in the same time, for an unknown e-mail), InactiveUser.
    """
    user = find_by_password(email, password)
    if user is None:
        raise InvalidCredentials
    if not user.is_active:
        raise InactiveUser
    return user


def sign_in(
    email: str, password: str, *, at: datetime, code: str | None = None
) -> tuple[User, TokenPair]:
    """Start a sign-in of the app.

    Who has set up a second factor names a code of it besides; an app that knows of none may send it
    directly behind the password. Raises InvalidCredentials, InactiveUser, SecondFactorRequired,
    SecondFactorInvalid, SecondFactorMissing (an admin without one, where the studio asks for it),
    LockedOut (too many wrong codes).
    """
    user, code = _recognised(email, password, code)
    if user.lacks_second_factor:
        raise SecondFactorMissing
    if user.has_second_factor:
        if not code:
            raise SecondFactorRequired
        check_code(user, code, at=at)
    with transaction.atomic():
        # The password may have been changed, or the person deactivated, while it was being checked.
        present = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if present.password != user.password or not present.is_active:
            raise InvalidCredentials
        User.objects.filter(pk=user.pk).update(last_login=at)
        family = SignIn.objects.create(user=user, created_at=at, rotated_at=at)
    return user, tokens.issue(family, at)


def _recognised(email: str, password: str, code: str | None) -> tuple[User, str | None]:
    """Return who it is, and the code, which may stand behind the password.

    The whole is tried as a password first: many end in six digits of their own.
    """
    try:
        return recognise(email, password), code
    except InvalidCredentials:
        alone, digits = password[:-DIGITS], password[-DIGITS:]
        if code or not (digits.isascii() and digits.isdigit()):
            raise
        user = recognise(email, alone)
        if not user.has_second_factor:
            raise
        return user, digits


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
            logger.warning(
                "a spent token came back: sign-in %s of person %s is ended",
                family.pk,
                family.user_id,
            )
    if family.revoked_at is not None or family.user.lacks_second_factor:
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
