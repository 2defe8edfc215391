"""What a log line tells, and what it never does.

One line an event, as text or as JSON, with the request, the person, the session and the job that it
belongs to. Of people it knows numbers alone: no name, address, password or token is in any line,
whoever wrote it, so that logs may be collected and kept like those of any other machine.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from types import TracebackType
from typing import Any

from celery import current_task
from django.core.signals import request_finished
from django.dispatch import receiver
from pythonjsonlogger.json import JsonFormatter

from config.middleware.request_ids import NONE, current_request_id

current_person: ContextVar[str] = ContextVar("current_person", default=NONE)
current_session: ContextVar[str] = ContextVar("current_session", default=NONE)
current_job: ContextVar[str] = ContextVar("current_job", default=NONE)

CONTEXT = ("person", "session", "job", "task")
OF_CASES = ("case", "outcome")
"""What a job's line of one case tells besides; it stands in the message too."""
FIELDS = ("levelname", "name", "message", "request_id", *CONTEXT, *OF_CASES)

QUERY = re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]+")
SECRET = re.compile(r"[\w-]{40,}", re.ASCII)
"""As long as tokens of all kinds are, and ids of requests and tasks are not."""
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What ends a line, moves a terminal's cursor, or turns the direction of text."""


def working_for(person_id: int) -> None:
    """Name the person in the lines of this request from here on."""
    current_person.set(str(person_id))


def working_on(session_code: str) -> None:
    """Name the session in the lines of this request, or of this job, until the next one."""
    current_session.set(session_code)


@contextmanager
def in_job(name: str) -> Iterator[None]:
    """Name the job in the lines within; after it, the session that it came to last is let go."""
    job, session = current_job.set(name), current_session.set(NONE)
    try:
        yield
    finally:
        current_session.reset(session)
        current_job.reset(job)


@receiver(request_finished)
def forget(**_kwargs: Any) -> None:
    """Let person and session go with their request: the thread serves others next."""
    current_person.set(NONE)
    current_session.set(NONE)


class WithContext(logging.Filter):
    """Lets every line tell what it belongs to; “-” where that is nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the request's id, person, session, job and Celery's task; nothing is left out."""
        task = current_task.request if current_task else None
        record.request_id = current_request_id.get()
        record.person = current_person.get()
        record.session = current_session.get()
        record.job = getattr(record, "job", current_job.get())
        record.task = task.id if task and task.id else NONE
        return True


class Discreet(logging.Formatter):
    """Leaves out what may quote people's data: queries, tokens, e-mails, what exceptions say."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event; what others made of its exception is not used."""
        told = copy(record)
        told.msg, told.args, told.exc_text = discreet(_message(record)), None, None
        return super().format(told)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the exception's kind and where it came from, and the same of what caused it.

        Not its message: that of a broken constraint quotes the row, a mail server's the address.
        """
        _kind, error, _trace = ei
        parts = []
        while error is not None:
            parts.append(_place(error, error.__traceback__))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nwhich led to\n\n".join(reversed(parts))


class TextLines(Discreet):
    """Lines to be read: time (UTC), level, request, logger, message, and what else is known."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(
            "{asctime}.{msecs:03.0f}Z {levelname} [{request_id}] {name}: {message}{context}",
            "%Y-%m-%dT%H:%M:%S",
            style="{",
        )

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line without its exception."""
        known = [(name, getattr(record, name, NONE)) for name in CONTEXT]
        record.context = "".join(f" {name}={value}" for name, value in known if value != NONE)
        return super().formatMessage(record)


class JsonLines(Discreet, JsonFormatter):
    """Lines to be collected: one JSON object each, without the fields that are not known."""

    def __init__(self) -> None:
        super().__init__(
            FIELDS,
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Take our fields, and nothing that others hang on a record: requests, arguments."""
        ours = {name: getattr(record, name, NONE) for name in (*FIELDS, "created")}
        super().add_fields(log_data, logging.makeLogRecord(ours), message_dict)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return what is known."""
        return {name: value for name, value in log_data.items() if value != NONE}


def discreet(text: str) -> str:
    """Return a message as one line, without the queries, tokens and e-mail addresses in it."""
    text = EMAIL.sub("[e-mail]", SECRET.sub("[secret]", QUERY.sub(r"\1", text)))
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _message(record: logging.LogRecord) -> str:
    """Return what an event says; Celery's lines of failed tasks quote the exception in it."""
    if isinstance(record.args, dict) and "exc" in record.args:
        kind = str(record.args["exc"]).partition("(")[0]
        record = copy(record)
        record.args = {**record.args, "exc": kind}  # type: ignore[dict-item]
    return record.getMessage()


def _place(error: BaseException, trace: TracebackType | None) -> str:
    kind = type(error)
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    said = f" ({constraint})" if constraint else ""
    return f"{''.join(traceback.format_tb(trace))}{kind.__module__}.{kind.__qualname__}{said}"
