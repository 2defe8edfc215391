"""What is measured, and how many times the floor it may cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

LIST_LIMIT, CREATE_LIMIT = 4.0, 6.0
VARIETY = 400
"""How many different bodies are sent in turn."""
WISH = {"session_type": "Studio", "duration_hours": 2, "photographers": 2}
"""What is asked of availability: what a family session mostly is."""

Facts = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One request of the app; without a limit it is measured for interest only."""

    name: str
    path: Callable[[Facts], str]
    limit: float | None = None
    body: Callable[[Facts, int], dict[str, Any]] | None = None
    is_anonymous: bool = False
    expected: int = 200
    asker: str = "token"
    """Which of the facts is the token of who asks."""

    rows: ClassVar[str] = "values"
    mark: ClassVar[bytes] = b","

    @property
    def answers_vary(self) -> bool:
        """Whether two answers agree in their fields only, not in what they hold."""
        return self.body is not None or self.is_anonymous

    def requests(self, facts: Facts) -> list[bytes]:
        """Return the requests, as they are sent in turn."""
        if self.body is None:
            return [self._request(facts, b"")]
        bodies = (self.body(facts, n) for n in range(VARIETY))
        return [self._request(facts, json.dumps(body).encode()) for body in bodies]

    def _request(self, facts: Facts, body: bytes) -> bytes:
        head = [
            f"{'GET' if self.body is None else 'POST'} /api/v1{self.path(facts)} HTTP/1.1",
            "Host: 127.0.0.1",
            "Accept: application/json, text/plain, */*",
            "Accept-Language: es-GT,es;q=0.9,en;q=0.8",
            "User-Agent: studio-benchmark",
        ]
        if not self.is_anonymous:
            head.append(f"Authorization: Bearer {facts[self.asker]}")
        if body:
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def _fixed(path: str) -> Callable[[Facts], str]:
    return lambda facts: path


def _spring(facts: Facts) -> str:
    filters = {
        "status": "Confirmed,Assigned",
        "start_date": facts["from"],
        "end_date": facts["until"],
    }
    return f"/sessions?{urlencode(filters)}"


def _moment(facts: Facts) -> str:
    wish = {**WISH, "date": facts["asked_day"], "time": "09:00"}
    return f"/availability?{urlencode(wish)}"


def _month(facts: Facts) -> str:
    span = {"from": facts["tomorrow"], "to": facts["in_30_days"]}
    return f"/availability/slots?{urlencode({**WISH, **span})}"


def _booking(facts: Facts, n: int) -> dict[str, Any]:
    day = date.fromisoformat(facts["first_free_day"]) + timedelta(days=n)
    return {
        "client_id": facts["client_ids"][n % len(facts["client_ids"])],
        "session_type": "External",
        "session_date": day.isoformat(),
        "session_time": f"{8 + n % 10:02d}:30",
        "estimated_duration_hours": 1.5,
        "location": "Antigua Guatemala",
        "client_requirements": "Retratos de familia al aire libre.",
    }


ENDPOINTS = (
    Endpoint("clients", _fixed("/clients"), LIST_LIMIT),
    Endpoint(
        "clients, searched",
        lambda facts: f"/clients?{urlencode({'search': facts['search']})}",
        LIST_LIMIT,
    ),
    Endpoint("sessions", _fixed("/sessions"), LIST_LIMIT),
    Endpoint("sessions, filtered", _spring, LIST_LIMIT),
    Endpoint("people with roles", _fixed("/users/with-roles"), LIST_LIMIT),
    Endpoint(
        "dashboard",
        lambda facts: f"/dashboard/stats?year={facts['year']}&month={facts['month']}",
        LIST_LIMIT,
    ),
    Endpoint(
        "agenda of a week",
        lambda facts: f"/agenda?{urlencode({'from': facts['monday'], 'to': facts['sunday']})}",
        LIST_LIMIT,
    ),
    Endpoint("availability at a time", _moment, LIST_LIMIT),
    Endpoint("availability over 30 days", _month, LIST_LIMIT),
    Endpoint("editing queue", _fixed("/editing/queue"), LIST_LIMIT),
    Endpoint("one session", lambda facts: f"/sessions/{facts['session_id']}"),
    Endpoint("me", _fixed("/users/me")),
    Endpoint("my permissions", _fixed("/users/me/permissions")),
    Endpoint("clients, signed out", _fixed("/clients"), is_anonymous=True, expected=401),
    # Last, because it changes what the lists show.
    Endpoint("create a session", _fixed("/sessions"), CREATE_LIMIT, _booking, expected=201),
)


def chosen(parts: list[str]) -> list[Endpoint]:
    """Return the endpoints whose name holds one of the parts; all where none is given."""
    return [one for one in ENDPOINTS if not parts or any(part in one.name for part in parts)]
