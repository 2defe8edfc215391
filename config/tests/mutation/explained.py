"""Guards that no test can miss: why, in words.

A key is a pattern of names as `--list` prints them; the first that fits a survivor is its reason.
"""

from __future__ import annotations

import fnmatch

from config.tests.mutation.guards import Guard

REASONS: dict[str, str] = {
    "constraints: sessions_app_session: session_type_known": (
        "session_room_or_location, which says what each of the two types asks for, refuses a third"
    ),
    "constraints: sessions_app_payment: payment_status_known": (
        "payment_status_explained, which says what each of the three asks for, refuses a fourth"
    ),
}


def reason_for(guard: Guard) -> str | None:
    """Return why it does not matter that no test sees this guard go; None where it does."""
    for pattern, reason in REASONS.items():
        if fits(pattern, guard):
            return reason
    return None


def fits(pattern: str, guard: Guard) -> bool:
    """Tell whether a pattern names a guard; brackets stand for themselves."""
    return fnmatch.fnmatchcase(guard.name.replace("[", "("), pattern.replace("[", "("))
