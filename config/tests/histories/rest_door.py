"""The REST door, as the studio's app goes through it: HTTP, JSON and a token."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from config.tests.histories.journal import Exchange, Journal

PATIENCE = 60
"""Seconds after which nobody waits any longer; the judge asks for less."""


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status < 300

    @property
    def json(self) -> Any:
        """The body; None where there is none, or no JSON."""
        is_json = self.headers.get("content-type", "").startswith("application/json")
        return json.loads(self.text) if is_json and self.text else None

    @property
    def code(self) -> str:
        """The error code, of a refusal."""
        body = self.json
        return body.get("error_code", "") if isinstance(body, dict) and not self.ok else ""


def exchange(
    port: int, method: str, path: str, body: str | None, headers: dict[str, str]
) -> tuple[Answer, list[str]]:
    """Send one request on a connection of its own; return the answer, and the cookies it sets."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body.encode() if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, text), answer.headers.get_all("Set-Cookie") or []
    finally:
        connection.close()


@dataclass
class RestDoor:
    """One person's app."""

    who: str
    port: int
    journal: Journal
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    def sign_in(self, email: str, password: str) -> None:
        """Get a token, which goes along from now on."""
        sent = {"email": email, "password": password}
        answer = self.send("sign in", "POST", "auth/login", sent)
        assert answer.ok, answer.text
        self.headers["Authorization"] = f"Bearer {answer.json['access_token']}"

    def send(
        self,
        deed: str,
        method: str,
        path: str,
        sent: dict[str, Any] | None = None,
        **headers: str,
    ) -> Answer:
        """Ask, and keep what was asked and answered; of a GET `sent` is the query."""
        address, body = f"/api/v1/{path}", None
        if method in ("GET", "DELETE"):
            address += f"?{urlencode(sent)}" if sent else ""
        else:
            body = json.dumps(sent or {})
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        begun = time.monotonic()
        try:
            answer, _cookies = exchange(self.port, method, address, body, self.headers | named)
        except OSError as error:
            answer = Answer(599, {}, f"{type(error).__name__}: {error}")
        self.journal.exchanged(
            Exchange(
                who=self.who,
                door="api",
                deed=deed,
                method=method,
                path=address,
                sent=None if "password" in (sent or {}) else sent,
                headers=named,
                status=answer.status,
                code=answer.code,
                seconds=round(time.monotonic() - begun, 3),
                answer=_worth_keeping(method, path, answer),
            )
        )
        return answer


def _worth_keeping(method: str, path: str, answer: Answer) -> Any:
    """Return an answer as far as anybody may ask for it later: not the lists, nor the tokens."""
    if answer.ok and (method == "GET" or path.startswith("auth/")):
        return None
    return answer.json if answer.json is not None else answer.text[:2000]
