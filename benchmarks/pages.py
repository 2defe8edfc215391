"""Which pages of the back office are measured, and what each of them shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.endpoints import WISH, Facts

SESSIONS = "/admin/sessions_app/session/"


@dataclass(frozen=True)
class Page:
    """One page, as the coordinator unless told; `mark` stands once in each row that it shows."""

    name: str
    path: Callable[[Facts], str]
    rows: str
    mark: bytes
    expected: int = 200
    asker: str = "cookie"
    """Which of the facts is the sign-in of who asks."""

    def requests(self, facts: Facts) -> list[bytes]:
        """Return the one request, as the browser sends it."""
        head = [
            f"GET {self.path(facts)} HTTP/1.1",
            "Host: 127.0.0.1",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language: es-GT,es;q=0.9,en;q=0.8",
            "User-Agent: studio-benchmark",
            f"Cookie: sessionid={facts[self.asker]}",
        ]
        return ["\r\n".join(head).encode() + b"\r\n\r\n"]


def _week(facts: Facts) -> str:
    span = {"start": f"{facts['monday']}T00:00:00", "end": f"{facts['sunday']}T23:59:59"}
    return f"{SESSIONS}agenda/entries/?{urlencode(span)}"


def _month(facts: Facts) -> str:
    span = {"date": facts["tomorrow"], "until": facts["in_30_days"]}
    return f"{SESSIONS}availability/?{urlencode({**span, **WISH})}"


PAGES = (
    Page("Today", lambda facts: "/admin/", "items of lists", b"<li"),
    Page("agenda page", lambda facts: f"{SESSIONS}agenda/", "rooms and people", b'"kind": "'),
    Page("agenda page, a week's entries", _week, "entries", b'"resourceIds"'),
    Page("availability page, 30 days", _month, "offers", b"session_date="),
    Page("session list", lambda facts: SESSIONS, "sessions", b'name="_selected_action"'),
    Page(
        "session page",
        lambda facts: f"{SESSIONS}{facts['usual_session_id']}/change/",
        "rows of tables",
        b"<tr",
    ),
)


def chosen_pages(parts: list[str]) -> list[Page]:
    """Return the pages whose name holds one of the parts; all where none is given."""
    return [one for one in PAGES if not parts or any(part in one.name for part in parts)]
