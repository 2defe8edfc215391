"""Fills the database that the environment names; prints as JSON what the requests are made of."""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    """Make the studio; with the argument `young`, one with little past and little ahead."""
    django.setup()
    from benchmarks.studio import fill

    json.dump(fill(is_young="young" in sys.argv), sys.stdout)


if __name__ == "__main__":
    main()
