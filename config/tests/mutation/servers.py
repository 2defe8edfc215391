"""Databases for trials: one is migrated, the others are copies of it, made in a moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.embedded import EmbeddedPostgres
from config.tests.mutation.trees import PROJECT

ROLES = (
    "import django; django.setup(); "
    "from users.tests.factories import set_up_tests_roles; set_up_tests_roles()"
)
"""What a database of tests has besides its tables."""


class Databases:
    """Databases of one's own, on the server at an address, whose names begin alike."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._prefix = f"mut_{os.getpid()}"
        self.template = f"{self._prefix}_template"
        self._made = [self.template]

    def address(self, name: str) -> str:
        """Return the address of a database."""
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

    def migrate(self, tree: Path) -> None:
        """Make the one that the others are copies of."""
        self._run("CREATE DATABASE {}", self.template)
        for arguments in (["-m", "django", "migrate", "--verbosity", "0"], ["-c", ROLES]):
            subprocess.run(
                [sys.executable, *arguments],
                cwd=tree,
                env=environment(self.address(self.template)),
                check=True,
            )

    def fresh(self, job: int, without: str = "") -> str:
        """Make the copy of one job anew, take something out of it, and return its name."""
        name = f"{self._prefix}_{job}"
        if name not in self._made:
            self._made.append(name)
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self.template)
        if without:
            with psycopg.connect(self.address(name), autocommit=True) as connection:
                connection.execute(without.encode())
        return name

    def drop(self) -> None:
        """Leave nothing behind."""
        for name in self._made:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def databases() -> Iterator[Databases]:
    """Hold databases on the server at DATABASE_URL, on an embedded one where that is not set."""
    if "DATABASE_URL" in os.environ:
        held = Databases(os.environ["DATABASE_URL"])
        try:
            yield held
        finally:
            held.drop()
        return
    server = EmbeddedPostgres(PROJECT / "var" / "test-postgres", durable=False)
    with server:
        held = Databases(server.url())
        try:
            yield held
        finally:
            held.drop()


def environment(address: str) -> dict[str, str]:
    """Return the environment of a process that tests in a copy of the tree."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    settings = {"DJANGO_SETTINGS_MODULE": "config.tests.settings", "DATABASE_URL": address}
    return kept | settings | {"PYTHONHASHSEED": "0"}
