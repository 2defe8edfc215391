"""What the database keeps but must not tell: sealed with keys made of the process's secret ones."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from users.errors import SealBroken


def seal(secret: bytes) -> str:
    """Return a secret as it may be stored: encrypted and authenticated with `SECRET_KEY`."""
    return _keys().encrypt(secret).decode()


def unseal(sealed: str) -> bytes:
    """Return the secret that was sealed with `SECRET_KEY` or one of `SECRET_KEY_FALLBACKS`.

    Raises SealBroken where neither opens it.
    """
    try:
        return _keys().decrypt(sealed.encode())
    except InvalidToken:
        raise SealBroken from None


def _keys() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key_of(key)) for key in keys])


def _key_of(secret_key: str) -> bytes:
    made = salted_hmac("users.sealing", "key", secret=secret_key, algorithm="sha256")
    return urlsafe_b64encode(made.digest())
