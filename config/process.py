"""Preparing the process of a command: its variables, its database, its settings."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

from config.embedded import EmbeddedPostgres, EmbeddedPostgresError
from config.environment import BASE_DIR, SettingsError, explicit_flag, load_dotenv

DEMO_ENVIRONMENT = BASE_DIR / "var" / "demo.env"
WITHOUT_DATABASE = {"help", "version", "makemessages", "compilemessages"}


class ProcessError(Exception):
    """The command cannot even start; the message is a sentence for the operator."""


@contextmanager
def prepared_process(argv: list[str]) -> Iterator[None]:
    """Hold everything that the command in `argv` needs; raise ProcessError when it cannot be had.

    Where nothing is configured and `manage.py demo` was run here, its settings apply, so that the
    other commands work on the demo studio too.
    """
    load_dotenv()
    command = argv[1] if len(argv) > 1 else "help"
    if command == "demo":
        _prepare_demo()
    elif os.environ.keys().isdisjoint({"SECRET_KEY", "DATABASE_URL", "DEBUG"}):
        load_dotenv(DEMO_ENVIRONMENT)
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) != signal.SIG_IGN:  # as nohup has it
            signal.signal(name, _end)
    try:
        with _embedded_database(command, argv):
            importlib.import_module("config.settings")
            yield
    except (SettingsError, EmbeddedPostgresError) as error:
        raise ProcessError(str(error)) from None


def _prepare_demo() -> None:
    from config.demo.environment import DemoRefused, prepare

    try:
        prepare(DEMO_ENVIRONMENT)
    except DemoRefused as error:
        raise ProcessError(str(error)) from None


@contextmanager
def _embedded_database(command: str, argv: list[str]) -> Iterator[None]:
    if os.environ.get("DATABASE_URL") or not explicit_flag("DEBUG"):
        yield
        return
    server = EmbeddedPostgres(BASE_DIR / "var" / "postgres")
    os.environ["DATABASE_URL"] = server.url()
    unneeded = command.lstrip("-") in WITHOUT_DATABASE | {"h"} or "--help" in argv
    with nullcontext() if unneeded else server:
        yield


def _end(number: int, frame: FrameType | None) -> None:
    """Leave by the front door, so that what was started or begun is ended on the way out."""
    sys.exit(128 + number)
