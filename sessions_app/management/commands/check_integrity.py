"""`manage.py check_integrity`: one command that proves the promises on the studio's own data."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sessions_app.queries.integrity import CHECKS, findings

SHOWN = 20


class Command(BaseCommand):
    """Prints what does not hold; exit status 1 when something does not."""

    help = (
        "Derive anew from the data what must always hold (no double booking, history, sums, "
        "deadlines, rights) and name whatever breaks it. Exit status: 0 all holds, 1 something "
        "does not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--quiet", action="store_true", help="print nothing when everything holds (for cron)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check."""
        broken = list(findings())
        for finding in broken:
            names = ", ".join(finding.subjects[:SHOWN])
            more = len(finding.subjects) - SHOWN
            suffix = f" and {more} more" if more > 0 else ""
            self.stdout.write(
                self.style.ERROR(f"{finding.check.code} broken: {finding.check.sentence}.")
                + f" Not so for: {names}{suffix}."
            )
        if broken:
            sys.exit(1)
        if not options["quiet"]:
            for check in CHECKS:
                self.stdout.write(f"{check.code} holds: {check.sentence}.")
            self.stdout.write(self.style.SUCCESS("Everything holds."))
