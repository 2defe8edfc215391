"""The second factor: setting it up, asking for it, taking it away.

A code of an authenticator app is good once, for its half minute and the ones beside it. Five wrong
codes in a row close the account's second step to everybody for a quarter of an hour: who gets there
knows the password already.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import Duplicate, NotAllowed, NotFound, ValidationFailed
from config.records.audit import record
from users.actions.escalation import lock, refuse_take_over
from users.actions.signing_out import sign_out_everywhere
from users.actors import Actor
from users.errors import LockedOut, SealBroken, SecondFactorInvalid, WrongCurrentPassword
from users.models import SecondFactor, User
from users.one_time_codes import hashes_of_recovery_code, matching_step, new_recovery_codes
from users.rights import Right
from users.sealing import seal, unseal

FAILURES_IN_A_ROW = 5
PAUSE = timedelta(minutes=15)


@transaction.atomic
def set_up_second_factor(
    secret: bytes, code: str, *, current_password: str, actor: Actor, at: datetime
) -> list[str]:
    """Ask for a second factor from now on, and return the recovery codes, told this once.

    The password proves that it is the person who is at the open browser, the code that their app
    knows the secret. Ends every sign-in. Raises WrongCurrentPassword, ValidationFailed (`code`),
    Duplicate where there is one already.
    """
    user = lock(_oneself(actor))
    if not user.check_password(current_password):
        raise WrongCurrentPassword
    if user.has_second_factor:
        raise Duplicate(_("You have a second factor already."))
    step = matching_step(secret, _digits(code), at)
    if step is None:
        raise ValidationFailed({"code": SecondFactorInvalid.sentence})
    codes = new_recovery_codes()
    SecondFactor.objects.create(
        user=user,
        since=at,
        sealed_secret=seal(secret),
        last_step=step,
        recovery_hashes=[hashes_of_recovery_code(one)[0] for one in codes],
    )
    sign_out_everywhere(user, at=at)
    record("user.second_factor_set_up", user, actor=actor, at=at)
    return codes


def check_code(user: User, code: str, *, at: datetime) -> None:
    """Take a code of the app, or a recovery code; each is good once.

    A wrong one counts, whatever becomes of the caller's transaction: there must be none. Raises
    SecondFactorInvalid, LockedOut (after five wrong ones in a row), NotFound where there is none.
    """
    with transaction.atomic(durable=True):
        factor = _locked(user)
        if factor.closed_until is not None and at < factor.closed_until:
            raise LockedOut(factor.closed_until - at)
        is_right = _taken(factor, code, at)
        factor.failures = 0 if is_right else factor.failures + 1
        if factor.failures >= FAILURES_IN_A_ROW:
            factor.failures, factor.closed_until = 0, at + PAUSE
        factor.save()
    if not is_right:
        raise SecondFactorInvalid


def renew_recovery_codes(code: str, *, actor: Actor, at: datetime) -> list[str]:
    """Make the former recovery codes void and return ten new ones, told this once.

    Takes a code, as signing in does. Raises what `check_code` raises.
    """
    user = _oneself(actor)
    check_code(user, code, at=at)
    with transaction.atomic():
        factor = _locked(lock(user))
        codes = new_recovery_codes()
        factor.recovery_hashes = [hashes_of_recovery_code(one)[0] for one in codes]
        factor.save(update_fields=["recovery_hashes"])
        record("user.recovery_codes_renewed", user, actor=actor, at=at)
    return codes


def turn_off_second_factor(code: str, *, actor: Actor, at: datetime) -> None:
    """Ask oneself for the password alone again; takes a code, as signing in does.

    Ends every sign-in. Raises what `check_code` raises.
    """
    user = _oneself(actor)
    check_code(user, code, at=at)
    with transaction.atomic():
        _remove(lock(user), actor=actor, at=at)


@transaction.atomic
def remove_second_factor(user: User, *, actor: Actor, at: datetime) -> None:
    """Ask someone else for the password alone, who has lost telephone and recovery codes.

    Ends every sign-in of theirs. Raises NotAllowed (one's own, which takes a code; without
    user.edit; of one who holds a right the actor lacks), NotFound where there is none.
    """
    user = lock(user)
    if actor.user is not None and actor.user.pk == user.pk:
        actor.refuse(Right.USER_EDIT, user, _("Your own is turned off with a code of it."))
    actor.require(Right.USER_EDIT, user)
    refuse_take_over(actor, user)
    _remove(user, actor=actor, at=at)


def _remove(user: User, *, actor: Actor, at: datetime) -> None:
    _locked(user).delete()
    sign_out_everywhere(user, at=at)
    record("user.second_factor_removed", user, actor=actor, at=at)


def _oneself(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed
    return actor.user


def _digits(code: str) -> str:
    """Return a code as it is computed: some apps show it in two groups."""
    return "".join(code.split())


def _locked(user: User) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update().filter(pk=user.pk).first()
    if factor is None:
        raise NotFound(_("There is no second factor."))
    return factor


def _taken(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Use a code up, unsaved; tell whether it was good."""
    for hashed in hashes_of_recovery_code(code):
        if hashed in factor.recovery_hashes:
            factor.recovery_hashes.remove(hashed)
            return True
    try:
        step = matching_step(unseal(factor.sealed_secret), _digits(code), at)
    except SealBroken:
        return False
    if step is None or step <= factor.last_step:
        return False
    factor.last_step = step
    return True
