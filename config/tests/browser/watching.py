"""Someone at a browser, and whatever their pages complain about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Response

SESSIONS = "/admin/sessions_app/session/"
AGENDA = f"{SESSIONS}agenda/"
AVAILABILITY = f"{SESSIONS}availability/"
TOLD = '[class*="leading-[18px]"], .text-red-600:has(li), [role=alert], [role=status]'
"""Where the theme puts messages and what it holds against a field, and where the agenda does."""


class Visitor:
    """A window of the browser.

    `complaints` collects what must never come: errors and warnings on the console, which is where
    a violation of the Content-Security-Policy is told too, scripts that fail, and answers that
    blame the server. `expects` names what a test provokes on purpose, as a pattern.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.expects: str | None = None
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complain(f"script: {error}"))
        page.on("response", self._response)

    def to(self, address: str) -> Page:
        """Go to an address of the studio."""
        self.page.goto(address)
        return self.page

    def press(self, name: str, *, within: str = "body") -> None:
        """Click the link or button of that exact name, and be on the next page."""
        self.control(name, within=within).click()
        self.page.wait_for_load_state()

    def submit(self) -> None:
        """Send the form of a button's page, and be on the next page."""
        self.page.locator("#action_form button[type=submit]").click()
        self.page.wait_for_load_state()

    def control(self, name: str, *, within: str = "body") -> Locator:
        """Return what one can press by that name."""
        place = self.page.locator(within)
        # Beside the words there may be the name of the theme's icon, which is a letter of a font.
        exactly = re.compile(rf"^\s*([a-z_]+\s+)?{re.escape(name)}(\s+[a-z_]+)?\s*$")
        links = place.get_by_role("link", name=exactly)
        return links.or_(place.get_by_role("button", name=exactly)).filter(visible=True).first

    def field(self, label: str) -> Locator:
        """Return the field that is labelled like that; the required ones bear an asterisk."""
        shown = re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")
        return self.page.get_by_label(shown).filter(visible=True).first

    def choose(self, label: str, typed: str) -> None:
        """Type into a field that looks its answer up, and take the first answer."""
        field = self.page.locator(".field-line", has_text=label).first
        field.get_by_role("combobox").click()
        self.page.locator(".select2-search__field").fill(typed)
        self.page.locator(".select2-results__option", has_text=typed).first.click()

    def said(self) -> str:
        """Return what the page says on top, and what it holds against a form."""
        told = self.page.locator(TOLD)
        return " ".join(" ".join(told.filter(visible=True).all_inner_texts()).split())

    def text(self) -> str:
        """Return all that the page shows, with its amounts as people write them."""
        return " ".join(self.page.locator("body").inner_text().split())

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complain(f"console: {message.text} ({message.location.get('url')})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._complain(f"server: {response.status} {response.url}")

    def _complain(self, what: str) -> None:
        if self.expects is None or not re.search(self.expects, what):
            self.complaints.append(f"{self.page.url}: {what}")
