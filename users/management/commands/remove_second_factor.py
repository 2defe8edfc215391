"""`manage.py remove_second_factor`: for who has lost telephone and recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.clock import now
from config.errors import DomainError
from config.records.models import Channel
from users.actions.second_factor import remove_second_factor
from users.actors import Actor
from users.models import User


class Command(BaseCommand):
    """Asks for the password alone again; the audit trail tells of it."""

    help = (
        "Remove the second factor of one person, who has lost the telephone and the recovery "
        "codes. Make sure that it is they who ask: their password alone lets them in afterwards. "
        "They are signed out everywhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare whose."""
        parser.add_argument("email", help="the e-mail of the person")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it, or say why not."""
        try:
            person = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"Nobody has the e-mail {options['email']}.") from None
        try:
            remove_second_factor(person, actor=Actor(None, Channel.COMMAND), at=now())
        except DomainError as refusal:
            raise CommandError(refusal.detail) from None
        self.stdout.write(self.style.SUCCESS(f"{person.email} signs in with the password alone."))
