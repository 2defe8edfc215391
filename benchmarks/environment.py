"""The environment in which product and floor are measured: production's, without HTTPS."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "VIRTUAL_ENV")


def production_environment(database_url: str) -> dict[str, str]:
    """Return every variable of a measured process; nothing else of the shell reaches it."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DEBUG": "false",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "REQUESTS_PER_MINUTE": "1000000000",  # one person asks for all of it
        "STUDIO_TIME_ZONE": "America/Guatemala",
        "STUDIO_LANGUAGE": "es",
        "PYTHONPATH": str(ROOT),
    }


def module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this package with this Python."""
    return [sys.executable, "-m", f"benchmarks.{name}", *arguments]
