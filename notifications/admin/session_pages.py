"""Where the session that a notification tells of is looked at.

This app knows no sessions: who does says so at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from users.models import User

PagesOf = Callable[["User", Collection[int]], Mapping[int, str]]
"""Returns the addresses of the pages of those sessions that the person may see, by their ids."""

_asked: list[PagesOf] = []


def register(pages_of: PagesOf) -> None:
    """Let this function tell where sessions are looked at."""
    _asked[:] = [pages_of]


def pages_of(person: User, session_ids: Collection[int]) -> Mapping[int, str]:
    """Return the address of each session that the person may still see; of others there is none."""
    return {pk: page for ask in _asked for pk, page in ask(person, session_ids).items()}
