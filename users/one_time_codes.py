"""The codes of a second factor: those an authenticator app shows (RFC 6238), and recovery codes.

Nothing here knows a person or the database.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS = 6
STEP = 30  # seconds
DRIFT = 1  # steps by which the clock of a telephone may be wrong, on either side
SECRET_BYTES = 20

RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
GROUPS = 4  # of four letters


def new_secret() -> bytes:
    """Return a secret for an authenticator app, as long as its hash."""
    return secrets.token_bytes(SECRET_BYTES)


def typed(secret: bytes) -> str:
    """Return a secret as one types it who cannot scan: base32, in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """Return the `otpauth://` address that an app scans."""
    # Some apps show a plus sign as one, where it stands for a space.
    return _generator(secret).get_provisioning_uri(account, issuer).replace("+", "%20")


def code_at(secret: bytes, at: datetime) -> str:
    """Return the code that the app shows at an instant."""
    return _code_of(secret, _step_at(at))


def matching_step(secret: bytes, code: str, at: datetime) -> int | None:
    """Return the step of 30 seconds whose code this is, no more than one away from now; or None."""
    now = _step_at(at)
    near = range(now - DRIFT, now + DRIFT + 1)
    return next(
        (step for step in near if constant_time_compare(_code_of(secret, step), code)), None
    )


def new_recovery_codes() -> list[str]:
    """Return ten codes of 79 bits, each good once, for who has lost the telephone."""
    return ["-".join(_letters() for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def hashes_of_recovery_code(code: str) -> list[str]:
    """Return what may be kept of a recovery code, however it was typed; the present hash first.

    The others are of `SECRET_KEY_FALLBACKS`. It is random enough that nobody finds it by trying; a
    slow hash would only cost time.
    """
    plain = "".join(code.lower().replace("-", "").split())
    return [
        salted_hmac("users.recovery_code", plain, secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _letters() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def _step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def _code_of(secret: bytes, step: int) -> str:
    return _generator(secret).generate(step * STEP).decode()


def _generator(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303  what authenticator apps know
