"""Settings of the tests: the same, whatever the shell or a `.env` says.

Without DATABASE_URL the tests run on an embedded PostgreSQL of their own, which gives up durability
for speed; the root `conftest.py` starts and stops it.
"""

import os
from contextlib import AbstractContextManager, nullcontext

from config.embedded import EmbeddedPostgres
from config.environment import BASE_DIR

PREFIXES = ("STUDIO_", "DEFAULT_", "REMOTE_", "REFUND_", "MAX_")
for _name in [name for name in os.environ if name.startswith(PREFIXES)]:
    del os.environ[_name]
os.environ |= {
    "DEBUG": "false",
    "HTTPS": "false",
    "SECRET_KEY": "for-tests-only-" + "x" * 50,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "STUDIO_LANGUAGE": "en",
    "PAYMENT_DEADLINE_DAYS": "5",
    "CHANGES_DEADLINE_DAYS": "7",
    "REDIS_URL": "",
    "EMAIL_URL": "console://",
    "EMAIL_EVENTS_SECRET": "",
}

DATABASE_SERVER: AbstractContextManager[object] = nullcontext()
if "DATABASE_URL" not in os.environ:
    _server = EmbeddedPostgres(BASE_DIR / "var" / "test-postgres", durable=False)
    os.environ["DATABASE_URL"] = _server.url()
    if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker's server is that of its controller
        DATABASE_SERVER = _server

from config.settings import *  # noqa: E402, F403

# Nothing is collected for tests: files are served as they are, under their own names.
STATIC_ROOT = None
STORAGES = STORAGES | {"staticfiles": {"BACKEND": AS_THEY_ARE}}  # noqa: F405

# Races sign in with as many threads as they like.
SIGN_INS_AT_ONCE = 100
