"""`manage.py screenshots DIR`: every page of the running demo, as each role sees it."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import pictures
from config.demo.browser import NoBrowser, chromium

HOST = "127.0.0.1"


class Command(BaseCommand):
    """Looks at a demo that runs already, and changes nothing in it."""

    help = (
        "Take a picture of every page of the back office, at 1440 and 390 pixels, as an admin, a "
        "coordinator, a photographer and an editor see it; index.html shows them all. The demo "
        "must be running (manage.py demo); chromium and requirements-dev.txt must be installed. "
        "It takes some minutes."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder and the demo's port."""
        parser.add_argument("folder", metavar="DIR", type=Path, help="where the pictures go")
        parser.add_argument("--port", type=int, default=8000, help="port of the demo (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the pictures and say how many there are."""
        folder, port = options["folder"], options["port"]
        _refuse_closed_demo(port)
        count = 0
        try:
            with chromium() as browser:
                folder.mkdir(parents=True, exist_ok=True)
                for picture in pictures.take(browser, f"http://{HOST}:{port}", folder):
                    count += picture.suffix == ".png"
                    self.stdout.write(picture.name)
        except NoBrowser as missing:
            raise CommandError(str(missing)) from None
        self.stdout.write(self.style.SUCCESS(f"{count} pictures; open {folder / 'index.html'}"))


def _refuse_closed_demo(port: int) -> None:
    try:
        socket.create_connection((HOST, port), timeout=3).close()
    except OSError:
        raise CommandError(
            f"No demo runs on port {port}. Start it in another terminal: "
            f"python manage.py demo --port {port}"
        ) from None
