"""A server together with the PostgreSQL processes that work for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from benchmarks.database import NoServer
from benchmarks.server import Server

ONLY_ITSELF = "ALTER DATABASE {} SET max_parallel_workers_per_gather = 0"
"""So that all that a query costs is its backend's; where it were faster, a request only gains."""
OTHERS = """
    SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class WithBackends:
    """Where it listens, and the CPU time of its worker and of the worker's database connections."""

    def __init__(self, server: Server, connection: psycopg.Connection) -> None:
        self._server, self._connection = server, connection
        self._seen: dict[int, float] = {}

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    def cpu_seconds(self) -> float:
        """Return what all of them have used so far, those that have ended too."""
        for (pid,) in self._connection.execute(OTHERS).fetchall():
            try:
                self._seen[pid] = time.clock_gettime(~pid << 3 | 2)
            except OSError:
                if pid not in self._seen:
                    raise NoServer("The PostgreSQL server must run on this machine.") from None
        return self._server.cpu_seconds() + sum(self._seen.values())


@contextmanager
def with_backends(server: Server, address: str) -> Iterator[WithBackends]:
    """Hold a connection that looks on."""
    with psycopg.connect(address, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL(ONLY_ITSELF).format(name))
        yield WithBackends(server, connection)
