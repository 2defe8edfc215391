"""The floor's WSGI callable: token, rights, route, answer."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import jwt
import orjson
import psycopg

from benchmarks.floor import (
    agenda,
    availability,
    booking,
    clients,
    dashboard,
    editing_queue,
    people,
    sessions,
)
from benchmarks.floor.asking import Asking

SECRET_KEY = os.environ["SECRET_KEY"]
OPTIONS = f"-c timezone={os.environ['STUDIO_TIME_ZONE']} -c statement_timeout=60s"

Answer = tuple[str, Any]
ROUTES: dict[tuple[str, str], Callable[[Asking], Answer]] = {
    ("GET", "/api/v1/clients"): clients.page,
    ("GET", "/api/v1/sessions"): sessions.page,
    ("POST", "/api/v1/sessions"): booking.book,
    ("GET", "/api/v1/users/me"): people.me,
    ("GET", "/api/v1/users/me/permissions"): people.my_permissions,
    ("GET", "/api/v1/users/with-roles"): people.page_with_roles,
    ("GET", "/api/v1/dashboard/stats"): dashboard.stats,
    ("GET", "/api/v1/agenda"): agenda.claims,
    ("GET", "/api/v1/availability"): availability.at_a_time,
    ("GET", "/api/v1/availability/slots"): availability.slots,
    ("GET", "/api/v1/editing/queue"): editing_queue.page,
}
ONE_SESSION = re.compile(r"/api/v1/sessions/([1-9][0-9]{0,17})")

WHO = """
    SELECT person.id, person.full_name, person.email, person.phone, person.language, person.status,
           person.created_at, person.updated_at,
           ARRAY(
               SELECT kind.app_label || '.' || permission.codename
               FROM users_user_roles held
               JOIN users_role role ON role.group_ptr_id = held.role_id AND role.status = 'Active'
               JOIN auth_group_permissions given ON given.group_id = held.role_id
               JOIN auth_permission permission ON permission.id = given.permission_id
               JOIN django_content_type kind ON kind.id = permission.content_type_id
               WHERE held.user_id = person.id)
    FROM users_signin sign_in JOIN users_user person ON person.id = sign_in.user_id
    WHERE sign_in.id = %s AND sign_in.revoked_at IS NULL AND person.status = 'Active'
"""

_thread = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    status, answer = _answer(environ)
    body = orjson.dumps(answer)
    start_response(
        status,
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ],
    )
    return [body]


def _answer(environ: dict[str, Any]) -> Answer:
    family = _signed_in_family(environ.get("HTTP_AUTHORIZATION", ""))
    if family is None:
        return "401 Unauthorized", _error("NOT_AUTHENTICATED", "Sign in first.")
    connection = _connection()
    row = connection.execute(WHO, [family]).fetchone()
    if row is None:
        return "401 Unauthorized", _error("TOKEN_INVALID", "Sign in again.")
    asking = Asking(
        connection, row[:8], frozenset(row[8]), parse_qs(environ["QUERY_STRING"]), environ
    )
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    route = ROUTES.get((method, path))
    if route is not None:
        return route(asking)
    found = ONE_SESSION.fullmatch(path) if method == "GET" else None
    if found:
        return sessions.one(asking, int(found[1]))
    return "404 Not Found", _error("NOT_FOUND", "There is nothing at this address.")


def _signed_in_family(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims = jwt.decode(
            token, SECRET_KEY, algorithms=["HS256"], audience="studio-api", issuer="studio"
        )
    except jwt.InvalidTokenError:
        return None
    return claims["sid"] if claims.get("type") == "access" else None


def _connection() -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] | None = getattr(_thread, "connection", None)
    if connection is None:
        connection = _thread.connection = psycopg.connect(
            os.environ["DATABASE_URL"], autocommit=True, options=OPTIONS
        )
    return connection


def _error(code: str, detail: str) -> dict[str, str]:
    return {"detail": detail, "error_code": code}
