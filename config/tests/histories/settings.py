"""The server's settings: those of production, but nothing is collected for it."""

from config.settings import *  # noqa: F403

STATIC_ROOT = None
STORAGES = STORAGES | {"staticfiles": {"BACKEND": AS_THEY_ARE}}  # noqa: F405
SIGN_INS_AT_ONCE = 100  # so many people sign in at the beginning
