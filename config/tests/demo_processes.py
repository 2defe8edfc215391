"""Running `manage.py` as an operator does, on databases of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from config.environment import BASE_DIR

PATIENCE = 600
"""Seconds that the demo may take where much else runs; alone it takes well under a minute."""


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in an environment where nothing is set but what is told."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what the studio reads."""
    mine = ("DEBUG", "SECRET_KEY", "HTTPS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STUDIO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


@contextmanager
def database_beside(name: str) -> Iterator[str]:
    """Give the address of an empty database beside the tests' own, on the same server."""
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as administration:
        administration.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        administration.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        administration.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
