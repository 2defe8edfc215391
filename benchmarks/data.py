"""Fills the database that the environment names; prints as JSON what the requests are made of."""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    """Make the studio; `young`: one with little past and little ahead.

    With the argument `grow`, give the one that is there a long past instead.
    """
    django.setup()
    from benchmarks import studio

    if "grow" in sys.argv:
        studio.grow()
    else:
        studio.fill(is_young="young" in sys.argv)
    json.dump(studio.facts(), sys.stdout)


if __name__ == "__main__":
    main()
