"""Waking who sends, after the commit and off the request's thread: nobody waits for mail or Redis.

With `REDIS_URL` a worker is called, otherwise this process sends itself. Where the call is lost,
with its process or with Redis, nothing else is: the job of each minute finds what is due.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from django.conf import settings
from django.db import connections, transaction

from config.business_rules import forget_rules
from config.clock import now
from notifications import tasks
from notifications.sending import send_due

logger = logging.getLogger(__name__)

_clerk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="post")
_is_called = threading.Event()
"""Set from a call until its round begins: all that is written meanwhile goes out with it."""


def wake_after_commit() -> None:
    """Let what was written in this transaction go out soon after it, if it is not rolled back."""
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Let what is due go out, on a thread of its own."""
    if not _is_called.is_set():
        _is_called.set()
        _clerk.submit(copy_context().run, _go)  # the context has the request id, for the log


def wait_until_done() -> None:
    """Return once everything that was called for has gone out, or has failed."""
    _clerk.submit(lambda: None).result()


def _go() -> None:
    _is_called.clear()
    forget_rules()
    try:
        if settings.REDIS_URL:
            tasks.call_worker()
        else:
            send_due(now)
    except Exception as error:  # the rows are there; the job of each minute takes them
        logger.warning("messages wait for the next minute: %s", type(error).__name__)
    finally:
        connections.close_all()
