"""A real browser on a real server: what the staff see, clicked as they click it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from config.demo.browser import NoBrowser, chromium
from config.tests.browser.watching import Visitor
from config.tests.world import signed_in
from users.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE = 15_000
"""Milliseconds until a page that does not come is given up, on a busy machine."""

SignIn = Callable[..., Visitor]


@pytest.fixture(scope="package")
def browser_at_hand() -> Iterator[Browser]:
    """One browser for all; where there is none, each test is skipped and says why."""
    # Playwright runs a loop in this thread, in which Django otherwise refuses to ask the database.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            with chromium() as browser:
                yield browser
        except NoBrowser as missing:
            pytest.skip(f"NO BROWSER TEST IS RUN. {missing}")


@pytest.fixture
def visit(browser_at_hand: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """Open windows of the browser; at the end no page of any may have complained."""
    visitors: list[Visitor] = []

    def open_window(
        person: User | None = None,
        *,
        width: int = 1440,
        time_zone: str = "America/Guatemala",
        theme: str = "light",
    ) -> Visitor:
        context = browser_at_hand.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale="en",
            timezone_id=time_zone,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            has_touch=width < 700,
        )
        context.set_default_timeout(PATIENCE)
        if person is not None:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": signed_in(person)}
            context.add_cookies([{**cookie, "url": live_server.url}])
        visitors.append(Visitor(context.new_page()))
        return visitors[-1]

    yield open_window
    # Closed before the tables are emptied: no request may still be on its way then.
    for visitor in visitors:
        visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
