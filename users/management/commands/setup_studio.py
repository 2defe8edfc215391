"""`manage.py setup_studio`: what a new studio needs before its first sign-in."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.clock import now
from config.errors import DomainError
from config.records.models import Channel
from users.actions.people import create_user
from users.actions.roles import set_up_roles
from users.actors import Actor
from users.models import Role, User
from users.rights import RoleName

SYSTEM = Actor(None, Channel.COMMAND)


class Command(BaseCommand):
    """Roles, rights and the first admin; may be run again at any time."""

    help = (
        "Create the built-in roles with their rights and the first admin. Run it after `migrate`; "
        "running it again changes nothing that is already there. The admin's e-mail, name and "
        "password come from the options or from STUDIO_ADMIN_EMAIL, STUDIO_ADMIN_NAME and "
        "STUDIO_ADMIN_PASSWORD (prefer the environment for the password: options show in the "
        "list of processes)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options, each with its variable as the default."""
        environment = os.environ.get
        parser.add_argument("--email", default=environment("STUDIO_ADMIN_EMAIL"))
        parser.add_argument("--name", default=environment("STUDIO_ADMIN_NAME"))
        parser.add_argument("--password", default=environment("STUDIO_ADMIN_PASSWORD"))

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Set up roles, then the admin unless one is active already."""
        set_up_roles(actor=SYSTEM, at=now())
        self.stdout.write("Roles and rights are in place.")
        admin = Role.objects.get(name=RoleName.ADMIN)
        existing = admin.users.filter(status="Active").first()
        if existing is not None:
            self.stdout.write(f"There is an admin already: {existing.email}.")
            return
        self._create_admin(admin, options)

    def _create_admin(self, role: Role, options: dict[str, Any]) -> None:
        missing = [f"--{name}" for name in ("email", "name", "password") if not options[name]]
        if missing:
            raise CommandError(
                f"The first admin needs {', '.join(missing)} "
                "(or STUDIO_ADMIN_EMAIL, STUDIO_ADMIN_NAME, STUDIO_ADMIN_PASSWORD)."
            )
        try:
            user: User = create_user(
                email=options["email"],
                full_name=options["name"],
                password=options["password"],
                roles=[role],
                actor=SYSTEM,
                at=now(),
            )
        except DomainError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(self.style.SUCCESS(f"Admin {user.email} created."))
