"""A database of the benchmark's own on the server at DATABASE_URL, dropped at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

DEFAULT_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


class NoServer(Exception):
    """No PostgreSQL answers, or it gives no leave; the message is a sentence."""


@contextmanager
def own_database(template: str = "") -> Iterator[str]:
    """Hold an empty database, or a copy of one, and give its address; raise NoServer."""
    server = os.environ.get("DATABASE_URL") or DEFAULT_SERVER
    name = f"studio_benchmark_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
            source = sql.Identifier(template.rpartition("/")[2] or "template1")
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), source))
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise NoServer(
            "The benchmark needs a PostgreSQL server on which it may create a database. "
            f"Name one with DATABASE_URL ({reason})."
        ) from None
    try:
        yield _address(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _address(server: str, name: str) -> str:
    parts = conninfo_to_dict(server)
    user = str(parts.get("user") or "postgres")
    password = f":{parts['password']}" if parts.get("password") else ""
    host, port = parts.get("host") or "127.0.0.1", parts.get("port") or 5432
    return f"postgresql://{user}{password}@{host}:{port}/{name}"
