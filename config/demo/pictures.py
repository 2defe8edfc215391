"""Pictures of every page of the demo's back office, as each role sees it.

Which pages there are is not written down here: one follows the links, from the menu on, and looks
once at each *kind* of page. Only GETs are sent, which change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from config.clock import now, studio_day
from config.demo import cast
from sessions_app.lifecycle import Status

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROLES = ("admin", "coordinator", "photographer", "editor")
WIDTHS = (1440, 390)
HEIGHT = 900
HIGHEST = 6000
"""Pixels; a page that is higher is cut there."""
SETTLING = 300
"""Milliseconds for what is still moving on a page when it has come."""

INDEX = "/admin/"
SESSIONS = "/admin/sessions_app/session/"
TABS = ("lines", "payments", "assignments", "history")
VIEWS = ("resourceTimeGridDay", "resourceTimelineWeek", "timeGridWeek", "dayGridMonth", "listWeek")
NO_PAGES = re.compile(r"/(logout|jsi18n|autocomplete|search|entries|r)/")
LINKS = "[...document.querySelectorAll('a[href^=\"/admin/\"]')].map((a) => a.getAttribute('href'))"


class Shot(NamedTuple):
    """A picture to be taken: what it is called, where it is, what is clicked before."""

    name: str
    address: str
    click: str = ""


@dataclass
class Walk:
    """One person's way through the back office, and the pictures of it."""

    page: Page
    folder: Path
    role: str
    shots: dict[str, Shot] = field(default_factory=dict)

    def pictures(self) -> Iterator[Path]:
        """Take each kind of page that the menu leads to, and what is behind; yield the pictures."""
        ahead = self._links(INDEX)
        yield from self._see(Shot("today", INDEX))
        yield from self._answers()
        # Two steps from the menu and from the examples: the pages of rows, the buttons on those.
        ahead += yield from self._examples()
        for _step in range(2):
            behind: list[str] = []
            for address in ahead:
                behind += yield from self._follow(address)
            ahead = behind

    def again(self, page: Page) -> Iterator[Path]:
        """Take the same pictures in another window."""
        self.page = page
        for shot in self.shots.values():
            yield self._picture(shot)

    def _follow(self, address: str) -> Generator[Path, None, list[str]]:
        """Take a page of a new kind; return where it leads."""
        name = kind_of(address)
        if name in self.shots:
            return []
        links = self._links(address)
        if not links:
            return []
        yield from self._see(Shot(name, address))
        if name == "session-agenda":
            yield from self._views(address)
        return [link for link in links if kind_of(link) not in self.shots]

    def _links(self, address: str) -> list[str]:
        """Go to a page; return where it leads, nowhere when it is not for this person."""
        answer = self.page.goto(address)
        if answer is None or not answer.ok or urlsplit(self.page.url).path != address.split("?")[0]:
            return []
        found: list[str] = self.page.evaluate(LINKS)
        pages = dict.fromkeys(link.split("?")[0].split("#")[0] for link in found)
        return [link for link in pages if not NO_PAGES.search(link)]

    def _views(self, address: str) -> Iterator[Path]:
        """Take the agenda's views, each behind a button."""
        self.page.locator(".ec-toolbar").wait_for()
        buttons = [f"button.ec-{view}" for view in VIEWS]
        for button in [one for one in buttons if self.page.locator(one).count()]:
            name = f"session-agenda-{button.rpartition('-')[2]}"
            yield from self._see(Shot(name, address, button))

    def _examples(self) -> Generator[Path, None, list[str]]:
        """Take a session in each state, and of some each tab; return where they lead."""
        found = []
        for state in Status:
            self.page.goto(f"{SESSIONS}?status__exact={state.value}")
            rows = [link for link in self.page.evaluate(LINKS) if SESSION_PAGE.match(link)]
            if not rows:
                continue
            name = f"session-{state.value.lower().replace(' ', '-')}"
            address = rows[0].split("?")[0]
            links = self._links(address)
            found += links
            yield from self._see(Shot(name, address))
            cancel = address.replace("/change/", "/cancel/")
            if state == Status.CONFIRMED and cancel in links:
                yield from self._see(Shot("session-cancel-refund", cancel))
            if state in (Status.CONFIRMED, Status.IN_EDITING):
                for tab in TABS:
                    yield from self._see(Shot(f"{name}-{tab}", f"{address}#{tab}"))
        return found

    def _answers(self) -> Iterator[Path]:
        """Take what is answered on the telephone."""
        for number, asked in enumerate(questions(), 1):
            address = f"{SESSIONS}availability/?{asked}"
            if self._links(address):
                yield from self._see(Shot(f"session-availability-{number}", address))

    def _see(self, shot: Shot) -> Iterator[Path]:
        if shot.name not in self.shots:
            self.shots[shot.name] = shot
            yield self._picture(shot)

    def _picture(self, shot: Shot) -> Path:
        """Take a page as a whole: in a window as high as it is, so that nothing floats over it."""
        page, width = self.page, int(self.page.evaluate("innerWidth"))
        if not page.url.endswith(shot.address) or shot.click:
            page.goto("about:blank")  # so that another tab of a page is a page anew
            page.goto(shot.address)
        if shot.click:
            page.locator(shot.click).click()
        if "/agenda/" in shot.address:  # it asks for what it shows
            page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_timeout(SETTLING)
        height = min(HIGHEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": max(HEIGHT, height)})
        picture = self.folder / f"{self.role}-{shot.name}-{width}.png"
        page.screenshot(path=picture)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        return picture


SESSION_PAGE = re.compile(rf"{SESSIONS}\d+/change/")


def kind_of(address: str) -> str:
    """Return what kind of page that is: its address, whichever row it is about."""
    parts = address.split("?")[0].removeprefix(INDEX).strip("/").split("/")
    names = [part for part in parts if part not in ("", "sessions_app") and not part.isdecimal()]
    return "-".join(names) or "today"


def questions() -> Iterator[str]:
    """Yield what somebody asks on the telephone: a time, and several days."""
    day = studio_day(now()) + timedelta(days=7)
    about = "session_type=Studio&photographers=1&duration_hours=2"
    yield f"date={day}&time=10:00&{about}"
    yield f"date={day}&until={day + timedelta(days=6)}&{about}"


def take(browser: Browser, base: str, folder: Path) -> Iterator[Path]:
    """Take the pictures into a folder, yielding each, and at last the page that shows them all."""
    taken: dict[str, list[Path]] = {}
    wide, narrow = WIDTHS
    for role in ROLES:
        of_role = taken.setdefault(role, [])
        walk = Walk(signed_in(browser, base, role, wide), folder, role)
        for picture in chain(walk.pictures(), _narrow(walk, browser, base, narrow)):
            of_role.append(picture)
            yield picture
        walk.page.context.close()
    index = folder / "index.html"
    index.write_text(_index(taken), encoding="utf-8")
    yield index


def _narrow(walk: Walk, browser: Browser, base: str, width: int) -> Iterator[Path]:
    walk.page.context.close()
    yield from walk.again(signed_in(browser, base, walk.role, width))


def signed_in(browser: Browser, base: str, role: str, width: int) -> Page:
    """Return a window in which somebody of the demo has signed in."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": HEIGHT},
        locale="en",
        timezone_id="America/Guatemala",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(INDEX)
    page.fill("[name=username]", f"{role}@{cast.DOMAIN}")
    page.fill("[name=password]", cast.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{INDEX}")
    return page


def _index(taken: dict[str, list[Path]]) -> str:
    parts = [
        '<!doctype html><meta charset="utf-8"><title>Every page</title>',
        "<style>body { font: 16px sans-serif; margin: 2rem } section { display: flex; "
        "flex-wrap: wrap; gap: 1rem } figure { margin: 0; width: 20rem } "
        "img { width: 100%; height: 16rem; object-fit: cover; object-position: top; "
        "border: 1px solid #ccc } figcaption { overflow-wrap: anywhere }</style>",
    ]
    for role, pictures in taken.items():
        parts.append(f"<h1>{escape(role)}</h1><section>")
        parts += [
            f'<figure><a href="{name}"><img src="{name}" loading="lazy" alt="{name}"></a>'
            f"<figcaption>{name}</figcaption></figure>"
            for name in (escape(picture.name) for picture in pictures)
        ]
        parts.append("</section>")
    return "\n".join(parts)
