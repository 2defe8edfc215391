"""What the cache in Redis may hold: numbers, as text.

Django's own serializer unpickles what it reads, hence would run what somebody else has put there.
"""

from __future__ import annotations


class NumbersOnly:
    """Writes and reads whole numbers and fractions; reading anything else raises ValueError."""

    def dumps(self, value: float) -> int | str:
        """Return what Redis is given; it counts on with whole numbers."""
        return value if type(value) is int else repr(float(value))

    def loads(self, data: bytes) -> int | float:
        """Return the number that Redis has kept."""
        text = data.decode()
        return int(text) if text.removeprefix("-").isdecimal() else float(text)
