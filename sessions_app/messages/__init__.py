"""Messages about sessions (rules, section 6): who is told what, and when it is no longer true.

Actions call `clients` and `staff` in the transaction of the fact; `notifications` does the rest.
"""

from __future__ import annotations

from notifications import kinds
from sessions_app.messages import client_kinds, staff_kinds


def register() -> None:
    """Let these messages be written and sent."""
    kinds.register(client_kinds.KINDS)
    kinds.register(staff_kinds.KINDS)
