"""The system's chromium, headless, for whoever wants to see pages as people see them.

It is driven by the package `playwright`, which comes with the development requirements; neither it
nor chromium is needed to run the studio.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")

OFFLINE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""What keeps a browser from any network but this machine's own."""


class NoBrowser(Exception):
    """There is no browser to look with; the message says what is missing."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a headless browser, and close it afterwards. Raises NoBrowser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser(
            "The Python package “playwright” is missing: install requirements-dev.txt."
        ) from None
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise NoBrowser(f"No chromium is installed: none of {', '.join(NAMES)} is a command here.")
    # Chromium's sandbox refuses root.
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=[*OFFLINE, *as_root])
        try:
            yield browser
        finally:
            browser.close()
