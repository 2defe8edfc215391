"""The door of the back office, as a browser goes through it: cookies, pages, and their forms."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

from config.tests.histories.journal import DONE, REFUSED, Exchange, Journal
from config.tests.histories.rest_door import Answer, exchange

Fields = dict[str, Any]
PROBLEMS = re.compile(r'<(\w+)[^>]*class="[^"]*error(?:note|list)?[^"]*"[^>]*>(.*?)</\1>', re.S)
TAGS = re.compile(r"<[^>]+>|\s+")


@dataclass
class Form:
    """What a browser would send if nothing were typed, and what its selects offer."""

    values: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Reads the forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form" and (facts.get("method") or "").lower() == "post":
            self._form = Form()
            self.found.append(self._form)
        elif self._form is not None and tag in ("input", "select", "textarea"):
            self._field(tag, facts, self._form)
        elif self._form is not None and tag == "option" and self._select:
            value = facts.get("value") or ""
            self._form.offers[self._select].append(value)
            if "selected" in facts:
                self._form.values.setdefault(self._select, []).append(value)

    def _field(self, tag: str, facts: dict[str, str | None], form: Form) -> None:
        name, kind = facts.get("name"), facts.get("type") or "text"
        if not name or "disabled" in facts:
            return
        if tag == "select":
            self._select = name
            form.offers.setdefault(name, [])
        elif tag == "textarea":
            self._textarea = name
            form.values[name] = [""]
        elif kind in ("checkbox", "radio"):
            form.offers.setdefault(name, []).append(facts.get("value") or "on")
            if "checked" in facts:
                form.values.setdefault(name, []).append(facts.get("value") or "on")
        elif kind not in ("submit", "button", "file", "image", "reset"):
            form.values.setdefault(name, []).append(facts.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.values[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None


def form_of(page: str) -> Form | None:
    """Return the form of a page that asks for the most; others sign out or choose a language."""
    reader = _Forms()
    reader.feed(page)
    return max(reader.found, key=lambda form: len(form.values) + len(form.offers), default=None)


@dataclass
class AdminDoor:
    """One person's browser."""

    who: str
    port: int
    journal: Journal
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, email: str, password: str) -> None:
        """Fill in the form at the door."""
        page = self.get("sign in", "login/")
        form = form_of(page.text)
        assert form is not None, page.text
        typed = {**form.values, "username": email, "password": password}
        answer = self._send("sign in", "POST", "login/", typed)
        assert answer.status == 302, answer.text

    def get(self, deed: str, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Open a page."""
        return self._send(deed, "GET", path + (f"?{urlencode(query)}" if query else ""))

    def submit(self, deed: str, path: str, fill: Any, query: Fields | None = None) -> str:
        """Open a page, type into its form, send it; return what came of it.

        `fill` is given the form as it is shown and returns what is typed into it.
        """
        page = self.get(deed, path, query)
        form = form_of(page.text) if page.status == 200 else None
        if form is None or "csrfmiddlewaretoken" not in form.values:
            return page.code or REFUSED  # not, or no longer, for this person or in this state
        return self.send(deed, path, {**form.values, **fill(form)})

    def send(self, deed: str, path: str, typed: Fields) -> str:
        """Send a form; return what came of it."""
        typed.setdefault("csrfmiddlewaretoken", self.cookies.get("csrftoken", ""))
        answer = self._send(deed, "POST", path, typed)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if is_json:
            return DONE if answer.ok else REFUSED
        if answer.status == 302:
            # Of several rows some may be done and others refused.
            is_refused = constants.ERROR in self._levels and constants.SUCCESS not in self._levels
            return REFUSED if is_refused else DONE
        return REFUSED if answer.status == 200 else f"HTTP {answer.status}"

    def _send(self, deed: str, method: str, path: str, typed: Fields | None = None) -> Answer:
        address = f"/admin/{path}"
        headers = {"Cookie": "; ".join(f"{name}={one}" for name, one in self.cookies.items())}
        body = None
        if typed is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(typed, doseq=True)
        begun = time.monotonic()
        try:
            answer, cookies = exchange(self.port, method, address, body, headers)
        except OSError as error:
            answer, cookies = Answer(599, {}, f"{type(error).__name__}: {error}"), []
        seconds = round(time.monotonic() - begun, 3)
        said = self._keep(cookies) or (_problems(answer.text) if method == "POST" else "")
        self.journal.exchanged(
            Exchange(
                who=self.who,
                door="admin",
                deed=deed,
                method=method,
                path=address,
                sent=None if typed is None or "password" in typed else _shown(typed),
                headers={},
                status=answer.status,
                code=answer.code,
                seconds=seconds,
                answer=answer.text[:2000] if answer.status >= 500 else said,
            )
        )
        return answer

    def _keep(self, cookies: list[str]) -> str:
        """Keep the cookies but the messages, which the next page would show; return these."""
        self._levels: set[int] = set()
        said = ""
        for line in cookies:
            for name, morsel in SimpleCookie(line).items():
                if name == CookieStorage.cookie_name:
                    messages = CookieStorage(HttpRequest())._decode(morsel.value) or []
                    self._levels = {message.level for message in messages}
                    said = " ".join(str(message) for message in messages)
                elif morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
        return said


def _shown(typed: Fields) -> Fields:
    return {name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"}


def _problems(page: str) -> str:
    found = [TAGS.sub(" ", unescape(match[1])).strip() for match in PROBLEMS.findall(page)]
    return " ".join(dict.fromkeys(filter(None, found)))[:1000]


def links(page: Answer, kind: str, button: str = r"[\w-]+") -> list[str]:
    """Return the ids of what a page links to, each once, in the order of the page."""
    found = re.findall(rf"/admin/sessions_app/{kind}/(\d+)/{button}/", page.text)
    return list(dict.fromkeys(found))
