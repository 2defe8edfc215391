"""X-Request-ID: taken or made, returned, and in every log line (contract, section 0)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._:-]{1,100}")
"""What may stand in a log line and a header without doing harm there."""

NONE = "-"
current_request_id: ContextVar[str] = ContextVar("current_request_id", default=NONE)


def request_id(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request an id: its own where that is acceptable, else a new one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.headers.get(HEADER, "")
        given = asked if ACCEPTABLE.fullmatch(asked) else uuid.uuid4().hex
        current_request_id.set(given)
        response = get_response(request)
        response[HEADER] = given
        return response

    return middleware


@receiver(request_finished)
def forget(**_kwargs: Any) -> None:
    """Let the id go only now: Django writes its own line after the last middleware."""
    current_request_id.set(NONE)
