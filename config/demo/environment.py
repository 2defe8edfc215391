"""The demo's own environment: it turns DEBUG on and keeps a generated secret under `var/`."""

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
    restart.
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
