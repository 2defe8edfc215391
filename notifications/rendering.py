"""Making of a row the letter that is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from notifications import kinds
from notifications.kinds import Kind
from notifications.models import Email

ONE_SPACE = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")
"""Line breaks and the like, of which a subject has none; an amount is kept together."""


@dataclass(frozen=True)
class Letter:
    """What the reader gets: a subject of one line, the same in text and in HTML."""

    subject: str
    text: str
    html: str


def letter_of(email: Email, at: datetime) -> Letter:
    """Return an e-mail as it is sent now: in its language, its fact asked anew.

    Raises FactIsDead where what it tells is no longer so.
    """
    kind = kinds.find(email.kind)
    with override(email.language):
        return rendered(kind, kind.facts(email, at))


def example_of(kind: Kind, language: str) -> Letter:
    """Return a letter of a kind about a studio that is not: for who looks at how they look."""
    with override(language):
        return rendered(kind, kind.example())


def rendered(kind: Kind, facts: Mapping[str, Any]) -> Letter:
    """Return the letter of a kind in the language active now."""
    said = {"studio": settings.STUDIO_NAME, **facts}
    subject = ONE_SPACE.sub(" ", str(kind.subject) % said).strip()
    context = {**said, "subject": subject}
    return Letter(
        subject=subject,
        text=_tidied(render_to_string(f"{kind.files}.txt", context)),
        html=render_to_string(f"{kind.files}.html", context),
    )


def _tidied(text: str) -> str:
    """Return a text with one empty line where parts that are not said have left several."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
