"""What a browser is told that it may do with an answer (docs/security.md)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from config.environment import BASE_DIR
from config.tests.admin_pages import LINES
from config.tests.world import World
from conftest import signed_in

HEADER = "Content-Security-Policy"
Policy = dict[str, set[str]]

CLOSED: Policy = {
    "default-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'none'"},
    "frame-ancestors": {"'none'"},
}
EXCEPTIONS = {
    "back office": {("script-src", "'unsafe-eval'"), ("style-src-attr", "'unsafe-inline'")},
    "docs": {("img-src", "data:")},
}


def read(policy: str) -> Policy:
    """Return the directives of a policy; their order means nothing."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    assert len({name for name, *_ in parts}) == len(parts)
    return {name: set(sources) for name, *sources in parts}


def written(directives: dict[str, list[str]]) -> Policy:
    return {name: set(sources) for name, sources in directives.items()}


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class Inline(HTMLParser):
    """Collects what a page brings along in itself: scripts, styles, handlers, other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.handlers: list[str] = []
        self.foreign: list[str] = []
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self._open = self.scripts
        elif tag == "style":
            self._open = self.styles
        if self._open is not None:
            self._open.append("")
        self.handlers += [name for name in given if name.startswith("on")]
        self.handlers += [one for one in given.values() if one.lower().startswith("javascript:")]
        loaded = given.get("src", "") if tag != "link" else given.get("href", "")
        if re.match(r"\w*:|//", loaded):
            self.foreign.append(loaded)

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._open = None


def inline(page: str) -> Inline:
    parser = Inline()
    parser.feed(page)
    parser.close()
    return parser


@pytest.fixture
def back_office(admin_user: Any, client: Client) -> Client:
    client.force_login(admin_user)
    return client


# Which policy goes with what


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/admin/", 200),
        ("/admin/sessions_app/session/", 200),
        ("/admin/sessions_app/session/add/", 200),
        ("/admin/password_change/", 200),
        ("/admin/nowhere/", 404),
        ("/admin/sessions_app/payment/add/", 403),
        ("/admin/jsi18n/", 200),
    ],
)
def test_pages_of_the_back_office_carry_its_policy(back_office, address, status):
    answer = back_office.get(address)
    assert answer.status_code == status
    assert read(answer[HEADER]) == written(settings.BACK_OFFICE_CONTENT_POLICY)


@pytest.mark.django_db
def test_the_doors_of_the_back_office_carry_its_policy_also_when_they_are_shut(client, settings):
    settings.AXES_FAILURE_LIMIT = 1
    form = {"username": "ana@example.com", "password": "wrong"}
    expected = written(settings.BACK_OFFICE_CONTENT_POLICY)
    assert read(client.get("/admin/login/")[HEADER]) == expected
    locked = client.post("/admin/login/", form)
    assert locked.status_code == 429
    assert read(locked[HEADER]) == expected
    forged = Client(enforce_csrf_checks=True).post("/admin/login/", form)
    assert forged.status_code == 403
    assert read(forged[HEADER]) == expected


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/enums", 200),
        ("get", "/api/v1/schema", 200),
        ("get", "/api/v1/sessions", 401),
        ("get", "/api/v1/nowhere", 404),
        ("delete", "/api/v1/enums", 405),
        ("get", "/api/nowhere", 404),
        ("get", "/health", 200),
        ("get", "/", 302),
        ("get", "/nowhere", 404),
    ],
)
@pytest.mark.django_db
def test_everything_else_may_load_nothing_at_all(client, method, address, status):
    answer = getattr(client, method)(address)
    assert answer.status_code == status
    assert read(answer[HEADER]) == CLOSED


def test_what_the_api_tells_one_person_may_load_nothing_at_all(coordinator):
    answer = signed_in(coordinator).get("/api/v1/sessions")
    assert answer.status_code == 200
    assert read(answer[HEADER]) == CLOSED


def test_a_failure_of_ours_is_answered_with_a_policy_too(back_office, monkeypatch):
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("django.contrib.admin.sites.AdminSite.get_app_list", fails)
    back_office.raise_request_exception = False
    answer = back_office.get("/admin/")
    assert answer.status_code == 500
    assert read(answer[HEADER]) == written(settings.BACK_OFFICE_CONTENT_POLICY)


class BrokenOff(BytesIO):
    """A body whose sender went away in the middle of a chunk."""

    def read(self, *args: Any) -> bytes:
        raise OSError("broken on purpose")


@pytest.mark.django_db
def test_a_request_that_is_answered_before_any_view_gets_a_policy(client):
    unreadable = client.generic(
        "POST",
        "/api/v1/auth/login",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": BrokenOff()},
    )
    assert unreadable.status_code == 400
    assert read(unreadable[HEADER]) == CLOSED
    unknown_host = client.get("/admin/", HTTP_HOST="elsewhere.example")
    assert unknown_host.status_code == 400
    assert HEADER in unknown_host


@pytest.mark.django_db
def test_the_documentation_is_allowed_its_own_scripts_and_nothing_inline(client):
    page, script = client.get("/api/v1/docs"), client.get("/api/v1/docs?script=")
    expected = written(settings.API_DOCS_CONTENT_POLICY)
    assert read(page[HEADER]) == expected
    assert script["Content-Type"].startswith("application/javascript")
    found = inline(page.content.decode())
    assert (found.scripts, found.handlers, found.foreign) == ([], [], [])
    assert {hash_of(style) for style in found.styles} == expected["style-src"] - {"'self'"}
    assert '<script src="/api/v1/docs?script="></script>' in page.content.decode()


# What the policies allow


@pytest.mark.parametrize(
    ("where", "directives"),
    [
        ("back office", settings.BACK_OFFICE_CONTENT_POLICY),
        ("docs", settings.API_DOCS_CONTENT_POLICY),
    ],
)
def test_a_policy_opens_what_is_said_and_not_a_word_more(where, directives):
    opened = {
        (name, source)
        for name, sources in directives.items()
        for source in sources
        if source not in {"'none'", "'self'"} and not source.startswith("'sha256-")
    }
    assert opened == EXCEPTIONS[where]
    assert directives["default-src"] == ["'none'"]
    assert directives["base-uri"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]


@pytest.mark.django_db
def test_no_page_of_the_back_office_holds_what_its_policy_forbids(world: World):
    allowed = written(settings.BACK_OFFICE_CONTENT_POLICY)["style-src-elem"]
    seen = 0
    for address in pages_of_an_admin():
        page = world.browser("admin").get(f"/admin{world.address(address)}")
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            continue
        found = inline(page.content.decode())
        assert (found.scripts, found.handlers, found.foreign) == ([], [], []), address
        assert {hash_of(style) for style in found.styles} <= allowed, address
        seen += 1
    assert seen > 50


def pages_of_an_admin() -> Iterator[str]:
    for line in LINES:
        address, _nobody, answer, *_others = line.split()
        if answer == "200":
            yield address


def test_the_styles_that_are_allowed_are_the_ones_that_the_theme_brings(back_office):
    allowed = written(settings.BACK_OFFICE_CONTENT_POLICY)["style-src-elem"]
    colours = inline(back_office.get("/admin/").content.decode()).styles
    assert allowed == {"'self'", *map(hash_of, [*colours, htmx_style()])}


def htmx_style() -> str:
    """Return what htmx writes into each page, from its own source."""
    source = Path(str(finders.find("unfold/js/htmx/htmx.js"))).read_text()
    [style] = re.findall(r'"<style"\+\w+\+">(.*?)</style>"', source)
    for name in ("indicatorClass", "requestClass"):
        [value] = re.findall(rf'\b{name}:"([^"]+)"', source)
        style = re.sub(rf'"\+\w+\.config\.{name}\+"', value, style)
    assert '"' not in style
    return style


# The other headers


@pytest.mark.parametrize("address", ["/admin/login/", "/api/v1/enums", "/api/v1/docs", "/nowhere"])
@pytest.mark.django_db
def test_every_answer_is_closed_to_frames_devices_guessing_and_other_sites(client, address):
    headers = client.get(address).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    devices = headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()", "payment=()"} <= set(devices)
    assert all(device.endswith("=()") for device in devices)


@pytest.mark.django_db
def test_the_app_may_still_read_the_api_from_its_own_origin(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    answer = client.get("/api/v1/enums", HTTP_ORIGIN="https://app.example.com")
    assert answer["Access-Control-Allow-Origin"] == "https://app.example.com"


# What is written down


@pytest.mark.django_db
def test_the_document_quotes_the_policies_as_they_are_sent(client):
    text = (BASE_DIR / "docs" / "security.md").read_text()
    quoted = [read(block) for block in re.findall(r"```csp\n(.*?)```", text, re.DOTALL)]
    sent = [
        read(client.get(address)[HEADER])
        for address in ("/admin/login/", "/api/v1/docs", "/api/v1/enums")
    ]
    assert quoted == sent
