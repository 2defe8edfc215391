"""What is asked of a studio of 50,000 sessions, besides what is asked of one of 5,000."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from benchmarks.endpoints import Endpoint, Facts
from benchmarks.pages import SESSIONS, Page

PAGE, SHOWN = 50, 25
"""Rows of a page, of the API and of the back office."""
CLIENTS, LETTERS = "/admin/clients/client/", "/admin/notifications/email/"


def _path(path: str, **query: str) -> Callable[[Facts], str]:
    """Return the path; a value in braces is the fact of that name, `<` before it the last page."""
    return lambda facts: (
        path.format_map(facts)
        + (
            "?" + urlencode({name: value.format_map(facts) for name, value in query.items()})
            if query
            else ""
        )
    )


def _last(path: str, counted: str, **query: str) -> Callable[[Facts], str]:
    """Return the path of the last page of a list of the API."""

    def last(facts: Facts) -> str:
        offset = (facts[counted] - 1) // PAGE * PAGE
        return f"{path}?{urlencode({**query, 'offset': offset})}"

    return last


def _last_shown(path: str, counted: str) -> Callable[[Facts], str]:
    """Return the path of the last page of a list of the back office."""
    return lambda facts: f"{path}?p={-(-facts[counted] // SHOWN)}"


def _as_photographer(name: str, path: str) -> Endpoint:
    return Endpoint(f"{name}, as a photographer", _path(path), asker="photographer_token")


MORE_ENDPOINTS = (
    Endpoint("sessions of a client", _path("/sessions", client_id="{client_id}")),
    Endpoint("payments of a session", _path("/sessions/{session_id}/payments")),
    Endpoint("history of a session", _path("/sessions/{session_id}/history")),
    Endpoint("notifications", _path("/notifications")),
)
MORE_PAGES = (
    Page("client list", _path(CLIENTS), "clients", b'name="_selected_action"'),
    Page(
        "Today, as a photographer",
        _path("/admin/"),
        "items of lists",
        b"<li",
        asker="photographer_cookie",
    ),
)


def _search(name: str, path: str, term: str) -> Endpoint:
    return Endpoint(name, _path(path, search=term))


def _shown(name: str, path: Callable[[Facts], str]) -> Page:
    return Page(name, path, "rows", b"")


DEEP: tuple[Endpoint | Page, ...] = (
    Endpoint("sessions, last page", _last("/sessions", "sessions")),
    Endpoint("sessions, total of a state", _path("/sessions", status="Completed")),
    Endpoint("sessions, by amount", _path("/sessions", ordering="-total_amount")),
    Endpoint(
        "sessions, by amount, last page", _last("/sessions", "sessions", ordering="total_amount")
    ),
    Endpoint("sessions of a photographer", _path("/sessions", photographer_id="{photographer_id}")),
    Endpoint("sessions of a room", _path("/sessions", room_id="{room_id}")),
    _search("sessions searched by code", "/sessions", "{code}"),
    _search("sessions searched by client", "/sessions", "{search} elena"),
    _search("sessions searched by place", "/sessions", "antigua"),
    _search("sessions searched, none found", "/sessions", "nobody of that name"),
    _as_photographer("sessions", "/sessions"),
    _as_photographer("dashboard", "/dashboard/stats"),
    _as_photographer("figures", "/photographers/stats"),
    Endpoint(
        "sessions, last page, as a photographer",
        _last("/sessions", "photographed"),
        asker="photographer_token",
    ),
    Endpoint("clients, last page", _last("/clients", "clients")),
    _search("clients searched", "/clients", "{search}"),
    _search("clients searched by telephone", "/clients", "0042"),
    _search("clients searched, none found", "/clients", "nobody of that name"),
    Endpoint("notifications, last page", _last("/notifications", "notifications")),
    Endpoint("dashboard's figures", _path("/dashboard/stats")),
    _shown("session list, last page", _last_shown(SESSIONS, "sessions")),
    _shown("session list searched by code", _path(SESSIONS, q="{code}")),
    _shown("session list searched by client", _path(SESSIONS, q="{search} elena")),
    _shown("session list searched by place", _path(SESSIONS, q="antigua")),
    _shown("session list searched, none found", _path(SESSIONS, q="nobody of that name")),
    _shown("session list of a state", _path(SESSIONS, status__exact="Completed")),
    _shown("client list, last page", _last_shown(CLIENTS, "clients")),
    _shown("client list searched", _path(CLIENTS, q="{search}")),
    _shown("client list by sessions", _path(CLIENTS, o="-5")),
    _shown(
        "clients offered to a form",
        _path(
            "/admin/autocomplete/",
            term="{search}",
            app_label="sessions_app",
            model_name="session",
            field_name="client",
        ),
    ),
    _shown("message list", _path(LETTERS)),
    _shown("message list, last page", _last_shown(LETTERS, "letters")),
    _shown("message list searched", _path(LETTERS, q="{code}")),
    _shown("search of the back office", _path("/admin/search/", s="{search}")),
)
