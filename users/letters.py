"""Letters to people who have no account yet or cannot enter theirs: invitation, new password.

A letter leaves after the commit of what it tells, on a thread of its own: nobody waits for the mail
server, and how long an answer takes does not tell whether a letter was sent.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

logger = logging.getLogger(__name__)

_post = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


def link_to(page: str, **parameters: str) -> str:
    """Return the address of a page of the single-page app."""
    return f"{settings.FRONTEND_URL}/{page}?{urlencode(parameters)}"


def send(letter: str, *, to: str, language: str, subject: Any, facts: Mapping[str, Any]) -> None:
    """Send a letter of `templates/letters`, as text and HTML, in a language, after the commit."""
    with override(language):
        context = {"studio": settings.STUDIO_NAME, **facts}
        message = EmailMultiAlternatives(
            str(subject) % {"studio": settings.STUDIO_NAME},
            render_to_string(f"letters/{letter}.txt", context),
            to=[to],
        )
        message.attach_alternative(render_to_string(f"letters/{letter}.html", context), "text/html")
    present = copy_context()  # the request id, for the log
    transaction.on_commit(lambda: _post.submit(present.run, _deliver, message))


def wait_until_sent() -> None:
    """Return once every letter that has left is delivered, or has failed."""
    _post.submit(lambda: None).result()


def _deliver(message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except Exception:  # whatever it is, the next letter must go out
        logger.exception("a letter could not be delivered")
