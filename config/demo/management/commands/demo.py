"""`manage.py demo`: the product, running, with a believable studio; nothing to install."""

from __future__ import annotations

import signal
import socket
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from tqdm import tqdm

from config.clock import now
from config.demo import backstage, cast, studio, years

HOST = "127.0.0.1"


class Command(BaseCommand):
    """Migrates, fills an empty database, serves; run again it just starts."""

    help = (
        "Start the demo studio: an embedded PostgreSQL (or DATABASE_URL, when set), about 350 "
        "sessions around today, and the product on http://127.0.0.1:8000. Run again it just "
        "starts. Ctrl-C ends all that it started. With --years a busier studio with a long past: "
        "five years are some 5,700 sessions and take some minutes to make, once."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=_port, default=8000, help="port to serve on (8000)")
        parser.add_argument(
            "--reset", action="store_true", help="throw the demo's data away and make it anew"
        )
        parser.add_argument(
            "--years",
            type=_years,
            metavar="N",
            help=f"make N years of past (1 to {years.MOST}), some 1,100 sessions each; of a demo "
            "that is already made only together with --reset (without: some four months)",
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="prepare the data only, then end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the studio, then serve it until told to end."""
        serve, port = not options["no_serve"], options["port"]
        if serve:
            _refuse_taken_port(port)
        self._prepare(reset=options["reset"], years_back=options["years"])
        if serve:
            self._serve(port)

    def _prepare(self, *, reset: bool, years_back: int | None) -> None:
        if studio.is_foreign():
            raise CommandError(
                "This database holds data that the demo did not make; it stays untouched. "
                "Point DATABASE_URL at an empty database, or unset it for the embedded one."
            )
        call_command("migrate", verbosity=0)
        if reset or studio.is_half_made():
            call_command("flush", interactive=False, verbosity=0)
        if not studio.is_demo():
            self._fill(years_back or 0)
        elif years_back not in (None, studio.years_made()):
            raise CommandError(
                "The demo studio is already made, with another past. Add --reset to throw its data "
                f"away and make it anew with --years {years_back}, or leave --years out."
            )

    def _fill(self, years_back: int) -> None:
        with tqdm(desc="Making the demo studio", unit=" sessions", file=self.stderr) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update()

            studio.fill(now(), progress, years_back)

    def _serve(self, port: int) -> None:
        self._greet(port)
        # A shell starts what it puts into the background deaf to Ctrl-C; the demo listens.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        handler = StaticFilesHandler(get_wsgi_application())
        try:
            with backstage.backstage():
                run(HOST, port, handler, threading=True)
        except KeyboardInterrupt:
            self.stdout.write("\nThe demo studio is closed.")

    def _greet(self, port: int) -> None:
        address = f"http://{HOST}:{port}"
        rows = [
            "",
            self.style.SUCCESS("The demo studio is open."),
            f"  Back office   {address}/admin/",
            f"  REST API      {address}/api/v1/docs",
            "",
            f"Sign in with the password {cast.PASSWORD} as",
            *(f"  {person.email:<30} {', '.join(person.roles)}" for person in cast.PEOPLE),
            "",
            backstage.where(),
            *_where_letters_go(),
            "Ctrl-C ends all of it.",
        ]
        self.stdout.write("\n".join(rows))


def _where_letters_go() -> list[str]:
    """Return a line for letters that are written to a folder; elsewhere one sees them arrive."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return [f"E-mails are not sent but written to {folder}."] if folder else []


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise ArgumentTypeError(f"“{text}” is no port; use a number from 1 to 65535")
    return int(text)


def _years(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= years.MOST):
        raise ArgumentTypeError(f"“{text}” is no number of years from 1 to {years.MOST}")
    return int(text)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Choose another with --port."
            ) from None
