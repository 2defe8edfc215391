"""The proof of integrity while people work: what is half seen is no finding."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.queries.integrity import sessions_with_broken_history
from sessions_app.tests.builders import AT, DAY, SYSTEM, book

pytestmark = pytest.mark.django_db(transaction=True)


def after_the_first_question(do: Callable[[], Any]) -> AbstractContextManager[None]:
    """Let somebody else do something as soon as sessions have been asked for once."""
    done = []

    def elsewhere() -> None:
        do()
        connection.close()

    def ask(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if not done and "sessions_app_session" in sql:
            done.append(sql)
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join()
        return answer

    return connection.execute_wrapper(ask)


def test_a_step_that_is_taken_meanwhile_breaks_no_history():
    session = book()

    def step() -> None:
        transition(session, Status.NEGOTIATION, actor=SYSTEM, at=AT)

    with after_the_first_question(step):
        assert list(sessions_with_broken_history()) == []


def test_a_session_that_is_booked_meanwhile_breaks_no_history():
    book()
    with after_the_first_question(lambda: book(session_date=DAY + timedelta(days=3))):
        assert list(sessions_with_broken_history()) == []
