"""The languages of the studio."""

from __future__ import annotations

from django.conf import settings


def studio_language() -> str:
    """Return the language spoken to someone who has not chosen one (`STUDIO_LANGUAGE`)."""
    return settings.LANGUAGE_CODE
