#!/usr/bin/env python
"""The operators' door. Without DATABASE_URL it starts, and at the end stops, the embedded one."""

import os
import sys

from config.process import ProcessError, prepared_process


def main() -> None:
    """Run one management command in a prepared process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        with prepared_process(sys.argv):
            execute_from_command_line(sys.argv)
    except ProcessError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
