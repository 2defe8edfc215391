"""The demo's own environment: DEBUG is on; a generated secret and e-mails lie under `var/`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config.environment import explicit_flag, load_dotenv


class DemoRefused(Exception):
    """The demo must not run here; the message says why."""


def prepare(path: Path) -> None:
    """Set DEBUG and SECRET_KEY for this process; raise DemoRefused where DEBUG is explicitly off.

    The secret is generated once and kept, readable by its owner only, so that sign-ins survive a
    restart. Where no mail server is named, e-mails are written beside it, a file each.
    """
    if explicit_flag("DEBUG") is False:
        raise DemoRefused(
            "The demo studio is not for production: DEBUG is explicitly off here. "
            "Unset DEBUG, or set up the real studio with `manage.py setup_studio`."
        )
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(f"DEBUG=true\nSECRET_KEY={secrets.token_urlsafe(60)}\n")
    os.environ["DEBUG"] = "true"
    load_dotenv(path)
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # whom one can be stays on the screen
    if not os.environ.get("EMAIL_URL"):
        os.environ["EMAIL_URL"] = f"file:///{path.parent / 'mail'}"
